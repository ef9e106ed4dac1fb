from __future__ import annotations

import ast

import pytest

from auditor.stages.code.dependencies import (
    dependencies_beside,
    dependency_of,
    gives_back,
    is_depended_on,
    parameters,
    refuses,
)


def function(text: str) -> ast.FunctionDef:
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found


@pytest.mark.parametrize(
    ("given", "name", "is_made"),
    [
        ("place: Path = Depends(chosen)", "chosen", True),
        ("place=Depends(deps.chosen)", "chosen", True),
        ("place: Annotated[Path, Depends(chosen)]", "chosen", True),
        ("*, place: Path = Depends(chosen)", "chosen", True),
        ("common: Common = Depends()", "Common", True),
        ("common: Annotated[Common, Depends()]", "Common", True),
        ("place: Path = Depends(Chooser(1))", "", True),
        ("place: Path", "", False),
        ("place: Path = Query()", "", False),
    ],
)
def test_what_makes_a_parameter(given: str, name: str, *, is_made: bool) -> None:
    route = function(f"def read({given}): ...")

    assert dependency_of(route, parameters(route)[0]) == name
    assert is_depended_on(route, parameters(route)[0]) is is_made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def chosen(name: str):\n    return ROOT / name", True),
        ("def chosen(name: str):\n    place = os.path.join(ROOT, name)\n    return place", True),
        ("def chosen(name: str):\n    yield Path(f'{ROOT}/{name}').resolve()", True),
        ("def chosen(name: str = 'x'):\n    return name or 'x'", True),
        ("def chosen(name: str):\n    return store.find(name)", False),
        ("def chosen(settings=Depends(known)):\n    return settings / 'x'", False),
        ("def chosen(request: Request):\n    return request", False),
        ("def chosen(number: int):\n    return ROOT / str(number)", False),
        ("def chosen():\n    return ROOT", False),
    ],
)
def test_what_a_dependency_makes_of_a_request(text: str, *, expected: bool) -> None:
    assert gives_back(function(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def check(name: str):\n    if '..' in name:\n        raise Denied(name)", True),
        (
            "def check(name: str):\n    place = ROOT / name\n    if not place.exists():\n        raise Denied(name)",
            False,
        ),
        ("def check(name: str):\n    if not name.isalnum():\n        raise Denied(name)", True),
        ("def check(name: str):\n    if not (ROOT / name).is_relative_to(ROOT):\n        raise Denied(name)", True),
        ("def check(name: str):\n    log(name)", False),
        ("def check(other: str):\n    if '..' in other:\n        raise Denied(other)", False),
        ("def check(name: str, key: str):\n    if key != KEY:\n        raise Denied(name)", False),
    ],
)
def test_a_dependency_that_refuses_a_parameter(text: str, *, expected: bool) -> None:
    assert refuses(function(text), "name") is expected


def test_all_that_stands_before_a_route() -> None:
    route = function("@r.get('/x', dependencies=[Depends(check), Security(a.asked)])\ndef read(p=Depends(made)): ...")

    assert list(dependencies_beside(route)) == ["made", "check", "asked"]
