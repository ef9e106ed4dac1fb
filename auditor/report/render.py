"""Which report formats there are, what their files are called, and a record in several of them at once."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from auditor.errors import ConfigError
from auditor.messages import say
from auditor.report import json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import CheckText

# Names of product.md §5, by format; each format but json is the module of its name in this package.
FILES: Final[Mapping[str, str]] = {
    "json": "record.json",
    "html": "report.html",
    "sarif": "findings.sarif",
    "junit": "junit.xml",
    "markdown": "report.md",
}


class _Report(Protocol):
    def render(self, record: Record, language: Language, checks: Mapping[str, CheckText]) -> bytes: ...


class _LongReport(Protocol):
    def pieces(self, record: Record, language: Language, checks: Mapping[str, CheckText]) -> Iterator[bytes]: ...


def render_one(
    record: Record, report_format: str, language: Language = "en", checks: Mapping[str, CheckText] = {}
) -> bytes:
    """Return a record in one format; its module is imported now, not before.

    Args:
        record: The finished record.
        report_format: A key of `FILES`.
        language: Language of the text; HTML holds both and opens in this one, JSON always holds both.
        checks: Checks by id, for why a failure matters and where to read more; may be empty.

    Raises:
        ConfigError: There is no such format.
    """
    if report_format == "json":
        return json.render(record)
    if report_format not in FILES:
        raise ConfigError(_unknown(report_format, language))
    module = cast("_Report", import_module(f"auditor.report.{report_format}"))
    return module.render(record, language, checks)


def render_many(
    record: Record, formats: Iterable[str], language: Language = "en", checks: Mapping[str, CheckText] = {}
) -> dict[str, bytes]:
    """Return the files of a run by name, one for each format asked for.

    Raises:
        ConfigError: There is no such format; nothing was rendered then.
    """
    wanted = tuple(dict.fromkeys(formats))
    for name in wanted:
        if name not in FILES:
            raise ConfigError(_unknown(name, language))
    return {FILES[name]: render_one(record, name, language, checks) for name in wanted}


def written_piecemeal(
    record: Record, formats: Iterable[str], language: Language = "en", checks: Mapping[str, CheckText] = {}
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a run, each with its content in pieces; none is made before the one before it was taken.

    The record and JUnit have a line for each finding, passes too: whole they would fill the memory of a large run.

    Args:
        record: The finished record.
        formats: Keys of `FILES`, known ones.
        language: Of the text.
        checks: Checks by id.
    """
    for name in dict.fromkeys(formats):
        if name == "json":
            yield FILES[name], json.pieces(record)
        elif name in _LONG:
            module = cast("_LongReport", import_module(f"auditor.report.{name}"))
            yield FILES[name], module.pieces(record, language, checks)
        else:
            yield FILES[name], (render_one(record, name, language, checks),)


_LONG: Final = frozenset({"junit"})
"""Formats besides JSON that are made in pieces."""


def _unknown(name: str, language: Language) -> str:
    nearest = next(iter(get_close_matches(name, FILES, n=1, cutoff=0.0)), "json")
    return say("report.format.unknown", format=name, known=", ".join(FILES), nearest=nearest).to(language)
