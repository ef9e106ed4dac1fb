"""What stands on the way of a flow: what looks like a check, and what makes another value of the one it is given."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.flow_ends import handed_to_sink
from auditor.stages.code.handed import functions_named, handed_at
from auditor.stages.code.held import held_by, nodes_before
from auditor.stages.code.reaching import is_error, stored
from auditor.stages.code.scopes import ends_block, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.formats import pysa as pysa_format
    from auditor.stages.code.held import Place
    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

GUARD: Final = re.compile(
    r"(?i)^_?(?:(?:assert|ensure|check|validate|verify|require|guard|reject|refuse|forbid|prevent|enforce|confine|sanitiz|sanitis|secure)\w*"
    r"|is_\w*(?:inside|within|under|subpath|contained|in_or_equal)\w*|is_(?:safe|allowed|public|permitted|trusted|within|inside|relative_to|valid)\w*|\w*(?:allow_?list|whitelist|safe_join"
    r"|safe_path|secure_filename|commonpath)\w*|fullmatch|startswith|relative_to|quote|quote_plus|literal_eval|basename)$"
)
_OPEN_HOST: Final = re.compile(r"^(?:https?|[a-z][a-z0-9+.-]*:(?://[^/]*)?)$")
_NAMED_FORM: Final = re.compile(r"^(?:\w+\.)*_*[A-Z0-9_]*(?:NAME|ID|SLUG|IDENTIFIER)S?_?(?:RE|REGEX|PATTERN)?\.match$")
"""What a name or an identifier has to look like: ``SKILL_NAME_RE.match(name)``."""


_LETTERS_ALONE: Final = re.compile(r"\[\^(?![^\]]*/)[^\]]*\w[^\]]*\]\+?")


def _keeps_letters_alone(call: ast.Call) -> bool:
    """Tell whether a call takes out of a text what separates folders: ``re.sub(r"[^a-zA-Z0-9_-]", "_", name)``."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="re"), attr="sub"),
            args=[ast.Constant(value=str(pattern)), ast.Constant(value=str(put)), *_],
        ):
            return _LETTERS_ALONE.fullmatch(pattern) is not None and "/" not in put
    return False


def is_guard(call: ast.Call, *, is_path: bool = False) -> bool:
    """Tell whether a call looks like a check; that an address begins with a host that goes on is none.

    ``url.startswith("https://docs.corp.cn")`` holds of ``https://docs.corp.cn.evil.example`` and
    ``https://docs.corp.cn@evil.example``, and ``startswith("http")`` of every address: a scheme is no host, nor is
    ``file://`` a folder.

    Args:
        call: The call.
        is_path: A path is asked for, from which nobody took ``..``: what it begins with says nothing of where it ends.
    """
    name = last_name(call.func)
    if is_path and name == "startswith":
        return False
    if name == "is_valid" and not call.args:
        return False  # a form or a serializer has what its fields ask for
    if _keeps_letters_alone(call):
        return True
    if name == "startswith" and call.args:
        first = call.args[0]
        texts = first.elts if isinstance(first, ast.Tuple) else [first]
        if all(isinstance(each, ast.Constant) and _OPEN_HOST.match(str(each.value)) for each in texts):
            return False
    return bool(GUARD.match(name) or _NAMED_FORM.match(ast.unparse(call.func)))


_NORMALISES: Final = frozenset({"realpath", "abspath", "normpath", "resolve", "absolute"})
"""What takes ``..`` out of a path."""
_RUNS_ELSEWHERE: Final = frozenset({"to_thread", "run_in_executor", "run_sync", "run_in_threadpool"})


def _run_elsewhere(call: ast.Call) -> Iterator[ast.Call]:
    """Yield the call that another makes in a thread: ``to_thread(validate, url)`` is ``validate(url)``."""
    if last_name(call.func) in _RUNS_ELSEWHERE:
        for number, each in enumerate(call.args):
            if isinstance(each, (ast.Name, ast.Attribute)) and number + 1 < len(call.args):
                yield ast.copy_location(ast.Call(func=each, args=call.args[number + 1 :], keywords=call.keywords), call)


