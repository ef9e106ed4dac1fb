"""Pysa as a scanner: data flow over the whole program, for what crosses functions and files.

1. A flow inside one function is for the rules that see one function, where they know its end: they know its checks
   better.
2. A flow on which something that looks like a check was called is a hint to review, never a pass.
3. Its silence says nothing: not that there is no flow, only that it found none.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.content import digest_of_files, rulesets
from auditor.errors import ToolError
from auditor.formats import pysa as pysa_format
from auditor.model.digest import digest_of
from auditor.stages.code import languages
from auditor.stages.code.dependencies import parameters
from auditor.stages.code.feeds import DEPENDS, Fed, entry_model, fed_routes, makers_of
from auditor.stages.code.flow_ends import (
    ADDRESS,
    COMMAND,
    PATH,
    begins_nowhere,
    ends_in_nothing,
    handed_to_sink,
    is_handed_something_else,
)
from auditor.stages.code.flow_guards import (
    GUARD,
    checks,
    is_checked_on,
    is_guard,
    made_by_a_check,
    refuses_text,
)
from auditor.stages.code.flow_reach import is_left_to_patterns, not_followed
from auditor.stages.code.flow_typing import GIVEN, as_shown, with_own_modules
from auditor.stages.code.origins import PLUMBING
from auditor.stages.code.python_library import packed, unpack_named
from auditor.stages.code.reading import Collector, Place, Problem, Reading, Seen
from auditor.stages.code.registered import (
    is_handlers_method,
    kept_by_own_decorators,
    registered_in,
    registered_model,
)
from auditor.stages.code.roots import import_roots, importable, imported_in, renamed, strayed
from auditor.stages.code.scan import shortly
from auditor.stages.code.severity import Ground
from auditor.stages.code.ways import Ways
from auditor.stages.code.weight import is_of_sql_toolkit, takes_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.stages.code.ports import Cache
    from auditor.stages.code.refine import Module

    _Function = ast.FunctionDef | ast.AsyncFunctionDef
    from auditor.stages.code.rules import Rule, RulePack
    from auditor.stages.code.scanners import Program
    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

TIME_LIMIT_S: Final = 900.0
_SOURCES: Final = re.compile(
    rb"@\s*[\w.]*(?:get|post|put|patch|delete|head|options|route|websocket|function|register\w*|skill|api_view|expose)\b"
    rb"|\breq(?:uest)?\.|Handler\b|MethodView\b|\bResource\b|[Tt]ool|register_function|\bfrom_(?:function|defaults)\b|function_call|\b(?:zipfile|tarfile)\b"
    rb"|[\"']choices[\"']"
    rb"|\b(?:chat\.completions|completions|messages|responses)\.(?:create|parse)\(|\bgenerate_content"
    rb"|langchain|openai|anthropic|litellm|ollama|dashscope|zhipuai|groq|mistralai|cohere|genai|generativeai|bedrock"
    rb"|llm|language_model|model_client|(?<![a-z])chat_|\b(?:streamlit|discord|telegram|gradio)\b"
    rb"|\baiohttp(?:\.web\b|[ \t]+import\b[^\n]*\bweb\b)"
    rb"|(?:ask|call|query|submit|invoke|generate)_?(?:prompt|model|completion|chat|gpt)"
)
_SINKS: Final = re.compile(
    rb"\bsubprocess\b|\bcreate_subprocess_|\bpty\.|\bcode\.interact"
    rb"|\bos\.(?:system|popen|exec|spawn|posix_spawn|open|remove|unlink|rmdir|rename|replace|listdir|scandir|mkdir|makedirs"
    rb"|walk)|\b(?:eval|exec|compile|i?glob|open|import_module|spec_from_file_location|imread|text|literal_column|from_string"
    rb"|render_template_string|\w*Template|urlopen|urlretrieve|send_file|FileResponse|read_pickle|unsafe_load|full_load"
    rb"|StdioServerParameters|\w*Reader|\w*Loader|Document|Presentation|load_workbook)\s*\("
    rb"|\bread_(?:sql|csv|table|excel|parquet)|\b(?:read|write)_(?:text|bytes)\("
    rb"|\.(?:unlink|rmdir|mkdir|touch|rename|iterdir|execute|executemany|executescript|fetch|fetchrow|fetchval)\("
    rb"|\b(?:requests|httpx|aiohttp|urllib3|curl_cffi|feedparser|trafilatura|pickle|dill|cloudpickle|joblib|marshal"
    rb"|shelve|jsonpickle|shutil|duckdb|runpy|paramiko|asyncssh|pexpect|anyio|PythonREPL|asteval|numexpr|fsspec|playwright"
    rb"|websockets?|sse_client|streamable_?http_client|selenium|crawl4ai|newspaper|yt_dlp|httplib2|clone_from|neo4j"
    rb"|pandas|bigquery|clickhouse_(?:connect|driver)|ibm_db|peewee|playhouse|exec_driver_sql)\b"
    rb"|\b(?:base_url|openai_api_base)\s*="
)
"""A tree without any source or without any sink of the models has nothing to follow; a test holds both against them."""
_STATEMENT: Final = "9005"
_BUILTINS: Final = ("builtins.py", "builtins/__init__.py")


class Pysa(Protocol):
    """What is needed of pysa; `auditor.tools.pysa.Pysa` fits."""

    def program(self) -> Program:
        """Return the verified program."""

    def analyse(
        self,
        root: Path,
        modules: tuple[Path, ...],
        *,
        models: Callable[[], tuple[Path, ...]],
        stubs: Path,
        scratch: Path,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
        library: Path | None = None,
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

    @property
    def library(self) -> Mapping[str, bytes]:
        """Stubs of Python's own modules, by path."""


