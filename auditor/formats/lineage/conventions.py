"""What a span's attributes say of the chain of an answer: OTel GenAI, OpenInference, and what others send.

Each link is looked for under the names of the design page (§4). What the attributes hold is not kept, only that it is
there and under which name; ids of documents and names of models are kept.
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.formats.lineage.values import Step, clean
from auditor.formats.lineage.words import is_withheld, names_nobody, says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_USER: Final = (
    "user.id",
    "enduser.id",
    "gen_ai.user.id",
    "langfuse.user.id",
    "ai.telemetry.metadata.userId",
    "traceloop.association.properties.user_id",
    "traceloop.association.properties.userId",
    "langsmith.metadata.user_id",
    "langsmith.metadata.userId",
    "langfuse.trace.metadata.langfuse_user_id",
    "langfuse.observation.metadata.langfuse_user_id",
)
_PSEUDONYM: Final = ("enduser.pseudo.id", "user.hash")
_SESSION: Final = (
    "gen_ai.conversation.id",
    "session.id",
    "gen_ai.session.id",
    "langfuse.session.id",
    "ai.telemetry.metadata.sessionId",
    "traceloop.association.properties.session_id",
    "traceloop.association.properties.sessionId",
    "langsmith.metadata.session_id",
    "langsmith.metadata.thread_id",
    "langsmith.metadata.conversation_id",
    "langfuse.trace.metadata.langfuse_session_id",
    "langfuse.observation.metadata.langfuse_session_id",
)
_TENANT: Final = ("tenant.id", "tenant_id", "tenantId", "gen_ai.tenant.id", "organization.id", "workspace.id", "tenant")
_PROMPT: Final = (
    "gen_ai.input.messages",
    "input.value",
    "gen_ai.prompt",
    "traceloop.entity.input",
    "gen_ai.system_instructions",
    "langfuse.observation.input",
    "langfuse.trace.input",
    "ai.prompt",
    "ai.prompt.messages",
    "input",
)
_PROMPT_PARTS: Final = ("llm.input_messages.", "gen_ai.prompt.", "llm.prompts.")
_ANSWER: Final = (
    "gen_ai.output.messages",
    "output.value",
    "gen_ai.completion",
    "traceloop.entity.output",
    "langfuse.observation.output",
    "langfuse.trace.output",
    "ai.response.text",
    "output",
)
_ANSWER_PARTS: Final = ("llm.output_messages.", "gen_ai.completion.", "llm.completions.")
_DIGEST: Final = re.compile(
    r"(?:^|\.)(?:input|prompt|output|completion|response|answer)[\w.]*\.(?:digest|sha256|hash|ref|reference|uri)$"
)
_MODEL: Final = (
    "gen_ai.request.model",
    "llm.model_name",
    "ai.model.id",
    "llm.request.model",
    "langfuse.observation.model.name",
    "embedding.model_name",
)
_VERSION: Final = ("gen_ai.response.model", "llm.response.model", "ai.response.model")
_PROVIDER: Final = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider")
_HOST: Final = ("server.address", "gen_ai.server.address", "net.peer.name", "peer.address")
_SOURCE: Final = ("gen_ai.data_source.id", "retrieval.data_source.id", "gen_ai.data_source.name")
_TOOL_PARTS: Final = {
    "name": ("gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name", "traceloop.entity.name"),
    "id": ("gen_ai.tool.call.id", "tool_call.id", "tool.id", "ai.toolCall.id"),
    "arguments": (
        "gen_ai.tool.call.arguments",
        "tool_call.function.arguments",
        "tool.parameters",
        "input.value",
        "ai.toolCall.args",
        "traceloop.entity.input",
        "input",
    ),
    "result": (
        "gen_ai.tool.call.result",
        "output.value",
        "tool.result",
        "ai.toolCall.result",
        "traceloop.entity.output",
        "output",
    ),
}
_ASKING_EVENTS: Final = frozenset(
    {"gen_ai.user.message", "gen_ai.system.message", "gen_ai.assistant.message", "gen_ai.tool.message"}
)
"""Events of older conventions that hold a message of the prompt each."""
_FOUND_EVENTS: Final = ("db.query.result", "db.search.result")
"""Events of a query to a vector store, one for each document that was found (traceloop)."""
_OPERATIONS: Final = {
    "chat": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "completion": "llm",
    "response": "llm",
    "embeddings": "embedding",
    "embedding": "embedding",
    "execute_tool": "tool",
    "invoke_agent": "agent",
    "invoke_workflow": "agent",
    "create_agent": "",
    "retrieval": "retrieval",
    "rerank": "rerank",
}
_KINDS: Final = {
    "LLM": "llm",
    "AGENT": "agent",
    "CHAIN": "chain",
    "RETRIEVER": "retrieval",
    "RERANKER": "rerank",
    "EMBEDDING": "embedding",
    "TOOL": "tool",
    # langfuse, traceloop and LangSmith
    "GENERATION": "llm",
    "WORKFLOW": "chain",
    "TASK": "chain",
    "COMPLETION": "llm",
}
_THRESHOLD: Final = re.compile(r"(?:^|,)\s*ot=[^,]*?\bth:([0-9a-f]{1,14})(?=[;,]|$)")
_DOCUMENT: Final = re.compile(r"(?:retrieval\.documents|reranker\.output_documents)\.(\d{1,5})\.document\.(.+)")
_OPENING: Final = re.compile(r'\[\s*\{|\{\s*"')
_HEX: Final = frozenset("0123456789abcdef")
_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE: Final = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d{9}(?![\d.])")
NO_PATHS: Final[Mapping[str, str]] = {}
_TALKING: Final = frozenset({"agent", "chain", "llm", ""})
"""Kinds of steps that may hold what a person asked and was told."""
_DOCUMENT_IDS: Final = ("id", "document_id", "doc_id", "documentId", "id_", "node_id", "chunk_id")
_WRAPPERS: Final = (
    *("document", "documents", "metadata", "node", "nodes", "results", "chunks", "data", "source_documents"),
)
_SEARCHED: Final = 200_000
_MARK: Final = 60
"""Characters of the longest mark that a filter leaves."""
_DOCUMENTS: Final = 500
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def step(
    ids: tuple[str, str, str],
    name: str,
    service: str,
    attributes: Mapping[str, Any],
    *,
    times: tuple[int, int] = (0, 0),
    tracestate: str = "",
    events: Iterable[tuple[str, Mapping[str, Any]]] = (),
    tool_results: Mapping[str, str] = NO_PATHS,
    tenant: str = "",
) -> Step:
    """Return what a span says.

    Args:
        ids: Trace, span, parent; hexadecimal digits as given.
        name: Name of the span.
        service: Its ``service.name``.
        attributes: By name; values as JSON has them.
        times: Begin and end, microseconds.
        tracestate: W3C tracestate.
        events: Name and attributes of each event of the span.
        tool_results: JSON path to ids of documents in the result of a tool, by its name.
        tenant: Tenant that its resource names.
    """
    merged: Mapping[str, Any] = attributes
    hits: list[object] = []
    for event, said in events:
        if event in _FOUND_EVENTS:
            hits.append(said.get(f"{event}.id"))
        elif event.startswith("gen_ai."):
            merged = {**_of_message(event, said), **merged}
    operation, kind = _kind(merged)
    if hits and not kind:
        kind = "retrieval"
    tool = _first(merged, _TOOL_PARTS["name"]) if kind == "tool" else ""
    user_at = next((name for name in _USER if name in merged and _names(merged[name])), "")
    pseudonym_at = "" if user_at else _at_first(merged, _PSEUDONYM)
    threshold = _THRESHOLD.search(tracestate) if tracestate else None
    documents = (
        tuple(dict.fromkeys((*(clean(each) for each in hits if _said(each)), *_documents(merged))))[:_DOCUMENTS]
        if kind in {"retrieval", "rerank"} or "retrieval" in operation
        else ()
    )
    if tool in tool_results:
        result = next((merged[key] for key in _TOOL_PARTS["result"] if key in merged), None)
        documents = tuple(dict.fromkeys(_at(result, tool_results[tool])))[:_DOCUMENTS]
    version = merged.get("llm.prompt_template.version") or merged.get("langfuse.observation.prompt.version")
    return Step(
        trace=ids[0],
        id=ids[1],
        parent=ids[2],
        service=clean(service),
        name=clean(name),
        kind=kind,
        operation=operation,
        begin=times[0],
        end=times[1],
        user=user_at or pseudonym_at,
        is_pseudonym=bool(pseudonym_at),
        session=_first(merged, _SESSION),
        tenant=tenant_of(merged) or tenant,
        prompt=_kept(merged, _PROMPT, _PROMPT_PARTS, ("input", "prompt")) if kind in _TALKING else "",
        answer=_kept(merged, _ANSWER, _ANSWER_PARTS, ("output", "completion", "response", "answer"))
        if kind in _TALKING
        else "",
        documents=documents,
        sources=tuple(dict.fromkeys(_sources(merged))) if kind in {"retrieval", "rerank"} or documents else (),
        model=_first(merged, _MODEL),
        version=_first(merged, _VERSION),
        provider=_first(merged, _PROVIDER) or ("unknown" if any(key in merged for key in _PROVIDER) else ""),
        host=_first(merged, _HOST) if kind in {"llm", "embedding", "rerank"} else "",
        tool=tool,
        lacking=tuple(part for part, names in _TOOL_PARTS.items() if not any(_holds(merged.get(key)) for key in names))
        if kind == "tool"
        else (),
        tracestate=threshold[1] if threshold else "",
        personal=personal_in(str(merged[key]) for key in _PROMPT if key in merged and isinstance(merged[key], str))
        if kind in {"llm", "embedding"}
        else (),
        prompt_version=clean(version) if version else "",
        problem=_problem(ids),
    )


def tenant_of(attributes: Mapping[str, Any]) -> str:
    """Return the tenant that attributes of a span or of its resource name; empty if none."""
    return _first(attributes, _TENANT)


def _of_message(event: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an event says as attributes of its span; messages that stand in events of their own, too."""
    if event in _ASKING_EVENTS and _holds(said.get("content")):
        return {"gen_ai.prompt": said["content"], **said}
    if event == "gen_ai.choice" and (held := next((said[key] for key in ("message", "content") if key in said), "")):
        return {"gen_ai.completion": held, **said}
    return said


