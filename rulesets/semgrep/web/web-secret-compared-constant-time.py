import hashlib
import hmac
import os

from fastapi import Header, HTTPException

API_KEY = os.environ["API_KEY"]


def check(x_api_key: str = Header()):
    # ruleid: web-secret-compared-constant-time
    if x_api_key != API_KEY:
        raise HTTPException(401)


def check_token(token, settings):
    # ruleid: web-secret-compared-constant-time
    return token == settings.admin_token


def check_bearer(request):
    # ruleid: web-secret-compared-constant-time
    return request.headers.get("Authorization") == f"Bearer {os.environ['API_TOKEN']}"


def check_signature(body, signature, key):
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    # ruleid: web-secret-compared-constant-time
    return signature == expected


def check_direct(body, signature, key):
    # ruleid: web-secret-compared-constant-time
    return hmac.new(key, body, "sha256").hexdigest() == signature


def good(x_api_key: str, body, signature, key, settings, token_type):
    # ok: web-secret-compared-constant-time
    if not hmac.compare_digest(x_api_key, API_KEY):
        raise HTTPException(401)
    # ok: web-secret-compared-constant-time
    if API_KEY == "":
        raise RuntimeError
    # ok: web-secret-compared-constant-time
    if token_type != "bearer":
        raise RuntimeError
    # ok: web-secret-compared-constant-time
    return settings.api_key == None


def actor_of(context):
    # ok: web-secret-compared-constant-time
    return "key" if context.auth_method == AUTH_METHOD_API_KEY else "user"


async def bearer(request, handler):
    given = request.headers.get("Authorization", "")
    # ruleid: web-secret-compared-constant-time
    if given != f"Bearer {TOKEN}":
        raise Unauthorized
    return await handler(request)


def same_header(request):
    # ruleid: web-secret-compared-constant-time
    return f"Bearer {settings.api_token}" == request.headers.get("Authorization")


def same_key(request):
    sent = request.headers.get("X-Api-Key")
    # ruleid: web-secret-compared-constant-time
    return sent == API_KEY


def good_scheme(request):
    sent = request.headers.get("Authorization", "")
    # ok: web-secret-compared-constant-time
    if sent == "":
        return None
    # ok: web-secret-compared-constant-time
    return sent.split()[0] == AUTH_SCHEME


def good_same_header(request):
    given = request.headers.get("Authorization", "")
    # ok: web-secret-compared-constant-time
    return hmac.compare_digest(given.encode(), f"Bearer {TOKEN}".encode())


class Handler:
    def prepare(self):
        given = self.given_token()
        # ruleid: web-secret-compared-constant-time
        if given != self.settings["token"]:
            raise ValueError("token")
        kind = self.given_token_kind()
        # ok: web-secret-compared-constant-time
        if kind != self.settings["token_type"]:
            raise ValueError("kind")
