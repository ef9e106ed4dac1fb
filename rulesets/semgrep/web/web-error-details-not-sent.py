import logging
import traceback

from fastapi import FastAPI, HTTPException
from flask import jsonify

app = FastAPI()
logger = logging.getLogger(__name__)


def one():
    try:
        work()
    except Exception:
        # ruleid: web-error-details-not-sent
        return jsonify(error=traceback.format_exc()), 500


@app.post("/two")
def two():
    try:
        return work()
    except Exception:
        # ruleid: web-error-details-not-sent
        return {"error": traceback.format_exc()}


def three():
    try:
        work()
    except Exception:
        # ruleid: web-error-details-not-sent
        raise HTTPException(500, detail=f"failed: {traceback.format_exc()}")


@app.post("/four")
def four():
    try:
        return work()
    except Exception:
        # ok: web-error-details-not-sent
        logger.error(traceback.format_exc())
        return {"error": "it failed"}


def five():
    # ok: web-error-details-not-sent
    return traceback.format_exc()
