"""Cases rebuilt from public bug reports: what they say must come, comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.unit.stages.auditlog.looking import DATA, look

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted((DATA / "cases").iterdir())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    case = yaml.safe_load((folder / "case.yaml").read_text())
    looked = look(folder / "in" / "inventory.yaml", inventory="inventory.yaml")

    for wanted in case["machine"]:
        if "measure" in wanted:
            found = looked.measure(wanted["measure"].removeprefix("auditlog."))
            value = list(found.value) if isinstance(found.value, tuple) else found.value
            assert value == wanted["value"], wanted
            if "items" in wanted:
                assert list(found.items) == wanted["items"]
        elif "verdict" in wanted:
            hit = any(
                each.id == wanted["check"]
                and each.verdict.value == wanted["verdict"]
                and re.search(wanted["subject"], each.subject)
                for each in looked.findings
            )
            assert hit is (wanted["must"] is True), wanted
        else:
            text = repr([looked.findings, *looked.facts.named("Measure")])
            assert wanted["absent_text"] not in text
