"""What the text of an address that is put together names as its host."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SCHEME: Final = re.compile(r"^(?:\w+:)?(?://)?$")
_PERCENT: Final = re.compile(r"%(?:\((?P<word>\w+)\))?[sr]")
_BRACES: Final = re.compile(r"\{(?P<word>\w*)[^{}]*\}")


def behind_scheme(node: ast.AST) -> ast.expr | None:
    """Return what an address that is put together names as its host: ``"http://" + host``, ``"{}/v1".format(base)``.

    None where a text begins with more than a scheme, and where nothing constant stands in front.
    """
    match node:
        case ast.BinOp(op=ast.Add()):
            parts: list[ast.expr] = []
            waiting: list[ast.expr] = [node]
            while waiting:
                each = waiting.pop()
                if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add):
                    waiting += [each.right, each.left]
                else:
                    parts.append(each)
            text = ""
            for each in parts:
                if not isinstance(each, ast.Constant):
                    return each if text and _SCHEME.match(text) else None
                text += str(each.value)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text)), right=right):
            return _put_first(
                _PERCENT.search(text),
                text,
                right.elts if isinstance(right, ast.Tuple) else [right],
                _by_key(right),
            )
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=args, keywords=words
        ):
            return _put_first(_BRACES.search(text), text, args, {word.arg: word.value for word in words})
    return None


def _put_first(
    found: re.Match[str] | None, text: str, in_turn: Sequence[ast.expr], by_name: Mapping[object, ast.expr]
) -> ast.expr | None:
    """Return what is put into the first place of a text, if a scheme at most stands in front of it."""
    if found is None or not _SCHEME.match(text[: found.start()]):
        return None
    word = found["word"] or ""
    number = int(word) if word.isdecimal() else 0
    if word and not word.isdecimal():
        return by_name.get(word)
    return in_turn[number] if number < len(in_turn) and not isinstance(in_turn[number], ast.Starred) else None


def _by_key(node: ast.expr) -> dict[object, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
