import requests, httpx, aiohttp, urllib.request
from requests import Session
import requests as rq
from openai import OpenAI, AsyncOpenAI
from functools import partial


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.http = httpx.Client(timeout=10)

    def load(self, url):
        # ruleid: agent-calls-have-timeout
        return self.session.get(url).json()

    def load_ok(self, url):
        # ok: agent-calls-have-timeout
        return self.session.get(url, timeout=(3, 10)).json()

    def put(self, url, body):
        # ok: agent-calls-have-timeout
        return self.http.put(url, json=body)


def fetch(url):
    # ruleid: agent-calls-have-timeout
    return rq.post(url, data={"a": 1})


def fetch_none(url):
    # ruleid: agent-calls-have-timeout
    return httpx.get(url, timeout=None)


def fetch_open(url):
    # ruleid: agent-calls-have-timeout
    with urllib.request.urlopen(url) as page:
        return page.read()


def fetch_open_ok(url):
    # ok: agent-calls-have-timeout
    with urllib.request.urlopen(url, timeout=5) as page:
        return page.read()


def with_session(url):
    with Session() as s:
        # ruleid: agent-calls-have-timeout
        return s.delete(url)


def kw(url, **kwargs):
    # ok: agent-calls-have-timeout
    return requests.get(url, **kwargs)


def options(url):
    opts = {"timeout": 5}
    # ok: agent-calls-have-timeout
    return requests.get(url, **opts)


async def with_httpx(url):
    # ruleid: agent-calls-have-timeout
    async with httpx.AsyncClient(timeout=None) as client:
        return await client.get(url)


async def with_httpx_ok(url):
    # ok: agent-calls-have-timeout
    async with httpx.AsyncClient() as client:
        return await client.get(url)
