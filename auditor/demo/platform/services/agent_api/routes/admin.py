"""Administration: users, prompts, exports."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import BaseModel, Field

from agent_api import auth, database, documents, worker
from agent_api.audit import audit_log
from agent_api.auth import User, require_role

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/admin")

Admin = Annotated[User, Depends(require_role("admin"))]


class Login(BaseModel):
    """Name and password of an administrator."""

    name: str
    password: str


class Letter(BaseModel):
    """A letter in a branch's own layout."""

    layout: str = Field(max_length=10_000)
    name: str
    number: str


@router.post("/login")
def login(given: Login) -> dict[str, str]:
    """Return a session token for an administrator's password."""
    with database.transaction() as connection:
        found = database.user_by_name(connection, given.name)
    matches = auth.legacy_password_matches if found and found["legacy"] else auth.password_matches
    if found is None or not matches(given.password, found["password"]):
        audit_log.record(given.name, "login.failed", given.name)
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong name or password")
    audit_log.record(given.name, "login.succeeded", given.name)
    return {"token": auth.issue_token(User(found["name"], found["tenant"], frozenset(found["roles"])))}


@router.post("/users/{name}/disable")
def disable_user(name: str, admin: Admin) -> dict[str, str]:
    """Keep a user from logging in."""
    with database.transaction() as connection:
        database.disable_user(connection, name)
    audit_log.record(admin.name, "user.disabled", name)
    return {"user": name, "state": "disabled"}


@router.delete("/users/{name}")
def delete_user(name: str, admin: Admin) -> dict[str, str]:
    """Remove a user for good."""
    with database.transaction() as connection:
        database.delete_user(connection, name)
    return {"user": name, "state": "deleted"}


@router.post("/letters/preview")
def preview_letter(letter: Letter, admin: Admin) -> dict[str, str]:
    """Show a letter as a branch's customers would get it."""
    audit_log.record(admin.name, "letter.previewed", letter.number)
    return {"letter": documents.branch_letter(letter.layout, {"name": letter.name, "number": letter.number})}


@router.post("/exports/{day}")
def export_again(day: str, admin: Admin) -> dict[str, str]:
    """Send the export of a day once more."""
    worker.send_export(worker.archive(day))
    audit_log.record(admin.name, "export.sent", day)
    return {"day": day, "state": "sent"}
