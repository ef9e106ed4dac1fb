"""Writes the tables of ``docs/audit-logs.md`` anew: measures and checks, from the code and the rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditor.stages.auditlog.checks import checks
from auditor.stages.auditlog.facts import MEASURES

PAGE: Final = Path(__file__).parent / "audit-logs.md"
MARK: Final = "<!-- made by docs/build_audit_logs.py -->\n"


def page(text: str) -> str:
    """Return the page with its tables as they are now."""
    head = text.partition(MARK)[0]
    measures = "\n".join(f"| `{name}` | {said.en} | {said.zh} |" for name, said in sorted(MEASURES.items()))
    rows = "\n".join(
        f"| {', '.join(each.aliases)} | `{each.id}` | {each.severity.value} | {each.title.en} | {each.title.zh} |"
        for each in checks()
    )
    return (
        f"{head}{MARK}\n## Measures\n\n| id | counts | 含义 |\n| --- | --- | --- |\n{measures}\n\n"
        f"## Checks\n\n| number | id | severity | passes when | 通过条件 |\n| --- | --- | --- | --- | --- |\n{rows}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
