"""Pysa as a scanner: data flow over the whole program, for what crosses functions and files.

1. A flow inside one function is for the rules that see one function: they know its checks better.
2. A flow on which something that looks like a check was called is a hint to review, never a pass.
3. Its silence says nothing: not that there is no flow, only that it found none.
"""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.content import digest_of_files, rulesets
from auditor.errors import ToolError
from auditor.formats import pysa as pysa_format
from auditor.model.digest import digest_of
from auditor.stages.code import languages
from auditor.stages.code.constructors import with_constructors
from auditor.stages.code.dependencies import dependency_of, gives_back, is_depended_on, parameters
from auditor.stages.code.feeds import DEPENDS, Fed, entry_model, fed_routes, makers_of
from auditor.stages.code.origins import stored, uses_a_parameter
from auditor.stages.code.purpose import is_only_compiled
from auditor.stages.code.reading import Collector, Place, Problem, Reading, Seen
from auditor.stages.code.refine import Trust
from auditor.stages.code.roots import import_roots
from auditor.stages.code.severity import Ground
from auditor.stages.code.weight import is_of_sql_toolkit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.stages.code.refine import Module
    from auditor.stages.code.rules import Rule, RulePack
    from auditor.stages.code.scanners import Program
    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

TIME_LIMIT_S: Final = 900.0
_SOURCES: Final = re.compile(
    rb"@\s*[\w.]*\b(?:get|post|put|patch|delete|route|api_route|websocket|tool|call_tool|function_tool|kernel_function"
    rb"|ai_function|tool_plain|register_\w+|agent_tool|mcp_tool|skill|as_tool|api_view|expose)\b|\brequest\.|register_tool"
    rb"|from_function|FunctionTool|Tool\(|tools\s*=|openai|anthropic|litellm|ollama|class\s+\w*Tool|tool_calls|function_call"
)
_SINKS: Final = re.compile(
    rb"\bsubprocess\b|\bos\.(?:system|popen|exec|spawn|remove|unlink|rename|replace|listdir|open|walk|makedirs)|\bpty\."
    rb"|\b(?:eval|exec|compile|open|import_module|text|literal_column|render_template_string|from_string|Template|urlopen"
    rb"|urlretrieve|send_file|FileResponse|read_sql|unsafe_load|full_load|decode)\s*\(|\b(?:read|write)_(?:text|bytes)\("
    rb"|\.(?:unlink|rmdir|iterdir|execute|executemany|executescript|fetch)\(|\b(?:requests|httpx|aiohttp|urllib3|curl_cffi"
    rb"|feedparser|trafilatura|pickle|dill|cloudpickle|joblib|marshal|shelve|jsonpickle|shutil)\b"
)
"""A tree without any source or without any sink has nothing to follow."""
_REGISTRARS: Final = (
    b"register_tool_function", b"add_tool", b"register_function", b"function_tool", b"FunctionTool", b"from_function",
    b"from_defaults",
)  # fmt: skip
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
_NAME_LIMIT: Final = 500
_NAME_LENGTH: Final = 80
"""Characters in front of a name that may say what it hangs on."""
_COMMON: Final = frozenset({"self", "None", "True", "False", "tool", "func", "function", "f", "fn"})
_SHELLS: Final = re.compile(r"os\.(?:system|popen)|getoutput|getstatusoutput|create_subprocess_shell|pty\.spawn")
_CODE_FLAGS: Final = frozenset({"-c", "-e", "--eval", "-lc", "-Command"})
_COMMAND: Final = "9001"
_EVALUATED: Final = "9002"
_ADDRESS: Final = "9004"
_PATH: Final = "9003"
_STATEMENT: Final = "9005"


class Pysa(Protocol):
    """What is needed of pysa; `auditor.tools.pysa.Pysa` fits."""

    def program(self) -> Program:
        """Return the verified program."""

    def analyse(
        self,
        root: Path,
        modules: tuple[Path, ...],
        *,
        models: tuple[Path, ...],
        stubs: Path,
        scratch: Path,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
    ) -> Output:
        """Return its outputs."""


class Output(Protocol):
    """The outputs of a run."""

    @property
    def type_errors(self) -> bytes:
        """Pyrefly's report."""

    @property
    def metadata(self) -> bytes:
        """What pysa says of its models."""

    @property
    def taint(self) -> bytes:
        """Issues and inferred models."""


