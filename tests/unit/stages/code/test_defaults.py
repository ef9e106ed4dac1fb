"""Which default password of the public lists stands in a text."""

from __future__ import annotations

import pytest

from auditor.masking.lines import identity
from auditor.stages.code.defaults import default_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("POSTGRES_PASSWORD=postgres", "postgres"),
        ("      POSTGRES_PASSWORD: postgres", "postgres"),
        ('  "password": "postgres",', "postgres"),
        ("POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-postgres}", "postgres"),
        ("DATABASE_URL=postgresql://postgres:postgres@db:5432/app", "postgres"),
        ("command: redis-server --requirepass redis123", "redis123"),
    ],
)
def test_known_by_its_value_wherever_it_stands(text: str, value: str) -> None:
    assert default_in(text) == identity(value)


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD=qB7kPz93LmWx",
        "PASSWORD=${PASSWORD:?must be set}",
        "MINIO: minioadmin\nREDIS: redis123",
        "",
    ],
)
def test_nothing_is_kept_of_any_other_value(text: str) -> None:
    assert default_in(text) == ""
