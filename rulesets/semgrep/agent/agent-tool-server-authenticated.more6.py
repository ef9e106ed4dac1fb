from fastapi import FastAPI, Depends, Security
from fastapi.security import HTTPBearer

app = FastAPI()
bearer = HTTPBearer()


# ruleid: agent-tool-server-authenticated--route
@app.post("/tools/invoke")
async def invoke(name: str, arguments: dict):
    return await registry.call(name, arguments)


# ok: agent-tool-server-authenticated--route
@app.post("/tools/call")
async def call(name: str, arguments: dict, token=Security(bearer)):
    return await registry.call(name, arguments)
