"""Claims: claimed, documented, observed, and where the three part."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from auditor.compliance.claims import read, weigh
from auditor.model.finding import Finding, Verdict
from tests.unit.compliance.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.decision import ClaimRow

WORDS = b"3.2 All traffic uses SM4."
GOOD: dict[str, Any] = {
    "id": "C-1",
    "statement": {"en": "All traffic uses SM4", "zh": "全部流量使用 SM4"},
    "by": "Example Soft",
    "document": {"file": "spec.txt", "sha256": hashlib.sha256(WORDS).hexdigest(), "place": "3.2"},
    "checks": ["tls-suites", "tls-chain"],
}
KNOWN = {"tls-suites", "tls-chain"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spec.txt").write_bytes(WORDS)
    return tmp_path


def weighed(folder: Path, *findings: Finding, **changed: object) -> ClaimRow:
    file = folder / "claims.yaml"
    file.write_text(yaml.safe_dump({"claims": [{**GOOD, **changed}]}, allow_unicode=True), encoding="utf-8")
    (row,) = weigh(read(file, KNOWN), findings)
    return row


def test_a_claim_whose_checks_all_pass_holds(folder: Path) -> None:
    row = weighed(folder, finding("tls-suites", verdict=Verdict.PASS), finding("tls-chain", verdict=Verdict.PASS))

    assert (row.standing, row.documented, row.observed, row.parts) == ("holds", "spec.txt, 3.2", "pass", ())


def test_one_failure_contradicts_it(folder: Path) -> None:
    row = weighed(folder, finding("tls-suites"), finding("tls-chain", verdict=Verdict.PASS))

    assert row.standing == "contradicted"
    assert row.findings == {"fail": 1, "pass": 1}


@pytest.mark.parametrize("verdict", [Verdict.NOT_ASSESSED, Verdict.NOTHING_FOUND, Verdict.NOT_APPLICABLE])
def test_what_was_not_proven_is_not_observed(folder: Path, verdict: Verdict) -> None:
    row = weighed(folder, finding("tls-suites", verdict=verdict), finding("tls-chain", verdict=Verdict.NOT_APPLICABLE))

    assert row.standing == "not_observed"


def test_a_check_that_did_not_speak_leaves_it_unobserved(folder: Path) -> None:
    assert weighed(folder, finding("tls-suites", verdict=Verdict.PASS)).standing == "not_observed"
    assert weighed(folder).observed == "not_assessed"


def test_a_document_that_changed_shows_nothing_any_more(folder: Path) -> None:
    (folder / "spec.txt").write_bytes(b"3.2 Most traffic uses SM4.")

    row = weighed(folder, finding("tls-suites", verdict=Verdict.PASS), finding("tls-chain", verdict=Verdict.PASS))

    assert (row.standing, row.documented) == ("undocumented", "")


def test_only_subjects_and_targets_that_it_is_about_count(folder: Path) -> None:
    row = weighed(
        folder,
        finding("tls-suites", "gw:443", Verdict.PASS, target="tls=gw:443"),
        finding("tls-suites", "gw:8443", target="tls=gw:8443"),
        checks=["tls-suites"],
        target="tls=gw:443",
    )

    assert row.standing == "holds"


@pytest.mark.parametrize(
    "changed", [{"checks": []}, {"checks": ["no-such-check"]}, {"by": ""}, {"statement": ""}, {"claimed": "x"}]
)
def test_a_claim_that_is_wrong_is_told(folder: Path, changed: dict[str, object]) -> None:
    row = weighed(folder, finding("tls-suites", verdict=Verdict.PASS), **changed)

    assert row.standing == "invalid"
    assert row.parts
