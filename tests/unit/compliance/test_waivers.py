"""Waivers: what each field must be, the day on which one ends, and that a verdict never changes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.compliance import entries
from auditor.compliance.facts import Standing
from auditor.compliance.waivers import Use, apply, read
from auditor.errors import ConfigError
from auditor.model.finding import Finding, FurtherPlace, Verdict, Waiver
from tests.unit.compliance.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "id": "W-1",
    "scope": {"check": "tls-suites", "subject": "gw.bank.cn:443"},
    "reason": "the gateway is replaced in January",
    "owner": "Li Wei <li.wei@bank.cn>",
    "approver": "Zhang Min <zhang.min@bank.cn>",
    "ticket": "SEC-100",
    "created": "2026-11-01",
    "expires": "2026-12-31",
    "zone": "Asia/Shanghai",
    "compensating": "reachable from the office network alone",
    "evidence": "SEC-100",
}


def written(folder: Path, *rows: object, **top: object) -> Path:
    file = folder / "waivers.yaml"
    file.write_text(yaml.safe_dump({"waivers": list(rows), **top}, allow_unicode=True), encoding="utf-8")
    return file


def mark(found: Finding, waiver: Waiver) -> Finding:
    return replace(found, waived=waiver)


def used(
    folder: Path, *rows: object, findings: tuple[Finding, ...] | None = None, now: datetime = NOW
) -> tuple[list[Finding], tuple[Use, ...]]:
    due = (finding("tls-suites", "gw.bank.cn:443"),) if findings is None else findings
    return apply(due, read(written(folder, *rows)), now, mark)


def but(**changed: object) -> dict[str, object]:
    return {name: value for name, value in {**GOOD, **changed}.items() if value != "LEFT OUT"}


def test_a_good_waiver_covers_the_failure_and_leaves_its_verdict(tmp_path: Path) -> None:
    (found,), (use,) = used(tmp_path, GOOD)

    assert found.verdict is Verdict.FAIL
    assert found.waived
    assert (found.waived.id, found.waived.expires) == ("W-1", "2026-12-31")
    assert (use.standing, use.covers) == (Standing.USED, 1)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"id": "LEFT OUT"}, "id is missing"),
        ({"id": ""}, "id is missing"),
        ({"id": ["W-1"]}, "id is not a text"),
        ({"id": True}, "id is not a text"),
        ({"scope": "LEFT OUT"}, "scope is missing"),
        ({"scope": {}}, "scope.check is missing"),
        ({"scope": "tls-suites"}, "scope is not a mapping"),
        ({"scope": {"subject": "gw.bank.cn:443"}}, "scope.check is missing"),
        (
            {"scope": {"check": "tls-suites", "subject": "gw*", "subjekt": "x"}},
            "unknown field scope.subjekt (known: subject)",
        ),
        ({"reason": "LEFT OUT"}, "reason is missing"),
        ({"reason": " \u200b\u00a0"}, "reason is missing"),
        ({"reason": {"en": "x"}}, "reason is not a text"),
        ({"reason": "x" * 20_000}, "reason is not a text"),
        ({"owner": "LEFT OUT"}, "owner is missing"),
        ({"approver": None}, "approver is missing"),
        ({"ticket": ["SEC-1"]}, "ticket is not a text"),
        ({"created": "LEFT OUT"}, "created is missing"),
        ({"created": "yesterday"}, "created is not a date"),
        ({"created": "2026-11-31"}, "created is not a date"),
        ({"created": "2026-11-29"}, "was created on 2026-11-29, after today"),
        ({"expires": "LEFT OUT"}, "expires is missing"),
        ({"expires": "never"}, "expires is not a date"),
        ({"expires": "9999-99-99"}, "expires is not a date"),
        ({"expires": "2027-11-02"}, "lasts 366 days; at most 365"),
        ({"created": "2026-11-02", "expires": "2026-11-01"}, "expires before it was created"),
        ({"zone": "Asia/Beijing"}, "Asia/Beijing is no time zone"),
        ({"zone": "+25:00"}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"compensating": 3.5, "evidence": {"file": "gone.pdf", "sha256": "0" * 64}}, "is not there"),
        ({"evidence": {"file": "gone.pdf"}}, "has no sha256"),
        ({"evidence": {"file": "../../etc/passwd", "sha256": "0" * 64}}, "outside the folder"),
        ({"evidence": 7}, "evidence is not a mapping"),
        ({"approved_by": "x"}, "unknown field approved_by"),
    ],
)
def test_a_malformed_field_voids_the_waiver_and_is_told(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    (found,), (use,) = used(tmp_path, but(**changed))

    assert found.waived is None
    assert use.standing is Standing.INVALID
    assert told in use.why.en


@pytest.mark.parametrize(
    "approver",
    [
        "Li Wei <li.wei@bank.cn>",
        "li wei",
        "LI  WEI",
        "Ｌｉ Ｗｅｉ",
        "LI.WEI@BANK.CN",
        "somebody else <li.wei@bank.cn>",
        "Li\u200bWei",
    ],
)
def test_the_same_person_twice_is_not_four_eyes(tmp_path: Path, approver: str) -> None:
    (found,), (use,) = used(tmp_path, but(approver=approver))

    assert found.waived is None
    assert "same person" in use.why.en


def test_a_day_without_a_year_more_is_allowed_and_one_more_is_not(tmp_path: Path) -> None:
    (_found,), (use,) = used(tmp_path, but(expires="2027-11-01"))

    assert use.standing is Standing.USED


@pytest.mark.parametrize(
    ("zone", "at", "standing"),
    [
        ("Asia/Shanghai", datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), Standing.USED),
        ("Asia/Shanghai", datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), Standing.EXPIRED),
        ("+08:00", datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), Standing.EXPIRED),
        ("UTC", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), Standing.USED),
        ("UTC", datetime(2027, 1, 1, tzinfo=UTC), Standing.EXPIRED),
        ("-05:00", datetime(2027, 1, 1, 4, 59, tzinfo=UTC), Standing.USED),
        ("-05:00", datetime(2027, 1, 1, 5, 0, tzinfo=UTC), Standing.EXPIRED),
    ],
)
def test_the_last_day_counts_to_its_end_in_the_stated_zone(
    tmp_path: Path, zone: str, at: datetime, standing: Standing
) -> None:
    (_found,), (use,) = used(tmp_path, but(zone=zone), now=at)

    assert use.standing is standing


def test_a_zone_behind_the_day_and_one_for_the_file_count_too(tmp_path: Path) -> None:
    at = datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)
    behind = read(written(tmp_path, but(expires="2026-12-31+08:00", zone="LEFT OUT")))
    of_file = read(written(tmp_path, but(zone="LEFT OUT"), zone="Asia/Shanghai"))

    for each in (behind, of_file):
        _found, (use,) = apply([finding("tls-suites", "gw.bank.cn:443")], each, at, mark)
        assert use.standing is Standing.EXPIRED


def test_a_clock_that_was_set_back_revives_nothing(tmp_path: Path) -> None:
    (found,), (use,) = used(tmp_path, GOOD, now=NOW - timedelta(days=60))

    assert found.waived is None
    assert "is the clock right?" in use.why.en


@pytest.mark.parametrize(
    "scope",
    [
        {"check": "*"},
        {"check": "tls-*", "subject": "gw.bank.cn:443"},
        {"check": "tls-suites"},
        {"check": "tls-suites", "subject": "*"},
        {"check": "tls-suites", "subject": "*.*:*", "target": "*"},
        {"check": "tls-suites", "subject": "*", "target": "tls=*"},
        {"check": "tls-suites,tls-chain", "subject": "gw.bank.cn:443"},
    ],
)
def test_a_scope_that_is_too_broad_covers_nothing_and_is_told(tmp_path: Path, scope: dict[str, str]) -> None:
    (found,), (use,) = used(tmp_path, but(scope=scope))

    assert found.waived is None
    assert use.standing is Standing.TOO_BROAD


def test_a_target_narrows_a_scope_of_all_subjects(tmp_path: Path) -> None:
    scope = {"check": "tls-suites", "target": "code=src/"}

    (found,), _uses = used(tmp_path, but(scope=scope))

    assert found.waived


def test_a_waiver_that_covers_more_than_anybody_looked_at_is_told(tmp_path: Path) -> None:
    many = tuple(finding("tls-suites", f"gw{number}") for number in range(101))

    found, (use,) = used(tmp_path, but(scope={"check": "tls-suites", "subject": "gw*"}), findings=many)

    assert all(each.waived for each in found)
    assert (use.standing, use.covers) == (Standing.TOO_BROAD, 101)


def test_only_what_the_scope_names_is_covered(tmp_path: Path) -> None:
    due = (
        finding("tls-suites", "gw.bank.cn:443", controls={"gbt22239-2019-l3": ("8.1.2.2.a",)}),
        finding("tls-suites", "gw.bank.cn:4433", controls={"gbt22239-2019-l3": ("8.1.2.2.a",)}),
        finding("tls-suites", "gw.bank.cn:443", target="tls=other", controls={"gbt22239-2019-l3": ("8.1.2.2.a",)}),
        finding("tls-suites", "gw.bank.cn:443", controls={"ai-regulations": ("CSL-23.2",)}),
        finding("tls-chain", "gw.bank.cn:443", controls={"gbt22239-2019-l3": ("8.1.2.2.a",)}),
        finding("tls-suites", "gw.bank.cn:443", Verdict.NOT_ASSESSED, controls={"gbt22239-2019-l3": ("8.1.2.2.a",)}),
    )
    scope = {
        "check": "tls-suites",
        "subject": "gw.bank.cn:443",
        "target": "code=*",
        "framework": "gbt22239-2019-l3",
        "control": "8.1.2.2.a",
    }

    found, (use,) = used(tmp_path, but(scope=scope), findings=due)

    assert [bool(each.waived) for each in found] == [True, False, False, False, False, False]
    assert use.covers == 1


def test_a_flaw_in_many_places_is_waived_where_all_of_them_are(tmp_path: Path) -> None:
    places = (FurtherPlace(file="src/b.py", fingerprint="0" * 32),)
    due = tuple(replace(finding("tls-suites", name), places=places) for name in ("src/a.py", "lib/a.py"))

    found, (use,) = used(tmp_path, but(scope={"check": "tls-suites", "subject": "src/*"}), findings=due)

    assert [bool(each.waived) for each in found] == [True, False]
    assert use.covers == 1
    narrow, _uses = used(tmp_path, but(scope={"check": "tls-suites", "subject": "src/a.py"}), findings=due)
    assert not any(each.waived for each in narrow)


def test_brackets_and_dots_in_a_pattern_are_themselves(tmp_path: Path) -> None:
    due = (finding("tls-suites", "pod[1].a"), finding("tls-suites", "pod1xa"))

    found, _uses = used(tmp_path, but(scope={"check": "tls-suites", "subject": "pod[1].*"}), findings=due)

    assert [bool(each.waived) for each in found] == [True, False]


def test_an_unused_waiver_is_told(tmp_path: Path) -> None:
    _found, (use,) = used(tmp_path, GOOD, findings=(finding("tls-suites", "gw.bank.cn:443", Verdict.PASS),))

    assert use.standing is Standing.UNUSED


def test_an_id_that_stands_there_twice_voids_both(tmp_path: Path) -> None:
    (found,), uses = used(tmp_path, GOOD, GOOD)

    assert found.waived is None
    assert {use.standing for use in uses} == {Standing.INVALID}


def test_an_evidence_file_that_changed_since_voids_the_waiver(tmp_path: Path) -> None:
    (tmp_path / "minutes.pdf").write_bytes(b"approved")
    digest = hashlib.sha256(b"approved").hexdigest()
    row = but(evidence={"file": "minutes.pdf", "sha256": digest})

    (_found,), (good,) = used(tmp_path, row)
    (tmp_path / "minutes.pdf").write_bytes(b"Approved")
    (_found,), (changed,) = used(tmp_path, row)

    assert good.standing is Standing.USED
    assert "has changed" in changed.why.en


@pytest.mark.parametrize(
    "text", ["waivers: 7", "waivers: {a: b}", "a: [", "waiver: []", "- [", "waivers: [1, two]\n--- x"]
)
def test_a_file_that_is_no_list_of_waivers_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"waivers\.yaml"):
        read(file)


def test_an_entry_that_is_no_mapping_costs_itself_alone(tmp_path: Path) -> None:
    (found,), (odd, good) = used(tmp_path, "W-0", GOOD)

    assert odd.standing is Standing.INVALID
    assert found.waived
    assert good.standing is Standing.USED


def test_a_bare_list_and_an_empty_file_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(yaml.safe_dump([GOOD]), encoding="utf-8")
    assert len(read(file).entries) == 1

    file.write_text("", encoding="utf-8")
    assert read(file).entries == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_pattern_of_plain_text_matches_itself_alone(text: str, other: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    found = entries.pattern(plain)

    assert found.fullmatch(plain)
    assert bool(found.fullmatch(other)) is (plain == other)


@settings(max_examples=200, deadline=None)
@given(
    row=st.dictionaries(
        st.sampled_from([*GOOD, "more"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda v: st.lists(v, max_size=2)
        ),
    )
)
def test_no_entry_breaks_the_reader_and_none_of_rubbish_covers_anything(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("w")

    (found,), (use,) = used(folder, row)

    assert found.waived is None
    assert use.standing is not Standing.USED


def test_a_day_that_no_month_has_is_told_at_its_waiver_even_without_quotes(tmp_path: Path) -> None:
    place = written(tmp_path, but(expires="2026-12-31"))
    place.write_text(place.read_text().replace("'2026-12-31'", "2026-02-30").replace('"2026-12-31"', "2026-02-30"))
    assert "expires: 2026-02-30" in place.read_text()

    (entry,) = read(place).entries

    assert [each.en.partition(" (")[0] for each in entry.problems] == ["expires is not a date"]
