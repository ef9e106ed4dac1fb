import os
from mcp.server.fastmcp import FastMCP
from fastmcp import FastMCP as Server
from fastmcp.server.auth import BearerAuthProvider
from mcp.server.auth.settings import AuthSettings
from fastapi import FastAPI, Depends
from starlette.applications import Starlette
from starlette.routing import Mount
import uvicorn

mcp = FastMCP("orders", host="0.0.0.0", port=8000)


@mcp.tool()
def order(n: str) -> str:
    """Order."""
    return n


if __name__ == "__main__":
    # ruleid: agent-tool-server-authenticated
    mcp.run(transport="sse")
