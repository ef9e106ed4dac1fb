"""Names and tables that lineage is compared with, as data (``rulesets/lineage/words.yaml``)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.content import rulesets
from auditor.formats.logs.words import words as log_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE: Final = "lineage/words.yaml"
_NAME_LIMIT: Final = 300
_PLACEHOLDER: Final = 64
_MARKS: Final = frozenset("*_#•█")


class Words:
    """The lists, ready for use."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """Take the parsed file."""
        self.folding: Final = frozenset(said["folds_case"])
        self.dialects: Final[Mapping[str, str]] = said["dialects"]
        self.excluded: Final[tuple[str, ...]] = tuple(said["excluded"])
        self.model_kinds: Final = frozenset(said["model_kinds"])
        self.masking: Final = frozenset(said["masking_subtypes"])
        self.withheld: Final = frozenset(said["withheld"])
        self.hosts: Final = tuple((str(each["host"]), str(each["jurisdiction"])) for each in said["hosts"])
        self.local_hosts: Final[tuple[str, ...]] = tuple(said["local_hosts"])
        self._personal = tuple((kind, re.compile(pattern)) for kind, pattern in said["personal_fields"].items())

    def dialect(self, engine: str) -> str | None:
        """Return the sqlglot dialect of an engine; None if nobody knows it."""
        return self.dialects.get(engine.strip().lower())

    def personal(self, field: str) -> str:
        """Return the kind of personal data that a field of this name holds; empty if the name says nothing."""
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field.rpartition(".")[2][:_NAME_LIMIT]).lower()
        return next((kind for kind, pattern in self._personal if pattern.fullmatch(name)), "")

    def is_local(self, host: str) -> bool:
        """Tell whether a host is of the machine itself or a private network."""
        return _is_private_172(host) or matches(host.lower(), self.local_hosts) or "." not in host.strip("[]")


def _is_private_172(host: str) -> bool:
    match = re.fullmatch(r"172\.(\d{1,3})\.\d{1,3}\.\d{1,3}", host)
    return bool(match) and 16 <= int(match[1]) <= 31  # type: ignore[index]  # noqa: PLR2004 - RFC 1918


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name fits one of some shell patterns, in its own case."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def names_nobody(value: str) -> bool:
    """Tell whether what stands where a user should is a placeholder, an address or a key."""
    return len(value) <= _PLACEHOLDER and (
        _says_nothing(value) or log_words().principal(value) in {"none", "anonymous"}
    )


@lru_cache(maxsize=4096)
def is_withheld(value: str) -> bool:
    """Tell whether a filter took a text away and left a word or marks in its place."""
    text = value.strip().strip("<>()[]{}\"'*_-#•█. ").replace("_", " ").lower()
    return text in words().withheld if text else value.strip("\"' ") == "" or not _MARKS.isdisjoint(value)


def says_nothing(value: str) -> bool:
    """Tell whether a value is a placeholder (design page, §1.7); none is longer than a few words."""
    return len(value) <= _PLACEHOLDER and _says_nothing(value)


@lru_cache(maxsize=65536)
def _says_nothing(value: str) -> bool:
    return log_words().says_nothing(value)


@cache
def words() -> Words:
    """Return the lists of this version."""
    return Words(yaml.load((rulesets() / FILE).read_bytes(), Loader=yaml.CSafeLoader))
