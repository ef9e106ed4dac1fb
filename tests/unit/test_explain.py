"""What a check, a control or a finding means, in both languages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from rich.console import Console

from auditor.errors import ConfigError
from auditor.evidence.store import RunFolder
from auditor.explain import explain
from auditor.model.fact import Origin
from auditor.model.finding import Location, Suppression, Verdict
from auditor.observe import Observed
from auditor.report.json import render
from tests.unit.report.records import CHART, example, object_finding

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.text import Language


def told(name: str, language: Language = "en", run: str = "latest") -> str:
    console = Console(width=120, highlight=False)
    with console.capture() as captured:
        console.print(explain(name, run, language), crop=False)
    return captured.get()


NOTHING = Observed(systems=(), facts={})


@pytest.fixture
def finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Finding:
    """A failure of one of our checks in the latest run, with a hostile name and snippet."""
    monkeypatch.chdir(tmp_path)
    record = example()
    failure = next(each for each in record.findings if each.verdict is Verdict.FAIL)
    own = replace(
        failure,
        id="data-pickle-not-loaded",
        fingerprint="0123456789abcdef" * 2,
        location=Location(file="a\x1b[2J\udcff.py", line=7, snippet="x = 1 \x1b]0;x\x07\u202e"),
        suppression=Suppression(comment="nosec", author="Li\x1b", date="2026-01-02"),
        patch="a: 1",
    )
    changed = replace(record, findings=(own,))
    RunFolder(None, changed.run.id).finish(NOTHING, lambda: [("record.json", [render(changed)])])
    return own


def test_check_is_explained_in_both_languages() -> None:
    english, chinese = told("data-pickle-not-loaded"), told("data-pickle-not-loaded", "zh")

    for text in (english, chinese):
        assert "CWE-502" in text
        assert "rulesets/semgrep/data/data-pickle-not-loaded.yaml" in text
        assert "GB/T 22239-2019" in text
    assert "Pickle data is never loaded" in english
    assert "Pickle data is never loaded" not in chinese


@pytest.mark.parametrize("name", ["8.1.4.4.d", "gbt22239-2019-l3:8.1.4.4.d"])
def test_control_names_its_checks(name: str) -> None:
    assert "data-pickle-not-loaded" in told(name)


def test_finding_is_explained_by_the_first_digits_of_its_fingerprint(finding: Finding) -> None:
    text = told(finding.fingerprint[:8])

    assert "a\\x1b[2J\\udcff.py:7" in text
    assert "Pickle data is never loaded" in text
    assert "Li\\x1b" in text
    assert "a: 1" in text
    assert not {"\x1b", "\u202e", "\x07"} & set(text)


@pytest.mark.parametrize(
    "name", ["data-pickle-not-loded", "nonsense", "12345678", "[bold]", "gbt22239-2019-l3:9.9", ""]
)
def test_unknown_name_is_an_error_that_names_something_near(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError) as raised:
        told(name)

    if name.startswith("data"):
        assert "data-pickle-not-loaded" in str(raised.value)


def test_an_object_is_explained_with_its_place_values_and_an_unbroken_patch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    operation = {"op": "add", "path": "/spec/template/spec/containers/1/securityContext/" + "x" * 120, "value": False}
    own = replace(
        object_finding("k8s-pod-host-ipc-absent"),
        fingerprint="0123456789abcdef" * 2,
        origins=(Origin(part=CHART, pointer="/apis/apps/v1/deployments/3/spec"),),
        patch=json.dumps([operation]),
    )
    record = replace(example(), findings=(own,))
    RunFolder(None, record.run.id).finish(NOTHING, lambda: [("record.json", [render(record)])])

    english, chinese = told("01234567"), told("01234567", "zh")

    assert "fail  deploy/chart/templates/api.yaml:20" in english
    assert "subject: Deployment/loan/api\nAPI path: /apis/apps/v1/deployments/3/spec\n" in english
    assert "expected: hostIPC: false\nactual: hostIPC true\n" in english
    assert "期望：hostIPC: false\n实际：hostIPC true\n" in chinese
    assert f"\n    {json.dumps(operation)}\n" in english
