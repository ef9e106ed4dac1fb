import os
import subprocess

from fastapi import APIRouter

router = APIRouter()


@router.get("/info")
def info():
    # ruleid: web-environment-not-sent
    return {"version": "1.4", "environment": dict(os.environ)}


@router.get("/all")
def everything():
    # ruleid: web-environment-not-sent
    return os.environ.copy()


@router.get("/region")
def region():
    # ok: web-environment-not-sent
    return {"region": os.environ.get("REGION", "local")}


@router.get("/run")
def run():
    # ok: web-environment-not-sent
    environment = dict(os.environ)
    return subprocess.run(["uptime"], env=environment, capture_output=True).stdout


def child():
    # ok: web-environment-not-sent
    return dict(os.environ)
