from fastmcp import FastMCP
from fastmcp.server.auth import BearerAuthProvider

auth = BearerAuthProvider(jwks_uri="https://id.bank.cn/jwks", issuer="https://id.bank.cn")
guarded = FastMCP("orders", auth=auth)
server = FastMCP("orders")


@server.tool
def order(n: str) -> str:
    """Order."""
    return n


async def main():
    # ruleid: agent-tool-server-authenticated
    await server.run_async(transport="streamable-http", host="0.0.0.0", port=9000)


def serve_guarded():
    # ok: agent-tool-server-authenticated
    guarded.run(transport="http", host="0.0.0.0", port=9000)


def serve_local():
    # ok: agent-tool-server-authenticated
    server.run()
