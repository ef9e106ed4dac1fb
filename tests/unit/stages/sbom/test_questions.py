"""Each of the nine questions about an SBOM with a good, a bad and an absent case, on real bytes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.model.finding import Verdict
from auditor.stages.sbom.checks import checks
from tests.unit.stages.image.layouts import GOOD_FILES, entry, good
from tests.unit.stages.sbom.test_observe import (
    BOM,
    CATALOGUE,
    ITEM,
    NAME,
    OTHER,
    SIGNER,
    VEX,
    enveloped,
    found,
    public,
)

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final = "(manifest)"
"""Stands for the digest of the image, which a case does not know."""
SUBJECT: Final = {**BOM["metadata"]["component"], "version": MANIFEST}
FILES: Final[list[dict[str, Any]]] = [
    {
        "type": "file",
        "bom-ref": path,
        "name": f"/{path}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(entry(value).data).hexdigest()}],
    }
    for path, value in GOOD_FILES.items()
]
WHOLE: Final[dict[str, Any]] = {
    **BOM,
    "metadata": {**BOM["metadata"], "component": SUBJECT},
    "components": [ITEM, *FILES],
}
"""The true SBOM of `good`."""
WRONG_FILE: Final = {**FILES[-1], "hashes": [{"alg": "SHA-256", "content": "0" * 64}]}
ELSEWHERE: Final = {**SUBJECT, "version": "sha256:" + "0" * 64}


def with_(**change: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {**WHOLE, **change}


def licensed(licences: list[Any]) -> dict[str, Any]:
    return with_(components=[{**ITEM, "licenses": licences}, *FILES])


CASES: Final[dict[str, tuple[Any, Any, tuple[Any, Verdict]]]] = {
    "sbom-well-formed": (WHOLE, with_(version="one"), (b'{"spdxVersion": "SPDX-1.0"}', Verdict.NOT_ASSESSED)),
    "sbom-elements": (
        WHOLE,
        with_(components=[{key: value for key, value in ITEM.items() if key != "supplier"}, *FILES]),
        ({key: value for key, value in WHOLE.items() if key != "metadata"}, Verdict.FAIL),
    ),
    "sbom-complete": (WHOLE, with_(components=FILES, dependencies=[]), ("no image", Verdict.NOT_ASSESSED)),
    "sbom-true": (
        WHOLE,
        with_(components=[ITEM, *FILES[:-1], WRONG_FILE]),
        (with_(components=[ITEM]), Verdict.NOT_APPLICABLE),
    ),
    "sbom-subject": (
        WHOLE,
        with_(metadata={**BOM["metadata"], "component": ELSEWHERE}),
        (with_(metadata=BOM["metadata"]), Verdict.FAIL),
    ),
    "sbom-signed": ("signed", "signed by a stranger", (WHOLE, Verdict.NOT_ASSESSED)),
    "sbom-licences": (WHOLE, licensed([{"license": {"id": "AGPL-3.0-only"}}]), (licensed([]), Verdict.FAIL)),
    "sbom-drift": (WHOLE, with_(components=[ITEM, *FILES[:-1], WRONG_FILE]), ("no image", Verdict.NOT_ASSESSED)),
    "sbom-vex": ("vex", "vex about nothing", (WHOLE, Verdict.NOTHING_FOUND)),
}
"""By question: what passes, what fails, and what has not got what the question is about, with its verdict."""


def verdict(check: str, case: Any, folder: Path) -> Verdict:  # noqa: ANN401 - JSON, bytes, or the name of a case
    """Return the worst verdict of a check on a case."""
    how: dict[str, Any] = {"has_image": case != "no image", "tool": CATALOGUE}
    digest = json.loads((good(folder / "probe") / "index.json").read_text())["manifests"][0]["digest"]
    document: Any = case if isinstance(case, dict | bytes) else WHOLE
    if isinstance(document, dict):
        document = json.loads(json.dumps(document).replace(MANIFEST, digest))
    if isinstance(case, str) and case.startswith("signed"):
        document = enveloped(document, (SIGNER if case == "signed" else OTHER).sign, digest=digest[7:])
        how["keys"] = (public(SIGNER),)
    if isinstance(case, str) and case.startswith("vex"):
        products = [{"@id": "pkg:pypi/other"}] if case != "vex" else VEX["statements"][0]["products"]
        statement = {**VEX["statements"][0], "products": products}
        (folder / "vex.json").write_text(json.dumps({**VEX, "statements": [statement]}))
        how["vex"] = (str(folder / "vex.json"),)
    verdicts = {each for (name, _subject), each in found(document, folder / "case", **how).items() if name == check}
    return Verdict.FAIL if Verdict.FAIL in verdicts else verdicts.pop()


def test_every_question_has_its_cases() -> None:
    assert CASES.keys() == {check.id for check in checks()}
    assert len(CASES) == 9


@pytest.mark.parametrize("check", sorted(CASES))
def test_good_document_passes(check: str, tmp_path: Path) -> None:
    assert verdict(check, CASES[check][0], tmp_path) is Verdict.PASS


@pytest.mark.parametrize("check", sorted(CASES))
def test_bad_document_fails(check: str, tmp_path: Path) -> None:
    assert verdict(check, CASES[check][1], tmp_path) is Verdict.FAIL


@pytest.mark.parametrize("check", sorted(CASES))
def test_absent_thing_is_no_pass(check: str, tmp_path: Path) -> None:
    case, expected = CASES[check][2]

    assert verdict(check, case, tmp_path) is expected


def test_signed_statement_and_document_are_both_held_to_the_image(tmp_path: Path) -> None:
    digest = json.loads((good(tmp_path / "probe") / "index.json").read_text())["manifests"][0]["digest"]
    document = json.loads(json.dumps(WHOLE).replace(MANIFEST, digest))

    other = enveloped(document, SIGNER.sign, digest="0" * 64)

    assert found(other, tmp_path / "case", has_image=True, keys=(public(SIGNER),))["sbom-subject", NAME] is Verdict.FAIL
