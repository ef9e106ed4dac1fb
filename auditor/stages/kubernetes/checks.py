"""What this stage judges by itself: all else is the policies' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check import Check, fail_at
from auditor.messages import say
from auditor.model.fact import Read
from auditor.model.finding import Severity
from auditor.stages.kubernetes.facts import KubeObject, RepeatedKey
from auditor.stages.kubernetes.gaps import STAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Judgement
    from auditor.model.fact import Facts

PART_KINDS: Final = frozenset({"kubernetes"})

# A part that could not be read at all may hold such keys, too; a list that one API refuses has no text to hold them. No
# object is of this topic, so that only gaps about all objects are taken.
_WHOLE_PART: Final = Read(KubeObject.__name__, frozenset({RepeatedKey.__name__}))


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return (
        Check(
            id="k8s-manifest-keys-unique",
            stage=STAGE,
            title=say("kubernetes.keys_unique.title"),
            severity=Severity.MEDIUM,
            source="YAML 1.2.2, 3.2.1.3; RFC 8259, 4",
            reads=(Read(RepeatedKey.__name__), _WHOLE_PART),
            judge=_keys_unique,
            part_kinds=PART_KINDS,
            why=say("kubernetes.keys_unique.why"),
            remediation=say("kubernetes.keys_unique.remediation"),
            cwe=(694,),
        ),
    )


def _keys_unique(facts: Facts) -> Iterator[Judgement]:
    """Fail at each key that stands twice; readers differ in which of the two they take."""
    for subject, found in facts.by_subject(RepeatedKey):
        for each in found:
            yield fail_at(
                subject, each, evidence=each.pointer, detail=say("kubernetes.keys_unique.fail", pointer=each.pointer)
            )
