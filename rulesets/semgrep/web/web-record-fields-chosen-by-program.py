from flask import Flask, request
from models import Account, Note, db
from schemas import AccountIn

app = Flask(__name__)
OWN = {"name", "language"}


@app.post("/accounts")
def create():
    # ruleid: web-record-fields-chosen-by-program
    account = Account(**request.get_json())
    db.session.add(account)
    db.session.commit()
    return {"id": account.id}


@app.post("/notes")
def create_note():
    # ruleid: web-record-fields-chosen-by-program
    return {"id": Note.objects.create(**request.json).id}


@app.put("/accounts/me")
def update():
    account = Account.query.get(current_user.id)
    for name, value in request.get_json().items():
        # ruleid: web-record-fields-chosen-by-program
        setattr(account, name, value)
    db.session.commit()
    return {}


@app.put("/accounts/me/own")
def update_own():
    account = Account.query.get(current_user.id)
    for name, value in request.get_json().items():
        if name in OWN:
            # ok: web-record-fields-chosen-by-program
            setattr(account, name, value)
    db.session.commit()
    return {}


@app.post("/accounts/named")
def create_named():
    body = request.get_json()
    # ok: web-record-fields-chosen-by-program
    account = Account(name=body["name"], email=body["email"])
    db.session.add(account)
    db.session.commit()
    return {"id": account.id}


@app.post("/accounts/checked")
def create_checked():
    body = AccountIn.model_validate(request.get_json())
    # ok: web-record-fields-chosen-by-program
    account = Account(**body.model_dump())
    db.session.add(account)
    db.session.commit()
    return {"id": account.id}


@app.post("/filter")
def filtered():
    # ok: web-record-fields-chosen-by-program
    query = SearchQuery(**request.get_json())
    return run(query)