@dataclass(frozen=True, slots=True)
class FlowScanner:
    """Pysa with our models.

    Attributes:
        tool: The program.
        switches: What is fixed in its configuration; part of the cache key.
        kept: Where the stubs of Python's own modules are kept.
        jobs: Its processes.
    """

    tool: Pysa
    switches: tuple[str, ...]
    kept: Cache
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
        found = self.program()
        collected = Collector(f"{found.name} {found.version}")
        folder = rulesets() / "pysa"
        texts = [source.text for source in (*copy.beside, *copy.sources.values()) if self.takes(source)]
        program = self._program(copy)
        packages = frozenset(each.name for each in (folder / "stubs").iterdir())
        searched, left_out = import_roots(program, packages)
        roots = [*searched, ""]
        if not self._is_to_follow(collected, texts, not_followed(pack.of(self.name), program, roots)):
            return collected.reading()
        astray = strayed(program, roots)
        names = importable({each for found in astray.values() for each in found.values()}, program, packages)
        copy = _with_names(copy, names)
        roots = [renamed(root, names) for root in roots]
        astray = {path: {name: renamed(each, names) for name, each in found.items()} for path, found in astray.items()}
        self._show(collected, copy, astray)
        if left_out:
            detail = f"folders in which modules are not looked for: {len(left_out)} ({shortly(left_out)})"
            topic = f"{self.name}:{languages.PYTHON}"
            collected.problem("", Problem(topic=topic, reason=reasons.PACKAGE_CLASH, detail=detail))
        # what is not followed is known all the same: which functions are tools, and where its modules begin
        by_path = {f"tree/{renamed(source.path, names)}": source for source in copy.beside}
        by_path |= {str(place.relative_to(copy.root)): source for place, source in copy.sources.items()}
        own = scratch / "models"
        own.mkdir()
        kept: frozenset[str] = frozenset()
        fed: list[Fed] = []

        def models() -> tuple[Path, ...]:
            nonlocal kept, fed
            kept = kept_by_own_decorators(texts)
            fed = self._fed(collected, by_path)
            (own / "registered.pysa").write_text(registered_model(texts, kept) + entry_model(fed), encoding="ascii")
            return folder / "models", own

        modules = tuple(copy.root / "tree" / each for each in roots)
        for each in modules if copy.beside else ():
            each.mkdir(parents=True, exist_ok=True)
        self._hide_builtins(collected, copy, modules)
        key = digest_of("stubs of Python's own modules", found.digest)
        library = self._library(key, copy, scratch) if copy.beside else None
        output = self.tool.analyse(
            copy.root,
            modules,
            models=models,
            stubs=folder / "stubs",
            scratch=scratch,
            jobs=self.jobs,
            timeout_s=TIME_LIMIT_S,
            on_beat=beat,
            library=library,
        )
        if output.library and not self.kept.get_many([key]):
            self.kept.put_many({key: packed(output.library)})
        try:
            report = pysa_format.read(output.type_errors, output.metadata, output.taint)
        except ValueError as error:
            raise ToolError(reasons.UNREADABLE_REPORT, str(error), collected.tool) from error
        if not _has_source(report.sources, texts):
            collected.problem("", self._nothing_to_follow(len(texts)))
        registered = registered_in(by_path.values()) if report.flows else {}
        self._take(pack, report, by_path, collected, _Entries(kept, registered, makers_of(fed)))
        return collected.reading()

    def _hide_builtins(self, collected: Collector, copy: Copy, modules: Iterable[Path]) -> None:
        """Take away what would stand for Python's own ``builtins``: pyre.bin ends with it. The file is not followed."""
        for place in (folder / name for folder in modules for name in _BUILTINS):
            source = copy.sources.get(place)
            if source is not None:
                place.unlink(missing_ok=True)
                detail = "has the name of Python's own module"
                topic = f"{self.name}:{languages.PYTHON}"
                collected.problem(source.path, Problem(topic=topic, reason=reasons.NOT_SCANNED, detail=detail))

    def _show(self, collected: Collector, copy: Copy, astray: Mapping[str, Mapping[str, str]]) -> None:
        """Write what pysa is to see of each file; name the imports that lead it to a module of another program."""
        lost: dict[str, None] = {}
        for place, source in copy.sources.items():
            if self.takes(source):
                shown, left = with_own_modules(as_shown(source.text), astray.get(source.path, {}))
                lost |= {f"{name} ({source.path})": None for name in sorted(left)}
                if shown != source.text:
                    place.write_bytes(shown)
        if lost:
            detail = f"imports that lead to a module of the same name in another folder: {shortly(list(lost))}"
            topic = f"{self.name}:{languages.PYTHON}"
            collected.problem("", Problem(topic=topic, reason=reasons.PACKAGE_CLASH, detail=detail))

    def _is_to_follow(self, collected: Collector, texts: Sequence[bytes], beyond: Collection[Problem]) -> bool:
        """Tell whether a program has something to follow; say what of it is not followed in any case."""
        for problem in beyond:
            collected.problem("", problem)
        has_sources, has_sinks = any(map(_SOURCES.search, texts)), any(map(_SINKS.search, texts))
        if not has_sources and (has_sinks or beyond):
            collected.problem("", self._nothing_to_follow(len(texts)))
        return has_sources and has_sinks

    def _nothing_to_follow(self, files: int) -> Problem:
        """Say that no value was followed: where nothing is seen to come in, silence proves nothing."""
        detail = (
            f"files of Python: {files}; "
            "known to the data flow in none: a request, an argument of a route or a tool, an answer of a model"
        )
        return Problem(topic=f"{self.name}:{languages.PYTHON}", reason=reasons.NOTHING_TO_FOLLOW, detail=detail)

    def _library(self, key: str, copy: Copy, scratch: Path) -> Path | None:
        """Return the stubs of Python's own modules that a few files need; None before a whole run brought them all."""
        data = self.kept.get_many([key]).get(key)
        texts = [source.text for source in copy.sources.values() if self.takes(source)]
        return unpack_named(data, texts, scratch / "library") if data else None

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

    def _program(self, copy: Copy) -> dict[str, bytes]:
        """Return the text of each module of a program by its path, those that are not followed anew included."""
        below = copy.root / "tree"
        return {
            place.relative_to(below).as_posix(): source.text
            for place, source in copy.sources.items()
            if self.takes(source) and place.is_relative_to(below)
        } | {source.path: source.text for source in copy.beside if self.takes(source)}

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
        ways = Ways(collected, by_path)
        earned: set[tuple[int, str, int]] = set()
        for flow in report.flows:
            end = flow.steps[-1]
            source, rule = by_path.get(end.path), rules.get(str(flow.code))
            place = flow.code, end.path, end.line
            # what is checked on one way to a place may not be on the next
            if place not in earned and source is not None and rule is not None:
                earned |= {place} if _tell(ways, entries, flow, source, rule) else set()


