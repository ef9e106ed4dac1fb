"""All scripts of a program: who calls a function and with what, which function a call means, what a file imports.

Asked of a place that a rule matched, it tells the way of what an outsider controls to it, through functions of other
files. Files are parsed when they are asked for, and as many are kept as fit into a bounded memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.stages.code.languages import language_of
from auditor.stages.code.reading import Place, Seen
from auditor.stages.code.script_entrances import key_of, uses_of_function
from auditor.stages.code.script_modules import Modules, shared
from auditor.stages.code.script_sides import does_harm
from auditor.stages.code.script_sql import is_asked_to
from auditor.stages.code.script_tree import (
    FUNCTIONS,
    WRAPPERS,
    Definition,
    Import,
    Node,
    Script,
    arguments,
    bare,
    class_around,
    function_around,
    unquoted,
)
from auditor.stages.code.script_values import Found, Search
from auditor.stages.code.severity import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_KEPT_BYTES: Final = 2_000_000
"""Text of the files whose trees are kept; a tree takes some forty times as much."""
_CALLS_LIMIT: Final = 60
"""Places that call a function of one name; beyond them the name says nothing."""
_FILES_LIMIT: Final = 40
_HEAD: Final = 200
"""Characters of a file whose first line may say what it is written in."""
_HOPS_LIMIT: Final = 4
"""Files that hand on what another one exports."""


@dataclass
class ScriptFlows:
    """The scripts of a tree.

    Attributes:
        texts: Their texts by path.
        is_whole: They are all that there are; otherwise a function that nobody here calls may be called elsewhere.
        unread: Languages of the files that were asked for and have no tree, by path: a way through them is not seen.
        settings: Files that say where modules lie, by path (`script_modules`).
        lines: For pages and components, whose scripts were put together, the line of the file that each line came from.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    unread: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _scripts: dict[str, Script | None] = field(default_factory=dict)
    _size: int = 0
    _answers: dict[tuple[str, int, int, str], Seen] = field(default_factory=dict)
    _given: dict[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict)
    _used: dict[tuple[str, int, int], list[tuple[str, int, int]]] = field(default_factory=dict)

    @classmethod
    def alone(cls, script: Script) -> ScriptFlows:
        """Return what a file knows by itself."""
        return cls({script.path: ""}, is_whole=False, _scripts={script.path: script})

    def way_to(self, path: str, place: tuple[int, int], capability: str) -> Seen:
        """Return how what an outsider controls gets to some bytes of a file.

        Args:
            path: The file.
            place: First byte, and the one behind the last.
            capability: What the flaw is about.
        """
        script = self.script(path)
        if script is None:
            return Seen()
        key = (path, *place, capability)
        if key not in self._answers:
            search = Search(self, capability)
            found = search.of_place(script, *place)
            none = Seen(is_refuted=search.is_refuted)
            self._answers[key] = none if found is None else self._told(_seen(script, place, capability, found))
        return self._answers[key]

    def _told(self, seen: Seen) -> Seen:
        """Return a way with the lines of the files as they were read."""
        steps = tuple(
            replace(each, line=lines[each.line - 1])
            if (lines := self.lines.get(each.file)) and each.line <= len(lines)
            else each
            for each in seen.steps
        )
        return replace(seen, steps=steps)

    def script(self, path: str) -> Script | None:
        """Return a file as a tree."""
        if path in self._scripts:
            self._scripts[path] = self._scripts.pop(path)  # the last one that is asked for is the last to go
        elif path in self.texts:
            self._scripts[path] = script = Script.of(path, self.texts[path].encode())
            if script is None:
                self.unread[path] = language_of(path, self.texts[path][:_HEAD].encode())
            self._size += len(script.text) if script is not None else 0
            while self._size > _KEPT_BYTES and len(self._scripts) > 1:
                gone = self._scripts.pop(next(iter(self._scripts)))
                self._size -= len(gone.text) if gone is not None else 0
        return self._scripts.get(path)

    # who calls a function

    def callers(self, script: Script, function: Node) -> Iterator[tuple[Script, Node, bool]]:
        """Yield each call (or ``new``) that may mean a function, and whether it is seen to mean it."""
        name = script.name_of(function)
        if not name:
            yield from ((other, call, True) for other, call in self._called_back(script, function))
            return
        klass = class_around(function)
        if name == "constructor":
            own = klass.get("name") if klass is not None else None
            name = script.said(own) if own is not None else ""
        count = 0
        for other, use in self.users(script, function):  # those that call it by another name
            call = use.parent
            if call is not None and use.field == "function" and other.said(use).rsplit(".", 1)[-1] != name:
                yield other, call, True
        yield from ((script, call, True) for call in _looked_up(script, function))
        yield from ((other, call, True) for other, call in self._called_back(script, function))
        for path in self._holding(name, script.path):
            holding = self.script(path)
            for call in _calls_of(holding, name) if holding is not None else ():
                means = self._may_mean(holding, call, script, function, klass) if holding is not None else None
                if holding is None or means is False:
                    continue
                count += 1
                if count > _CALLS_LIMIT:
                    return
                yield holding, call, means is True

    def _called_back(self, script: Script, function: Node) -> Iterator[tuple[Script, Node]]:
        """Yield the calls in a function of the tree of what it is handed: ``eachFile(files, (file) => …)``."""
        for use in uses_of_function(script, function):
            given = use.parent
            call = given.parent if given is not None and given.kind == "arguments" else None
            meant = self.meant(script, call) if call is not None else None
            place = arguments(call).index(use) if call is not None and use in arguments(call) else -1
            if meant is None or place < 0:
                continue
            other, taking = meant
            parameters = other.parameters(taking)
            pattern = parameters[place].get("pattern") or parameters[place] if place < len(parameters) else None
            for each in other.uses(other.said(pattern)) if pattern is not None and pattern.kind == "identifier" else ():
                is_in = taking.start <= each.start and each.end <= taking.end
                if is_in and each.field == "function" and each.parent is not None:
                    yield other, each.parent

    def users(self, script: Script, function: Node) -> Iterator[tuple[Script, Node]]:
        """Yield where other files use a function that they import, under whatever name and through whichever file."""
        key = (script.path, function.start, function.end)
        if key not in self._used:  # by their bytes: a tree that is kept here could not go
            self._used[key] = [(other.path, use.start, use.end) for other, use in self._find_users(script, function)]
        for path, start, end in self._used[key]:
            other = self.script(path)
            if other is not None:
                yield other, other.at(start, end)

    def _find_users(self, script: Script, function: Node) -> Iterator[tuple[Script, Node]]:
        waiting = [(script.path, names)] if self.is_whole and (names := _exported_as(script, function)) else []
        seen: set[str] = set()
        for _hop in range(_HOPS_LIMIT):
            if not waiting:
                return
            handing: list[tuple[str, dict[str, str]]] = []
            for path, names in waiting:
                for taking in self._taking(path, names):
                    other = self.script(taking)
                    if other is None or taking in seen:
                        continue
                    yield from ((other, use) for use in self._uses_of(other, path, names))
                    handed = dict(self._handed_on(other, path, names))
                    if handed:
                        handing.append((taking, handed))
                        seen.add(taking)
            waiting = handing

    def _taking(self, path: str, names: Mapping[str, str]) -> list[str]:
        """Return the files that import a file and may use what some names of it stand for."""
        may = [
            each
            for each in self.modules.importers.get(path, ())
            if "default" in names
            or _HANDS_ON.search(self.texts[each])
            or any(name in self.texts[each] for name in names)
        ]
        return may[:_FILES_LIMIT]

    def _uses_of(self, other: Script, path: str, names: Mapping[str, str]) -> Iterator[Node]:
        for local, taken in other.imports:
            if self.modules.file(other.path, taken.module) != path:
                continue
            wanted = [names[taken.name]] if taken.name in names else []
            wanted += [name for name, key in names.items() if not key and taken.name in {"*", "default"}]
            for use in other.uses(local):
                member = use.parent
                asked = member.get("property") if member is not None and use.field == "object" else None
                if "" in wanted:
                    yield use
                elif asked is not None and member is not None and other.said(asked) in wanted:
                    yield member

    def _handed_on(self, other: Script, path: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield the names under which a file exports what it took from another, and the key in each."""
        for outside, each in other.exports.items():
            taken = each if isinstance(each, Import) else other.imported(each) if each.kind == "import" else None
            if taken is None or self.modules.file(other.path, taken.module) != path:
                continue
            if outside.startswith("*"):
                yield from ((name, key) for name, key in names.items() if name != "default")
            elif taken.name in names:
                yield outside, names[taken.name]

    def _holding(self, name: str, own: str) -> Sequence[str]:
        """Return the files that call something of a name, its own one first."""
        if not name:
            return ()
        if name not in self._held:
            called = re.compile(rf"(?<![\w$]){re.escape(name)}\s*(?:<[^<>()\n]{{1,80}}>)?\s*\(")
            self._held[name] = [path for path, text in self.texts.items() if name in text and called.search(text)]
        held = self._held[name]
        near = sorted((each for each in held if each != own), key=lambda each: -shared(each, own))
        return (own, *near[:_FILES_LIMIT])

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        return {}

    def _may_mean(self, other: Script, call: Node, script: Script, function: Node, klass: Node | None) -> bool | None:
        """Tell whether a call means a function; None where it may, and all that speaks for it is the name."""
        found = self.meant(other, call)
        if found is not None:
            return found[0].path == script.path and found[1].start == function.start
        callee = call.get("function") or call.get("constructor")
        if callee is None:
            return False
        if call.kind == "new_expression":
            known = other.definition(other.said(callee), callee)
            return other.path == script.path or known is None or known.kind == "import"
        if callee.kind == "identifier":
            return klass is None and self._is_of_package(other, callee)
        holder = callee.get("object")
        if holder is None or other.said(holder) in _OF_LANGUAGE or not _may_be_held(script, function):
            return False
        return self._may_hold(other, holder, call, script, function, klass)

    def _is_of_package(self, other: Script, callee: Node) -> bool:
        """Tell whether a name comes from a package of the same tree, which is imported by its own name."""
        known = other.definition(other.said(callee), callee)
        module = other.imported(known).module if known is not None and known.kind == "import" else "."
        return (
            not module.startswith(".")
            and self.modules.file(other.path, module) == ""
            and _is_of_tree(module, self.modules.folders)
        )

    def _may_hold(
        self, other: Script, holder: Node, call: Node, script: Script, function: Node, klass: Node | None
    ) -> bool | None:
        """Tell whether what a method is called on has a function; None where only the name speaks for it."""
        if holder.kind == "this":
            return klass is not None and self._is_same_class(other, call, script, klass)
        typed = self._class_of(other, holder)
        if typed is not None:
            # by an interface, or by what it is derived from
            return klass is not None and self._is_same_class(typed[0], typed[1], script, klass)
        root = holder
        while root.kind == "member_expression" and (inner := root.get("object")) is not None:
            root = inner
        known = other.definition(other.said(root), root) if root.kind == "identifier" else None
        if known is not None and known.kind == "import":
            is_it = self._is_of_import(other, known, script, function)
            is_of_tree = self.modules.file(other.path, other.imported(known).module) != ""
            if is_it is not None and (root is holder or not is_of_tree):  # ``fs.promises.readFile`` is no other's
                return is_it
        return None if self._owners(script.name_of(function)) <= _OWNERS_LIMIT else False

    def _is_of_import(self, other: Script, known: Definition, script: Script, function: Node) -> bool | None:
        """Tell whether what a file imports has a function; None where nothing shows what it is."""
        taken = other.imported(known)
        file = self.modules.file(other.path, taken.module)
        if not file:
            return None if _is_of_tree(taken.module, self.modules.folders) else False
        found = self.imported(other, known)
        if found is None:  # all of a module
            return True if file == script.path else None
        value = bare(found[1].node) if found[1].node is not None else None
        if value is None or value.kind not in {"object", *_CLASSES, *FUNCTIONS}:
            return None
        return key_of(function)[1] is value

    def _owners(self, name: str) -> int:
        """Return in how many files a function of a name is made: an unknown object may be any of them."""
        if name in _OF_MANY:
            return _OWNERS_LIMIT + 1
        if name not in self._made:
            begins = rf"(?<![\w$.]){re.escape(name)}\s*(?:<[^<>()\n]{{1,80}}>)?\s*"
            made = re.compile(begins + r"(?:\([^()]*\)[^;{}\n]{0,80}\{|[:=]\s*(?:async\s*)?(?:\(|function))")
            self._made[name] = sum(1 for text in self.texts.values() if name in text and made.search(text))
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, int]:
        return {}

    def _is_same_class(self, other: Script, node: Node, script: Script, klass: Node) -> bool:
        own = node if node.kind in _CLASSES else class_around(node)
        name = klass.get("name")
        if own is klass or own is None or name is None:
            return own is klass
        heritage = " ".join(other.said(each) for each in own.children if each.kind == "class_heritage")
        above = " ".join(script.said(each) for each in klass.children if each.kind == "class_heritage")
        said = own.get("name")
        return script.said(name) in heritage or (said is not None and other.said(said) in above)

    # what a call means

    def meant(self, script: Script, call: Node) -> tuple[Script, Node] | None:  # noqa: C901, PLR0911 - one branch for each kind of node
        """Return the function that a call means, where one is certain."""
        callee = call.get("function") or call.get("constructor")
        if callee is None:
            return None
        callee = bare(callee)
        if callee.kind == "identifier":
            known = script.definition(script.said(callee), callee)
            if known is None:
                return None
            if known.kind == "import":
                found = self.imported(script, known)
                return self._function(*found, is_new=call.kind == "new_expression") if found is not None else None
            return self._function(script, known, is_new=call.kind == "new_expression")
        if callee.kind != "member_expression":
            return None
        asked, holder = callee.get("property"), callee.get("object")
        if asked is None or holder is None:
            return None
        name = script.said(asked)
        holder = bare(holder)
        if holder.kind == "this":
            klass = class_around(call)
            return _member(script, klass, name) if klass is not None else None
        typed = self._class_of(script, holder)
        if typed is not None:
            return _member(*typed, name)
        if holder.kind != "identifier":
            return None
        known = script.definition(script.said(holder), holder)
        if known is not None and known.kind == "import" and script.imported(known).name in {"*", "default"}:
            module = self.script(self.modules.file(script.path, script.imported(known).module))
            inner = self._exported(module, name) if module is not None else None
            if inner is not None:
                return self._function(*inner, is_new=False)
        found = self.imported(script, known) if known is not None and known.kind == "import" else None
        where, value = (
            (found[0], found[1].node) if found is not None else (script, known.node if known is not None else None)
        )
        if value is not None and bare(value).kind == "object":
            return _member(where, bare(value), name)
        return None

    def _function(self, script: Script, known: Definition, *, is_new: bool) -> tuple[Script, Node] | None:
        node = bare(known.node) if known.node is not None else None
        if node is None or known.path:
            return None
        if is_new:
            return _member(script, node, "constructor") if node.kind in _CLASSES else None
        for _wrap in range(3):
            if node.kind in FUNCTIONS:
                return (script, node) if known.kind in {"function", "value"} else None
            callee = node.get("function")
            given = arguments(node)
            if (
                node.kind != "call_expression"
                or callee is None
                or not given
                or not WRAPPERS.search(script.said(callee))
            ):
                return None
            node = bare(given[0])
        return None

    def _class_of(self, script: Script, holder: Node) -> tuple[Script, Node] | None:  # noqa: PLR0911 - one branch for each kind of node
        """Return the class of an object, where the file says so: by ``new``, by a type, by what is injected."""
        known = script.definition(script.said(holder), holder) if holder.kind == "identifier" else None
        if known is not None and known.kind == "class":
            return (script, known.node) if known.node is not None else None
        if known is not None and known.kind == "import":
            found = self.imported(script, known)
            if found is None or found[1].node is None:
                return None
            if found[1].kind == "class":
                return found[0], found[1].node
            value = bare(found[1].node)
            return self._class_of(found[0], value) if value.kind == "new_expression" else None
        name = script.class_name(holder)
        if not name:
            return None
        known = script.definition(name, script.root)
        if known is not None and known.kind == "import":
            found = self.imported(script, known)
            return (
                (found[0], found[1].node)
                if found is not None and found[1].kind == "class" and found[1].node is not None
                else None
            )
        return (script, known.node) if known is not None and known.kind == "class" and known.node is not None else None

    # what a file imports

    def imported(self, script: Script, definition: Definition) -> tuple[Script, Definition] | None:
        """Return what an imported name is in its own file."""
        taken = script.imported(definition)
        module = self.script(self.modules.file(script.path, taken.module))
        return self._exported(module, taken.name) if module is not None and taken.name != "*" else None

    def _exported(self, script: Script, name: str) -> tuple[Script, Definition] | None:
        """Return what a file gives under a name, wherever it takes that from."""
        key = (script.path, name)
        if key not in self._given:
            self._given[key] = self._giving(script, name)
        place = self._given[key]
        where = self.script(place[0]) if place is not None else None
        given = self._own_export(where, place[1]) if where is not None and place is not None else None
        return (where, given) if where is not None and isinstance(given, Definition) else None

    def _giving(self, script: Script, name: str) -> tuple[str, str] | None:
        """Return the file in which something is made that another one gives, and its name there."""
        waiting = [(script.path, name, 0)]
        for _step in range(_FILES_LIMIT):
            if not waiting:
                return None
            path, asked, hop = waiting.pop()
            where = self.script(path)
            found = self._own_export(where, asked) if where is not None else None
            if where is None or isinstance(found, Definition):
                if where is not None:
                    return path, asked
                continue
            if hop < _HOPS_LIMIT:
                ways = [found] if found is not None else self._all_of(where, asked)
                files = [(self.modules.file(path, way.module), way.name) for way in ways]
                waiting += [(file, taken, hop + 1) for file, taken in files if file]
        return None

    @staticmethod
    def _own_export(where: Script, asked: str) -> Definition | Import | None:
        """Return what a file makes itself and gives under a name, or where it takes that from."""
        found = where.exports.get(asked)
        if not isinstance(found, Definition):
            return found
        if found.kind == "import":
            return where.imported(found)
        if found.kind == "value" and found.node is not None and bare(found.node).kind in _NAMES:
            inner = where.definition(where.said(bare(found.node)), where.root)
            if inner is None or inner.kind == "import":
                return where.imported(inner) if inner is not None else None
            return inner
        return found

    def _all_of(self, where: Script, asked: str) -> list[Import]:
        """Return where a file takes all from (``export *``) that may have a name: it stands in their texts."""
        every = [each for key, each in where.exports.items() if key.startswith("*") and isinstance(each, Import)]
        texts = [(each, self.texts.get(self.modules.file(where.path, each.module), "")) for each in every]
        return [Import(each.module, asked) for each, text in texts if asked in text or _HANDS_ON.search(text)]

    @cached_property
    def modules(self) -> Modules:
        """Which file a module is."""
        return Modules(self.texts, self.settings)


_HANDS_ON: Final = re.compile(r"\bexport\s*\*")
_OWNERS_LIMIT: Final = 3
_OF_LANGUAGE: Final = frozenset(
    {
        "Promise",
        "Object",
        "Array",
        "JSON",
        "Math",
        "Number",
        "String",
        "Reflect",
        "Symbol",
        "Buffer",
        "console",
        "window",
        "document",
    }
)
"""Objects that are none of the tree's."""
_OF_MANY: Final = frozenset(
    {"get", "set", "has", "delete", "add", "remove", "call", "apply", "fetch", "request", "write", "read", "close",
     "push", "then", "map", "filter", "find", "on", "emit", "log", "error", "info"}
)  # fmt: skip
"""Names of methods that objects of any kind have."""
_CLASSES: Final = frozenset({"class_declaration", "abstract_class_declaration", "class"})


def _seen(script: Script, place: tuple[int, int], capability: str, found: Found) -> Seen:
    start = place[0]
    is_asked = is_asked_to(script, capability, found.kind, place)
    is_flow = does_harm(script, capability, *place) and not is_asked and not any(step.is_guess for step in found.steps)
    function = next(
        (each for each in script.at(start, start).around() if each.kind in FUNCTIONS and script.name_of(each)), None
    )
    name = script.name_of(function) if function is not None else ""
    steps = [Place(file=each.path, line=each.line, name=each.name) for each in found.steps]
    if not steps:
        steps = [Place(file=found.path, line=found.line, name=found.kind)]
    return Seen(
        ground=(Ground.FLOW if is_flow else Ground.NONE).value,
        steps=(*steps, Place(file=script.path, line=script.line_at(start), name=name)),
        origin=found.kind,
    )


def _calls_of(script: Script, name: str) -> Iterator[Node]:
    members = [member for use in script.properties(name) if (member := use.parent) is not None]
    for use in (*script.uses(name), *members):
        callee = use
        # of ``await load<Page>(place)`` the grammar makes a call of ``await load``
        while callee.parent is not None and callee.parent.kind in {"await_expression", "non_null_expression"}:
            callee = callee.parent
        if callee.parent is not None and callee.field in {"function", "constructor"}:
            yield callee.parent


def _member(script: Script, holder: Node, name: str) -> tuple[Script, Node] | None:
    """Return the function that a class or an object has under a name."""
    body = holder.get("body") if holder.kind in _CLASSES else holder
    for each in body.children if body is not None else ():
        named = each.get("name") or each.get("key")
        if named is None or script.said(named) != name:
            continue
        if each.kind == "method_definition":
            return script, each
        value = each.get("value")
        if value is not None and bare(value).kind in FUNCTIONS:
            return script, bare(value)
    return None


def _may_be_held(script: Script, function: Node) -> bool:
    """Tell whether anything may have a function as its property: what is only a name in its file is none's."""
    if key_of(function)[0] is not None or (function_around(function) is None and _exported_as(script, function)):
        return True
    name = script.name_of(function)
    return any(use.parent is not None and use.parent.kind in _HOLDS for use in script.uses(name))


_HOLDS: Final = frozenset(
    {"pair", "object", "array", "assignment_expression", "export_specifier", "return_statement", "export_statement"}
)


def _exported_as(script: Script, function: Node) -> dict[str, str]:
    """Return the names under which a file exports a function, or what has it; with the key that it has there."""
    named, holder = key_of(function)
    key = unquoted(script.said(named)) if named is not None else ""
    found: dict[str, str] = {}
    for name, each in script.exports.items():
        if not isinstance(each, Definition) or each.node is None or each.path:
            continue
        node = bare(each.node)
        if node.kind in _NAMES and (known := script.definition(script.said(node), node)) is not None:
            node = bare(known.node) if known.node is not None and not known.path else node
        given = arguments(node)[:1] if node.kind == "call_expression" else []
        if function in (node, *map(bare, given)):
            found[name] = ""
        elif key and holder is not None and holder in (node, _made(script, node)):
            found[name] = key
    return found


def _made(script: Script, node: Node) -> Node | None:
    """Return the class of ``new Files()``."""
    made = node.get("constructor") if node.kind == "new_expression" else None
    known = script.definition(script.said(made), made) if made is not None else None
    return known.node if known is not None else None


def _looked_up(script: Script, function: Node) -> Iterator[Node]:
    """Yield the calls of what is looked up in a table that holds a function: ``handlers[name](given)``."""
    for use in uses_of_function(script, function):
        node, is_held = use, False
        for _step in range(_TABLE_LIMIT):
            if node.parent is None or node.parent.kind not in {"pair", "object", "array", "as_expression"}:
                break
            node, is_held = node.parent, True
        declarator = node.parent
        name = declarator.get("name") if declarator is not None and node.field == "value" else None
        if is_held and name is not None and name.kind == "identifier":
            yield from _calls_in_table(script, script.said(name))


def _calls_in_table(script: Script, table: str) -> Iterator[Node]:
    for use in script.uses(table):
        node = use
        is_chosen = False
        while node.parent is not None and node.parent.kind in _ASKED and node.field == "object":
            is_chosen = is_chosen or node.parent.kind == "subscript_expression"
            node = node.parent
        if not is_chosen or node.parent is None:
            continue
        if node.field == "function":
            yield node.parent
            continue
        name = node.parent.get("name") if node.parent.kind == "variable_declarator" else None
        for each in script.uses(script.said(name)) if name is not None and name.kind == "identifier" else ():
            called = each
            while called.parent is not None and called.parent.kind in _ASKED and called.field == "object":
                called = called.parent
            if called.field == "function" and called.parent is not None:
                yield called.parent


_TABLE_LIMIT: Final = 6
_NAMES: Final = frozenset({"identifier", "shorthand_property_identifier"})
_ASKED: Final = frozenset({"member_expression", "subscript_expression", "non_null_expression"})


def _is_of_tree(module: str, folders: frozenset[str]) -> bool:
    """Tell whether a module is a package of the same tree, by the name of its folder."""
    return module.rsplit("/", 1)[-1] in folders
