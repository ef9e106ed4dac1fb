import uvicorn
from fastapi import Depends, FastAPI, Header, Request
from fastapi_mcp import FastApiMCP
from fastmcp import FastMCP
from fastmcp.server.auth import BearerAuthProvider
from langserve import add_routes
from starlette.applications import Starlette
from starlette.routing import Mount


def open_sse():
    mcp = FastMCP("tools")
    # ruleid: agent-tool-server-authenticated
    mcp.run(transport="sse", host="0.0.0.0", port=8000)


def open_http():
    server = FastMCP(name="tools", instructions="x")
    # ruleid: agent-tool-server-authenticated
    server.run(transport="streamable-http")


def open_mount():
    mcp = FastMCP("tools")
    # ruleid: agent-tool-server-authenticated
    app = Starlette(routes=[Mount("/", app=mcp.sse_app())])
    uvicorn.run(app, host="0.0.0.0", port=8000)


def open_http_app():
    mcp = FastMCP("tools")
    # ruleid: agent-tool-server-authenticated
    uvicorn.run(mcp.streamable_http_app(), host="0.0.0.0", port=8000)


def open_fastapi_mcp():
    app = FastAPI()
    # ruleid: agent-tool-server-authenticated
    mcp = FastApiMCP(app, name="api")
    mcp.mount()


def open_gradio(demo):
    # ruleid: agent-tool-server-authenticated
    demo.launch(mcp_server=True, server_name="0.0.0.0")


def open_langserve(chain):
    app = FastAPI()
    # ruleid: agent-tool-server-authenticated
    add_routes(app, chain, path="/chain")


def open_routes():
    app = FastAPI()

    # ruleid: agent-tool-server-authenticated--route
    @app.post("/tools/{name}")
    async def call_tool(name: str, body: dict):
        return await TOOLS[name](**body)

    # ruleid: agent-tool-server-authenticated--route
    @app.post("/execute")
    def execute(body: CodeIn):
        return run(body.code)

    # ruleid: agent-tool-server-authenticated--route
    @app.post("/api/v1/invoke")
    def invoke(body: CodeIn):
        return run(body.code)

    # ruleid: agent-tool-server-authenticated--route
    @app.post("/mcp")
    async def mcp_endpoint(request: Request):
        return await handle(await request.json())

    # ruleid: agent-tool-server-authenticated--route
    @app.websocket("/ws/run")
    async def ws_run(websocket):
        return await handle(websocket)

    @app.post("/chat")
    # ok: agent-tool-server-authenticated--route
    def chat(body: CodeIn):
        return reply(body)

    @app.get("/tools")
    # ok: agent-tool-server-authenticated--route
    def list_tools():
        return list(TOOLS)


# ---- correct twins and near misses


def with_auth():
    mcp = FastMCP("tools", auth=BearerAuthProvider(public_key=KEY))
    # ok: agent-tool-server-authenticated
    mcp.run(transport="sse", host="0.0.0.0", port=8000)


def with_verifier():
    mcp = FastMCP("tools", token_verifier=Verifier(), auth=AuthSettings(issuer_url=ISSUER))
    # ok: agent-tool-server-authenticated
    mcp.run(transport="streamable-http")


def stdio():
    mcp = FastMCP("tools")
    # ok: agent-tool-server-authenticated
    mcp.run(transport="stdio")


def stdio_default():
    mcp = FastMCP("tools")
    # ok: agent-tool-server-authenticated
    mcp.run()


def loopback():
    mcp = FastMCP("tools", host="127.0.0.1")
    # ok: agent-tool-server-authenticated
    mcp.run(transport="sse")


def with_middleware():
    mcp = FastMCP("tools")
    # ok: agent-tool-server-authenticated
    app = mcp.streamable_http_app()
    app.add_middleware(TokenMiddleware)
    uvicorn.run(app, host="0.0.0.0", port=8000)


def fastapi_mcp_auth():
    app = FastAPI()
    # ok: agent-tool-server-authenticated
    FastApiMCP(app, auth_config=AuthConfig(dependencies=[Depends(verify)])).mount()


def gradio_auth(demo):
    # ok: agent-tool-server-authenticated
    demo.launch(mcp_server=True, auth=check)


def guarded_routes():
    app = FastAPI(dependencies=[Depends(verify_token)])

    @app.post("/tools/{name}")
    # ok: agent-tool-server-authenticated--route
    async def call_tool(name: str, body: dict):
        return await TOOLS[name](**body)


def guarded_each():
    api = FastAPI()

    @api.post("/tools/{name}", dependencies=[Depends(verify_token)])
    # ok: agent-tool-server-authenticated--route
    async def call_tool(name: str, body: dict):
        return await TOOLS[name](**body)

    @api.post("/execute")
    # ok: agent-tool-server-authenticated--route
    def execute(body: CodeIn, user=Depends(current_user)):
        return run(body.code, user)

    @api.post("/invoke")
    # ok: agent-tool-server-authenticated--route
    def invoke(body: CodeIn, authorization: str = Header(...)):
        check(authorization)
        return run(body.code)


def guarded_middleware():
    web = FastAPI()

    @web.middleware("http")
    async def auth(request, call_next):
        return await call_next(request)

    @web.post("/execute")
    # ok: agent-tool-server-authenticated--route
    def execute(body: CodeIn):
        return run(body.code)
