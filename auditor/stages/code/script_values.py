"""Follows a value of TypeScript or JavaScript back to where an outsider controls it.

1. What is asked is the value at the place that does harm: the first argument of a call that opens a file, the part of
   an address that decides its host; not every name in the line.
2. It is followed through assignments, properties, callbacks and functions, of other files where the whole program is
   known; and from a parameter to those that call. What is looked up under a value is not the value.
3. Where a check stands in the way, or nothing is known of what made it, the answer is no.

Nothing here calls itself: what is still to be asked waits in a list, and its length is bounded.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from auditor.stages.code import script_guards as guards
from auditor.stages.code import script_keeps as keeps
from auditor.stages.code.script_entrances import (
    MODEL_REPLY,
    OWN_PLACES,
    TOOL_ARGUMENT,
    UPLOAD,
    WINDOW,
    handed_to,
    is_text_of_page,
    of_archive,
    of_call,
    of_expression,
    of_holder,
    of_parameter,
    of_unknown,
)
from auditor.stages.code.script_nest import is_looked_up
from auditor.stages.code.script_pages import attributes, component_of, is_exported, states
from auditor.stages.code.script_schemas import is_fixed_argument, is_fixed_by, is_fixed_by_class, is_plain_field
from auditor.stages.code.script_sinks import deciding, sinks
from auditor.stages.code.script_tree import (
    FUNCTIONS,
    Definition,
    Node,
    Script,
    arguments,
    bare,
    class_around,
    function_around,
    returns,
    unquoted,
)
from auditor.stages.code.script_uploads import is_behind_own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stages.code.script_tree import Program

_STEPS_LIMIT: Final = 3_000
_CALLS_LIMIT: Final = 5
"""Functions between an entrance and the place."""
_INTO_LIMIT: Final = 4
"""Functions that are entered one in the other, to see what they give."""
_TRAIL_LIMIT: Final = 8

_ASPECTS: Final = {
    "server-side-request": guards.ADDRESS,
    "address-through-helper": guards.ADDRESS,
    "open-redirect": guards.ADDRESS,
    "external-link": guards.ADDRESS,
    "path-traversal": guards.PATH,
    "path-through-helper": guards.PATH,
    "upload-name": guards.PATH,
    "archive-extraction": guards.PATH,
    "command-execution": guards.COMMAND,
    "sql-injection": guards.SQL,
    "cross-site-scripting": guards.HTML,
}
_RUN_BY_DATA: Final = frozenset(
    {"deserialization", "archive-extraction", "code-execution", "command-execution", "xml-entities"}
)
"""Flaws by which whoever wrote the data acts, wherever the program got it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place that a value passes on its way between functions.

    Attributes:
        path: File.
        line: From 1.
        name: Function that it is handed to there.
        is_guess: All that speaks for this function is its name: what it is called on is not known.
    """

    path: str
    line: int
    name: str
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What an outsider controls.

    Attributes:
        path: File in which it comes in.
        line: Where.
        kind: ``Request``, ``Upload``, ``ToolArgument``, ``ModelReply``, ``Download`` or ``Window``.
        steps: Calls that hand it on, in the order of its way.
    """

    path: str
    line: int
    kind: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """A call through which a function was entered to see what it gives."""

    function: Node
    script: Script
    call: Node
    at: Node
    above: _Frame | None
    depth: int


@dataclass(frozen=True, slots=True)
class _Item:
    """A value that is still to be asked."""

    script: Script
    node: Node
    at: Node
    path: tuple[str, ...] = ()
    frame: _Frame | None = None
    calls: int = 0
    trail: tuple[Step, ...] = ()