def _with_names(copy: Copy, names: Mapping[str, str]) -> Copy:
    """Give folders of a copy other names, see `importable`.

    Raises:
        OSError: The disk is full, or the folder cannot be written.
    """
    tree = copy.root / "tree"
    for folder in sorted(names, key=len, reverse=True):
        if (tree / folder).is_dir():
            (tree / folder).rename((tree / folder).with_name(names[folder]))
    sources = {
        tree / renamed(place.relative_to(tree).as_posix(), names) if place.is_relative_to(tree) else place: source
        for place, source in copy.sources.items()
    }
    return replace(copy, sources=sources)


def _tell(ways: Ways, entries: _Entries, flow: pysa_format.Flow, source: Source, rule: Rule) -> bool:
    """Take a flow over, unless something is known that speaks against it; tell whether nothing does."""
    collected, by_path = ways.collected, ways.by_path
    end = flow.steps[-1]
    module = collected.module(source)
    # see 1. above; of what enters by another file semgrep knows nothing
    around = module.enclosing(end.line) if module else None
    is_entered = entries.reach(source.path, around, flow.steps[0].enters) or (
        module is not None and is_handlers_method(module, around)
    )
    if flow.functions == 1 and not is_entered and _is_for_patterns(flow, rule):
        return False
    if module is not None and ends_in_nothing(collected, by_path, module, rule.test, flow):
        return False
    is_fed = flow.steps[0].path == end.path and entries.is_fed(around, flow.steps[0].enters)
    if (not is_fed and begins_nowhere(collected, by_path, flow)) or is_handed_something_else(
        collected, by_path, flow.steps, is_address=rule.test == ADDRESS
    ):
        return False
    way = _functions_on(collected, by_path, flow.steps)
    # what calls itself a check and opens the address itself is no check before that
    is_guarded = flow.is_guarded and not any(map(GUARD.match, way))
    is_guarded = is_guarded or is_checked_on(collected, by_path, flow.steps, way, is_path=rule.test == PATH)
    is_guarded = is_guarded or made_by_a_check(collected, by_path, end.path, end.line)
    is_guarded = is_guarded or (is_fed and entries.is_refused(around, flow.steps[0].enters))
    held = _held_by_object(module, end) if module else []
    is_guarded = is_guarded or any(module is not None and checks(module, each.lineno, way, [each]) for each in held)
    # pysa says that a value is tainted; what it is by the end is read again
    is_kept = ways.keep(flow, is_address=rule.test == ADDRESS, is_path=rule.test == PATH)
    # a model that is there to write statements is given nothing by them
    is_meant = rule.test == _STATEMENT and flow.source == _OF_TOOL and _is_of_sql_tool(ways, flow, module)
    is_meant = is_meant or (rule.test == _STATEMENT and flow.source == _OF_REQUEST and _takes_statements(ways, flow))
    is_earned = is_kept and not is_guarded and not is_meant
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
        severity="info" if is_guarded else "" if is_earned else "low",
        confidence="low" if is_guarded else "medium",
        # what is not seen to be kept lends no severity to what a pattern found at the same place either
        seen=Seen(ground=(Ground.FLOW if is_earned else Ground.NONE).value, steps=steps, origin=flow.source),
    )
    return is_earned


