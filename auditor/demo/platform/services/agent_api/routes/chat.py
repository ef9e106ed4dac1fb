"""Conversation with customers."""

from __future__ import annotations

import logging
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from agent_api import database, llm, retrieval
from agent_api.audit import audit_log
from agent_api.auth import User, current_user

logger = logging.getLogger(__name__)
router = APIRouter()


class Question(BaseModel):
    """What a customer asks."""

    text: str = Field(max_length=4000)
    phone: str = Field(pattern=r"^1\d{10}$")


class CounterQuestion(BaseModel):
    """What a clerk asks at the counter, in the branch's own tone."""

    text: str = Field(max_length=4000)
    persona: str = Field(default="", max_length=400)


class Feedback(BaseModel):
    """How helpful an answer was."""

    answer_id: str
    stars: int = Field(ge=1, le=5)
    remark: str = Field(default="", max_length=1000)


class Source(BaseModel):
    """A web page that a clerk wants the assistant to know."""

    url: str
    title: str


@router.post("/questions")
def ask(question: Question, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    """Answer a customer's question from the tenant's documents."""
    logger.info("question from %s: %s", question.phone, question.text)
    passages = retrieval.passages(user.tenant, question.text)
    answer = llm.answer(question.text, passages)
    audit_log.record(user.name, "question.answered", user.tenant, passages=len(passages))
    logger.info("answered %s with %d passages, %d characters", user.name, len(passages), len(answer))
    return {"answer": answer}


@router.post("/counter")
def ask_at_counter(question: CounterQuestion, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    """Answer a clerk's question in the tone of the branch."""
    messages = [
        {"role": "system", "content": f"{llm.SYSTEM_PROMPT} Speak like this: {question.persona}"},
        {"role": "user", "content": question.text},
    ]
    audit_log.record(user.name, "counter.question", user.tenant)
    return {"answer": llm.complete(messages)}


@router.post("/counter/plain")
def ask_plainly(question: CounterQuestion, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    """Answer a clerk's question in the assistant's own tone."""
    messages = [
        {"role": "system", "content": llm.SYSTEM_PROMPT},
        {"role": "user", "content": f"{question.text}\n\nWished tone: {question.persona}"},
    ]
    audit_log.record(user.name, "counter.question", user.tenant)
    return {"answer": llm.complete(messages)}


@router.post("/feedback")
def feedback(opinion: Feedback) -> dict[str, str]:
    """Store what a customer thinks of an answer."""
    with database.transaction() as connection:
        database.save_feedback(connection, opinion.answer_id, opinion.stars, opinion.remark)
    return {"state": "stored"}


@router.post("/sources")
def add_source(source: Source, user: Annotated[User, Depends(current_user)]) -> dict[str, int]:
    """Fetch a page and add it to the tenant's documents."""
    page = httpx.get(source.url, timeout=10, follow_redirects=True)
    chunks = [page.text[start : start + 800] for start in range(0, len(page.text), 800)]
    audit_log.record(user.name, "source.added", source.title)
    return {"chunks": retrieval.index(user.tenant, source.title, chunks)}


@router.get("/rates/{product}")
def rate(product: str, user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
    """Return the current rate of a product."""
    page = httpx.get("https://rates.bank.cn/api/v2/products", params={"product": product}, timeout=10)
    return {"product": product, "rate": page.text, "tenant": user.tenant}
