from bson import ObjectId
from flask import Blueprint, request
from flask_jwt_extended import get_jwt_identity, jwt_required

from database import db

bp = Blueprint("chats", __name__)


@bp.post("/chats/delete")
@jwt_required()
def delete():
    # ruleid: web-record-owner-asked--document
    db.chats.delete_one({"_id": ObjectId(request.json["chat_id"])})
    return {"deleted": True}


@bp.post("/good/chats/delete")
@jwt_required()
def good_delete():
    owner = get_jwt_identity()
    # ok: web-record-owner-asked--document
    db.chats.delete_one({"_id": ObjectId(request.json["chat_id"]), "owner": owner})
    return {"deleted": True}
