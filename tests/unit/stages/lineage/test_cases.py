"""Cases rebuilt from public bug reports: what they say must come, comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.unit.stages.lineage.looking import DATA, look

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted((DATA / "cases").iterdir())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    case = yaml.safe_load((folder / "case.yaml").read_text())
    (target,) = yaml.safe_load((folder / "in" / "auditor.yaml").read_text())["targets"]["lineage"]
    looked = look(target["inventory"], base=str(folder / "in"), **target)

    for wanted in case["machine"]:
        if "measure" in wanted:
            found = looked.measure(wanted["measure"].removeprefix("lineage."))
            value = list(found.value) if isinstance(found.value, tuple) else found.value
            assert value == wanted["value"], wanted
            for item in wanted.get("items", ()):
                assert any(each.endswith(item) for each in found.items), (wanted, found.items)
            assert len(found.items) == len(wanted.get("items", found.items))
        else:
            hit = any(
                each.id == wanted["check"]
                and each.verdict.value == wanted["verdict"]
                and re.search(wanted["subject"], each.subject)
                for each in looked.findings
            )
            assert hit is (wanted["must"] is True), wanted