def _is_for_patterns(flow: pysa_format.Flow, rule: Rule) -> bool:
    """Tell whether a flow inside one function is one that the rules that see one function look for.

    Not of a parameter that they take by its name for what the framework gives. Nor of a command: they know shells and
    interpreters, and no list that begins with what comes from outside, or with a program that runs others.
    """
    is_passed_over = any(map(PLUMBING.match, flow.steps[0].enters[:1]))
    return rule.test != COMMAND and not is_passed_over and is_left_to_patterns(flow.sink)


def _held_by_object(module: Module, end: pysa_format.Step) -> list[ast.expr]:
    """Return what a field that a sink is given is made of, by methods: ``self.folder = ROOT / name``."""
    return [
        each
        for value in handed_to_sink(module, end.line, end.name)
        for each in module.set_on_object(value)
        if module.parameters_in(each, is_address=False)[1] - {"self"}
    ]


def _has_source(sources: Collection[str], texts: Sequence[bytes]) -> bool:
    """Tell whether a program has a source: those of a stub are told of where nobody uses them."""
    if any(name.startswith(GIVEN) for name in sources):
        return True  # what it was shown to be given is read where it is written for it alone
    imported = frozenset[str]().union(*map(imported_in, texts))
    names = {
        re.escape(name.rsplit(".", 1)[-1].encode())
        for name in sources
        if (package := name.split(".", 1)[0]) in imported or package not in sys.stdlib_module_names
    }
    used = re.compile(rb"\b(?:" + b"|".join(sorted(names)) + rb")\b")
    return bool(names) and any(map(used.search, texts))


