"""The project's own SBOM in ``sbom/`` is of what an installation holds today."""

from __future__ import annotations

import json
from pathlib import Path

from packaging.utils import canonicalize_name

from auditor import __version__
from scripts.own_sbom import pinned

ROOT = Path(__file__).parents[2]


def test_it_names_each_pinned_package_in_its_version_and_nothing_else() -> None:
    document = json.loads((ROOT / "sbom" / f"auditor-{__version__}.cdx.json").read_text())
    described = {
        (canonicalize_name(each["name"]), each["version"])
        for each in document["components"]
        if each["type"] == "library"
    }
    pins = list(pinned((ROOT / "requirements" / "run.txt").read_text()))
    versions = {(canonicalize_name(each.name), next(iter(each.specifier)).version) for each in pins}
    everywhere = {canonicalize_name(each.name) for each in pins if each.marker is None}

    assert ("auditor", __version__) in described
    assert described - {("auditor", __version__)} <= versions, "make sbom"
    assert everywhere <= {name for name, _version in described}, "make sbom"
