import json
from openai import OpenAI
from fastapi import HTTPException

client = OpenAI()


def may_see(user, doc):
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"May {user} see {doc}? yes or no"}]).choices[0].message.content
    # ruleid: agent-model-output-grants-nothing
    if "yes" in answer.lower():
        return doc.read()
    raise HTTPException(403)


def may_see_ok(user, doc):
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"Explain {doc}"}]).choices[0].message.content
    # ok: agent-model-output-grants-nothing
    if "doc:read" not in user.permissions:
        raise HTTPException(403)
    return answer


async def approve(llm, loan):
    verdict = json.loads((await llm.ainvoke(f"approve {loan}?")).content)
    # ruleid: agent-model-output-grants-nothing
    if verdict["approved"]:
        loan.approve()


def role(llm, user):
    reply = llm.invoke("which role fits?").content
    # ruleid: agent-model-output-grants-nothing
    user.role = reply.strip()
    user.save()


def role_ok(llm, user):
    reply = llm.invoke("which topic fits?").content
    # ok: agent-model-output-grants-nothing
    user.topic = reply.strip()
    user.save()


def admin(llm, request, user):
    # ruleid: agent-model-output-grants-nothing
    is_admin = llm.invoke(f"Is {user} an administrator?").content == "true"
    if is_admin:
        delete_everything()


def sentiment(llm, text):
    mood = llm.invoke(text).content
    # ok: agent-model-output-grants-nothing
    if "angry" in mood:
        return "escalate"
    return "ok"


def route(llm, text):
    intent = llm.invoke(text).content.strip()
    # ok: agent-model-output-grants-nothing
    if intent == "loan":
        return "loan-desk"
    return "desk"
