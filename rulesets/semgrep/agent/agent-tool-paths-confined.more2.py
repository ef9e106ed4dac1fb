import asyncio
from concurrent.futures import ThreadPoolExecutor
from langchain_core.tools import StructuredTool

TOOLS = []


def load_case(name: str) -> str:
    # ok: agent-tool-paths-confined
    with open(f"cases/{name}.json") as handle:
        return handle.read()


async def cases(names):
    with ThreadPoolExecutor() as pool:
        first = pool.submit(load_case, names[0])
    return first.result(), await asyncio.to_thread(load_case, names[1])


def read_contract(name: str) -> str:
    """Read a contract."""
    # ruleid: agent-tool-paths-confined
    with open(f"/srv/contracts/{name}") as handle:
        return handle.read()


TOOLS.append(StructuredTool.from_function(read_contract))


async def written_by_a_tool_of_another_file(file_path: str, content: str) -> ToolResponse:
    # ruleid: agent-tool-paths-confined
    with open(file_path, "w", encoding="utf-8") as out:
        out.write(content)
    return ToolResponse(content="done")
