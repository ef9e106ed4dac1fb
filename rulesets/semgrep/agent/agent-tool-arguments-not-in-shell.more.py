import os, shlex, subprocess
import asyncio
from typing import Annotated
from langchain.tools import tool
from langchain_core.tools import BaseTool, StructuredTool
from mcp.server.fastmcp import FastMCP
from agents import function_tool
from pydantic import BaseModel, Field

mcp = FastMCP("ops")


@tool("grep_logs")
def grep_logs(pattern: str, path: str) -> str:
    """Search the logs."""
    cmd = "grep -n {} {}".format(pattern, path)
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.check_output(cmd, shell=True, text=True)


@tool("grep_logs_safe")
def grep_logs_safe(pattern: str, path: str) -> str:
    """Search the logs."""
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.check_output(["grep", "-n", "--", pattern, path], text=True)


@mcp.tool(name="ping")
async def ping(host: Annotated[str, Field(description="host")]) -> str:
    """Ping."""
    # ruleid: agent-tool-arguments-not-in-shell
    proc = await asyncio.create_subprocess_shell("ping -c 1 " + host, stdout=asyncio.subprocess.PIPE)
    out, _ = await proc.communicate()
    return out.decode()


@mcp.tool()
async def ping_exec(host: str) -> str:
    """Ping."""
    # ok: agent-tool-arguments-not-in-shell
    proc = await asyncio.create_subprocess_exec("ping", "-c", "1", host, stdout=asyncio.subprocess.PIPE)
    out, _ = await proc.communicate()
    return out.decode()


class ConvertTool(BaseTool):
    name: str = "convert"
    description: str = "convert a document"

    def _run(self, source: str, fmt: str = "pdf") -> str:
        # ruleid: agent-tool-arguments-not-in-shell
        os.system(f"libreoffice --headless --convert-to {fmt} {source}")
        return "done"

    async def _arun(self, source: str, fmt: str = "pdf") -> str:
        quoted = shlex.quote(source)
        # ok: agent-tool-arguments-not-in-shell
        os.system(f"libreoffice --headless --convert-to pdf {quoted}")
        return "done"


@function_tool
def git_log(repo: str, n: int) -> str:
    """Log."""
    # ruleid: agent-tool-arguments-not-in-shell
    return os.popen("cd %s && git log -n %d" % (repo, n)).read()


def restart_service(name: str) -> str:
    """Restart."""
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.getoutput(f"systemctl restart {name}")


restart = StructuredTool.from_function(func=restart_service, name="restart", description="restart")


class Command(BaseModel):
    line: str


@mcp.tool()
def run_command(command: Command) -> str:
    """Run."""
    # ruleid: agent-tool-arguments-not-in-shell
    done = subprocess.run(command.line, shell=True, capture_output=True)
    return done.stdout.decode()


SERVICES = {"web": "systemctl restart web"}


@mcp.tool()
def restart_known(name: str) -> str:
    """Restart."""
    # ok: agent-tool-arguments-not-in-shell
    done = subprocess.run(SERVICES[name], shell=True, capture_output=True)
    return done.stdout.decode()


@mcp.tool()
def bash_list(script: str) -> str:
    """Bash -c."""
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout
