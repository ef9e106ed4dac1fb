import httpx, redis, os
from openai import OpenAI
import ftplib, telnetlib, smtplib
from pydantic_settings import BaseSettings
import ldap3


class Settings(BaseSettings):
    # ruleid: crypto-endpoint-not-clear-text
    model_url: str = "http://llm.prod.bank.cn:8000/v1"
    # ok: crypto-endpoint-not-clear-text
    local_url: str = "http://localhost:8000/v1"
    # ok: crypto-endpoint-not-clear-text
    tls_url: str = "https://llm.prod.bank.cn/v1"


# ruleid: crypto-endpoint-not-clear-text
client = OpenAI(base_url="http://10.20.3.4:8000/v1", api_key=os.environ["K"])
# ok: crypto-endpoint-not-clear-text
client2 = OpenAI(base_url="http://127.0.0.1:8000/v1", api_key=os.environ["K"])


def a(body):
    # ruleid: crypto-endpoint-not-clear-text
    return httpx.post("http://scoring.bank.cn/api", json=body, timeout=3)


def b():
    # ruleid: crypto-endpoint-not-clear-text
    return redis.from_url("redis://cache.bank.cn:6379/0")


def c():
    # ok: crypto-endpoint-not-clear-text
    return redis.from_url("rediss://cache.bank.cn:6379/0")


def d():
    # ruleid: crypto-endpoint-not-clear-text
    return ftplib.FTP("files.bank.cn")


def e():
    # ok: crypto-endpoint-not-clear-text
    ns = {"x": "http://www.w3.org/2001/XMLSchema"}
    return ns


def f():
    # ruleid: crypto-endpoint-not-clear-text
    return connect("ws://agent.bank.cn/stream")


def g():
    # ruleid: crypto-endpoint-not-clear-text
    return ldap3.Server("ldap://dir.bank.cn")


def h():
    # ok: crypto-endpoint-not-clear-text
    return "http://example.com/schema"


def i(body):
    # ok: crypto-endpoint-not-clear-text
    return httpx.post("https://scoring.bank.cn/api", json=body, timeout=3)
