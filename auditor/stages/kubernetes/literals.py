"""Secrets that stand in objects as they are: in variables and arguments of containers, and in ConfigMaps.

What is one is for `auditor.masking` to say: objects are masked before they become facts, so a mask is where one stood.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from auditor.masking import MASK
from auditor.stages.kubernetes.facts import LiteralSecret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.stages.kubernetes.facts import KubeObject

_ENCODER: Final = msgspec.msgpack.Encoder()
_DEPTH: Final = 24
_PROGRAMS: Final = (".sh", ".bash", ".py", ".js", ".lua", ".pl", ".rb")
# In a file, a value that ends its line or its quotes, or a password in an address: a command that fetches one does not.
_LINE: Final = re.compile(rf"(?m)^.*{re.escape(MASK)}(?:@.*|[\"',;}}\])\s]*)$")
_FOR_SHELL: Final = 400
"""Characters of a value that a finding shows, at most."""


def literals(each: KubeObject) -> Iterator[LiteralSecret]:
    """Yield the places of an object at which a secret is written out; a Secret is made for them and has none."""
    if each.kind == "Secret":
        return
    if each.kind == "ConfigMap":
        data = each.manifest.get("data")
        for key, value in data.items() if isinstance(data, dict) else ():
            is_program = key.lower().endswith(_PROGRAMS)  # names of commands and of files look like values there
            if isinstance(value, str) and not is_program and (line := _LINE.search(value)):
                yield _made(each, f"/data/{_escaped(key)}", f"data.{key}", line[0].strip())
        return
    if _may_hold_mask(each.manifest):
        for pointer, name, value in _of_containers(each.manifest, "", _DEPTH):
            yield _made(each, pointer, name, value)


def _may_hold_mask(manifest: Mapping[str, object]) -> bool:
    """Tell whether something may be masked in an object; in most nothing is, and looking at each text takes long."""
    try:
        return MASK.encode() in _ENCODER.encode(manifest)
    except (UnicodeEncodeError, OverflowError):
        return True


def _of_containers(value: object, pointer: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _of_containers(item, f"{pointer}/{index}", depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            at = f"{pointer}/{_escaped(str(key))}"
            if key == "env" and isinstance(item, list):
                yield from _of_variables(item, at)
            elif key in {"args", "command"} and isinstance(item, list):
                yield from _of_arguments(item, at)
            elif isinstance(item, dict | list):
                yield from _of_containers(item, at, depth - 1)


def _of_variables(listed: list[object], pointer: str) -> Iterator[tuple[str, str, str]]:
    for index, each in enumerate(listed):
        if isinstance(each, dict) and isinstance(value := each.get("value"), str) and MASK in value:
            yield f"{pointer}/{index}/value", str(each.get("name", "")), value


def _of_arguments(listed: list[object], pointer: str) -> Iterator[tuple[str, str, str]]:
    before = ""
    for index, word in enumerate(listed):
        if isinstance(word, str) and MASK in word:
            name = before if word == MASK and before.startswith("-") else word.partition("=")[0][:80]
            yield f"{pointer}/{index}", name if MASK not in name else f"argument {index}", _line(word)
        before = word if isinstance(word, str) else ""


def _line(text: str) -> str:
    """Return the first line of a text in which something is masked."""
    return next(line.strip() for line in text.splitlines() if MASK in line)


def _made(each: KubeObject, pointer: str, name: str, value: str) -> LiteralSecret:
    line, above = each.origin.line, pointer
    while above:
        if above in each.lines:
            line = each.lines[above]
            break
        above = above.rpartition("/")[0]
    origin = replace(each.origin, pointer=each.origin.pointer + pointer, line=line, end_line=line)
    return LiteralSecret(
        subject=each.subject, origin=origin, pointer=pointer, name=name, value=value[:_FOR_SHELL], kind=each.kind
    )


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
