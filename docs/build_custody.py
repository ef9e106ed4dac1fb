"""Writes the table of ``docs/custody.md`` anew: checks, what shows them and how to mend, from code and rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.stages.custody.checks import checks
from auditor.stages.custody.facts import AREAS

if TYPE_CHECKING:
    from auditor.check import Check

PAGE: Final = Path(__file__).parent / "custody.md"
MARK: Final = "<!-- made by docs/build_custody.py -->\n"
_KINDS: Final = {
    "AuditDevice": ("files", "live"),
    "CeremonyRecord": ("records",),
    "CustodyKey": ("files", "live"),
    "KeyPolicy": ("files", "live"),
    "KeyRight": ("live",),
}


def page(text: str) -> str:
    """Return the page with its table as it is now."""
    head = text.partition(MARK)[0]
    rows = "\n".join(
        f"| {each.aliases[0]} | `{each.id}` | {each.severity.value} | {each.title.en} | {each.title.zh} "
        f"| {', '.join(_shown_by(each))} | {each.remediation.en} |"
        for each in checks()
    )
    return (
        f"{head}{MARK}\n## Checks\n\n"
        "| number | id | severity | passes when | 通过条件 | shown by | how to fix |\n"
        f"| --- | --- | --- | --- | --- | --- | --- |\n{rows}\n"
    )


def _shown_by(check: Check) -> list[str]:
    """Return the kinds of input that show what a check judges: its first kind of fact names its subjects."""
    first = check.reads[0]
    topics = getattr(first, "topics", frozenset()) or frozenset()
    found = {source for topic in topics for source in AREAS.get(topic, ())}
    return sorted(found or _KINDS.get(getattr(first, "kind", ""), ()))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
