import asyncio
import urllib.request
from urllib.request import urlopen

import aiohttp
import dashscope
import httpx
import litellm
import ollama
import requests
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

bare = OpenAI()
bare_async = AsyncOpenAI(api_key=KEY, base_url=URL)
bare_claude = Anthropic()
timed = OpenAI(timeout=30)
timed_async = AsyncOpenAI(timeout=httpx.Timeout(30), max_retries=2)
own_http = OpenAI(http_client=httpx.Client(timeout=20))


def plain(url, opts):
    # ruleid: agent-calls-have-timeout
    requests.get(url)
    # ruleid: agent-calls-have-timeout
    requests.post(url, json={"a": 1}, headers={"x": "y"})
    # ruleid: agent-calls-have-timeout
    requests.request("GET", url, params={})
    # ruleid: agent-calls-have-timeout
    requests.get(url, timeout=None)
    # ruleid: agent-calls-have-timeout
    httpx.post(url, json={}, timeout=None)
    # ruleid: agent-calls-have-timeout
    urllib.request.urlopen(url)
    # ruleid: agent-calls-have-timeout
    urlopen(url)
    # ok: agent-calls-have-timeout
    requests.get(url, timeout=5)
    # ok: agent-calls-have-timeout
    requests.post(url, json={}, timeout=(3, 30))
    # ok: agent-calls-have-timeout
    requests.get(url, **opts)
    # ok: agent-calls-have-timeout
    httpx.get(url)
    # ok: agent-calls-have-timeout
    urllib.request.urlopen(url, timeout=5)
    # ok: agent-calls-have-timeout
    urllib.request.urlopen(url, None, 5)


def session_calls(url):
    s = requests.Session()
    # ruleid: agent-calls-have-timeout
    s.get(url)
    # ok: agent-calls-have-timeout
    s.get(url, timeout=3)
    with requests.Session() as sess:
        # ruleid: agent-calls-have-timeout
        sess.post(url, data=b"")


async def clients(url):
    # ruleid: agent-calls-have-timeout
    async with httpx.AsyncClient(timeout=None) as client:
        await client.get(url)
    # ok: agent-calls-have-timeout
    async with httpx.AsyncClient(timeout=10) as client:
        # ok: agent-calls-have-timeout
        await client.get(url)
    # ruleid: agent-calls-have-timeout
    timeout = aiohttp.ClientTimeout(total=None)
    # ok: agent-calls-have-timeout
    limit = aiohttp.ClientTimeout(total=30)
    return timeout, limit


async def models(messages, options):
    # ruleid: agent-calls-have-timeout
    litellm.completion(model="m", messages=messages)
    # ok: agent-calls-have-timeout
    litellm.completion(model="m", messages=messages, timeout=10)
    # ok: agent-calls-have-timeout
    await litellm.acompletion(model="m", messages=messages, **options)
    # ruleid: agent-calls-have-timeout
    dashscope.Generation.call(model="qwen-max", messages=messages)
    # ok: agent-calls-have-timeout
    dashscope.Generation.call(model="qwen-max", messages=messages, request_timeout=10)
    # ruleid: agent-calls-have-timeout
    ollama.chat(model="m", messages=messages)
    # ruleid: agent-calls-have-timeout--model
    bare.chat.completions.create(model="m", messages=messages)
    # ruleid: agent-calls-have-timeout--model
    await bare_async.responses.create(model="m", input="x")
    # ruleid: agent-calls-have-timeout--model
    bare_claude.messages.create(model="c", max_tokens=1, messages=messages)
    # ruleid: agent-calls-have-timeout--model
    OpenAI().chat.completions.create(model="m", messages=messages)
    # ok: agent-calls-have-timeout--model
    bare.chat.completions.create(model="m", messages=messages, timeout=20)
    # ok: agent-calls-have-timeout--model
    timed.chat.completions.create(model="m", messages=messages)
    # ok: agent-calls-have-timeout--model
    await timed_async.responses.create(model="m", input="x")
    # ok: agent-calls-have-timeout--model
    own_http.chat.completions.create(model="m", messages=messages)
    # ok: agent-calls-have-timeout--model
    OpenAI(timeout=5).chat.completions.create(model="m", messages=messages)
    # ok: agent-calls-have-timeout--model
    await asyncio.wait_for(bare_async.responses.create(model="m", input="x"), 10)


class Service:
    def __init__(self):
        self.client = AsyncAnthropic()
        self.good = AsyncAnthropic(timeout=30)

    async def ask(self, messages):
        # ruleid: agent-calls-have-timeout--model
        return await self.client.messages.create(model="c", max_tokens=1, messages=messages)

    async def ask_good(self, messages):
        # ok: agent-calls-have-timeout--model
        return await self.good.messages.create(model="c", max_tokens=1, messages=messages)