@dataclass(frozen=True, slots=True)
class FlowScanner:
    """Pysa with our models.

    Attributes:
        tool: The program.
        switches: What is fixed in its configuration; part of the cache key.
        jobs: Its processes.
    """

    tool: Pysa
    switches: tuple[str, ...]
    jobs: int = max(1, os.cpu_count() or 2)
    name: str = "pysa"
    is_whole: bool = True

    def program(self) -> Program:
        """Return the verified program."""
        return self.tool.program()

    def rules_digest(self, pack: RulePack) -> str:
        """Return a digest of all that decides what it finds in a tree."""
        folder = rulesets() / "pysa"
        files = [file for file in folder.rglob("*") if file.is_file()]
        return digest_of(
            self.switches, digest_of_files(folder, files), [[r.test, r.id, r.capability] for r in pack.of(self.name)]
        )

    def takes(self, source: Source) -> bool:
        """Take Python; cells of notebooks are no program."""
        return source.language == languages.PYTHON and bool(source.text.strip())

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Follow the flows of a copy.

        Raises:
            ToolError: No usable report.
        """
        program = self.program()
        collected = Collector(f"{program.name} {program.version}")
        # what is not followed is known all the same: which functions are tools, and where its modules begin
        by_path = {f"tree/{source.path}": source for source in copy.beside}
        by_path |= {str(place.relative_to(copy.root)): source for place, source in copy.sources.items()}
        texts = [source.text for source in by_path.values() if self.takes(source)]
        if not (any(map(_SOURCES.search, texts)) and any(map(_SINKS.search, texts))):
            return collected.reading()
        for place, source in copy.sources.items():
            if self.takes(source) and (typed := _typed(source.text)) != source.text:
                place.write_bytes(typed)
        own = scratch / "models"
        own.mkdir()
        kept = kept_by_own_decorators(texts)
        fed = self._fed(collected, by_path)
        (own / "registered.pysa").write_text(registered_model(texts, kept) + entry_model(fed), encoding="ascii")
        folder = rulesets() / "pysa"
        modules = tuple(copy.root / "tree" / each for each in (*self._roots(copy), ""))
        for each in modules if copy.beside else ():
            each.mkdir(parents=True, exist_ok=True)
        output = self.tool.analyse(
            copy.root,
            modules,
            models=(folder / "models", own),
            stubs=folder / "stubs",
            scratch=scratch,
            jobs=self.jobs,
            timeout_s=TIME_LIMIT_S,
            on_beat=beat,
        )
        try:
            report = pysa_format.read(output.type_errors, output.metadata, output.taint)
        except ValueError as error:
            raise ToolError(reasons.UNREADABLE_REPORT, str(error), collected.tool) from error
        registered = _registered(by_path.values()) if report.flows else {}
        self._take(pack, report, by_path, collected, _Entries(kept, registered, makers_of(fed)))
        return collected.reading()

    def _fed(self, collected: Collector, by_path: Mapping[str, Source]) -> list[Fed]:
        """Return what dependencies feed; only files are parsed that ask for one, or define one that is asked for."""
        asking: list[Source] = []
        others: list[Source] = []
        for source in by_path.values():
            if self.takes(source):
                (asking if DEPENDS.search(source.text) else others).append(source)

        def parsed(sources: Iterable[Source]) -> Iterator[Module]:
            return (module for source in sources if (module := collected.module(source)) is not None)

        def defining(names: frozenset[str]) -> Iterator[Module]:
            defined = re.compile(
                rb"\b(?:def|class)\s+(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b"
            )
            return parsed(source for source in others if defined.search(source.text))

        return list(fed_routes(parsed(asking), defining))

    def _roots(self, copy: Copy) -> list[str]:
        below = copy.root / "tree"
        texts = {
            place.relative_to(below).as_posix(): source.text
            for place, source in copy.sources.items()
            if self.takes(source) and place.is_relative_to(below)
        } | {source.path: source.text for source in copy.beside if self.takes(source)}
        return import_roots(texts, frozenset(each.name for each in (rulesets() / "pysa" / "stubs").iterdir()))

    def _take(
        self,
        pack: RulePack,
        report: pysa_format.Report,
        by_path: dict[str, Source],
        collected: Collector,
        entries: _Entries,
    ) -> None:
        if report.broken_models:
            problem = Problem(topic=self.name, reason=reasons.BROKEN_RULE, detail=report.broken_models[0])
            collected.problem("", problem)
        for path, reason in report.unread:
            source = next((s for known, s in by_path.items() if path.endswith(known)), None)
            topic = f"{self.name}:{languages.PYTHON}"
            collected.problem(source.path if source else "", Problem(topic=topic, reason=reason, detail=""))
        rules = {rule.test: rule for rule in pack.of(self.name)}
        for flow in report.flows:
            source = by_path.get(flow.steps[-1].path)
            rule = rules.get(str(flow.code))
            if source is not None and rule is not None:
                _tell(collected, by_path, entries, flow, source, rule)


def _tell(
    collected: Collector,
    by_path: Mapping[str, Source],
    entries: _Entries,
    flow: pysa_format.Flow,
    source: Source,
    rule: Rule,
) -> None:
    """Take a flow over, unless something is known that speaks against it."""
    end = flow.steps[-1]
    module = collected.module(source)
    # see 1. above; of what enters by another file semgrep knows nothing
    around = module.enclosing(end.line) if module else None
    if flow.functions < 2 and not entries.reach(source.path, around):  # noqa: PLR2004
        return
    if module is not None and _ends_in_nothing(collected, by_path, module, rule.test, flow):
        return
    is_fed = flow.steps[0].path == end.path and entries.is_fed(around)
    if (not is_fed and _begins_nowhere(collected, by_path, flow)) or is_handed_something_else(
        collected, by_path, flow.steps, is_address=rule.test == _ADDRESS
    ):
        return
    way = _functions_on(collected, by_path, flow.steps)
    # what calls itself a check and opens the address itself is no check before that
    is_guarded = flow.is_guarded and not any(map(_GUARD.match, way))
    is_guarded = is_guarded or any(checks(collected, by_path.get(each.path), each.line, way) for each in flow.steps)
    is_guarded = is_guarded or made_by_a_check(collected, by_path, end.path, end.line)
    is_guarded = is_guarded or (is_fed and entries.is_refused(around))
    held = _held_by_object(module, end) if module else []
    is_guarded = is_guarded or any(checks(collected, source, each.lineno, way) for each in held)
    between = made_between(collected, by_path, flow.steps)
    is_another = any(_LOOKS_UP.match(name) or _refuses(collected, by_path, name, 0) for name in sorted(between))
    is_another = is_another or _is_of_looked_up(collected, by_path, flow.steps)
    # what was looked up under a value is another one, whatever pysa makes of the look-up
    is_short = module is None or len(flow.steps) < _STEPS_BETWEEN
    is_made = not is_another and (is_short or module is None or bool(held) or uses_a_parameter(module, end.line))
    # a model that is there to write statements is given nothing by them
    is_meant = rule.test == _STATEMENT and flow.source == _OF_TOOL and module and is_of_sql_toolkit(module, end.line)
    steps = tuple(
        Place(file=by_path[step.path].path, line=step.line, name=_short(step.name))
        for step in flow.steps
        if step.path in by_path
    )
    collected.match(
        source,
        rule.id,
        end.line,
        end.line,
        is_secret=False,
        severity="info" if is_guarded else "" if is_made and not is_meant else "low",
        confidence="low" if is_guarded else "medium",
        seen=Seen(ground=Ground.FLOW.value, steps=steps, origin=flow.source),
    )


def _held_by_object(module: Module, end: pysa_format.Step) -> list[ast.expr]:
    """Return what a field that a sink is given is made of, by methods: ``self.folder = ROOT / name``."""
    return [
        each
        for value in _handed_to_sink(module, end.line, end.name)
        for each in module.set_on_object(value)
        if module.parameters_in(each, is_address=False)[1] - {"self"}
    ]


def _ends_in_nothing(
    collected: Collector, by_path: Mapping[str, Source], module: Module, test: str, flow: pysa_format.Flow
) -> bool:
    """Tell whether what a flow ends in does no harm: a program that is named, a host that is, no path at all."""
    line = flow.steps[-1].line
    if test == _COMMAND and _starts_fixed_program(collected, by_path, flow):
        return True
    if test == _ADDRESS and (has_fixed_host(module, line) or module.address(line, line) is Trust.FIXED):
        return True
    if test == _PATH and reads_no_path(module, line):
        return True
    return _runs_nothing(test, module.tree, line, flow.sink)


_STEPS_BETWEEN: Final = 3
"""Steps of a flow that ends in another function than it begins in."""
_REPLY: Final = "ModelReply"
_OF_REQUEST: Final = "Request"
_OF_TOOL: Final = "ToolArgument"


def _begins_nowhere(collected: Collector, by_path: Mapping[str, Source], flow: pysa_format.Flow) -> bool:
    """Tell whether what pysa takes for the beginning of a flow gives nothing: no model asked, nothing of a caller."""
    first = flow.steps[0]
    source = by_path.get(first.path)
    if flow.source == _OF_REQUEST:
        return brings_nothing(collected, by_path, source, first.line)
    return flow.source == _REPLY and not is_asked(collected, source, first.line)


def brings_nothing(collected: Collector, by_path: Mapping[str, Source], source: Source | None, line: int) -> bool:
    """Tell whether all that a route is given is what the program itself answers for: ``config=Depends(get_config)``.

    A function that makes something of the request for it (``place=Depends(chosen)``) answers for nothing.
    """
    module = collected.module(source) if source else None
    function = module.enclosing(line) if module is not None else None
    if function is None:
        return False
    given = [each for each in parameters(function) if each.arg not in {"self", "cls"}]
    return bool(given) and all(
        is_depended_on(function, each)
        and not any(map(gives_back, _functions(collected, by_path, dependency_of(function, each))))
        for each in given
    )


def _functions(
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


_PATH_METHODS: Final = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "unlink", "rmdir"})
_PATH_CALL: Final = re.compile(
    rb"(?<![\w.)\]\"'])(?!(?:os|resources|self|cls|sftp|ftp|pathlib|Path)\.)"
    rb"((?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|\([\w.]+(?:\([\w.]+\))?(?:\s*/\s*[\w.\"']+)+\))"
    rb"\.(read_text|read_bytes|write_text|write_bytes|iterdir|unlink|rmdir)\("
)


def _with_opened_paths(text: bytes) -> bytes:
    """Return a text in which a path is opened where a method of it opens it; lines stay as they are.

    Of ``root / name`` pyrefly knows no type where ``name`` has none, and pysa then finds no sink in ``.read_bytes()``;
    what is given to ``open`` it finds whatever its type.
    """
    return _NAMED_PATH.sub(rb"open(\1).\2(", _PATH_CALL.sub(rb"open(\1).\2(", text))


def _typed(text: bytes) -> bytes:
    """Return a text of the same lines in which pysa sees what it has no types for."""
    return with_constructors(_with_given_values(_with_opened_paths(text)))


_NAMED_PATH: Final = re.compile(
    rb"(?<![\w.)\]\"'])((?:[A-Za-z_]\w*\.)*(?:\w+_)?(?:path|place|folder|filepath|filename|file_path|target|destination|dest))\.(open)\("
)
_GIVEN: Final = re.compile(rb"(?<![\w.])(?:self\.)?request\.(GET|POST|FILES|COOKIES|query_params|data)\b")
_OF_A_FRAMEWORK: Final = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+(?:django|rest_framework|ninja|starlette)\b")


def _with_given_values(text: bytes) -> bytes:
    """Return a text in which what a caller sends has a type: a view of Django is given a request that nobody declared.

    The import stands behind the last line, so that lines stay as they are.
    """
    if not _OF_A_FRAMEWORK.search(text) or not _GIVEN.search(text):
        return text
    named = _GIVEN.sub(rb"_auditor_given.\1", text)
    return named + (b"" if named.endswith(b"\n") else b"\n") + b"from auditor_given import given as _auditor_given\n"


_OF_A_PATH: Final = re.compile(r"(?i)path|\bstr\b|\bAny\b|\bobject\b|PurePosix")


def reads_no_path(module: Module, line: int) -> bool:
    """Tell whether what a line reads by ``.read_bytes()`` is a parameter declared as something else than a path.

    `_with_opened_paths` writes ``open(upload).read_bytes()`` for an upload, too: it has no file of ours behind it. Nor
    has what is held in memory: ``Image.open(BytesIO(data))``.
    """
    if _opens_bytes(module, line):
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
                and call.func.attr in _PATH_METHODS
                and isinstance(call.func.value, ast.Name)
                and not _OF_A_PATH.search(declared.get(call.func.value.id, "path"))
            ):
                return True
    return False


_HELD: Final = frozenset({"BytesIO", "StringIO", "read", "getvalue", "b64decode"})


def _opens_bytes(module: Module, line: int) -> bool:
    return any(
        isinstance(value, ast.Call) and _called(value) in _HELD
        for call in module.calls_at(line)
        if _called(call) in {"open", "send_file"} and call.args
        for value in module.values_of(call.args[0])
    )


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


@dataclass(frozen=True, slots=True)
class _Entries:
    """Functions that values enter of which their own file does not tell.

    Attributes:
        kept: Tools of the tree's own decorators.
        registered: Files that register a tool, by its name.
        makers: What feeds a route, by the route's name.
    """

    kept: frozenset[str]
    registered: Mapping[str, frozenset[str]]
    makers: Mapping[str, Sequence[ast.AST]]

    def reach(self, path: str, function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> bool:
        """Tell whether a function is a tool by another file, or a route that a dependency feeds."""
        if function is None:
            return False
        files = self.registered.get(function.name, frozenset())
        return function.name in self.kept or (bool(files) and path not in files) or self.is_fed(function)

    def is_fed(self, function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> bool:
        """Tell whether a dependency makes a parameter of a route of what a caller sends."""
        return function is not None and function.name in self.makers

    def is_refused(self, function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> bool:
        """Tell whether what feeds a route looks at what it was given, and gives up."""
        return function is not None and any(
            (isinstance(node, ast.If) and _refuses_text(node)) or (isinstance(node, ast.Call) and _is_guard(node))
            for maker in self.makers.get(function.name, ())
            for node in ast.walk(maker)
        )


def _registered(sources: Iterable[Source]) -> Mapping[str, frozenset[str]]:
    """Return which files register a function as a tool, by its name."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for word, _kinds_of_word in _handed_over(source.text):
            if word not in _COMMON:
                found[word].add(source.path)
    return {word: frozenset(paths) for word, paths in found.items()}


