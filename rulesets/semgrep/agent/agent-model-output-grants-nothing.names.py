async def enter(team, model, user):
    allowed = await can_team_access_model(model=model, team=team)
    # ok: agent-model-output-grants-nothing
    user.is_admin = allowed


async def asked(user, text):
    reply = await support_agent(text)
    # ruleid: agent-model-output-grants-nothing
    user.role = reply.final_output
