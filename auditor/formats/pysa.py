"""Pysa's taint output (0.10.0) as flows: grouped at the place of the sink, each with its path step by step."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STEP_LIMIT: Final = 30
TRAIL_LIMIT: Final = 128
"""Ways from one issue to its sinks that are followed."""
BEGINNINGS_LIMIT: Final = 4
"""Places at which values of one sink begin that are told of."""
ENTRIES_OF_ONE: Final = 4
ENTRY_LIMIT: Final = 4_000
"""How often one model, and all models together, are entered on these."""
_NORMAL: Final = frozenset({41})
"""Model queries that match nothing: nobody imports that package (taint.md §5, trap 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place that a value passes.

    Attributes:
        path: File, relative to the root that was analysed.
        line: From 1.
        name: Function it is handed to there; of the last step what it ends in.
        enters: The parameter by which it enters that function, or begins in its own, and the fields and keys below the
            parameter; empty where it comes by something else.
    """

    path: str
    line: int
    name: str
    enters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A way from a source to a sink.

    Attributes:
        code: Number of the rule.
        source: Kind of source.
        sink: Function at its end, as far as it is known.
        steps: At least one; the last is the place of the sink.
        is_guarded: On every path something that looks like a check was called on the value.
        functions: How many functions it passes through.
    """

    code: int
    source: str
    sink: str
    steps: tuple[Step, ...]
    is_guarded: bool
    functions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of pyrefly and pysa says.

    Attributes:
        flows: Of each rule and place of a sink the shortest from where values begin, from up to `BEGINNINGS_LIMIT`
            such places: what is checked on one way may not be on another. The shorter ones come first.
        sources: Names of functions, attributes and globals that are sources of ours, or hand one on.
        unread: (path, reason) of files that were not analysed.
        missing: Modules that were imported and not found.
        broken_models: Models of ours that were dropped for another reason than an absent package.
    """

    flows: tuple[Flow, ...]
    sources: frozenset[str]
    unread: tuple[tuple[str, reasons.Reason], ...]
    missing: frozenset[str]
    broken_models: tuple[str, ...]


def read(type_errors: bytes, metadata: bytes, taint: bytes) -> Report:
    """Read the three outputs of a run.

    Raises:
        ValueError: One of them is no JSON, or lacks what it has to have.
    """
    try:
        models: dict[str, dict[str, Any]] = {}
        issues: list[dict[str, Any]] = []
        for line in taint.splitlines():
            row = orjson.loads(line)
            if row.get("kind") == "model":
                models[row["data"]["callable"]] = row["data"]
            elif row.get("kind") == "issue":
                issues.append(row["data"])
        best: dict[tuple[int, str, int], dict[Step, Flow]] = defaultdict(dict)
        for issue in issues:
            for flow in _flows(issue, models):
                ways = best[flow.code, flow.steps[-1].path, flow.steps[-1].line]
                known = ways.get(flow.steps[0])
                if known is None or _rank(flow) < _rank(known):
                    ways[flow.steps[0]] = flow
        unread, missing = _type_errors(orjson.loads(type_errors))
        problems = orjson.loads(metadata)["stats"]["model_verification_errors"]
        return Report(
            flows=tuple(
                flow for key in sorted(best) for flow in nsmallest(BEGINNINGS_LIMIT, best[key].values(), key=_rank)
            ),
            sources=frozenset(
                str(name).removeprefix("Obj{").removesuffix("}")
                for name, model in models.items()
                if "parameter_sources" in model or "sources" in model
            ),
            unread=unread,
            missing=missing,
            broken_models=tuple(
                " ".join(str(each["description"]).split())[:200]
                for each in problems
                if each.get("code") not in _NORMAL and "odule" not in str(each["description"])
            ),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        message = f"the output is not of the expected shape: {error!r}"
        raise ValueError(message) from error


def _rank(flow: Flow) -> tuple[bool, bool, int, int]:
    """Order flows to one sink: unguarded ones first, then those of a caller, then short ones."""
    return (flow.is_guarded, flow.source != "Request", len(flow.steps), flow.steps[0].line)


def _type_errors(report: Mapping[str, Any]) -> tuple[tuple[tuple[str, reasons.Reason], ...], frozenset[str]]:
    unread: dict[str, reasons.Reason] = {}
    missing: set[str] = set()
    for error in report["errors"]:
        text = str(error.get("concise_description") or error.get("description"))
        if error["name"] == "parse-error":
            unread.setdefault(str(error["path"]), reasons.SYNTAX_ERROR)
        elif error["name"] == "missing-import" and "Failed to load" in text:
            unread[str(error["path"])] = reasons.CANNOT_BE_READ_AS_TEXT
        elif error["name"] == "missing-import" and "`" in text:
            missing.add(text.split("`")[1].split(".", maxsplit=1)[0])
    return tuple(sorted(unread.items())), frozenset(missing)


def _flows(issue: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]]) -> Iterator[Flow]:
    traces = {trace["name"]: trace["roots"] for trace in issue["traces"]}
    here = str(issue["filename"])
    guarded = any(feature.get("always-via") == "guarded" for feature in issue["features"])
    heads = [_first(root, here, models) for root in traces["forward"]]
    if not heads:
        return  # of where the value comes from nothing is told
    begun: dict[Step, tuple[str, list[Step]]] = {}
    for source, before in sorted(heads, key=lambda head: len(head[1])):
        begun.setdefault(before[0], (source, before))
    for root in traces["backward"]:
        for kind in dict.fromkeys(str(each["kind"]) for each in root["kinds"]):
            trails = _trails(root, kind, here, models, "sinks")
            for after in islice(trails, TRAIL_LIMIT):
                for source, before in islice(begun.values(), BEGINNINGS_LIMIT):
                    yield Flow(
                        code=int(issue["code"]),
                        source=source,
                        sink=after[-1].name,
                        steps=tuple(dict.fromkeys((*before, *after))),
                        is_guarded=guarded,
                        functions=len(after) + len(before) - 1,
                    )


def _first(root: Mapping[str, Any], here: str, models: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[Step]]:
    """Return the kind of a source, and the steps from where the value comes to the function with the issue."""
    kind = str(root["kinds"][0]["kind"])
    plain = re.split("[@:]", kind)[-1]  # "NotSink[File]@Request": of a request, and what held it in memory is no path
    if "call" not in root:
        return plain, [Step(path=here, line=int(root["origin"]["line"]), name=plain, enters=_begun(root, kind))]
    steps = min(islice(_trails(root, kind, here, models, "sources"), TRAIL_LIMIT), key=len, default=[])
    return plain, steps[::-1] or [Step(path=here, line=int(root["call"]["position"]["line"]), name=plain)]


_PORT: Final = re.compile(r"^formal\(\**(\w+)[^)]*\)((?:\[[^\[\]]*\])*)")
_LEAF: Final = re.compile(r"^leaf:(?!return$)(\w+)$")


def _begun(root: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Return the parameter in which a value is from the beginning, and the one part of it that is used."""
    leaves = [leaf for each in root["kinds"] if each["kind"] == kind for leaf in each.get("leaves", ())]
    found = next(filter(None, (_LEAF.match(str(leaf.get("port", ""))) for leaf in leaves)), None)
    parts = [
        str(value)
        for each in root.get("local_features", ())
        for key, value in each.items()
        if key in {"first-field", "first-index"} and str(value).isidentifier()
    ]
    return (found[1], *(parts if len(parts) == 1 else ())) if found else ()


def _entered(port: str) -> tuple[str, ...]:
    """Return the parameter that a port names, and the fields and keys below it: ``formal(self, position=0)[name]``."""
    found = _PORT.match(port)
    if found is None:
        return ()
    parts = [part for part in found[2].strip("[]").split("][") if part]
    known = next((number for number, part in enumerate(parts) if not part.isidentifier()), len(parts))
    return (found[1], *parts[:known])


def _trails(
    at: Mapping[str, Any], kind: str, path: str, models: Mapping[str, Mapping[str, Any]], side: str
) -> Iterator[list[Step]]:
    """Yield ways of calls, from one inferred model to the next, to a place of origin; what is lost shows nobody.

    Models that call each other in circles have more ways than anybody can count, and most lead nowhere: a model is
    entered a few times, and no more than `ENTRY_LIMIT` are in all.
    """
    return _Trails(kind, models, side).of(at, path, ())


@dataclass
class _Trails:
    """One search for the ways of a value of one kind."""

    kind: str
    models: Mapping[str, Mapping[str, Any]]
    side: str
    entered: Counter[tuple[str, str]] = field(default_factory=Counter)
    entries: int = 0
    known: dict[tuple[str, str], list[Mapping[str, Any]]] = field(default_factory=dict)

    def of(self, at: Mapping[str, Any], path: str, above: tuple[tuple[str, str], ...]) -> Iterator[list[Step]]:
        if "origin" in at:
            # in a function that gives it back it begins in a parameter of that function
            begun = _begun(at, self.kind) if self.side == "sources" else ()
            yield [Step(path=path, line=int(at["origin"]["line"]), name=_leaf(at, self.kind), enters=begun)]
            return
        call = at["call"]
        port = str(call["port"])
        if port.startswith("formal(cls"):
            return  # a caller chose among classes; what the class itself holds is no text of the caller's
        # a method of a base class is one of several: each leads elsewhere
        step = Step(path=path, line=int(call["position"]["line"]), name="", enters=_entered(port))
        yield from _in_turn([self._into(str(each), port, step, above) for each in call["resolves_to"]])

    def _into(self, callee: str, port: str, step: Step, above: tuple[tuple[str, str], ...]) -> Iterator[list[Step]]:
        key = callee, port
        model = self.models.get(callee)
        if model is None or key in above or len(above) >= STEP_LIMIT:
            return
        if self.entered[key] >= ENTRIES_OF_ONE or self.entries >= ENTRY_LIMIT:
            return
        self.entered[key] += 1
        self.entries += 1
        if key not in self.known:
            self.known[key] = list(_next(model, port, self.kind, self.side))
        here = replace(step, name=callee.rsplit(":", 1)[-1])
        for each in self.known[key]:
            for rest in self.of(each, str(model["filename"]), (*above, key)):
                yield [here, *rest]


def _in_turn(several: Sequence[Iterator[list[Step]]]) -> Iterator[list[Step]]:
    """Yield one way of each in turn, so that no one of them takes all the places."""
    left = list(several)
    while left:
        for each in tuple(left):
            way = next(each, None)
            if way is None:
                left.remove(each)
            else:
                yield way


def _next(model: Mapping[str, Any], port: str, kind: str, side: str) -> Iterator[Mapping[str, Any]]:
    """Yield the continuations of a trail in a model, those that end here first."""
    found: list[tuple[int, Mapping[str, Any]]] = []
    for row in model.get(side, ()):
        if not (row["port"].startswith(port) or port.startswith(row["port"])):
            continue
        for taint in row["taint"]:
            lengths = [int(each.get("length", 0)) for each in taint["kinds"] if each["kind"] == kind]
            if lengths and ("origin" in taint or "call" in taint):
                found.append((min(lengths), taint))
    yield from (taint for _length, taint in sorted(found, key=lambda each: each[0]))


def _leaf(at: Mapping[str, Any], kind: str) -> str:
    for each in at["kinds"]:
        if each["kind"] == kind:
            for leaf in each.get("leaves", ()):
                return str(leaf["name"]).rsplit(":", 1)[-1]
    return kind
