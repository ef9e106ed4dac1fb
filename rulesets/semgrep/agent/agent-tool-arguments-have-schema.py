from typing import Any

from agents import function_tool
from fastmcp import FastMCP
from langchain.tools import BaseTool
from langchain_core.tools import tool
from pydantic import BaseModel

mcp = FastMCP("tools")


# ruleid: agent-tool-arguments-have-schema
@tool
def free(**kwargs) -> str:
    """Do."""
    return str(kwargs)


# ruleid: agent-tool-arguments-have-schema
@mcp.tool()
async def query(table: str, **filters: Any) -> str:
    return table


# ruleid: agent-tool-arguments-have-schema
@mcp.tool()
def call(params: dict) -> str:
    return str(params)


# ruleid: agent-tool-arguments-have-schema
@function_tool
def act(payload: dict[str, Any]) -> str:
    return str(payload)


class FreeTool(BaseTool):
    name: str = "free"
    description: str = "free"

    # ruleid: agent-tool-arguments-have-schema
    def _run(self, **kwargs):
        return kwargs


class FreeAnyTool(BaseTool):
    name: str = "free"

    # ruleid: agent-tool-arguments-have-schema
    def _run(self, *args, **kwargs):
        return kwargs


# ruleid: agent-tool-arguments-have-schema
OPEN = {"type": "function", "function": {"name": "x", "description": "x", "parameters": {"type": "object", "properties": {}, "additionalProperties": True}}}


class Filters(BaseModel):
    city: str


# ok: agent-tool-arguments-have-schema
@tool
def named(city: str, limit: int = 5) -> str:
    """Do."""
    return city


# ok: agent-tool-arguments-have-schema
@mcp.tool()
async def typed(filters: Filters) -> str:
    return filters.city


# ok: agent-tool-arguments-have-schema
@tool(args_schema=Filters)
def with_schema(**kwargs) -> str:
    """Do."""
    return str(kwargs)


class SchemaTool(BaseTool):
    name: str = "schema"
    args_schema: type[BaseModel] = Filters

    # ok: agent-tool-arguments-have-schema
    def _run(self, **kwargs):
        return kwargs


class NamedTool(BaseTool):
    name: str = "named"

    # ok: agent-tool-arguments-have-schema
    def _run(self, city: str) -> str:
        return city


class NamedManagerTool(BaseTool):
    name: str = "named"

    # ok: agent-tool-arguments-have-schema
    def _run(self, city: str, run_manager=None, **kwargs) -> str:
        return city


# ok: agent-tool-arguments-have-schema
CLOSED = {"type": "function", "function": {"name": "x", "description": "x", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False}}}


# ok: agent-tool-arguments-have-schema
def helper(**kwargs):
    return kwargs
