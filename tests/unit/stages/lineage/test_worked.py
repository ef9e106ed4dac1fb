"""The worked examples of the design page, §6, and its edge cases."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from auditor.formats.lineage import sampling
from tests.unit.stages.lineage.events import columns, masked, run, span, whole, write
from tests.unit.stages.lineage.looking import look

if TYPE_CHECKING:
    from pathlib import Path

FIVE = """
datasets:
  - {id: "s3://lake|raw", role: source}
  - {id: "s3://lake|clean"}
  - {id: "s3://lake|mart"}
  - {id: "s3://lake|kb", kind: index}
  - {id: "s3://lake|old", grade: important}
"""


def test_seen_upstream_rooted_orphan_ghost_and_dead_end(tmp_path: Path) -> None:
    events = [run(["raw"], ["clean"]), run(["clean"], ["mart"], job="mart"), run(["x"], ["kb"], job="kb")]

    looked = look(write(tmp_path, inventory=FIVE, events=events))

    assert looked.value("seen") == (4, 5)
    assert looked.value("upstream") == (4, 5)
    assert looked.value("rooted") == (3, 5)
    assert looked.measure("rooted").items == ("s3://lake|kb", "s3://lake|old")
    assert looked.bad("orphans-graded") == ["s3://lake|old"]
    assert looked.bad("ghosts") == ["s3://lake|x"]
    assert looked.bad("dead-ends") == ["s3://lake|mart"]


def test_a_sink_is_no_dead_end(tmp_path: Path) -> None:
    inventory = FIVE.replace('{id: "s3://lake|mart"}', '{id: "s3://lake|mart", role: sink}')
    events = [run(["raw"], ["clean"]), run(["clean"], ["mart"], job="mart")]

    assert look(write(tmp_path, inventory=inventory, events=events)).value("dead-ends") == 0


FIELDS = """
datasets:
  - {id: "s3://lake|in", role: source, fields: {a: {}, b: {}}}
  - {id: "s3://lake|out", fields: {one: {}, two: {}, three: {}, four: {}}}
"""


def test_fields_mapped_dangling_and_direct(tmp_path: Path) -> None:
    indirect = {"namespace": "s3://lake", "name": "in", "field": "b", "transformations": [{"type": "INDIRECT"}]}
    facet = columns(one=[("in", "a")], two=[indirect], three=[("in", "gone")])

    looked = look(
        write(tmp_path, inventory=FIELDS, events=[run(["in"], [{**run([], ["out"])["outputs"][0], "facets": facet}])])
    )

    assert looked.value("fields") == (2, 4)
    assert looked.value("fields-direct") == (1, 4)
    assert looked.value("fields-mapped") == (3, 4)
    assert looked.bad("fields-dangling") == ["s3://lake|out.three"]


PII = """
datasets:
  - {id: "s3://lake|in", role: source, fields: {x: {pii: true}, y: {pii: true}, z: {}}}
  - {id: "s3://lake|mid", fields: {x: {pii: true}, y: {}, hidden: {}}}
  - {id: "s3://lake|out", role: sink, fields: {y: {}, q: {}}}
"""


def test_personal_data_three_tagged_and_two_reached(tmp_path: Path) -> None:
    mid = columns(x=[("in", "x")], y=[("in", "y")], hidden=[masked("in", "x")])
    out = columns(y=[("mid", "y")], q=[("mid", "hidden")])
    events = [
        run(["in"], [{"namespace": "s3://lake", "name": "mid", "facets": mid}]),
        run(["mid"], [{"namespace": "s3://lake", "name": "out", "facets": out}], job="out"),
    ]

    looked = look(write(tmp_path, inventory=PII, events=events))

    assert looked.value("pii") == (3, 5)
    assert looked.value("pii-spread") == 2
    assert sorted(looked.bad("pii-spread")) == ["s3://lake|mid.y", "s3://lake|out.y"]


def test_a_cycle_without_a_root_fails_and_one_with_a_root_does_not(tmp_path: Path) -> None:
    ring = [run(["clean"], ["mart"], job="one"), run(["mart"], ["clean"], job="two")]

    alone = look(write(tmp_path / "alone", inventory=FIVE, events=ring))
    rooted = look(write(tmp_path / "rooted", inventory=FIVE, events=[*ring, run(["raw"], ["clean"], job="three")]))

    assert alone.value("cycles") == 1
    assert "s3://lake|mart" in alone.measure("rooted").items
    assert "s3://lake|mart" not in rooted.measure("rooted").items


def test_self_edges_are_removed_and_listed(tmp_path: Path) -> None:
    looked = look(write(tmp_path, inventory=FIVE, events=[run(["raw"], ["raw", "clean"])]))

    assert looked.value("edges") == 1
    assert looked.measure("self-edges").items == ("s3://lake|raw",)


def test_two_runs_of_a_job_keep_the_edges_of_both(tmp_path: Path) -> None:
    events = [run(["raw"], ["clean"], run_id="1"), run(["old"], ["clean"], run_id="2", at="2026-11-29T11:00:00Z")]

    assert look(write(tmp_path, inventory=FIVE, events=events)).value("edges") == 2


def test_an_index_lies_where_what_it_is_made_of_lies_and_has_its_grade(tmp_path: Path) -> None:
    inventory = """
