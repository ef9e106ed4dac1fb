"""What the whole program knows of a route: who is asked to log in before it, and what is written down of its changes.

A rule sees one file. The log-in often stands in another one: in a dependency of a dependency, in the router that
includes this router, in a middleware of the application; the audit record is often written by a service that the route
calls.

1. Names are resolved by their last part over all files of the tree; a name with many owners is nobody's.
2. What is found takes a match back, it never says that a route is safe: that a function refuses somebody is seen,
   whether it refuses the right ones is not.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.context import is_bundle
from auditor.stages.code.dependencies import functions_in, gives_back, made_for
from auditor.stages.code.markup import scripts_of
from auditor.stages.code.script_admin import is_for_administrators, is_signed
from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_modules import is_settings
from auditor.stages.code.script_routes import ScriptRoutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.stages.code.tree import Source

DEPTH_LIMIT: Final = 4
"""Calls from a route to the one that asks."""
OWNERS_LIMIT: Final = 6
"""Functions of one name; of more nobody can tell which one is meant."""
BODY_LIMIT_LINES: Final = 300
_VISITS_LIMIT: Final = 200
_DEFINITION: Final = re.compile(r"(?m)^([ \t]*)(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_ALIAS: Final = re.compile(
    r"(?m)^(\w+)(?:\s*:[^=\n]{1,80})?\s*=\s*((?:Annotated|Depends|Security|\w+\.Depends)[\[(][^\n]{0,400})"
)
_MAKES_ALIAS: Final = ("Annotated", "Depends", "Security")
_DEPENDS: Final = re.compile(r"(?:Depends|Security|Inject|Provide|FromDishka)\s*[(\[]\s*([\w.]+)")
_DECORATOR: Final = re.compile(r"(?m)^\s*@([\w.]+)")
_ANNOTATION: Final = re.compile(r":\s*([A-Z]\w+)")
_CALL: Final = re.compile(r"(?<![\w])([\w.]*\w)\s*\(")
_ASKS: Final = re.compile(
    r"(?i)current_?(?:active_?)?(?:user|admin|account|tenant)|login_?user|logged_?in|verified_?user|authenticat|authori[sz]"
    r"|\bauth_|_auth\b|\bjwt\b|bearer|access_?token|(?:verify|check|validate|decode)_?(?:token|session|signature|permission"
    r"|admin|role|user|auth|api_?key)|require_?(?:user|admin|role|login|permission|auth)|x[-_]api[-_]key|api_?key_?header"
    r"|session_?user|get_user\b|admin_user|principal|oauth2"
)
_REFUSES: Final = re.compile(
    r"(?i)\b401\b|\b403\b|unauthori[sz]ed|forbidden|permission_?denied|not_?authenticated"
    r"|raise\s+(?!\w*(?:config|setting|provider))\w*(?:auth|login|permission|token|credential|access)\w*|abort\(\s*40[13]"
)
_AUDITS: Final = re.compile(
    r"(?i)audit|oper(?:ation|ator)?_?log|oplog|activity_?log|action_?log|admin_?log|event_?log|log_?(?:event|operation"
    r"|action|activity|admin)\b|record_?(?:action|event|operation|activity|change)|security_?(?:log|event)|change_?log"
    r"|track_?(?:event|change)|(?:emit|publish)_?(?:\w+_)?event|log_entry|审计|操作日志"
)
_MIDDLEWARE: Final = (
    ((".add_middleware(",), re.compile(r"\.add_middleware\(\s*([\w.]+)")),
    (("Middleware(",), re.compile(r"\bMiddleware\(\s*([\w.]+)")),
    (("middlewares",), re.compile(r"\bmiddlewares\s*=\s*\[\s*([\w.]+)")),
    (("middlewares",), re.compile(r"\bmiddlewares\s*=\s*\[[^\]\n]*,\s*([\w.]+)\s*\]")),
    ((".middleware(", ".before_"),
     re.compile(r"@[\w.]+\.(?:middleware\([^)\n]*\)|before_request|before_app_request|before_websocket)\s*\n(?:\s*@[^\n]*\n)*"
                r"\s*(?:async\s+)?def\s+(\w+)")),
    ((".before_request(", ".middleware("),
     re.compile(r"\.(?:before_request|middleware\([^()\n]*\))\(\s*([\w.]+)\s*\)")),
)  # fmt: skip
"""Words of which one stands where a pattern fits, for the patterns are slow; what puts a middleware before its part."""
_INCLUDE: Final = re.compile(
    r"(?s)([\w.]+)\.(?:include_router|register_blueprint|mount)\(\s*([\w.]+)((?:[^()]|\([^()]*\))*)\)"
)
_ROUTER: Final = re.compile(
    r"(?m)^\s*(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:APIRouter|FastAPI|Router|Blueprint)\(((?:[^()]|\([^()]*\))*)\)"
)
_MAKES_ROUTER: Final = ("Router(", "FastAPI(", "Blueprint(")
_INCLUDES: Final = (".include_router(", ".register_blueprint(", ".mount(")
_IMPORT: Final = re.compile(r"(?m)^\s*from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n#]+)")
_ROUTE_LINE: Final = re.compile(r"\s*@[\w.]+\.(?:post|put|patch|delete|route|api_route|websocket)\(")
_ANY_ROUTE_LINE: Final = re.compile(r"\s*@[\w.]+\.(?:get|post|put|patch|delete|route|api_route|websocket)\(")
_COMMON: Final = frozenset(
    {
        "get", "set", "add", "append", "update", "pop", "items", "keys", "values", "str", "int", "len", "dict", "list",
        "print", "json", "format", "join", "split", "strip", "open", "read", "write", "close", "run", "create",
        "delete", "save", "commit", "execute", "query", "filter", "first", "all", "one", "info", "error", "warning",
        "debug", "post", "put", "patch", "route", "super", "isinstance", "Depends", "Security", "Query", "Body", "Form",
        "File", "Path", "Header", "HTTPException", "JSONResponse", "Response", "Request", "APIRouter", "Blueprint",
        "jsonify", "range", "enumerate", "sorted", "getattr", "hasattr", "setattr", "zip", "map", "any", "bool",
        "float", "type", "max", "min",
    }
)  # fmt: skip


_ROUTE_LINES: Final = 80
_CONSTANT: Final = re.compile(r"\s*([A-Z_][A-Z0-9_]*)\s*(?::[^=\n]+)?=(?!=)")
_BRINGS: Final = re.compile(r"\s*(?:from\s|import\s|[A-Z_][A-Z0-9_]*,\s*$|[\"'][A-Z0-9_]+[\"'],?\s*$|#)")
_COMPARES: Final = re.compile(r"\b(?:verify|check|compare|matches|is)_\w*\(|[!=]=")
_LOADER_LINES: Final = 4
_LOADER: Final = re.compile(r"\bLoader\s*=\s*(?:\w+\.)*(\w+)")
_BASES: Final = re.compile(r"\s*class\s+\w+\(([^)]*)\)")
_SAFE_LOADER: Final = re.compile(r"\b(?:C?SafeLoader|SafeConstructor|C?BaseLoader)\b")
_CONFINING_DEPTH: Final = 2
_CALLED_OR_GIVEN: Final = re.compile(r"\bto_thread\(\s*(?:\w+\.)*(\w+)|\b(\w+)\s*\(")
_REFUSES_PATH: Final = re.compile(
    r"is_relative_to\(|\.relative_to\(|commonpath\(|(?i:traversal|outside\s+(?:of\s+)?\w*\s*(?:root|folder|dir|workspace|base))"
    r"|safe_join\(|\bfullmatch\(|[\"']\.\.[\"']\s+in\b"
)
_CONFINES: Final = re.compile(
    r"(?s)(?:resolve\(|realpath\().*(?:is_relative_to\(|\.relative_to\(|commonpath\(|\.parents\b)"
)
_FLAG: Final = "trust_remote_code"
_TAKES_FLAG: Final = re.compile(r"\bdef\s+\w+\((?:[^()]|\([^()]*\))*\btrust_remote_code\b")
_GIVES_FLAG: Final = re.compile(
    r"(?:\bfrom_\w+|\bpipeline|\bload_\w+|\b(?:SentenceTransformer|CrossEncoder|HuggingFace|AutoModel|AutoTokenizer|Flag|Auto|TF)\w*|\b\w*(?:LLM|EngineArgs"
    r"|Embeddings?|Reranker|Tokenizer|Model|Processor|Config))\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\btrust_remote_code\s*="
)
"""A loader of models that is given the flag."""
_TABLES_FLAG: Final = re.compile(r"[\"']trust_remote_code[\"']\s*[:\]]")
_OF_MODELS: Final = re.compile(
    r"from_pretrained|SentenceTransformer|\bpipeline\(|model_kwargs|[tT]okenizer|transformers"
)
_ALSO_BY_GET: Final = re.compile(r"(?m)^\s*@[\w.]+\.(?:get|head)\(")
_TARGET: Final = re.compile(
    r"(?:RedirectResponse|redirect|HttpResponseRedirect)\(\s*(?:url\s*=\s*)?(?:\w+\.)*(\w+)\s*(\()?"
)
_LOOKS_AT_HOST: Final = re.compile(
    r"\bif\b[^\n]*(?:netloc|hostname|\.host\b|url_has_allowed_host|is_safe_url|startswith\(\s*[\"']/)"
)
_NAMED: Final = re.compile(r"(?m)^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)")


def _gives_flag(text: str) -> bool:
    """Tell whether a file hands the flag to a loader of models, by its name or in a table of options."""
    is_in_table = _TABLES_FLAG.search(text) is not None and _OF_MODELS.search(text) is not None
    return is_in_table or _GIVES_FLAG.search(text) is not None


_READS: Final = re.compile(
    r"^_?(?:search|query|list|get|fetch|find|retrieve|lookup|preview|count|describe|estimate|tokenize|detokenize|read|show|view|diff)"
    r"(?:_|$)"
)
_CHANGES: Final = re.compile(
    r"(?i)_?(?:create|update|delete|remove|insert|save|write|add|commit|set|upload|execute|exec|run|send|put|start|stop|install|cancel"
    r"|import|apply|invoke|generate|complete|chat|predict|patch|merge|upsert|append|pop|clear|reset|enqueue|submit|dispatch|spawn|eval"
    r"|open|download|crawl|scrape|ingest|index|train|load)(?:_|$|(?<=[a-z])(?=[A-Z]))"
)
_BODY: Final = re.compile(
    r"\s*class\s+\w+\((?:[^()]*\W)?(?:\w*Model|\w*Base|\w*Schema|TypedDict|\w*(?:Create|Update|Request|Payload|Public))\s*[,)]"
)
_ONLY_SENDS_ON: Final = re.compile(
    r"""(?s)\s*(?:[rR]?(?:\"{3}.*?\"{3}|'{3}.*?'{3})\s*)?return\s+(?:\w+\.)*(?:RedirectResponse|redirect)\((?:[^()]|\([^()]*\))*\)\s*$"""
)
"""A route that only tells where else to go; whoever goes there is asked there."""


@dataclass
class Project:
    """All files of a tree, asked about routes in them.

    Attributes:
        texts: The texts of Python by path.
        scripts: Those of TypeScript and JavaScript.
        flows: The same, asked about calls between them.
    """

    texts: dict[str, str] = field(default_factory=dict)
    scripts: ScriptRoutes = field(default_factory=ScriptRoutes)
    flows: ScriptFlows = field(default_factory=ScriptFlows)
    _owners: dict[str, list[tuple[str, int, int]]] | None = None
    _aliases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _answers: dict[tuple[str, str], bool] = field(default_factory=dict)
    _covering: dict[str, list[str]] = field(default_factory=dict)
    _routers: set[tuple[str, str]] | None = None
    _asking: dict[str, list[int]] = field(default_factory=dict)
    _has_own_flag: bool | None = None

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Project:
        """Return the project of some files."""
        python: dict[str, str] = {}
        scripts: dict[str, str] = {}
        settings: dict[str, str] = {}
        lines: dict[str, tuple[int, ...]] = {}
        for each in sources:
            if each.language == languages.PYTHON:
                python[each.path] = each.text.decode("utf-8", "replace")
            elif each.language in {languages.TYPESCRIPT, languages.JAVASCRIPT} and not is_bundle(each.path, each.text):
                scripts[each.path] = each.text.decode("utf-8", "replace")
            elif is_settings(each.path):
                settings[each.path] = each.text.decode("utf-8", "replace")
            elif each.language == languages.MARKUP and (found := scripts_of(each.text.decode("utf-8", "replace"))):
                scripts[each.path] = found.text
                lines[each.path] = found.lines
        flows = ScriptFlows(scripts, settings=settings, lines=lines)
        return cls(python, ScriptRoutes(flows), flows)

    def is_guarded(self, path: str, line: int, *, is_sure: bool = False) -> bool:
        """Tell whether something before a route refuses callers: a dependency, a router, a middleware of its part.

        Args:
            path: Of the file.
            line: Of the route.
            is_sure: A method of some object counts for nothing: its name alone does not say which one it is.
        """
        if path in self.scripts.texts:
            return self.scripts.is_guarded(path, line)
        route = self._route(path, line)
        if not route or self._does_nothing(path, line):
            return bool(route)
        demanded = (name for name in _demanded(route) if not self._is_body(name))
        if any(self._reaches(name, "log-in", 0, set()) for name in demanded):
            return True
        called = _called_plainly(_body(route)) if is_sure else _called(_body(route))
        if any(self._refuses(name, 0, set()) for name in called):
            return True
        if (path, _router_of(route)) in self._guarded_routers():
            return True
        return any(_is_near(place, path) for place in self._middleware("log-in"))

    def _is_body(self, name: str) -> bool:
        """Tell whether a name is a class of what a route is sent: that it refuses some values refuses no caller."""
        texts = list(self._definitions(name)) if name.isidentifier() else []
        return bool(texts) and all(map(_BODY.match, texts))

    def _does_nothing(self, path: str, line: int) -> bool:
        """Tell whether a route only says where else to go, or the same to everybody."""
        route = self._route(path, line)
        return bool(route) and (_ONLY_SENDS_ON.match(_body(route)) is not None or _says_the_same(route))

    def says_for_whom(self, path: str, line: int) -> bool:
        """Tell whether whoever calls a route of a script that asks nobody says for whom it works."""
        return path in self.scripts.texts and self.scripts.says_for_whom(path, line)

    def is_asked_beside(self, path: str, line: int) -> bool:
        """Tell whether another route of the same file asks who calls: then somebody meant this one to ask as well."""
        if path in self.scripts.texts:
            return self.scripts.is_asked_beside(path, line)
        if path not in self._asking:
            rows = self.texts.get(path, "").split("\n")
            routes = [number for number, row in enumerate(rows, 1) if _ANY_ROUTE_LINE.match(row)]
            # a route that does nothing needs nobody's log-in, and says nothing of the others
            self._asking[path] = [
                each
                for each in routes
                if not self._does_nothing(path, each) and self.is_guarded(path, each, is_sure=True)
            ]
        # who asks before another router of the file may stand where that one is included
        router = _router_of(self._route(path, line))
        return any(each != line and _router_of(self._route(path, each)) == router for each in self._asking[path])

    def is_uncalled(self, path: str, line: int) -> bool:
        """Tell whether nothing in the whole tree names the function that a line of Python stands in, but itself."""
        lines = self.texts.get(path, "").split("\n")
        indent = len(lines[line - 1]) - len(lines[line - 1].lstrip()) if 0 < line <= len(lines) else 0
        for number in range(min(line, len(lines)) - 1, -1, -1):
            found = _DEFINITION.match(lines[number])
            if found and len(found[1]) < indent and "class " not in lines[number]:
                if number and lines[number - 1].lstrip().startswith("@") and "staticmethod" not in lines[number - 1]:
                    return False  # whoever decorates it may call it
                named = re.compile(rf"(?<![\w]){re.escape(found[2])}(?!\w)")
                return sum(len(named.findall(text)) for text in self.texts.values()) == 1
        return False

    def redirects_inside(self, path: str, line: int) -> bool:
        """Tell whether the target of a redirect comes from a function, of any file, that looks at its host."""
        rows = self.texts.get(path, "").split("\n")
        row = rows[line - 1] if 0 < line <= len(rows) else ""
        name = _TARGET.search(row)
        if name is None:
            return False
        above = "\n".join(rows[max(0, line - _ROUTE_LINES) : line - 1])
        made = re.findall(rf"(?m)^\s*{re.escape(name[1])}\s*=\s*(?:await\s+)?(?:\w+\.)*(\w+)\(", above)
        made += [name[1]] if name[2] else []
        return bool(made) and any(_LOOKS_AT_HOST.search(text) for text in self._definitions(made[-1]))

    def is_path_checked(self, path: str, line: int) -> bool:
        """Tell whether a path comes from a function, of any file, that refuses those outside of its folder."""
        return any(self._confines(name, 0) for name in self._makers(path, line))

    def is_path_confined(self, path: str, line: int) -> bool:
        """Tell the same where there is no doubt: one function of that name, which resolves, compares and raises."""
        known = [texts for name in self._makers(path, line) if len(texts := list(self._definitions(name))) == 1]
        return any(_CONFINES.search(text) and re.search(r"\braise\b", text) for (text,) in known)

    def is_only_compared(self, path: str, line: int) -> bool:
        """Tell whether a constant that a line sets is only compared with, wherever the program names it."""
        rows = self.texts.get(path, "").split("\n")
        found = _CONSTANT.match(rows[line - 1]) if 0 < line <= len(rows) else None
        if found is None:
            return False
        named = re.compile(rf"(?<!\w){found[1]}(?!\w)")
        uses = [
            row
            for file, text in self.texts.items()
            if found[1] in text
            for number, row in enumerate(text.split("\n"), 1)
            if named.search(row) and (file, number) != (path, line) and not _BRINGS.match(row)
        ]
        return bool(uses) and all(map(_COMPARES.search, uses))

    def is_own_flag(self, _path: str, _line: int) -> bool:
        """Tell whether ``trust_remote_code`` is a parameter of the program's own that it hands to no loader of models.

        What it lets run then is what lies beside the program's own configuration.
        """
        if self._has_own_flag is None:
            texts = [text for text in self.texts.values() if _FLAG in text]
            self._has_own_flag = any(map(_TAKES_FLAG.search, texts)) and not any(map(_gives_flag, texts))
        return self._has_own_flag

    def loads_safely(self, path: str, line: int) -> bool:
        """Tell whether the loader that YAML is read with is a safe one by its class, of whichever file."""
        rows = self.texts.get(path, "").split("\n")
        found = _LOADER.search("\n".join(rows[max(0, line - 1) : line + _LOADER_LINES]))
        return found is not None and self._is_safe_loader(found[1], 0)

    def _is_safe_loader(self, name: str, depth: int) -> bool:
        bases = [_BASES.match(text) for text in self._definitions(name)]
        return bool(bases) and all(
            found is not None
            and (
                _SAFE_LOADER.search(found[1]) is not None
                or (
                    depth < _CONFINING_DEPTH
                    and any(
                        self._is_safe_loader(base, depth + 1) for base in re.findall(r"\w+", found[1]) if base != name
                    )
                )
            )
            for found in bases
        )

    def is_path_made_of_request(self, path: str, line: int) -> bool:
        """Tell whether a dependency, of any file, makes a path of what a caller sent, and refuses nothing."""
        return True in self._made_by_dependencies(path, line)

    def is_path_of_program(self, path: str, line: int) -> bool:
        """Tell whether dependencies make the path in a line of what the program holds, or refuse what leads out."""
        known = self._made_by_dependencies(path, line)
        return bool(known) and not any(known)

    def _made_by_dependencies(self, path: str, line: int) -> list[bool]:
        """Tell of each dependency that makes what a line uses, and whose function is known, if it is of a caller's."""
        text = self.texts.get(path, "")
        names = made_for(text, line) if "Depends(" in text else ()
        return [
            gives_back(function) and not ("raise " in text and _REFUSES_PATH.search(text))
            for name in names
            for text in self._definitions(name)
            for function in functions_in(text)
        ]

    def _makers(self, path: str, line: int) -> list[str]:
        """Return the functions that the values in a line come from, or that are called there."""
        rows = self.texts.get(path, "").split("\n")
        row = rows[line - 1] if 0 < line <= len(rows) else ""
        above = "\n".join(rows[max(0, line - _ROUTE_LINES) : line - 1])
        made: list[str] = []
        for name in dict.fromkeys(re.findall(r"\b[a-z_]\w*\b", row)):
            for found in re.finditer(rf"(?m)^\s*{re.escape(name)}\s*=\s*(?:await\s+)?([^\n]+)", above):
                made += [word for pair in _CALLED_OR_GIVEN.findall(found[1]) for word in pair if word]
        made += [word for pair in _CALLED_OR_GIVEN.findall(row) for word in pair if word]
        return [name for name in dict.fromkeys(made) if name not in _COMMON]

    def _confines(self, name: str, depth: int) -> bool:
        """Tell whether a function refuses a path or a name that leads out, itself or by what it calls."""
        for text in self._definitions(name):
            if _REFUSES_PATH.search(text) and "raise " in text:
                return True
            if depth < _CONFINING_DEPTH and any(
                self._confines(each, depth + 1) for each in _called(_body(text)) if each != name
            ):
                return True
        return False

    def only_reads(self, path: str, line: int) -> bool:
        """Tell whether a route, by its name or a second verb and by all that it calls, only looks something up."""
        route = self._route(path, line)
        names = _NAMED.findall(route)
        is_read = _ALSO_BY_GET.search(_head(route)) or (names and _READS.match(names[-1]))
        if not names or not is_read:
            return False
        called = {name.rsplit(".", 1)[-1] for name in _CALL.findall(_body(route))}
        return not any(map(_CHANGES.match, called))

    def is_told_above(self, path: str, line: int) -> bool:
        """Tell whether a line is one more decorator of the route above: one function, one finding."""
        rows = self.texts.get(path, "").split("\n")
        return 1 < line <= len(rows) and all(map(_ROUTE_LINE.match, rows[line - 2 : line]))

    def is_audited(self, path: str, line: int) -> bool:
        """Tell whether a route, what it calls, or a middleware of its part writes something like an audit record."""
        route = self._route(path, line)
        if not route:
            return False
        names = dict.fromkeys((*_demanded(route), *_called(route)))
        if any(self._reaches(name, "audit", 0, set()) for name in names):
            return True
        return any(_is_near(place, path) for place in self._middleware("audit"))

    def is_for_administrators(self, path: str, line: int) -> bool:
        """Tell whether only an administrator gets to the function that a line stands in."""
        script = self.flows.script(path) if path in self.scripts.texts else None
        if script is not None:
            return is_for_administrators(script, line)
        text = self.texts.get(path)
        if text is None:
            return False
        lines = text.split("\n")
        indent = 1_000
        for number in range(min(line, len(lines)) - 1, -1, -1):
            row = lines[number]
            found = _DEFINITION.match(row)
            if found and len(found[1]) < indent:
                indent = len(found[1])
                route = self._route(path, number + 1)
                if any(_ADMINISTRATOR.search(name) for name in _demanded(route)) or _ASKS_ROLE.search(_head(route)):
                    return True
                if indent == 0:
                    return False
        return False

    def is_signed(self, path: str, line: int) -> bool:
        """Tell whether only what a known service signed gets to a line of a script."""
        script = self.flows.script(path) if path in self.scripts.texts else None
        return script is not None and is_signed(script, line)

    def _route(self, path: str, line: int) -> str:
        """Return the decorators, head and body of the function that stands at or below a line."""
        text = self.texts.get(path)
        if text is None:
            return ""
        lines = text.split("\n")
        first = max(0, min(line, len(lines)) - 1)
        while first > 0 and (lines[first - 1].lstrip().startswith("@") or _is_inside_decorator(lines, first - 1)):
            first -= 1
        head = next((n for n in range(line - 1, min(len(lines), line + 60)) if _DEFINITION.match(lines[n])), None)
        if head is None:
            return ""
        return "\n".join((*lines[first:head], *_block(lines, head)))

    def _definitions(self, name: str) -> Iterator[str]:
        """Yield the text of each function or class of a name, if there are few."""
        if self._owners is None:
            self._owners = defaultdict(list)
            for path, text in self.texts.items():
                for found in _DEFINITION.finditer(text):
                    self._owners[found[2]].append((path, found.start(), len(found[1])))
                for found in _ALIAS.finditer(text) if _has_any(text, _MAKES_ALIAS) else ():
                    self._aliases[found[1]].append(found[2])
        yield from self._aliases.get(name, ())[:OWNERS_LIMIT]
        owners = self._owners.get(name, ())
        if len(owners) > OWNERS_LIMIT:
            return
        for path, start, _indent in owners:
            text = self.texts[path]
            lines = text[start : start + 40_000].split("\n")
            yield "\n".join(_block(lines, 0))

    def _reaches(self, name: str, what: str, depth: int, seen: set[str]) -> bool:
        """Tell whether a name, or what it demands or calls in its turn, asks who is there, or writes a record."""
        last = name.rsplit(".", 1)[-1]
        pattern = _ASKS if what == "log-in" else _AUDITS
        if pattern.search(last):
            return True
        if (last, what) in self._answers:
            return self._answers[last, what]
        if depth >= DEPTH_LIMIT or last in seen or last in _COMMON or len(seen) > _VISITS_LIMIT:
            return False
        seen.add(last)
        answer = False
        for text in self._definitions(last):
            if what == "log-in":
                head = _head(text)
                answer = bool(_ASKS.search(head) or _REFUSES.search(text)) or any(
                    self._reaches(each, what, depth + 1, seen) for each in _demanded(head)
                )
            else:
                answer = bool(_AUDITS.search(text)) or any(
                    self._reaches(each, what, depth + 1, seen) for each in _called(text)
                )
            if answer:
                break
        if depth == 0 or answer:
            self._answers[last, what] = answer
        return answer

    def _refuses(self, name: str, depth: int, seen: set[str]) -> bool:
        """Tell whether a function that a route calls refuses callers by a status or an error of log-in."""
        last = name.rsplit(".", 1)[-1]
        if depth > 1 or last in seen or last in _COMMON:
            return False
        seen.add(last)
        for text in self._definitions(last):
            if _REFUSES.search(text) and _ASKS.search(text):
                return True
            if depth == 0 and any(self._refuses(each, 1, seen) for each in _called(_body(text))):
                return True
        return False

    def _middleware(self, what: str) -> list[str]:
        """Return the files that put a middleware before their application which refuses, or which writes records."""
        if what not in self._covering:
            found: list[str] = []
            for path, text in self.texts.items():
                if "middleware" not in text and "before_" not in text and "Middleware" not in text:
                    continue
                names = {
                    match[1].rsplit(".", 1)[-1]
                    for words, pattern in _MIDDLEWARE
                    if _has_any(text, words)
                    for match in pattern.finditer(text)
                }
                if any(self._is_middleware(name, what) for name in names):
                    found.append(path)
            self._covering[what] = found
        return self._covering[what]

    def _is_middleware(self, name: str, what: str) -> bool:
        if what == "audit":
            return bool(_AUDITS.search(name)) or any(_AUDITS.search(text) for text in self._definitions(name))
        return any(_TURNS_AWAY.search(text) and _CALLER.search(text) for text in self._definitions(name))

    def _guarded_routers(self) -> set[tuple[str, str]]:
        """Return (file, variable) of the routers that a guarded router includes, or that are included with a guard."""
        if self._routers is None:
            self._routers = set()
            edges: list[tuple[tuple[str, str], tuple[str, str]]] = []
            for path, text in self.texts.items():
                # words are looked for first: the patterns begin anywhere, and are slow over what has none
                for found in _ROUTER.finditer(text) if _has_any(text, _MAKES_ROUTER) else ():
                    if self._has_guard(found[2]):
                        self._routers.add((path, found[1]))
                for found in _INCLUDE.finditer(text) if _has_any(text, _INCLUDES) else ():
                    child = self._resolved(path, text, found[2])
                    edges.append(((path, found[1].rsplit(".", 1)[-1]), child))
                    if self._has_guard(found[3]):
                        self._routers.add(child)
            for _round in range(DEPTH_LIMIT):
                self._routers |= {child for parent, child in edges if parent in self._routers}
        return self._routers

    def _has_guard(self, arguments: str) -> bool:
        if "dependencies" not in arguments:
            return False
        names = _DEPENDS.findall(arguments) or re.findall(r"dependencies\s*=\s*\[?\s*([\w.]+)", arguments)
        return any(self._reaches(name, "log-in", 0, set()) for name in names)

    def _resolved(self, path: str, text: str, name: str) -> tuple[str, str]:
        """Return file and variable of a router by the name it has in another file."""
        first, _, rest = name.partition(".")
        variable = rest.rsplit(".", 1)[-1] or first
        for found in _IMPORT.finditer(text):
            for part in found[2].strip("() \n").split(","):
                words = part.split()
                if not words or words[-1] != first:
                    continue
                tail = found[1].lstrip(".").replace(".", "/")
                if rest:  # from app.routers import users; users.router
                    tail = f"{tail}/{words[0]}".lstrip("/")
                else:
                    variable = words[0]
                place = self._file(tail)
                if place:
                    return place, variable
        return path, variable

    def _file(self, module: str) -> str:
        if not module:
            return ""
        ends = (f"{module}.py", f"{module}/__init__.py")
        fits = [path for path in self.texts if path.endswith(ends) and (path in ends or f"/{module}" in f"/{path}")]
        return min(fits, key=len, default="")


_TURNS_AWAY: Final = re.compile(
    r"(?i)\b401\b|unauthori[sz]ed|not_?authenticated|raise\s+\w*(?:auth|login|token|credential)\w*"
    r"|(?s:(?:!=|not\s+in|not\s+)\s*\(?\w*(?:token|key|secret|auth).*?\b403\b)|(?s:compare_digest.*?\b403\b)"
)
"""How a middleware turns away who brings nothing; one that only looks at those who bring something is no log-in."""
_ADMINISTRATOR: Final = re.compile(r"(?i)admin|superuser|super_user|staff_member|require_root|is_root")
_ASKS_ROLE: Final = re.compile(
    r"(?i)(?:=\s*(?:\w+\.)*|Depends\(\s*(?:\w+\.)*|Security\(\s*(?:\w+\.)*|@(?:\w+\.)*)\w*(?:user|role|auth|requires?|permission|login)\w*"
    r"\(\s*(?:\w*roles?\w*\s*=\s*)?\[?\s*[\"'](?:admin\w*|superuser|root)[\"']\s*\]?\s*\)"
)
"""A dependency or a decorator that asks for one role alone: ``user=get_user(role="admin")``."""
_CALLER: Final = re.compile(r"(?i)token|authori[sz]ation|session|cookie|api[-_]?key|\buser\b|credential|bearer")


def _says_the_same(route: str) -> bool:
    """Tell whether a route only answers everybody with the same words: ``return {"error": "not here"}``."""
    for function in functions_in(route):
        *before, last = function.body
        is_plain = all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in before)
        return is_plain and isinstance(last, ast.Return) and last.value is not None and _is_fixed(last.value)
    return False


