"""Python as pysa is shown it: of the same lines, with a type where it finds none."""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from auditor.stages.code.constructors import with_constructors
from auditor.stages.code.roots import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GIVEN: Final = "auditor_given."
"""With what the names begin of all that is written into a text here."""
PATH_METHODS: Final = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "unlink", "rmdir"})
_PART: Final = rb"(?:[\w.]+(?:\([\w., \"'/]{0,100}\))?|f?\"[^\"\n]{0,200}\"|f?'[^'\n]{0,200}')"
_PATH_CALL: Final = re.compile(
    rb"(?<![\w.)\]\"'])(?!(?:os|resources|self|cls|sftp|ftp|pathlib|Path)\.)"
    rb"((?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\(" + _PART + rb"(?:\s*/\s*" + _PART + rb")+\))"
    rb"(?:\.(?:resolve|absolute|expanduser|joinpath|with_suffix|with_name)\([^()\n]{0,200}\))*)"
    rb"\.(read_text|read_bytes|write_text|write_bytes|iterdir|unlink|rmdir)\("
)


def with_opened_paths(text: bytes) -> bytes:
    """Return a text in which a path is opened where a method of it opens it; lines stay as they are.

    Of ``root / name`` pyrefly knows no type where ``name`` has none, and pysa then finds no sink in ``.read_bytes()``;
    what is given to ``open`` it finds whatever its type.
    """
    return _NAMED_PATH.sub(rb"open(\1).\2(", _PATH_CALL.sub(rb"open(\1).\2(", text))


def as_shown(text: bytes) -> bytes:
    """Return a text of the same lines in which pysa sees what it has no types for."""
    return with_constructors(with_answers(with_given_values(with_opened_paths(text))))


_NAMED_PATH: Final = re.compile(
    rb"(?<![\w.)\]\"'])((?:[A-Za-z_]\w*\.)*(?:\w+_)?(?:path|place|folder|filepath|filename|file_path|target|destination|dest))\.(open)\("
)
_OF_DJANGO: Final = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+(?:django|rest_framework|ninja)\b")
_OF_A_VIEW: Final = re.compile(rb"(?<![\w.])(?:self\.)?request\.(body|headers)\b(?!\s*\()")
_VALIDATED: Final = re.compile(
    rb"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.(?:validated_data|initial_data)\b(?!\s*=[^=])"
)
"""What a serializer of Django REST framework was given, and looked at as its fields say."""
_GIVEN: Final = re.compile(rb"(?<![\w.])(?:self\.)?request\.(GET|POST|FILES|COOKIES|query_params|data)\b")
_OF_A_FRAMEWORK: Final = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+(?:django|rest_framework|ninja|starlette)\b")
_SENT: Final = re.compile(
    rb"(?<![\w.])(?:self\.)?(?:request|req)\.(args|arguments|body|body_arguments|bounded_stream|cookies|files|form|forms"
    rb"|get_argument|get_json|get_media|get_param|headers|json|json_body|match_info|media|params|path_params|post|query"
    rb"|query_arguments|query_params|read|rel_url|stream|text)\b([ \t]*\()?"
)
_ASKED_OF_HANDLER: Final = re.compile(rb"(?<![\w.])self\.get_(?:query_|body_)?arguments?[ \t]*\(")
_OF_ANOTHER_FRAMEWORK: Final = re.compile(
    rb"(?m)^[ \t]*(?:(?:from|import)[ \t]+(?:starlette|sanic|tornado|falcon|bottle|robyn|blacksheep|litestar|pyramid"
    rb"|webob|cherrypy)\b"
    rb"|from[ \t]+aiohttp[ \t]+import[^\n#]*\bweb\b|(?:from|import)[ \t]+aiohttp\.web\b)"
)
_OF_FASTAPI: Final = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+fastapi\b")
"""Its routes are sources by their parameters, and ``request`` is as often what a caller sent as a model of it."""


def with_given_values(text: bytes) -> bytes:
    """Return a text in which what a caller sends has a type: a view or handler is given a request that nobody declared.

    The import stands behind the last line, so that lines stay as they are.
    """
    named = _GIVEN.sub(rb"_auditor_given.\1", text) if _OF_A_FRAMEWORK.search(text) else text
    if _OF_DJANGO.search(text):
        named = _OF_A_VIEW.sub(rb"_auditor_given.\1", named)
    if b"rest_framework" in text:
        named = _VALIDATED.sub(b"_auditor_given.data", named)
    if _OF_ANOTHER_FRAMEWORK.search(text) and not _OF_FASTAPI.search(text):
        named = _ASKED_OF_HANDLER.sub(rb"_auditor_given.called(", _SENT.sub(_as_given, named))
    if named == text:
        return text
    return named + (b"" if named.endswith(b"\n") else b"\n") + b"from auditor_given import given as _auditor_given\n"


