"""What is written as CycloneDX is what our own reader accepts."""

from __future__ import annotations

import json

from auditor.formats import cyclonedx
from auditor.formats.sbom import Bom, Item


def test_a_package_with_an_extra_that_names_itself_does_not_depend_on_itself() -> None:
    """``ibis-framework[duckdb]`` among the requirements of ibis-framework: the document was refused by its reader."""
    bom = Bom(format="syft", version="16", name="x")
    bom.items += [
        Item(ref="a", kind="library", name="ibis-framework", version="12.0"),
        Item(ref="b", kind="library", name="duckdb", version="2.0"),
    ]
    bom.dependencies["a"] = ("a", "b")

    read = cyclonedx.read(json.loads(cyclonedx.write(bom, tool="auditor", tool_version="0")))

    assert read.faults == []
    assert [list(targets) for targets in read.dependencies.values()] == [["b"]]
