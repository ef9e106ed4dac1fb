"""Runs the tests of a user's own policies, for ``auditor policies test``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from auditor import reasons
from auditor.errors import ConfigError, ToolError
from auditor.stages.policy.metadata import built_in, from_folder, package_of, sources
from auditor.stages.policy.observe import RESERVED
from auditor.stages.policy.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_FAILED: Final = 2
_BROKEN: Final = 1


class Done(Protocol):
    """A program that ended."""

    @property
    def exit_code(self) -> int:
        """0 all passed, 2 some failed, 1 something does not compile."""

    @property
    def stdout(self) -> bytes:
        """Results as JSON."""

    @property
    def stderr(self) -> bytes:
        """Errors."""


class Tester(Protocol):
    """What is needed of OPA."""

    def test(self, folder: Path) -> Done:
        """Run the tests of a folder beside our policies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedFolder:
    """How the tests of a folder went.

    Attributes:
        passed: Tests that passed, as ``package.test_name``.
        failed: Tests that failed, with file and line.
        errors: What does not compile, or is no check: file, line and reason.
    """

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether something was tested and nothing went wrong."""
        return bool(self.passed) and not self.failed and not self.errors


def tested(folder: Path, tester: Tester) -> TestedFolder:
    """Check METADATA and run the tests of a folder; an empty folder has not passed.

    Raises:
        ConfigError: There is no such folder.
        ToolError: OPA is missing or did not end.
    """
    errors = list(_metadata_errors(folder))
    done = tester.test(folder)
    if done.exit_code not in {0, _BROKEN, _FAILED}:
        reason = reasons.TESTS_DID_NOT_END
        raise ToolError(reason, f"exit code {done.exit_code}: {done.stderr[-500:].decode(errors='replace')}", "opa")
    try:
        told = orjson.loads(done.stdout or b"[]")
    except orjson.JSONDecodeError:
        told = {"errors": [{"message": done.stdout.decode(errors="replace").strip()}]}
    if done.exit_code == _BROKEN or isinstance(told, dict):
        errors += _compile_errors(told, done)
        told = []
    passed = tuple(_name(test) for test in told if not test.get("fail") and not test.get("error"))
    failed = tuple(f"{_place(test)}{_name(test)}" for test in told if test.get("fail") or test.get("error"))
    if not (passed or failed or errors):
        errors.append(say("policy.tests.none", folder=folder).en)
    return TestedFolder(passed=passed, failed=failed, errors=tuple(errors))


def _metadata_errors(folder: Path) -> Iterable[str]:
    try:
        policies = from_folder(folder)
    except ConfigError as problem:
        if not folder.is_dir():
            raise
        return [str(problem)]
    taken = {policy.id for policy in built_in()}
    clashes = [f"{p.file}: id {p.id} is taken" for p in policies if p.id in taken]
    packages = {path: package_of(text) for path, text in sources(folder).items()}
    return clashes + [
        f"{path}: package {package} is reserved"
        for path, package in packages.items()
        if package.split(".")[0] in RESERVED
    ]


def _compile_errors(told: object, done: Done) -> list[str]:
    listed = told.get("errors", []) if isinstance(told, dict) else []
    found = [f"{_place(error)}{error.get('message')}" for error in listed if isinstance(error, dict)]
    lines = [line.strip() for line in (done.stderr + done.stdout).decode(errors="replace").splitlines()]
    telling = [line for line in lines if "rego_" in line] or [line for line in lines if line][:1]
    return found or telling or ["opa says nothing"]


def _name(test: Mapping[str, Any]) -> str:
    return f"{str(test.get('package', '')).removeprefix('data.')}.{test.get('name', '')}"


def _place(item: Mapping[str, Any]) -> str:
    at = item.get("location") or {}
    return f"{at['file']}:{at['row']}: " if "file" in at else ""
