"""Which language a file is in."""

from __future__ import annotations

import pytest

from auditor.stages.code import languages
from auditor.stages.code.languages import is_chart_template, language_of, uncovered_language_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", languages.PYTHON),
        ("A.PY", languages.PYTHON),
        ("a.pyw", languages.PYTHON),
        ("dockerfile.py", languages.PYTHON),
        ("web/a.tsx", languages.TYPESCRIPT),
        ("a.mjs", languages.JAVASCRIPT),
        ("a.yml", languages.YAML),
        ("a.ipynb", languages.NOTEBOOK),
        ("Dockerfile", languages.DOCKERFILE),
        ("x/Dockerfile.prod", languages.DOCKERFILE),
        ("Containerfile", languages.DOCKERFILE),
        ("Dockerfile.env", languages.DOCKERFILE),
        (".env", languages.CONFIGURATION),
        (".env.local", languages.CONFIGURATION),
        ("prod.env", languages.CONFIGURATION),
        ("a.go", languages.GENERIC),
        ("README", languages.GENERIC),
        ("a.md", languages.GENERIC),
    ],
)
def test_name_tells_the_language(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("head", "language"),
    [
        (b"#!/usr/bin/env python3\nprint()", languages.PYTHON),
        (b"#!/usr/bin/python2.7 -u\n", languages.PYTHON),
        (b"#!/usr/bin/env node\n", languages.JAVASCRIPT),
        (b"#!/bin/sh\nexec python x", languages.GENERIC),
        (b"", languages.GENERIC),
        (b"\xff\xfe\x00", languages.GENERIC),
    ],
)
def test_first_line_tells_the_language_where_the_name_does_not(head: bytes, language: str) -> None:
    assert language_of("bin/serve", head) == language


def test_language_without_rules_has_a_name() -> None:
    assert uncovered_language_of("a/B.GO") == "Go"
    assert uncovered_language_of("a.py") == ""


def test_template_of_a_chart_is_told_from_yaml() -> None:
    assert is_chart_template("chart/templates/a.yaml", b"a: {{ .Values.a }}")
    assert not is_chart_template("chart/templates/a.yaml", b"a: 1")
    assert not is_chart_template("templates.yaml", b"a: {{ b }}")
