import uvicorn
from fastapi import FastAPI, Depends
from mcp.server.fastmcp import FastMCP

tools = FastMCP("tools")
app = FastAPI()
# ruleid: agent-tool-server-authenticated
app.mount("/mcp", tools.streamable_http_app())

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)
