# ruff: noqa: E501 - whole programs as literals
"""What weighs less than its rule says."""

from __future__ import annotations

import pytest

from auditor.stages.code.reading import Collector
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.tree import Source
from auditor.stages.code.weight import weight_of

PACK = rule_pack()
ROUTE = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get(%s)\ndef read(%s):\n    %s\n    return open(place)\n"


def weight(rule: str, text: str, line: int) -> str:
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())
    return weight_of(Collector("semgrep"), source, PACK.rules[rule], line, line)


@pytest.mark.parametrize(
    ("route", "parameters", "made", "severity"),
    [
        ("'/f/{name}'", "name: str", "place = f'out/{name}.txt'", "low"),
        ("'/f/{name:path}'", "name: str", "place = f'out/{name}.txt'", ""),
        ("'/f'", "name: str", "place = f'out/{name}.txt'", ""),
        ("'/f/{name}'", "name: str, folder: str", "place = f'{folder}/{name}.txt'", ""),
        ("'/f/{name}'", "name: str, request: Request", "place = request.query_params['x'] + name", ""),
        ("'/f/{name}'", "name: str, user: str", "place = f'out/{name}.txt'", "low"),
    ],
)
def test_part_of_an_address_that_the_router_keeps_free_of_separators(
    route: str, parameters: str, made: str, severity: str
) -> None:
    assert weight("web-request-paths-confined", ROUTE % (route, parameters, made), 6) == severity


@pytest.mark.parametrize(
    ("rule", "text", "line", "severity"),
    [
        ("data-xml-entities-disabled", "import xml.etree.ElementTree as ET\nET.fromstring(x)\n", 2, "low"),
        ("data-xml-entities-disabled", "from lxml import etree\netree.fromstring(x)\n", 2, ""),
        ("web-debug-server-off", "uvicorn.run('a:app', host='0.0.0.0', reload=True)\n", 1, "low"),
        ("web-debug-server-off", "app.run(debug=True)\n", 1, ""),
        ("data-pickle-not-loaded", "pickle.dump(c, open(self.cookie_file, 'wb'))\npickle.load(open(self.cookie_file))\n", 2, "low"),
        ("data-pickle-not-loaded", "pickle.load(open(self.cookie_file))\n", 1, ""),
        ("data-pickle-not-loaded", "pickle.loads(body)\npickle.dump(a, b)\n", 1, ""),
    ],
)  # fmt: skip
def test_what_is_bounded_or_the_programs_own_weighs_less(rule: str, text: str, line: int, severity: str) -> None:
    assert weight(rule, text, line) == severity
