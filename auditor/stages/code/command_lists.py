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
    from collections.abc import Callable, Sequence

IN_TURN: Final = frozenset({"create_subprocess_exec", "spawnl", "spawnlp", "execl", "execlp"})
"""Functions that take the words of a list one by one."""
_INTERPRETERS: Final = re.compile(
    r"^(?:.*/)?(?:(?:ba|z|k|da|c|tc|fi)?sh|python[\d.]*|node|deno|bun|perl|ruby|php|Rscript|lua|cmd|powershell|pwsh|osascript|env|sudo"
    r"|su|docker|podman|kubectl|ssh|xargs|timeout|nohup|psql|sqlite3|mysql)(?:\.exe)?$"
)
_SCRIPTED: Final = re.compile(
    r"^(?:.*/)?(?:(?:ba|z|k|da|c|tc|fi)?sh|python[\d.]*|node|deno|bun|perl|ruby|php|Rscript|lua|powershell|pwsh|osascript)(?:\.exe)?$"
)
"""Programs whose first word behind the options is what they run: a script, or a module."""
_CODE_FLAG: Final = re.compile(r"^(?:-[a-z]{0,4}c|-e|--eval|-Command)$")
_OF_CONTAINERS: Final = re.compile(r"^(?:.*/)?(?:docker|podman|kubectl)$")
_CODE_FLAG_OF_MANY: Final = re.compile(r"^-[a-z]{0,4}c$")
"""``-e`` of these is a setting."""
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


def _is_no_constant(word: ast.expr) -> bool:
    return not isinstance(word, ast.Constant)


def hands_over_code(words: Sequence[ast.expr], *, is_chosen: Callable[[ast.expr], bool] = _is_no_constant) -> bool:
    """Tell whether a list hands an interpreter its code, or another program what it is to run; ``ping -c 1`` does not.

    Args:
        words: At least one.
        is_chosen: Tells whether a word holds what comes from outside.
    """
    first, *others = words
    name = str(first.value) if isinstance(first, ast.Constant) else None
    name = "python" if ast.unparse(first) == "sys.executable" else name
    if name is not None and _SCRIPTED.match(name) and any(map(is_chosen, _behind_options(others)[:1])):
        return True
    if name is None or _INTERPRETERS.match(name):
        flag = _CODE_FLAG_OF_MANY if name is not None and _OF_CONTAINERS.match(name) else _CODE_FLAG
        for number, each in enumerate(others):
            is_flag = isinstance(each, ast.Constant) and flag.match(str(each.value))
            if is_flag and any(map(is_chosen, others[number + 1 : number + 2])):
                return True
    return name is not None and _runs_what_follows(name, others, is_chosen)


def _runs_what_follows(name: str, words: Sequence[ast.expr], is_chosen: Callable[[ast.expr], bool]) -> bool:
    """Tell whether a program runs something among what follows its name that comes from outside."""
    if _SSH.match(name):
        # behind the host stands what the shell of the other machine is given
        return any(map(is_chosen, _behind_options(words)[1:]))
    if _KUBECTL.match(name):
        marks = [number for number, each in enumerate(words) if getattr(each, "value", None) == "--"]
        return bool(marks) and _runs(words[marks[0] + 1 :], is_chosen)
    return bool(_RUNNERS.match(name)) and _runs(_behind_options(words), is_chosen)


def _behind_options(words: Sequence[ast.expr]) -> list[ast.expr]:
    return [each for each in words if not _is_option(each)]


def _is_option(word: ast.expr) -> bool:
    return isinstance(word, ast.Constant) and _NO_PROGRAM.match(str(word.value)) is not None


def _runs(words: Sequence[ast.expr], is_chosen: Callable[[ast.expr], bool]) -> bool:
    """Tell whether the program at the beginning of some words comes from outside, or runs what does."""
    return bool(words) and (is_chosen(words[0]) or hands_over_code(words, is_chosen=is_chosen))
