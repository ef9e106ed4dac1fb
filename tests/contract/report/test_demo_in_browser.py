"""The report of the demo in a real browser and on paper: nothing cut, nothing sideways, and its pictures are kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.contract.report.test_html_in_browser import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    *(pytest.mark.tool(name) for name in ("semgrep", "bandit", "opa", "helm", "syft", "grype")),
]

MOST_PAGES = 25
PAPER_WIDTH = 703
"""186 mm, A4 without its margins, at 96 points an inch."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the demo once, and write its HTML page in both languages."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "CI": "true", "NO_COLOR": "1"}
    for words in (
        ("demo", "--output", "run"),
        ("report", "run", "--format", "html", "--output", "en", "--lang", "en"),
        ("report", "run", "--format", "html", "--output", "zh", "--lang", "zh"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=1200,
        )
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing; install it with: apt-get install -y chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_never_scrolls_sideways_and_its_picture_is_kept(
    reports: Path, browser: Browser, language: str, scheme: str, width: int
) -> None:
    page = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900}, offline=True
    )
    page.goto((reports / language / "report.html").as_uri())
    page.screenshot(path=str(reports / f"{language}-{scheme}-{width}-top.png"))
    page.locator("details.row summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=str(reports / f"{language}-{scheme}-{width}-finding.png"))
    page.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_printed_page_is_short_and_nothing_of_it_is_cut(reports: Path, browser: Browser, language: str) -> None:
    page = browser.new_page(viewport={"width": PAPER_WIDTH, "height": 1000}, offline=True)
    page.goto((reports / language / "report.html").as_uri())
    failures = int(page.locator("#shown").inner_text().partition(" ")[0].replace(",", ""))
    data = page.pdf(prefer_css_page_size=True)
    (reports / f"{language}.pdf").write_bytes(data)

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width > 0 && box.right > document.documentElement.clientWidth + 1;
        }).map((each) => each.tagName + " " + each.className).slice(0, 5)"""
    )
    printed = pypdfium2.PdfDocument(data)
    text = "".join(sheet.get_textpage().get_text_range() for sheet in printed)

    assert wide == []
    # what is part of another failure stands as a line of its row
    assert page.locator(".row.fail:visible, .row.fail .part:visible").count() == failures
    assert page.locator(".row.pass:visible").count() == 0
    assert len(printed) <= MOST_PAGES
    assert f"{len(printed)} / {len(printed)}" in re.sub(r"\s+", " ", text)
    page.close()
