"""What weighs less for it stays with whoever runs the program: on the own machine, screen, or repository.

A check of certificates on the way to the own machine, a key for a server there, what a command shows to the person who
typed it, a job that runs for branches of the repository itself alone.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError
from auditor.stages.code import languages
from auditor.stages.code.scopes import dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module
    from auditor.stages.code.tree import Source

_SET_UP: Final = frozenset({languages.SHELL, languages.DOCKERFILE})
_UNCHECKED: Final = re.compile(r"\b(?:curl|wget)\b[^\n;|&]*")
_SKIPS: Final = re.compile(r"[ \t](?:-[a-zA-Z]*k[a-zA-Z]*|--insecure|--no-check-certificate)(?=[ \t]|$)")
_ADDRESS: Final = re.compile(r"https?://[^\s\"'|;]+")
_LOOPBACK: Final = re.compile(r"^https?://(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)")
_PLAIN: Final = re.compile(r"^(?:http|ws)://")
_OF_A_SERVER: Final = re.compile(r"(?i)^(?:\w*_)?(?:host|url|uri|endpoint|base_url|server|address|api_base)$")


def asks_own_machine(source: Source, rows: str) -> bool:
    """Tell whether all that a script asks without checking certificates is its own machine."""
    calls = [each for each in _UNCHECKED.findall(rows) if _SKIPS.search(each)] if source.language in _SET_UP else []
    asked = [_ADDRESS.findall(each) for each in calls]
    return bool(asked) and all(each and all(map(_LOOPBACK.match, each)) for each in asked)


def is_made_without_tls(module: Module, line: int) -> bool:
    """Tell whether an object that is not to check certificates was made for an address without TLS."""
    made = [each for owner in _owners(module, line) for each in _made(module, owner) if isinstance(each, ast.Call)]
    addresses = [
        text
        for call in made
        for given in (*call.args[:1], *(word.value for word in call.keywords if _OF_A_SERVER.match(word.arg or "")))
        for text in _beginnings(module, given)
    ]
    return bool(addresses) and all(map(_PLAIN.match, addresses))


def _owners(module: Module, line: int) -> Iterator[ast.expr]:
    """Yield the objects of which a line sets a field or calls a method."""
    for node in module.nodes:
        match node:
            case ast.Assign(targets=[ast.Attribute(value=owner)]) if node.lineno == line:
                yield owner
            case ast.Call(func=ast.Attribute(value=owner)) if node.lineno == line:
                yield owner


def _made(module: Module, value: ast.expr) -> list[ast.expr]:
    return [*module.values_of(value), *module.set_on_object(value)]


def _beginnings(module: Module, value: ast.expr) -> Iterator[str]:
    """Yield with what the texts begin that an expression may be."""
    for each in _made(module, value):
        match each:
            case ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                yield text
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
                yield text
            case ast.BinOp(left=ast.Constant(value=str(text))):
                yield text


_SECRET: Final = re.compile(r"(?i)_?(?:api_?)?(?:key|token|secret|password)$")


def is_for_own_server(module: Module, line: int) -> bool:
    """Tell whether a key falls back for a server that is on the own machine where nobody names another one.

    ``getenv("DOCS_BASE_URL", "http://127.0.0.1:5000")`` beside ``getenv("DOCS_API_KEY", "sk-docs")``.
    """
    asked = {name: (node.lineno, given) for node, name, given in _environment(module)}
    keys = [_SECRET.sub("", name) for name, (at, _given) in asked.items() if at == line]
    return any(
        key
        and re.fullmatch(rf"{re.escape(key)}_?(?:\w+_)?(?:URL|HOST|ENDPOINT|BASE|URI)", name)
        and _LOOPBACK.match(given)
        for key in keys
        for name, (_at, given) in asked.items()
    )


def is_beside_its_secret(module: Module, line: int) -> bool:
    """Tell whether what falls back is the name of a key, and the secret that belongs to it falls back beside it."""
    asked = {name: node.lineno for node, name, _given in _environment(module)}
    return any(
        at == line and name.endswith("ACCESS_KEY") and name.replace("ACCESS_KEY", "SECRET_KEY") in asked
        for name, at in asked.items()
    )


def _environment(module: Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield what is read from the environment: the call, the name, and what it falls back to."""
    for call in module.calls:
        match call:
            case ast.Call(
                func=ast.Attribute() | ast.Name(),
                args=[ast.Constant(value=str(name)), ast.Constant(value=str(given))],
            ) if dotted(call.func) in {"os.getenv", "os.environ.get", "getenv", "environ.get"}:
                yield call, name, given


_SHOWS: Final = re.compile(r"^(?:print|rprint|(?:click|typer)\.(?:echo|secho)|(?:\w+\.)?console\.print)$")
_COMMAND: Final = re.compile(r"(?:^|\.)(?:command|group|callback)$")


def shows_to_its_user(module: Module, line: int) -> bool:
    """Tell whether a line prints something in a function that a person runs as a command, and that is no server."""
    shown = [call for call in module.calls_at(line) if _SHOWS.match(dotted(call.func))]
    around = list(module.functions_around(shown[0])) if shown else []
    handed = {
        last_name(word.value)
        for call in module.calls
        if last_name(call.func) == "set_defaults"
        for word in call.keywords
        if word.arg in {"func", "handler", "run"}
    }
    return any(
        each.name in handed
        or any(
            _COMMAND.search(dotted(mark.func if isinstance(mark, ast.Call) else mark)) for mark in each.decorator_list
        )
        for each in around
    )


_HEAD: Final = r"github\.event\.pull_request\.head\.repo"
_OWN: Final = re.compile(
    rf"{_HEAD}\.full_name==github\.repository|github\.repository=={_HEAD}\.full_name|{_HEAD}\.fork==false|!{_HEAD}\.fork"
)


def runs_for_own_branches(source: Source, line: int) -> bool:
    """Tell whether a step is one of a job for branches of the repository itself; who may push there writes its code."""
    from auditor.formats.bounded_yaml import read_yaml  # noqa: PLC0415 - loads a parser that few trees need

    try:
        document, lines = read_yaml(Path(source.path), source.text)
    except ConfigError:
        return False
    jobs = document.get("jobs") if isinstance(document, dict) else None
    begun = [name for name in jobs if lines["jobs", name] <= line] if isinstance(jobs, dict) else []
    job = jobs[max(begun, key=lambda name: lines["jobs", name])] if isinstance(jobs, dict) and begun else None
    asked = job.get("if") if isinstance(job, dict) else None
    said = re.sub(r"\s+", "", asked if isinstance(asked, str) else "").removeprefix("${{").removesuffix("}}")
    return "||" not in said and any(map(_OWN.fullmatch, said.split("&&")))
