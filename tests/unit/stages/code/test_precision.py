"""What was read on real platforms, and what it says of a finding that nobody has read."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from auditor.content import rulesets
from auditor.stages.code.precision import (
    Common,
    Evidence,
    Flaw,
    Giver,
    Precision,
    Reading,
    Row,
    Shown,
    Side,
    Use,
    flaw_of,
    giver_of,
    precision_of,
    reach_of_way,
    rows_of,
    side_of,
    use_of,
)
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.severity import LEAST_SHARE, is_believed

DOCUMENT = Path(__file__).parents[4] / "docs" / "precision.md"
FROM_MODEL = Evidence(Side.PYTHON, Shown.FILE, Giver.MODEL)
FROM_CALLER = Evidence(Side.PYTHON, Shown.FILES, Giver.CALLER)
LINES = Evidence(Side.SETTING, Shown.TEXT)
FLAWS = {
    "paths": Flaw("path-traversal"),
    "tool-paths": Flaw("path-traversal"),
    "keys": Flaw("hardcoded-key"),
    "hosts": Flaw("clear-text"),
    "commands": Flaw("command-execution", runs=True),
    "queries": Flaw("sql-injection", runs=True),
}


def row(check: str, read: int, are_true: int, *, shows: Evidence = FROM_MODEL, platform: str = "a") -> Row:
    return Row(draw="d", platform=platform, check=check, shows=shows, read=read, are_true=are_true)


def said(*rows: Row, least_read: int = 4, least_platforms: int = 2) -> Precision:
    return precision_of(rows, FLAWS, least_read=least_read, least_platforms=least_platforms)


def test_a_check_with_its_evidence_speaks_for_itself() -> None:
    read = said(
        row("paths", 3, 3),
        row("paths", 2, 1, platform="b"),
        row("paths", 3, 0, shows=FROM_CALLER),
        row("paths", 3, 0, shows=FROM_CALLER, platform="b"),
    )

    assert read.held_against("paths", FROM_MODEL) == (Reading(read=5, are_true=4, platforms=2),)
    assert read.held_against("paths", FROM_CALLER) == (Reading(read=6, are_true=0, platforms=2),)


def test_what_is_too_little_is_read_with_its_likes_and_not_with_what_speaks_for_itself() -> None:
    read = said(
        row("paths", 9, 9),
        row("paths", 9, 9, platform="b"),
        row("tool-paths", 1, 0, shows=FROM_CALLER),
        row("paths", 3, 1, shows=FROM_CALLER, platform="b"),
    )

    like = Reading(read=4, are_true=1, platforms=2, common=Common.KIND)
    assert read.held_against("tool-paths", FROM_CALLER) == (Reading(read=1, are_true=0, platforms=1), like)
    assert read.held_against("tool-paths", FROM_MODEL) == ()


def test_many_findings_of_one_platform_are_too_little() -> None:
    read = said(row("paths", 90, 0), row("keys", 1, 1, platform="b"))

    like = Reading(read=91, are_true=1, platforms=2, common=Common.GROUND)
    assert read.held_against("paths", FROM_MODEL) == (Reading(read=90, are_true=0, platforms=1), like)
    assert read.held_against("keys", FROM_MODEL) == (Reading(read=1, are_true=1, platforms=1), like)


def test_what_nobody_read_is_held_against_its_ground() -> None:
    read = said(row("keys", 3, 0, shows=LINES), row("hosts", 3, 1, shows=LINES, platform="b"))

    assert read.held_against("new", LINES) == (Reading(read=6, are_true=1, platforms=2, common=Common.GROUND),)
    assert read.held_against("new", FROM_MODEL) == ()


def test_what_is_known_by_its_shape_is_held_against_nothing_else() -> None:
    rows = [row("hosts", 3, 0, shows=LINES), row("provider-keys", 3, 0, shows=LINES, platform="b")]
    flaws = {**FLAWS, "provider-keys": Flaw("provider-key", is_shape=True)}
    read = precision_of(rows, flaws, least_read=4, least_platforms=2)

    assert read.held_against("provider-keys", LINES) == ()
    assert read.held_against("hosts", LINES) != ()


@pytest.mark.parametrize("check", ["secret-provider-key-absent", "secret-private-key-absent"])
def test_a_key_of_a_known_shape_is_never_held_back(check: str) -> None:
    shown = (Shown.TEXT, Shown.BRANCH)

    held = [rule_pack().precision.held_against(check, Evidence(side, each)) for side in Side for each in shown]
    assert all(map(is_believed, held))
    assert {reading.common for readings in held for reading in readings} <= {Common.CHECK}


def test_what_is_run_is_not_held_against_what_is_not() -> None:
    read = said(
        row("paths", 3, 0, shows=FROM_CALLER),
        row("hosts", 3, 0, shows=FROM_CALLER, platform="b"),
        row("queries", 3, 3, shows=FROM_CALLER),
        row("commands", 1, 1, shows=FROM_CALLER, platform="b"),
    )

    assert read.held_against("new", FROM_CALLER) == (Reading(read=6, are_true=0, platforms=2, common=Common.GROUND),)
    like = Reading(read=4, are_true=4, platforms=2, common=Common.GROUND)
    assert read.held_against("commands", FROM_CALLER) == (Reading(read=1, are_true=1, platforms=1), like)


def test_by_its_weakness_a_flaw_runs_what_others_wrote_or_not() -> None:
    assert flaw_of("command-execution", (78, 20)) == Flaw("command-execution", runs=True)
    assert flaw_of("path-traversal", (22,)) == Flaw("path-traversal")


def test_where_too_little_was_read_nothing_is_said() -> None:
    assert said(row("paths", 3, 0)).held_against("paths", FROM_MODEL) == ()
    assert Precision().held_against("paths", FROM_MODEL) == ()


def test_a_check_tells_of_each_evidence_what_was_read_whether_it_says_something_or_not() -> None:
    read = said(row("paths", 2, 1), row("paths", 1, 1, platform="b"), row("paths", 1, 0, shows=LINES))

    assert read.of_checks["paths"] == {
        FROM_MODEL: Reading(read=3, are_true=2, platforms=2),
        LINES: Reading(read=1, are_true=0, platforms=1),
    }


@pytest.mark.parametrize(
    ("path", "side"),
    [
        ("a/b.py", Side.PYTHON),
        ("a.ipynb", Side.PYTHON),
        ("a/b.tsx", Side.SCRIPT),
        ("a/page.html", Side.SCRIPT),
        ("docker-compose.yml", Side.SETTING),
        ("Dockerfile", Side.SETTING),
        ("run.sh", Side.SETTING),
        (".env", Side.SETTING),
    ],
)
def test_the_side_of_a_file_is_told_by_its_name(path: str, side: Side) -> None:
    assert side_of(path) is side


def test_how_far_a_value_came_is_told_by_the_places_of_its_way() -> None:
    begins, ends = ("a.py", 1, "Request"), ("a.py", 9, "open")

    assert reach_of_way(()) is Shown.INSIDE
    assert reach_of_way((begins, ends)) is Shown.INSIDE
    assert reach_of_way((begins, ("a.py", 4, "read"), ends)) is Shown.FILE
    assert reach_of_way((begins, ("b.py", 4, "read"), ends)) is Shown.FILES
    assert reach_of_way((("a.ts", 1, "read"), ("b.ts", 9, "read"))) is Shown.FILES
    assert reach_of_way((("a.ts", 1, "Request"), ("a.ts", 9, "path-traversal"))) is Shown.INSIDE


def test_who_gives_a_value_is_told_by_its_source() -> None:
    assert {each: giver_of(each) for each in ("Request", "Upload", "Member", "ToolArgument", "ModelReply", "")} == {
        "Request": Giver.CALLER,
        "Upload": Giver.CALLER,
        "Member": Giver.CALLER,
        "ToolArgument": Giver.MODEL,
        "ModelReply": Giver.MODEL,
        "": Giver.NOBODY,
    }


@pytest.mark.parametrize(
    ("lines", "use"),
    [
        ("return FileResponse(folder / name)", Use.READS),
        ("with open(path, 'rb') as f:", Use.READS),
        ("for item in path.iterdir():", Use.READS),
        ("os.makedirs(path, exist_ok=True)", Use.CHANGES),
        ("with open(os.path.join(folder, name), 'wb') as f:", Use.CHANGES),
        ("path.write_text(body)", Use.CHANGES),
        ("shutil.rmtree(path)", Use.CHANGES),
    ],
)
def test_what_is_done_at_a_path_is_told_by_the_lines(lines: str, use: Use) -> None:
    assert use_of("path-traversal", Side.PYTHON, lines) is use
    assert use_of("path-traversal", Side.SCRIPT, lines) is Use.NONE
    assert use_of("command-execution", Side.PYTHON, lines) is Use.NONE


def test_reading_at_a_path_is_not_held_against_writing_there() -> None:
    reads, changes = replace(FROM_CALLER, use=Use.READS), replace(FROM_CALLER, use=Use.CHANGES)
    read = said(
        row("paths", 3, 3, shows=reads),
        row("paths", 1, 1, shows=reads, platform="b"),
        row("paths", 9, 0, shows=changes),
        row("paths", 9, 0, shows=changes, platform="b"),
    )

    assert read.held_against("paths", reads) == (Reading(read=4, are_true=4, platforms=2),)
    assert read.held_against("tool-paths", changes) == ()


def test_files_of_a_request_that_are_read_inside_a_function_are_not_held_back() -> None:
    shows = Evidence(Side.PYTHON, Shown.INSIDE, Giver.CALLER, Use.READS)

    assert is_believed(rule_pack().precision.held_against("web-request-paths-confined", shows))


def test_a_row_that_stands_there_twice_is_refused() -> None:
    finding = {"check": "paths", "side": "python", "shows": "text", "read": 2, "are_true": 1}
    reading = {"draw": "d", "platform": "p", "findings": [finding, finding]}

    with pytest.raises(ValueError, match=r"p, paths: .*told twice"):
        rows_of({"draws": {"d": "D"}, "readings": [reading]}, ["paths"])


OURS = yaml.safe_load((rulesets() / "code" / "precision.yaml").read_text())
ROWS = rows_of(OURS, rule_pack().rules)


def test_every_draw_of_the_table_is_told_in_the_document() -> None:
    headings = set(re.findall(r"^## (.+)$", DOCUMENT.read_text(), flags=re.MULTILINE))

    assert {draw["told"] for draw in OURS["draws"].values()} <= headings
    assert {each.draw for each in ROWS} == OURS["draws"].keys()


def test_no_platform_is_read_in_two_draws() -> None:
    draws = {(each.platform, each.draw) for each in ROWS}

    assert len(draws) == len({platform for platform, _draw in draws})


def share_of_what_is_left(share: float, *draws: str) -> float:
    """Return how many of the findings of draws are true where each is held against the readings of the others."""
    pack, read, are_true = rule_pack(), 0, 0
    sizes = {"least_read": OURS["least_read"], "least_platforms": OURS["least_platforms"]}
    for draw in draws:
        others = precision_of([each for each in ROWS if each.draw != draw], pack.precision.flaws, **sizes)
        for each in (each for each in ROWS if each.draw == draw):
            readings = others.held_against(each.check, each.shows)
            if not readings or any(reading.share >= share for reading in readings):
                read, are_true = read + each.read, are_true + each.are_true
    return are_true / read


USED_AT_ONCE = {
    "os-shell-command-literal": (Giver.MODEL, Giver.CALLER),
    "os-code-not-evaluated": (Giver.MODEL, Giver.CALLER),
    "flow-commands-free-of-outside-text": (Giver.MODEL,),
    "agent-tool-arguments-not-in-shell": (Giver.MODEL,),
    "agent-model-output-not-executed": (Giver.MODEL,),
    "agent-model-output-not-sql": (Giver.MODEL,),
    "data-pickle-not-loaded": (Giver.CALLER,),
    "agent-request-urls-allow-listed": (Giver.CALLER,),
}
"""What an outsider uses at once, by who gives it."""


def of_what_is_used_at_once() -> list[tuple[Reading, ...]]:
    """Return what each of these is held against."""
    return [
        rule_pack().precision.held_against(check, Evidence(Side.PYTHON, shown, giver))
        for check, givers in USED_AT_ONCE.items()
        for giver in givers
        for shown in (Shown.INSIDE, Shown.FILE, Shown.FILES)
    ]


def test_what_an_outsider_uses_at_once_is_not_held_back() -> None:
    assert [readings for readings in of_what_is_used_at_once() if not is_believed(readings)] == []


def test_nor_is_it_in_scripts() -> None:
    asked = {**USED_AT_ONCE, "web-sql-parameterised": (Giver.CALLER,), "agent-tool-urls-allow-listed": (Giver.MODEL,)}
    held = {
        check: rule_pack().precision.held_against(check, Evidence(Side.SCRIPT, Shown.INSIDE, giver))
        for check, givers in asked.items()
        for giver in givers
    }

    assert [check for check, readings in held.items() if not is_believed(readings)] == []


def test_the_least_share_is_the_highest_twentieth_that_holds_none_of_it_back() -> None:
    """ADR 25 states the rule; whoever adds a draw of Python finds out here whether the share has to move."""
    held_back = [
        readings
        for readings in of_what_is_used_at_once()
        if readings and all(reading.share < LEAST_SHARE + 0.05 for reading in readings)
    ]

    assert held_back != []


def test_what_is_left_is_true_more_often_than_what_was_told_before() -> None:
    draws = [name for name, draw in OURS["draws"].items() if draw["grounds"] == "now" and name.startswith("python")]

    assert share_of_what_is_left(0, *draws) == pytest.approx(0.70, abs=0.01)
    assert share_of_what_is_left(LEAST_SHARE, *draws) == pytest.approx(0.79, abs=0.01)


def test_the_table_is_in_the_order_of_its_draws() -> None:
    order = [list(OURS["draws"]).index(each["draw"]) for each in OURS["readings"]]

    assert all(one <= other for one, other in pairwise(order))
