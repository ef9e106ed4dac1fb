import ipaddress
import socket
import urllib.request
from urllib.parse import urlparse

import aiohttp
import httpx
import requests
from django.http import JsonResponse
from fastapi import APIRouter, Depends, FastAPI, Request
from flask import Flask, request
from pydantic import BaseModel, HttpUrl

app = FastAPI()
router = APIRouter()
flask_app = Flask(__name__)
ALLOWED_HOSTS = {"docs.example.com", "api.example.com"}
API_BASE = "https://api.example.com"
SOURCES = {"docs": "https://docs.example.com/feed"}


class FetchBody(BaseModel):
    url: HttpUrl


@app.get("/fetch")
def fetch(url: str):
    # ruleid: agent-request-urls-allow-listed
    return requests.get(url, timeout=5).text


@router.post("/import")
async def import_page(body: FetchBody, user=Depends(get_user)):
    async with httpx.AsyncClient(timeout=5) as client:
        # ruleid: agent-request-urls-allow-listed
        r = await client.get(str(body.url))
    return r.text


@app.post("/webhook")
async def webhook(request: Request):
    data = await request.json()
    callback = data["callback_url"]
    async with aiohttp.ClientSession() as session:
        # ruleid: agent-request-urls-allow-listed
        async with session.post(callback, json={"ok": True}) as resp:
            return await resp.text()


@flask_app.route("/proxy")
def proxy():
    target = request.args.get("target")
    if not target.startswith("http"):
        return "bad", 400
    # ruleid: agent-request-urls-allow-listed
    return urllib.request.urlopen(target, timeout=5).read()


@flask_app.post("/image")
def image():
    host = request.json["host"]
    # ruleid: agent-request-urls-allow-listed
    return requests.request("GET", f"http://{host}/snapshot.jpg", timeout=5).content


def preview(request):
    # ruleid: agent-request-urls-allow-listed
    return JsonResponse({"html": requests.get(request.GET["url"], timeout=5).text})


@router.get("/models")
def list_models(base_url: str, api_key: str):
    # ruleid: agent-request-urls-allow-listed
    return httpx.get(base_url + "/models", headers={"Authorization": api_key}, timeout=5).json()


# ---- correct twins and near misses


@app.get("/fetch-allowed")
def fetch_allowed(url: str):
    host = urlparse(url).hostname
    if host not in ALLOWED_HOSTS:
        raise ValueError(host)
    # ok: agent-request-urls-allow-listed
    return requests.get(url, timeout=5).text


@app.get("/fetch-public")
def fetch_public(url: str):
    host = urlparse(url).hostname
    for info in socket.getaddrinfo(host, 443):
        if ipaddress.ip_address(info[4][0]).is_private:
            raise ValueError("private address")
    # ok: agent-request-urls-allow-listed
    return requests.get(url, timeout=5, allow_redirects=False).text


@app.get("/item/{item}")
def item(item: str):
    # ok: agent-request-urls-allow-listed
    return requests.get(f"https://api.example.com/items/{item}", timeout=5).json()


@app.get("/search")
async def search(q: str):
    async with httpx.AsyncClient(timeout=5) as client:
        # ok: agent-request-urls-allow-listed
        return (await client.get("https://api.example.com/search", params={"q": q})).json()


@app.post("/forward")
async def forward(body: FetchBody):
    async with httpx.AsyncClient(timeout=5) as client:
        # ok: agent-request-urls-allow-listed
        return (await client.post(f"{API_BASE}/forward", json=body.model_dump())).json()


@app.get("/source")
def source(name: str):
    # ok: agent-request-urls-allow-listed
    return requests.get(SOURCES[name], timeout=5).text


@app.get("/checked")
def checked(url: str):
    validate_public_url(url)
    # ok: agent-request-urls-allow-listed
    return requests.get(url, timeout=5).text


@flask_app.route("/page/<int:page>")
def page(page: int):
    # ok: agent-request-urls-allow-listed
    return requests.get("https://docs.example.com/page/" + str(page), timeout=5).text


@app.get("/cached")
def cached(key: str):
    # ok: agent-request-urls-allow-listed
    return redis_client.get(key)


@app.get("/state")
async def state(request: Request):
    # ok: agent-request-urls-allow-listed
    return (await request.app.state.http.get(request.app.state.config.upstream)).text


@app.get("/proxied")
async def proxied(address: str):
    # ruleid: agent-request-urls-allow-listed
    outgoing = client.build_request("GET", httpx.URL(address))
    return await client.send(outgoing, stream=True)


@app.get("/prepared")
def prepared(address: str):
    # ruleid: agent-request-urls-allow-listed
    outgoing = requests.Request("GET", address)
    return requests.Session().send(outgoing.prepare())
