from fastapi import APIRouter, Depends, FastAPI, Security
from flask import Blueprint, Flask, request
from flask_login import login_required
from flask_restful import Resource

router = APIRouter()
guarded = APIRouter(prefix="/v1", dependencies=[Depends(check_caller)])
app = FastAPI()
flask_app = Flask(__name__)
bp = Blueprint("kb", __name__)


# ruleid: web-state-changing-route-authenticated
@router.post("/documents")
async def add_document(body: DocumentIn, db=Depends(get_db)):
    db.add(body)


# ruleid: web-state-changing-route-authenticated
@router.delete("/documents/{doc_id}")
def delete_document(doc_id: int):
    store.delete(doc_id)


# ruleid: web-state-changing-route-authenticated
@app.put("/agents/{name}")
async def put_agent(name: str, body: Agent):
    agents[name] = body


# ruleid: web-state-changing-route-authenticated
@flask_app.route("/run", methods=["POST"])
def run():
    return agent.run(request.json)


# ruleid: web-state-changing-route-authenticated
@bp.route("/kb/<kid>", methods=["GET", "DELETE"])
def kb(kid):
    return store.drop(kid)


class Dataset(Resource):
    # ruleid: web-state-changing-route-authenticated
    def post(self):
        return store.add(request.json)


# ok: web-state-changing-route-authenticated
@router.post("/secure/documents")
async def add_secure(body: DocumentIn, user=Depends(get_current_user)):
    store.add(body)


# ok: web-state-changing-route-authenticated
@router.post("/scoped", dependencies=[Security(verify_scope)])
async def add_scoped(body: DocumentIn):
    store.add(body)


# ok: web-state-changing-route-authenticated
@guarded.post("/documents")
async def add_guarded(body: DocumentIn):
    store.add(body)


# ok: web-state-changing-route-authenticated
@flask_app.route("/secure/run", methods=["POST"])
@login_required
def run_secure():
    return agent.run(request.json)


# ok: web-state-changing-route-authenticated
@router.post("/login")
async def login(body: Credentials):
    return sessions.open(body)


# ok: web-state-changing-route-authenticated
@router.get("/documents")
async def list_documents():
    return store.all()


# ok: web-state-changing-route-authenticated
@router.post("/ingest")
async def ingest(request: Request):
    verify_token(request.headers["X-Token"])
    store.add(await request.json())


# ok: web-state-changing-route-authenticated
@pytest.fixture.post("/x")
def fixture():
    return 1


class Tool:
    # ok: web-state-changing-route-authenticated
    def post(self):
        return 1


router = APIRouter(prefix="/admin")
Admin = Annotated[User, Depends(require_role("admin"))]
Db = Annotated[Session, Depends(get_db)]

# ok: web-state-changing-route-authenticated
@router.post("/users/{name}/disable")
def disable_user(name: str, admin: Admin) -> dict[str, str]:
    database.disable_user(connection, name)

# ruleid: web-state-changing-route-authenticated
@router.post("/users/{name}/x")
def x_user(name: str, db: Db) -> dict[str, str]:
    database.disable_user(connection, name)

# ok: web-state-changing-route-authenticated
@router.delete("/users/{name}")
async def delete_user(name: str, db: Db, admin: Admin) -> dict[str, str]:
    database.disable_user(connection, name)
