"""The HTML page in a real browser: headless Chromium, driven by playwright, with no network."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect, sync_playwright

from auditor.model.finding import Severity
from auditor.model.record import Comparison
from auditor.model.text import literal
from auditor.report.html import render
from tests.unit.report.records import CHECKS, example, many, object_finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.model.record import Record
    from auditor.model.text import Language

pytestmark = pytest.mark.browser

# As root Chromium needs --no-sandbox; the page is our own and its policy forbids everything else.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing; install it with: apt-get install -y chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Reader:
    """Somebody who opens a page, and everything that the page did besides showing itself."""

    browser: Browser
    folder: Path
    noise: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def opens(
        self,
        record: Record,
        language: Language = "en",
        *,
        scripts: bool = True,
        scheme: str = "light",
        anchor: str = "#by=none",
        width: int = 1280,
    ) -> Page:
        file = self.folder / "report.html"
        file.write_bytes(render(record, language, CHECKS))
        context = self.browser.new_context(
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
            viewport={"width": width, "height": 900},
        )
        page = context.new_page()
        page.on("console", lambda message: self.noise.append(message.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("dialog", lambda dialog: self.noise.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri() + anchor)
        return page


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Give a reader, and hold every page to silence: nothing on the console, no request but for the file itself."""
    one = Reader(browser, tmp_path)
    yield one
    for context in browser.contexts:
        context.close()
    assert one.noise == []
    assert {url.partition("#")[0] for url in one.requests} == {(tmp_path / "report.html").as_uri()}


def shown(page: Page) -> str:
    return page.locator("#shown").inner_text()


def titles(page: Page) -> set[str]:
    return set(page.locator("details.row .title").all_inner_texts())


def chip(page: Page, name: str, value: str) -> None:
    page.locator(f"label.chip:has(input[name={name}][value={value}])").click()


def test_severity_filter_shows_that_severity_only(reader: Reader) -> None:
    page = reader.opens(example())

    chip(page, "severity", "medium")

    assert shown(page) == "2 of 13"
    assert titles(page) == {"MD5 protects nothing"}


def test_filters_add_up_and_reset_takes_them_away(reader: Reader) -> None:
    page = reader.opens(example())

    chip(page, "severity", "medium")
    chip(page, "severity", "critical")
    chip(page, "verdict", "fail")
    chip(page, "stage", "code")
    both = shown(page)
    page.fill("#filter-file", "RUN.py")
    file = shown(page)
    page.locator("#filter-reset").click()
    page.wait_for_function("document.querySelectorAll('details.row').length === 13")

    assert (both, file, shown(page)) == ("5 of 13", "2 of 13", "13 of 13")


def test_text_filter_searches_both_languages_and_the_code(reader: Reader) -> None:
    page = reader.opens(example())
    found = {}

    for text in ("pickle.loads", "密钥", "cwe-78 md5", "8.1.4.4.d", "no such thing"):
        page.fill("#filter-text", text)
        found[text] = shown(page)

    assert found == {
        "pickle.loads": "1 of 13",
        "密钥": "1 of 13",
        "cwe-78 md5": "2 of 13",
        "8.1.4.4.d": "13 of 13",
        "no such thing": "0 of 13",
    }
    assert page.locator("#nothing").is_visible()


