"""Lineage in the HTML page, in headless Chromium: 2,000 data sets, search, both languages, light and dark.

Screenshots of every combination go to pytest's folder of the test (``--basetemp``).
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright

from auditor.model.record import MeasureRow
from auditor.report.html import render
from auditor.stages.lineage.drawing import chains, graphs
from tests.unit.report.records import CHECKS, example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.model.record import Record

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def row(name: str, items: tuple[str, ...], value: int) -> MeasureRow:
    return MeasureRow(
        id=f"lineage.{name}",
        stage="lineage",
        target="lineage=x",
        subject="system",
        value=value,
        undetermined=0,
        items=items,
    )


def record(count: int) -> Record:
    states = ("root", "-", "broken", "ghost", "pii,spread", "orphan", "sink", "model")
    nodes = tuple(f"{states[number % 8]} | CN | s3://lake{number % 40}|area/table_{number}" for number in range(count))
    lines = ("seen", "declared", "seen,pii", "seen,crossing", "seen,broken")
    edges = tuple(f"{lines[number % 5]} | {number // 2} | {number}" for number in range(1, count))
    chain = (
        "assistant | 5e1f | spans.jsonl | 7",
        "L1 | user | missing | ",
        "L2 | session | present | s-1",
        "L3 | prompt | not due | ",
    )
    more = (row("graph-nodes", nodes, count), row("graph-edges", edges, count - 1), row("chain-example", chain, 3))
    return replace(example(), measures=(*example().measures, *more))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing; install it with: apt-get install -y chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


def opened(browser: Browser, folder: Path, given: Record, language: str, scheme: str) -> tuple[Page, list[str]]:
    file = folder / "report.html"
    file.write_bytes(render(given, "zh" if language == "zh" else "en", CHECKS))
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", offline=True, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.goto(file.as_uri())
    return page, noise


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_graph_and_chain_are_seen(browser: Browser, tmp_path: Path, language: str, scheme: str) -> None:
    page, noise = opened(browser, tmp_path, record(40), language, scheme)

    for name in ("lineage-graph", "lineage-chain"):
        picture = page.locator(f"#{name}").screenshot(path=str(tmp_path / f"{name}-{language}-{scheme}.png"))
        assert len(picture) > 5_000
    assert page.locator("#lineage-graph .lineage").first.locator(".node").count() == 40
    assert page.locator("#lineage-chain li.missing").count() == 1
    shown = page.locator("#lineage-chain li.missing .evidence").inner_text()
    assert shown == ("not recorded" if language == "en" else "未记录")
    assert noise == []


def test_two_thousand_data_sets_are_collapsed_by_namespace_and_found(browser: Browser, tmp_path: Path) -> None:
    page, noise = opened(browser, tmp_path, record(2000), "en", "light")

    first = page.locator("#lineage-graph .lineage").first
    assert first.locator(".node").count() == 40
    box = first.bounding_box()
    assert box is not None
    assert box["width"] < 4000
    assert box["height"] < 2000

    page.locator(".lineage-search input").fill("table_1777")

    page.wait_for_function("document.querySelectorAll('details.space[open]').length === 1")
    assert page.locator("details.space[open] tr.hit").count() == 1
    assert page.locator(".lineage-search .found").inner_text() == "1"
    page.screenshot(path=str(tmp_path / "found.png"))
    assert noise == []


def test_the_table_behind_holds_every_data_set() -> None:
    (graph,) = graphs(record(2000))

    assert graph.is_collapsed
    assert sum(len(space.nodes) for space in graph.spaces) == 2000
    assert len(graph.rows) == 1999
    assert [link.state for link in chains(record(10))[0].links] == ["missing", "present", "not-due"]


def test_hostile_items_draw_nothing() -> None:
    odd = (
        row("graph-nodes", ("<script> | x", "seen", ""), 3),
        row("graph-edges", ("seen | 9 | 1", "a | b", "seen | -1 | 0"), 3),
    )
    given = replace(example(), measures=odd)

    (graph,) = graphs(given)

    assert graph.rows == ()
    assert b"<script> |" not in render(given, "en", CHECKS)
