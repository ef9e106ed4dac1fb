import os

import jwt
import openai
import requests
from flask import Flask
from openai import OpenAI
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

# ruleid: secret-token-not-hardcoded
API_KEY = "kX8vQ2mZr71LpTn4Ws0"
# ruleid: secret-token-not-hardcoded
client = OpenAI(api_key="9f31c77b20aa4be5a1", base_url="https://llm.internal/v1")
# ruleid: secret-token-not-hardcoded
openai.api_key = "9f31c77b20aa4be5a1"
app = Flask(__name__)
# ruleid: secret-token-not-hardcoded
app.secret_key = "super-secret-key-2031"
# ruleid: secret-token-not-hardcoded
app.config["SECRET_KEY"] = "infiniflow-2031"
# ruleid: secret-token-not-hardcoded
JWT_SECRET = "my-secret-key"
# ruleid: secret-token-not-hardcoded
ACCESS_TOKEN = "a81Bc7d02Ef94G5h6J7k8"
# ruleid: secret-token-not-hardcoded
r = requests.get("https://api.internal/x", headers={"Authorization": "Bearer a81Bc7d02Ef94G5h6"})
# ruleid: secret-token-not-hardcoded
headers = {"X-API-Key": "kX8vQ2mZr71LpTn4Ws0"}
# ruleid: secret-token-not-hardcoded
os.environ["TAVILY_API_KEY"] = "kX8vQ2mZr71LpTn4Ws0"


class Settings(BaseSettings):
    # ruleid: secret-token-not-hardcoded
    secret_key: str = "b1946ac92492d2347c6235b4d2611184"
    # ruleid: secret-token-not-hardcoded
    jwt_secret: SecretStr = SecretStr("b1946ac92492d2347c62")
    # ruleid: secret-token-not-hardcoded
    client_secret: str = Field(default="P0q9W8e7R6t5")


# ruleid: secret-token-not-hardcoded
def call(url, api_key="kX8vQ2mZr71LpTn4Ws0"):
    return url, api_key


# ok: secret-token-not-hardcoded
api_key = os.environ["OPENAI_API_KEY"]
# ok: secret-token-not-hardcoded
local = OpenAI(api_key="EMPTY", base_url="http://vllm:8000/v1")
# ok: secret-token-not-hardcoded
local2 = OpenAI(api_key="ollama", base_url="http://ollama:11434/v1")
# ok: secret-token-not-hardcoded
API_KEY_ENV = "OPENAI_API_KEY"
# ok: secret-token-not-hardcoded
api_key = "OPENAI_API_KEY"
# ok: secret-token-not-hardcoded
api_key = "your-api-key"
# ok: secret-token-not-hardcoded
api_key = "<API_KEY>"
# ok: secret-token-not-hardcoded
api_key = "sk-xxxxxxxxxxxxxxxxxxxx"
# ok: secret-token-not-hardcoded
eos_token = "<|im_end|>"
# ok: secret-token-not-hardcoded
pad_token = "[PAD]"
# ok: secret-token-not-hardcoded
token_type = "bearer"
# ok: secret-token-not-hardcoded
token_url = "/api/v1/login/access-token"
# ok: secret-token-not-hardcoded
params = {"api_key": "api_key", "token": "access_token"}
# ok: secret-token-not-hardcoded
oauth = OAuth2PasswordBearer(tokenUrl="token")
# ok: secret-token-not-hardcoded
primary_key = "document_chunk_id_01"
# ok: secret-token-not-hardcoded
cache_key = "agent:session:v2:0001"
# ok: secret-token-not-hardcoded
headers2 = {"Authorization": f"Bearer {token}"}
# ok: secret-token-not-hardcoded
headers3 = {"Authorization": "Bearer <token>"}
# ok: secret-token-not-hardcoded
app.secret_key = os.urandom(32)
# ok: secret-token-not-hardcoded
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# ok: secret-token-not-hardcoded
secret_key = ""
# ok: secret-token-not-hardcoded
field = Field(default=None, description="API key of the model service")
