import os

import grpc
import httpx
import redis
import requests
import websockets
from celery import Celery
from elasticsearch import Elasticsearch
from openai import OpenAI
from pydantic import Field
from pydantic_settings import BaseSettings

# ruleid: crypto-endpoint-not-clear-text
GATEWAY_URL = ("http://llm-gateway.corp.internal:8000/v1")
# ruleid: crypto-endpoint-not-clear-text
EMBEDDING_ENDPOINT = os.getenv("EMBEDDING_ENDPOINT", "http://10.20.3.7:8080/embed")


class Settings(BaseSettings):
    # ruleid: crypto-endpoint-not-clear-text
    model_base_url: str = "http://192.168.10.5:11434"
    # ruleid: crypto-endpoint-not-clear-text
    broker_url: str = Field(default="amqp://agent:pw@mq.bank.com.cn:5672//")
    # ok: crypto-endpoint-not-clear-text
    local_base_url: str = "http://localhost:11434"


def call(prompt):
    # ruleid: crypto-endpoint-not-clear-text
    return requests.post("http://models.bank.com.cn/v1/chat", json={"prompt": prompt}, timeout=30)


async def events():
    # ruleid: crypto-endpoint-not-clear-text
    async with websockets.connect("ws://events.platform.io/stream") as socket:
        return await socket.recv()


def cache():
    # ruleid: crypto-endpoint-not-clear-text
    return redis.from_url("redis://:secret@cache.prod.internal:6379/0")


def client():
    # ruleid: crypto-endpoint-not-clear-text
    return OpenAI(api_key=os.environ["KEY"], base_url="http://172.16.4.2:8000/v1")


def search():
    # ruleid: crypto-endpoint-not-clear-text
    return Elasticsearch(["http://es1.prod.internal:9200"])


def template(tenant):
    # ruleid: crypto-endpoint-not-clear-text
    return httpx.get(f"http://api.platform.io/tenants/{tenant}", timeout=5)


# ruleid: crypto-endpoint-not-clear-text
def by_default(path, server_url: str = "http://files.platform.io"):
    # ok: crypto-endpoint-not-clear-text
    return httpx.get(server_url + path, timeout=5)


def channel():
    # ruleid: crypto-endpoint-not-clear-text
    return grpc.insecure_channel("rerank.prod.internal:50051")


# ruleid: crypto-endpoint-not-clear-text
directory = {"ldap_url": "ldap://dc1.corp.lan:389"}

# ok: crypto-endpoint-not-clear-text
SECURE_URL = "https://llm-gateway.corp.internal/v1"
# ok: crypto-endpoint-not-clear-text
OLLAMA_URL = os.getenv("OLLAMA_URL", "http://127.0.0.1:11434")
# ok: crypto-endpoint-not-clear-text
COMPOSE_URL = "http://ollama:11434"
# ok: crypto-endpoint-not-clear-text
CLUSTER_URL = "http://vllm.models.svc.cluster.local:8000"
# ok: crypto-endpoint-not-clear-text
SERVICE_URL = "redis://redis-master.cache.svc:6379/0"
# ok: crypto-endpoint-not-clear-text
NAMESPACED_URL = "http://milvus.vectordb:19530"
# ok: crypto-endpoint-not-clear-text
EXAMPLE_URL = "http://example.com/api"
# ok: crypto-endpoint-not-clear-text
PLACEHOLDER_URL = "http://your-server.com:8000"
# ok: crypto-endpoint-not-clear-text
NAMESPACES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
# ok: crypto-endpoint-not-clear-text
SVG_BASE = "http://www.w3.org/2000/svg"
# ok: crypto-endpoint-not-clear-text
SCHEMA_URI = "http://json-schema.org/draft-07/schema#"
# ok: crypto-endpoint-not-clear-text
tasks = Celery("tasks", broker="rediss://cache.prod.internal:6380/0")
# ok: crypto-endpoint-not-clear-text
OTHER = "see http://models.bank.com.cn for the manual"
# ok: crypto-endpoint-not-clear-text
LICENSE_URL = "http://www.apache.org/licenses/LICENSE-2.0"


def docs():
    """Read http://docs.platform.io/manual first."""
    # ok: crypto-endpoint-not-clear-text
    return grpc.insecure_channel("localhost:50051")


def is_plain(url):
    # ok: crypto-endpoint-not-clear-text
    return url.startswith("http://")


def build(host, port):
    # ok: crypto-endpoint-not-clear-text
    return httpx.get(f"http://{host}:{port}/health", timeout=2)
