import logging
from fastapi import FastAPI, Request
from flask import Flask, request
import structlog
from pydantic import BaseModel

app = FastAPI()
flask_app = Flask(__name__)
logger = logging.getLogger(__name__)


class Q(BaseModel):
    text: str
    n: int


@app.post("/a")
async def a(q: Q):
    # ruleid: log-user-text-neutralised
    logger.info("question: %s", q.text)
    # ok: log-user-text-neutralised
    logger.info("question: %r", q.text)


@app.get("/b")
async def b(name: str, size: int):
    # ruleid: log-user-text-neutralised
    logger.warning(f"unknown name {name}")
    # ok: log-user-text-neutralised
    logger.warning("size %d", size)


@flask_app.post("/c")
def c():
    user = request.form["user"]
    # ruleid: log-user-text-neutralised
    logger.error("login failed for " + user)
    clean = user.replace("\n", "").replace("\r", "")
    # ok: log-user-text-neutralised
    logger.error("login failed for " + clean)


@flask_app.get("/d")
def d():
    # ruleid: log-user-text-neutralised
    logger.info("agent {}".format(request.headers.get("User-Agent")))
    # ok: log-user-text-neutralised
    logger.info("path %s", repr(request.args.get("p")))


@app.get("/e/{item}")
async def e(item: int):
    # ok: log-user-text-neutralised
    logger.info("item %s", item)