@dataclass
class Search:
    """One question: where do the values at a place come from?

    Attributes:
        program: What is known.
        capability: What the flaw is about.
        is_open: It came to a parameter of a function of which nobody is seen to call it, or to another file.
        is_stopped: It came to something that leaves no harm in a value.
        is_unknown: It came to something of which nothing is known.
    """

    program: Program
    capability: str
    is_open: bool = False
    is_stopped: bool = False
    is_unknown: bool = False
    _asked: set[tuple[int, tuple[str, ...], int, int]] = field(default_factory=set)
    _waiting: deque[_Item] = field(default_factory=deque)
    _guessed: deque[_Item] = field(default_factory=deque)

    @property
    def is_refuted(self) -> bool:
        """Tell whether all that a value is made of is known, and something in it takes the harm away."""
        return self.is_stopped and not self.is_open and not self.is_unknown

    @property
    def aspect(self) -> str:
        """What of a value does harm."""
        return _ASPECTS.get(self.capability, guards.TEXT)

    def of_place(self, script: Script, start: int, end: int) -> Found | None:
        """Return what an outsider controls of the values between two bytes of a file."""
        if self._is_own_call(script, start, end):
            return None
        for node in sinks(script, start, end, self.aspect):
            self._waiting.append(_Item(script, node, node))
        for _step in range(_STEPS_LIMIT):
            if not self._waiting and not self._guessed:
                return None
            item = self._waiting.popleft() if self._waiting else self._guessed.popleft()
            if self._waiting and any(each.is_guess for each in item.trail):
                self._guessed.append(item)  # a way that is seen goes before one that may be
                continue
            found = self._next(item)
            if found is not None:
                return found
        self.is_open = True
        return None

    def _is_own_call(self, script: Script, start: int, end: int) -> bool:
        """Tell whether a place is a method of a class of the tree that is called like one that does harm.

        What it does with a value is looked at there.
        """
        node = script.at(start, end)
        given_to = node.parent.parent if node.parent is not None and node.parent.kind == "arguments" else None
        inside = (each for each in node.inside() if each.kind == "call_expression" and each.start >= start)
        call = next(inside, None) or given_to
        function = call.get("function") if call is not None else None
        holder = function.get("object") if function is not None else None
        if call is None or holder is None or self.aspect not in {guards.ADDRESS, guards.PATH}:
            return False
        if self.program.meant(script, call) is not None:
            return True
        name = "" if self.program.is_whole else script.class_name(bare(holder))
        known = script.definition(name, script.root) if name else None
        is_of_tree = known is not None and known.kind == "import" and script.imported(known).module.startswith(".")
        self.is_open = self.is_open or is_of_tree  # whether the class has it is asked when all files are known
        return is_of_tree

    def _next(self, item: _Item) -> Found | None:
        key = (id(item.node), item.path, id(item.frame), item.calls)
        if key in self._asked or len(item.path) > _PATH_LIMIT:
            return None
        self._asked.add(key)
        script, node = item.script, bare(item.node)
        kind = of_expression(
            script,
            node,
            with_downloads=self.capability in _RUN_BY_DATA,
            is_of_page=self.aspect == guards.HTML or self.capability in {"open-redirect", "code-execution"},
        )
        if self.capability == "archive-extraction":
            kind = of_archive(script, node)
        if kind:
            is_harmless = bool(item.path) and item.path[-1] in keeps.HARMLESS
            is_checked = self._is_checked(item, script.said(node), item.path)
            return None if is_harmless or is_checked else self._found(item, node, kind)
        ask = self._ASKS.get(node.kind)
        return ask(self, item, node) if ask is not None else None

    def _found(self, item: _Item, node: Node, kind: str) -> Found:
        return Found(item.script.path, item.script.line(node), kind, item.trail)

    def _is_own_place(self, kind: str, path: tuple[str, ...]) -> bool:
        """Tell whether what is asked of an upload is a name that the program gave it."""
        return (
            kind == UPLOAD
            and self.aspect == guards.PATH
            and bool(path)
            and (path[-1] in OWN_PLACES or path[-1] in {"buffer", "mimetype", "size"})
        )

    def _is_checked(self, item: _Item, subject: str, path: tuple[str, ...] = ()) -> bool:
        """Tell whether a value is checked before it is used: what is asked of it, or all of it."""

        def body_of(call: Node) -> str | None:
            found = self.program.meant(item.script, call) or self._schema_of(item.script, call)
            return found[0].said(found[1]) if found is not None else None

        plain = subject.replace("?.", ".").replace("!", "")
        whole = ".".join((plain, *path))
        is_checked = bool(path) and guards.is_checked(item.script, item.at, whole, self.aspect, body_of)
        is_checked = is_checked or guards.is_checked(
            item.script, item.at, plain, self.aspect, body_of, with_derived=not path, is_holder=bool(path)
        )
        self.is_stopped = self.is_stopped or is_checked
        return is_checked

    def _schema_of(self, script: Script, call: Node) -> tuple[Script, Node] | None:
        """Return what a name stands for on which a call asks for a check: ``schema.safeParse(x)``."""
        function = call.get("function")
        holder = bare(function.get("object") or function) if function is not None else None
        known = script.definition(script.said(holder), holder) if holder is not None else None
        if known is not None and known.kind == "import":
            script, known = self.program.imported(script, known) or (script, None)
        is_value = known is not None and known.kind == "value" and not known.path
        return (script, known.node) if is_value and known is not None and known.node is not None else None

    def _put(self, item: _Item, node: Node | None, path: tuple[str, ...] = ()) -> None:
        if node is not None and len(self._waiting) < _WAITING_LIMIT:
            self._waiting.append(_Item(item.script, node, item.at, path, item.frame, item.calls, item.trail))

    # what each kind of node is made of

    def _parts(self, item: _Item, node: Node) -> None:
        for each in node.children:
            self._put(item, each.children[0] if each.kind == "spread_element" and each.children else each, item.path)

    def _template(self, item: _Item, node: Node) -> None:
        before = ""
        parts: list[Node | str] = []
        for each in node.children:
            if each.kind != "template_substitution":
                before += item.script.said(each)
                parts.append(item.script.said(each))
                continue
            if self._is_decided(before):
                return
            for value in each.children[:1]:
                if self.aspect != guards.PATH or not is_behind_own(item.script, value, parts):
                    self._put(item, value)
                parts.append(value)
            before += _UNKNOWN

    def _is_decided(self, before: str) -> bool:
        """Tell whether what an address begins with leaves nothing to what follows."""
        if self.aspect != guards.ADDRESS:
            return False
        # ``${origin}${next}`` goes to whatever follows an ``@``, and a browser is sent there
        return _decides_host(before) and not (self.capability == "open-redirect" and before == _UNKNOWN)

    def _binary(self, item: _Item, node: Node) -> None:
        left, right = node.get("left"), node.get("right")
        if left is None or right is None:
            return
        operator = item.script.text[left.end : right.start].decode("utf-8", "replace").strip(" \n\t()")
        if operator in {"||", "??"}:
            self._put(item, left, item.path)
            self._put(item, right, item.path)
        elif operator == "&&":
            self._put(item, right, item.path)
        elif operator == "+":
            parts = _added(node, item.script)
            before = ""
            for number, each in enumerate(parts):
                if self._is_decided(before):
                    return
                if self.aspect == guards.PATH and is_behind_own(item.script, each, [*parts[:number]]):
                    continue
                if each.kind == "string" or (each.kind == "template_string" and not each.children):
                    before += unquoted(item.script.said(each))
                else:
                    self._put(item, each)
                    before += _UNKNOWN

    def _ternary(self, item: _Item, node: Node) -> None:
        for role in ("consequence", "alternative"):
            branch = node.get(role)
            if branch is not None:
                self._waiting.append(_Item(item.script, branch, branch, item.path, item.frame, item.calls, item.trail))

    def _object(self, item: _Item, node: Node) -> None:
        if self.capability == "mass-assignment" and not item.path:
            # what is written field by field is chosen by the program
            whole = [each for each in node.children if each.kind == "spread_element"]
            whole += [each for each in node.children if unquoted(item.script.said(each.get("key") or each)) in _WHOLE]
            for each in whole:
                self._put(item, each.get("value") or (each.children[0] if each.children else None))
            return
        wanted = [] if item.path else deciding(item.script, node, self.aspect)
        for each in wanted or node.children:
            if each.kind == "spread_element":
                self._put(item, each.children[0] if each.children else None, item.path)
            elif each.kind == "shorthand_property_identifier":
                if not item.path or item.path[0] == item.script.said(each):
                    self._put(item, each, item.path[1:])
            elif each.kind == "pair":
                key = each.get("key")
                name = unquoted(item.script.said(key)) if key is not None else ""
                is_computed = key is not None and key.kind == "computed_property_name"
                if not item.path or item.path[0] == name or is_computed:
                    self._put(item, each.get("value"), item.path[1:])

    def _right(self, item: _Item, node: Node) -> None:
        self._put(item, node.get("right"), item.path)

    def _subscript(self, item: _Item, node: Node) -> None:
        index, holder = node.get("index"), node.get("object")
        if index is not None and index.kind == "string":
            self._put(item, holder, (unquoted(item.script.said(index)), *item.path))
        else:
            self._put(item, holder, item.path)

    def _member(self, item: _Item, node: Node) -> Found | None:
        script = item.script
        holder, asked = node.get("object"), node.get("property")
        if holder is None or asked is None:
            return None
        name = script.said(asked)
        path = (name, *item.path)
        if self._is_harmless_part(item, holder, name):
            return None
        anew = self._set_anew(item, node)
        if anew is not None:
            self._put(item, anew, item.path)
        elif not self._is_checked(item, script.said(node), item.path):
            if self._is_said(script.said(holder), path):
                return self._found(item, node, MODEL_REPLY)
            if holder.kind == "this":
                self._own(item, path)
            elif not keeps.DEFAULT_SOURCES.match(script.said(node)):
                self._put(item, holder, path)
        return None

    def _is_harmless_part(self, item: _Item, holder: Node, name: str) -> bool:
        """Tell whether a property is nothing that does harm, whatever its object is."""
        said = item.script.said(holder)
        match self.aspect:
            case guards.PATH:
                is_stopped = name in {"ext", "extension", "suffix"} or (
                    name in {"name", "base"} and _TAKES_APART.match(said) is not None
                )
            case guards.HTML:  # no character of a host, or of a path that is not decoded, ends a text
                is_stopped = (
                    (name,) in _OF_HOST
                    or (name == "innerHTML" and guards.holds_text(item.script, holder))
                    or (
                        name in {"pathname", "path"}
                        and _OF_ADDRESS.search(said) is not None
                        and b"decodeURI" not in item.script.text
                    )
                )
            case _:
                is_stopped = False
        self.is_stopped = self.is_stopped or is_stopped
        is_behind_host = self.aspect == guards.ADDRESS and name in {"pathname", "search", "hash"}
        return is_stopped or is_behind_host or (name in keeps.HARMLESS and not item.path)

    def _is_said(self, holder: str, path: tuple[str, ...], component: str = "") -> bool:
        """Tell whether a value is what pages show of a conversation, whatever method is called on it."""
        of = (path, self._without_methods(path))
        return self.aspect == guards.HTML and any(is_text_of_page(holder, each, component) for each in of)

    @staticmethod
    def _without_methods(path: tuple[str, ...]) -> tuple[str, ...]:
        while path and path[-1] in keeps.GIVES_ITS_OBJECT:
            path = path[:-1]
        return path

    @staticmethod
    def _set_anew(item: _Item, node: Node) -> Node | None:
        """Return what a property was set to before, on every way to its use: ``req.body.x = clean(req.body.x)``."""
        said = item.script.said(node)
        root = said.split(".", 1)[0].split("?", 1)[0]
        found = [
            each
            for each in item.script.assigned(root)
            if each.kind == "assignment_expression"
            and (left := each.get("left")) is not None
            and item.script.said(left) == said
            and each.end <= node.start
            and each.parent is not None
            and each.parent.parent is not None
            and each.parent.kind == "expression_statement"
            and _is_in(node, each.parent.parent)
        ]
        return found[-1].get("right") if found else None

    def _own(self, item: _Item, path: tuple[str, ...]) -> None:
        """Ask for what an object holds: its fields, and what is assigned to them."""
        klass = class_around(item.node)
        body = klass.get("body") if klass is not None else None
        if klass is None or body is None:
            return
        for each in body.children:
            name = each.get("name")
            if each.kind == "public_field_definition" and name is not None and item.script.said(name) == path[0]:
                value = each.get("value")
                if value is not None:
                    self._waiting.append(_Item(item.script, value, value, path[1:], None, item.calls, item.trail))
        for each in item.script.assigned("this"):
            left, right = each.get("left"), each.get("right")
            if left is None or right is None or class_around(each) is not klass:
                continue
            place = item.script.said(left).replace("?.", ".").split(".")
            if place[1:] == list(path[: len(place) - 1]):
                self._waiting.append(
                    _Item(item.script, right, right, path[len(place) - 1 :], None, item.calls, item.trail)
                )

    def _new(self, item: _Item, node: Node) -> None:
        made = node.get("constructor")
        name = item.script.said(made).rsplit(".", 1)[-1] if made is not None else ""
        given = arguments(node)
        if name not in keeps.NEW:
            self.is_unknown = True
            return
        if name == "URL" and self.aspect == guards.ADDRESS:
            is_own = bool(given) and _OWN_ADDRESS.search(item.script.said(given[0])) is not None
            if item.path[:1] in _BEHIND_HOST or (is_own and item.path[:1] in _OF_HOST):
                return
            # what is relative to a base stays with it only where it begins with one slash; nobody says that it does
            given = given[:2]
            if (
                len(given) > 1
                and given[0].kind == "template_string"
                and re.match(r"`/?[\w-]+/", item.script.said(given[0]))
            ):
                given = given[1:]
        elif name == "URL" and item.path[:1] == ("pathname",) and self.aspect == guards.PATH:
            given = given[:1]
        if name == "URL" and len(given) > 1 and _OF_PAGE.match(item.script.said(given[1])):
            given = given[:1]  # a page that is the base of an address is itself
        for each in given:
            self._put(item, each)

    def _call(self, item: _Item, node: Node) -> Found | None:  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of node
        script = item.script
        function = node.get("function")
        given = arguments(node)
        if function is None:
            return None
        function = bare(function)
        callee = script.said(function).replace("?.", ".").replace("!", "")
        name = callee.rsplit(".", 1)[-1] if function.kind == "member_expression" else callee
        if (
            node.get("arguments") is not None
            and given
            and given[0].kind == "template_string"
            and node.children[-1].kind == "template_string"
        ):
            if not keeps.TAGS_BIND.search(callee):
                self._put(item, given[0])
            return None
        known = self.program.meant(script, node)
        if known is not None and self._enter(item, node, *known):
            return None
        if self.aspect == guards.HTML and keeps.leaves_html(script, callee):
            for each in given[:1]:
                self._put(item, each)
            return None
        if known is None and self._is_elsewhere(script, function):
            self.is_open = True  # what it does with the value is asked when all files are known
            return None
        if name in keeps.OF_SCHEMA and given and function.kind == "member_expression":
            path = (
                item.path[1:]
                if name.startswith("safeParse") and item.path[:1] in {("data",), ("value",)}
                else item.path
            )
            holder = function.get("object")
            if not callee.startswith(("JSON", "path.", "yaml", "YAML", "qs", "url", "URL")):
                if holder is None or not is_fixed_by(self.program, script, holder, path, self.capability):
                    self._put(item, given[0], path)
                return None
        if guards.makes_harmless(callee, self.aspect) or (
            name in {"replace", "replaceAll"} and not guards.replaces_harmfully(script, node, self.aspect)
        ):
            self.is_stopped = True
            return None
        if self.aspect == guards.PATH and name == "split" and given and item.script.said(given[0])[1:-1] == ".":
            self.is_stopped = True  # what stands between two dots holds none, and leads nowhere up
            return None
        if self.aspect == guards.PATH and callee in {"Buffer.from", "Buffer.concat"} and "toString" not in item.path:
            self.is_stopped = True  # bytes name no file
            return None
        if self.aspect == guards.PATH and re.search(
            r"\.split\(\s*[\"'`](?:\.|/|\\\\)[\"'`]\s*\)\s*\.\s*(?:pop|at|slice)$", callee
        ):
            return None
        before = len(self._waiting)
        if keeps.WORKS_OUT.match(callee) and given:
            if given[0].kind in FUNCTIONS:
                self._returned(item, given[0], None)
            else:
                self._put(item, given[0], item.path)
            return None
        if function.kind == "member_expression":
            self._method(item, node, function, name, given)
        is_path = callee.split(".")[0] in {"path", "posix", "win32"} or name in {"join", "resolve", "normalize"}
        if keeps.GIVES_ON.match(callee) or (is_path and keeps.GIVES_ON.match(name) and self.aspect == guards.PATH):
            for each in given:
                self._put(
                    item,
                    each.children[0] if each.kind == "spread_element" and each.children else each,
                    item.path
                    if callee.startswith(("Object.", "JSON.", "Promise.", "_.", "structured", "merge"))
                    else (),
                )
        elif known is None and self._may_give_on(script, function, name):
            for each in given:
                self._put(item, each)
        self.is_unknown = self.is_unknown or len(self._waiting) == before
        return None

    def _may_give_on(self, script: Script, function: Node, name: str) -> bool:
        """Tell by its name whether a function that is not seen gives what it is given, in another form."""
        is_page = self.aspect == guards.HTML and self._is_of_another_file(script, function)
        return bool(keeps.MAKES_ANOTHER_FORM.match(name)) and name not in keeps.GIVES_ITS_OBJECT and not is_page

    def _method(self, item: _Item, call: Node, function: Node, name: str, given: list[Node]) -> None:
        holder = function.get("object")
        if holder is None:
            return
        is_own = holder.kind == "this" or item.script.said(holder).startswith("this.")
        if name in keeps.GIVES_ITS_OBJECT or (not is_own and not keeps.LOOKS_UP.match(name)):
            is_callback = bool(given) and given[0].kind in FUNCTIONS
            if name in {"map", "flatMap", "then", "reduce"} and is_callback:
                self._returned(item, given[0], None)
            else:
                self._put(item, holder, (name, *item.path))
        if name in {"concat", "join"}:
            for each in given:
                self._put(item, each)
        elif name in {"replace", "replaceAll"} and len(given) > 1 and given[1].kind not in FUNCTIONS:
            self._put(item, given[1])
        del call

    def _enter(self, item: _Item, call: Node, script: Script, function: Node) -> bool:
        """Ask for what a function gives that a call means; False where that is not looked at."""
        depth = item.frame.depth + 1 if item.frame is not None else 1
        name = script.name_of(function)
        if guards.makes_harmless(name, self.aspect) and guards.does_so(script.said(function), self.aspect):
            self.is_stopped = True
            return True
        if depth > _INTO_LIMIT:
            return False
        frame = _Frame(function, item.script, call, item.at, item.frame, depth)
        inner = _Item(script, function, function, item.path, frame, item.calls, item.trail)
        self._returned(inner, function, frame)
        return True

    def _returned(self, item: _Item, function: Node, frame: _Frame | None) -> None:
        frame = frame or item.frame
        for each in returns(function):
            self._waiting.append(_Item(item.script, each, each, item.path, frame, item.calls, item.trail))

    def _name(self, item: _Item, node: Node) -> Found | None:
        script = item.script
        name = script.said(node)
        if self._is_checked(item, name, item.path):
            return None
        known = script.definition(name, node)
        if known is None:
            kind = of_unknown(name, item.path)
            return self._found(item, node, kind) if kind and not self._is_own_place(kind, item.path) else None
        self._assignments(item, name, known)
        path = (*known.path, *item.path)
        if known.default is not None:
            self._put(item, known.default, item.path)
        match known.kind:
            case "value":
                if not self._is_set_anew(item, name, known):
                    self._put_value(item, known, path)
            case "each":
                self._put(item, known.node, path)
            case "parameter" if not self._is_set_anew(item, name, known):
                return self._parameter(item, known, path)
            case "import":
                self._of_import(script, known)
                found = self.program.imported(script, known)
                if found is not None and found[1].kind == "value" and found[1].node is not None:
                    other, definition = found
                    value = found[1].node
                    self._waiting.append(
                        _Item(other, value, value, (*definition.path, *item.path), None, item.calls, item.trail)
                    )
        return None

    def _of_import(self, script: Script, known: Definition) -> None:
        module = script.imported(known).module
        if _TEXT_FILE.search(module):
            self.is_stopped = True  # a text of the program's own
        elif not self.program.is_whole:
            self.is_open = True

    def _is_elsewhere(self, script: Script, function: Node) -> bool:
        return not self.program.is_whole and self._is_of_another_file(script, function)

    @staticmethod
    def _is_of_another_file(script: Script, function: Node) -> bool:
        root = function
        while root.kind == "member_expression" and (holder := root.get("object")) is not None:
            name = script.class_name(bare(holder))
            typed = script.definition(name, script.root) if name else None
            if typed is not None and typed.kind == "import":
                return True
            root = bare(holder)
        known = script.definition(script.said(root), root) if root.kind == "identifier" else None
        return (
            known is not None
            and known.kind == "import"
            and _OF_PLATFORM.match(script.imported(known).module) is None
            and (function.kind == "identifier" or script.imported(known).name in {"*", "default"})
        )

    def _put_value(self, item: _Item, known: Definition, path: tuple[str, ...]) -> None:
        if known.node is None or (known.path and known.path[-1] in keeps.HARMLESS):
            return
        if known.path:
            # ``const { pathname } = new URL(…)`` is asked as the property that it is
            if self.aspect == guards.ADDRESS and known.path[-1] in {"pathname", "search", "hash"}:
                return
            if self.aspect == guards.PATH and known.path[-1] == "ext":
                return
        kept = states(item.script, known)
        if kept is not None:
            for each in kept:
                if each.kind in FUNCTIONS:
                    self._returned(item, each, None)
                else:
                    self._waiting.append(_Item(item.script, each, each, path, None, item.calls, item.trail))
            return
        frame = item.frame if item.frame is None or _is_in(known.node, item.frame.function) else None
        self._waiting.append(_Item(item.script, known.node, item.at, path, frame, item.calls, item.trail))

    def _is_set_anew(self, item: _Item, name: str, known: Definition) -> bool:
        """Tell whether a later assignment in the same block takes the place of what a name was first."""
        return any(
            each.kind == "assignment_expression"
            and (left := each.get("left")) is not None
            and left.kind == "identifier"
            and each.end <= item.node.start
            and each.parent is not None
            and each.parent.parent in (known.scope, known.scope.get("body"))
            for each in item.script.assigned(name)
        )

    def _assignments(self, item: _Item, name: str, known: Definition) -> None:  # noqa: C901, PLR0912 - one branch for each kind of node
        """Ask for what is put into a name after it was made."""
        script = item.script
        for each in script.assigned(name):
            left, right = each.get("left"), each.get("right")
            if left is None or right is None or not _is_in(each, known.scope) or _is_in(item.node, each):
                continue
            if (
                each.start > item.at.start
                and function_around(each) is function_around(item.at)
                and not _in_loop(each, item.at)
            ):
                continue
            if left.kind == "identifier":
                if not self._is_added_behind(item, each, known):
                    self._put_from(item, right, item.path)
            elif left.kind in {"object_pattern", "array_pattern"}:
                for inner, path, _default in script.names_in(left):
                    if inner == name:
                        self._put_from(item, right, (*path, *item.path))
            else:
                place = script.said(left).replace("?.", ".").split(".")[1:]
                if self.aspect == guards.ADDRESS and (place[-1],) in _BEHIND_HOST if place else False:
                    continue
                if self.capability == "mass-assignment" and place and place[0] not in _WHOLE and not item.path:
                    continue  # ``values.name = request.body.name``: a field that the program named
                if not item.path or place == list(item.path[: len(place)]) or left.kind == "subscript_expression":
                    self._put_from(item, right, item.path[len(place) :])
        if (
            known.kind != "value"
            or known.node is None
            or known.node.kind not in {"array", "new_expression", "object", "call_expression"}
        ):
            return
        for use in script.uses(name):
            parent = use.parent
            if (
                parent is None
                or parent.kind != "member_expression"
                or use.field != "object"
                or not _is_in(use, known.scope)
            ):
                continue
            asked, call = parent.get("property"), parent.parent
            if (
                asked is not None
                and call is not None
                and call.kind == "call_expression"
                and script.said(asked) in {"push", "unshift", "add", "append", "set", "write"}
            ):
                for given in arguments(call):
                    if given.start < item.at.start or _in_loop(call, item.at):
                        self._put_from(
                            item, given.children[0] if given.kind == "spread_element" and given.children else given, ()
                        )

    def _is_added_behind(self, item: _Item, each: Node, known: Definition) -> bool:
        """Tell whether ``url += …`` adds to an address whose beginning has decided the host already."""
        first = known.node if known.kind == "value" else None
        if self.aspect != guards.ADDRESS or each.kind != "augmented_assignment_expression" or first is None:
            return False
        first = bare(first)
        if first.kind not in {"template_string", "binary_expression", "string"}:
            return False
        said = item.script.said(first)
        parts = _added(first, item.script) if first.kind == "binary_expression" else [first]
        before = "".join(
            unquoted(item.script.said(part)) if part.kind in {"string", "template_string"} else _UNKNOWN
            for part in parts
        )
        before = re.sub(r"\$\{[^{}]*\}", _UNKNOWN, before)
        return bool(said) and _decides_host(before)

    def _put_from(self, item: _Item, node: Node, path: tuple[str, ...]) -> None:
        frame = item.frame if item.frame is None or _is_in(node, item.frame.function) else None
        self._waiting.append(_Item(item.script, node, node, path, frame, item.calls, item.trail))

    def _parameter(self, item: _Item, known: Definition, path: tuple[str, ...]) -> Found | None:  # noqa: PLR0911 - one answer for each kind
        script, function, node = item.script, known.scope, known.node
        if node is None:
            return None
        frame = item.frame
        while frame is not None and frame.function is not function:
            frame = frame.above
        if frame is not None:
            given = _given(frame.call, known.place)
            if given is not None:
                self._waiting.append(_Item(frame.script, given, frame.call, path, frame.above, item.calls, item.trail))
            return None
        if self._is_said("", (item.script.said(item.node), *path), component_of(item.script, function)):
            return self._found(item, node, MODEL_REPLY)
        is_plain = _has_plain_type(script, node, item.path) or is_plain_field(script, node, path)
        if is_plain or self._is_one_of_many(item, function, known.place, path):
            return None
        if self.aspect == guards.ADDRESS and path[-1:] in _OF_HOST and _OF_REQUEST_ADDRESS & set(path):
            self.is_stopped = True  # the program's own
            return None
        kind = self._kind_of(script, function, known, path)
        if kind:
            is_fixed = self._is_fixed(script, known, kind, path)
            self.is_stopped = self.is_stopped or is_fixed
            return None if is_fixed else self._found(item, node, kind)
        if not self._elements(item, function, path):
            self._callers(item, function, known.place, path)
        return None

    def _is_fixed(self, script: Script, known: Definition, kind: str, path: tuple[str, ...]) -> bool:
        """Tell whether something leaves no harm in what a framework hands over; True, too, while files are missing."""
        node = known.node
        if node is None:
            return False
        is_known = is_looked_up(self.program, script, known.scope, node)
        by_class = is_fixed_by_class(self.program, script, node, path)
        self.is_open = self.is_open or is_known is None or by_class is None
        return (
            is_fixed_argument(self.program, script, known.scope, kind, path, self.capability)
            or self._is_own_place(kind, path)
            or is_known is not False
            or by_class is not False
        )

    def _kind_of(self, script: Script, function: Node, known: Definition, path: tuple[str, ...]) -> str:
        kind = of_parameter(script, function, known.place, path) or self._of_handing_file(script, function, known, path)
        if kind == WINDOW and self.capability != "external-link":
            return ""
        # an object of a class is nothing of JSON: the program hands it over beside what a model gave
        is_own = kind == TOOL_ARGUMENT and known.node is not None and self._is_of_class(script, known.node)
        return "" if is_own else kind

    def _is_of_class(self, script: Script, parameter: Node) -> bool:
        """Tell whether a parameter is by its type an object of a class of the tree."""
        name = script.class_name(parameter.get("pattern") or parameter)
        known = script.definition(name, script.root) if name else None
        if known is not None and known.kind == "import":
            found = self.program.imported(script, known)
            known = found[1] if found is not None else None
        return known is not None and known.kind == "class"

    def _elements(self, item: _Item, function: Node, path: tuple[str, ...]) -> bool:
        """Ask for what the elements of a component are given; tell whether these are all that there are."""
        name = component_of(item.script, function)
        given = attributes(item.script, name, path[0]) if name and path else []
        for each in given:
            self._waiting.append(_Item(item.script, each, each, path[1:], None, item.calls, item.trail))
        return bool(given) and not is_exported(item.script, function, name)

    def _is_one_of_many(self, item: _Item, function: Node, place: int, path: tuple[str, ...]) -> bool:
        """Ask for a list where a function is handed each of it, or what comes later; tell whether it is so."""
        handed = handed_to(item.script, function)
        call = handed[0] if handed is not None else None
        callee = call.get("function") if call is not None else None
        if (
            call is None
            or callee is None
            or callee.kind != "member_expression"
            or bare(function).parent is not call.get("arguments")
        ):
            return False
        asked, holder = callee.get("property"), callee.get("object")
        name = item.script.said(asked) if asked is not None else ""
        frame = item.frame
        if name in keeps.EACH | keeps.LATER and place == 0:
            given = arguments(call)
            source = holder if name in keeps.LATER or given[:1] == [function] else given[0]
            if source is not None:
                self._waiting.append(_Item(item.script, source, source, path, frame, item.calls, item.trail))
            return True
        if name in {"evaluate", "evaluateHandle"} and place + 1 < len(arguments(call)):
            along = arguments(call)[place + 1]
            self._waiting.append(_Item(item.script, along, along, path, frame, item.calls, item.trail))
            return True
        if name == "reduce" and place == 1 and holder is not None:
            self._waiting.append(_Item(item.script, holder, holder, path, frame, item.calls, item.trail))
            return True
        return name in keeps.EACH | keeps.LATER

    def _of_handing_file(self, script: Script, function: Node, known: Definition, path: tuple[str, ...]) -> str:
        """Return the kind of what a framework hands to a function that another file gives to it."""
        given = script.parameters(function)
        pattern = given[known.place].get("pattern") if known.place < len(given) else None
        name = script.said(pattern) if pattern is not None and pattern.kind == "identifier" else ""
        for other, use in self.program.users(script, function):
            handed = handed_to(other, use)
            kind = (
                of_call(other, *handed, known.place, path, name)
                if handed is not None
                else of_holder(other, use, known.place, path, name)
            )
            if kind:
                return kind
        return ""

    def _callers(self, item: _Item, function: Node, place: int, path: tuple[str, ...]) -> None:
        if item.calls >= _CALLS_LIMIT:
            self.is_open = True
            return
        name = item.script.name_of(function)
        seen = False
        for script, call, is_sure in self.program.callers(item.script, function):
            seen = True
            given = _given(call, place)
            if given is None:
                continue
            step = Step(script.path, script.line(call), name, is_guess=not is_sure)
            trail = (step, *item.trail)[:_TRAIL_LIMIT]
            self._waiting.append(_Item(script, given, call, path, None, item.calls + 1, trail))
        handed = handed_to(item.script, function) if not seen and not name else None
        callee = handed[0].get("function") if handed is not None else None
        if callee is not None:  # who is given a function without a name calls it, and nobody else
            is_event = item.script.said(callee).endswith((".on", ".once"))
            self.is_stopped, self.is_unknown = self.is_stopped or is_event, self.is_unknown or not is_event
            return
        self.is_open = self.is_open or not seen or not self.program.is_whole

    _ASKS: ClassVar[Mapping[str, Callable[[Search, _Item, Node], Found | None]]] = {
        "identifier": _name,
        "shorthand_property_identifier": _name,
        "member_expression": _member,
        "subscript_expression": _subscript,
        "call_expression": _call,
        "new_expression": _new,
        "template_string": _template,
        "binary_expression": _binary,
        "ternary_expression": _ternary,
        "object": _object,
        "array": _parts,
        "spread_element": _parts,
        "sequence_expression": _parts,
        "assignment_expression": _right,
        "augmented_assignment_expression": _right,
        "jsx_expression": _parts,
        "yield_expression": _parts,
    }


