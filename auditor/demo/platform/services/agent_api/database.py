"""Loan applications and users in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, text

from agent_api.settings import settings

engine = create_engine(
    settings().database_url,
    connect_args={"password": settings().database_password, "connect_timeout": 5},
    pool_pre_ping=True,
)

STATES = ("draft", "submitted", "in_review", "approved", "rejected")


@contextmanager
def transaction() -> Iterator[Connection]:
    """Open a connection whose changes are kept unless the block raises."""
    with engine.begin() as connection:
        yield connection


def application(connection: Connection, tenant: str, number: str) -> dict[str, Any] | None:
    """Return one application of a tenant."""
    row = connection.execute(
        text("SELECT number, state, amount, purpose FROM applications WHERE tenant = :tenant AND number = :number"),
        {"tenant": tenant, "number": number},
    ).one_or_none()
    return None if row is None else dict(row._mapping)


def search_applications(connection: Connection, tenant: str, applicant: str) -> list[dict[str, Any]]:
    """Return the applications whose applicant's name contains a text."""
    query = f"SELECT number, state, amount FROM applications WHERE tenant = '{tenant}' AND applicant LIKE '%{applicant}%'"
    return [dict(row._mapping) for row in connection.execute(text(query))]


def save_application(connection: Connection, tenant: str, number: str, amount: int, purpose: str) -> None:
    """Store a new application."""
    connection.execute(
        text("INSERT INTO applications (tenant, number, state, amount, purpose) VALUES (:t, :n, 'submitted', :a, :p)"),
        {"t": tenant, "n": number, "a": amount, "p": purpose},
    )


def set_state(connection: Connection, tenant: str, number: str, state: str) -> None:
    """Move an application to another state."""
    if state not in STATES:
        raise ValueError(f"unknown state {state}")
    connection.execute(
        text("UPDATE applications SET state = :state WHERE tenant = :tenant AND number = :number"),
        {"state": state, "tenant": tenant, "number": number},
    )


def user_by_name(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return a user with the stored password digest and roles."""
    row = connection.execute(
        text("SELECT name, tenant, roles, password, legacy FROM users WHERE name = :name"), {"name": name}
    ).one_or_none()
    return None if row is None else dict(row._mapping)


def save_feedback(connection: Connection, answer_id: str, stars: int, remark: str) -> None:
    """Store a customer's opinion of one answer."""
    connection.execute(
        text("INSERT INTO feedback (answer_id, stars, remark) VALUES (:answer, :stars, :remark)"),
        {"answer": answer_id, "stars": stars, "remark": remark},
    )


def disable_user(connection: Connection, name: str) -> None:
    """Keep a user from logging in."""
    connection.execute(text("UPDATE users SET disabled = true WHERE name = :name"), {"name": name})


def delete_user(connection: Connection, name: str) -> None:
    """Remove a user for good."""
    connection.execute(text("DELETE FROM users WHERE name = :name"), {"name": name})


def grant_access(connection: Connection, clerk: str, account: str) -> None:
    """Let a clerk open the statements of an account until the end of the day."""
    connection.execute(
        text("INSERT INTO statement_access (clerk, account, until) VALUES (:clerk, :account, CURRENT_DATE + 1)"),
        {"clerk": clerk, "account": account},
    )


def statement(connection: Connection, tenant: str, account: str) -> list[tuple[Any, ...]]:
    """Return the movements on an account."""
    query = text("SELECT booked, amount, remark FROM movements WHERE tenant = :tenant AND account = :account")
    return [tuple(row) for row in connection.execute(query, {"tenant": tenant, "account": account})]
