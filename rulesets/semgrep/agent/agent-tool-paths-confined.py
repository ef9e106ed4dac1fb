import json
import os
import shutil
from pathlib import Path

import aiofiles
from agents import function_tool
from fastmcp import FastMCP
from langchain.tools import BaseTool
from langchain_core.tools import tool
from werkzeug.utils import secure_filename

mcp = FastMCP("files")
ROOT = Path("/srv/workspace").resolve()
BASE_DIR = "/srv/workspace"
TEMPLATES = {"report": "/srv/templates/report.md"}
ALLOWED_FILES = {"readme.md", "notes.md"}


@tool
def read_file(path: str) -> str:
    """Read a file."""
    # ruleid: agent-tool-paths-confined
    with open(path, encoding="utf-8") as f:
        return f.read()


@mcp.tool()
async def write_file(name: str, content: str) -> str:
    target = os.path.join(BASE_DIR, name)
    # ruleid: agent-tool-paths-confined
    async with aiofiles.open(target, "w") as f:
        await f.write(content)
    return "ok"


@mcp.tool()
def show(name: str) -> str:
    # ruleid: agent-tool-paths-confined
    return (ROOT / name).read_text()


@function_tool
def delete(path: str) -> str:
    if ".." in path:
        return "refused"
    # ruleid: agent-tool-paths-confined
    os.remove(path)
    return "ok"


class SaveTool(BaseTool):
    name: str = "save"

    def _run(self, filename: str, text: str) -> str:
        p = Path(BASE_DIR) / filename
        # ruleid: agent-tool-paths-confined
        p.write_text(text)
        return "saved"


@tool
def clean(folder: str) -> str:
    """Remove a folder."""
    # ruleid: agent-tool-paths-confined
    shutil.rmtree(f"{BASE_DIR}/{folder}")
    return "ok"


@tool
def prefix_only(path: str) -> str:
    """Read."""
    if not path.startswith("/srv/workspace"):
        return "refused"
    # ruleid: agent-tool-paths-confined
    return open(path).read()


def on_call(tool_call):
    args = json.loads(tool_call.function.arguments)
    # ruleid: agent-tool-paths-confined
    return Path(args["path"]).read_bytes()


# ---- correct twins and near misses


@tool
def read_inside(name: str) -> str:
    """Read."""
    p = (ROOT / name).resolve()
    if not p.is_relative_to(ROOT):
        raise PermissionError(name)
    # ok: agent-tool-paths-confined
    return p.read_text()


@mcp.tool()
async def write_inside(name: str, content: str) -> str:
    target = os.path.realpath(os.path.join(BASE_DIR, name))
    if not target.startswith(BASE_DIR + os.sep):
        raise PermissionError(name)
    # ok: agent-tool-paths-confined
    async with aiofiles.open(target, "w") as f:
        await f.write(content)
    return "ok"


@mcp.tool()
def commonpath(name: str) -> str:
    full = os.path.abspath(os.path.join(BASE_DIR, name))
    if os.path.commonpath([BASE_DIR, full]) != BASE_DIR:
        raise PermissionError(name)
    # ok: agent-tool-paths-confined
    return open(full).read()


@function_tool
def basename_only(path: str) -> str:
    # ok: agent-tool-paths-confined
    return open(os.path.join(BASE_DIR, os.path.basename(path))).read()


@function_tool
def secured(name: str) -> str:
    # ok: agent-tool-paths-confined
    return (ROOT / secure_filename(name)).read_text()


@tool
def allowed(name: str) -> str:
    """Read."""
    if name not in ALLOWED_FILES:
        return "refused"
    # ok: agent-tool-paths-confined
    return (ROOT / name).read_text()


@tool
def template(kind: str) -> str:
    """Read."""
    # ok: agent-tool-paths-confined
    return open(TEMPLATES[kind]).read()


@tool
def helper(path: str) -> str:
    """Read."""
    # ok: agent-tool-paths-confined
    return open(resolve_in_workspace(path)).read()


@tool
def relative(name: str) -> str:
    """Read."""
    p = (ROOT / name).resolve()
    p.relative_to(ROOT)
    # ok: agent-tool-paths-confined
    return p.read_text()


@tool
def append_log(message: str) -> str:
    """Log."""
    # ok: agent-tool-paths-confined
    with open("/var/log/agent.log", "a") as f:
        f.write(message)
    return "ok"


@tool
def page(number: int) -> str:
    """Read."""
    # ok: agent-tool-paths-confined
    return (ROOT / f"page-{number}.md").read_text()


def not_a_tool(path: str) -> str:
    # ok: agent-tool-paths-confined
    return open(path).read()


@tool
def summarise_folder(folder: str) -> str:
    """Summarise what lies in a folder."""
    # ruleid: agent-tool-paths-confined
    return SimpleDirectoryReader(folder).load_data()[0].text


@tool
def read_pdf(place: str) -> str:
    """Read a PDF."""
    # ruleid: agent-tool-paths-confined
    return PyPDFLoader(file_path=place).load()[0].page_content
