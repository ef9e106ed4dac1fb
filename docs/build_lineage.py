"""Writes the tables of ``docs/lineage.md`` anew: measures and checks, from the code and the rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditor.stages.lineage.checks import checks
from auditor.stages.lineage.facts import MEASURES

PAGE: Final = Path(__file__).parent / "lineage.md"
MARK: Final = "<!-- made by docs/build_lineage.py -->\n"


def page(text: str) -> str:
    """Return the page with its tables as they are now."""
    head = text.partition(MARK)[0]
    measures = "\n".join(f"| `{name}` | {said.en} | {said.zh} |" for name, said in sorted(MEASURES.items()))
    rows = "\n".join(
        f"| {', '.join(each.aliases)} | `{each.id}` | {each.severity.value} | {each.title.en} | {each.title.zh} | "
        f"{', '.join(f'`{topic}`' for read in each.reads[:1] for topic in sorted(read.topics))} |"
        for each in checks()
    )
    return (
        f"{head}{MARK}\n## Measures\n\nWhat stands behind `of` is the denominator of a ratio.\n\n"
        f"| id | counts | 含义 |\n| --- | --- | --- |\n{measures}\n\n## Checks\n\n"
        "| number | id | severity | passes when | 通过条件 | compares |\n| --- | --- | --- | --- | --- | --- |\n"
        f"{rows}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
