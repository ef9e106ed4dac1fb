"""Tools for other agents of the bank, served over MCP."""

from __future__ import annotations

import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.fastmcp import FastMCP
from pydantic import AnyHttpUrl

from agent_api import database, retrieval, scoring
from agent_api.settings import settings


class BankTokens(TokenVerifier):
    """Accepts access tokens of the bank's identity provider."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return the token's content, or None where it does not verify."""
        try:
            claims = jwt.decode(token, settings().oidc_public_key, algorithms=["ES256"], audience="loan-mcp")
        except jwt.InvalidTokenError:
            return None
        return AccessToken(token=token, client_id=claims["azp"], scopes=claims["scope"].split())


public = FastMCP("loan-tools", host="0.0.0.0", port=8090)

internal = FastMCP(
    "loan-case-tools",
    host="0.0.0.0",
    port=8091,
    token_verifier=BankTokens(),
    auth=AuthSettings(
        issuer_url=AnyHttpUrl("https://id.bank.cn"),
        resource_server_url=AnyHttpUrl("https://loan-mcp.bank.cn"),
        required_scopes=["loan.read"],
    ),
)


@public.tool()
def credit_score(income: float, debts: float, months_employed: int) -> float:
    """Return the probability that a loan is paid back."""
    return scoring.score({"income": income, "debts": debts, "months_employed": float(months_employed)})


@internal.tool()
def case(tenant: str, number: str) -> str:
    """Return the state of an application."""
    with database.transaction() as connection:
        return str(database.application(connection, tenant, number))


@internal.tool()
def guidance(tenant: str, question: str) -> list[str]:
    """Return passages of the lending policies."""
    return retrieval.passages(tenant, question)


def serve_public() -> None:
    """Serve the scoring tools."""
    public.run(transport="streamable-http")


def serve_internal() -> None:
    """Serve the case tools."""
    internal.run(transport="streamable-http")
