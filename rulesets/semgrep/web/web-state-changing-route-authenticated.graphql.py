import strawberry


@strawberry.type
class Mutation:
    @strawberry.mutation
    # ruleid: web-state-changing-route-authenticated--graphql
    def remove_agent(self, agent_id: int) -> bool:
        return agents.remove(agent_id)

    @strawberry.mutation
    # ok: web-state-changing-route-authenticated--graphql
    def login(self, name: str) -> str:
        return begin(name)
