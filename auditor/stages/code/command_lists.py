"""Lists that a process is started with: does what stands in them decide what runs?

``["du", "-sh", folder]`` runs ``du`` whatever the folder is called; ``["bash", "-c", text]`` and ``["sudo", name]`` run
what they are given.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_TURN: Final = frozenset({"create_subprocess_exec", "spawnl", "spawnlp", "execl", "execlp"})
"""Functions that take the words of a list one by one."""
_INTERPRETERS: Final = re.compile(
    r"^(?:.*/)?(?:(?:ba|z|k|da|c|tc|fi)?sh|python[\d.]*|node|deno|bun|perl|ruby|php|Rscript|lua|cmd|powershell|pwsh|osascript|env|sudo"
    r"|su|docker|podman|kubectl|ssh|xargs|timeout|nohup|psql|sqlite3|mysql)(?:\.exe)?$"
)
_CODE_FLAG: Final = re.compile(r"^(?:-[a-z]{0,4}c|-e|--eval|-Command)$")
_RUNNERS: Final = re.compile(
    r"^(?:.*/)?(?:sudo|doas|env|xargs|timeout|nohup|nice|ionice|setsid|stdbuf|chroot|nsenter|watch|time)$"
)
"""Programs that run the program which they are given the name of."""
_SSH: Final = re.compile(r"^(?:.*/)?ssh$")
_KUBECTL: Final = re.compile(r"^(?:.*/)?(?:kubectl|oc)$")
_NO_PROGRAM: Final = re.compile(r"^-|^[\w.]+=|^\d+(?:\.\d+)?[smhd]?$")
"""What may stand between such a program and the one it runs: options, settings, a time."""


_ELSEWHERE: Final = frozenset(
    {"to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "submit", "partial", "apply_async"}
)


def made_elsewhere(call: ast.Call) -> ast.Call:
    """Return the call that another makes, in a thread or later: ``Thread(target=run, args=(x,))`` is ``run(x)``."""
    words = {word.arg: word.value for word in call.keywords if word.arg}
    if (target := words.get("target")) is not None:
        given = words.get("args")
        args = given.elts if isinstance(given, (ast.Tuple, ast.List)) else []
        return ast.copy_location(ast.Call(func=target, args=args, keywords=[]), call)
    if last_name(call.func) in _ELSEWHERE:
        for number, each in enumerate(call.args):
            if isinstance(each, (ast.Name, ast.Attribute)):
                made = ast.Call(func=each, args=call.args[number + 1 :], keywords=call.keywords)
                return ast.copy_location(made, call)
    return call


def hands_over_code(words: Sequence[ast.expr]) -> bool:
    """Tell whether a list hands an interpreter its code, or another program what it is to run; ``ping -c 1`` does not.

    Args:
        words: At least one.
    """
    first, *others = words
    name = str(first.value) if isinstance(first, ast.Constant) else None
    flags = [each for each in words if isinstance(each, ast.Constant) and _CODE_FLAG.match(str(each.value))]
    if flags and (name is None or _INTERPRETERS.match(name)):
        return True
    return name is not None and runs_what_follows(name, others)


def runs_what_follows(name: str, words: Sequence[ast.expr]) -> bool:
    """Tell whether a program runs something among what follows its name that is not written there.

    Args:
        name: Of the program.
        words: What it is given.
    """
    if _SSH.match(name):
        # behind the host stands what the shell of the other machine is given
        behind = [each for each in words if not _is_option(each)][1:]
        return any(not isinstance(each, ast.Constant) for each in behind)
    if _KUBECTL.match(name):
        marks = [number for number, each in enumerate(words) if getattr(each, "value", None) == "--"]
        return bool(marks) and _is_chosen(words[marks[0] + 1 :])
    return bool(_RUNNERS.match(name)) and _is_chosen([each for each in words if not _is_option(each)])


def _is_option(word: ast.expr) -> bool:
    return isinstance(word, ast.Constant) and _NO_PROGRAM.match(str(word.value)) is not None


def _is_chosen(words: Sequence[ast.expr]) -> bool:
    """Tell whether the program at the beginning of some words is not written there, or runs what is not."""
    return bool(words) and (not isinstance(words[0], ast.Constant) or hands_over_code(words))
