import json, os, shlex, sys
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from fastapi import FastAPI, Request
from pydantic import BaseModel
from langchain_mcp_adapters.client import MultiServerMCPClient
from agents.mcp import MCPServerStdio
from flask import request, Flask

app = FastAPI()
flask_app = Flask(__name__)
SERVERS = {"files": ("uvx", ["mcp-files"])}


class ServerIn(BaseModel):
    command: str
    args: list[str] = []


@app.post("/servers")
async def add(server: ServerIn):
    # ruleid: agent-mcp-command-fixed
    params = StdioServerParameters(command=server.command, args=server.args)
    async with stdio_client(params) as (r, w):
        return True


@app.post("/servers/known")
async def add_known(name: str):
    command, args = SERVERS[name]
    # ok: agent-mcp-command-fixed
    params = StdioServerParameters(command=command, args=args)
    async with stdio_client(params) as (r, w):
        return True


@flask_app.post("/mcp")
def connect():
    cfg = request.get_json()
    # ruleid: agent-mcp-command-fixed
    client = MultiServerMCPClient({"x": {"transport": "stdio", "command": cfg["command"], "args": cfg["args"]}})
    return str(client)


@app.post("/openai")
async def openai_agents(req: Request):
    body = await req.json()
    # ruleid: agent-mcp-command-fixed
    async with MCPServerStdio(params={"command": body["cmd"], "args": []}) as s:
        return await s.list_tools()


async def fixed():
    # ok: agent-mcp-command-fixed
    async with MCPServerStdio(params={"command": "uvx", "args": ["mcp-server-git"]}) as s:
        return await s.list_tools()


def python_here():
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=sys.executable, args=["-m", "bank.tools"])


@app.post("/split")
async def split(req: Request):
    line = (await req.json()).get("line", "")
    parts = shlex.split(line)
    # ruleid: agent-mcp-command-fixed
    return StdioServerParameters(command=parts[0], args=parts[1:])


@app.post("/allow")
async def allow(server: ServerIn):
    if server.command not in {"uvx", "npx"}:
        raise ValueError(server.command)
    # ok: agent-mcp-command-fixed
    return StdioServerParameters(command=server.command, args=["bank-tools"])
