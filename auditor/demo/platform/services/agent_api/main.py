"""The HTTP service."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from agent_api import __version__, retrieval
from agent_api.routes import admin, chat, loans
from agent_api.settings import settings

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Load the embedding model before the first request."""
    retrieval.embedder()
    logger.info("loan assistant %s is ready", __version__)
    yield


app = FastAPI(title="loan-assistant", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://loans.bank.cn"],
    allow_methods=["GET", "POST", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
)
app.include_router(chat.router, prefix="/v1/chat", tags=["chat"])
app.include_router(loans.router, prefix="/v1", tags=["loans"])
app.include_router(admin.router, prefix="/v1", tags=["admin"])


@app.get("/healthz")
def health() -> dict[str, str]:
    """Tell the cluster that the process is alive."""
    return {"version": __version__}


def serve() -> None:
    """Serve in a container."""
    uvicorn.run("agent_api.main:app", host=settings().listen_host, port=8080, reload=False, access_log=False)


def serve_for_demo() -> None:
    """Serve on the fair's notebook."""
    uvicorn.run("agent_api.main:app", host="0.0.0.0", port=8080, reload=True, log_level="debug")


if __name__ == "__main__":
    logging.basicConfig(level=settings().log_level.upper(), stream=sys.stdout)
    serve_for_demo() if "--demo" in sys.argv else serve()
