import os
from os import getenv, environ
import environ as denv
from decouple import config
from pydantic_settings import BaseSettings
from pydantic import Field

env = denv.Env()
# ruleid: secret-environment-no-fallback
SECRET = getenv("JWT_SECRET", "dev-secret")
# ruleid: secret-environment-no-fallback
KEY = environ.get("ENCRYPTION_KEY", default="0123456789")
# ruleid: secret-environment-no-fallback
PW = os.environ.get("DB_PASSWORD") or "postgres"
# ruleid: secret-environment-no-fallback
DJ = config("DJANGO_SECRET_KEY", default="insecure-abc")
# ruleid: secret-environment-no-fallback
E = env("SECRET_KEY", default="insecure")
# ok: secret-environment-no-fallback
OK = os.environ["JWT_SECRET"]
# ok: secret-environment-no-fallback
OK2 = os.getenv("JWT_SECRET")
# ok: secret-environment-no-fallback
OK3 = os.getenv("LOG_LEVEL", "info")
# ok: secret-environment-no-fallback
OK4 = os.getenv("API_KEY", "")
# ok: secret-environment-no-fallback
OK5 = os.getenv("TOKEN_LIMIT", "4096")


class S:
    def __init__(self):
        # ruleid: secret-environment-no-fallback
        self.secret = os.environ.get("APP_SECRET", "change-me")
        # ok: secret-environment-no-fallback
        self.url = os.environ.get("TOKEN_URL", "https://id/token")


def load():
    # ruleid: secret-environment-no-fallback
    return {"token": os.getenv("SERVICE_TOKEN", "abc123")}


# ruleid: secret-environment-no-fallback
os.environ.setdefault("ADMIN_PASSWORD", "admin")
# ok: secret-environment-no-fallback
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bank.settings")


# ruleid: secret-environment-no-fallback
SESSION_SECRET_KEY = os.environ.get("SESSION_SECRET_KEY") or str(date.today())