_OF_TOOL: Final = "ToolArgument"
_OF_REQUEST: Final = "Request"
_WHOLE: Final = re.compile(r"^(?:raw_)?(?:sql|cypher)(?:_?(?:query|statement|text|str(?:ing)?))?$")


def _is_of_sql_tool(ways: Ways, flow: pysa_format.Flow, module: Module | None) -> bool:
    """Tell whether a tool that is there to run a model's statements runs one, itself or by what it calls."""
    if module is not None and is_of_sql_toolkit(module, flow.steps[-1].line):
        return True
    first = flow.steps[0]
    begin = ways.collected.module(ways.by_path[first.path]) if first.path in ways.by_path else None
    return begin is not None and bool(first.enters) and takes_statement(begin, first.line, first.enters[0])


def _takes_statements(ways: Ways, flow: pysa_format.Flow) -> bool:
    """Tell whether a route is there to run whatever statement it is sent: it asks for one, and runs all of it as it is.

    Who may ask for that is another question; that the statement has no values beside it is none.
    """
    first, last = (
        ways.collected.module(ways.by_path[step.path]) if step.path in ways.by_path else None
        for step in (flow.steps[0], flow.steps[-1])
    )
    route = first.enclosing(flow.steps[0].line) if first is not None else None
    if last is None or route is None or not any(_WHOLE.match(each.arg) for each in parameters(route)):
        return False
    values = list(handed_to_sink(last, flow.steps[-1].line, flow.steps[-1].name))
    return bool(values) and all(
        isinstance(each, ast.Name) and all(isinstance(made, ast.Name | ast.Call) for made in last.values_of(each))
        for each in values
    )


@dataclass(frozen=True, slots=True)
class _Entries:
    """Functions that values enter of which their own file does not tell.

    Attributes:
        kept: Tools of the tree's own decorators.
        registered: Files that register a tool, by its name.
        makers: What feeds a route: the name of a parameter, and what makes it.
    """

    kept: frozenset[str]
    registered: Mapping[str, frozenset[str]]
    makers: Mapping[ast.AST, Sequence[tuple[str, ast.AST]]]

    def reach(self, path: str, function: _Function | None, begins: tuple[str, ...]) -> bool:
        """Tell whether a function is a tool by another file, or a route that a dependency feeds."""
        if function is None:
            return False
        files = self.registered.get(function.name, frozenset())
        return function.name in self.kept or (bool(files) and path not in files) or self.is_fed(function, begins)

    def is_fed(self, function: _Function | None, begins: tuple[str, ...]) -> bool:
        """Tell whether a dependency makes the parameter in which a value begins of what a caller sends."""
        return any(True for _maker in self._makers(function, begins))

    def is_refused(self, function: _Function | None, begins: tuple[str, ...]) -> bool:
        """Tell whether what makes the parameter in which a value begins looks at what it was given, and gives up."""
        return any(
            (isinstance(node, ast.If) and refuses_text(node)) or (isinstance(node, ast.Call) and is_guard(node))
            for maker in self._makers(function, begins)
            for node in ast.walk(maker)
        )

    def _makers(self, function: _Function | None, begins: tuple[str, ...]) -> Iterator[ast.AST]:
        made = self.makers.get(function, ()) if function is not None else ()
        return (maker for name, maker in made if name in begins[:1])


def _functions_on(
    collected: Collector, by_path: Mapping[str, Source], steps: Sequence[pysa_format.Step]
) -> frozenset[str]:
    """Return the names of the functions that a value passes behind the first."""
    modules = ((collected.module(by_path[step.path]), step.line) for step in steps[1:] if step.path in by_path)
    around = (module.enclosing(line) for module, line in modules if module is not None)
    return frozenset(function.name for function in around if function is not None)


def _short(name: str) -> str:
    return name.removeprefix("__unknown__.").removeprefix("builtins.")[:120]