def _problem(ids: tuple[str, str, str]) -> str:
    trace, own, _parent = ids
    if len(trace) != 32 or not _HEX.issuperset(trace):  # noqa: PLR2004 - W3C trace context
        return "trace id is not 32 hexadecimal digits"
    if not trace.strip("0"):
        return "trace id is zero"
    if len(own) != 16 or not _HEX.issuperset(own) or not own.strip("0"):  # noqa: PLR2004 - W3C trace context
        return "span id is not 16 hexadecimal digits"
    return ""


def _kind(attributes: Mapping[str, Any]) -> tuple[str, str]:
    given = attributes.get("gen_ai.operation.name")
    if isinstance(given, str) and given:
        return clean(given), _OPERATIONS.get(given.lower(), "")
    for key in (
        "openinference.span.kind",
        "langfuse.observation.type",
        "traceloop.span.kind",
        "langsmith.span.kind",
        "llm.request.type",
    ):
        given = attributes.get(key)
        if isinstance(given, str) and given:
            kind = _KINDS.get(given.upper(), _OPERATIONS.get(given.lower(), ""))
            if kind:
                return clean(given), kind
    if "gen_ai.request.model" in attributes or "llm.model_name" in attributes:
        return "", "llm"
    if "retrieval.documents.0.document.id" in attributes or "gen_ai.retrieval.documents" in attributes:
        return "", "retrieval"
    return "", ""