datasets:
  - {id: "s3://lake|docs", role: source, jurisdiction: CN, grade: important}
  - {id: "s3://lake|kb", kind: index, of: ["s3://lake|docs"]}
"""
    looked = look(write(tmp_path, inventory=inventory, events=[run(["docs"], ["kb"])]))

    assert looked.value("locations") == (2, 2)
    assert looked.value("rooted-graded") == (2, 2)


def test_unknown_is_never_approved(tmp_path: Path) -> None:
    inventory = """
datasets:
  - {id: "s3://lake|a", role: source, jurisdiction: CN}
  - {id: "s3://lake|b", jurisdiction: HK}
  - {id: "s3://lake|c", jurisdiction: SG}
  - {id: "s3://lake|d"}
crossings:
  - {from: CN, to: HK, approved: "SCC-2025-014", until: 2027-05-01}
  - {from: CN, to: SG, approved: old, until: 2025-01-01}
"""
    events = [run(["a"], ["b"], job="b"), run(["a"], ["c"], job="c"), run(["a"], ["d"], job="d")]

    looked = look(write(tmp_path, inventory=inventory, events=events))

    assert looked.value("cross-border-approved") == 1
    assert looked.bad("cross-border-unapproved") == ["s3://lake|a → s3://lake|c"]
    assert looked.value("cross-border-unknown") == 1


def test_without_a_refusal_an_unknown_side_is_not_assessed(tmp_path: Path) -> None:
    inventory = 'datasets: [{id: "s3://lake|a", role: source, jurisdiction: CN}, {id: "s3://lake|d"}]'

    looked = look(write(tmp_path, inventory=inventory, events=[run(["a"], ["d"])]))

    assert looked.verdict("no-unapproved-crossing") == "not_assessed"


def test_twelve_traces_of_1200_requests_are_one_percent(tmp_path: Path) -> None:
    inventory = """
datasets: [{id: "s3://lake|kb", role: source}]
services: [{id: assistant, end_users: true}]
requests: [{service: assistant, count: 1200}]
"""
    spans = [one for number in range(12) for one in whole(f"{number + 7:032x}", first=number * 10 + 1)]

    looked = look(write(tmp_path, inventory=inventory, spans=spans))

    assert looked.value("sampled-in") == (12, 1200)
    assert looked.value("end-to-end") == (12, 1200)
    assert looked.verdict("traces-unsampled") == "fail"


def test_requests_are_counted_in_access_logs(tmp_path: Path) -> None:
    inventory = """
services: [{id: assistant, end_users: true}]
requests: [{service: assistant, files: "access.log*", routes: ["/api/chat*"], methods: [POST]}]
"""
    line = '10.0.0.1 - - [29/Nov/2026:10:00:0{0} +0000] "{1} HTTP/1.1" 200 5 "-" "curl"'
    calls = [line.format(number % 10, "POST /api/chat?x=1") for number in range(40)]
    folder = write(tmp_path, inventory=inventory, spans=whole())
    (folder / "access.log").write_text(
        "\n".join([*calls, line.format(1, "GET /api/chat"), line.format(2, "POST /x")]) + "\n"
    )

    assert look(folder).value("sampled-in") == (1, 40)


@pytest.mark.parametrize(("share", "family"), [(0.5, "Python"), (0.1, "Python"), (0.01, "Python")])
def test_the_ratio_of_a_sampler_is_recovered_from_ids(share: float, family: str) -> None:
    made = random.Random(1)  # noqa: S311
    ids = (made.getrandbits(128) for _ in range(200_000))
    kept = [f"{each:032x}" for each in ids if each % (1 << 64) < share * (1 << 64)]

    found = sampling.estimate(kept)

    assert found.is_sampled
    assert found.probability == pytest.approx(share, rel=0.01)
    assert family in found.family


def test_samplers_of_java_and_of_consistent_probability_are_told_apart() -> None:
    made = random.Random(2)  # noqa: S311
    ids = [made.getrandbits(128) for _ in range(50_000)]

    def low(each: int) -> int:
        signed = each % (1 << 64)
        return signed if signed < 1 << 63 else (1 << 64) - signed

    java = sampling.estimate(f"{each:032x}" for each in ids if low(each) < 0.02 * (1 << 63))
    consistent = sampling.estimate(f"{each:032x}" for each in ids if each % (1 << 56) >= 0.98 * (1 << 56))

    assert (java.is_sampled, round(java.probability, 2), java.family[-6:]) == (True, 0.02, "(Java)")
    assert (consistent.is_sampled, round(consistent.probability, 2), consistent.family[:10]) == (
        True,
        0.02,
        "Consistent",
    )


def test_ids_that_are_counters_or_too_few_tell_nothing() -> None:
    assert sampling.estimate(f"{each:032x}" for each in range(1, 500)).is_sampled is None
    assert sampling.estimate(["1" * 32]).is_sampled is None


def test_a_threshold_in_tracestate_is_exact(tmp_path: Path) -> None:
    spans = [span(1, gen_ai__operation__name="chat", gen_ai__request__model="m", state="vendor=x,ot=th:fd70a4;rv:1")]

    looked = look(write(tmp_path, spans=spans))

    assert looked.value("sampling", "assistant") == pytest.approx(0.01, rel=1e-3)
