"""Writes the sections on checks of ``docs/images.md`` and ``docs/vulnerabilities.md`` anew, from the rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.stages.image.checks import checks as image_checks
from auditor.stages.sbom.checks import checks as sbom_checks
from auditor.stages.vulnerabilities.checks import checks as vulnerability_checks
from auditor.stages.vulnerabilities.facts import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.check import Check

MARK: Final = "<!-- made by docs/build_checks.py -->\n"
FOLDER: Final = Path(__file__).parent


def _section(check: Check) -> str:
    """Return the section on one check."""
    controls = "; ".join(f"{name} {', '.join(ids)}" for name, ids in sorted(check.controls.items()))
    weaknesses = ", ".join(f"CWE-{number}" for number in check.cwe)
    rows = [
        ("severity", check.severity.value),
        ("passes when", f"{check.title.en} · {check.title.zh}"),
        ("fails when", f"{check.problem.en} · {check.problem.zh}"),
        ("why", f"{check.why.en} · {check.why.zh}"),
        ("how to fix it", f"{check.remediation.en} · {check.remediation.zh}"),
        ("source", check.source),
        ("controls", controls),
        ("weakness", weaknesses),
        ("needs", ", ".join(f"`{read.kind}`" for read in check.reads)),
    ]
    table = "\n".join(
        f"| {name} | {' '.join(text.replace('|', chr(92) + '|').split())} |" for name, text in rows if text
    )
    number = f" ({', '.join(check.aliases)})" if check.aliases else ""
    return f"### `{check.id}`{number}\n\n| | |\n| --- | --- |\n{table}\n"


def sections(title: str, checks: Iterable[Check]) -> str:
    """Return a chapter of checks."""
    return f"## {title}\n\n" + "\n".join(_section(each) for each in checks)


def images(text: str) -> str:
    """Return the page on images and SBOMs with its checks as they are now."""
    head = text.partition(MARK)[0]
    of_images, of_sboms = (
        sections("Checks of images", image_checks()),
        sections("Questions about SBOMs", sbom_checks()),
    )
    return f"{head}{MARK}\n{of_images}\n{of_sboms}"


def vulnerabilities(text: str) -> str:
    """Return the page on vulnerabilities with its checks and measures as they are now."""
    head = text.partition(MARK)[0]
    rows = "\n".join(f"| `{name}` | {said.en} | {said.zh} |" for name, said in sorted(MEASURES.items()))
    measures = f"## Measures\n\n| id | counts | 含义 |\n| --- | --- | --- |\n{rows}\n"
    return f"{head}{MARK}\n{sections('Checks', vulnerability_checks())}\n{measures}"


PAGES: Final[dict[str, Callable[[str], str]]] = {"images.md": images, "vulnerabilities.md": vulnerabilities}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page((FOLDER / name).read_text("utf-8")), encoding="utf-8")