def _functions_on(
    collected: Collector, by_path: Mapping[str, Source], steps: Sequence[pysa_format.Step]
) -> frozenset[str]:
    """Return the names of the functions that a value passes behind the first."""
    modules = ((collected.module(by_path[step.path]), step.line) for step in steps[1:] if step.path in by_path)
    around = (module.enclosing(line) for module, line in modules if module is not None)
    return frozenset(function.name for function in around if function is not None)


_PROCESS_HOPS: Final = 6


def _starts_fixed_program(collected: Collector, by_path: Mapping[str, Source], flow: pysa_format.Flow) -> bool:
    """Tell whether the list that a process is started with begins with a program that the code names.

    ``execute(("du", "-sh", folder))`` and ``execute("du", "-sh", folder)`` run no text, wherever ``execute`` stands.
    """
    end = flow.steps[-1]
    module = collected.module(by_path[end.path]) if end.path in by_path else None
    call = next(iter(module.calls_at(end.line)[-1:]), None) if module else None
    if call is None or not call.args or _is_shell(call, flow.sink):
        return False
    values, line = [call.args[0]], end.line
    for hop in list(reversed(flow.steps[:-1]))[:_PROCESS_HOPS]:
        function = module.enclosing(line) if module else None
        before = collected.module(by_path[hop.path]) if hop.path in by_path else None
        if function is None or before is None:
            break
        words = {each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)}
        if function.args.vararg is not None and function.args.vararg.arg in words:
            return _begins_with_program(before, hop.line, function.name)
        names = {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        values = [value for name in sorted(words & names) for value in _handed_at(before, hop.line, function, name)]
        made = [each for value in values for each in before.values_of(value) if not isinstance(each, ast.Name)]
        lists = [each for value in made for each in _lists_of(collected, by_path, value)]
        if lists and all(map(_is_fixed_list, lists)):
            return True
        module, line = before, hop.line
    return False


def _is_shell(call: ast.Call, sink: str) -> bool:
    asked = (word for word in call.keywords if word.arg == "shell")
    return bool(_SHELLS.search(sink)) or any(getattr(word.value, "value", True) for word in asked)


def _begins_with_program(module: Module, line: int, name: str) -> bool:
    calls = [call for call in module.calls_at(line) if _called(call) == name]
    return bool(calls) and all(_is_fixed_list(ast.Tuple(call.args, ast.Load())) for call in calls)


def _lists_of(collected: Collector, by_path: Mapping[str, Source], value: ast.expr) -> list[ast.expr]:
    """Return the lists that a value may be: one that is written there, or what functions of its name give back."""
    if not isinstance(value, ast.Call):
        return [value]
    name = _called(value)
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
    return isinstance(value.elts[0], ast.Constant) and not _hands_over_code(value.elts)


def registered_model(texts: Iterable[bytes], kept: Iterable[str] = ()) -> str:
    """Return a model that makes sources of the arguments of all functions that are registered as tools anywhere.

    Args:
        texts: All files of the tree.
        kept: Functions that the tree's own decorators register.
    """
    names: dict[str, dict[str, None]] = {"functions": dict.fromkeys(kept), "methods": dict.fromkeys(kept)}
    for text in texts:
        for word, kinds in _handed_over(text):
            for kind in kinds:
                names[kind][word] = None
    good = {
        kind: [name for name in found if name.isascii() and name.isidentifier() and name not in _COMMON][:_NAME_LIMIT]
        for kind, found in names.items()
    }
    if not any(good.values()):
        return "# no function of this tree is registered as a tool\n"
    return "".join(
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


def _runs_nothing(test: str, tree: ast.Module, line: int, sink: str) -> bool:
    """Tell whether a line hands its text to no shell and no interpreter after all."""
    if test == _EVALUATED:
        return is_only_compiled(tree, line)
    return test == _COMMAND and not _runs_text(tree, line, sink)


def _runs_text(tree: ast.Module, line: int, sink: str) -> bool:
    """Tell whether a call runs its text by a shell or an interpreter; a list with a fixed program does not."""
    if _SHELLS.search(sink):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno) and node.args:
            first = node.args[0]
            if isinstance(first, (ast.List, ast.Tuple)) and first.elts:
                is_shell = any(word.arg == "shell" and getattr(word.value, "value", None) for word in node.keywords)
                is_named = isinstance(first.elts[0], (ast.Constant, ast.Attribute))
                return is_shell or _hands_over_code(first.elts) or not is_named
            return True
    return True


_INTERPRETERS: Final = re.compile(
    r"^(?:.*/)?(?:(?:ba|z|k|da|c|tc|fi)?sh|python[\d.]*|node|deno|bun|perl|ruby|php|Rscript|lua|cmd|powershell|pwsh|osascript|env|sudo"
    r"|su|docker|podman|kubectl|ssh|xargs|timeout|nohup|psql|sqlite3|mysql)(?:\.exe)?$"
)


def _hands_over_code(words: Sequence[ast.expr]) -> bool:
    """Tell whether a list hands an interpreter its code: ``bash -c``, ``python -c``; ``ping -c 1`` is none."""
    flags = {str(each.value) for each in words if isinstance(each, ast.Constant)} & _CODE_FLAGS
    first = words[0]
    return bool(flags) and not (isinstance(first, ast.Constant) and not _INTERPRETERS.match(str(first.value)))


_GUARD: Final = re.compile(
    r"(?i)^_?(?:(?:assert|ensure|check|validate|verify|require|guard|reject|refuse|forbid|prevent|enforce|confine|sanitiz|sanitis|secure)\w*"
    r"|is_\w*(?:inside|within|under|subpath|contained|in_or_equal)\w*|is_(?:safe|allowed|public|permitted|trusted|within|inside|relative_to|valid)\w*|\w*(?:allow_?list|whitelist|safe_join"
    r"|safe_path|secure_filename|commonpath)\w*|fullmatch|startswith|relative_to|quote|literal_eval|basename)$"
)


_OPEN_HOST: Final = re.compile(r"^(?:https?|[a-z][a-z0-9+.-]*:(?://[^/]*)?)$")


_NAMED_FORM: Final = re.compile(r"^(?:\w+\.)*_*[A-Z0-9_]*(?:NAME|ID|SLUG|IDENTIFIER)S?_?(?:RE|REGEX|PATTERN)?\.match$")
"""What a name or an identifier has to look like: ``SKILL_NAME_RE.match(name)``."""


def _is_guard(call: ast.Call) -> bool:
    """Tell whether a call looks like a check; that an address begins with a host that goes on is none.

    ``url.startswith("https://docs.corp.cn")`` holds of ``https://docs.corp.cn.evil.example`` and
    ``https://docs.corp.cn@evil.example``, and ``startswith("http")`` of every address: a scheme is no host, nor is
    ``file://`` a folder.
    """
    name = _called(call)
    if name == "startswith" and call.args:
        first = call.args[0]
        texts = first.elts if isinstance(first, ast.Tuple) else [first]
        if all(isinstance(each, ast.Constant) and _OPEN_HOST.match(str(each.value)) for each in texts):
            return False
    return bool(_GUARD.match(name) or _NAMED_FORM.match(ast.unparse(call.func)))


def checks(collected: Collector, source: Source | None, line: int, way: frozenset[str]) -> bool:
    """Tell whether the function around a line refuses something before it goes on; whether rightly, a person judges.

    Args:
        collected: Holds the parsed files.
        source: The file.
        line: From 1.
        way: Functions that the value passes further on, which are no checks of it.
    """
    module = collected.module(source) if source else None
    if module is None:
        return False
    function = module.enclosing(line)
    if function is None:
        return False
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.lineno <= line and _called(node) not in way:
            if _is_guard(node):
                return True
            # a helper of this file that checks what it gives back
            helper = module.function(node)
            if helper is not None and any(
                isinstance(inner, ast.Call) and _is_guard(inner) for inner in ast.walk(helper)
            ):
                return True
        if (
            isinstance(node, ast.If)
            and node.lineno <= line
            and isinstance(node.body[-1], (ast.Raise, ast.Return, ast.Continue, ast.Break))
        ):
            tests = [t for t in ast.walk(node.test) if isinstance(t, ast.Compare)]
            if any(isinstance(op, (ast.NotIn, ast.In)) for test in tests for op in test.ops):
                return True
    return False


_LOOKS_UP: Final = re.compile(
    r"^_?a?(?:get|find|fetch|select|query|resolve|lookup|load|search)_(?!\w*(?:path|dir|directory|url|uri|endpoint|host|domain|address|base|link|target|folder|name|location|json|data|body"
    r"|text|param\w*|argument|form|header|cookie|value|input|content)s?$)\w+$"
)
"""Functions by whose name what they give was found under what they are given."""
_REQUESTS: Final = frozenset({"request", "req", "self", "cls"})
_MADE_DEPTH: Final = 4


def made_between(
    collected: Collector, by_path: Mapping[str, Source], steps: Sequence[pysa_format.Step]
) -> frozenset[str]:
    """Return the functions that make what is handed on along a way of something that they are given themselves.

    Pysa goes through them without naming them: ``send(store.prepare(name))`` is a step to ``send``, and ``prepare`` may
    have refused the name, or looked something up under it.
    """
    found: set[str] = set()
    for hop in steps[:-1]:
        module = collected.module(by_path[hop.path]) if hop.path in by_path else None
        function = module.enclosing(hop.line) if module is not None else None
        if module is None or function is None:
            continue
        word = hop.name.rsplit(".", 1)[-1]
        for call in module.calls_at(hop.line):
            if _called(call) == word:
                given = [*call.args, *(each.value for each in call.keywords)]
                found |= {_called(each) for each in _calls_behind(function, given, hop.line) if _is_given(each)}
    return frozenset(found - {""})


def _is_of_looked_up(collected: Collector, by_path: Mapping[str, Source], steps: Sequence[pysa_format.Step]) -> bool:
    """Tell whether a way goes through a method that is given nothing, of an object that was looked up.

    ``for client in await store.list_clients(id): client.start()``: what the client holds was stored, under the id.
    """
    for hop in steps[:-1]:
        module = collected.module(by_path[hop.path]) if hop.path in by_path else None
        function = module.enclosing(hop.line) if module is not None else None
        for call in module.calls_at(hop.line) if module is not None and function is not None else ():
            is_hop = _called(call) == hop.name.rsplit(".", 1)[-1] and isinstance(call.func, ast.Attribute)
            if is_hop and function is not None and not call.args and not call.keywords:
                behind = _calls_behind(function, [call.func], hop.line)
                if any(_LISTS.match(_called(each)) and _is_given(each) for each in behind if each is not call):
                    return True
    return False


_LISTS: Final = re.compile(r"^_?a?(?:get|find|fetch|select|query|resolve|lookup|load|search|list)_\w+$")


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


_HELPERS_LIMIT: Final = 6
_HELPER_DEPTH: Final = 2


def made_by_a_check(collected: Collector, by_path: Mapping[str, Source], path: str, line: int) -> bool:
    """Tell whether what ends in the sink was made by a function, of any file, that refuses some values."""
    module = collected.module(by_path[path]) if path in by_path else None
    if module is None:
        return False
    made = {
        _called(call)
        for value in _handed_to_sink(module, line)
        for each in (*module.values_of(value), *module.set_on_object(value))
        for call in [each.value if isinstance(each, ast.Await) else each]
        if isinstance(call, ast.Call)
    }
    return any(_refuses(collected, by_path, name, 0) for name in sorted(made) if name)


def _refuses(collected: Collector, by_path: Mapping[str, Source], name: str, depth: int) -> bool:
    """Tell whether a function of this name raises on what a test finds in its value, itself or by its first helper."""
    for function in _functions(collected, by_path, name):
        if any(isinstance(node, ast.If) and _refuses_text(node) for node in ast.walk(function)):
            return True
        inner = {_called(node) for node in ast.walk(function) if isinstance(node, ast.Call)} - {name, ""}
        own = [each for each in sorted(inner) if each.startswith("_")]
        if depth + 1 < _HELPER_DEPTH and any(_refuses(collected, by_path, each, depth + 1) for each in own):
            return True
    return False


def _refuses_text(node: ast.If) -> bool:
    """Tell whether a condition looks into a text and raises: ``if "/" in name: raise``."""
    if not isinstance(node.body[-1], ast.Raise):
        return False
    for each in ast.walk(node.test):
        if isinstance(each, ast.Compare) and any(isinstance(op, (ast.In, ast.NotIn)) for op in each.ops):
            return True
        if isinstance(each, ast.Call) and _called(each) in {
            "commonpath",
            "startswith",
            "is_relative_to",
            "fullmatch",
            "match",
            "isidentifier",
        }:
            return True
    return False


_SINK_WORDS: Final = frozenset({"url", "fullurl", "path", "args", "sql", "source"})


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
    values = list(_handed_to_sink(module, end.line, end.name))
    for hop in reversed(steps[:-1]):
        function = module.enclosing(end.line)
        if function is None or not values:
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
        values = [value for name in sorted(wanted) for value in _handed_at(before, hop.line, function, name)]
        module, end = before, hop
    return False


def _opens_named_path(call: ast.Call) -> bool:
    """Tell whether a call is one that `_with_opened_paths` writes anew for its object's name: ``place.open("w")``."""
    return _NAMED_PATH.match(ast.unparse(call.func).encode() + b"(") is not None


_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def _handed_to_sink(module: Module, line: int, sink: str = "") -> Iterator[ast.expr]:
    """Yield what the call in a line gets that is the sink; the innermost call where none has its name."""
    calls = module.calls_at(line)
    word = next((part for part in reversed(sink.split(".")) if not part.startswith("__")), "")
    named = [call for call in calls if word and _called(call) == word]
    if word == "open" and not named:  # `_with_opened_paths` made it of a method of a path
        named = [call for call in calls if _called(call) in _PATH_METHODS]
    for call in named[:1] or calls[-1:]:
        is_method = sink.startswith("pathlib.") or _called(call) in _PATH_METHODS or _opens_named_path(call)
        if isinstance(call.func, ast.Attribute) and is_method:
            yield call.func.value
            continue
        given = [word.value for word in call.keywords if word.arg in _SINK_WORDS]
        is_second = len(call.args) > 1 and (
            _called(call) in {"request", "stream", "build_request"}
            or (_called(call) == "Request" and getattr(call.args[0], "value", "") in _METHODS)
        )
        yield from given or ([call.args[1]] if is_second else call.args[:1])


def _handed_at(
    module: Module, line: int, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str
) -> Iterator[ast.expr]:
    """Yield what the calls in a line give to a parameter of a function, called or handed over."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    for call in module.calls_at(line):
        given: list[ast.expr] | None = list(call.args) if _called(call) == function.name else None
        for number, value in enumerate(call.args):
            if given is None and str(getattr(value, "attr", getattr(value, "id", ""))) == function.name:
                given = call.args[number + 1 :]
        if given is None:
            continue
        yield from (word.value for word in call.keywords if word.arg == parameter)
        if parameter in names and names.index(parameter) < len(given):
            yield given[names.index(parameter)]


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else str(getattr(node.func, "id", ""))


_HOST: Final = re.compile(r"^https?://[^/{}\s]+/")
_BASE: Final = re.compile(r"(?i)(?:base|host|url|endpoint|server|api|origin|domain)")


def has_fixed_host(module: Module, line: int) -> bool:
    """Tell whether the address that a call in a line fetches begins with a host that no caller chooses."""
    for node in module.calls_at(line):
        given = [word.value for word in node.keywords if word.arg in {"url", "fullurl"}]
        for value in given or node.args[:2]:
            if any(map(_begins_fixed, module.values_of(value))):
                return True
    return False


def _begins_fixed(value: ast.expr) -> bool:
    match value:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return bool(_HOST.match(text))
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Attribute(attr=name)), _, *_]):
            return bool(_BASE.search(name))
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), _, *_]):
            return name.isupper() and bool(_BASE.search(name))
        case ast.BinOp(op=ast.Add(), left=left):
            return (isinstance(left, ast.Constant) and bool(_HOST.match(str(left.value)))) or (
                isinstance(left, ast.Attribute) and bool(_BASE.search(left.attr))
            )
    return False


def _short(name: str) -> str:
    return name.removeprefix("__unknown__.").removeprefix("builtins.")[:120]
