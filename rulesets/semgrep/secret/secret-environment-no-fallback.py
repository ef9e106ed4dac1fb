import os
from os import getenv, environ

import environ as django_environ
from decouple import config
from pydantic import Field
from pydantic_settings import BaseSettings

# ruleid: secret-environment-no-fallback
SECRET_KEY = os.getenv("SECRET_KEY", "dev-secret")
# ruleid: secret-environment-no-fallback
JWT_SECRET = os.environ.get("JWT_SECRET", "change-me")
# ruleid: secret-environment-no-fallback
DB_PASSWORD = os.environ.get("POSTGRES_PASSWORD", default="difyai123456")
# ruleid: secret-environment-no-fallback
API_KEY = os.getenv("MASTER_API_KEY") or "sk-1234"
# ruleid: secret-environment-no-fallback
redis_password = getenv("REDIS_PASSWORD", "infini_rag_flow")
# ruleid: secret-environment-no-fallback
minio = environ.get("MINIO_SECRET_KEY", "minioadmin")
# ruleid: secret-environment-no-fallback
DJANGO_KEY = config("DJANGO_SECRET_KEY", default="insecure-key")
env = django_environ.Env()
# ruleid: secret-environment-no-fallback
KEY2 = env("ENCRYPTION_KEY", default="0123456789abcdef")
# ruleid: secret-environment-no-fallback
KEY3 = env.str("SESSION_SECRET", "keyboard cat")
# ruleid: secret-environment-no-fallback
tok = os.environ["ADMIN_TOKEN"] if "ADMIN_TOKEN" in os.environ else "letmein"
# ruleid: secret-environment-no-fallback
os.environ.setdefault("WEBUI_SECRET_KEY", "t0p-s3cr3t")
# ruleid: secret-environment-no-fallback
salt = os.getenv("SALT", "mysalt").encode()


class Settings(BaseSettings):
    # ruleid: secret-environment-no-fallback
    jwt: str = Field("jwt-dev", env="JWT_SECRET_KEY")
    # ok: secret-environment-no-fallback
    region: str = Field("cn-north-4", env="REGION")
    # ok: secret-environment-no-fallback
    jwt2: str = Field(..., env="JWT_SECRET_KEY")


def load():
    # ruleid: secret-environment-no-fallback
    key = os.getenv("SIGNING_KEY")
    if not key:
        key = "development-only"
    return key


def load_strict():
    # ok: secret-environment-no-fallback
    key = os.getenv("SIGNING_KEY")
    if not key:
        raise RuntimeError("SIGNING_KEY is not set")
    return key


# ok: secret-environment-no-fallback
a = os.environ["SECRET_KEY"]
# ok: secret-environment-no-fallback
b = os.getenv("SECRET_KEY")
# ok: secret-environment-no-fallback
c = os.getenv("OPENAI_API_KEY", "")
# ok: secret-environment-no-fallback
d = os.getenv("OPENAI_API_KEY", None)
# ok: secret-environment-no-fallback
e = os.environ.get("MAX_TOKENS", "4096")
# ok: secret-environment-no-fallback
f = os.environ.get("TOKEN_URL", "https://idp.internal/token")
# ok: secret-environment-no-fallback
g = os.getenv("OPENAI_API_KEY", "EMPTY")
# ok: secret-environment-no-fallback
h = os.getenv("TOKENIZERS_PARALLELISM", "false")
# ok: secret-environment-no-fallback
i = os.getenv("PASSWORD_FILE", "/run/secrets/db")
# ok: secret-environment-no-fallback
j = os.getenv("API_KEY_HEADER", "X-API-Key")
# ok: secret-environment-no-fallback
k = os.getenv("DB_HOST", "localhost")
# ok: secret-environment-no-fallback
l = os.getenv("JWT_SECRET") or secrets.token_hex(32)
# ok: secret-environment-no-fallback
m = os.getenv("API_KEY", "<your-api-key>")
