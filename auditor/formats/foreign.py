"""JSON of others, taken as it comes: a value of another kind than its place asks for counts as none."""

from __future__ import annotations

from typing import Any


def text_of(value: object) -> str:
    """Return a text without blanks around it, empty where it is none."""
    return value.strip() if isinstance(value, str) else ""


def mapping_of(value: object) -> dict[str, Any]:
    """Return an object, empty where it is none."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return a list, empty where it is none."""
    return value if isinstance(value, list) else []


def rows_of(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, in their order."""
    return [row for row in list_of(value) if isinstance(row, dict)]