def _compares_sets(test: ast.Compare) -> bool:
    """Tell whether all of some names are held against those that are known: ``if set(names) != known: raise``."""
    sides = (test.left, *test.comparators)
    return any(isinstance(op, (ast.NotEq, ast.Gt, ast.LtE)) for op in test.ops) and any(
        isinstance(each, ast.Call) and last_name(each.func) in {"set", "frozenset"} for each in sides
    )


def is_checked_on(
    collected: Collector,
    by_path: Mapping[str, Source],
    steps: Sequence[pysa_format.Step],
    way: frozenset[str],
    *,
    is_path: bool = False,
) -> bool:
    """Tell whether a function on a way refuses some values of what it hands on; whether rightly, a person judges.

    Args:
        collected: Holds the parsed files.
        by_path: The files.
        steps: Of the way, from where the value comes to the sink.
        way: Functions that the value passes further on, which are no checks of it.
        is_path: The sink takes a path.
    """
    before: pysa_format.Step | None = None
    for number, step in enumerate(steps):
        module = collected.module(by_path[step.path]) if step.path in by_path else None
        function = module.enclosing(step.line) if module else None
        after = steps[number + 1] if number + 1 < len(steps) else None
        comes_by, before = before, step
        if module is None or function is None:
            continue
        is_here, goes_on = (
            each is not None and each.path == step.path and module.enclosing(each.line) is function
            for each in (comes_by, after)
        )
        if number == 0 and goes_on:
            continue  # where it begins; what is done with it there is seen with the step after
        entered = comes_by.enters if comes_by is not None and (number > 1 or is_here) else ()
        begins = comes_by.line if comes_by is not None and is_here and not entered else 0
        given: list[ast.expr] = []
        if after is not None and not goes_on and (number == 0 or not step.enters):
            # the value goes out with what the function gives back
            line, entered, begins = function.end_lineno or step.line, entered or step.enters, step.line
        else:
            given, line = _given_at(collected, by_path, module, steps, number), step.line
        if checks(module, line, way, given, entered=entered, begins=begins, is_path=is_path):
            return True
    return False


def _given_at(
    collected: Collector,
    by_path: Mapping[str, Source],
    module: Module,
    steps: Sequence[pysa_format.Step],
    number: int,
) -> list[ast.expr]:
    """Return what a step hands on: to the sink, or to the parameter by which the value enters the next function."""
    step = steps[number]
    if number + 1 == len(steps):
        given = list(handed_to_sink(module, step.line, step.name))
    else:
        after = steps[number + 1]
        behind = collected.module(by_path[after.path]) if after.path in by_path else None
        function = behind.enclosing(after.line) if behind else None
        given = list(handed_at(module, step.line, function, step.enters[0])) if function and step.enters else []
    calls = module.calls_at(step.line)[-1:]
    return given or [each for call in calls for each in (*call.args, *(word.value for word in call.keywords))]


def checks(
    module: Module,
    line: int,
    way: frozenset[str],
    given: Sequence[ast.expr],
    *,
    entered: Place = (),
    begins: int = 0,
    is_path: bool = False,
) -> bool:
    """Tell whether the function around a line refuses something of what it hands on before it goes on.

    Args:
        module: The file.
        line: From 1.
        way: Functions that the value passes further on, which are no checks of it.
        given: What is handed on in the line.
        entered: The parameter by which the value comes in, where that is known.
        begins: The line at which the value comes in otherwise; 0 where that is not known.
        is_path: It is a path.
    """
    function = module.enclosing(line)
    if function is None:
        return False
    nodes = nodes_before(module, function, line)
    held = held_by(function, nodes, given, entered, begins)
    is_open = is_path and not any(
        isinstance(node, ast.Call) and last_name(node.func) in _NORMALISES and held.is_in(node) for node in nodes
    )
    for node in nodes:
        if isinstance(node, ast.Call) and last_name(node.func) not in way and held.is_in(node):
            if is_guard(node, is_path=is_open) or any(map(is_guard, _run_elsewhere(node))):
                return True
            # a helper of this file that checks what it gives back
            helper = module.function(node)
            if helper is not None and any(
                isinstance(inner, ast.Call) and is_guard(inner) for inner in ast.walk(helper)
            ):
                return True
        if isinstance(node, ast.If) and ends_block(node.body[-1]):
            tests = [each for each in ast.walk(node.test) if isinstance(each, ast.Compare) and held.is_in(each)]
            if any(_asks_for_membership(each) or (is_error(node.body[-1]) and _compares_sets(each)) for each in tests):
                return True
    return False


