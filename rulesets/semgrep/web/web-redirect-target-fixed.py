from urllib.parse import quote, urlparse

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from flask import redirect, request

router = APIRouter()
TARGETS = {"console": "/console", "login": "/login"}


@app.route("/oauth/callback")
def callback():
    # ruleid: web-redirect-target-fixed
    return redirect(request.args.get("next", "/"))


@router.get("/logout")
async def logout(return_to: str = "/"):
    # ruleid: web-redirect-target-fixed
    return RedirectResponse(url=return_to, status_code=302)


@router.get("/sso")
async def sso(redirect_uri: str = ""):
    url = f"{redirect_uri}?code=1"
    # ruleid: web-redirect-target-fixed
    return RedirectResponse(url)


@app.route("/after")
def after():
    target = request.args.get("next", "/")
    if urlparse(target).netloc or not target.startswith("/"):
        target = "/"
    # ok: web-redirect-target-fixed
    return redirect(target)


@router.get("/named")
async def named(return_to: str = "console"):
    # ok: web-redirect-target-fixed
    return RedirectResponse(TARGETS.get(return_to, "/"))


@router.get("/with-code")
async def with_code(target: str = ""):
    # ok: web-redirect-target-fixed
    return RedirectResponse(f"/login?next={quote(target)}")


@router.get("/safe")
async def safe(next_url: str = "/"):
    if not url_has_allowed_host_and_scheme(next_url, allowed_hosts=HOSTS):
        next_url = "/"
    # ok: web-redirect-target-fixed
    return RedirectResponse(next_url)


@router.get("/oauth/{provider}/browser")
async def bind(provider: str, request: Request):
    state = request.query_params.get("state", "")
    url = await broker.bind(provider=provider, state=state)
    # ok: web-redirect-target-fixed
    return RedirectResponse(url, status_code=303)