_WHOLE: Final = frozenset({"data", "set", "values", "$set"})
"""Under these an update is given all that is written."""
_PATH_LIMIT: Final = 12
_OWN_ADDRESS: Final = re.compile(r"\b(?:req|request|ctx|c|event|context)(?:\.\w+)*\.(?:url|nextUrl|href|originalUrl)\b")
_OF_PAGE: Final = re.compile(r"(?:window\.|document\.|self\.|globalThis\.)?location\.(?:href|origin)$")
_OF_ADDRESS: Final = re.compile(r"(?:^|\.)(?:req|request|location|url|nextUrl)$|\bnew URL\(")
"""What has an address that a browser sent, in which no character of HTML is left as it is."""
_OF_HOST: Final = frozenset({("origin",), ("host",), ("hostname",), ("protocol",), ("port",)})
_OF_REQUEST_ADDRESS: Final = frozenset({"url", "nextUrl"})
_BEHIND_HOST: Final = frozenset({("pathname",), ("search",), ("hash",)})
_WAITING_LIMIT: Final = 4_000
_UNKNOWN: Final = "\0"
_TAKES_APART: Final = re.compile(r"(?:path\.)?parse\(")
_TEXT_FILE: Final = re.compile(r"\?(?:raw|inline|url)$|\.(?:md|txt|html|svg|css|sql|json|graphql)$")
_OF_PLATFORM: Final = re.compile(
    r"(?:node:)?(?:path|url|util|querystring|buffer|os|fs|fs/promises|crypto)$|(?:lodash|dedent|qs|js-yaml|yaml|json5|ufo)\b"
)
"""Modules whose functions are known by their names."""
_PLAIN_TYPE: Final = re.compile(
    r"^:\s*(?:number|boolean|bigint|Date)(?:\s*\|\s*(?:undefined|null))*$|^:\s*\|?\s*(?:[\"'][^\"']*[\"']\s*\|?\s*)+$"
)


