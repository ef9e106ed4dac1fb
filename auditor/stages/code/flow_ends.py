"""What begins a flow and what ends it: a sink that does no harm, a beginning that brings nothing, another argument."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.command_lists import IN_TURN
from auditor.stages.code.dependencies import dependency_of, gives_back, is_depended_on, is_dependency, parameters
from auditor.stages.code.fixed_programs import starts_fixed_program
from auditor.stages.code.flow_typing import GIVEN, PATH_METHODS, opens_named_path
from auditor.stages.code.handed import functions_named, handed_at, held_at
from auditor.stages.code.purpose import is_only_compiled
from auditor.stages.code.refine import Trust
from auditor.stages.code.scopes import is_last_part, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.held import Held
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

COMMAND: Final = "9001"
_EVALUATED: Final = "9002"
_LOADED: Final = "9007"
ADDRESS: Final = "9004"
PATH: Final = "9003"


def ends_in_nothing(
    collected: Collector, by_path: Mapping[str, Source], module: Module, test: str, flow: pysa_format.Flow
) -> bool:
    """Tell whether what a flow ends in does no harm: a program that is named, a host that is, no path at all."""
    line = flow.steps[-1].line
    if test == COMMAND and starts_fixed_program(collected, by_path, flow):
        return True
    if (test == _EVALUATED and is_only_compiled(module.tree, line)) or (
        test == _LOADED and _loads_safely(module, line)
    ):
        return True
    if test == ADDRESS and (
        has_fixed_host(module, line, held_at(module, flow.steps)) or module.address(line, line) is Trust.FIXED
    ):
        return True
    return (test == PATH and reads_no_path(module, line)) or (test == ADDRESS and _parses_content(module, line))


_REPLY: Final = "ModelReply"
_OF_REQUEST: Final = "Request"


def begins_nowhere(collected: Collector, by_path: Mapping[str, Source], flow: pysa_format.Flow) -> bool:
    """Tell whether what pysa takes for the beginning of a flow gives nothing: no model asked, nothing of a caller."""
    first = flow.steps[0]
    source = by_path.get(first.path)
    if flow.source == _OF_REQUEST:
        return brings_nothing(collected, by_path, source, first.line, first.enters[0] if first.enters else "")
    return flow.source == _REPLY and not is_asked(collected, source, first.line)


def brings_nothing(
    collected: Collector, by_path: Mapping[str, Source], source: Source | None, line: int, name: str = ""
) -> bool:
    """Tell whether all that a route is given is what the program itself answers for: ``config=Depends(get_config)``.

    A function that makes something of the request for it (``place=Depends(chosen)``) answers for nothing.

    Args:
        collected: Holds the parsed files.
        by_path: The files.
        source: That of the route.
        line: A line of the route, from 1.
        name: The parameter that is asked for; all of them where it is empty.
    """
    module = collected.module(source) if source else None
    function = module.enclosing(line) if module is not None else None
    if function is None:
        return False
    given = [each for each in parameters(function) if each.arg not in {"self", "cls"}]
    asked = [each for each in given if each.arg == name] or given

    def is_answered_for(each: ast.arg) -> bool:
        maker = dependency_of(function, each) if is_depended_on(function, each) else ""
        if not maker and not is_depended_on(function, each):
            found = _dependency_by_alias(collected, by_path, each)
            if found is None:
                return False
            maker = found
        return not any(map(gives_back, functions_named(collected, by_path, maker)))

    return bool(asked) and all(map(is_answered_for, asked))


_ALIAS: Final = re.compile(rb"(?:^|\n)(\w+)\b[^=\n]*=\s*Annotated\[")


def _dependency_by_alias(collected: Collector, by_path: Mapping[str, Source], given: ast.arg) -> str | None:
    """Return what makes a parameter whose type says it: ``Reader = Annotated[Role, Depends(reader)]``; None if none."""
    match given.annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            files = collected.named(by_path.values(), _ALIAS).get(name.encode("utf-8", "replace"), ())
        case _:
            return None
    for module in filter(None, map(collected.module, files[:1])):
        for node in module.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=word)], value=value) if word == name:
                    calls = (each for each in ast.walk(value) if isinstance(each, ast.Call))
                    return next((last_name(each.args[0]) for each in calls if is_dependency(each) and each.args), None)
    return None


_MODEL: Final = re.compile(
    r"(?i)\.\s*_?(?:llm|chat_llm|llm_client|llm_model|chat_model|chat_mdl|language_model|model_client|llm_chain|chat_client)\b"
)
_ASKED: Final = re.compile(
    r"(?i)(?:llm|model|mdl|client|chain)\s*\(|\.\s*(?:a?invoke|a?predict\w*|a?chat\w*|a?complet\w*|a?generate\w*|a?stream\w*|a?call"
    r"|a?run|a?ask|a?query|create|parse|a?batch|prompt|send\w*)\s*\("
)


def is_asked(collected: Collector, source: Source | None, line: int) -> bool:
    """Tell whether a model is asked something in a line; what its client is set to is no reply of it."""
    if source is None:
        return True
    rows = collected.lines(source)[line - 1 : line + 2]
    return not _MODEL.search(rows[0] if rows else "") or any(map(_ASKED.search, rows))


_OF_A_PATH: Final = re.compile(r"(?i)path|\bstr\b|\bAny\b|\bobject\b|PurePosix")


def reads_no_path(module: Module, line: int) -> bool:
    """Tell whether what a line reads by ``.read_bytes()`` is a parameter declared as something else than a path.

    `with_opened_paths` writes ``open(upload).read_bytes()`` for an upload, too: it has no file of ours behind it. Nor
    has what is held in memory: ``Image.open(BytesIO(data))``.
    """
    if _opens_bytes(module, line) or _opens_last_part(module, line):
        return True
    for node in ast.walk(module.tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if not node.lineno <= line <= (node.end_lineno or 0):
            continue
        declared = {
            each.arg: ast.unparse(each.annotation)
            for each in ast.walk(node.args)
            if isinstance(each, ast.arg) and each.annotation is not None
        }
        for call in ast.walk(node):
            if (
                isinstance(call, ast.Call)
                and call.lineno <= line <= (call.end_lineno or call.lineno)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in PATH_METHODS
                and isinstance(call.func.value, ast.Name)
                and not _OF_A_PATH.search(declared.get(call.func.value.id, "path"))
            ):
                return True
    return False


_HELD: Final = frozenset({"BytesIO", "StringIO", "read", "getvalue", "b64decode"})


def _opens_last_part(module: Module, line: int) -> bool:
    """Tell whether all that changes in a path that a line opens stands behind the last separator of a text."""
    paths = [
        value
        for call in module.calls_at(line)
        if last_name(call.func) == "open" and call.args
        for value in module.values_of(call.args[0])
        if isinstance(value, ast.JoinedStr)
    ]
    parts = [part.value for value in paths for part in value.values if isinstance(part, ast.FormattedValue)]
    return bool(parts) and all(
        any(map(is_last_part, module.values_of(part))) and all(map(_is_name_or_last_part, module.values_of(part)))
        for part in parts
    )


def _is_name_or_last_part(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or is_last_part(node)


def _opens_bytes(module: Module, line: int) -> bool:
    return any(
        isinstance(value, ast.Call) and last_name(value.func) in _HELD
        for call in module.calls_at(line)
        if last_name(call.func) in {"open", "send_file"} and call.args
        for value in module.values_of(call.args[0])
    )


_SINK_WORDS: Final = frozenset(
    {"url", "base_url", "openai_api_base", "fullurl", "uri", "path", "args", "sql", "query", "source"}
)


def is_handed_something_else(
    collected: Collector, by_path: Mapping[str, Source], steps: Sequence[pysa_format.Step], *, is_address: bool
) -> bool:
    """Tell whether a call on the way hands the parameter that ends in the sink something that no caller chooses.

    Pysa does not know which argument is which where a function is handed over (``to_thread(fetch, base, query)``), and
    then takes any of them for the one. From the sink backwards: which parameters of its function go into it, and what
    does the call before give them?
    """
    end = steps[-1]
    module = collected.module(by_path[end.path]) if end.path in by_path else None
    if module is None:
        return False
    values = list(handed_to_sink(module, end.line, end.name))
    for hop in reversed(steps[:-1]):
        function = module.enclosing(end.line)
        if function is None or not values or (hop.path == end.path and _is_given_back(module, function, hop, values)):
            return False
        known = [module.parameters_in(value, is_address=is_address) for value in values]
        if any(
            names == {"self"} for _trust, names in (module.parameters_in(each, is_address=False) for each in values)
        ):
            return False  # nothing else goes into it: what the object was made with is what came from outside
        if all(trust is not Trust.OUTSIDE for trust, _names in known):
            return True
        wanted = {name for trust, names in known if trust is Trust.OUTSIDE for name in names}
        before = collected.module(by_path[hop.path]) if hop.path in by_path else None
        if not wanted or before is None:
            return False
        values = [value for name in sorted(wanted) for value in handed_at(before, hop.line, function, name)]
        module, end = before, hop
    return False


def _is_given_back(
    module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, hop: pysa_format.Step, values: list[ast.expr]
) -> bool:
    """Tell whether a value is what a call gives back by which it comes from outside, whatever the call is given.

    What is made of it afterwards is another matter: a statement that was parsed and looked through.
    """
    word = hop.name.rsplit(".", 1)[-1]
    if word == function.name or module.enclosing(hop.line) is not function:
        return False
    calls = {call for call in module.calls_at(hop.line) if last_name(call.func) == word or hop.name.startswith(GIVEN)}
    kept = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and calls.intersection(ast.walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    parts = [part for value in values for part in ast.walk(value)]
    return bool(calls.intersection(parts)) or any(isinstance(part, ast.Name) and part.id in kept for part in parts)


def _compiled_from(value: ast.expr) -> ast.expr:
    """Return the text of what is compiled, to be run: ``exec(compile(text, "tool", "exec"))``."""
    match value:
        case ast.Call(func=ast.Name(id="compile"), args=[text, *_]):
            return text
    return value


_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def _loads_safely(module: Module, line: int) -> bool:
    """Tell whether YAML is read by a loader of plain values: ``yaml.load(text, Loader=SafeLoader)``."""
    return any(
        last_name(call.func) == "load" and re.search(r"(?:Safe|Base)Loader$", ast.unparse(given)) is not None
        for call in module.calls_at(line)
        for given in (*call.args[1:2], *(word.value for word in call.keywords if word.arg == "Loader"))
    )


def handed_to_sink(module: Module, line: int, sink: str = "") -> Iterator[ast.expr]:
    """Yield what the call in a line gets that is the sink; the innermost call where none has its name."""
    calls = module.calls_at(line)
    word = next((part for part in reversed(sink.split(".")) if not part.startswith("__")), "")
    word = "rmtree" if word == "_RmtreeType" else word  # typeshed's name of the function
    named = [call for call in calls if word and last_name(call.func) == word]
    if word == "open" and not named:  # `with_opened_paths` made it of a method of a path
        named = [call for call in calls if last_name(call.func) in PATH_METHODS]
    for call in named[:1] or calls[-1:]:
        is_method = sink.startswith("pathlib.") or last_name(call.func) in PATH_METHODS or opens_named_path(call)
        if isinstance(call.func, ast.Attribute) and is_method:
            yield call.func.value
            continue
        if last_name(call.func) in IN_TURN:
            yield from call.args
            continue
        given = [word.value for word in call.keywords if word.arg in _SINK_WORDS]
        is_second = len(call.args) > 1 and (
            (last_name(call.func) in {"request", "stream", "build_request"} and not sink.startswith("httplib2."))
            or sink.startswith("ibm_db.")
            or (last_name(call.func) == "Request" and getattr(call.args[0], "value", "") in _METHODS)
        )
        for each in given or ([call.args[1]] if is_second else call.args[:1]):
            yield _compiled_from(each)


_HOST: Final = re.compile(r"^https?://[^/{}\s]+/")
_BASE: Final = re.compile(r"(?i)(?:base|host|url|endpoint|server|api|origin|domain)")


def _parses_content(module: Module, line: int) -> bool:
    """Tell whether what a line parses was fetched already: ``feedparser.parse(response.content)``."""
    return any(
        last_name(call.func) == "parse" and isinstance(each, ast.Attribute) and each.attr in {"content", "text"}
        for call in module.calls_at(line)
        for each in call.args[:1]
    )


def has_fixed_host(module: Module, line: int, held: Held) -> bool:
    """Tell whether the address that a call in a line fetches begins with a host that no caller chooses.

    Args:
        module: The file.
        line: From 1.
        held: Where the function holds what comes from outside: what begins with that has no fixed host.
    """
    for node in module.calls_at(line):
        given = [word.value for word in node.keywords if word.arg in {"url", "base_url", "fullurl"}]
        for value in given or node.args[:2]:
            values = module.values_of(value)
            if any(_begins_fixed(each, held) or _is_of_own_table(module, each) for each in values):
                return True
            if any(_begins_with_own_method(module, each, held) for each in values):
                return True
    return False


def _begins_with_own_method(module: Module, value: ast.expr, held: Held) -> bool:
    """Tell whether an address begins with what a method of the object itself gives, which is given nothing."""
    if any(place[0] == "self" for place in held.places):
        return False
    match value:
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name() as head), _, *_]):
            made = [each for each in module.values_of(head) if not isinstance(each, ast.Name)]
            return bool(made) and all(
                isinstance(each, ast.Call)
                and not each.args
                and not each.keywords
                and ast.unparse(each.func).startswith("self.")
                and _BASE.search(last_name(each.func))
                for each in made
            )
    return False


def _is_of_own_table(module: Module, value: ast.expr) -> bool:
    """Tell whether an address is a field of what a table of the program holds: ``MODELS[name]["endpoint"]``."""
    match value:
        case ast.Subscript(
            value=ast.Subscript(value=ast.Name(id=table), slice=ast.expr()), slice=ast.Constant(value=str())
        ):
            return any(
                isinstance(node, (ast.ImportFrom, ast.Import))
                and any((each.asname or each.name) == table for each in node.names)
                for node in module.nodes
            ) or any(
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Dict)
                and any(isinstance(each, ast.Name) and each.id == table for each in node.targets)
                for node in module.tree.body
            )
    return False


def _begins_fixed(value: ast.expr, held: Held) -> bool:
    match value:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return bool(_HOST.match(text))
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Attribute(attr=name) as head), _, *_]):
            return bool(_BASE.search(name)) and not held.is_in(head)
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), _, *_]):
            return name.isupper() and bool(_BASE.search(name))
        case ast.BinOp(op=ast.Add(), left=left):
            return (isinstance(left, ast.Constant) and bool(_HOST.match(str(left.value)))) or (
                isinstance(left, ast.Attribute) and bool(_BASE.search(left.attr)) and not held.is_in(left)
            )
    return False
