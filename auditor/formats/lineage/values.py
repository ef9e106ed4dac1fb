"""What every reader of lineage gives: data sets as named, events, declared edges, spans as links of a chain."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

NAME_LIMIT: Final = 500
SEPARATOR: Final = "|"
FINAL_STATES: Final = frozenset({"COMPLETE", "FAIL", "ABORT"})


class Column(Struct, frozen=True, gc=False):
    """One input of one output field.

    Attributes:
        field: Field of the output.
        dataset: Data set of the input.
        source: Field of the input; empty for the whole data set.
        direct: The value flows (DIRECT, or nobody says); else it only decides which rows.
        masking: The value is hidden on the way.
        is_untyped: Nobody said how the value goes.
    """

    field: str
    dataset: str
    source: str
    direct: bool = True
    masking: bool = False
    is_untyped: bool = False


class Named(Struct, frozen=True, gc=False):
    """A data set as an event or manifest names it.

    Attributes:
        id: ``namespace|name``.
        fields: Known fields; None if nothing is said.
        columns: Where its fields come from.
        aliases: Other names (symlinks).
        tags: Tagged fields: (field, tag); an empty field for the data set itself.
        inputs: Data sets that it says it comes from, by facet; None if it has no such facet.
        is_deleted: It was dropped.
    """

    id: str
    fields: tuple[str, ...] | None = None
    columns: tuple[Column, ...] = ()
    aliases: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    inputs: tuple[str, ...] | None = None
    is_deleted: bool = False


class Event(Struct, frozen=True, gc=False):
    """One OpenLineage event.

    Attributes:
        kind: ``run``, ``dataset`` or ``job``; only runs are seen, the rest is declared.
        type: ``START``, ``COMPLETE`` …; ``OTHER`` where none is given.
        at: Microseconds since 1970; None if it has no time or no zone.
        zone: How the zone is known (`auditor.formats.logs.row`).
        run: Run id.
        job: ``namespace|name``.
        inputs: Data sets read.
        outputs: Data sets written.
        is_streaming: The job never ends.
        notes: What is odd: a schema of the future, a facet that stands there twice …
    """

    kind: str
    type: str
    at: int | None
    zone: str
    run: str
    job: str
    inputs: tuple[Named, ...] = ()
    outputs: tuple[Named, ...] = ()
    is_streaming: bool = False
    notes: tuple[str, ...] = ()


class Table(Struct, frozen=True, kw_only=True):
    """A data set that a manifest, catalogue or export declares.

    Attributes:
        id: ``namespace|name``.
        fields: Known fields; None if nothing is said.
        of: Data sets that it is made of.
        columns: Where its fields come from.
        undetermined: Why its columns are not known, though there is a query; empty if they are.
        role: ``source``, ``derived``, ``sink`` or empty.
        tags: As in `Named`.
        place: Where it stands in its file.
    """

    id: str
    fields: tuple[str, ...] | None = None
    of: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    undetermined: str = ""
    role: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    place: str = ""


class Step(Struct, frozen=True, kw_only=True, gc=False):
    """A span as a step on the way to an answer; it says which links are there, never what they hold.

    Attributes:
        trace: 32 hexadecimal digits, or as given where `problem` says why they are none.
        id: Of the span.
        parent: Of the span above; empty for a root.
        service: ``service.name``.
        name: Of the span.
        kind: ``agent``, ``llm``, ``retrieval``, ``rerank``, ``embedding``, ``tool``, ``chain`` or empty.
        operation: As written (``chat``, ``RETRIEVER``).
        begin: Microseconds since 1970; 0 if not given.
        end: As ``begin``.
        user: It names a user; the attribute.
        is_pseudonym: The user is a pseudonym.
        session: Session id.
        tenant: Tenant, where spans name one: sessions of two tenants have nothing in common.
        prompt: Where the prompt is kept: an attribute, empty for nowhere.
        answer: Where the answer is kept.
        documents: Ids of documents.
        sources: Data sets that they came from, as named.
        model: Model.
        version: Model as it answered.
        provider: Provider.
        host: ``server.address``.
        tool: Name of the tool.
        lacking: For tools: what is not recorded of name, id, arguments, result.
        tracestate: Sampling threshold of ``ot=th:``; empty if none.
        personal: Kinds of personal data in clear in the prompt.
        prompt_version: Version of a prompt template.
        problem: Why trace or span ids cannot be used; empty if they can.
    """

    trace: str
    id: str
    parent: str = ""
    service: str = ""
    name: str = ""
    kind: str = ""
    operation: str = ""
    begin: int = 0
    end: int = 0
    user: str = ""
    is_pseudonym: bool = False
    session: str = ""
    tenant: str = ""
    prompt: str = ""
    answer: str = ""
    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    model: str = ""
    version: str = ""
    provider: str = ""
    host: str = ""
    tool: str = ""
    lacking: tuple[str, ...] = ()
    tracestate: str = ""
    personal: tuple[str, ...] = ()
    prompt_version: str = ""
    problem: str = ""


class Problem(Struct, frozen=True, gc=False):
    """Something in a file that cannot be used.

    Attributes:
        offset: First byte.
        why: A few words.
    """

    offset: int
    why: str


def clean(text: object, limit: int = NAME_LIMIT) -> str:
    """Return text that may stand in a fact: bounded, without control characters or lone surrogates."""
    given = text if isinstance(text, str) else str(text)
    if given.isascii() and given.isprintable() and len(given) <= limit:
        return given
    plain = given[:limit].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "�" for char in plain)


def dataset_id(namespace: object, name: object) -> str:
    """Return the id of a data set."""
    return f"{clean(namespace)}{SEPARATOR}{clean(name)}"


def short(dataset: str) -> str:
    """Return the name of a data set without its namespace."""
    return dataset.partition(SEPARATOR)[2] or dataset
