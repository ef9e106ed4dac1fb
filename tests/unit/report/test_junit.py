from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from auditor.report.junit import render
from tests.unit.report.records import CHECKS, empty, example, many, objects

if TYPE_CHECKING:
    from auditor.model.text import Language


def parsed(language: str = "en") -> ET.Element:
    return ET.fromstring(render(example(), "zh" if language == "zh" else "en", CHECKS))  # noqa: S314 - our own output


def test_each_finding_is_a_case_of_its_stage_with_its_verdict() -> None:
    root = parsed()

    assert [suite.get("name") for suite in root] == ["code"]
    assert len(root.findall(".//testcase")) == len(example().findings) == 13
    assert len(root.findall(".//failure")) == 8
    assert len(root.findall(".//error")) == 3
    assert len(root.findall(".//skipped")) == 1


def test_counts_agree_with_the_cases() -> None:
    root = parsed()

    counted = [root.get(name) for name in ("tests", "failures", "errors")]
    assert counted == ["13", "8", "3"]
    assert [suite.get("skipped") for suite in root] == ["1"]


def test_a_failure_says_where_and_how_to_mend_it_in_both_languages() -> None:
    english = "".join(parsed().itertext())
    chinese = "".join(parsed("zh").itertext())

    assert "app/run.py:12" in english
    assert "Pass a list of arguments" in english
    assert "以参数列表调用" in chinese


def test_illegal_characters_are_spelled_out() -> None:
    text = render(example(), "en").decode()

    assert "\\x1b" in text
    assert "\x1b" not in text


def test_an_empty_record_is_an_empty_document() -> None:
    assert len(ET.fromstring(render(empty(), "en"))) == 0  # noqa: S314


def test_reasons_are_told_in_the_language_and_an_object_has_its_patch() -> None:
    root = ET.fromstring(render(objects(), "zh"))  # noqa: S314 - our own output

    error, failure = root.find(".//error"), root.find(".//failure")
    assert error is not None
    assert failure is not None
    assert error.get("message") == "未采集"
    assert "对象：Deployment/loan/api" in (failure.text or "")
    assert '"path": "/spec/hostIPC"' in (failure.text or "")


def test_a_file_is_named_from_the_folder_of_the_run() -> None:
    names = [case.get("name", "") for case in ET.fromstring(render(objects(), "en")).iter("testcase")]  # noqa: S314

    assert any(name.endswith("[deploy/chart/templates/api.yaml:20]") for name in names)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_as_the_published_schema_has_it(language: Language) -> None:
    schema = etree.XMLSchema(etree.parse("tests/data/schemas/junit-10.xsd"))

    for record in (example(), empty(), many(200)):
        schema.assertValid(etree.fromstring(render(record, language, CHECKS)))
