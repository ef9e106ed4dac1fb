"""What begins a flow and what ends it: a sink that does no harm, a beginning that brings nothing, another argument."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.command_lists import IN_TURN, hands_over_code, made_elsewhere
from auditor.stages.code.dependencies import dependency_of, gives_back, is_depended_on, is_dependency, parameters
from auditor.stages.code.flow_typing import GIVEN, PATH_METHODS, opens_named_path
from auditor.stages.code.held import Held, held_by, nodes_before
from auditor.stages.code.purpose import is_only_compiled
from auditor.stages.code.refine import Trust
from auditor.stages.code.scopes import is_last_part, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

_SHELLS: Final = re.compile(r"os\.(?:system|popen)|getoutput|getstatusoutput|create_subprocess_shell|pty\.spawn")
COMMAND: Final = "9001"
_EVALUATED: Final = "9002"
ADDRESS: Final = "9004"
PATH: Final = "9003"


def ends_in_nothing(
    collected: Collector, by_path: Mapping[str, Source], module: Module, test: str, flow: pysa_format.Flow
) -> bool:
    """Tell whether what a flow ends in does no harm: a program that is named, a host that is, no path at all."""
    line = flow.steps[-1].line
    if test == COMMAND and starts_fixed_program(collected, by_path, flow):
        return True
    if test == ADDRESS and (
        has_fixed_host(module, line, held_at(module, flow.steps)) or module.address(line, line) is Trust.FIXED
    ):
        return True
    if (test == PATH and reads_no_path(module, line)) or (test == ADDRESS and _parses_content(module, line)):
        return True
    return _runs_nothing(test, module, line, flow.sink)


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


def _dependency_by_alias(collected: Collector, by_path: Mapping[str, Source], given: ast.arg) -> str | None:
    """Return what makes a parameter whose type says it: ``Reader = Annotated[Role, Depends(reader)]``; None if none."""
    match given.annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            head = re.compile(rb"(?m)^" + re.escape(name.encode("utf-8", "replace")) + rb"\b[^=\n]*=\s*Annotated\[")
        case _:
            return None
    files = [each for each in by_path.values() if head.search(each.text)]
    for module in filter(None, map(collected.module, files[:1])):
        for node in module.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=word)], value=value) if word == name:
                    calls = (each for each in ast.walk(value) if isinstance(each, ast.Call))
                    return next((last_name(each.args[0]) for each in calls if is_dependency(each) and each.args), None)
    return None


def functions_named(
    collected: Collector, by_path: Mapping[str, Source], name: str
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a name, of any file, if there are few."""
    head = re.compile(rb"\bdef\s+" + re.escape(name.encode("utf-8", "replace")) + rb"\s*\(")
    files = [source for source in by_path.values() if name and head.search(source.text)]
    if len(files) > _HELPERS_LIMIT:
        return
    for source in files:
        module = collected.module(source)
        yield from (node for node in (module.functions if module else ()) if node.name == name)


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


_PROCESS_HOPS: Final = 6


def starts_fixed_program(collected: Collector, by_path: Mapping[str, Source], flow: pysa_format.Flow) -> bool:
    """Tell whether the list that a process is started with begins with a program that the code names.

    ``execute(("du", "-sh", folder))`` and ``execute("du", "-sh", folder)`` run no text, wherever ``execute`` stands.
    """
    end = flow.steps[-1]
    module = collected.module(by_path[end.path]) if end.path in by_path else None
    call = next((made_elsewhere(each) for each in module.calls_at(end.line)[-1:]), None) if module else None
    if call is None or not call.args or _is_shell(call, flow.sink):
        return False
    values, line = [call.args[0]], end.line
    if module is not None and _starts_fixed_here(collected, by_path, module, call):
        return True
    for hop in list(reversed(flow.steps[:-1]))[:_PROCESS_HOPS]:
        function = module.enclosing(line) if module else None
        before = collected.module(by_path[hop.path]) if hop.path in by_path else None
        if function is None or before is None:
            break
        words = {each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)}
        if function.args.vararg is not None and function.args.vararg.arg in words:
            return _begins_with_program(before, hop.line, function.name)
        names = {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        values = [value for name in sorted(words & names) for value in handed_at(before, hop.line, function, name)]
        made = [each for value in values for each in before.values_of(value) if not isinstance(each, ast.Name)]
        lists = [each for value in made for each in _lists_of(collected, by_path, value)]
        if lists and all(map(_is_fixed_list, lists)):
            return True
        module, line = before, hop.line
    return False


def _starts_fixed_here(collected: Collector, by_path: Mapping[str, Source], module: Module, call: ast.Call) -> bool:
    """Tell whether the function with the call makes its list, and begins it with a program that the code names."""
    if last_name(call.func) in IN_TURN and _is_fixed_list(ast.Tuple(call.args, ast.Load())):
        return True
    made = [each for each in module.values_of(call.args[0]) if not isinstance(each, ast.Name)]
    if made and all(map(_is_fixed_list, made)):
        return True
    return _is_made_of_fixed_lists(collected, by_path, module, call.args[0])


def _is_made_of_fixed_lists(
    collected: Collector, by_path: Mapping[str, Source], module: Module, given: ast.expr
) -> bool:
    """Tell whether a method of the same file makes the list that a process is started with."""
    made = [
        call
        for call in module.values_of(given.value if isinstance(given, ast.Starred) else given)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).startswith("self.")
        and module.function(call) is not None
    ]
    lists = [each for call in made for each in _lists_of(collected, by_path, call)]
    return bool(lists) and all(_is_fixed_list(each) or _is_own_script(module, each) for each in lists)


