"""Settings of the agent API, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything that differs between the development, test and production clusters."""

    environment: str
    log_level: str
    listen_host: str
    database_url: str
    database_password: str
    jwt_secret: str
    oidc_public_key: str
    model_url: str
    model_name: str
    model_api_key: str
    model_timeout_s: float
    vector_url: str
    rates_url: str
    bureau_url: str
    bureau_api_key: str
    ca_bundle: str
    field_key: bytes
    policy_root: Path
    upload_root: Path
    export_host: str
    max_steps: int


def _secret_file(name: str) -> str:
    """Return a secret that the platform mounts as a file below /run/secrets."""
    return Path("/run/secrets", name).read_text(encoding="utf-8").strip()


@cache
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        KeyError: A variable without a default is not set.
    """
    return Settings(
        environment=os.getenv("APP_ENV", "production"),
        log_level=os.getenv("LOG_LEVEL", "info"),
        listen_host=os.getenv("LISTEN_HOST", "127.0.0.1"),
        database_url=os.getenv("DATABASE_URL", "postgresql://loan_app@postgres:5432/loans?sslmode=verify-full"),
        database_password=os.environ["DATABASE_PASSWORD"],
        jwt_secret=os.getenv("JWT_SECRET", "loan-assistant-signing-secret"),
        oidc_public_key=os.environ["OIDC_PUBLIC_KEY"],
        model_url=os.getenv("MODEL_URL", "https://models.bank.cn/v1"),
        model_name=os.getenv("MODEL_NAME", "qwen3-32b-instruct"),
        model_api_key=_secret_file("model-api-key"),
        model_timeout_s=float(os.getenv("MODEL_TIMEOUT_S", "45")),
        vector_url=os.getenv("VECTOR_URL", "http://127.0.0.1:6333"),
        rates_url=os.getenv("RATES_URL", "http://rates.bank.cn/api/v2"),
        bureau_url=os.getenv("BUREAU_URL", "https://bureau.bank.cn/query"),
        bureau_api_key=_secret_file("bureau-api-key"),
        ca_bundle=os.getenv("CA_BUNDLE", "/etc/ssl/bank/ca.pem"),
        field_key=bytes.fromhex(_secret_file("field-key")),
        policy_root=Path(os.getenv("POLICY_ROOT", "/srv/policies")),
        upload_root=Path(os.getenv("UPLOAD_ROOT", "/srv/uploads")),
        export_host=os.getenv("EXPORT_HOST", "sftp.regulator-gw.bank.cn"),
        max_steps=int(os.getenv("MAX_STEPS", "8")),
    )
