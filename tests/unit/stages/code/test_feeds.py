"""What a dependency makes of what a caller sends, and what it only takes from the server."""

from __future__ import annotations

from textwrap import dedent

import pytest

from auditor.stages.code.feeds import asked_for, entry_model, fed_routes, takes_text
from auditor.stages.code.refine import Module

ROUTE = """
@router.get("/logs")
async def logs({parameter}):
    return open(file)
"""


def module(text: str) -> Module:
    made = Module.of(dedent(text).encode())
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("parameter", "made"),
    [
        ("file: Annotated[LogFile, Depends()]", "LogFile"),
        ("file: LogFile = Depends()", "LogFile"),
        ("file: Path = Depends(log_file)", "log_file"),
        ("file: Annotated[Path, Depends(deps.log_file)]", "log_file"),
        ("*, file=Security(log_file)", "log_file"),
    ],
)
def test_a_parameter_says_what_makes_it(parameter: str, made: str) -> None:
    (function,) = module(ROUTE.format(parameter=parameter)).functions

    assert list(asked_for(function)) == [("file", made)]


@pytest.mark.parametrize(
    ("maker", "takes"),
    [
        ("def log_file(run: str): ...", True),
        ("def log_file(run): ...", True),
        ("def log_file(run=Query(...)): ...", True),
        ("def log_file(run: str | None = Header(None)): ...", True),
        ("class log_file:\n    def __init__(self, run: str = Query('a')): ...", True),
        ("@dataclass\nclass log_file:\n    run: str = 'a'", True),
        ("def log_file(): ...", False),
        ("def log_file(run: int): ...", False),
        ("def log_file(run: Literal['a', 'b']): ...", False),
        ("def log_file(run: str = Query(pattern='[a-z]+')): ...", False),
        ("def log_file(user: User = Depends(current_user)): ...", False),
        ("def log_file(request: Request): ...", False),
        ("def log_file(limit=10): ...", False),
        ("@dataclass\nclass log_file:\n    limit: int = 3", False),
    ],
)
def test_a_dependency_takes_text_of_the_caller_or_does_not(maker: str, takes: bool) -> None:  # noqa: FBT001 - a row
    one = module(maker)
    two = module(ROUTE.format(parameter="file: Path = Depends(log_file)"))

    assert takes_text(one.tree.body[0]) is takes
    assert [(route.name, name) for route, name, _maker in fed_routes([one, two])] == [("logs", "file")] * takes


def test_of_many_dependencies_of_one_name_nothing_is_known() -> None:
    made = module("def log_file(run: str): ...")
    route = module(ROUTE.format(parameter="file=Depends(log_file)"))

    assert len(list(fed_routes([made, made, route]))) == 2
    assert not list(fed_routes([*[made] * 7, route]))


def test_only_modules_are_asked_for_that_define_what_a_route_depends_on() -> None:
    made = module("def log_file(run: str): ...")
    route = module(ROUTE.format(parameter="file=Depends(log_file)"))
    asked: list[frozenset[str]] = []

    def defining(names: frozenset[str]) -> list[Module]:
        asked.append(names)
        return [made]

    assert [(each.name, name) for each, name, _maker in fed_routes([route], defining)] == [("logs", "file")]
    assert not list(fed_routes([made], defining))
    assert asked == [frozenset({"log_file"})]


def test_the_model_names_the_route_and_its_parameters() -> None:
    text = "def log_file(run: str): ...\n" + ROUTE.format(parameter="file=Depends(log_file), other=Depends(log_file)")
    model = entry_model(fed_routes([module(text)]))

    assert 'name.matches("^(logs)$")' in model
    assert '"^(file|other)$"' in model
    assert model.count("ModelQuery") == 2


def test_routes_of_the_same_parameters_share_one_question() -> None:
    route = ROUTE.format(parameter="file=Depends(log_file)")
    text = "def log_file(run: str): ...\n" + "".join(
        (route, route.replace("def logs(", "def traces("), ROUTE.format(parameter="other=Depends(log_file)"))
    ).replace("def logs(other", "def events(other")
    model = entry_model(fed_routes([module(text)]))

    assert 'name.matches("^(logs|traces)$")' in model
    assert 'name.matches("^(events)$")' in model
    assert model.count("ModelQuery") == 4
