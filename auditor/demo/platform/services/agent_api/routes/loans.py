"""Loan applications."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from agent_api import database, documents, fieldcrypto, scoring
from agent_api.audit import audit_log
from agent_api.auth import User, current_user, require_role

logger = logging.getLogger(__name__)
router = APIRouter()


class Application(BaseModel):
    """What a customer applies for."""

    amount: int = Field(gt=0, le=20_000_000)
    purpose: str = Field(max_length=60)
    id_number: str = Field(pattern=r"^\d{17}[\dX]$")
    income: float = Field(ge=0)
    debts: float = Field(ge=0)


class Decision(BaseModel):
    """What an officer decides."""

    state: str
    reason: str = Field(max_length=1000)


@router.post("/applications")
def submit(application: Application, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    """Take in an application."""
    number = f"L{secrets.token_hex(6).upper()}"
    sealed = fieldcrypto.seal_field(application.id_number)
    with database.transaction() as connection:
        database.save_application(connection, user.tenant, number, application.amount, application.purpose)
    audit_log.record(user.name, "application.submitted", number, sealed_id=sealed.hex())
    logger.info("application %s over %d submitted", number, application.amount)
    return {"number": number, "letter": documents.confirmation({"name": user.name, "number": number, "amount": 0})}


@router.get("/applications/{number}")
def show(number: str, user: Annotated[User, Depends(current_user)]) -> dict[str, object]:
    """Return an application of the caller's tenant."""
    with database.transaction() as connection:
        found = database.application(connection, user.tenant, number)
    if found is None:
        raise HTTPException(404, "no such application")
    return found


@router.get("/applications")
def search(applicant: str, user: Annotated[User, Depends(current_user)]) -> list[dict[str, object]]:
    """Return the applications of an applicant."""
    with database.transaction() as connection:
        return database.search_applications(connection, user.tenant, applicant)


@router.post("/applications/{number}/decision")
def decide(number: str, decision: Decision, user: Annotated[User, Depends(require_role("officer"))]) -> dict[str, str]:
    """Approve or reject an application."""
    with database.transaction() as connection:
        database.set_state(connection, user.tenant, number, decision.state)
    audit_log.record(user.name, f"application.{decision.state}", number, reason=decision.reason)
    return {"number": number, "state": decision.state}


@router.post("/score")
def score(application: Application, user: Annotated[User, Depends(require_role("officer"))]) -> dict[str, float]:
    """Return the score of an application that is not stored yet."""
    value = scoring.score({"income": application.income, "debts": application.debts, "amount": float(application.amount)})
    audit_log.record(user.name, "application.scored", user.tenant, score=round(value, 4))
    return {"score": value}