def _has_plain_type(script: Script, parameter: Node, path: tuple[str, ...]) -> bool:
    """Tell whether a parameter is by its type a number, or one of some words."""
    annotation = parameter.get("type")
    return annotation is not None and not path and _PLAIN_TYPE.match(script.said(annotation)) is not None


def _decides_host(before: str) -> bool:
    """Tell whether what an address begins with decides its host already."""
    if before.startswith(_UNKNOWN):  # ``${base}${path}``; one that is only a scheme is followed by its host
        return before[1:] not in {":", ":/", "://"}
    return keeps.WHOLE_HOST.match(before) is not None or bool(re.match(r"\s*/[^/]", before) or before.strip() == "/")


def _added(node: Node, script: Script) -> list[Node]:
    """Return what a sum of texts is made of, in its order."""
    found: list[Node] = []
    inner = node
    while inner.kind == "binary_expression" and len(found) < _PARTS_LIMIT:
        left, right = inner.get("left"), inner.get("right")
        if left is None or right is None or script.text[left.end : right.start].strip(b" \n\t()") != b"+":
            break
        found.append(bare(right))
        inner = bare(left)
    found.append(inner)
    return found[::-1]


_PARTS_LIMIT: Final = 200


def _given(call: Node, place: int) -> Node | None:
    given = arguments(call)
    for each in given[: place + 1]:
        if each.kind == "spread_element":
            return each.children[0] if each.children else None
    return given[place] if place < len(given) else None


def _is_in(node: Node, around: Node) -> bool:
    return around.start <= node.start and node.end <= around.end


def _in_loop(node: Node, at: Node) -> bool:
    """Tell whether two places stand in one loop, so that the later of them may come first."""
    return any(
        each.kind in {"for_statement", "for_in_statement", "while_statement", "do_statement"} and _is_in(at, each)
        for each in node.around()
    )