def _as_given(found: re.Match[bytes]) -> bytes:
    """Return ``_auditor_given.query`` for a field, and a method of its own for what is called."""
    return b"_auditor_given." + (b"called(" if found[2] else found[1])


_ANSWER: Final = re.compile(
    rb"(?<![\w.)\]])(?:[A-Za-z_][\w.]*\.(?:chat\.completions\.(?:create|parse)|(?:completions|messages|responses)\.create"
    rb"|generate_content(?:_async)?)"
    rb"|_?(?:llm|chat_llm|llm_client|llm_model|chat_model|chat_mdl|language_model|model_client|llm_chain|chat_client)"
    rb"\.a?(?:invoke|predict|generate|complete|chat))\("
)


_CHOSEN: Final = re.compile(
    rb"(?<![\w.)\]])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\(\))?(?:\[[\"']choices[\"']\]|\.get\([\"']choices[\"']\))\[0\](?!\s*=[^=])"
)
"""The first choice of an answer that was asked for by HTTP: ``response.json()["choices"][0]``."""


def with_answers(text: bytes) -> bytes:
    """Return a text in which a model is asked by a function that pysa knows, whatever its client is made of.

    The methods are those of OpenAI's, Anthropic's and Google's clients, and of a variable that is called a model; the
    import stands behind the last line, so that lines stay as they are.
    """
    asked = _CHOSEN.sub(b"_auditor_answer()", _ANSWER.sub(b"_auditor_answer(", text))
    if asked == text:
        return text
    return asked + (b"" if asked.endswith(b"\n") else b"\n") + b"from auditor_given import answer as _auditor_answer\n"


def with_own_modules(text: bytes, names: Mapping[str, str]) -> tuple[bytes, frozenset[str]]:
    """Return a text that imports modules by their path from the root of the tree, and those that it imports otherwise.

    Args:
        text: Of a file.
        names: The folder that each module lies in, with ``/`` between its parts.
    """
    left: set[str] = set()
    for name, folder in sorted(names.items()):
        parts = folder.split("/")
        if not all(map(is_name, parts)):
            left.add(name)
        elif name == ".":
            text = _RELATIVE.sub(partial(_from_root, parts), text)
        else:
            text, is_whole = _with_module(text, name, ".".join((*parts, name)))
            left |= set() if is_whole else {name}
    return text, frozenset(left)


_RELATIVE: Final = re.compile(rb"(?m)^([ \t]*from[ \t]+)(\.+)[ \t]*([\w.]*)(?=[ \t]+import\b)")


def _from_root(package: Sequence[str], found: re.Match[bytes]) -> bytes:
    """Return an import that is relative to a package as one from the root of the tree."""
    above = package[: len(package) + 1 - len(found[2])]
    return found[1] + b".".join((*(part.encode() for part in above), *filter(None, [found[3]]))) if above else found[0]


def _with_module(text: bytes, name: str, path: str) -> tuple[bytes, bool]:
    """Return a text that imports a module by its path, and whether it imports it in no other way."""
    word, whole = name.encode(), path.encode()
    text = re.sub(rb"(?m)^([ \t]*from[ \t]+)" + word + rb"(?=[.\s])", rb"\1" + whole, text)
    text = re.sub(rb"(?m)^([ \t]*import[ \t]+)" + word + rb"(?=[\w.]*[ \t]+as\b)", rb"\1" + whole, text)
    text = re.sub(
        rb"(?m)^([ \t]*import[ \t]+)" + word + rb"(?=[ \t]*(?:#|;|\r?$))", rb"\1" + whole + rb" as " + word, text
    )
    other = rb"(?m)^[ \t]*import[ \t]+(?:[^#\n]*,[ \t]*)?(?!" + whole + rb")" + word + rb"\b"
    return text, re.search(other, text) is None


def opens_named_path(call: ast.Call) -> bool:
    """Tell whether a call is one that `with_opened_paths` writes anew for its object's name: ``place.open("w")``."""
    return _NAMED_PATH.match(ast.unparse(call.func).encode() + b"(") is not None
