from fastapi import APIRouter, Depends
from flask import Blueprint, Flask

router = APIRouter()
admin_router = APIRouter()
settings_router = APIRouter(prefix="/api/admin/settings")
app = Flask(__name__)
bp = Blueprint("admin", __name__, url_prefix="/admin")


# ruleid: log-admin-changes-audited
@router.post("/admin/users")
async def create_user(body: UserIn, db=Depends(get_db)):
    db.add(User(**body.dict()))


# ruleid: log-admin-changes-audited
@router.delete("/api/v1/admin/users/{user_id}")
def delete_user(user_id: int):
    users.delete(user_id)
    logger.info("deleted")


# ruleid: log-admin-changes-audited
@admin_router.put("/models/{name}")
async def set_model(name: str):
    await models.set(name)


# ruleid: log-admin-changes-audited
@settings_router.patch("/{key}")
async def set_setting(key: str, value: str):
    settings[key] = value


# ruleid: log-admin-changes-audited
@app.route("/admin/keys", methods=["POST"])
def make_key():
    return keys.create()


# ruleid: log-admin-changes-audited
@bp.route("/tenants", methods=["GET", "POST"])
def tenants():
    return Tenant.create()


# ruleid: log-admin-changes-audited
@router.post("/llm/providers")
async def add_provider(body: Provider, user=Depends(get_current_admin)):
    await providers.add(body)


# ok: log-admin-changes-audited
@router.post("/admin/users/{user_id}/disable")
async def disable_user(user_id: int, user=Depends(get_admin)):
    await users.disable(user_id)
    await audit.record(actor=user.id, action="user.disable", target=user_id)


# ok: log-admin-changes-audited
@router.post("/admin/roles")
@audit_log("role.create")
async def create_role(body: Role):
    await roles.add(body)


# ok: log-admin-changes-audited
@router.delete("/admin/roles/{role_id}", dependencies=[Depends(write_audit_event)])
async def delete_role(role_id: int):
    await roles.delete(role_id)


# ok: log-admin-changes-audited
@admin_router.post("/models")
def add_model(body: Model, db=Depends(get_db)):
    db.add(body)
    db.add(OperationLog(action="model.add"))


# ok: log-admin-changes-audited
@router.get("/admin/users")
async def list_users():
    return await users.list()


# ok: log-admin-changes-audited
@router.post("/chat")
async def chat(body: Chat):
    return await agent(body)


# ok: log-admin-changes-audited
@app.route("/admin/stats")
def stats():
    return {}


# ok: log-admin-changes-audited
@bp.get("/health")
def health():
    return {}
