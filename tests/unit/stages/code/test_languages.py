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
        ("run.sh", languages.SHELL),
        ("page.html", languages.MARKUP),
        ("Chat.vue", languages.MARKUP),
        ("Chat.svelte", languages.MARKUP),
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
        (b"#!/bin/sh\nexec python x", languages.SHELL),
        (b"", languages.GENERIC),
        (b"\xff\xfe\x00", languages.GENERIC),
    ],
)
def test_first_line_tells_the_language_where_the_name_does_not(head: bytes, language: str) -> None:
    assert language_of("bin/serve", head) == language


def test_language_without_rules_has_a_name() -> None:
    assert uncovered_language_of("a/B.GO") == "Go"
    assert uncovered_language_of("a.py") == ""


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("page.jsp", "JSP"),
        ("schema.sql", "SQL"),
        ("view.ejs", "EJS"),
        ("mail.j2", "Jinja"),
        ("run.bat", "Batch"),
        ("run.ps1", "PowerShell"),
        ("A.java", "Java"),
        ("A.cs", "C#"),
        ("Makefile", "Make"),
        ("strange.xyz", ".xyz"),
        ("bin/strange", "no suffix"),
    ],
)
def test_every_language_is_named_be_it_known_or_not(path: str, name: str) -> None:
    assert uncovered_language_of(path) == name


@pytest.mark.parametrize(
    "path",
    ["README", "README.md", "LICENSE", "a.txt", "data.csv", "style.css", ".gitignore", "a.svg", "Dockerfile", "x.sh"],
)
def test_prose_data_and_what_rules_read_is_no_uncovered_language(path: str) -> None:
    assert uncovered_language_of(path) == ""


def test_program_of_another_interpreter_is_named_by_its_first_line() -> None:
    assert uncovered_language_of("bin/tool", b"#!/usr/bin/env perl\nprint 1") == "Perl"
    assert uncovered_language_of("bin/tool", b"#!/usr/bin/lua5.4\nprint(1)") == "Lua"
    assert uncovered_language_of("bin/tool", b"#!/usr/bin/expect -f\nspawn sh") == "expect"
    assert uncovered_language_of("RUN", b"#!/opt/odd/run\n1") == "run"
    assert uncovered_language_of("bin/tool", b"#!/usr/bin/env python3\nprint(1)") == ""


def test_template_of_a_chart_is_told_from_yaml() -> None:
    assert is_chart_template("chart/templates/a.yaml", b"a: {{ .Values.a }}")
    assert not is_chart_template("chart/templates/a.yaml", b"a: 1")
    assert not is_chart_template("templates.yaml", b"a: {{ b }}")


@pytest.mark.parametrize(
    ("path", "head", "name"),
    [
        ("nginx.conf", b"", "nginx"),
        ("conf.d/app.conf", b"# app\nserver {\n  listen 80;\n}\n", "nginx"),
        ("sites-enabled/app", b"upstream app {\n  server app:80;\n}\n", "nginx"),
        (".htaccess", b"Options +Indexes\n", "Apache"),
        ("sites/app.conf", b"<VirtualHost *:80>\n</VirtualHost>\n", "Apache"),
        ("lb/haproxy.cfg", b"", "HAProxy"),
        ("lb/edge.cfg", b"frontend web\n  bind :80\n", "HAProxy"),
        ("app.conf", b"[server]\nport = 80\n", ""),
        ("setup.cfg", b"[metadata]\nname = a\n", ""),
    ],
)
def test_settings_of_web_servers_are_a_language_without_rules(path: str, head: bytes, name: str) -> None:
    assert uncovered_language_of(path, head) == name
