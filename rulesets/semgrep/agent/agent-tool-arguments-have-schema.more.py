from typing import Any
from langchain_core.tools import tool
from mcp.server.fastmcp import FastMCP
from agents import function_tool
from pydantic import BaseModel

mcp = FastMCP("x")


class Transfer(BaseModel):
    account: str
    amount: int


# ruleid: agent-tool-arguments-have-schema
@mcp.tool()
def transfer(**kwargs) -> str:
    """Transfer."""
    return str(kwargs)


# ok: agent-tool-arguments-have-schema
@mcp.tool()
def transfer_typed(order: Transfer) -> str:
    """Transfer."""
    return order.account


# ruleid: agent-tool-arguments-have-schema
@tool
def search(query: str, **options: Any) -> str:
    """Search."""
    return query


# ok: agent-tool-arguments-have-schema
@tool
def search_typed(query: str, limit: int = 5) -> str:
    """Search."""
    return query


# ruleid: agent-tool-arguments-have-schema
@function_tool
async def update(**fields):
    """Update."""
    return fields


# ok: agent-tool-arguments-have-schema
@function_tool
async def update_typed(name: str, city: str):
    """Update."""
    return name


# ruleid: agent-tool-arguments-have-schema
@mcp.tool(name="call")
async def call(**params: Any) -> dict:
    """Call."""
    return params


# ok: agent-tool-arguments-have-schema
def helper(**kwargs):
    return kwargs