def _is_fixed(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()  # a constant, as PEP 8 writes it
        case ast.Dict(keys=keys, values=values):
            return all(each is not None and _is_fixed(each) for each in (*keys, *values))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(map(_is_fixed, elements))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=given, keywords=words):
            return name in _ANSWERS and all(map(_is_fixed, (*given, *(word.value for word in words))))
    return False


_ANSWERS: Final = frozenset(
    {"jsonify", "JSONResponse", "Response", "PlainTextResponse", "HTMLResponse", "make_response"}
)


def _demanded(text: str) -> Iterator[str]:
    """Yield what has to be there before a function runs: dependencies, decorators, annotated aliases."""
    head = _head(text)
    yield from _DEPENDS.findall(head)
    for name in _DECORATOR.findall(text):
        if name.rsplit(".", 1)[-1] not in _COMMON:
            yield name
    yield from _ANNOTATION.findall(head)


def _called(text: str) -> Iterator[str]:
    found = dict.fromkeys(name.rsplit(".", 1)[-1] for name in _CALL.findall(text))
    yield from (name for name in found if name not in _COMMON)


def _called_plainly(text: str) -> Iterator[str]:
    """Yield what is called by its own name, or as a method of the object itself."""
    found = dict.fromkeys(name.rsplit(".", 1)[-1] for name in _CALL.findall(text) if _PLAIN_NAME.fullmatch(name))
    yield from (name for name in found if name not in _COMMON)


