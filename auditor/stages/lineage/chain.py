"""Answers and the seven links behind each: user, session, prompt, retrieval, source, model, answer.

One answer is what the topmost agent did, or, where no agent is recorded, what the model calls under one span did.
Attributes do not inherit: user and session may be taken from an ancestor or the root of the same trace, and from
another trace only where the session is the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from auditor.formats.lineage.values import Step
from auditor.formats.lineage.words import says_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from auditor.formats.inventory import DocumentPattern, Service

LINKS: Final = ("user", "session", "prompt", "retrieval", "source", "model", "answer")
"""L1 to L7."""
_DEPTH: Final = 200
_SHOWN: Final = 5


@dataclass
class Answer:
    """An answer and its links.

    Attributes:
        trace: Its trace.
        span: Span that stands for it.
        service: Its service.
        file: Where its span stands.
        offset: First byte there.
        at: When it began, microseconds.
        found: What shows each link, empty where nothing does; only links that are due.
        cited: Ids of documents that were retrieved.
        unresolved: Those that lead to no data set of the inventory.
    """

    trace: str
    span: str
    service: str
    file: str
    offset: int
    at: int
    found: dict[str, str] = field(default_factory=dict)
    cited: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    model: str = ""

    @property
    def is_complete(self) -> bool:
        """Every link that is due is there."""
        return all(self.found.values())

    @property
    def first_missing(self) -> str:
        """The first link that is due and not there, ``L1`` …; empty if there is none."""
        return next((f"L{LINKS.index(name) + 1}" for name in LINKS if name in self.found and not self.found[name]), "")

    @property
    def missing(self) -> list[str]:
        """All of them."""
        return [f"L{LINKS.index(name) + 1}" for name in LINKS if name in self.found and not self.found[name]]


class Placed(Struct, frozen=True, gc=False):
    """A step and where it stands."""

    step: Step
    file: str
    offset: int


@dataclass
class Traces:
    """All steps of one target, by trace.

    Attributes:
        by_trace: Steps with valid ids.
        invalid: Steps with ids that cannot be used.
        repeated: Spans that stand there twice.
    """

    by_trace: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    invalid: list[Placed] = field(default_factory=list)
    spans: int = 0
    repeated: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, step: Step, file: str, offset: int) -> None:
        """Take a step; the same span twice counts once."""
        placed = Placed(step, file, offset)
        self.spans += 1
        if step.problem:
            self.invalid.append(placed)
            return
        key = (step.trace, step.id)
        if key in self._seen:
            self.repeated += 1
            return
        self._seen.add(key)
        self.by_trace[step.trace].append(placed)

    def steps(self) -> Iterator[Placed]:
        """Yield every step with valid ids."""
        for found in self.by_trace.values():
            yield from found


def answers(
    traces: Traces,
    services: Mapping[str, Service],
    resolve: Callable[[str], str],
    documents: Sequence[DocumentPattern] = (),
) -> list[Answer]:
    """Return the answers of services that speak to people.

    Args:
        traces: Everything seen.
        services: Of the inventory, by id; a service that it does not name counts as one that speaks to people.
        resolve: Gives the data set of the inventory for a name, empty if there is none.
        documents: Which ids of documents belong to which data set.
    """
    found: list[Answer] = []
    by_session: dict[str, str] = {}
    for steps in traces.by_trace.values():
        for placed in steps:
            if placed.step.user and placed.step.session:
                for key in _keys(placed.step.session, placed.step):
                    by_session.setdefault(key, placed.step.user)
    for trace, steps in traces.by_trace.items():
        found.extend(_of_trace(trace, steps, services, resolve, documents, by_session))
    return found


_UNMISTAKABLE: Final = 8
"""Characters of a session id that two services do not give out by chance; each counts from 1 by itself."""


def _keys(session: str, step: Step) -> tuple[str, ...]:
    """Return what a session of a tenant is known by: at its service, and everywhere where its id is no mere number."""
    own = f"{session}\0{step.tenant}\0{step.service}"
    return (own, f"{session}\0{step.tenant}") if len(session) >= _UNMISTAKABLE else (own,)


def _of_trace(
    trace: str,
    steps: list[Placed],
    services: Mapping[str, Service],
    resolve: Callable[[str], str],
    documents: Sequence[DocumentPattern],
    by_session: Mapping[str, str],
) -> Iterator[Answer]:
    by_id = {each.step.id: each for each in steps}
    groups: dict[str, list[Placed]] = defaultdict(list)
    tops: dict[str, Placed] = {}
    models_under = _above_models(steps, by_id)
    for placed in steps:
        top = _top(placed, by_id, models_under)
        if top is None:
            continue
        is_agent = top.step.kind in {"agent", "chain"}
        key = top.step.id if is_agent else f"under {top.step.parent or top.step.id}"
        tops.setdefault(key, top)
        groups[key].append(placed)
    if not tops:
        return
    loose = [
        placed
        for placed in steps
        if placed.step.kind in {"retrieval", "rerank", "tool"} and _top(placed, by_id, models_under) is None
    ]
    for key, top in tops.items():
        service = services.get(top.step.service)
        if service is not None and not service.end_users:
            continue
        own = groups[key]
        if loose:
            parent = top.step.parent
            own = own + [
                each for each in loose if len(tops) == 1 or each.step.parent == parent or _is_under(each, parent, by_id)
            ]
        yield _answer(trace, top, own, by_id, service, resolve, documents, by_session)


def _above_models(steps: list[Placed], by_id: Mapping[str, Placed]) -> set[str]:
    """Return the ids of all spans that have a model call or an agent at or below them."""
    found: set[str] = set()
    for placed in steps:
        if placed.step.kind not in {"llm", "agent"}:
            continue
        at: Placed | None = placed
        for _ in range(_DEPTH):
            if at is None or at.step.id in found:
                break
            found.add(at.step.id)
            at = by_id.get(at.step.parent)
    return found


def _top(placed: Placed, by_id: Mapping[str, Placed], models_under: set[str]) -> Placed | None:
    """Return the topmost agent, chain or model call at or above a span; None if there is none."""
    top: Placed | None = None
    at: Placed | None = placed
    seen = set()
    for _ in range(_DEPTH):
        if at is None or at.step.id in seen:
            break
        seen.add(at.step.id)
        kind = at.step.kind
        is_agent = kind == "agent" or (kind == "chain" and at.step.id in models_under)
        if is_agent or (kind == "llm" and (top is None or top.step.kind == "llm")):
            top = at
        at = by_id.get(at.step.parent)
    return top


def _is_under(placed: Placed, parent: str, by_id: Mapping[str, Placed]) -> bool:
    at: Placed | None = placed
    for _ in range(_DEPTH):
        if at is None:
            return False
        if at.step.parent == parent:
            return True
        at = by_id.get(at.step.parent)
    return False


def _ancestors(placed: Placed, by_id: Mapping[str, Placed]) -> Iterator[Placed]:
    at = by_id.get(placed.step.parent)
    seen = set()
    while at is not None and at.step.id not in seen:
        seen.add(at.step.id)
        yield at
        at = by_id.get(at.step.parent)


def _answer(
    trace: str,
    top: Placed,
    own: list[Placed],
    by_id: Mapping[str, Placed],
    service: Service | None,
    resolve: Callable[[str], str],
    documents: Sequence[DocumentPattern],
    by_session: Mapping[str, str],
) -> Answer:
    made = Answer(trace, top.step.id, top.step.service, top.file, top.offset, top.step.begin)
    above = list(_ancestors(top, by_id))
    roots = [each for each in by_id.values() if not each.step.parent]
    made.found["session"] = _of_scope("session", top, own, above, roots)
    session = next((each.step.session for each in (top, *own, *above, *roots) if each.step.session), "")
    elsewhere = next((by_session[key] for key in _keys(session, top.step) if key in by_session), "")
    made.found["user"] = _of_scope("user", top, own, above, roots) or (
        f"{elsewhere} of the session" if session and elsewhere else ""
    )
    for link in ("prompt", "answer"):
        made.found[link] = next(
            (
                f"{getattr(each.step, link)}"
                for each in (top, *own)
                if getattr(each.step, link) and each.step.kind in {"agent", "chain", "llm"}
            ),
            "",
        )
        if not made.found[link]:
            made.found[link] = next(
                (f"{getattr(each.step, link)} of {each.step.name}" for each in above if getattr(each.step, link)), ""
            )
    retrievals = [each.step for each in own if each.step.documents and each.step.kind not in {"llm", "agent"}]
    if (
        (service is not None and service.uses_retrieval)
        or retrievals
        or any(each.step.kind == "retrieval" for each in own)
    ):
        made.cited = tuple(dict.fromkeys(one for each in retrievals for one in each.documents))
        made.found["retrieval"] = f"{len(made.cited)} documents" if made.cited else ""
        pairs = _resolved(retrievals, resolve, documents)
        made.unresolved = tuple(sorted(name for name, dataset in pairs.items() if not dataset))
        made.sources = tuple(sorted({dataset for dataset in pairs.values() if dataset}))
        made.found["source"] = ", ".join(made.sources[:_SHOWN]) if made.cited and not made.unresolved else ""
    calls = [each.step for each in own if each.step.kind == "llm" and each.step.model]
    if not calls and top.step.model:
        calls = [top.step]
    made.found["model"] = ""
    if calls and not any(says_nothing(each.provider) for each in calls if each.provider):
        made.model = calls[-1].version or calls[-1].model
        made.found["model"] = made.model
    ordered: dict[str, str] = {name: made.found[name] for name in LINKS if name in made.found}
    made.found = ordered
    return made


def _of_scope(link: str, top: Placed, own: Iterable[Placed], above: Iterable[Placed], roots: Iterable[Placed]) -> str:
    """Return what shows a link: at the answer, at a step of it, at an ancestor, or at the root of the same trace."""
    if getattr(top.step, link):
        return f"{getattr(top.step, link)}"
    for each in own:
        if getattr(each.step, link):
            return f"{getattr(each.step, link)} of {each.step.name or each.step.kind}"
    for each in above:
        if getattr(each.step, link):
            return f"{getattr(each.step, link)} of the ancestor {each.step.name}"
    for each in roots:
        if getattr(each.step, link):
            return f"{getattr(each.step, link)} of the root {each.step.name}"
    return ""


def _resolved(
    retrievals: list[Step], resolve: Callable[[str], str], documents: Sequence[DocumentPattern]
) -> dict[str, str]:
    """Return the data set of each document that was cited: by its declared pattern, else by what its span names."""
    found: dict[str, str] = {}
    for each in retrievals:
        named = next((dataset for name in each.sources if (dataset := resolve(name))), "")
        for document in each.documents:
            pattern = next((one.dataset for one in documents if fnmatchcase(document, one.pattern)), "")
            found[document] = (
                (resolve(pattern) if pattern else "")
                or named
                or resolve(document.partition("#")[0])
                or found.get(document, "")
            )
    return found
