"""The last thing that a run does to its folder: it seals it; and the verdict that others read."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import orjson

from auditor import __version__
from auditor.errors import AuditorError, IntegrityError
from auditor.evidence import contents, manifest, seal
from auditor.evidence.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.evidence.chain import Place
    from auditor.evidence.seal import Seal
    from auditor.model.record import Record

VERDICT: Final = "verdict.json"
SCHEMA: Final = "auditor-verdict/1"
USAGE: Final = 2
NOT_ASSESSED: Final = 3
INTEGRITY: Final = 4
_OF_USER: Final = (AuditorError, OSError)
_LIMIT_BYTES: Final = 1 << 20
_WORDS: Final = {0: "pass", 1: "fail", 2: "usage", 3: "not_assessed", 4: "integrity"}


def seal_run(
    folder: Path,
    record: Record,
    place: Place,
    finish: Callable[[Seal], Seal],
    kind: Literal["run", "shared"] = "run",
) -> None:
    """Seal all files of a folder; nothing may be written to it after this.

    Args:
        folder: Of the run, with everything in it.
        record: Of the run.
        place: Its place in its chain.
        finish: Signs, or returns the seal as it is.
        kind: The run itself, or what is shared of one.

    Raises:
        ConfigError: A signer or time-stamp authority fails.
        IntegrityError: The folder holds what no run does.
        OSError: The seal cannot be written.
    """
    made = Manifest(
        kind=kind,
        run=record.run.id,
        started=record.run.started,
        system=record.run.system,
        auditor=record.run.auditor,
        rules=record.run.rules,
        exit_code=record.gate.exit_code,
        position=place.position,
        previous=place.previous,
        files=manifest.listed(contents.of_folder(folder)),
    )
    seal.write(folder, finish(seal.make(made)))


def verdict(record: Record) -> bytes:
    """Return ``verdict.json``: the one answer of a run, for programs that read no more."""
    return _spelled(
        {
            "schema": SCHEMA,
            "verdict": _WORDS[record.gate.exit_code],
            "exit_code": record.gate.exit_code,
            "reason": {"en": record.gate.reason.en, "zh": record.gate.reason.zh},
            "fail_on": record.gate.fail_on.value,
            "gate": msgspec.to_builtins(record.run.gate) if record.run.gate else None,
            "run": record.run.id,
            "started": record.run.started,
            "system": record.run.system,
            "targets": list(record.targets),
            "auditor": record.run.auditor,
            "rules": record.run.rules,
            "assessed": [record.coverage.assessed.part, record.coverage.assessed.whole],
            "problem": "",
        }
    )


def crashed(run: str, started: str, problem: BaseException) -> bytes:
    """Return the verdict of a run that did not end, with the exit code that the program leaves with.

    Args:
        run: Its identity; empty where it had none yet.
        started: Its clock.
        problem: What ended it: 4 for integrity, 2 for what the user has to change, else 3, since nothing was assessed.
    """
    code = USAGE if isinstance(problem, _OF_USER) else NOT_ASSESSED
    code = INTEGRITY if isinstance(problem, IntegrityError) else code
    return _spelled(
        {
            "schema": SCHEMA,
            "verdict": _WORDS[code],
            "exit_code": code,
            "reason": {"en": "the run broke off", "zh": "运行中断"},
            "fail_on": None,
            "gate": None,
            "run": run,
            "started": started,
            "system": "",
            "targets": [],
            "auditor": __version__,
            "rules": "",
            "assessed": [0, 0],
            "problem": repr(problem),
        }
    )


def is_of_broken_run(place: Path) -> bool:
    """Tell whether a file is the verdict of a run that broke off: the next run may put its own in its place."""
    try:
        if place.name != VERDICT or not stat.S_ISREG(place.lstat().st_mode) or place.stat().st_size > _LIMIT_BYTES:
            return False
        found = orjson.loads(place.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("schema") == SCHEMA and bool(found.get("problem"))


def _spelled(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n"