_PLAIN_NAME: Final = re.compile(r"(?:(?:self|cls)\.)?\w+")


def _head(text: str) -> str:
    """Return decorators and signature."""
    found = re.search(r"(?s)\A.*?\)\s*(?:->\s*[^\n]*)?:\s*(?:#[^\n]*)?\n", text)
    return found[0] if found else text[:2000]


def _body(text: str) -> str:
    return text[len(_head(text)) :]


def _router_of(route: str) -> str:
    """Return the variable of the router that a route is on."""
    found = re.search(r"(?m)^\s*@(\w+)\.\w+\(", route)
    return found[1] if found else ""


def _block(lines: list[str], head: int) -> list[str]:
    """Return a definition with all that is indented below it."""
    indent = len(lines[head]) - len(lines[head].lstrip())
    end = head + 1
    while end < len(lines) and end - head < BODY_LIMIT_LINES:
        line = lines[end]
        if line.strip() and len(line) - len(line.lstrip()) <= indent and line.lstrip()[0] not in ")]}#\"'":
            break
        end += 1
    return lines[head:end]


def _is_inside_decorator(lines: list[str], number: int) -> bool:
    """Tell whether a line goes on with a decorator that began above."""
    if not lines[number].strip() or lines[number][0] not in " )\t":
        return False
    for above in range(number - 1, max(-1, number - 15), -1):
        if lines[above].startswith("@"):
            return lines[above].count("(") > lines[above].count(")")
        if not lines[above].strip() or lines[above][0] not in " )\t":
            return False
    return False


def _has_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _is_near(place: str, path: str) -> bool:
    """Tell whether two files belong to one program: below the folder where the application is put together."""
    folder = place.rsplit("/", 1)[0] if "/" in place else ""
    if folder.rsplit("/", 1)[-1] in {"app", "api", "core", "server", "web", "http", "middleware", "middlewares", "src"}:
        folder = folder.rsplit("/", 1)[0] if "/" in folder else ""
    return not folder or path == place or path.startswith(f"{folder}/")
