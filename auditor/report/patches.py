"""The smallest changes that mend failures, as files: one JSON Patch (RFC 6902) or command each. Nothing is applied."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from auditor.model.finding import Verdict
from auditor.report.texts import say
from auditor.report.wording import headline

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def as_yaml(patch: str) -> str:
    """Return what a person would write into the manifest for a JSON Patch: the fields it adds, in their places.

    Returns:
        YAML; empty for a command, for a patch that takes something away, and where an item of a list has no name to
        be known by.
    """
    try:
        operations = json.loads(patch)
        whole: dict[str, Any] = {}
        names = {op["path"].removesuffix("/name"): op["value"] for op in operations if op["op"] == "test"}
        for op in operations:
            if op["op"] in {"add", "replace"}:
                _write(whole, op["path"], op["value"], names)
            elif op["op"] != "test":
                return ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    import yaml  # noqa: PLC0415 - only where a manifest is to be changed

    text: str = (
        yaml.dump(whole, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=200) if whole else ""
    )
    return text


def _write(whole: dict[str, Any], path: str, value: object, names: Mapping[str, str]) -> None:
    """Write one value to its place (RFC 6901); an item of a list is the one of that name.

    Raises:
        KeyError: An item of a list has no name.
    """
    at: Any = whole
    keys = [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]
    for depth, key in enumerate(keys):
        follows = keys[depth + 1] if depth + 1 < len(keys) else ""
        if isinstance(at, list):
            if key == "-" and not follows:
                at.append(value)
                return
            name = names["/".join(path.split("/")[: depth + 2])]
            at = next((item for item in at if item.get("name") == name), None) or _appended(at, name)
        elif not follows:
            at[key] = value
            return
        else:
            at = at.setdefault(key, [] if follows == "-" or follows.isdecimal() else {})
    message = f"{path} names an item of a list, not a field"
    raise KeyError(message)


def _appended(items: list[Any], name: str) -> dict[str, Any]:
    items.append({"name": name})
    found: dict[str, Any] = items[-1]
    return found


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
