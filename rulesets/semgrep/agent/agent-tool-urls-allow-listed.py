import ipaddress
import json
import urllib.request
from urllib.parse import urlparse

import aiohttp
import httpx
import requests
from agents import function_tool
from fastmcp import FastMCP
from langchain.tools import BaseTool
from langchain_core.tools import tool

mcp = FastMCP("web")
ALLOWED_DOMAINS = ("docs.example.com", "wiki.example.com")
SEARCH_URL = "https://search.example.com"


@tool
def browse(url: str) -> str:
    """Fetch a page."""
    # ruleid: agent-tool-urls-allow-listed
    return requests.get(url, timeout=10).text


@mcp.tool()
async def fetch(url: str, max_length: int = 5000) -> str:
    async with httpx.AsyncClient(timeout=10) as client:
        # ruleid: agent-tool-urls-allow-listed
        response = await client.get(url, follow_redirects=True)
    return response.text[:max_length]


@function_tool
async def download(link: str) -> bytes:
    async with aiohttp.ClientSession() as session:
        # ruleid: agent-tool-urls-allow-listed
        async with session.get(link) as resp:
            return await resp.read()


class ScrapeTool(BaseTool):
    name: str = "scrape"

    def _run(self, website: str) -> str:
        if not website.startswith(("http://", "https://")):
            website = "https://" + website
        # ruleid: agent-tool-urls-allow-listed
        return urllib.request.urlopen(website, timeout=10).read().decode()


@tool
def health(host: str, port: int = 80) -> str:
    """Check a host."""
    # ruleid: agent-tool-urls-allow-listed
    return httpx.get(f"http://{host}:{port}/health", timeout=5).text


def dispatch(tool_call):
    args = json.loads(tool_call.function.arguments)
    # ruleid: agent-tool-urls-allow-listed
    return requests.post(args["url"], json=args["body"], timeout=5).json()


# ---- correct twins and near misses


@tool
def browse_allowed(url: str) -> str:
    """Fetch a page."""
    if urlparse(url).hostname not in ALLOWED_DOMAINS:
        raise ValueError("host not permitted")
    # ok: agent-tool-urls-allow-listed
    return requests.get(url, timeout=10).text


@mcp.tool()
async def search(query: str) -> str:
    async with httpx.AsyncClient(timeout=10) as client:
        # ok: agent-tool-urls-allow-listed
        return (await client.get(SEARCH_URL, params={"q": query})).text


@mcp.tool()
async def weather(city: str) -> str:
    # ok: agent-tool-urls-allow-listed
    return requests.get(f"https://wttr.example.com/{city}?format=3", timeout=10).text


class WikiTool(BaseTool):
    base_url: str = "https://wiki.example.com"

    def _run(self, title: str) -> str:
        # ok: agent-tool-urls-allow-listed
        return requests.get(f"{self.base_url}/page/{title}", timeout=10).text


@tool
def checked(url: str) -> str:
    """Fetch a page."""
    if not is_allowed_url(url):
        raise ValueError(url)
    # ok: agent-tool-urls-allow-listed
    return requests.get(url, timeout=10).text


@tool
def public_only(url: str) -> str:
    """Fetch a page."""
    parsed = urlparse(url)
    address = ipaddress.ip_address(resolve(parsed.hostname))
    if address.is_private or address.is_loopback:
        raise ValueError(url)
    # ok: agent-tool-urls-allow-listed
    return requests.get(url, timeout=10, allow_redirects=False).text


@tool
def local_base(issue: str) -> str:
    """Read an issue."""
    base = "https://git.example.com/api"
    # ok: agent-tool-urls-allow-listed
    return requests.get(f"{base}/issues/{issue}", timeout=10).text


@tool
def lookup(name: str, options: dict) -> str:
    """Look up."""
    # ok: agent-tool-urls-allow-listed
    return options.get(name, "none")


def not_a_tool(url):
    # ok: agent-tool-urls-allow-listed
    return requests.get(url, timeout=10)
