from pathlib import Path

import git
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("git")
ROOT = Path("/srv/repositories")


@mcp.tool()
def begin(repo_path: str) -> str:
    # ruleid: agent-tool-paths-confined
    git.Repo.init(path=repo_path, mkdir=True)
    return "made"


@mcp.tool()
def begin_inside(repo_path: str) -> str:
    place = (ROOT / repo_path).resolve()
    if not place.is_relative_to(ROOT):
        raise ValueError("outside")
    # ok: agent-tool-paths-confined
    git.Repo.init(path=place, mkdir=True)
    return "made"
