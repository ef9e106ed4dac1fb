"""Functions that are registered as tools, wherever it is done."""

from __future__ import annotations

import pytest

from auditor.stages.code.registered import kept_by_own_decorators, registered_model


@pytest.mark.parametrize(
    "text",
    [
        b"kit.register_tool_function(store)",
        b"kit.register_tool_function(files.store, group='x')",
        b"StructuredTool.from_function(func=store)",
        b"Tool(name='x', func=store)",
        b"agent = Agent(tools=[load, store])",
        b"async def store(path: str) -> ToolResponse:",
    ],
)
def test_function_that_is_registered_as_a_tool_becomes_a_source(text: bytes) -> None:
    assert "store" in registered_model([text])
    assert "TaintSource[ToolArgument]" in registered_model([text])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (b"t = Tool(name='s', func=search.run)", {"methods"}),
        (b"from kit import search\nt = Tool(name='s', func=search.run)", {"functions", "methods"}),
        (b"t = Tool(name='s', func=run)", {"functions"}),
        (b"tools = [self.run]", {"methods"}),
        (b"tools = [run]", {"functions"}),
        (b"def run(x) -> ToolResponse:\n    pass\n", {"functions", "methods"}),
    ],
)
def test_a_method_that_is_registered_makes_no_tool_of_a_function_of_its_name(text: bytes, kinds: set[str]) -> None:
    model = registered_model([text])

    assert {kind for kind in ("functions", "methods") if f'find = "{kind}"' in model} == kinds


def test_tree_without_tools_has_no_model_and_no_name_breaks_out_of_one() -> None:
    assert "ModelQuery" not in registered_model([b"x = 1"])
    assert "ModelQuery" not in registered_model([b"kit.register_tool_function(self)"])


REGISTRY = b"""TOOLS = {}

def capability(name):
    def keep(function):
        TOOLS[name] = function
        return function

    return keep
"""
TOOL = b"""from registry import capability

@capability("save")
def save_note(path, text):
    open(path, "w").write(text)
"""
LOOP = b"for call in reply.tool_calls:\n    TOOLS[call.function.name](**json.loads(call.function.arguments))\n"


def test_function_that_an_own_decorator_keeps_is_a_tool_where_a_model_names_what_runs() -> None:
    assert kept_by_own_decorators([REGISTRY, TOOL, LOOP]) == {"save_note"}
    assert "save_note" in registered_model([], kept_by_own_decorators([REGISTRY, TOOL, LOOP]))


def test_decorator_that_keeps_nothing_or_a_tree_without_a_model_makes_no_tools() -> None:
    timed = b"def capability(function):\n    started = now()\n    return function\n"

    assert kept_by_own_decorators([REGISTRY, TOOL]) == frozenset()
    assert kept_by_own_decorators([timed, TOOL, LOOP]) == frozenset()


def test_decorator_without_arguments_keeps_too() -> None:
    registry = b"def skill(function):\n    SKILLS.append(function)\n    return function\n"
    tool = b"@skill\n@timed\nasync def remove(path):\n    os.remove(path)\n"

    assert kept_by_own_decorators([registry, tool, LOOP]) == {"remove"}


def test_what_keeps_something_and_gives_it_back_is_no_decorator() -> None:
    keeps = b"def get(name):\n    made = build(name)\n    CACHE[name] = made\n    return made\n"
    tool = b"@app.get('/runs')\ndef get_run(run_id):\n    return run_id\n"

    assert kept_by_own_decorators([keeps, tool, LOOP]) == frozenset()


def test_what_is_given_a_result_of_a_tool_is_no_tool() -> None:
    assert "process" not in registered_model(
        [b"def process(reply: ToolResponse, run: str) -> ToolResponse:\n    pass\n"]
    )
    assert "fetch" in registered_model([b"def fetch(url: str) -> ToolResponse:\n    pass\n"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"class Interpreter(BaseTool):\n    pass\n", {"Interpreter"}),
        (b"class Reader(\n    Base, tools.BaseTool\n):\n    pass\n", {"Reader"}),
        (b"class Reader(BaseTool[Wanted]):\n    pass\n", {"Reader"}),
        (b"class SearchTool(BaseTool):\n    pass\n", set()),  # by its name it is one in any case
        (b"class Reader(ToolConfig):\n    pass\n", set()),
        (b"class Reader(Base):\n    tool = Tool\n", set()),
    ],
)
def test_a_class_is_a_tool_by_its_base(text: bytes, names: set[str]) -> None:
    model = registered_model([text])

    assert {name for name in ("Interpreter", "Reader", "SearchTool") if f"({name})$" in model} == names
    assert ("tools_by_their_base" in model) is bool(names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"import gradio as gr\nbutton.click(fn=convert, inputs=[box])\n", "convert"),
        (b"import gradio as gr\nbox.submit(convert, box, out)\n", "convert"),
        (b"import gradio as gr\nbutton.click(\n    self.convert,\n    inputs=[box],\n)\n", "convert"),
        (b"import gradio as gr\ngr.Interface(fn=convert, inputs='text')\n", "convert"),
        (b"from gradio import ChatInterface\nChatInterface(convert)\n", "convert"),
        (b"import gradio as gr\nbutton.click(lambda name: run(name), box)\n", ""),
        (b"import click\nbutton.click(convert, inputs)\n", ""),
    ],
)
def test_what_a_page_calls_is_given_what_its_visitor_wrote(text: bytes, name: str) -> None:
    model = registered_model([text])

    assert ("TaintSource[Request]" in model) is bool(name)
    assert not name or f"^({name})$" in model
