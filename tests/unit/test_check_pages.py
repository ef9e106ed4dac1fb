"""The pages on images and vulnerabilities are those of the rulesets, and every check stands on one."""

from __future__ import annotations

import pytest

from auditor.stages.image.checks import checks as image_checks
from auditor.stages.sbom.checks import checks as sbom_checks
from auditor.stages.vulnerabilities.checks import checks as vulnerability_checks
from docs import build_checks


@pytest.mark.parametrize("name", sorted(build_checks.PAGES))
def test_page_is_that_of_the_rulesets(name: str) -> None:
    text = (build_checks.FOLDER / name).read_text("utf-8")

    assert build_checks.PAGES[name](text) == text, "run python -m docs.build_checks"


def test_every_check_has_its_section() -> None:
    text = "".join((build_checks.FOLDER / name).read_text("utf-8") for name in build_checks.PAGES)

    for check in (*image_checks(), *sbom_checks(), *vulnerability_checks()):
        assert f"### `{check.id}`" in text
