"""The planted faults of the demo's logs are found with what is missing; the clean twin passes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.demo import logs
from tests.unit.stages.auditlog.looking import look

if TYPE_CHECKING:
    from pathlib import Path

END = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_clean_twin_passes(tmp_path: Path) -> None:
    looked = look(logs.write(tmp_path / "clean", END, clean=True), now="2026-11-28T12:00:00Z")

    bad = {
        (each.id, each.subject, each.verdict.value, each.actual.en, each.detail.en[:200])
        for each in looked.findings
        if each.verdict.value not in {"pass", "not_applicable", "nothing_found"}
    }
    assert bad == set()


def test_planted_faults_are_found(tmp_path: Path) -> None:
    looked = look(logs.write(tmp_path / "faulty", END, clean=False), now="2026-11-28T12:00:00Z")

    failed = {
        (each.id.removeprefix("auditlog-"), each.subject) for each in looked.findings if each.verdict.value == "fail"
    }
    assert failed == {
        ("no-gaps", "app"),
        ("kept-six-months", "app"),
        ("sequences-unbroken", "app"),
        ("tamper-evident", "app"),
        ("actions-covered", "system"),
        ("personal-data-reads-recorded", "system"),
        ("no-shared-accounts", "k8s"),
        ("users-traceable", "k8s"),
        ("no-anonymous-writes", "k8s"),
        ("kubernetes-policy-covers-key-actions", "k8s"),
        ("kubernetes-exec-both-verbs", "k8s"),
        ("kubernetes-policy-no-dead-rules", "k8s"),
        ("kubernetes-policy-no-secret-bodies", "k8s"),
        ("database-never-off", "db"),
        ("no-secrets-or-pii-in-clear", "db"),
        ("copied-off-host", "db"),
    }
    assert looked.value("sequence-missing", "app") == 74
    assert looked.measure("coverage").items == (
        "kubernetes: get pods/exec (person)",
        "loan-assistant: report.export (person)",
    )
