import requests
from langchain.agents import Tool

PAGES = {"status": "https://status.corp.cn/now"}
tools = [
    # ruleid: agent-tool-urls-allow-listed--lambda
    Tool(name="page", func=lambda address: requests.get(address, timeout=10).text, description="Reads a page"),
    # ok: agent-tool-urls-allow-listed--lambda
    Tool(name="known", func=lambda name: requests.get(PAGES[name], timeout=10).text, description="Reads a page"),
]
