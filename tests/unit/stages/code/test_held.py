"""Where a function holds the value of a flow, and which code looks at it."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.held import Held, held_by, nodes_before, places_in
from auditor.stages.code.refine import Module


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("name", {("name",)}),
        ("body.command", {("body", "command")}),
        ("body['command'].strip()", {("body", "command")}),
        ("request.args.get('name', other)", {("request", "args", "name"), ("other",)}),
        ("(await request.json())['name']", {("request", "json", "name")}),
        ("rows[number].name", {("rows", "name"), ("number",)}),
        ("f'{group}/{name}'", {("group",), ("name",)}),
        ("self.folder / name", {("self", "folder"), ("name",)}),
        ("join(root, *parts)", {("join",), ("root",), ("parts",)}),
        ("'fixed'", set()),
    ],
)
def test_places_go_as_far_as_they_are_asked_for(text: str, places: set[tuple[str, ...]]) -> None:
    assert set(places_in(expression(text))) == places


@pytest.mark.parametrize(
    ("held", "code", "is_in"),
    [
        (("name",), "name in NAMES", True),
        (("name",), "user.name in NAMES", False),
        (("body", "command"), "body.mode in MODES", False),
        (("body", "command"), "validate(body)", True),
        (("request", "args", "name"), "verify(request)", False),
        (("request", "args", "name"), "verify(request.headers['token'])", False),
        (("request", "args", "name"), "request.args['name'] in NAMES", True),
        (("self", "name"), "self.ready()", False),
        (("place",), "place.parent.is_relative_to(root)", True),
    ],
)
def test_code_looks_at_a_value_where_it_asks_for_it(held: tuple[str, ...], code: str, is_in: bool) -> None:  # noqa: FBT001 - a row
    assert Held(frozenset({held})).is_in(expression(code)) is is_in


FUNCTION = """def route(request, group, name, user):
    place = ROOT / group
    host = name.partition(":")[0]
    for part in name.split("/"):
        parts.append(part)
    token = request.headers["token"]
    line = run(user, f"{name} {place}")
"""


@pytest.mark.parametrize(
    ("given", "entered", "held", "others"),
    [
        ("name", (), {"name", "host", "part", "parts"}, {"group", "place", "user", "token"}),
        ("place", (), {"group", "place"}, {"name", "host", "user"}),
        ("f'{name} {place}'", (), {"group", "place", "name", "host"}, {"user", "token"}),
        ("f'{name} {place}'", ("group",), {"group", "place"}, {"name", "host", "user"}),
        ("token", (), {"token"}, {"name", "group", "user"}),
        ("parts", ("name",), {"name", "parts"}, {"group"}),
        ("lost", ("user",), {"user"}, {"name"}),
    ],
)
def test_a_value_is_held_by_what_it_was_made_of_and_what_was_made_of_it(
    given: str, entered: tuple[str, ...], held: set[str], others: set[str]
) -> None:
    module = Module.of(FUNCTION.encode())
    assert module is not None
    function = module.functions[0]

    found = held_by(function, nodes_before(module, function, 7), [expression(given)], entered, 0)

    assert {name for name in held if not found.is_in(expression(name))} == set()
    assert {name for name in others if found.is_in(expression(name))} == set()


def test_what_comes_in_at_a_line_is_held_from_there() -> None:
    module = Module.of(b"def route(user):\n    name = wanted()\n    role = user.role\n    return named(role, name)\n")
    assert module is not None
    function = module.functions[0]
    given = [expression("role"), expression("name")]

    found = held_by(function, nodes_before(module, function, 4), given, (), 2)

    assert found.places == {("name",)}


def test_of_what_comes_in_the_part_that_is_handed_on_is_held() -> None:
    module = Module.of(
        b"def route():\n    data = request.get_json()\n    name = data['name']\n    group = data['group']\n"
        b"    return load(name)\n"
    )
    assert module is not None
    function = module.functions[0]

    found = held_by(function, nodes_before(module, function, 5), [expression("name")], (), 2)

    assert found.is_in(expression("name in NAMES"))
    assert found.is_in(expression("data['name'] in NAMES"))
    assert not found.is_in(expression("group in GROUPS"))


def test_functions_around_count_and_their_other_functions_do_not() -> None:
    text = (
        "def application(root):\n    base = root\n    def other(name):\n        check(name)\n"
        "    def route(name):\n        return load(name)\n"
    )
    module = Module.of(text.encode())
    assert module is not None
    route = next(each for each in module.functions if each.name == "route")

    calls = [ast.unparse(node) for node in nodes_before(module, route, 6) if isinstance(node, (ast.Call, ast.Assign))]

    assert sorted(calls) == ["base = root", "load(name)"]


def test_a_function_of_many_names_comes_to_an_end() -> None:
    rows = "".join(f"    name_{number} = name_{number - 1} + other_{number}\n" for number in range(1, 400))
    module = Module.of(f"def route(name_0):\n{rows}    run(name_399)\n".encode())
    assert module is not None
    function = module.functions[0]

    found = held_by(function, nodes_before(module, function, 401), [expression("name_399")], (), 0)

    assert found.is_in(expression("name_399"))
