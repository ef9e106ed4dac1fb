"""Functions that are registered as tools, wherever in the tree, which makes sources of their arguments."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

_REGISTRARS: Final = (
    b"register_tool_function", b"add_tool", b"register_function", b"function_tool", b"FunctionTool", b"from_function",
    b"from_defaults",
)  # fmt: skip
_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "head"})
_RESULTS: Final = (b"ToolResponse", b"ToolResult", b"CallToolResult")
_REGISTERED: Final = (
    (_REGISTRARS, re.compile(rb"\b(?:" + b"|".join(_REGISTRARS)
                             + rb")\(\s*(?:\w+\s*=\s*)?(?:\w+\.)*([A-Za-z_]\w*)\s*[,)]")),
    ((b"Tool(",), re.compile(rb"\bTool\([^()]{0,300}\bfunc\s*=\s*(?:\w+\.)*([A-Za-z_]\w*)")),
    # who is given such a result works on what a tool gave
    (_RESULTS, re.compile(rb"\bdef\s+([A-Za-z_]\w*)\s*\((?:(?!ToolRes|CallToolRes)[^)]){0,1000}\)\s*->\s*[\"']?(?:"
                          + b"|".join(_RESULTS) + rb")\b")),
)  # fmt: skip
"""Words without which a pattern has no match, which most files lack, and the pattern."""
_TOOL_LIST: Final = re.compile(rb"\b\w*tools\w*\s*=\s*\[([\w\s.,]{1,2000})\]")
_REGISTRAR: Final = re.compile(
    rb"(?m)^([ \t]*)def ([A-Za-z_]\w*)\((?:[^()]|\([^()]*\))*\)[^:\n]*:[^\n]*\n((?:\1[ \t]+[^\n]*\n|[ \t]*\n){1,30})"
)
_KEEPS: Final = re.compile(rb"(?m)(?:\[[^\]\n]+\]\s*=\s*|\.(?:append|add)\(\s*)([A-Za-z_]\w*)\s*\)?\s*$")
"""A decorator that puts the function itself into a table and gives it back."""
_CALLS_BY_NAME: Final = re.compile(rb"\btool_calls\b|\bfunction_call\b|\btool_use\b|[\"']arguments[\"']|\.arguments\b")
_TOOL_CLASS: Final = re.compile(rb"(?m)^[ \t]*class[ \t]+([A-Za-z_]\w*)[ \t]*\(([^()]{1,300})\)[ \t]*:")
_BASE_OF_TOOLS: Final = re.compile(rb"(?:^|[\s,.])\w*Tool(?:\[[^\]]*\])?[ \t]*(?:,|$)")
"""Such a class is a tool by its base, whatever it is called: ``class Interpreter(BaseTool):``."""
_OF_PAGES: Final = (
    re.compile(
        rb"\.(?:click|submit|change|upload|select|then|success|input|release|load|blur|clear|edit|like)"
        rb"\(\s*(?:fn\s*=\s*)?(?:\w+\.)*([A-Za-z_]\w*)\s*[,)]"
    ),
    re.compile(rb"\b(?:Interface|ChatInterface)\(\s*(?:fn\s*=\s*)?(?:\w+\.)*([A-Za-z_]\w*)\s*[,)]"),
)
"""What a page of Gradio calls with what its visitor wrote: ``button.click(fn=run, inputs=[box])``."""
_NAME_LIMIT: Final = 500
_NAME_LENGTH: Final = 80
"""Characters in front of a name that may say what it hangs on."""
_COMMON: Final = frozenset({"self", "None", "True", "False", "tool", "func", "function", "f", "fn"})


def kept_by_own_decorators(texts: Sequence[bytes]) -> frozenset[str]:
    """Return the functions that a decorator of this tree puts into a table, where the tree runs what a model names."""
    if not any(map(_CALLS_BY_NAME.search, texts)):
        return frozenset()
    decorators: set[bytes] = set()
    for text in texts:
        for found in _REGISTRAR.finditer(text):
            body = found[3]
            if any(
                re.search(rb"\breturn\s+" + kept[1] + rb"\b", body)
                and re.search(rb"\bdef\s+\w+\((?:[^()]|\([^()]*\))*?\b" + kept[1] + rb"\b\s*[,:=)]", found[0])
                for kept in _KEEPS.finditer(body)
            ):
                decorators.add(found[2])
    decorators -= {b"decorator", b"wrapper", b"inner"}
    if not decorators:
        return frozenset()
    decorated = re.compile(
        rb"(?m)^[ \t]*@(?:\w+\.)*(?:"
        + b"|".join(sorted(map(re.escape, decorators)))
        + rb")\b(?:\((?:[^()]|\([^()]*\))*\))?"
        rb"[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*(?:async[ \t]+)?def[ \t]+([A-Za-z_]\w*)"
    )
    return frozenset(found[1].decode("ascii", "ignore") for text in texts for found in decorated.finditer(text))


def is_handlers_method(module: Module, function: ast.AST | None) -> bool:
    """Tell whether a function answers a verb for a handler of Tornado, which gives it parts of the path."""
    klass = module.class_around(function) if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
    return klass is not None and klass.name.endswith("Handler") and getattr(function, "name", "") in _VERBS


def registered_in(sources: Iterable[Source]) -> Mapping[str, frozenset[str]]:
    """Return which files register a function as a tool, by its name."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for word, _kinds_of_word in _handed_over(source.text):
            if word not in _COMMON:
                found[word].add(source.path)
    return {word: frozenset(paths) for word, paths in found.items()}


