"""All that people decided beside an audit, as one value: read once, saved with the run, applied by ``conclude``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from auditor.compliance import answers as answering
from auditor.compliance.answers import Answers
from auditor.compliance.claims import Claims
from auditor.compliance.facts import AnswerState, WaiverUse
from auditor.compliance.texts import say
from auditor.compliance.waivers import Waivers
from auditor.errors import ConfigError
from auditor.model.decision import DecisionFile
from auditor.model.fact import Facts, Origin
from auditor.model.system import Part, System

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from auditor.compliance.waivers import Use
    from auditor.model.fact import Fact

FILE: Final = "decisions.json"
NAME: Final = "decisions"


class Decisions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run is judged with besides its rules.

    Attributes:
        waivers: None where there is no file of them.
        answers: None where there is no file of them.
        claims: None where there is no file of them.
        parameters: Thresholds that the run was given, by framework; looser than a clause's they fail it.
    """

    waivers: Waivers | None = None
    answers: Answers | None = None
    claims: Claims | None = None
    parameters: Mapping[str, Mapping[str, Any]] = {}

    @property
    def files(self) -> tuple[DecisionFile, ...]:
        """Files that they were read from."""
        found = []
        if self.waivers:
            found.append(DecisionFile(kind="waivers", path=self.waivers.path, digest=self.waivers.digest))
        if self.answers:
            found.append(DecisionFile(kind="answers", path=self.answers.path, digest=self.answers.digest))
        if self.claims:
            found.append(DecisionFile(kind="claims", path=self.claims.path, digest=self.claims.digest))
        return tuple(found)

    @property
    def system(self) -> System | None:
        """What the findings about waivers and answers belong to; None where there are none of them."""
        parts = [Part(kind=each.kind, where=each.path) for each in self.files if each.kind in {"waivers", "answers"}]
        return System(name=NAME, parts=tuple(parts)) if parts else None

    def facts(self, uses: Iterable[Use], now: datetime | None) -> Facts:
        """Return what is known of waivers and answers at the time of a run."""
        found: list[Fact] = []
        if self.waivers:
            part = Part(kind="waivers", where=self.waivers.path).argument
            for use in uses:
                origin = Origin(part=part, file=self.waivers.path, line=use.entry.line)
                found.append(
                    WaiverUse(
                        subject=use.entry.id,
                        origin=origin,
                        standing=use.standing,
                        covers=use.covers,
                        why=use.why,
                    )
                )
        if self.answers and now:
            part = Part(kind="answers", where=self.answers.path).argument
            for each in self.answers.answers:
                why = answering.problem(each, now)
                origin = Origin(part=part, file=self.answers.path, line=each.line)
                told = why or say("answer.ok", until=answering.until(each))
                found.append(AnswerState(subject=each.name, origin=origin, counts=why is None, why=told))
        return Facts(found)


NONE: Final = Decisions()


def rendered(decisions: Decisions) -> bytes:
    """Return decisions as UTF-8 JSON."""
    return msgspec.json.format(msgspec.json.encode(decisions), indent=0) + b"\n"


def load(folder: Path) -> Decisions:
    """Return the decisions that a run was judged with; none where it kept none.

    Raises:
        ConfigError: The file cannot be read, or is not what we write.
    """
    place = folder / FILE
    if not place.is_file():
        return NONE
    try:
        return msgspec.json.decode(place.read_bytes(), type=Decisions)
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except (msgspec.MsgspecError, ValueError) as error:
        message = f"{place} is not as auditor writes it: {error}"
        raise ConfigError(message) from error
