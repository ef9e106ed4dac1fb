"""What the whole program knows of a route in TypeScript or JavaScript: who is asked to log in before it.

A rule sees one file; the log-in often stands where a router is mounted, in a middleware of the application, in Next's
``middleware.ts``, in a global guard of Nest, or in a function that the handler calls. Names are resolved by the imports
of a file, functions by their name over all files; a name with many owners is nobody's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from posixpath import dirname
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_tree import bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.stages.code.script_tree import Node, Script

_DEPTH_LIMIT: Final = 4
_OWNERS_LIMIT: Final = 6
_BODY_LIMIT: Final = 6_000
"""Characters of a function that are looked at."""
_ASKS: Final = re.compile(
    r"(?i)auth(?!or(?:s|Name|Id)?\b)\w*|(?:verify|check|validate)\w*(?:integrity|signature|hmac)|jwt|passport|guard|protect(?:ed|Route)?\b|permission|bearer|api_?key"
    r"|(?:get|require|check|verify|validate|assert|ensure|with|is|has|need|must)_?\w*(?:session|user|login|logged|admin|role"
    r"|token|owner|tenant)\b|keycloak|clerk|\bacl\b|rbac"
)
_REFUSES: Final = re.compile(r"(?i)\b40[13]\b|unauthori[sz]ed|forbidden|not_?authenticated|redirect\(")
_CREDENTIALS: Final = re.compile(
    r"(?i)token|authori[sz]ation|session|cookie|api[-_]?key|\buser\b|credential|bearer|jwt"
)
_ARGUMENTS: Final = r"((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)"
_MOUNT: Final = re.compile(r"[\w.]+\.(?:use|register)\(")
_IS_VALUE: Final = re.compile(r"(?:=|=>|\breturn)\s*\Z")
_BEFORE: Final = 40
_OPEN: Final = re.compile(
    r"(?i)\b(?:const|let|var)\s+\w*(?:white|allow|public|open|skip|exempt|unprotected|anonymous)\w*(?:url|path|route|endpoint)\w*"
    r"\s*(?::[^=\n]{1,100})?=\s*(?:new Set\()?\[([^\]]{1,8000})\]"
)
"""Addresses that a log-in before everything lets through."""
_FUNCTION: Final = re.compile(r"=>|\bfunction\b")
_LITERAL: Final = re.compile(r"""["'`](/[^"'`\n]*)["'`]""")
_ROUTE: Final = re.compile(r"""\.(?:post|put|patch|delete|del|all)\(\s*["'`]([^"'`\n:*]*)""")
_HOOK: Final = re.compile(rf"\.addHook\({_ARGUMENTS}\)")
_GLOBAL_GUARD: Final = re.compile(r"\bAPP_GUARD\b|\.useGlobalGuards\(")
_PATH: Final = re.compile(r"""^\s*["'`]([^"'`]*)["'`]\s*,""")
_EVERYWHERE: Final = re.compile(r"^(?:/|\*|/\*|/?\(\.\*\)|/api(?:/v\d+)?/?\*?|/v\d+/?\*?)$")
_INLINE: Final = re.compile(r"""require\(\s*["'](\.[^"'\n]+)["']\s*\)""")
_CALL: Final = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\s*\(")
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_DEFINITION: Final = re.compile(
    r"(?m)\bfunction\s*\*?\s+([A-Za-z_$][\w$]*)|\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=\n]{1,200})?=\s*"
    r"|^\s+(?:(?:public|private|protected|static|async)\s+)*([A-Za-z_$][\w$]*)\s*\([^)\n]*\)[^{;\n]{0,80}\{"
)
_MIDDLEWARE_FILE: Final = re.compile(r"(?:^|/)(?:src/)?(?:middleware|proxy)\.[cm]?[jt]s$")
_COMMON: Final = frozenset(
    {"if", "for", "while", "switch", "catch", "return", "json", "send", "status", "get", "set", "post", "put", "delete",
     "patch", "use", "create", "update", "map", "filter", "parse", "stringify", "String", "Number", "require", "async",
     "await", "function", "next", "then", "push", "end", "log", "error", "find", "save", "remove", "default", "export",
     "const", "method", "body", "query", "params", "headers", "Response", "Request"}
)  # fmt: skip
_OF_EACH_FILE: Final = frozenset(
    {"handler", "handle", "main", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
)
"""Names that many files have for something of their own."""


@dataclass
class ScriptRoutes:
    """All scripts of a tree, asked about routes in them.

    Attributes:
        flows: The same, asked about what they import.
    """

    flows: ScriptFlows = field(default_factory=ScriptFlows)
    _owners: dict[str, list[tuple[str, int]]] | None = None
    _guarded: set[str] | None = None
    _covering: list[str] = field(default_factory=list)
    _prefixes: dict[str, str] = field(default_factory=dict)
    _open: frozenset[str] = frozenset()

    @property
    def texts(self) -> Mapping[str, str]:
        """Their texts by path."""
        return self.flows.texts

    def is_guarded(self, path: str, line: int) -> bool:
        """Tell whether something before a route refuses callers."""
        text = self.texts.get(path)
        if text is None:
            return False
        if self._guarded is None:
            self._guarded = self._of_program()
        if path in self._guarded:
            return True
        if any(_is_below(place, path) for place in self._covering) and not self._is_let_through(path, line):
            return True
        return self._asks_itself(path, line)

    def _asks_itself(self, path: str, line: int) -> bool:
        """Tell whether a route names something that refuses callers: what it is built with, or what it calls."""
        builders = self._builders(path, line)
        if any(self._refuses_in(made) if made else _NAMES_LOG_IN.match(each) for each, made in builders):
            return True
        names = dict.fromkeys(_NAME.findall(_statement(self.texts[path], line)))
        return any(self._refuses(name, path if name in _OF_EACH_FILE else "") for name in names if name not in _COMMON)

    def is_asked_beside(self, path: str, line: int) -> bool:
        """Tell whether other routes of the file ask who calls, each for itself, so that this one was meant to ask, too.

        That a program asks somewhere says nothing: much of what it serves is meant for everybody, and what is mounted
        beside others without a log-in may ask in its own way.

        Args:
            path: File of a route that asks nobody.
            line: Its line, from 1.
        """
        text = self.texts.get(path)
        if text is None:
            return False
        if any(_SAYS_OPEN.match(each) for each, _made in self._builders(path, line)[:1]):
            return False  # somebody decided that everybody may call it
        head = _statement(text, line)[:_HEAD]
        if _FOR_EVERYBODY.search(head):
            return False
        others = {text.count("\n", 0, found.start()) + 1 for found in _ROUTE.finditer(text)} - {line}
        return any(self._asks_itself(path, each) for each in sorted(others)[:_OTHERS_LIMIT])

    def says_for_whom(self, path: str, line: int) -> bool:
        """Tell whether the caller of a route says for whom it works: ``deleteChats(userId)`` of a file of actions.

        Args:
            path: File of a route that asks nobody.
            line: Its line, from 1.
        """
        script = self.flows.script(path)
        function = _function_at(script, line) if script is not None else None
        if script is None or function is None or _FOR_EVERYBODY.search(_statement(self.texts[path], line)[:_HEAD]):
            return False
        named = (each for each in function.inside() if each.kind in _NAMES and _WHOSE.search(script.said(each)))
        asked = [each.get("object") or each for each, _number in zip(named, range(_WHOSE_LIMIT), strict=False)]
        return any(self.flows.way_to(path, (each.start, each.end), _LACKS).steps for each in asked)

    def _builders(self, path: str, line: int) -> list[tuple[str, str]]:
        """Return what a route is built with, and how that is made: ``asked.route(…)``, ``asked = open.use(logIn)``."""
        script = self.flows.script(path)
        node = _built_at(script, line) if script is not None else None
        found: list[tuple[str, str]] = []
        for _step in range(_DEPTH_LIMIT):
            root = _root_of(node) if node is not None else None
            if script is None or root is None:
                break
            known = script.definition(script.said(root), root)
            name = script.said(root)
            if known is not None and known.kind == "import":
                script, known = self.flows.imported(script, known) or (script, None)
            node = bare(known.node) if known is not None and known.kind == "value" and known.node is not None else None
            found.append((name, script.said(node)[:_BODY_LIMIT] if node is not None else ""))
        return found

    def _refuses_in(self, made: str) -> bool:
        """Tell whether what a builder is given refuses callers: ``open.use(logIn)``."""
        given = [name for part in _USED.findall(made) for name in _NAME.findall(part) if name not in _COMMON]
        return any(map(self._refuses, given))

    def _is_let_through(self, path: str, line: int) -> bool:
        """Tell whether a route lies below an address that the log-in of its program does not ask for."""
        prefix = self._prefixes.get(path, "")
        found = _ROUTE.search(_statement(self.texts[path], line))
        place = f"{prefix}/{(found[1] if found else '').strip('/')}".rstrip("/")
        return bool(prefix) and any(
            place.startswith(tail)
            for each in self._open
            if prefix in each
            for tail in [each[each.index(prefix) :].rstrip("/")]
        )

    def _of_program(self) -> set[str]:
        """Return the files whose routes are asked for where they are mounted; note what covers whole folders."""
        guarded: set[str] = set()
        edges: list[tuple[str, str]] = []
        self._open = self._let_through()
        for path, text in self.texts.items():
            if _GLOBAL_GUARD.search(text) or (_MIDDLEWARE_FILE.search(path) and _is_log_in(text)):
                self._covering.append(path)
            if ".addHook(" in text and any(_is_log_in(found[1]) for found in _HOOK.finditer(text)):
                self._covering.append(path)
            imports = self._imports(path) if ".use(" in text or ".register(" in text else {}
            for found in _mounts(text):
                arguments = _balanced(text[found.end() - 1 : found.end() + _BODY_LIMIT])[1:-1]
                mounted = self._mounted(path, arguments, imports)
                edges += [(path, file) for file in mounted]
                where = _PATH.match(arguments)
                self._prefixes |= dict.fromkeys(mounted, where[1].rstrip("/") if where else "")
                if not self._asks(arguments, mounted):
                    continue
                if mounted:
                    guarded |= mounted
                elif where is None or _EVERYWHERE.match(where[1]):
                    self._covering.append(path)
                    if not self._open:
                        guarded.add(path)
        for _round in range(_DEPTH_LIMIT):
            guarded |= {child for parent, child in edges if parent in guarded}
        return guarded

    def _let_through(self) -> frozenset[str]:
        """Return the addresses of lists that say what is open to everybody."""
        return frozenset(
            literal
            for text in self.texts.values()
            for found in _OPEN.finditer(text)
            for literal in _LITERAL.findall(found[1])
        )

    def _mounted(self, path: str, arguments: str, imports: Mapping[str, str]) -> set[str]:
        """Return the files with routes that ``use`` is given in a file."""
        if _FUNCTION.search(arguments):  # what a handler written in place uses is no router
            arguments = f"{_FUNCTION.split(arguments, maxsplit=1)[0]} {arguments.rpartition('}')[2]}"
        mounted = {imports[name] for name in _NAME.findall(arguments) if name in imports}
        mounted |= {file for name in _INLINE.findall(arguments) if (file := self.flows.modules.file(path, name))}
        return {file for file in mounted if _has_routes(self.texts[file])}

    def _asks(self, arguments: str, mounted: set[str]) -> bool:
        """Tell whether what is given to ``use`` asks who is there, apart from the routers that it mounts."""
        without = _PATH.sub("", arguments)
        if "=>" in without or "function" in without:
            return _is_log_in(without)
        own = [name for name in _NAME.findall(without) if name not in _COMMON]
        routers = {file.rsplit("/", 1)[-1].split(".", 1)[0] for file in mounted}
        return any(
            (bool(_ASKS.search(name)) and not name.lower().endswith(("router", "routes", "controller")))
            or self._refuses(name)
            for name in own
            if name not in routers
        )

    def _refuses(self, name: str, only: str = "") -> bool:
        """Tell whether a function of the tree, or of one file of it, refuses callers that bring nothing."""
        return any(_is_log_in(body) for body in self._bodies(name, only))

    def _bodies(self, name: str, only: str) -> Iterator[str]:
        if self._owners is None:
            self._owners = defaultdict(list)
            for path, text in self.texts.items():
                for found in _DEFINITION.finditer(text):
                    self._owners[found[1] or found[2] or found[3]].append((path, found.start()))
        owners = [each for each in self._owners.get(name, ()) if only in {"", each[0]}]
        if len(owners) > _OWNERS_LIMIT:
            return
        for path, start in owners:
            yield _balanced(self.texts[path][start : start + _BODY_LIMIT])

    def _imports(self, path: str) -> dict[str, str]:
        """Return the names that a file imports from others of the tree, and those files."""
        script = self.flows.script(path)
        taken = script.imports if script is not None else []
        return {name: file for name, each in taken if (file := self.flows.modules.file(path, each.module))}


def _mounts(text: str) -> Iterator[re.Match[str]]:
    """Yield where something is mounted; ``const asked = open.use(logIn)`` makes a builder, and mounts nothing."""
    for found in _MOUNT.finditer(text):
        if not _IS_VALUE.search(text, max(0, found.start() - _BEFORE), found.start()):
            yield found


def _built_at(script: Script, line: int) -> Node | None:
    """Return the call that a line begins, alone or as the value of a name."""
    start, _end = script.offsets(line, line)
    node: Node | None = script.at(start, start)
    while node is not None and node.start == start:
        if node.kind in {"pair", "variable_declarator", "public_field_definition"}:
            return node.get("value")
        if node.kind == "call_expression" and (node.parent is None or node.parent.start != start):
            return node
        node = node.parent
    return None


def _root_of(node: Node) -> Node | None:
    """Return the name that a chain of calls begins with."""
    for _step in range(_CHAIN_LIMIT):
        inner = node.get("function") or node.get("object")
        if inner is None:
            break
        node = bare(inner)
    return node if node.kind == "identifier" else None


def _function_at(script: Script, line: int) -> Node | None:
    """Return the function that a line declares, or hands over."""
    for each in script.functions:
        if script.line(each) >= line:
            statement = next((around for around in each.around() if around.kind in _STATEMENTS), each)
            return each if script.line(statement) == line or script.line(each) == line else None
    return None


_STATEMENTS: Final = frozenset({"export_statement", "expression_statement", "lexical_declaration", "class_declaration"})
_NAMES: Final = frozenset({"identifier", "member_expression", "shorthand_property_identifier"})
_WHOSE: Final = re.compile(r"(?i)(?:^|\.|_)(?:(?:user|owner|tenant|account|org(?:anization)?|customer)_?id)$")
_WHOSE_LIMIT: Final = 8
_LACKS: Final = "missing-authentication"
_CHAIN_LIMIT: Final = 60
_OTHERS_LIMIT: Final = 60
_HEAD: Final = 300
_FOR_EVERYBODY: Final = re.compile(
    r"(?i)log-?_?(?:in|out)|sign-?_?(?:in|up|out)|register|webhook|callback|public|health|oauth|forgot|reset|refresh|verif|share|embed|anonymous|guest|invite|subscribe|contact|waitlist|telemetry|track|csrf|captcha"
)
"""Words of routes that answer whoever has not logged in yet, or never will."""
_USED: Final = re.compile(r"\.(?:use|with|concat|unstable_pipe|pipe)\(([^()]{1,200})")
_NAMES_LOG_IN: Final = re.compile(
    r"(?i)^(?:protected|authed|authenticated|private|admin|member|owner)\w*(?:Procedure|Action|Route|Builder)$"
)
"""What a builder of another tree is called, of which nothing else is seen."""
_SAYS_OPEN: Final = re.compile(
    r"(?i)^\w*(?:public|open|anonymous|unauthenticated|guest|optionalUser)\w*(?:Procedure|Action|Route|Builder)?$"
)


def _is_log_in(text: str) -> bool:
    return bool(_REFUSES.search(text) and _CREDENTIALS.search(text)) or bool(
        re.search(
            r"(?i)jwtVerify|passport\.authenticate|getServerSession|withAuth|clerkMiddleware|authMiddleware", text
        )
    )


def _has_routes(text: str) -> bool:
    return bool(re.search(r"\.(?:get|post|put|patch|delete|route|use|all)\(", text))


def _statement(text: str, line: int) -> str:
    """Return the call that begins at a line (from 1), or the function."""
    start = 0
    for _number in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    return _balanced(text[start : start + _BODY_LIMIT])


def _balanced(text: str) -> str:
    """Return a text up to where the brackets that it opens are closed again and its line ends."""
    depth = 0
    opened = False
    for number, character in enumerate(text):
        if character in "({[":
            depth += 1
            opened = True
        elif character in ")}]":
            depth -= 1
            if depth < 0:
                return text[:number]
        elif character == "\n" and opened and depth == 0 and text[number - 1] not in ",=>(":
            return text[:number]
    return text


def _is_below(place: str, path: str) -> bool:
    """Tell whether a file belongs to the program that another one puts together."""
    folder = dirname(place)
    while folder.rsplit("/", 1)[-1] in {"src", "app", "server", "api", "lib", "core", "middleware", "middlewares"}:
        folder = dirname(folder)
    return not folder or path.startswith(f"{folder}/")
