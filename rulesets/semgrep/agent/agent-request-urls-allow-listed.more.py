import requests, httpx, aiohttp, urllib.request
from urllib.parse import urlparse
from fastapi import FastAPI, APIRouter, Body, Query, Depends
from flask import Flask, request
from django.http import HttpRequest, JsonResponse
from pydantic import BaseModel, HttpUrl
import ipaddress, socket

app = FastAPI()
router = APIRouter()
flask_app = Flask(__name__)
ALLOWED = {"api.bank.cn"}


class Webhook(BaseModel):
    callback: HttpUrl
    note: str = ""


@router.post("/hooks")
async def add_hook(hook: Webhook):
    async with httpx.AsyncClient(timeout=5) as client:
        # ruleid: agent-request-urls-allow-listed
        reply = await client.post(str(hook.callback), json={"ping": 1})
    return reply.status_code


@router.post("/hooks-safe")
async def add_hook_safe(hook: Webhook):
    target = str(hook.callback)
    if urlparse(target).hostname not in ALLOWED:
        return 400
    async with httpx.AsyncClient(timeout=5) as client:
        # ok: agent-request-urls-allow-listed
        reply = await client.post(target, json={"ping": 1})
    return reply.status_code


@app.get("/proxy")
async def proxy(target: str = Query(...)):
    async with aiohttp.ClientSession() as session:
        # ruleid: agent-request-urls-allow-listed
        async with session.get(target) as resp:
            return await resp.text()


@flask_app.route("/fetch", methods=["POST"])
def fetch():
    payload = request.get_json()
    link = payload.get("link")
    # ruleid: agent-request-urls-allow-listed
    page = requests.request("GET", link, timeout=5)
    return page.text


@flask_app.route("/fetch2")
def fetch2():
    host = request.args["host"]
    # ruleid: agent-request-urls-allow-listed
    with urllib.request.urlopen("http://%s/status" % host, timeout=3) as page:
        return page.read()


@flask_app.route("/item")
def item():
    number = int(request.args["id"])
    # ok: agent-request-urls-allow-listed
    return requests.get(f"https://api.bank.cn/items/{number}", timeout=3).text


def preview(request: HttpRequest):
    url = request.GET.get("url")
    # ruleid: agent-request-urls-allow-listed
    body = requests.get(url, timeout=3).text
    return JsonResponse({"body": body})


@app.get("/search")
def search(q: str):
    # ok: agent-request-urls-allow-listed
    return httpx.get("https://search.bank.cn/v1", params={"q": q}, timeout=5).json()


@app.get("/lookup")
def lookup(service: str):
    backends = {"rates": "https://rates.bank.cn", "fx": "https://fx.bank.cn"}
    base = backends.get(service)
    if base is None:
        return {}
    # ok: agent-request-urls-allow-listed
    return httpx.get(base + "/latest", timeout=5).json()


LINK_PATTERN = re.compile(r"https?://[^)]+")


def images_of(text):
    session = requests.Session()
    for url in LINK_PATTERN.findall(text):
        # ruleid: agent-request-urls-allow-listed--found-links
        session.get(url, timeout=30)
    for url in re.findall(r"!\[.*?\]\((https?://[^)]+)\)", text):
        # ruleid: agent-request-urls-allow-listed--found-links
        requests.get(url, timeout=30)


def images_checked(text):
    for url in LINK_PATTERN.findall(text):
        assert_url_is_safe(url)
        # ok: agent-request-urls-allow-listed--found-links
        requests.get(url, timeout=30, allow_redirects=False)
