"""What this stage judges by itself: all else is the policies' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import fail_at
from auditor.check_data import checks_of, judges
from auditor.model.fact import Read
from auditor.model.finding import Confidence, Location, Severity
from auditor.model.text import literal
from auditor.stages.kubernetes.facts import KubeObject, KubeText, LiteralSecret, RepeatedKey
from auditor.stages.kubernetes.gaps import STAGE
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check, Judgement
    from auditor.model.fact import Facts

PART_KINDS: Final = frozenset({"kubernetes"})

# A part that could not be read at all may hold such keys, too; a list that one API refuses has no text to hold them. No
# object is of this topic, so that only gaps about all objects are taken.
_WHOLE_PART: Final = Read(KubeObject.__name__, frozenset({RepeatedKey.__name__}))


@judges(
    "k8s-literal-secrets-absent",
    reads=(LiteralSecret, Read(KubeObject.__name__, frozenset({LiteralSecret.__name__}))),
)
def literal_secrets_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail at each secret that is written out; a whole file in a ConfigMap is taken for one with less certainty."""
    for subject, found in facts.by_subject(LiteralSecret):
        for each in found:
            told = say("kubernetes.literal.fail", name=each.name, value=each.value)
            failed = _shown(
                fail_at(subject, each, evidence=each.pointer, detail=told, actual=literal(each.value)), facts
            )
            if each.kind == "ConfigMap":
                failed = replace(failed, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM)
            yield failed


@judges("k8s-manifest-keys-unique", reads=(RepeatedKey, _WHOLE_PART))
def manifest_keys_unique(facts: Facts) -> Iterator[Judgement]:
    """Fail at each key that stands twice; readers differ in which of the two they take."""
    for subject, found in facts.by_subject(RepeatedKey):
        for each in found:
            told = say("kubernetes.keys_unique.fail", pointer=each.pointer)
            yield _shown(fail_at(subject, each, evidence=each.pointer, detail=told), facts)


def _shown(failed: Judgement, facts: Facts) -> Judgement:
    """Return a failure with the lines around its place, where they are kept."""
    at = failed.facts[0].origin
    texts = facts.derive(_texts)
    line, before, after = texts[at.part, at.file].around(at.line) if (at.part, at.file) in texts else ("", "", "")
    if not line or at.file is None:
        return failed
    shown = Location(file=at.file, line=at.line, end_line=at.end_line, snippet=line, before=before, after=after)
    return replace(failed, location=shown)


def _texts(facts: Facts) -> dict[tuple[str, str | None], KubeText]:
    return {(each.origin.part, each.subject): each for each in facts.of(KubeText)}


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of(STAGE, part_kinds=PART_KINDS, judges=(manifest_keys_unique, literal_secrets_absent))
