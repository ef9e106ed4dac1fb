"""Judging the stored facts of a run again: the same findings to the byte, or the list of what differs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor import plan, registry, replay, rules
from auditor.check import Check, fail
from auditor.conclude import conclude
from auditor.errors import ConfigError
from auditor.evidence import store
from auditor.observe import observe
from auditor.report import json as record_json
from auditor.request import Request

if TYPE_CHECKING:
    from pathlib import Path


MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop, name: q}
spec: {containers: [{name: c, image: x}]}
"""


class Quiet:
    """Nobody watches."""

    def started(self, *_: object) -> None:
        """Nothing."""

    progress = ended = tick = started


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run of the stage kubernetes, which needs no program."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text(MANIFEST)
    planned = plan.make(Request(targets=("kubernetes=pod.yaml",), only=frozenset({"kubernetes"})))
    folder = store.RunFolder(tmp_path / "run", "20261128T220000Z-0a1b2c3d")
    seen = observe(planned.assignment, now=datetime(2026, 11, 28, tzinfo=UTC), spool=folder.place, watcher=Quiet())
    record = conclude(seen, planned.rules, gate=planned.gate)
    folder.finish(
        seen,
        lambda: [
            ("record.json", record_json.pieces(record)),
            (rules.FILE, [rules.rendered(planned.rules.saved(planned.gate))]),
        ],
    )
    return tmp_path / "run"


def test_the_same_rules_give_the_same_bytes(run: Path) -> None:
    done = replay.replay(run)

    assert done.is_same
    assert done.has_same_rules
    assert record_json.render(done.after) == (run / "record.json").read_bytes()


def test_a_changed_rule_shows_its_own_findings_and_no_others(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = registry.all_checks()

    def changed(check: Check) -> Check:
        if check.id != "k8s-manifest-keys-unique":
            return check
        return dataclasses.replace(check, judge=lambda facts: [fail(*facts.read(check.reads[0]))])

    monkeypatch.setattr(plan, "all_checks", lambda: tuple(changed(check) for check in everything))
    monkeypatch.setattr(plan, "rules_digest", lambda: "sha256:other")

    done = replay.replay(run)

    assert not done.is_same
    assert not done.has_same_rules
    assert {finding.id for finding in (*done.gone, *done.come)} == {"k8s-manifest-keys-unique"}


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("facts/KubeObject.jsonl.zst", b"rubbish", "cannot be read"),
        ("facts/Unheard.jsonl.zst", b"", "does not know"),
        ("rules.json", b"{}", "not as auditor writes it"),
        ("record.json", b"{}", "is no record of a run"),
    ],
)
def test_a_folder_that_is_no_whole_run_is_an_error(run: Path, name: str, data: bytes, told: str) -> None:
    (run / name).write_bytes(data)

    with pytest.raises(ConfigError, match=told):
        replay.replay(run)


def test_a_record_alone_cannot_be_replayed(run: Path, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "record.json").write_bytes((run / "record.json").read_bytes())

    with pytest.raises(ConfigError, match="holds no facts"):
        replay.replay(tmp_path / "alone")