def _is_own_script(module: Module, value: ast.expr) -> bool:
    """Tell whether a list starts this very Python with a module or a file that the object itself holds."""
    match value:
        case ast.List(elts=[first, second, *_]) | ast.Tuple(elts=[first, second, *_]):
            is_python = any(ast.unparse(each) == "sys.executable" for each in module.values_of(first))
            is_own = getattr(second, "value", "") == "-m" or ast.unparse(second).startswith("self.")
            return is_python and is_own
    return False


def _is_shell(call: ast.Call, sink: str) -> bool:
    asked = (word for word in call.keywords if word.arg == "shell")
    return bool(_SHELLS.search(sink)) or any(getattr(word.value, "value", True) for word in asked)


def _begins_with_program(module: Module, line: int, name: str) -> bool:
    calls = [call for call in module.calls_at(line) if last_name(call.func) == name]
    return bool(calls) and all(_is_fixed_list(ast.Tuple(call.args, ast.Load())) for call in calls)


def _lists_of(collected: Collector, by_path: Mapping[str, Source], value: ast.expr) -> list[ast.expr]:
    """Return the lists that a value may be: one that is written there, or what functions of its name give back."""
    if not isinstance(value, ast.Call):
        return [value]
    name = last_name(value.func)
    head = re.compile(rb"\bdef\s+" + re.escape(name.encode("utf-8", "replace")) + rb"\s*\(")
    files = [source for source in by_path.values() if head.search(source.text)]
    if not name or not 0 < len(files) <= _HELPERS_LIMIT:
        return [value]
    found: list[ast.expr] = []
    for source in files:
        module = collected.module(source)
        for function in (each for each in (module.functions if module else ()) if each.name == name):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None and module is not None:
                    found += [each for each in module.values_of(node.value) if not isinstance(each, ast.Name)]
    return found or [value]


def _is_fixed_list(value: ast.expr) -> bool:
    """Tell whether a list begins with a program by its name that runs none of what follows as code."""
    if not isinstance(value, (ast.List, ast.Tuple)) or not value.elts:
        return False
    return isinstance(value.elts[0], ast.Constant) and not hands_over_code(value.elts)


def _runs_nothing(test: str, module: Module, line: int, sink: str) -> bool:
    """Tell whether a line hands its text to no shell and no interpreter after all."""
    if test == _EVALUATED:
        return is_only_compiled(module.tree, line)
    return test == COMMAND and not _runs_text(module, line, sink)


def _runs_text(module: Module, line: int, sink: str) -> bool:
    """Tell whether a call runs its text by a shell or an interpreter; a list with a fixed program does not."""
    if _SHELLS.search(sink):
        return True
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno) and node.args:
            first = node.args[0]
            if isinstance(first, (ast.List, ast.Tuple)) and first.elts:
                is_shell = any(word.arg == "shell" and getattr(word.value, "value", None) for word in node.keywords)
                return is_shell or hands_over_code(first.elts) or not _is_named(module, first.elts[0])
            return True
    return True


def _is_named(module: Module, program: ast.expr) -> bool:
    """Tell whether the code names a program, or looks for one of a name: ``tool = shutil.which("exiftool")``."""
    if isinstance(program, (ast.Constant, ast.Attribute)):
        return True
    made = [each for each in module.values_of(program) if each is not program]
    return bool(made) and all(
        isinstance(each, ast.Constant)
        or (
            isinstance(each, ast.Call)
            and last_name(each.func) == "which"
            and all(isinstance(word, ast.Constant) for word in each.args)
        )
        for each in made
    )


_HELPERS_LIMIT: Final = 6
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


_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def handed_to_sink(module: Module, line: int, sink: str = "") -> Iterator[ast.expr]:
    """Yield what the call in a line gets that is the sink; the innermost call where none has its name."""
    calls = module.calls_at(line)
    word = next((part for part in reversed(sink.split(".")) if not part.startswith("__")), "")
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
        yield from given or ([call.args[1]] if is_second else call.args[:1])


def handed_at(
    module: Module, line: int, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str
) -> Iterator[ast.expr]:
    """Yield what the calls in a line give to a parameter of a function, called or handed over."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    for call in module.calls_at(line):
        given: list[ast.expr] | None = list(call.args) if last_name(call.func) == function.name else None
        for number, value in enumerate(call.args):
            if given is None and str(getattr(value, "attr", getattr(value, "id", ""))) == function.name:
                given = call.args[number + 1 :]
        if given is None:
            continue
        yield from (word.value for word in call.keywords if word.arg == parameter)
        if parameter in names and names.index(parameter) < len(given):
            yield given[names.index(parameter)]


_HOST: Final = re.compile(r"^https?://[^/{}\s]+/")
_BASE: Final = re.compile(r"(?i)(?:base|host|url|endpoint|server|api|origin|domain)")


def _parses_content(module: Module, line: int) -> bool:
    """Tell whether what a line parses was fetched already: ``feedparser.parse(response.content)``."""
    return any(
        last_name(call.func) == "parse" and isinstance(each, ast.Attribute) and each.attr in {"content", "text"}
        for call in module.calls_at(line)
        for each in call.args[:1]
    )


def held_at(module: Module, steps: Sequence[pysa_format.Step]) -> Held:
    """Return the places in which the function with the sink holds what a flow brings; nothing outside of a function."""
    end = steps[-1]
    before = steps[-2] if len(steps) > 1 else None
    function = module.enclosing(end.line)
    if function is None:
        return Held(frozenset())
    calls = module.calls_at(end.line)[-1:]
    given = [each for call in calls for each in (*call.args, *(word.value for word in call.keywords))]
    entered = before.enters if before is not None else ()
    begins = before.line if before is not None and not entered and before.path == end.path else 0
    return held_by(function, nodes_before(module, function, end.line), given, entered, begins)


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
