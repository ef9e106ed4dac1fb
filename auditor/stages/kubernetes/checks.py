"""What this stage judges by itself: all else is the policies' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import Check, fail_at
from auditor.model.fact import Read
from auditor.model.finding import Confidence, Severity
from auditor.stages.kubernetes.facts import KubeObject, LiteralSecret, RepeatedKey
from auditor.stages.kubernetes.gaps import STAGE
from auditor.stages.kubernetes.texts import say

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
            problem=say("kubernetes.keys_unique.problem"),
            severity=Severity.MEDIUM,
            source="YAML 1.2.2, 3.2.1.3; RFC 8259, 4",
            reads=(Read(RepeatedKey.__name__), _WHOLE_PART),
            judge=_keys_unique,
            part_kinds=PART_KINDS,
            why=say("kubernetes.keys_unique.why"),
            remediation=say("kubernetes.keys_unique.remediation"),
            cwe=(694,),
        ),
        Check(
            id="k8s-literal-secrets-absent",
            stage=STAGE,
            title=say("kubernetes.literal.title"),
            problem=say("kubernetes.literal.problem"),
            severity=Severity.HIGH,
            source="CWE-798; GB/T 22239-2019 8.1.4.1 a)",
            reads=(Read(LiteralSecret.__name__), Read(KubeObject.__name__, frozenset({LiteralSecret.__name__}))),
            judge=_literal_secrets,
            part_kinds=PART_KINDS,
            why=say("kubernetes.literal.why"),
            remediation=say("kubernetes.literal.remediation"),
            controls={"gbt22239-2019-l3": ("8.1.4.1.a",), "gbt39786-2021-l3": ("39786-B.3",)},
            cwe=(798,),
        ),
    )


def _literal_secrets(facts: Facts) -> Iterator[Judgement]:
    """Fail at each secret that is written out; a whole file in a ConfigMap is taken for one with less certainty."""
    for subject, found in facts.by_subject(LiteralSecret):
        for each in found:
            told = say("kubernetes.literal.fail", name=each.name, value=each.value)
            failed = fail_at(subject, each, evidence=each.pointer, detail=told, actual=each.value)
            if each.kind == "ConfigMap":
                failed = replace(failed, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM)
            yield failed


def _keys_unique(facts: Facts) -> Iterator[Judgement]:
    """Fail at each key that stands twice; readers differ in which of the two they take."""
    for subject, found in facts.by_subject(RepeatedKey):
        for each in found:
            yield fail_at(
                subject, each, evidence=each.pointer, detail=say("kubernetes.keys_unique.fail", pointer=each.pointer)
            )
