from __future__ import annotations

from collections import Counter

from auditor.model.finding import Severity, Verdict
from auditor.report.overview import by_severity, by_verdict, failures, gap_groups, known, place, waived, worst
from tests.unit.report.records import empty, example, many


def test_counts_look_at_failures_that_count_only() -> None:
    record = example()

    assert by_severity(record) == {
        Severity.CRITICAL: 4,
        Severity.HIGH: 0,
        Severity.MEDIUM: 1,
        Severity.LOW: 0,
        Severity.INFO: 1,
    }
    assert (waived(record), known(record)) == (1, 1)
    assert sum(by_verdict(record).values()) == len(record.findings)


def test_worst_takes_each_check_once_before_repeating() -> None:
    shown = worst(many(100), 5)

    assert len({each.finding.id for each in shown}) == 5
    assert shown[0].finding.severity is Severity.CRITICAL
    assert all(each.others == 19 for each in shown)


def test_worst_fills_up_with_further_failures_of_the_same_checks() -> None:
    shown = worst(example(), 5)

    counted = Counter(each.finding.id for each in shown)
    assert counted == {
        "os-shell-not-used": 2,
        "secret-key-absent": 1,
        "crypto-md5-not-used": 1,
        "web-banner-quiet": 1,
    }


def test_waived_and_known_failures_are_not_among_the_worst() -> None:
    shown = {each.finding.id for each in worst(example(), 50)}

    assert "data-pickle-not-loaded" not in shown
    assert "web-debug-off" not in shown


def test_failures_that_count_come_first() -> None:
    flags = [finding.counts for finding in failures(example())]

    assert flags == sorted(flags, reverse=True)


def test_gaps_are_grouped_by_cause_with_their_remedies() -> None:
    groups = gap_groups(example())

    assert [(len(g.gaps), g.reason, g.tool) for g in groups] == [
        (2, "time limit", "semgrep 1.182.0"),
        (1, "no permission", ""),
    ]
    assert all(group.remedies for group in groups)


def test_place_falls_back_to_the_subject_and_the_target() -> None:
    places = {place(finding) for finding in example().findings if finding.verdict is not Verdict.FAIL}

    assert "app/big.py" in places


def test_an_empty_record_has_nothing_worst() -> None:
    assert worst(empty()) == ()
    assert gap_groups(empty()) == ()
