import re
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("git")


@mcp.tool()
def git_diff(target: str) -> str:
    # ruleid: agent-tool-options-fenced
    done = subprocess.run(["git", "diff", target], capture_output=True, text=True, timeout=30)
    return done.stdout


@mcp.tool()
def git_log(branch: str) -> str:
    # ruleid: agent-tool-options-fenced
    command = ["git", "log", "--oneline", branch]
    return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout


@mcp.tool()
def git_show_path(path: str) -> str:
    # ok: agent-tool-options-fenced
    done = subprocess.run(["git", "diff", "--", path], capture_output=True, text=True, timeout=30)
    return done.stdout


@mcp.tool()
def git_diff_checked(target: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{7,40}", target):
        raise ValueError("target")
    # ok: agent-tool-options-fenced
    done = subprocess.run(["git", "diff", target], capture_output=True, text=True, timeout=30)
    return done.stdout


@mcp.tool()
def git_depth(count: int) -> str:
    # ok: agent-tool-options-fenced
    done = subprocess.run(["git", "log", f"-{count}"], capture_output=True, text=True, timeout=30)
    return done.stdout


def own_diff(target: str) -> str:
    # ok: agent-tool-options-fenced
    return subprocess.run(["git", "diff", target], capture_output=True, text=True, timeout=30).stdout
