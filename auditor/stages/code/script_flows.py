"""Whether what a request says gets to a function of another file, in TypeScript and JavaScript.

Semgrep follows values inside one function. A route that hands ``req.params.name`` to ``removeFile`` of another module
is safe by what either file shows alone. A rule matches functions whose own parameter reaches something dangerous; here
it is asked who calls them, through a few functions at most, and with what. Only a call that is seen keeps such a match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code.reading import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH_LIMIT: Final = 3
_CALLS_LIMIT: Final = 60
"""Places that call a function of one name; beyond them the name says nothing."""
_BODY_LIMIT: Final = 20_000
"""Characters of a function that are looked at."""
_REQUEST: Final = re.compile(
    r"\b(?:this\.)?(?:req|request|ctx|ctx\.request|c\.req)\s*[!?]?\.\s*(?:body|query|params|param|headers|json|formData|file)\b"
    r"|\breqBody\s*\(\s*(?:req|request)\b|\bsearchParams\.get\s*\("
    r"|\bctx\.request\s*\.\s*(?:body|query)\b|\bc\.req\s*\.\s*(?:query|param|json|parseBody)\b|\bJSON\.parse\(\s*(?:raw|data|message|msg|event\.data)\b"
)
_FROM_REQUEST: Final = re.compile(r"@(?:Body|Query|Param|Headers|UploadedFile|Req|Args|MessageBody)\s*\(")
"""How Nest and its like give a handler a part of a request: by a decorator of its parameter."""
_HANDLER: Final = re.compile(
    r"(?:\.(?:mutation|query|subscription|action|tool|registerTool|addTool)\(|\b(?:execute|func|handler)\s*:|\btool\()"
    r"(?:[^()]|\((?:[^()]|\([^()]*\))*\)){0,600}?\(?(?:async\s*)?\(\s*(\{[^{}()]{1,300}\}|[A-Za-z_$][\w$]*)\s*(?::[^()=]{1,200})?"
    r"(?:,[^()=]{0,100})?\)\s*(?::[^=\n]{1,80})?=>"
)
"""What a procedure of tRPC, a tool of MCP or of a model is given, by the parameter of the function that answers."""
_NOT_GIVEN: Final = frozenset({"ctx", "context", "extra", "signal", "abortSignal", "toolCallId", "messages", "runtime"})
_EACH: Final = re.compile(
    r"([\w$.()\[\],? ]{1,200}?)\.(?:map|forEach|flatMap|filter|find|some)\(\s*(?:async\s*)?\(?\s*([A-Za-z_$][\w$]*)"
    r"|\bfor\s*(?:await\s*)?\(\s*(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s+of\s+([^)\n]{1,200})\)"
)
"""One of many."""
_DECORATOR: Final = re.compile(r"\s*@\w+\s*\((?:[^()]|\([^()]*\))*\)")
"""What a request says, as Express, Koa, Fastify, Next and Hono hand it over."""
_HARMLESS: Final = re.compile(
    r"(?i)basename\s*\(|extname\s*\(|split\(\s*[\"']\.[\"']\s*\)\s*\.\s*(?:pop|at)\(|sanit|normali[sz]ePath|parseInt|Number\s*\(|encodeURIComponent|uuid|hash|"
    r"\bescape|slugify|validate|allowed|isValid|assert"
)
_FUNCTION: Final = re.compile(
    r"(?m)\bfunction\s*\*?\s+(?P<plain>[A-Za-z_$][\w$]*)\s*(?:<[^>\n]{0,80}>)?\s*\("
    r"|\b(?:const|let|var)\s+(?P<bound>[A-Za-z_$][\w$]*)\s*(?::[^=\n]{1,200})?=\s*(?:async\s*)?(?:function\s*\w*\s*)?\("
    r"|^[ \t]+(?:(?:public|private|protected|static|async)\s+)*(?P<method>[A-Za-z_$][\w$]*)\s*\("
    r"|(?P<key>[A-Za-z_$][\w$]*)\s*:\s*(?:async\s*)?(?:function\s*\w*\s*)?\("
)
_OPENS: Final = re.compile(
    r"\b((?:write|append|read|output)(?:File|Json|JSON)\w*|create(?:Read|Write)Stream|unlink(?:Sync)?|mkdir(?:Sync)?)\s*\("
)
_FETCHED_BELOW: Final = re.compile(r"\b(?:fetch|goto|got(?:\.\w+)?|axios(?:\.\w+)?)\s*\(\s*`\$\{([^{}`]*)\}(?=[^`\s])")
_NO_FUNCTION: Final = frozenset({"if", "for", "while", "switch", "catch", "return", "await", "constructor", "super"})
_LET: Final = re.compile(
    r"\b(?:const|let|var)\s+(\{[^}=]{1,400}\}|\[[^\]=]{1,200}\]|[A-Za-z_$][\w$]*)\s*(?::[^=\n]{1,200})?=\s*([^;\n]{1,400})"
)
_ANSWER: Final = re.compile(r"\s*await\s+(?!(?:req|request|ctx\.req|c\.req)\s*\.)")
"""What a function answers later is its own: a row, a path that it looked up."""
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_IMPORTED: Final = re.compile(r"\b(?:import|require)\b")


@dataclass(frozen=True, slots=True)
class _Function:
    path: str
    name: str
    parameters: tuple[str, ...]
    given: frozenset[str]
    start: int
    body: str
    body_start: int


@dataclass
class ScriptFlows:
    """All scripts of a tree, asked about calls between them.

    Attributes:
        texts: Their texts by path.
    """

    texts: dict[str, str] = field(default_factory=dict)
    _functions: dict[str, list[_Function]] = field(default_factory=dict)

    def is_reached(self, path: str, line: int, end_line: int) -> bool:
        """Tell whether a call with a part of a request gets to the function that some lines stand in."""
        return bool(self.way_to(path, line, end_line))

    def way_to(self, path: str, line: int, end_line: int) -> tuple[Place, ...]:
        """Return the calls by which a part of a request gets to some lines, those last; nothing where none does."""
        text = self.texts.get(path)
        if text is None:
            return ()
        start = _offset(text, line)
        function = self._around(path, start)
        if function is None:
            return ()
        rows = _opened("\n".join(text.split("\n")[line - 1 : end_line]), text)
        wanted = [
            number
            for number, parameter in enumerate(function.parameters)
            if _mentions(rows, _derived(function.body, {parameter}))
        ]
        for number in wanted:
            calls = self._given(function, number, 0, set())
            if calls:
                return (*calls, Place(file=path, line=line, name=function.name))
        return ()

    def _given(
        self, function: _Function, position: int, depth: int, seen: set[tuple[str, str, int]]
    ) -> tuple[Place, ...]:
        """Return the calls by which a request decides an argument of a function, the request first."""
        key = (function.path, function.name, position)
        if depth > _DEPTH_LIMIT or key in seen:
            return ()
        seen.add(key)
        for path, where, arguments in self._calls(function):
            argument = arguments[position] if position < len(arguments) else ""
            if not argument or _HARMLESS.search(argument):
                continue
            caller = self._around(path, where)
            body = (
                caller.body[: where - caller.body_start] if caller else self.texts[path][max(0, where - 3000) : where]
            )
            if _is_checked(body, argument):
                continue
            here = Place(file=path, line=self.texts[path].count("\n", 0, where) + 1, name=function.name)
            given = set(caller.given) if caller else set()
            if _REQUEST.search(argument) or _mentions(argument, _of_request(body, given)):
                return (here,)
            for number, parameter in enumerate(caller.parameters if caller else ()):
                is_handed_on = caller is not None and _mentions(argument, _derived(body, {parameter}))
                before = self._given(caller, number, depth + 1, seen) if caller and is_handed_on else ()
                if before:
                    return (*before, here)
        return ()

    def _calls(self, function: _Function) -> Iterator[tuple[str, int, list[str]]]:
        """Yield each place that calls a function by its name, with the texts of the arguments."""
        call = re.compile(rf"(?<![\w$]){re.escape(function.name)}\s*\(")
        count = 0
        for path, text in self.texts.items():
            if function.name not in text or (path != function.path and not _IMPORTED.search(text)):
                continue
            for found in call.finditer(text):
                before = text[max(0, found.start() - 12) : found.start()]
                if path == function.path and re.search(r"\bfunction\s*\*?\s*$", before):
                    continue
                count += 1
                if count > _CALLS_LIMIT:
                    return
                yield path, found.start(), _arguments(text, found.end())

    def _around(self, path: str, offset: int) -> _Function | None:
        """Return the innermost function with a name that a place stands in."""
        if path not in self._functions:
            self._functions[path] = list(_functions(path, self.texts[path]))
        around = [each for each in self._functions[path] if each.start <= offset < each.body_start + len(each.body)]
        return max(around, key=lambda each: each.start, default=None)


def _opened(rows: str, text: str) -> str:
    """Return what decides what some lines open or fetch.

    Of a call that writes, reads or removes its first argument, not what is written; of an address that is put together
    what it begins with, which is the host.

    A function of that name that the file takes from another one of the tree opens nothing: it is looked at there.
    """
    kept: list[str] = [found[1] for found in _FETCHED_BELOW.finditer(rows)]
    for found in _OPENS.finditer(rows):
        own = re.search(rf"import\s*(?:type\s*)?\{{[^}}]*\b{found[1]}\b[^}}]*\}}\s*from\s*[\"']\.", text)
        arguments = _arguments(rows, found.end())
        kept.append(
            "" if own and "." not in rows[max(0, found.start() - 1) : found.start()] else "".join(arguments[:1])
        )
    return "\n".join(kept) if kept else rows


def _functions(path: str, text: str) -> Iterator[_Function]:
    for found in _FUNCTION.finditer(text):
        name = found["plain"] or found["bound"] or found["method"] or found["key"]
        if name in _NO_FUNCTION:
            continue
        parameters = _arguments(text, found.end())
        after = found.end() + sum(len(each) + 1 for each in parameters) if parameters else found.end() + 1
        opened = re.compile(r"[^{};=\n]{0,200}(?:=>\s*)?\{").match(text, after)
        if opened is None:
            continue
        body = _block(text, opened.end())
        names = tuple(_named(each) for each in parameters)
        given = frozenset(
            word
            for parameter in parameters
            if _FROM_REQUEST.search(parameter)
            for word in _WORD.findall(_DECORATOR.sub("", parameter).split(":", 1)[0])
        )
        yield _Function(path, name, names, given, found.start(), body, opened.end())


def _named(parameter: str) -> str:
    """Return the name of a parameter; nothing where it is taken apart."""
    plain = re.sub(r"^\s*(?:(?:public|private|readonly)\s+)+", "", _DECORATOR.sub("", parameter))
    found = re.match(r"\s*(?:\.\.\.)?([A-Za-z_$][\w$]*)", plain)
    return found[1] if found else ""


def _arguments(text: str, start: int) -> list[str]:
    """Return what stands between the brackets that are open at a place, apart at the commas."""
    depth, last, found = 0, start, []
    quote = ""
    for number in range(start, min(len(text), start + _BODY_LIMIT)):
        character = text[number]
        if quote:
            if character == quote and text[number - 1] != "\\":
                quote = ""
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                found.append(text[last:number])
                return found if any(each.strip() for each in found) else []
            depth -= 1
        elif character == "," and depth == 0:
            found.append(text[last:number])
            last = number + 1
    return []


def _block(text: str, start: int) -> str:
    depth = 1
    for number in range(start, min(len(text), start + _BODY_LIMIT)):
        if text[number] == "{":
            depth += 1
        elif text[number] == "}":
            depth -= 1
            if depth == 0:
                return text[start:number]
    return text[start : start + _BODY_LIMIT]


def _given_to_handlers(body: str) -> set[str]:
    """Return the names of what the procedures and tools that begin in a text are given."""
    return {
        word.rpartition(":")[2].strip()
        for found in _HANDLER.finditer(body)
        for part in found[1].strip("{} ").split(",")
        if (word := part.split("=", 1)[0].strip()) and word.rpartition(":")[2].strip() not in _NOT_GIVEN
    }


def _with_each(body: str, names: set[str]) -> set[str]:
    """Return names and those of the single ones of them, where a text goes through them one by one."""
    for found in _EACH.finditer(body):
        if _mentions(found[1] or found[4] or "", names):
            names = names | {found[2] or found[3]}
    return names


def _derived(body: str, names: set[str]) -> set[str]:
    """Return names and those that are made of them."""
    names = _with_each(body, names - {""})
    for found in _LET.finditer(body):
        if _mentions(found[2], names) and not _HARMLESS.search(found[2]) and not _ANSWER.match(found[2]):
            names |= set(_WORD.findall(found[1]))
    return names


def _of_request(body: str, given: set[str]) -> set[str]:
    """Return the names that hold a part of a request, those among them that the framework gave."""
    names = _with_each(body, given | _given_to_handlers(body))
    for found in _LET.finditer(body):
        is_of_it = _REQUEST.search(found[2]) or _mentions(found[2], names)
        if is_of_it and not _HARMLESS.search(found[2]) and not _ANSWER.match(found[2]):
            names |= set(_WORD.findall(found[1]))
    return _with_each(body, names)


def _mentions(text: str, names: set[str]) -> bool:
    return bool(names) and any(found in names for found in _WORD.findall(text))


def _is_checked(body: str, argument: str) -> bool:
    """Tell whether the caller itself checks what it hands over."""
    names = [re.escape(name) for name in _WORD.findall(argument)]
    if not names:
        return False
    asked = (
        r"(?i:valid|allow|check|assert|safe|verify|sanit|guard|ensure|within|permit)\w*\(\s*[^()\n]{0,80}\b"
        + re.escape(_WORD.findall(argument)[-1])
        + r"\b"
    )
    return bool(re.search(asked, body))


def _offset(text: str, line: int) -> int:
    start = 0
    for _number in range(line - 1):
        start = text.find("\n", start) + 1
    # past the indentation: the first line of a body stands in the function, the line before it does not
    return start + len(re.compile(r"[ \t]*").match(text, start)[0])  # type: ignore[index] # it always matches
