"""Records of key ceremonies (``ceremony-record/1``): one JSON file an event, signed, and chained by SM3.

Signed are the octets of the record without ``signatures`` in canonical form (RFC 8785). A record names the SM3
digest of the one before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from auditor.formats import signers, sm2
from auditor.formats.canonical_json import CanonicalError, canonical, parse
from auditor.formats.hashes import sm3
from auditor.formats.stamps import digest_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

SCHEMA: Final = "ceremony-record/1"
KINDS: Final = (
    "init",
    "rekey",
    "rotate",
    "generate_root",
    "unseal_drill",
    "restore_drill",
    "custodian_change",
    "module_inventory",
)
ROLES: Final = ("custodian", "operator", "witness", "auditor")
QUORUM_KINDS: Final = frozenset({"init", "rekey", "rotate", "generate_root", "unseal_drill", "restore_drill"})
"""Events at which custodians act, so that as many of them sign as it takes to open the seal."""
_NO_DIGEST: Final = frozenset({"", "0" * 64})
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 4096}
_DIGEST: Final = {"type": "string", "pattern": "^(sm3:)?[0-9a-fA-F]{64}$"}
_TIME: Final = {"type": "string", "format": "date-time"}


def _object(required: Sequence[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def json_schema() -> dict[str, Any]:
    """Return the published JSON Schema (2020-12) of a record."""
    made = _object(
        ("kind", "sequence", "previous_sm3", "cluster_id", "started", "ended", "participants", "signatures"),
        {
            "schema": {"const": SCHEMA},
            "kind": {"enum": list(KINDS)},
            "sequence": {"type": "integer", "minimum": 0},
            "previous_sm3": {"anyOf": [_DIGEST, {"type": "null"}, {"const": ""}]},
            "cluster_id": {"type": "string"},
            "product": _TEXT,
            "version": _TEXT,
            "seal": {"type": ["string", "object"]},
            "shares": {"type": "integer", "minimum": 1, "maximum": 255},
            "threshold": {"type": "integer", "minimum": 1, "maximum": 255},
            "started": _TIME,
            "ended": _TIME,
            "place": {"type": "string"},
            "participants": {
                "type": "array",
                "minItems": 1,
                "items": _object(
                    ("id", "role"),
                    {
                        "id": _TEXT,
                        "role": {"enum": list(ROLES)},
                        "organisation": {"type": "string"},
                        "certificate_sm3": _DIGEST,
                    },
                ),
            },
            "shares_map": {
                "type": "array",
                "items": _object(
                    ("share_no", "custodian_id"),
                    {
                        "share_no": {"type": "integer", "minimum": 1},
                        "custodian_id": _TEXT,
                        "wrapped_for_fingerprint": {"type": "string"},
                        "wrapped_share_sm3": {"type": "string"},
                    },
                ),
            },
            "root_token": {"type": ["object", "null"]},
            "snapshot": {"type": ["object", "null"]},
            "module": {"type": ["object", "null"]},
            "attachments": {"type": "array", "items": {"type": "object"}},
            "signatures": {
                "type": "array",
                "items": _object(
                    ("participant_id", "algorithm", "certificate", "value"),
                    {
                        "participant_id": _TEXT,
                        "algorithm": {"enum": list(signers.ALGORITHMS)},
                        "user_id": {"type": "string"},
                        "certificate": _TEXT,
                        "value": _TEXT,
                    },
                ),
            },
        },
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **made}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a record.

    Attributes:
        code: ``schema``, ``signature``, ``stranger``, ``certificate``, ``chain``, ``algorithm``, ``quorum``,
            ``witness``, ``dates``, ``root`` (no root to verify against, so nothing is proven), ``link``,
            ``sequence`` or ``replay``.
        detail: What, in one line.
    """

    code: str
    detail: str


