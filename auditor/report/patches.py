"""The smallest changes that mend failures, as files: one JSON Patch (RFC 6902) or command each. Nothing is applied."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from auditor.model.finding import Verdict
from auditor.report.texts import say
from auditor.report.wording import headline

if TYPE_CHECKING:
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language

_UNSAFE: Final = re.compile(r"[^\w.-]+")
INDEX: Final = "README.md"


def render(record: Record, language: Language) -> dict[str, bytes]:
    """Return patch files by name, and an index that says what each is for and how it is applied.

    Args:
        record: The finished record.
        language: Of the index.
    """
    files: dict[str, bytes] = {}
    rows = [f"# {say('patches.title').to(language)}", "", say("patches.how").to(language), ""]
    mendable = [finding for finding in record.findings if finding.verdict is Verdict.FAIL and finding.patch]
    for number, finding in enumerate(mendable, 1):
        suffix = "json" if is_json(finding.patch) else "txt"
        name = f"{number:04}-{finding.id}-{_UNSAFE.sub('-', finding.subject)[:80]}.{suffix}"
        files[name] = _patch(finding)
        where = f"{finding.location.file}:{finding.location.line}" if finding.location else ""
        cells = (name, finding.subject, where, headline(finding).to(language))
        rows.append("- " + " - ".join(f"`{_cell(cell)}`" for cell in cells if cell))
    files[INDEX] = ("\n".join(rows) + "\n").encode("utf-8", "backslashreplace")
    return files


def shown(patch: str) -> str:
    """Return a patch for a reader: JSON with one operation a line, anything else as it is."""
    if not is_json(patch):
        return patch
    data = json.loads(patch)
    if not isinstance(data, list):
        return json.dumps(data, ensure_ascii=False, indent=2)
    lines = ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in data)
    return f"[\n{lines}\n]"


def _cell(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")


def is_json(patch: str) -> bool:
    """Tell whether a patch is JSON (RFC 6902); else it is a command for the node."""
    try:
        json.loads(patch)
    except ValueError:
        return False
    return True


def _patch(finding: Finding) -> bytes:
    if is_json(finding.patch):
        return json.dumps(json.loads(finding.patch), ensure_ascii=False, indent=2).encode() + b"\n"
    return finding.patch.encode("utf-8", "backslashreplace") + b"\n"
