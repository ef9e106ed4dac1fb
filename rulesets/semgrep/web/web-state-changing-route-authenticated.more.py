from fastapi import FastAPI, APIRouter, Depends, Security, Request
from typing import Annotated
from flask import Blueprint, request
from flask_login import login_required

app = FastAPI()
router = APIRouter()
guarded = APIRouter(dependencies=[Depends(require_user)])
bp = Blueprint("x", __name__)
CurrentUser = Annotated[User, Depends(get_current_user)]


# ruleid: web-state-changing-route-authenticated
@app.post("/transfers")
async def transfer(body: TransferIn, db=Depends(get_db)):
    await db.add(body)


# ok: web-state-changing-route-authenticated
@app.post("/transfers2")
async def transfer_ok(body: TransferIn, user: CurrentUser):
    await save(body, user)


# ruleid: web-state-changing-route-authenticated
@router.put("/agents/{aid}")
def put_agent(aid: str, body: dict):
    store[aid] = body


# ok: web-state-changing-route-authenticated
@router.put("/agents2/{aid}", dependencies=[Depends(verify_token)])
def put_agent_ok(aid: str, body: dict):
    store[aid] = body


# ok: web-state-changing-route-authenticated
@guarded.delete("/agents3/{aid}")
def delete_agent(aid: str):
    del store[aid]


# ruleid: web-state-changing-route-authenticated
@bp.route("/items", methods=["POST", "DELETE"])
def items():
    db.session.add(Item(**request.json))
    db.session.commit()


# ok: web-state-changing-route-authenticated
@bp.route("/items2", methods=["POST"])
@login_required
def items_ok():
    db.session.add(Item(**request.json))
    db.session.commit()


# ok: web-state-changing-route-authenticated
@app.get("/items3")
def items_get():
    return []


# ok: web-state-changing-route-authenticated
@app.post("/login")
def login(body: LoginIn):
    return issue(body)


# ok: web-state-changing-route-authenticated
@router.patch("/me")
async def patch_me(body: dict, user=Security(get_user, scopes=["me"])):
    await save(user, body)
