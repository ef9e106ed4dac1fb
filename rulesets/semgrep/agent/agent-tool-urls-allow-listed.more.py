import requests, httpx, aiohttp
from urllib.parse import urlparse, urljoin
from mcp.server.fastmcp import FastMCP, Context
from langchain_core.tools import BaseTool, tool
from crewai.tools import BaseTool as CrewTool
from crewai.tools import tool as crew_tool
from agents import function_tool
from playwright.async_api import async_playwright

mcp = FastMCP("web")
HOSTS = frozenset({"docs.bank.cn"})


@mcp.tool()
async def scrape(url: str, ctx: Context) -> str:
    """Scrape."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as s:
        # ruleid: agent-tool-urls-allow-listed
        async with s.get(url, allow_redirects=True) as r:
            return await r.text()


@mcp.tool()
async def scrape_safe(url: str) -> str:
    """Scrape."""
    parsed = urlparse(url)
    if parsed.scheme != "https" or parsed.netloc not in HOSTS:
        raise ValueError("address not allowed")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as s:
        # ok: agent-tool-urls-allow-listed
        async with s.get(url, allow_redirects=False) as r:
            return await r.text()


class FetchTool(CrewTool):
    name: str = "fetch"
    description: str = "fetch"

    def _run(self, website_url: str) -> str:
        # ruleid: agent-tool-urls-allow-listed
        page = requests.get(website_url, headers={"User-Agent": "x"}, timeout=15)
        return page.text


@crew_tool("Fetch page")
def fetch_page(address: str) -> str:
    """Fetch."""
    client = httpx.Client(timeout=5, follow_redirects=True)
    # ruleid: agent-tool-urls-allow-listed
    return client.get(address).text


@function_tool
async def open_page(link: str) -> str:
    """Open."""
    async with async_playwright() as p:
        browser = await p.chromium.launch()
        page = await browser.new_page()
        # ruleid: agent-tool-urls-allow-listed
        await page.goto(link)
        return await page.content()


@tool
def weather(city: str) -> str:
    """Weather."""
    # ok: agent-tool-urls-allow-listed
    return requests.get("https://weather.bank.cn/v1", params={"city": city}, timeout=5).text


@tool
def product(pid: str) -> str:
    """Product."""
    # ok: agent-tool-urls-allow-listed
    return requests.get(f"https://catalog.bank.cn/products/{pid}", timeout=5).text


@tool
def download(host: str, path: str) -> bytes:
    """Download."""
    # ruleid: agent-tool-urls-allow-listed
    return requests.get(f"https://{host}/{path}", timeout=5).content


@tool
def docs(page: str) -> str:
    """Docs."""
    target = {"faq": "https://docs.bank.cn/faq", "fees": "https://docs.bank.cn/fees"}[page]
    # ok: agent-tool-urls-allow-listed
    return requests.get(target, timeout=5).text