def registered_model(texts: Iterable[bytes], kept: Iterable[str] = ()) -> str:
    """Return a model that makes sources of the arguments of all functions that are registered as tools anywhere.

    Args:
        texts: All files of the tree.
        kept: Functions that the tree's own decorators register.
    """
    names: dict[str, dict[str, None]] = {"functions": dict.fromkeys(kept), "methods": dict.fromkeys(kept)}
    every = list(texts)
    for text in every:
        for word, kinds in _handed_over(text):
            for kind in kinds:
                names[kind][word] = None
    good = {
        kind: [name for name in found if name.isascii() and name.isidentifier() and name not in _COMMON][:_NAME_LIMIT]
        for kind, found in names.items()
    }
    classes = list(dict.fromkeys(name for text in every for name in _tool_classes(text)))[:_NAME_LIMIT]
    pages = _called_by_pages(every)
    if not (classes or any(good.values()) or pages):
        return "# no function of this tree is registered as a tool\n"
    return (
        _tools_by_their_base(classes)
        + _model_of_pages(pages)
        + "".join(
            f"""ModelQuery(
  name = "registered_{find}",
  find = "{find}",
  where = [name.matches("^({"|".join(good[find])})$")],
  model = Parameters(TaintSource[ToolArgument], where = [
    Not(name.matches("^(self|cls|ctx|context|config|state|runtime|session|db|agent)$")),
    Not(type_annotation.fully_qualified.equals("int")),
    Not(type_annotation.fully_qualified.equals("bool")),
    Not(type_annotation.fully_qualified.equals("float"))
  ])
)
"""
            for find in good
            if good[find]
        )
    )


def _called_by_pages(texts: Iterable[bytes]) -> list[str]:
    """Return the functions that pages of Gradio call."""
    names = {
        found[1].decode("ascii", "ignore"): None
        for text in texts
        if b"gradio" in text
        for pattern in _OF_PAGES
        for found in pattern.finditer(text)
    }
    return [name for name in names if name.isidentifier() and name not in _COMMON][:_NAME_LIMIT]


def _model_of_pages(names: Sequence[str]) -> str:
    """Return a model that makes sources of what pages call some functions with."""
    if not names:
        return ""
    return "".join(
        f"""ModelQuery(
  name = "called_by_pages_{find}",
  find = "{find}",
  where = [name.matches("^({"|".join(names)})$")],
  model = Parameters(TaintSource[Request], where = [
    Not(name.matches("^(self|cls|request|progress|profile|state|history|session)$")),
    Not(type_annotation.fully_qualified.equals("int")),
    Not(type_annotation.fully_qualified.equals("bool")),
    Not(type_annotation.fully_qualified.equals("float"))
  ])
)
"""
        for find in ("functions", "methods")
    )


def _tools_by_their_base(classes: Sequence[str]) -> str:
    """Return a model that makes sources of what the methods of some classes are run with."""
    if not classes:
        return ""
    return f"""ModelQuery(
  name = "tools_by_their_base",
  find = "methods",
  where = [name.matches("{_RUNS}"), cls.name.matches("^({"|".join(classes)})$")],
  model = Parameters(TaintSource[ToolArgument], where = [
    Not(name.matches("{_OF_THE_FRAMEWORK}")),
    Not(type_annotation.fully_qualified.equals("int")),
    Not(type_annotation.fully_qualified.equals("bool")),
    Not(type_annotation.fully_qualified.equals("float"))
  ])
)
"""


_OF_THE_FRAMEWORK: Final = (
    "^(self|cls|ctx|context|config|run_manager|callbacks?|tool_call_id|state|runtime|session|db|args|kwargs)$"
)
"""Parameters that a model does not fill, as in ``models/sources.pysa``."""
_RUNS: Final = "^(_run|_arun|run|arun|call|acall|execute|_execute|forward|__call__|_invoke|invoke)$"


def _tool_classes(text: bytes) -> Iterator[str]:
    """Yield the classes of a file that are tools by their base, but for those that are by their name."""
    for found in _TOOL_CLASS.finditer(text) if b"Tool" in text else ():
        name = found[1].decode("ascii", "ignore")
        if _BASE_OF_TOOLS.search(found[2]) and not name.endswith(("Tool", "tool")):
            yield name


def _handed_over(text: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names that a file registers as tools, and whether functions or methods have them.

    ``func=search.run`` registers a method of something, and no function ``run`` of another file.
    """
    for words, pattern in _REGISTERED:
        for found in pattern.finditer(text) if any(word in text for word in words) else ():
            before = text[max(0, found.start(1) - _NAME_LENGTH) : found.start(1)]
            base = re.search(rb"(\w+)\.$", before)
            is_head = re.search(rb"\bdef\s+$", before) is not None
            kinds = ("functions", "methods") if is_head else _kinds(text, base[1] if base else b"")
            yield found[1].decode("ascii", "ignore"), kinds
    for found in _TOOL_LIST.finditer(text) if b"tools" in text else ():
        for word in found[1].split(b","):
            *owners, last = word.strip().split(b".")
            yield last.decode("ascii", "ignore"), _kinds(text, owners[-1] if owners else b"")


def _kinds(text: bytes, base: bytes) -> tuple[str, ...]:
    """Tell what a name stands for by what it hangs on: nothing, a module that the file imports, or an object."""
    if not base:
        return ("functions",)
    is_module = re.search(rb"(?m)^[ \t]*(?:from[ \t]+\S+[ \t]+)?import[ \t][^\n]*\b" + re.escape(base) + rb"\b", text)
    return ("functions", "methods") if is_module else ("methods",)
