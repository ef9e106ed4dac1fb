"""How far the data flow over the whole program sees: into no package that a program uses and that is not modelled.

A flow ends, unseen, where a value is handed to a package of which the engine knows nothing. Where one is there for
nothing but what a rule looks for, the rule did not see the program to its end, and says so (taint.md §6). So does one
by which something comes in from outside, a queue or a chat: what begins there is seen by no rule.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.stages.code.reading import Problem
from auditor.stages.code.roots import imported_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.stages.code.rules import Rule

_SHOWN: Final = 8
_KNOWN_TO_PATTERNS: Final = frozenset(
    {
        "PIL", "aiofiles", "aiohttp", "aiosqlite", "asyncpg", "cloudpickle", "curl_cffi", "cv2", "dill", "duckdb",
        "fastapi", "feedparser", "flask", "httpx", "jinja2", "joblib", "jsonpickle", "llama_index", "mako", "mcp",
        "pandas", "psycopg", "psycopg2", "pymysql", "quart", "requests", "sqlalchemy", "starlette", "trafilatura",
        "urllib3", "werkzeug", "yaml", "_io", "_pickle",
    }
)  # fmt: skip
"""Packages whose sinks the rules that see one function look for, beside those of Python itself."""


_UNKNOWN_TO_PATTERNS: Final = (
    # the address that all requests of a client begin with
    "Client.__init__",
    "ClientSession.__init__",
    # they run code between its words
    "pandas.DataFrame.query",
    "pandas.DataFrame.eval",
    "pandas.eval",
)


def is_left_to_patterns(sink: str) -> bool:
    """Tell whether a flow into a sink that stays in one function is for the rules that see one function.

    They know its checks better, where they look for the sink at all.
    """
    if sink.endswith(_UNKNOWN_TO_PATTERNS):
        return False
    package = sink.split(".", 1)[0]
    return "." not in sink or package in _KNOWN_TO_PATTERNS or package in sys.stdlib_module_names


def not_followed(rules: Iterable[Rule], texts: Mapping[str, bytes], roots: Sequence[str]) -> list[Problem]:
    """Return what each rule does not see of a program, by what its files import.

    Args:
        rules: Of the engine.
        texts: Each Python file of the program by its path.
        roots: Folders from which its files import; a module of its own is no package.
    """
    asked = list(rules)
    wanted = frozenset().union(*(rule.not_followed | rule.not_brought_in for rule in asked))
    importing: dict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for name in imported_in(text) & wanted:
            importing[name].append(path)
    for name in [name for name in importing if any(map(texts.__contains__, _own(name, roots)))]:
        del importing[name]
    problems = [
        Problem(
            topic=rule.id, reason=reasons.PACKAGES_NOT_FOLLOWED, detail=f"what is handed to {_told(found, importing)}"
        )
        for rule in asked
        if (found := sorted(rule.not_followed & importing.keys()))
    ]
    if brought := sorted(frozenset().union(*(rule.not_brought_in for rule in asked)) & importing.keys()):
        # what a rule looked for it looked for all the same: one beginning of many was not seen
        detail = f"what comes in by {_told(brought, importing)}"
        problems.append(Problem(topic=BEGINNINGS, reason=reasons.PACKAGES_NOT_FOLLOWED, detail=detail))
    return problems


BEGINNINGS: Final = "beginnings of flows"
"""The topic of gaps that cost no rule its verdict: it says which beginnings it does not see (`Rule.not_brought_in`)."""


def _own(name: str, roots: Sequence[str]) -> Iterator[str]:
    """Yield where a module of the program itself would stand."""
    for root in roots:
        yield f"{root}/{name}.py".lstrip("/")
        yield f"{root}/{name}/__init__.py".lstrip("/")


def _told(names: Sequence[str], importing: Mapping[str, Sequence[str]]) -> str:
    """Return packages with the first file that imports each."""
    told = [f"{name} ({min(importing[name])}{' …' if importing[name][1:] else ''})" for name in names[:_SHOWN]]
    return f"{', '.join(told)}{' …' if names[_SHOWN:] else ''}"
