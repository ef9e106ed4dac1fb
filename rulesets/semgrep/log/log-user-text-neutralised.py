import json
import logging
import re

from fastapi import APIRouter, Depends, FastAPI, Request
from flask import Flask, request

app = Flask(__name__)
api = FastAPI()
router = APIRouter()
log = logging.getLogger(__name__)


@app.route("/search")
def search():
    q = request.args.get("q")
    # ruleid: log-user-text-neutralised
    log.info(f"search for {q}")
    # ruleid: log-user-text-neutralised
    log.info("agent %s", request.headers.get("User-Agent"))
    # ruleid: log-user-text-neutralised
    logging.warning("body: " + request.get_json()["name"])
    # ok: log-user-text-neutralised
    log.info("search for %r", q)
    # ok: log-user-text-neutralised
    log.info("search for %s", repr(q))
    # ok: log-user-text-neutralised
    log.info("search for %s", q.replace("\r", "").replace("\n", ""))
    # ok: log-user-text-neutralised
    log.info("search for %s", json.dumps(q))
    # ok: log-user-text-neutralised
    log.info("length %d", len(q))
    page = int(request.args.get("page", 1))
    # ok: log-user-text-neutralised
    log.info("page %s", page)
    # ok: log-user-text-neutralised
    log.info(f"search for {q!r}")
    return ""


@app.route("/doc/<name>")
def doc(name):
    # ruleid: log-user-text-neutralised
    log.info("document %s", name)
    clean = re.sub(r"[\r\n]", "", name)
    # ok: log-user-text-neutralised
    log.info("document %s", clean)
    return ""


@app.route("/item/<int:number>")
def item(number):
    # ok: log-user-text-neutralised
    log.info("item %s", number)
    return ""


@router.post("/chat")
async def chat(body: ChatRequest, session_id: int, db: Session = Depends(get_db)):
    # ruleid: log-user-text-neutralised
    log.info("question: %s", body.question)
    # ok: log-user-text-neutralised
    log.info("session %s", session_id)
    # ok: log-user-text-neutralised
    log.info("db %s", db)
    row = db.query(body.question)
    # ok: log-user-text-neutralised
    log.info("row %s", row)


@router.get("/files/{name}")
def files(name: str, current: User = Depends(get_user)):
    # ruleid: log-user-text-neutralised
    log.error("no such file: {}".format(name))
    # ok: log-user-text-neutralised
    log.error("user %s", current.name)


def job(name):
    # ok: log-user-text-neutralised
    log.info("job %s", name)


@router.post("/applications")
def submit(application: Application, user: Annotated[User, Depends(current_user)]):
    # ok: log-user-text-neutralised
    logger.info("application %s over %d submitted", number, application.amount)
    # ruleid: log-user-text-neutralised
    logger.info("application %s over %d submitted", application.purpose, application.amount)
    # ruleid: log-user-text-neutralised
    logger.info("application %d over %s submitted", application.amount, application.purpose)


@router.delete("/runs/{run}")
async def delete_run(run: Annotated[UUID, Path(description="run")], other: uuid.UUID, count: Annotated[int, Query(ge=1)]):
    # ok: log-user-text-neutralised
    logger.info("run %s %s %s deleted", run, other, count)
