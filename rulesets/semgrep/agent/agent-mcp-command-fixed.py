import json

from agents.mcp import MCPServerStdio
from agentscope.mcp import StdIOStatefulClient
from autogen_ext.tools.mcp import StdioServerParams
from fastapi import APIRouter, Request
from flask import request
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_core.tools import tool
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

router = APIRouter()
ALLOWED_COMMANDS = {"npx", "uvx"}
SERVERS = {"files": {"command": "mcp-files", "args": ["/srv"]}}


@router.post("/mcp/servers")
async def add_server(body: ServerIn):
    # ruleid: agent-mcp-command-fixed
    params = StdioServerParameters(command=body.command, args=[])
    async with stdio_client(params) as (read, write):
        return await list_tools(read, write)


@router.post("/mcp/test")
async def test_server(request: Request):
    data = await request.json()
    # ruleid: agent-mcp-command-fixed
    params = StdioServerParameters(command="npx", args=data["args"], env=data.get("env"))
    return params


def flask_add():
    config = request.get_json()
    # ruleid: agent-mcp-command-fixed
    return MultiServerMCPClient({"user": {"command": config["command"], "args": [], "transport": "stdio"}})


async def from_database(session, server_id):
    row = await session.get(McpServer, server_id)
    # ruleid: agent-mcp-command-fixed
    return StdioServerParams(command=row.command, args=[])


async def from_config(server_config: dict):
    command = server_config.get("command")
    # ruleid: agent-mcp-command-fixed
    async with MCPServerStdio(params={"command": command, "args": ["-y"]}) as server:
        return await server.list_tools()


@tool
def connect(command: str) -> str:
    """Connect to a server."""
    # ruleid: agent-mcp-command-fixed
    client = StdIOStatefulClient(name="user", command=command, args=[])
    return client.name


# ---- correct twins and near misses


def fixed():
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command="npx", args=["-y", "@modelcontextprotocol/server-filesystem@1.0.2", "/srv"])


@router.post("/mcp/choose")
async def choose(body: ServerIn):
    spec = SERVERS[body.name]
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=spec["command"], args=spec["args"])


@router.post("/mcp/allowed")
async def allowed(body: ServerIn):
    command = body.command
    if command not in ALLOWED_COMMANDS:
        raise ValueError(command)
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=command, args=["server"])


def from_settings(settings):
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=settings.mcp_command, args=[])


def from_file():
    with open("/etc/agent/mcp.json") as f:
        config = json.load(f)
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=config["command"], args=config["args"])


@router.post("/mcp/remote")
async def remote(body: ServerIn):
    # ok: agent-mcp-command-fixed
    return MultiServerMCPClient({"user": {"url": check_url(body.url), "transport": "streamable_http"}})


@router.post("/mcp/session")
async def session(body: ServerIn):
    params = StdioServerParameters(command="mcp-files", args=["/srv"])
    async with stdio_client(params) as (r, w), ClientSession(r, w) as s:
        # ok: agent-mcp-command-fixed
        return await s.call_tool(body.tool, body.arguments)
