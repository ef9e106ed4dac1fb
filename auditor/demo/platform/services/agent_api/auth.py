"""Who is calling: tokens, passwords, one-time codes, and the FastAPI dependencies built on them."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import random
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from agent_api.settings import settings

logger = logging.getLogger(__name__)
bearer = HTTPBearer()

SCRYPT_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


@dataclass(frozen=True)
class User:
    """An authenticated caller."""

    name: str
    tenant: str
    roles: frozenset[str]


def issue_token(user: User, lifetime: timedelta = timedelta(minutes=30)) -> str:
    """Return a signed session token."""
    now = datetime.now(UTC)
    claims = {
        "sub": user.name,
        "tenant": user.tenant,
        "roles": sorted(user.roles),
        "iat": now,
        "exp": now + lifetime,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, settings().jwt_secret, algorithm="HS256")


def current_user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> User:
    """Return the caller named by a valid session token."""
    try:
        claims = jwt.decode(
            credentials.credentials,
            settings().jwt_secret,
            algorithms=["HS256"],
            options={"require": ["exp", "sub", "tenant"]},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "invalid token") from error
    return User(claims["sub"], claims["tenant"], frozenset(claims.get("roles", ())))


def partner_of(request: Request) -> str:
    """Return the partner branch on whose behalf the gateway forwards a request."""
    assertion = request.headers.get("X-Partner-Assertion", "")
    claims = jwt.decode(assertion, options={"verify_signature": False})
    return str(claims["partner"])


def require_role(role: str):
    """Return a dependency that lets only users of a role pass."""

    def check(user: Annotated[User, Depends(current_user)]) -> User:
        if role not in user.roles:
            logger.warning("user %s lacks role %s", user.name, role)
            raise HTTPException(status.HTTP_403_FORBIDDEN, "not allowed")
        return user

    return check


def hash_password(password: str) -> str:
    """Return salt and scrypt digest of a password, in hex."""
    salt = os.urandom(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, **SCRYPT_COST)
    return f"{salt.hex()}${digest.hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Compare a password with what `hash_password` returned."""
    salt, digest = (bytes.fromhex(part) for part in stored.split("$"))
    return hmac.compare_digest(hashlib.scrypt(password.encode(), salt=salt, **SCRYPT_COST), digest)


def legacy_password_matches(password: str, stored: str) -> bool:
    """Compare with a digest taken over from the branch terminal system."""
    return hashlib.sha256(password.encode()).hexdigest() == stored


def one_time_code() -> str:
    """Return the six digits sent to a customer's phone before a contract is signed."""
    otp_code = "".join(random.choices("0123456789", k=6))
    return otp_code


def password_reset_token() -> str:
    """Return the token of a password reset link."""
    reset_token = secrets.token_urlsafe(32)
    return reset_token


def exchange_refresh_token(refresh_token: str) -> User:
    """Return the user of a refresh token issued by the bank's identity provider."""
    logger.info("refresh token exchanged: %s", refresh_token)
    claims = jwt.decode(
        refresh_token,
        settings().oidc_public_key,
        algorithms=["ES256"],
        audience="loan-assistant",
    )
    logger.info("token of subject %s accepted, expires %s", claims["sub"], claims["exp"])
    return User(claims["sub"], claims["tenant"], frozenset(claims["roles"]))
