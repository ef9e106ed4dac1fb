"""How long the HTML page of n findings takes to make, to open, and to answer a key in its filters.

Run: ``python -m benchmarks.report_html`` from the root of a checkout. Times are medians of `ROUNDS`, measured inside
of the page: from the key to the end of the next frame.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from auditor.report.html import render
from tests.unit.report.records import CHECKS, many

SIZES = (1_000, 5_000, 20_000)
ROUNDS = 7

_INTERACT = """(text) => new Promise((done) => {
    const box = document.getElementById("filter-text");
    const start = performance.now();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now();
    requestAnimationFrame(() => setTimeout(() => done([handled - start, performance.now() - start])));
})"""


def main() -> int:
    """Print one row a size."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing; install it with: apt-get install -y chromium", file=sys.stderr)
        return 2
    print("findings  make s  page MB  open ms  filter ms (script)  filter ms (painted)")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            record = many(size)
            start = time.perf_counter()
            data = render(record, "en", CHECKS)
            made = time.perf_counter() - start
            file = Path(folder) / f"{size}.html"
            file.write_bytes(data)
            page = browser.new_page()
            opened = _open(page, file.as_uri())
            handled, painted = _filter(page)
            print(f"{size:8,}  {made:6.2f}  {len(data) / 1e6:7.1f}  {opened:7.0f}  {handled:18.1f}  {painted:19.1f}")
            page.close()
        browser.close()
    return 0


def _open(page: Page, address: str) -> float:
    page.goto(address)
    value: float = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return value


def _filter(page: Page) -> tuple[float, float]:
    """Return the median time of a key in milliseconds: until the script is done, until the frame is painted."""
    times = [page.evaluate(_INTERACT, f"command_{number}") for number in range(ROUNDS)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


if __name__ == "__main__":
    sys.exit(main())
