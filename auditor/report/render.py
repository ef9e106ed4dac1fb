"""Which report formats there are, what their files are called, and a record in several of them at once."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from auditor.errors import ConfigError
from auditor.report import json
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Framework
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
    "github": "github-annotations.txt",
    "gitlab": "gl-code-quality-report.json",
    "xlsx": "report.{language}.xlsx",
    "docx": "report.{language}.docx",
    "pdf": "report.{language}.pdf",
    "csv": "findings.csv",
    "oscal": "results.oscal.json",
    "ocsf": "findings.ocsf.json",
    "openvex": "findings.openvex.json",
}
DEFAULT: Final = ("json", "html", "sarif", "junit", "markdown")
"""What is written where nobody names a format; what takes seconds or is for few is written where it is asked for."""
_BY_CLAUSE: Final = frozenset({"xlsx", "docx", "pdf", "oscal", "ocsf"})
"""Formats that show frameworks clause by clause, and need them."""
_LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


class _Report(Protocol):
    def render(self, record: Record, language: Language, checks: Mapping[str, CheckText]) -> bytes: ...


class _ClauseReport(Protocol):
    def render(
        self,
        record: Record,
        language: Language,
        checks: Mapping[str, CheckText],
        frameworks: Sequence[Framework],
    ) -> bytes: ...


class _LongReport(Protocol):
    def pieces(self, record: Record, language: Language, checks: Mapping[str, CheckText]) -> Iterator[bytes]: ...


def told_apart(name: str, language: Language) -> tuple[str, Language] | None:
    """Return the format and the language that a name means; None if there is no such format.

    Args:
        name: ``sarif``, or with a language of its own where the name of the file tells it: ``xlsx.zh``.
        language: Where the name says none.
    """
    plain, _, given = name.partition(".")
    if plain not in FILES or (given and not (given in _LANGUAGES and "{language}" in FILES[plain])):
        return None
    return plain, next((each for each in _LANGUAGES if each == given), language)


def file_name(name: str, language: Language) -> str:
    """Return what the file of a known format is called."""
    plain, spoken = told_apart(name, language) or (name, language)
    return FILES[plain].format(language=spoken)


def render_one(
    record: Record,
    report_format: str,
    language: Language = "en",
    checks: Mapping[str, CheckText] = {},
    frameworks: Sequence[Framework] = (),
) -> bytes:
    """Return a record in one format; its module is imported now, not before.

    Args:
        record: The finished record.
        report_format: A key of `FILES`, or one with a language (``xlsx.zh``).
        language: Language of the text; HTML holds both and opens in this one, JSON always holds both.
        checks: Checks by id, for why a failure matters and where to read more; may be empty.
        frameworks: As they were saved with the run; without them no clause is shown.

    Raises:
        ConfigError: There is no such format, or it cannot be written.
    """
    told = told_apart(report_format, language)
    if told is None:
        raise ConfigError(_unknown(report_format, language))
    plain, spoken = told
    if plain == "json":
        return json.render(record)
    module = import_module(f"auditor.report.{plain}")
    with _uncollected():
        if plain in _BY_CLAUSE:
            return cast("_ClauseReport", module).render(record, spoken, checks, frameworks)
        return cast("_Report", module).render(record, spoken, checks)


def loading(formats: Iterable[str], language: Language = "en") -> Iterator[None]:
    """Import what some formats need and get it ready, one format a step, for when there is nothing else to do.

    Args:
        formats: As in `render_one`; unknown ones are nobody's business here.
        language: As in `render_one`.
    """
    for each in formats:
        told = told_apart(each, language)
        if told is not None:
            module = import_module(f"auditor.report.{told[0]}")
            yield
            if prepare := getattr(module, "load", None):
                prepare()
                yield


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare a report the search for cycles: it makes a million cells and none, and a fifth of the time goes there."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def render_many(
    record: Record,
    formats: Iterable[str],
    language: Language = "en",
    checks: Mapping[str, CheckText] = {},
    frameworks: Sequence[Framework] = (),
) -> dict[str, bytes]:
    """Return the files of a run by name, one for each format asked for that has something to say of it.

    Raises:
        ConfigError: There is no such format; nothing was rendered then.
    """
    wanted = tuple(dict.fromkeys(formats))
    for name in wanted:
        if told_apart(name, language) is None:
            raise ConfigError(_unknown(name, language))
    made = {file_name(name, language): render_one(record, name, language, checks, frameworks) for name in wanted}
    return {name: data for name, data in made.items() if data}


def written_piecemeal(
    record: Record,
    formats: Iterable[str],
    language: Language = "en",
    checks: Mapping[str, CheckText] = {},
    frameworks: Sequence[Framework] = (),
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a run, each with its content in pieces; none is made before the one before it was taken.

    The record and JUnit have a line for each finding, passes too: whole they would fill the memory of a large run.

    Args:
        record: The finished record.
        formats: Keys of `FILES`, known ones.
        language: Of the text.
        checks: Checks by id.
        frameworks: As they are saved with the run.
    """
    for name in dict.fromkeys(formats):
        if name == "json":
            yield FILES[name], json.pieces(record)
        elif name in _LONG:
            module = cast("_LongReport", import_module(f"auditor.report.{name}"))
            yield FILES[name], module.pieces(record, language, checks)
        else:
            data = render_one(record, name, language, checks, frameworks)
            if data:  # no vulnerability was judged: OpenVEX knows no document without a statement
                yield file_name(name, language), (data,)


_LONG: Final = frozenset({"junit"})
"""Formats besides JSON that are made in pieces."""


def _unknown(name: str, language: Language) -> str:
    nearest = next(iter(get_close_matches(name, FILES, n=1, cutoff=0.0)), "json")
    return say("report.format.unknown", format=name, known=", ".join(FILES), nearest=nearest).to(language)
