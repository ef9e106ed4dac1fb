import os, jwt
from pydantic_settings import BaseSettings
from pydantic import Field, SecretStr
from openai import OpenAI
from fastapi_users.authentication import JWTStrategy
from flask import Flask
import httpx

app = Flask(__name__)
# ruleid: secret-token-not-hardcoded
app.config["SECRET_KEY"] = "f3b1c7a98e2d45"
# ok: secret-token-not-hardcoded
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
# ruleid: secret-token-not-hardcoded
app.secret_key = "k9-loan-desk-2024"


class Settings(BaseSettings):
    # ruleid: secret-token-not-hardcoded
    jwt_secret: str = Field(default="5up3rJwtS1gn1ng")
    # ok: secret-token-not-hardcoded
    api_key: SecretStr
    # ok: secret-token-not-hardcoded
    token_url: str = "/auth/token"


# ruleid: secret-token-not-hardcoded
llm = OpenAI(api_key="9f8e7d6c5b4a39281706f5e4d3c2b1a0")
# ok: secret-token-not-hardcoded
llm2 = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
# ok: secret-token-not-hardcoded
llm3 = OpenAI(api_key="EMPTY", base_url="http://localhost:8000/v1")


def call():
    # ruleid: secret-token-not-hardcoded
    headers = {"Authorization": "Bearer 8c1f0e7a2b9d4c6f8e1a3b5d7f90c2e4"}
    return httpx.get("https://a", headers=headers, timeout=3)


def call_ok():
    # ok: secret-token-not-hardcoded
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    return httpx.get("https://a", headers=headers, timeout=3)


class Client:
    # ruleid: secret-token-not-hardcoded
    access_token = "a8f5f167f44f4964e6c998dee827110c"

    def __init__(self, token="x"):
        # ruleid: secret-token-not-hardcoded
        self.api_key = "ak-93f1b27c5d8e4a60"
        # ok: secret-token-not-hardcoded
        self.token_name = "session"


# ruleid: secret-token-not-hardcoded
CLIENT_SECRET = "wJalrXUtnFEMI-K7MDENG"
# ok: secret-token-not-hardcoded
ACCESS_TOKEN_URL = "https://id.bank.cn/token"
# ok: secret-token-not-hardcoded
API_KEY_HEADER = "X-API-Key"
# ruleid: secret-token-not-hardcoded
os.environ["DASHSCOPE_API_KEY"] = "b1946ac92492d2347c6235b4d2611184"
