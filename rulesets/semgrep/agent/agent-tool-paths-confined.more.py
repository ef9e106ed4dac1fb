import os, shutil, json
from pathlib import Path
import aiofiles
from langchain_core.tools import tool, BaseTool
from mcp.server.fastmcp import FastMCP
from fastmcp import FastMCP as Fast
from agents import function_tool

mcp = FastMCP("files")
server = Fast("f")
ROOT = Path("/srv/data").resolve()


@mcp.tool()
async def read_note(name: str) -> str:
    """Read."""
    # ruleid: agent-tool-paths-confined
    async with aiofiles.open(f"/srv/notes/{name}", "r") as handle:
        return await handle.read()


@mcp.tool()
async def read_note_safe(name: str) -> str:
    """Read."""
    target = (ROOT / name).resolve()
    if not target.is_relative_to(ROOT):
        raise ValueError("outside")
    # ok: agent-tool-paths-confined
    async with aiofiles.open(target, "r") as handle:
        return await handle.read()


@tool
def save_report(filename: str, content: str) -> str:
    """Save."""
    path = os.path.join("/var/reports", filename)
    # ruleid: agent-tool-paths-confined
    Path(path).write_text(content)
    return path


@tool
def save_report_base(filename: str, content: str) -> str:
    """Save."""
    path = os.path.join("/var/reports", os.path.basename(filename))
    # ok: agent-tool-paths-confined
    Path(path).write_text(content)
    return path


class DeleteTool(BaseTool):
    name: str = "delete"
    description: str = "delete"

    def _run(self, path: str):
        # ruleid: agent-tool-paths-confined
        os.remove(path)
        return "ok"


@function_tool
def copy_out(src: str, dst: str) -> str:
    """Copy."""
    # ruleid: agent-tool-paths-confined
    shutil.copyfile(src, dst)
    return dst


@server.tool
def list_dir(folder: str = ".") -> list[str]:
    """List."""
    # ruleid: agent-tool-paths-confined
    return os.listdir(os.path.join("/data", folder))


@server.tool
def list_dir_safe(folder: str = ".") -> list[str]:
    """List."""
    real = os.path.realpath(os.path.join("/data", folder))
    if os.path.commonpath([real, "/data"]) != "/data":
        return []
    # ok: agent-tool-paths-confined
    return os.listdir(real)


@server.tool
def known_report(kind: str) -> str:
    """Read one of the known."""
    files = {"daily": "/srv/daily.json", "weekly": "/srv/weekly.json"}
    # ok: agent-tool-paths-confined
    with open(files[kind]) as handle:
        return handle.read()


@server.tool
def write_json(path: str, data: dict) -> str:
    """Write."""
    p = Path("/srv/out") / path
    # ruleid: agent-tool-paths-confined
    with p.open("w") as f:
        json.dump(data, f)
    return str(p)


@server.tool
def by_prefix(path: str) -> str:
    """Read."""
    full = os.path.abspath(os.path.join("/srv/out", path))
    if not full.startswith("/srv/out" + os.sep):
        raise PermissionError(path)
    # ok: agent-tool-paths-confined
    with open(full) as f:
        return f.read()