def _asks_for_membership(test: ast.Compare) -> bool:
    return any(isinstance(op, (ast.NotIn, ast.In)) for op in test.ops)


_REQUESTS: Final = frozenset({"request", "req", "self", "cls"})
_MADE_DEPTH: Final = 4


def _calls_behind(
    function: ast.FunctionDef | ast.AsyncFunctionDef, values: Sequence[ast.expr], line: int
) -> Iterator[ast.Call]:
    """Yield the calls that values are made by, through the function's own assignments."""
    seen: set[str] = set()
    waiting = list(values)
    for _round in range(_MADE_DEPTH):
        nodes = [node for value in waiting for node in ast.walk(value)]
        yield from (node for node in nodes if isinstance(node, ast.Call))
        names = {node.id for node in nodes if isinstance(node, ast.Name)} - seen
        seen |= names
        waiting = [
            value
            for node in ast.walk(function)
            if getattr(node, "lineno", line + 1) <= line
            for target, value in stored(node)
            if any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(target))
        ]


def _is_given(call: ast.Call) -> bool:
    """Tell whether a call is given something that a caller may have chosen; the request as a whole is its own value."""
    return any(
        not isinstance(each, ast.Constant) and not (isinstance(each, ast.Name) and each.id in _REQUESTS)
        for each in (*call.args, *(word.value for word in call.keywords))
    )


_HELPER_DEPTH: Final = 2


def made_by_a_check(collected: Collector, by_path: Mapping[str, Source], path: str, line: int) -> bool:
    """Tell whether what ends in the sink was made by a function, of any file, that refuses some values."""
    module = collected.module(by_path[path]) if path in by_path else None
    if module is None:
        return False
    made = {
        last_name(call.func)
        for value in handed_to_sink(module, line)
        for each in (*module.values_of(value), *module.set_on_object(value))
        for call in [each.value if isinstance(each, ast.Await) else each]
        if isinstance(call, ast.Call)
    }
    function = module.enclosing(line)
    if function is not None:
        behind = _calls_behind(function, list(handed_to_sink(module, line)), line)
        made |= {last_name(each.func) for each in behind if _is_given(each)}
    return any(refuses(collected, by_path, name, 0) for name in sorted(made) if name)


def refuses(collected: Collector, by_path: Mapping[str, Source], name: str, depth: int) -> bool:
    """Tell whether a function of this name raises on what a test finds in its value, itself or by its first helper."""
    for function in functions_named(collected, by_path, name):
        if any(
            (isinstance(node, ast.If) and refuses_text(node)) or (isinstance(node, ast.Try) and _refuses_outside(node))
            for node in ast.walk(function)
        ):
            return True
        inner = {last_name(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)} - {name, ""}
        own = [each for each in sorted(inner) if each.startswith("_")]
        if depth + 1 < _HELPER_DEPTH and any(refuses(collected, by_path, each, depth + 1) for each in own):
            return True
    return False


def _refuses_outside(node: ast.Try) -> bool:
    """Tell whether what does not lie below a folder is refused: ``try: place.relative_to(root) … except: raise``."""
    asks = any(
        isinstance(each, ast.Call) and last_name(each.func) == "relative_to"
        for row in node.body
        for each in ast.walk(row)
    )
    return asks and any(isinstance(each, ast.Raise) for handler in node.handlers for each in ast.walk(handler))


def refuses_text(node: ast.If) -> bool:
    """Tell whether a condition looks into a text and raises: ``if "/" in name: raise``."""
    if not is_error(node.body[-1]):
        return False
    for each in ast.walk(node.test):
        if isinstance(each, ast.Compare) and any(isinstance(op, (ast.In, ast.NotIn)) for op in each.ops):
            return True
        if isinstance(each, ast.Call) and last_name(each.func) in {
            "commonpath",
            "startswith",
            "is_relative_to",
            "fullmatch",
            "match",
            "isidentifier",
        }:
            return True
    return False
