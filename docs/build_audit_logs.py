"""Writes the tables of ``docs/audit-logs.md`` anew: measures with examples of the demo, and checks, from the code."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from auditor.demo import logs
from auditor.model.fact import Facts, Measure, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.auditlog.checks import checks
from auditor.stages.auditlog.facts import MEASURES
from auditor.stages.auditlog.observe import AuditlogStage
from docs.build_checks import sections

PAGE: Final = Path(__file__).parent / "audit-logs.md"
MARK: Final = "<!-- made by docs/build_audit_logs.py -->\n"
END: Final = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""Of the demo's logs, so that the page is the same each time."""

ABOUT: Final = (
    "The examples are those of the demo's logs with planted faults (`auditor demo`); a dash: nothing there gives it. "
    "What stands after “of” is the denominator."
)


def _examples() -> dict[str, str]:
    """Return what each measure comes to in the demo's logs with planted faults."""
    with tempfile.TemporaryDirectory() as folder:
        part = Part(kind="auditlog", where=str(logs.write(Path(folder, "logs"), END, clean=False)))
        started = RunStarted(subject="run", origin=Origin(part=""), at=END.isoformat())
        items = AuditlogStage().observe(System(name="demo", parts=(part,)), Facts([started]))
        found: dict[str, list[Measure]] = {}
        for item in items:
            if isinstance(item, Measure):
                found.setdefault(item.id, []).append(item)
    return {name: _example(measures) for name, measures in found.items()}


def _example(measures: list[Measure]) -> str:
    """Return the measure that says most: one with a list, else one that is not whole, else the first."""
    told = [each for each in measures if each.value is not None] or measures
    best = max(told, key=lambda each: (bool(each.items), not _is_whole(each)))
    value = "/".join(map(str, best.value)) if isinstance(best.value, tuple) else str(best.value)
    items = f": {best.items[0]}" + (" …" if len(best.items) > 1 else "") if best.items else ""
    undetermined = f" ({best.undetermined} undetermined)" if best.undetermined else ""
    return f"{best.subject}: {value}{undetermined}{items[:90]}".replace("|", "\\|")


def _is_whole(each: Measure) -> bool:
    return isinstance(each.value, tuple) and each.value[0] == each.value[1]


def page(text: str) -> str:
    """Return the page with its tables as they are now."""
    head = text.partition(MARK)[0]
    examples = _examples()
    measures = "\n".join(
        f"| `{name}` | {said.en} | {said.zh} | {examples.get(name, '-')} |" for name, said in sorted(MEASURES.items())
    )
    return (
        f"{head}{MARK}\n## Measures\n\n{ABOUT}\n\n| id | counts | 含义 | example |\n| --- | --- | --- | --- |\n"
        f"{measures}\n\n{sections('Checks', checks())}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