def _said(value: object) -> bool:
    """Tell whether a value names somebody: none that says nothing (§1.7)."""
    if isinstance(value, str):
        return not says_nothing(value)
    if value is None or isinstance(value, (bool, dict, list)):
        return False
    return not says_nothing(str(value))


def _holds(value: object) -> bool:
    """Tell whether something is recorded, if only an empty list of arguments."""
    return value is not None and value not in ("", "null")


def _at_first(attributes: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return the first of some names whose value says something, empty if none does; most names are absent."""
    for name in names:
        if name in attributes and _said(attributes[name]):
            return name
    return ""


def _first(attributes: Mapping[str, Any], names: Iterable[str]) -> str:
    name = _at_first(attributes, names)
    return clean(attributes[name]) if name else ""


def _kept(attributes: Mapping[str, Any], names: Iterable[str], parts: tuple[str, ...], digests: tuple[str, ...]) -> str:
    for key in names:
        value = attributes.get(key)
        if value not in (None, "", "[]", "{}", "null", [], {}) and not (
            isinstance(value, str) and (says_nothing(value) or _is_gone(value))
        ):
            return key
    for key, value in attributes.items():
        if key.startswith(parts) and value not in (None, "") and not key.endswith(_NO_TEXT) and not _is_gone(value):
            return parts[next(i for i, part in enumerate(parts) if key.startswith(part))] + "*"
        if value and _DIGEST.search(key) and any(word in key for word in digests):
            return key
    return ""


_NO_TEXT: Final = (".role", ".type", ".finish_reason", ".name", ".id")
"""Last parts of names that say something about a message and hold none of its text."""


def _is_gone(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MARK and is_withheld(value)


def _names(value: object) -> bool:
    return _said(value) and not names_nobody(str(value))


def _documents(attributes: Mapping[str, Any]) -> Iterator[str]:
    for key, value in attributes.items():
        match = _DOCUMENT.fullmatch(key)
        if match and (match[2] == "id" or match[2].endswith((".id", ".document_id", ".doc_id"))) and _said(value):
            yield clean(value)
        elif match and match[2] == "metadata":
            yield from _ids(_json(value), 0)
    for key in (
        "gen_ai.retrieval.documents",
        "retrieval.documents",
        "reranker.output_documents",
        "langfuse.observation.output",
        "output.value",
        "gen_ai.completion",
        "traceloop.entity.output",
    ):
        if key in attributes:
            found = _json(attributes[key])
            if isinstance(found, list | dict):
                yield from _ids(found, 0)


def _ids(value: object, depth: int) -> Iterator[str]:
    """Yield the ids of documents in a list of them, however it wraps them."""
    if depth > 6:  # noqa: PLR2004 - no list of documents is nested deeper
        return
    if isinstance(value, list):
        for each in value[:_DOCUMENTS]:
            yield from _ids(each, depth + 1)
    elif isinstance(value, dict):
        if own := _first(value, _DOCUMENT_IDS):
            yield own
            return
        for key in _WRAPPERS:
            if key in value:
                yield from _ids(value[key], depth + 1)


def _at(result: object, path: str) -> Iterator[str]:
    """Yield the texts at a JSON path (``$[*].doc_id``) of a tool's result, also where JSON stands inside of a text."""
    steps = [each for each in re.split(r"[.\[\]]+", path.removeprefix("$")) if each]
    for value in _embedded(result, 0):
        found = [value]
        for name in steps[:20]:
            found = [inner for each in found for inner in _members(each, name)]
        yield from (clean(each) for each in found[:_DOCUMENTS] if _said(each))


def _members(value: object, name: str) -> list[Any]:
    if isinstance(value, list):
        if name == "*":
            return value[:_DOCUMENTS]
        return value[int(name) : int(name) + 1] if name.isdecimal() else []
    if isinstance(value, dict):
        return list(value.values())[:_DOCUMENTS] if name == "*" else [value[name]] if name in value else []
    return []


def _embedded(value: object, depth: int) -> Iterator[object]:
    if isinstance(value, list | dict):
        yield value
        if depth <= 3:  # noqa: PLR2004 - texts in texts end there
            for text in _texts(value, 0):
                yield from _embedded(text, depth + 1)
        return
    if not isinstance(value, str) or depth > 3:  # noqa: PLR2004 - texts in texts end there
        return
    text = value[:_SEARCHED]
    with contextlib.suppress(orjson.JSONDecodeError):
        yield from _embedded(orjson.loads(text), depth + 1)
        return
    decoder = json.JSONDecoder()
    at, tries = 0, 0
    while tries < 100 and (match := _OPENING.search(text, at)):  # noqa: PLR2004 - more are no result of a tool
        tries += 1
        at = match.end()
        try:
            found, at = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        yield found


def _texts(value: object, depth: int) -> Iterator[str]:
    """Yield the texts in a JSON value that may hold JSON themselves."""
    if isinstance(value, str):
        if value.lstrip()[:1] in {"[", "{"}:
            yield value
    elif isinstance(value, list | dict) and depth < 8:  # noqa: PLR2004 - no result is nested deeper
        for each in list(value.values() if isinstance(value, dict) else value)[:_DOCUMENTS]:
            yield from _texts(each, depth + 1)


def _json(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    return value if isinstance(value, list | dict) else None


def _sources(attributes: Mapping[str, Any]) -> Iterator[str]:
    for key in _SOURCE:
        value = attributes.get(key)
        for each in value if isinstance(value, list) else (value,):
            if _said(each):
                yield clean(each)
    space, name = attributes.get("db.namespace"), attributes.get("db.collection.name")
    if _said(name):
        yield f"{clean(space)}.{clean(name)}" if _said(space) else clean(name)
    for key, value in attributes.items():
        match = _DOCUMENT.fullmatch(key)
        if match and match[2] == "metadata" and isinstance(found := _json(value), dict):
            for named in ("dataset", "dataset_id", "data_source", "data_source_id", "knowledge_base", "collection"):
                if _said(found.get(named)):
                    yield clean(found[named])


def personal_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of personal data that stand in clear in some texts: identity cards (checked), mobile numbers."""
    found = set()
    for text in texts:
        part = text[:_SEARCHED]
        if any(_is_card(match[0]) for match in _CARD.finditer(part)):
            found.add("identity card")
        if _MOBILE.search(part):
            found.add("mobile number")
    return tuple(sorted(found))


def _is_card(number: str) -> bool:
    """Tell whether the check digit of GB 11643-1999 is right."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
