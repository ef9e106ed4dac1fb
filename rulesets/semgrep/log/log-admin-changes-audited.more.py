from fastapi import APIRouter, Depends, FastAPI
from flask import Blueprint, request
from django.contrib.admin.views.decorators import staff_member_required

router = APIRouter(prefix="/admin", dependencies=[Depends(admin)])
bp = Blueprint("admin", __name__, url_prefix="/admin")
app = FastAPI()


# ruleid: log-admin-changes-audited
@router.delete("/users/{uid}")
async def delete_user(uid: int, db=Depends(session)):
    await db.execute(delete(User).where(User.id == uid))
    await db.commit()


# ok: log-admin-changes-audited
@router.delete("/users/{uid}/audited")
async def delete_user_ok(uid: int, db=Depends(session), user=Depends(admin)):
    await db.execute(delete(User).where(User.id == uid))
    await db.commit()
    audit_log.record("user.delete", actor=user.id, target=uid)


# ruleid: log-admin-changes-audited
@app.post("/api/admin/models")
def add_model(body: ModelIn, db=Depends(session)):
    db.add(Model(**body.dict()))
    db.commit()


# ok: log-admin-changes-audited
@app.post("/api/admin/models2")
def add_model_ok(body: ModelIn, request, db=Depends(session)):
    db.add(Model(**body.dict()))
    db.commit()
    write_audit(request, "model.add", body.name)


# ruleid: log-admin-changes-audited
@bp.route("/roles/<int:rid>", methods=["PUT"])
def set_role(rid):
    role = Role.query.get(rid)
    role.name = request.json["name"]
    db.session.commit()


# ok: log-admin-changes-audited
@router.get("/users")
async def users(db=Depends(session)):
    return await db.execute(select(User))


# ruleid: log-admin-changes-audited
@app.put("/admin/settings")
async def put_settings(body: dict):
    await store.save(body)


# ok: log-admin-changes-audited
@app.post("/chat")
async def chat(body: dict):
    return await agent.run(body)