@dataclass
class Record:
    """A record that was read.

    Attributes:
        name: Of its file.
        value: As it stands there.
        digests: SM3 digests that a later record may name it by: of the whole in canonical form, of the signed octets,
            and of the file.
        problems: What is wrong with it.
        signed_by: Ids of the participants whose signature holds.
    """

    name: str
    value: dict[str, Any]
    digests: tuple[str, ...]
    problems: list[Flaw] = field(default_factory=list)
    signed_by: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What happened."""
        return str(self.value.get("kind", ""))

    @property
    def sequence(self) -> int:
        """Place in the chain, -1 if it says none."""
        found = self.value.get("sequence")
        return found if isinstance(found, int) and not isinstance(found, bool) else -1

    @property
    def ended(self) -> datetime | None:
        """When it was over, None if it does not say."""
        return time_of(self.value.get("ended"))

    def participants(self, *roles: str) -> list[dict[str, Any]]:
        """Return who took part in these roles; in any where none is named."""
        said = self.value.get("participants")
        found = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        return [each for each in found if not roles or each.get("role") in roles]

    def listed(self, name: str) -> list[dict[str, Any]]:
        """Return a list of objects of the record."""
        said = self.value.get(name)
        return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def is_one(value: object) -> bool:
    """Tell whether a document wants to be a record."""
    return isinstance(value, dict) and (
        value.get("schema") == SCHEMA
        or (value.get("kind") in KINDS and ("sequence" in value or "previous_sm3" in value))
    )


def read(data: bytes, name: str) -> Record:
    """Read a record and compare it with the schema.

    Raises:
        CanonicalError: It is no JSON that has a canonical form.
    """
    value = parse(data)
    if not isinstance(value, dict):
        raise CanonicalError("no object")
    record = Record(name, value, (sm3(canonical(value)), sm3(signed_octets(value)), sm3(data)))
    record.problems.extend(Flaw("schema", each) for each in schema_problems(value))
    return record


def signed_octets(value: Mapping[str, Any]) -> bytes:
    """Return what the signatures of a record are over."""
    return canonical({name: each for name, each in value.items() if name != "signatures"})


def schema_problems(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a record lacks or has wrong, in the order of the schema."""
    yield from _against(value, json_schema(), "")