def test_only_new_hides_what_was_known(reader: Reader) -> None:
    page = reader.opens(example())

    chip(page, "new", "true")

    assert shown(page) == "7 of 13"
    assert "Debug mode is off" not in titles(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_language_switches_with_and_without_scripts(reader: Reader, scripts: bool) -> None:  # noqa: FBT001
    page = reader.opens(example(), "en", scripts=scripts)
    word = page.locator(".gate .word")
    before = word.inner_text()

    page.locator("label:has(#lang-zh)").click()

    assert before.lower() == "failed"
    assert word.inner_text() == "不通过"
    assert page.locator("details.row .title").first.inner_text() == "不以 shell 运行外部文本"
    assert not page.get_by_text("exit code 1").is_visible()


def test_it_opens_in_chinese_when_asked(reader: Reader) -> None:
    assert reader.opens(example(), "zh").locator(".gate .word").inner_text() == "不通过"


def background(page: Page) -> str:
    value: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return value


def test_theme_follows_the_system_and_the_switch(reader: Reader) -> None:
    dark, light = reader.opens(example(), scheme="dark"), reader.opens(example(), scheme="light")
    of_system = (background(dark), background(light))

    dark.locator("label:has(#theme-light)").click()
    light.locator("label:has(#theme-dark)").click()

    assert of_system[0] != of_system[1]
    assert (background(light), background(dark)) == of_system


def test_a_row_opens_to_why_remedy_and_evidence(reader: Reader) -> None:
    page = reader.opens(example())
    row = page.locator("details.row", has_text="No file holds a key")

    row.locator("summary").click()

    text = row.locator(".body").inner_text()
    for part in (
        "whoever controls",
        "Pass a list of arguments",
        "sk-****",
        "CVE-2026-0001",
        "# nosec",
        "Li Wei",
        "sha256:",
    ):
        assert part in text


def test_a_place_stands_among_the_lines_around_it_and_is_marked(reader: Reader) -> None:
    page = reader.opens(example())
    row = page.locator("details.row", has_text="app/run.py:12")

    row.locator("summary").click()

    lines = row.locator(".code-line")
    assert [text.strip() for text in lines.all_inner_texts()] == ["import os", "", "os.system(cmd)", "done()"]
    assert [int(row.locator(".code-line i").nth(i).get_attribute("data-line") or 0) for i in range(4)] == [
        10,
        11,
        12,
        13,
    ]
    assert row.locator(".code-line.here").all_inner_texts() == [lines.nth(2).inner_text()]


def test_how_things_went_since_the_compared_run_is_drawn_with_its_numbers(reader: Reader) -> None:
    compared = Comparison(
        kind="run",
        given="latest",
        id="x",
        started="2026-11-01T00:00:00+00:00",
        failures={Severity.CRITICAL: 9, Severity.LOW: 1},
    )
    given = example()
    page = reader.opens(replace(given, run=replace(given.run, comparison=compared)))

    assert page.locator(".trend svg").count() == 2
    page.locator("#failures .fold summary").first.click()
    cells = page.locator("#failures .numbers tr", has_text="critical").locator("td").all_inner_texts()
    assert cells[:2] == ["critical", "9"]
    assert cells[2] == page.locator("#failures .legend .critical b").inner_text()


def test_every_figure_has_a_table_behind_it(reader: Reader) -> None:
    page = reader.opens(example())

    for place in ("#failures", "#assessed", "#policy"):
        folds = page.locator(f"{place} details.fold:has(table.numbers)")
        assert folds.count() == (1 if page.locator(f"{place} svg").count() else 0)


def test_rows_say_the_same_with_scripts_on_and_off(reader: Reader) -> None:
    texts = []
    for scripts in (True, False):
        page = reader.opens(example(), scripts=scripts)
        rows = page.locator("details.row")
        for index in range(rows.count()):
            rows.nth(index).locator("summary").press("Enter")  # a click may miss what an opened row above pushes away
        texts.append([" ".join(text.split()) for text in rows.all_inner_texts()])

    assert texts[0] == texts[1]


def test_scripts_off_shows_the_worst_rows_and_counts_the_rest(reader: Reader) -> None:
    page = reader.opens(many(700), scripts=False)

    assert page.locator("details.row").count() == 500
    assert "the worst 500 of 730 findings are listed" in page.locator("noscript .note").inner_text()
    assert not page.locator("#filters").is_visible()
    assert page.locator("details.row .badge").first.inner_text() == "critical"


def test_thousands_of_findings_are_drawn_as_they_come_into_view(reader: Reader) -> None:
    page = reader.opens(many(5000))
    at_first = page.locator("details.row").count()

    page.fill("#filter-text", "command_4321")
    one = shown(page)
    page.fill("#filter-text", "")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("details.row").nth(at_first).wait_for(state="attached")

    assert at_first <= 200
    assert one == "1 of 5,030"
    assert shown(page) == "5,030 of 5,030"


def test_a_link_from_the_worst_opens_its_row_even_if_filtered_away(reader: Reader) -> None:
    page = reader.opens(many(5000))
    chip(page, "severity", "critical")

    page.locator(".worst a").nth(3).click()
    page.wait_for_selector("details.row.low[open]")

    assert page.locator("details.row[open]").count() == 1
    assert any("Debug mode is off" in text for text in page.locator(".group-head").all_inner_texts())


def test_an_address_with_a_finding_opens_it(reader: Reader) -> None:
    record = many(1000)
    last = record.findings[-1]

    page = reader.opens(record, anchor=f"#f-{last.fingerprint}")

    assert page.locator(f"details.row[open][id='f-{last.fingerprint}']").is_visible()


def _with_a_part() -> Record:
    head = replace(object_finding("k8s-pod-security-context"), severity=Severity.LOW, fingerprint="f-head")
    part = replace(
        object_finding("k8s-pod-non-root"),
        severity=Severity.HIGH,
        problem=literal("A container may run as root"),
        part_of=head.id,
        fingerprint="f-part",
    )
    hook = replace(head, subject="Job/loan/hook", apart="hook", fingerprint="f-hook")
    return replace(example(), findings=(part, head, hook))


def test_what_another_failure_says_stands_under_it_and_hooks_stand_apart(reader: Reader) -> None:
    page = reader.opens(_with_a_part(), anchor="#by=check")

    assert page.locator("#rows > .row").count() == 2
    assert page.locator("#rows > .group-head").count() == 2
    assert "Helm hook" in page.locator("#rows > .group-head").nth(1).inner_text()
    first = page.locator("#rows > .row").first
    assert "+ A container may run as root" in first.inner_text()
    assert first.locator(".badge.high").count() == 1
    first.locator("> summary").click()
    page.locator("#f-f-part").wait_for()
    assert "3" in page.locator("#shown").inner_text()


def test_an_address_of_a_part_opens_what_it_stands_under(reader: Reader) -> None:
    page = reader.opens(_with_a_part(), anchor="#f-f-part")

    assert page.locator("#f-f-head").get_attribute("open") is not None
    assert page.locator("#f-f-part").get_attribute("open") is not None


def test_on_paper_there_are_no_controls_and_no_passes_and_what_was_not_seen_is_there(reader: Reader) -> None:
    page = reader.opens(example(), scheme="dark")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert not page.locator("#filters").is_visible()
    assert not page.locator(".switch").first.is_visible()
    assert page.locator("#gaps td").first.is_visible()
    assert page.locator(".row.fail").first.is_visible()
    assert not page.locator(".row.pass").first.is_visible()
    assert background(page) == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_a_page_never_scrolls_sideways_and_its_picture_is_kept(
    reader: Reader, language: Language, scheme: str, width: int
) -> None:
    page = reader.opens(example(), language, scheme=scheme, width=width)
    page.locator("details.row summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("nav a").first.is_visible()
    picture = page.screenshot(path=str(reader.folder / f"{language}-{scheme}-{width}.png"), full_page=True)
    assert picture.startswith(b"\x89PNG")


def test_the_list_opens_on_failures_by_check_and_the_address_keeps_what_is_asked(reader: Reader) -> None:
    page = reader.opens(example(), anchor="")
    of_failures = sum(finding.verdict.value == "fail" for finding in example().findings)
    assert shown(page) == f"{of_failures} of 13"
    assert page.locator(".group-head").count() == len({f.id for f in example().findings if f.verdict.value == "fail"})

    page.select_option("#group-by", "file")
    chip(page, "severity", "critical")

    assert "severity=critical" in page.url
    assert "by=file" in page.url
    again = reader.opens(example(), anchor="#" + page.url.partition("#")[2])
    assert shown(again) == shown(page)
    assert again.locator(".group-head").all_inner_texts() == page.locator(".group-head").all_inner_texts()


def test_the_target_is_chosen_from_a_list_and_kept_in_the_address(reader: Reader) -> None:
    given = example()
    moved = replace(given.findings[0], target="code=other/")
    record = replace(given, findings=(moved, *given.findings[1:]))
    page = reader.opens(record)

    page.select_option("#filter-target", "code=other/")

    assert shown(page) == "1 of 13"
    assert "target=code%3Dother%2F" in page.url
    assert shown(reader.opens(record, anchor="#by=none&target=code%3Dother%2F")) == "1 of 13"
    assert reader.opens(given).locator("#filter-target").count() == 0


def test_numbers_of_the_chips_follow_the_filters(reader: Reader) -> None:
    page = reader.opens(example())
    number = page.locator("input[name=severity][value=critical] + span b")
    before = number.inner_text()

    chip(page, "verdict", "pass")

    assert int(number.inner_text()) < int(before)


def test_what_closes_the_gate_is_one_click_away(reader: Reader) -> None:
    page = reader.opens(example(), anchor="")

    page.locator("#failures a.of").click()

    expect(page.locator("input[name=blocks]")).to_be_checked()  # the page hears of its new address a moment later
    assert 0 < int(shown(page).partition(" ")[0]) < 13
    assert "blocks=true" in page.url


def test_the_policy_stops_what_it_does_not_know(browser: Browser, tmp_path: Path) -> None:
    page = Reader(browser, tmp_path).opens(example())

    ran = page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran === true;
        }"""
    )

    assert ran is False
    page.context.close()
