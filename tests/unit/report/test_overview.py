from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from auditor.messages import say
from auditor.model.finding import Fix, Location, Severity, Verdict, Vulnerability
from auditor.report.overview import (
    beside,
    by_check,
    by_severity,
    by_verdict,
    failures,
    file_below,
    folded,
    gap_groups,
    known,
    place,
    reused,
    thing,
    waived,
    worst,
)
from tests.unit.report.records import empty, example, many, object_finding, object_gap


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


@pytest.mark.parametrize(
    ("target", "file", "path"),
    [
        ("code=src/", "app/run.py", "src/app/run.py"),
        ("code=.", "app/run.py", "app/run.py"),
        ("node=facts/node-1.json", "node-1.json", "facts/node-1.json"),
        ("kubernetes=deploy/@scope/chart", "templates/a.yaml", "deploy/@scope/chart/templates/a.yaml"),
        ("kubernetes=/srv/chart", "templates/a.yaml", ""),
        ("kubernetes=../chart", "templates/a.yaml", ""),
        ("kubernetes=context:prod", "", ""),
        ("tls=gw.bank.cn:443", "", ""),
        ("node=n.json@kubernetes=chart", "n.json", ""),
    ],
)
def test_a_file_is_named_from_the_folder_of_the_run_where_it_lies_below(target: str, file: str, path: str) -> None:
    assert file_below(target, file) == path


def test_a_place_outside_is_named_from_the_root_of_its_target() -> None:
    finding = object_finding("k8s-host-ipc", target="kubernetes=/srv/chart")

    assert place(finding) == "templates/api.yaml:20"
    assert place(object_finding("k8s-host-ipc")) == "deploy/chart/templates/api.yaml:20"


def test_an_object_is_named_beside_its_file_and_a_file_is_not_named_twice() -> None:
    assert thing(object_finding("k8s-host-ipc")) == "Deployment/loan/api"
    assert {thing(finding) for finding in example().findings} == {""}


def test_what_was_reused_is_summed_over_the_stages() -> None:
    record = example()
    (stage,) = record.run.stages

    assert reused(replace(record, run=replace(record.run, stages=(stage, stage)))) == (6, 30)


def test_gaps_of_one_reason_share_what_to_do() -> None:
    remedy = say("pipeline.remedy.collect_cluster")
    gaps = tuple(object_gap(why, remedy) for why in ("no flags", "no policies"))

    (group,) = gap_groups(replace(empty(), gaps=gaps))

    assert group.remedies == (remedy,)


HEAD, PART = "k8s-pod-security-context", "k8s-pod-non-root"


def test_what_another_finding_says_of_the_same_subject_stands_under_it() -> None:
    head = replace(object_finding(HEAD), severity=Severity.MEDIUM)
    part = replace(object_finding(PART), part_of=HEAD)
    other = replace(part, subject="Deployment/loan/web")

    shown = folded([part, head, other])

    assert [(each.id, each.subject, each.severity) for each in shown.heads] == [
        (HEAD, head.subject, Severity.HIGH),
        (PART, other.subject, Severity.HIGH),
    ]
    assert shown.parts(shown.heads[0]) == (part,)
    assert shown.parts(shown.heads[1]) == ()


def test_what_runs_once_is_a_group_of_its_own() -> None:
    workload, hook = object_finding(PART), replace(object_finding(PART), apart="hook", severity=Severity.MEDIUM)

    assert by_check([workload, hook, workload]) == [[workload, workload], [hook]]


def test_what_stands_beside_a_place_tells_findings_of_one_check_apart() -> None:
    finding = example().findings[0]
    advisory = Vulnerability(id="CVE-2026-1", aliases=(), fix=Fix(state="fixed"))

    assert beside(replace(finding, location=None, subject="app", target="auditlog=logs")) == "auditlog=logs"
    assert beside(replace(finding, location=None, subject="code=src/", target="code=src/")) == ""
    assert beside(replace(finding, vulnerability=advisory)).startswith("CVE-2026-1")
    in_image = replace(
        finding, location=Location(file="etc/passwd", line=3), subject="etc/passwd", target="image=oci:x"
    )
    assert beside(in_image) == "image=oci:x"
