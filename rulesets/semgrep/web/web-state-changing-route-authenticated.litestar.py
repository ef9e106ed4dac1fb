from litestar import Controller, delete, get

from store import tools


class ToolController(Controller):
    path = "/tools"

    # ruleid: web-state-changing-route-authenticated
    @delete("/{tool_id:int}")
    async def remove(self, tool_id: int) -> None:
        await tools.remove(tool_id)

    # ok: web-state-changing-route-authenticated
    @get("/{tool_id:int}")
    async def show(self, tool_id: int) -> dict:
        return await tools.one(tool_id)
