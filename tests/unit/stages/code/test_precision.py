"""What was read on real platforms, and what it says of a finding that nobody has read."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from auditor.content import rulesets
from auditor.stages.code.precision import (
    Common,
    Evidence,
    Giver,
    Precision,
    Reading,
    Row,
    Shown,
    Side,
    giver_of,
    precision_of,
    reach_of_way,
    rows_of,
    side_of,
)
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.severity import LEAST_SHARE

DOCUMENT = Path(__file__).parents[4] / "docs" / "precision.md"
FROM_MODEL = Evidence(Side.PYTHON, Shown.FILE, Giver.MODEL)
FROM_CALLER = Evidence(Side.PYTHON, Shown.FILES, Giver.CALLER)
LINES = Evidence(Side.SETTING, Shown.TEXT)
KINDS = {"paths": "path-traversal", "tool-paths": "path-traversal", "keys": "hardcoded-key", "hosts": "clear-text"}


def row(check: str, read: int, are_true: int, *, shows: Evidence = FROM_MODEL, platform: str = "a") -> Row:
    return Row(draw="d", platform=platform, check=check, shows=shows, read=read, are_true=are_true)


def said(*rows: Row, least_read: int = 4, least_platforms: int = 2) -> Precision:
    return precision_of(rows, KINDS, least_read=least_read, least_platforms=least_platforms)


def test_a_check_with_its_evidence_speaks_for_itself() -> None:
    read = said(
        row("paths", 3, 3),
        row("paths", 2, 1, platform="b"),
        row("paths", 3, 0, shows=FROM_CALLER),
        row("paths", 3, 0, shows=FROM_CALLER, platform="b"),
    )

    assert read.nearest("paths", FROM_MODEL) == Reading(read=5, are_true=4, platforms=2, common=Common.CHECK)
    assert read.nearest("paths", FROM_CALLER) == Reading(read=6, are_true=0, platforms=2, common=Common.CHECK)


def test_what_is_too_little_is_read_with_its_likes_and_not_with_what_speaks_for_itself() -> None:
    read = said(
        row("paths", 9, 9),
        row("paths", 9, 9, platform="b"),
        row("tool-paths", 1, 0, shows=FROM_CALLER),
        row("paths", 3, 1, shows=FROM_CALLER, platform="b"),
    )

    assert read.nearest("tool-paths", FROM_CALLER) == Reading(read=4, are_true=1, platforms=2, common=Common.KIND)
    assert read.nearest("tool-paths", FROM_MODEL) is None


def test_many_findings_of_one_platform_are_too_little() -> None:
    read = said(row("paths", 90, 0), row("keys", 1, 1, platform="b"))

    assert read.nearest("paths", FROM_MODEL) == Reading(read=91, are_true=1, platforms=2, common=Common.GROUND)


def test_what_nobody_read_is_held_against_its_ground() -> None:
    read = said(row("keys", 3, 0, shows=LINES), row("hosts", 3, 1, shows=LINES, platform="b"))

    assert read.nearest("new", LINES) == Reading(read=6, are_true=1, platforms=2, common=Common.GROUND)
    assert read.nearest("new", FROM_MODEL) is None


def test_where_too_little_was_read_nothing_is_said() -> None:
    assert said(row("paths", 3, 0)).nearest("paths", FROM_MODEL) is None
    assert Precision().nearest("paths", FROM_MODEL) is None


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


def test_who_gives_a_value_is_told_by_its_source() -> None:
    assert {each: giver_of(each) for each in ("Request", "Upload", "Member", "ToolArgument", "ModelReply", "")} == {
        "Request": Giver.CALLER,
        "Upload": Giver.CALLER,
        "Member": Giver.CALLER,
        "ToolArgument": Giver.MODEL,
        "ModelReply": Giver.MODEL,
        "": Giver.NOBODY,
    }


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
    kinds = {rule.id: rule.capability for rule in pack.rules.values()}
    sizes = {"least_read": OURS["least_read"], "least_platforms": OURS["least_platforms"]}
    for draw in draws:
        others = precision_of([each for each in ROWS if each.draw != draw], kinds, **sizes)
        for each in (each for each in ROWS if each.draw == draw):
            nearest = others.nearest(each.check, each.shows)
            if nearest is None or nearest.share >= share:
                read, are_true = read + each.read, are_true + each.are_true
    return are_true / read


def test_the_least_share_is_the_lowest_twentieth_with_which_four_of_five_are_true() -> None:
    """ADR 25 states the rule; whoever adds a draw of Python finds out here whether the share has to move."""
    draws = [name for name, draw in OURS["draws"].items() if draw["grounds"] == "now" and name.startswith("python")]
    twentieths = [number / 20 for number in range(20)]
    met = [share_of_what_is_left(share, *draws) >= 0.8 for share in twentieths]

    assert met.index(True) == twentieths.index(LEAST_SHARE)


def test_commands_and_code_of_a_model_are_never_held_back_by_it() -> None:
    precision = rule_pack().precision
    for check in ("os-shell-command-literal", "os-code-not-evaluated", "flow-commands-free-of-outside-text"):
        for shown in (Shown.INSIDE, Shown.FILE, Shown.FILES):
            nearest = precision.nearest(check, Evidence(Side.PYTHON, shown, Giver.MODEL))
            assert nearest is None or nearest.share >= LEAST_SHARE


def test_the_table_is_in_the_order_of_its_draws() -> None:
    order = [list(OURS["draws"]).index(each["draw"]) for each in OURS["readings"]]

    assert all(one <= other for one, other in pairwise(order))