def _against(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:  # noqa: ANN401, C901, PLR0912 - JSON; a branch a keyword
    """Compare a value with the keywords of JSON Schema that our schema uses; a library takes a second to load."""
    here = place or "the record"
    if "anyOf" in schema:
        if all(any(True for _each in _against(value, option, place)) for option in schema["anyOf"]):
            yield f"{here} is not as the schema has it"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{here} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{here} is none of {', '.join(schema['enum'])}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{here} is no {' or '.join(kinds)}"
        return
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", 1 << 20):
            yield f"{here} is empty or too long"
        if "pattern" in schema and not re.match(schema["pattern"], value):
            yield f"{here} is no SM3 digest"
        if schema.get("format") == "date-time" and time_of(value) is None:
            yield f"{here} is no time with a zone (RFC 3339)"
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and not schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        yield f"{here} is out of range"
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{place + '.' if place else ''}{name} is missing"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _against(value[name], inner, f"{place}.{name}" if place else name)
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{here} is empty"
        for index, each in enumerate(value[:1000]):
            yield from _against(each, schema.get("items", {}), f"{place}[{index}]")


def _is(value: object, kind: str) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {"string": str, "object": dict, "array": list, "null": type(None)}
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kinds[kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What signatures of records have to come to.

    Attributes:
        quorum: Custodians that sign at least, whatever the threshold.
        algorithms: Accepted.
        roots: Certificates of the ceremony root; without one nothing is proven.
        others: Intermediates.
    """

    quorum: int = 3
    algorithms: frozenset[str] = frozenset({signers.SM2_SM3})
    roots: tuple[Certificate, ...] = ()
    others: tuple[Certificate, ...] = ()


def check_signatures(record: Record, policy: Policy) -> None:
    """Verify the signatures of a record, and note what is wrong.

    1. Each is by somebody who took part, with the certificate that the record names for them.
    2. It verifies over the canonical octets.
    3. Its certificate was valid at the end of the event and chains to the ceremony root.
    4. Enough custodians signed, each of them once.
    5. A witness signed who is no custodian.
    """
    octets = signed_octets(record.value)
    ended = record.ended
    named = {str(each.get("id")): each for each in record.participants()}
    roles: dict[str, set[str]] = {}
    for each in record.participants():
        roles.setdefault(str(each.get("id")), set()).add(str(each.get("role")))
    good: dict[str, str] = {}
    for signature in record.listed("signatures"):
        who = str(signature.get("participant_id", ""))
        problem, print_ = _signature_problem(signature, named.get(who), octets, ended, policy)
        if problem is None and (who in good or print_ in good.values()):
            problem = Flaw("quorum", f"{who} signs twice, or with the certificate of another participant")
        if problem is None:
            good[who] = print_
        else:
            record.problems.append(problem)
    record.signed_by = tuple(sorted(good))
    custodians = {who for who in good if "custodian" in roles.get(who, ())}
    threshold = record.value.get("threshold")
    wanted = max(threshold if isinstance(threshold, int) else 0, policy.quorum) if record.kind in QUORUM_KINDS else 1
    if len(custodians) < wanted:
        record.problems.append(Flaw("quorum", f"{len(custodians)} of the {wanted} custodians needed have signed"))
    if not any("witness" in roles.get(who, ()) and "custodian" not in roles.get(who, ()) for who in good):
        record.problems.append(Flaw("witness", "no witness signed who is no custodian"))
    started = time_of(record.value.get("started"))
    if started and ended and ended < started:
        record.problems.append(Flaw("dates", "it ended before it began"))
    if not policy.roots:
        record.problems.append(Flaw("root", "no ceremony root was given, so that no certificate is proven"))


def _signature_problem(  # noqa: PLR0911 - a return for each way in which a signature is worth nothing
    signature: Mapping[str, Any], named: Mapping[str, Any] | None, octets: bytes, ended: datetime | None, policy: Policy
) -> tuple[Flaw | None, str]:
    who = str(signature.get("participant_id", ""))[:200]
    if named is None:
        return Flaw("stranger", f"{who} signed and took no part"), ""
    try:
        certificate = signers.certificate(str(signature.get("certificate", "")))
        value = signers.octets(str(signature.get("value", "")))
        key_info = signers.spki(certificate)
    except signers.SignerError as error:
        return Flaw("signature", f"{who}: certificate or value: {error}"), ""
    found = signers.fingerprint(certificate)
    if digest_of(named.get("certificate_sm3")) != found:  # 1
        return Flaw("stranger", f"{who}: the certificate is not the one that the record names"), found
    algorithm = signers.algorithm_of(key_info)
    if algorithm not in policy.algorithms or signature.get("algorithm") != algorithm:
        return Flaw(
            "algorithm", f"{who}: {signature.get('algorithm')} (key: {algorithm or 'unknown'}) is not accepted"
        ), found
    user_id = signature.get("user_id", sm2.DEFAULT_ID.decode())
    if algorithm == signers.SM2_SM3 and user_id not in ("", sm2.DEFAULT_ID.decode()):
        return Flaw("signature", f"{who}: another SM2 user id than the default one"), found
    if not signers.verifies(key_info, octets, value):  # 2
        return Flaw("signature", f"{who}: the signature does not verify"), found
    if ended is None or not signers.was_valid(certificate, ended):  # 3
        return Flaw("certificate", f"{who}: the certificate was not valid when the event ended"), found
    if policy.roots and not signers.chains(certificate, policy.roots, policy.others, ended):
        return Flaw("chain", f"{who}: the certificate does not chain to the ceremony root"), found
    return None, found


def check_chain(records: Iterable[Record]) -> list[Record]:
    """Order records and note where the chain is broken.

    1. Each sequence number stands once, and none is left out.
    2. Each names the digest of the one before; the first names none.
    3. Times do not run backwards.
    4. No record is another one again under a new number.

    Returns:
        The records in their order.
    """
    ordered = sorted(records, key=lambda each: (each.sequence, each.name))
    seen_octets: dict[bytes, str] = {}
    before: Record | None = None
    for record in ordered:
        bare = canonical({k: v for k, v in record.value.items() if k not in {"signatures", "sequence", "previous_sm3"}})
        if bare in seen_octets:  # 4
            record.problems.append(Flaw("replay", f"the same event as in {seen_octets[bare]}"))
        seen_octets[bare] = record.name
        link = record.value.get("previous_sm3")
        if before is None:
            if record.sequence > 1 or (link not in (None, *_NO_DIGEST)):
                record.problems.append(Flaw("sequence", f"the records before number {record.sequence} are missing"))
        else:
            if record.sequence == before.sequence:  # 1
                record.problems.append(Flaw("sequence", f"number {record.sequence} stands in {before.name}, too"))
            elif record.sequence != before.sequence + 1:
                record.problems.append(Flaw("sequence", f"number {before.sequence + 1} is missing"))
            if digest_of(link) not in before.digests:  # 2
                record.problems.append(Flaw("link", f"previous_sm3 is not the digest of {before.name}"))
            if record.ended and before.ended and record.ended < before.ended:  # 3
                record.problems.append(Flaw("dates", f"it ended before {before.name} did"))
        before = record
    return ordered
