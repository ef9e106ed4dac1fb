"""What the user wants of a source tree besides looking at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.model.record import Exclusion
from auditor.stages.code.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.model.system import Part
    from auditor.stages.code.rules import Rule


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user's ``auditor.yaml`` says of a source tree; all of it is listed in the report.

    Attributes:
        tests: ``judge``, ``lower`` or ``skip`` what is found in tests and examples.
        exclude: Patterns of paths that are not read.
        severities: Severity of a rule by its id.
        history: Whether the history of the repository was asked for; None where nothing was said.
        files: Only these are read (``--files``); everything where empty.
        revision: Work tree and commit that the files are of, where they are of an earlier one.
        flow: ``whole`` where every change has the whole program followed anew.
    """

    tests: str = "lower"
    exclude: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    history: bool | None = None
    files: tuple[str, ...] = ()
    revision: tuple[str, str] | None = None
    flow: str = ""

    @property
    def may_be_near(self) -> bool:
        """Tell whether an earlier run may stand for what is far from a change."""
        return self.flow != "whole" and not self.files and self.revision is None

    @classmethod
    def of(cls, part: Part) -> Wishes:
        """Return what the options of a part say."""
        options = part.options
        exclude = options.get("exclude") or ()
        severities = options.get("severities") or {}
        return cls(
            tests=str(options.get("tests") or "lower"),
            exclude=tuple(map(str, exclude)) if isinstance(exclude, (list, tuple)) else (),
            severities={str(k): str(v) for k, v in severities.items()} if isinstance(severities, dict) else {},
            history=options["history"] if isinstance(options.get("history"), bool) else None,
            files=tuple(map(str, options.get("files") or ())),
            revision=options.get("revision"),
            flow=str(options.get("flow") or ""),
        )

    def left_history(self, argument: str) -> Iterator[Exclusion]:
        """Say why nothing searches the history of a repository, where that was wished."""
        if self.files:
            yield Exclusion(target=argument, what=".git", why=say("code.left.files"))
        elif self.history is False:
            yield Exclusion(target=argument, what=".git", why=say("code.left.history"))

    def told(self, argument: str, rules: Mapping[str, Rule]) -> Iterator[Exclusion]:
        """Say what is left out or weighed otherwise, and that the user wants it so."""
        if self.tests == "skip":
            yield Exclusion(target=argument, what="tests, examples", why=say("code.left.tests"))
        for pattern in self.exclude:
            yield Exclusion(target=argument, what=pattern, why=say("code.left.excluded"))
        for rule, severity in sorted(self.severities.items()):
            why = say("code.left.severity" if rule in rules else "code.left.no_rule")
            yield Exclusion(target=argument, what=f"{rule}: {severity}", why=why)
