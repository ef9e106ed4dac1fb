"""JSON Schema (draft 7, what published formats use of it) compiled to functions, for documents of many thousand items.

Reference: draft-handrews-json-schema-validation-01. A keyword that is not known here raises, so none is passed over.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Wrong: TypeAlias = "tuple[tuple[object, ...], str]"
"""Where (steps into the document), and what."""
_Test: TypeAlias = "Callable[[Any, tuple[object, ...]], Iterator[Wrong]]"

_PROSE: Final = frozenset(
    {"title", "description", "$comment", "examples", "default", "meta:enum", "deprecated", "$schema", "$id",
     "definitions", "$defs", "then", "else"}
)  # fmt: skip
_TYPES: Final[dict[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
_IRI: Final = re.compile(r"[^\s<>\"{}|\\^`]*")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_SHOWN: Final = 120


class Schema:
    """A compiled schema.

    Args:
        documents: Schemas by the name that a reference begins with; the empty name is the schema itself.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Compile.

        Raises:
            ValueError: It uses a keyword that is not known here.
        """
        self._documents = documents
        self._known: dict[tuple[str, str], _Test] = {}
        self._root = self._compiled(documents[""], "")

    def errors(self, value: object, limit: int = 100) -> list[Wrong]:
        """Return what is wrong, at most so many."""
        found = []
        for wrong in self._root(value, ()):
            found.append(wrong)
            if len(found) >= limit:
                break
        return found

    def _compiled(self, schema: Any, base: str) -> _Test:  # noqa: ANN401 - foreign JSON
        if schema is True:
            return _nothing
        if schema is False:
            return _never
        tests = list(self._tests(schema, base))
        if len(tests) == 1:
            return tests[0]
        if not tests:
            return _nothing

        def all_of(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            for test in tests:
                yield from test(value, at)

        return all_of

    def _tests(self, schema: Mapping[str, Any], base: str) -> Iterator[_Test]:
        if "$ref" in schema:  # draft 7: nothing beside it counts
            yield self._reference(schema["$ref"], base)
            return
        handled: set[str] = set()
        if {"properties", "additionalProperties", "required", "patternProperties"} & schema.keys():
            handled |= {"properties", "additionalProperties", "required", "patternProperties"}
            yield self._object(schema, base)
        if "items" in schema:
            handled |= {"items", "additionalItems"}
            yield self._items(schema, base)
        if "if" in schema:
            handled.add("if")
            yield self._conditional(schema, base)
        for key, said in schema.items():
            if key in handled or key in _PROSE or (key == "format" and said == "string"):
                continue
            maker = getattr(self, f"_of_{key}", None)
            if maker is not None:
                yield maker(said, base)
            elif key in _SIMPLE:
                yield _SIMPLE[key](said)
            elif key != "additionalItems":  # of no effect without `items`
                message = f"schema keyword {key} is not known"
                raise ValueError(message)

    def _reference(self, name: str, base: str) -> _Test:
        file, _mark, pointer = name.partition("#")
        key = (file or base, pointer)

        def follow(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            test = self._known.get(key)
            if test is None:
                target: Any = self._documents[key[0]]
                for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
                    target = target[step.replace("~1", "/").replace("~0", "~")]
                test = self._known[key] = self._compiled(target, key[0])
            return test(value, at)

        return follow

    def _object(self, schema: Mapping[str, Any], base: str) -> _Test:
        properties = {key: self._compiled(each, base) for key, each in schema.get("properties", {}).items()}
        patterns = [
            (re.compile(key), self._compiled(each, base)) for key, each in schema.get("patternProperties", {}).items()
        ]
        required = tuple(schema.get("required", ()))
        more = schema.get("additionalProperties", True)
        rest = None if more is True else self._compiled(more, base)

        def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            if not isinstance(value, dict):
                return
            for key in required:
                if key not in value:
                    yield at, f"{key} is missing"
            for key, inner in value.items():
                found = properties.get(key)
                if found is not None:
                    yield from found(inner, (*at, key))
                    continue
                fitting = [each for pattern, each in patterns if pattern.search(key)]
                for each in fitting:
                    yield from each(inner, (*at, key))
                if not fitting and rest is _never:
                    yield at, f"{key[:_SHOWN]} is not known here"
                elif not fitting and rest is not None:
                    yield from rest(inner, (*at, key))

        return test

    def _conditional(self, schema: Mapping[str, Any], base: str) -> _Test:
        condition = self._compiled(schema["if"], base)
        then, otherwise = (self._compiled(schema.get(key, True), base) for key in ("then", "else"))

        def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            yield from (otherwise if _first(condition, value, at) else then)(value, at)

        return test

    def _items(self, schema: Mapping[str, Any], base: str) -> _Test:
        said = schema["items"]
        is_tuple = isinstance(said, list)
        first = [self._compiled(each, base) for each in said] if is_tuple else []
        rest = self._compiled(schema.get("additionalItems", True) if is_tuple else said, base)

        def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            if isinstance(value, list):
                for number, inner in enumerate(value):
                    yield from (first[number] if number < len(first) else rest)(inner, (*at, number))

        return test

    def _of_oneOf(self, said: list[Any], base: str) -> _Test:  # noqa: N802 - named after the keyword
        return _counted([self._compiled(each, base) for each in said], exactly_one=True)

    def _of_anyOf(self, said: list[Any], base: str) -> _Test:  # noqa: N802
        return _counted([self._compiled(each, base) for each in said], exactly_one=False)

    def _of_allOf(self, said: list[Any], base: str) -> _Test:  # noqa: N802
        tests = [self._compiled(each, base) for each in said]

        def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            for each in tests:
                yield from each(value, at)

        return test

    def _of_not(self, said: Any, base: str) -> _Test:  # noqa: ANN401
        inner = self._compiled(said, base)

        def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
            if _first(inner, value, at) is None:
                yield at, "is what it must not be"

        return test


def _nothing(_value: Any, _at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
    return iter(())


def _never(_value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
    yield at, "must not be here"


def _first(test: _Test, value: Any, at: tuple[object, ...]) -> Wrong | None:  # noqa: ANN401
    return next(iter(test(value, at)), None)


def _counted(tests: list[_Test], *, exactly_one: bool) -> _Test:
    def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
        failures = [_first(each, value, at) for each in tests]
        good = failures.count(None)
        if good == 0:
            # the branch that got furthest tells most
            place, what = max((each for each in failures if each), key=lambda wrong: len(wrong[0]))
            yield place, f"fits none of {len(tests)} forms: {what}"
        elif good > 1 and exactly_one:
            yield at, f"fits {good} forms, of which it may be one"

    return test


def _when(is_good: Callable[[Any], bool], what: str) -> _Test:
    def test(value: Any, at: tuple[object, ...]) -> Iterator[Wrong]:  # noqa: ANN401
        if not is_good(value):
            yield at, f"{repr(value)[:_SHOWN]} {what}"

    return test


def _type(said: str | list[str]) -> _Test:
    names = [said] if isinstance(said, str) else said
    tests = [_TYPES[name] for name in names]
    return _when(lambda value: any(test(value) for test in tests), f"is no {' or '.join(names)}")


def _enum(said: list[Any]) -> _Test:
    texts = frozenset(each for each in said if isinstance(each, str))
    others = [each for each in said if not isinstance(each, str)]
    return _when(lambda value: value in texts if isinstance(value, str) else value in others, "is not in the list")


def _pattern(said: str) -> _Test:
    found = re.compile(said.replace(r"\p{L}", r"[^\W\d_]"))
    return _when(lambda value: not isinstance(value, str) or bool(found.search(value)), f"does not match {said[:80]}")


def _unique(said: bool) -> _Test:  # noqa: FBT001 - the value of the keyword
    def is_unique(value: object) -> bool:
        if not said or not isinstance(value, list):
            return True
        spelled = [each if isinstance(each, str) else _frozen(each) for each in value]
        return len(set(spelled)) == len(spelled)

    return _when(is_unique, "holds one item twice")


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return ("list", *(_frozen(inner) for inner in value))
    return (type(value).__name__ if isinstance(value, bool) else "", value)


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value.upper()).tzinfo is not None and "T" in value.upper()
    except ValueError:
        # leap seconds and more than six digits of a second
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:(?:\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", value))


_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date-time": _is_time,
    "date": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
    "iri-reference": lambda value: bool(_IRI.fullmatch(value)),
    "uri": lambda value: bool(_IRI.fullmatch(value)),
    "idn-email": lambda value: bool(_EMAIL.fullmatch(value)),
}


def _format(said: str) -> _Test:
    is_good = _FORMATS[said]
    return _when(lambda value: not isinstance(value, str) or is_good(value), f"is no {said}")


def _number(is_good: Callable[[Any], bool], what: str) -> _Test:
    return _when(lambda value: not _TYPES["number"](value) or is_good(value), what)


_SIMPLE: Final[dict[str, Callable[[Any], _Test]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda said: _when(lambda value: value == said and type(value) is type(said), f"is not {said!r}"),
    "pattern": _pattern,
    "uniqueItems": _unique,
    "format": _format,
    "minLength": lambda said: _when(lambda value: not isinstance(value, str) or len(value) >= said, "is too short"),
    "maxLength": lambda said: _when(lambda value: not isinstance(value, str) or len(value) <= said, "is too long"),
    "minItems": lambda said: _when(
        lambda value: not isinstance(value, list) or len(value) >= said, "has too few items"
    ),
    "maxItems": lambda said: _when(
        lambda value: not isinstance(value, list) or len(value) <= said, "has too many items"
    ),
    "minimum": lambda said: _number(lambda value: value >= said, f"is less than {said}"),
    "maximum": lambda said: _number(lambda value: value <= said, f"is more than {said}"),
}


def pointer(steps: tuple[object, ...]) -> str:
    """Return steps into a document as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
