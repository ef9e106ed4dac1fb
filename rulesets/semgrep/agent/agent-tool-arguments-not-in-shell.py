import asyncio
import json
import os
import shlex
import subprocess
import sys
from subprocess import run

from agents import function_tool
from agentscope.tool import Toolkit
from fastmcp import FastMCP
from langchain.tools import BaseTool, StructuredTool
from langchain_core.tools import tool
from semantic_kernel.functions import kernel_function

mcp = FastMCP("shell")
ALLOWED = {"df", "uptime", "free"}
BLOCKED = ["rm", "shutdown"]


@tool
def shell(command: str) -> str:
    """Run a command."""
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout


@mcp.tool()
async def ping(host: str, count: int = 1) -> str:
    # ruleid: agent-tool-arguments-not-in-shell
    proc = await asyncio.create_subprocess_shell(f"ping -c {count} {host}", stdout=asyncio.subprocess.PIPE)
    out, _ = await proc.communicate()
    return out.decode()


@mcp.tool(name="git_log", description="log")
def git_log(repo: str, author: str = "") -> str:
    cmd = "git -C " + repo + " log"
    if author:
        cmd += " --author=" + author
    # ruleid: agent-tool-arguments-not-in-shell
    return os.popen(cmd).read()


@function_tool
def grep(pattern: str, path: str) -> str:
    cmd = "grep -rn '%s' %s" % (pattern, path)
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.check_output(cmd, shell=True, text=True)


class TerminalTool(BaseTool):
    name: str = "terminal"
    description: str = "run"

    def _run(self, commands: str) -> str:
        # ruleid: agent-tool-arguments-not-in-shell
        return subprocess.getoutput(commands)

    async def _arun(self, commands: str) -> str:
        # ruleid: agent-tool-arguments-not-in-shell
        return (await asyncio.to_thread(subprocess.run, commands, shell=True)).stdout


class OpsPlugin:
    @kernel_function(name="restart", description="restart a service")
    def restart(self, service: str) -> str:
        # ruleid: agent-tool-arguments-not-in-shell
        os.system("systemctl restart {}".format(service))
        return "ok"


def convert_video(source: str, options: str):
    """Convert."""
    # ruleid: agent-tool-arguments-not-in-shell
    run(f"ffmpeg -i {source} {options} out.mp4", shell=True, check=True)


toolkit = Toolkit()
toolkit.register_tool_function(convert_video)


def run_any(program: str, argument: str):
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.run([program, argument], timeout=5)


run_tool = StructuredTool.from_function(run_any)


def run_split(cmdline: str) -> str:
    if any(b in cmdline for b in BLOCKED):
        return "refused"
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.run(shlex.split(cmdline), capture_output=True, text=True).stdout


TOOLS = {"run_split": run_split}


def handle(tool_call):
    arguments = json.loads(tool_call.function.arguments)
    # ruleid: agent-tool-arguments-not-in-shell
    return subprocess.run(["sh", "-c", arguments["cmd"]], timeout=5)


# ---- correct twins and near misses


@tool
def list_folder(folder: str) -> str:
    """List."""
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.run(["ls", "-l", "--", folder], capture_output=True, text=True, timeout=5).stdout


@mcp.tool()
async def ping_safe(host: str) -> str:
    # ok: agent-tool-arguments-not-in-shell
    proc = await asyncio.create_subprocess_exec("ping", "-c", "1", "--", host)
    return str(await proc.wait())


@mcp.tool()
def status(name: str) -> str:
    if name not in ALLOWED:
        raise ValueError("not permitted")
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.check_output([name], text=True, timeout=5)


@function_tool
def grep_safe(pattern: str) -> str:
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.check_output(f"grep -F -- {shlex.quote(pattern)} /srv/notes | head", shell=True, text=True)


@function_tool
def tail(lines: int) -> str:
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.check_output(f"tail -n {lines} /var/log/app.log", shell=True, text=True)


@tool
def pytest_run(target: str) -> str:
    """Run tests."""
    argv = [sys.executable, "-m", "pytest", "--", target]
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.run(argv, capture_output=True, text=True, timeout=60).stdout


@tool
def allowed_first_word(cmdline: str) -> str:
    """Run."""
    argv = shlex.split(cmdline)
    if argv[0] not in ALLOWED:
        return "refused"
    # ok: agent-tool-arguments-not-in-shell
    return subprocess.run(argv, capture_output=True, text=True, timeout=5).stdout


@tool
def in_sandbox(command: str) -> str:
    """Run inside the container."""
    # ok: agent-tool-arguments-not-in-shell
    return container.exec_run(["sh", "-c", command], user="nobody").output.decode()


@tool
def disk(unit: str) -> str:
    """Disk."""
    # ok: agent-tool-arguments-not-in-shell
    os.system("df -h")
    return unit


def not_a_tool(command: str):
    # ok: agent-tool-arguments-not-in-shell
    subprocess.run(command, shell=True)
