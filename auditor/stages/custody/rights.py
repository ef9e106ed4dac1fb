"""Who can use, export, back up, rotate and destroy each key: identities, their policies, and the matrix of both.

A token has the union of its own policies, those of its entity, and those of every group that the entity is in, directly
or through groups in groups. ``default`` is held by every token that was not made without it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.vault_policy import DENY, ROOT, Holders, Rule, filled_in
from auditor.model.fact import Gap, Origin
from auditor.stages.custody.facts import KeyRight, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.custody_snapshot import Reading

SHOWN: Final = 40
"""Holders that a line of the matrix names; how many there are in all stands beside them."""
DEPTH_LIMIT: Final = 32
_TYPES: Final = {
    "encrypt": "encryption-key",
    "sign": "signing-key",
    "hmac": "hmac-key",
}
_KEY_WORDS: Final = re.compile(
    r"(?i)(?:^|[/_.\-])(?:sm2|sm4|sm9|private[_-]?key|priv(?:ate)?|signing[_-]?key|enc(?:ryption)?[_-]?key|master[_-]?key|root[_-]?key|ca[_-]?key|kek|dek"
    r"|tlcp|密钥|私钥)(?:$|[/_.\-\d])|\.(?:key|pem|p12|pfx|jks|sm2)$"
)


def sounds_like_a_key(name: str) -> bool:
    """Tell whether the name of a secret suggests a private key kept as data (KEY-053)."""
    return bool(_KEY_WORDS.search(name))


def is_self_signed(pem: str) -> bool:
    """Tell whether a certificate names itself as its issuer."""
    from cryptography import x509  # noqa: PLC0415 - loads OpenSSL
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return found.issuer == found.subject


@dataclass
class Holder:
    """Somebody with policies.

    Attributes:
        kind: ``entity``, ``group``, ``role`` or ``token``.
        name: Shown.
        asked: Request whose answer shows it.
        own: Policies given to it itself.
        all: All that it comes to have, each with the way it comes.
        identity: Values for templates, by name.
        is_disabled: It cannot log in.
        count: How many are alike (tokens).
    """

    kind: str
    name: str
    asked: str
    own: tuple[str, ...]
    all: dict[str, str] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    is_disabled: bool = False
    count: int = 1


def holders(reading: Reading) -> list[Holder]:
    """Return everybody who holds policies, in a fixed order."""
    groups = _groups(reading)
    found: list[Holder] = list(groups.values())
    entities: dict[str, Holder] = {}
    for name, answer in reading.below("GET", "identity/entity/id/"):
        data = answer.data if answer.is_good and isinstance(answer.data, dict) else None
        if data is not None:
            entities[str(data.get("id", name))] = holder = _entity(name, data)
            for group_id in _ids(data, "group_ids", "direct_group_ids", "inherited_group_ids"):
                _through(holder, group_id, groups)
            found.append(holder)
    found += _roles(reading)
    found += _tokens(reading, entities)
    return found


def _ids(data: Mapping[str, Any], *names: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        said = data.get(name)
        for each in said if isinstance(said, list) else []:
            if isinstance(each, str) and each not in seen:
                seen.add(each)
                yield each


def _words(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    said = data.get(name)
    if isinstance(said, str):
        return tuple(each.strip() for each in said.split(",") if each.strip())
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def _groups(reading: Reading) -> dict[str, Holder]:
    groups: dict[str, Holder] = {}
    parents: dict[str, list[str]] = {}
    for name, answer in reading.below("GET", "identity/group/id/"):
        data = answer.data if answer.is_good and isinstance(answer.data, dict) else None
        if data is None:
            continue
        own = _words(data, "policies")
        identifier = str(data.get("id", name))
        parents[identifier] = list(_ids(data, "parent_group_ids"))
        groups[identifier] = Holder(
            "group", str(data.get("name", name)), f"GET identity/group/id/{name}", own, dict.fromkeys(own, "itself")
        )
        for member in _ids(data, "member_group_ids"):
            parents.setdefault(member, [])
            if identifier not in parents[member]:
                parents[member].append(identifier)
    for identifier, holder in groups.items():
        seen = {identifier}
        waiting = list(parents.get(identifier, ()))
        while waiting and len(seen) < 10_000:  # noqa: PLR2004 - groups in groups may form a ring
            parent = waiting.pop()
            if parent in groups and parent not in seen:
                seen.add(parent)
                for policy in groups[parent].own:
                    holder.all.setdefault(policy, f"group {groups[parent].name}")
                waiting += parents.get(parent, ())
    return groups


def _entity(name: str, data: Mapping[str, Any]) -> Holder:
    own = _words(data, "policies")
    identity = {"identity.entity.id": str(data.get("id", "")), "identity.entity.name": str(data.get("name", ""))}
    metadata = data.get("metadata")
    for key, value in metadata.items() if isinstance(metadata, dict) else ():
        identity[f"identity.entity.metadata.{key}"] = str(value)
    aliases = data.get("aliases")
    for alias in aliases if isinstance(aliases, list) else []:
        if isinstance(alias, dict):
            head = f"identity.entity.aliases.{alias.get('mount_accessor', '')}"
            identity |= {f"{head}.{part}": str(alias.get(part, "")) for part in ("id", "name")}
            inner = alias.get("metadata")
            for key, value in inner.items() if isinstance(inner, dict) else ():
                identity[f"{head}.metadata.{key}"] = str(value)
    shown = str(data.get("name", name))
    return Holder(
        "entity",
        shown,
        f"GET identity/entity/id/{name}",
        own,
        dict.fromkeys(own, "itself"),
        identity,
        data.get("disabled") is True,
    )


def _through(holder: Holder, group_id: str, groups: Mapping[str, Holder]) -> None:
    group = groups.get(group_id)
    if group is None:
        return
    holder.identity[f"identity.groups.ids.{group_id}.name"] = group.name
    holder.identity[f"identity.groups.names.{group.name}.id"] = group_id
    for policy, way in group.all.items():
        holder.all.setdefault(policy, f"group {group.name}" + ("" if way == "itself" else f" in {way}"))


_POLICY_FIELDS: Final = ("token_policies", "policies", "allowed_policies")


def _roles(reading: Reading) -> Iterator[Holder]:
    for rest, answer in reading.below("GET", "auth/"):
        mount, _, name = rest.partition("/")
        data = answer.data if answer.is_good and isinstance(answer.data, dict) else None
        if data is None or "/" not in name:
            continue
        given = tuple(dict.fromkeys(policy for each in _POLICY_FIELDS for policy in _words(data, each)))
        if not given:
            continue
        all_of = dict.fromkeys(given, "itself")
        if data.get("token_no_default_policy") is not True:
            all_of.setdefault("default", "every token")
        yield Holder("role", f"{mount}/{name.rpartition('/')[2]}", f"GET auth/{rest}", given, all_of)


def _tokens(reading: Reading, entities: Mapping[str, Holder]) -> Iterator[Holder]:
    """Yield tokens; those that have the same policies and no identity of their own as one."""
    alike: dict[tuple[str, ...], Holder] = {}
    for name, answer in reading.below("TOKEN", ""):
        data = answer.data if answer.is_good and isinstance(answer.data, dict) else None
        if data is None:
            continue
        policies = tuple(sorted({*_words(data, "policies"), *_words(data, "identity_policies")}))
        entity = entities.get(str(data.get("entity_id", "")))
        if entity is not None:
            continue_with = dict.fromkeys(_words(data, "policies"), "token")
            for policy, way in entity.all.items():
                continue_with.setdefault(policy, way)
            policies = tuple(sorted(continue_with))
        if policies in alike:
            alike[policies].count += 1
            continue
        path = str(data.get("path", ""))
        shown = f"{name} ({path})" if path else name
        identity = entity.identity if entity else {}
        alike[policies] = Holder("token", shown, f"TOKEN {name}", policies, dict.fromkeys(policies, "token"), identity)
    yield from alike.values()


@dataclass(frozen=True, slots=True)
class Question:
    """A cell of the matrix.

    Attributes:
        subject: The key, or the server.
        action: What is done.
        path: Path of the API.
        capability: What it takes there.
    """

    subject: str
    action: str
    path: str
    capability: str


def questions(reading: Reading, transit: tuple[str, ...]) -> Iterator[Question]:
    """Yield what is asked of every holder: each key of transit engines, and the server itself."""
    for mount in transit:
        for name, answer in reading.below("GET", f"{mount}/keys/"):
            data = answer.data if answer.is_good and isinstance(answer.data, dict) else {}
            key = f"{mount}/{name}"
            for use in _uses(data):
                yield Question(key, f"use ({use})", f"{mount}/{use}/{name}", "update")
            kind = (
                "signing-key"
                if data.get("supports_signing") is True and data.get("supports_encryption") is not True
                else "encryption-key"
            )
            kind = "hmac-key" if data.get("type") == "hmac" else kind
            yield Question(key, "export", f"{mount}/export/{kind}/{name}", "read")
            yield Question(key, "back up", f"{mount}/backup/{name}", "read")
            yield Question(key, "rotate", f"{mount}/keys/{name}/rotate", "update")
            yield Question(key, "configure", f"{mount}/keys/{name}/config", "update")
            yield Question(key, "destroy", f"{mount}/keys/{name}", "delete")
    yield Question("server", "change policy", "sys/policies/acl/some-name", "update")
    yield Question("server", "read audit", "sys/audit", "read")
    yield Question("server", "rotate", "sys/rotate", "update")
    yield Question("server", "make tokens", "auth/token/create", "update")


def _uses(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("supports_encryption") is not False:
        yield from ("encrypt", "decrypt")
    if data.get("supports_signing") is True:
        yield "sign"
    if data.get("type") == "hmac":
        yield "hmac"


def matrix(
    reading: Reading, part: str, policies: Mapping[str, tuple[PolicyRule, ...]], transit: tuple[str, ...]
) -> Iterator[KeyRight | Gap]:
    """Yield who can do what with each key.

    1. Policies that name their holder are filled in for each holder that they differ for.
    2. Holders with the same policies are asked about once.
    3. Each path is decided for all sets of policies at the same time.
    """
    rules = {
        name: tuple(Rule(r.path, frozenset(r.capabilities), r.line) for r in each) for name, each in policies.items()
    }
    everybody = [each for each in holders(reading) if not each.is_disabled]
    named: dict[str, tuple[Rule, ...]] = {}
    named_for: dict[tuple[int, str], str] = {}
    filled_names: dict[tuple[str, tuple[Rule, ...]], str] = {}
    groups: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, holder in enumerate(everybody):
        wanted = set()
        for policy in holder.all:
            name = policy.lower() if policy.lower() in rules or policy.lower() == ROOT else policy
            if any(rule.is_templated for rule in rules.get(name, ())):  # 1
                filled = tuple(filter(None, (filled_in(rule, holder.identity) for rule in rules[name])))
                name = filled_names.setdefault((name, filled), f"{name}\0{len(filled_names)}")
                named[name] = filled
                named_for[number, policy] = name
            wanted.add(name)
        groups[frozenset(wanted)].append(number)
    sets = list(groups)  # 2
    asked = Holders({**{n: [r for r in each if not r.is_templated] for n, each in rules.items()}, **named}, sets)
    order = sorted(range(len(everybody)), key=lambda number: (everybody[number].kind, everybody[number].name))
    place = {number: rank for rank, number in enumerate(order)}
    for question in questions(reading, transit):  # 3
        able = asked.able(question.path, question.capability)
        if question.capability == "update":
            able |= asked.able(question.path, "create")
        members = [number for index in asked.members(able) for number in groups[sets[index]]]
        given = asked.given_by(question.path)
        shown = tuple(
            _shown(everybody[n], named_for, n, given, question)
            for n in nsmallest(SHOWN, members, key=place.__getitem__)
        )
        yield KeyRight(
            subject=question.subject,
            origin=Origin(part=part, pointer=f"/matrix/{question.subject}/{question.action}"),
            action=question.action,
            path=question.path,
            capability=question.capability,
            count=sum(everybody[number].count for number in members),
            holders=shown,
        )


def _shown(
    holder: Holder,
    named_for: Mapping[tuple[int, str], str],
    number: int,
    given: Mapping[str, frozenset[str]],
    question: Question,
) -> str:
    """Return a holder with the policies that give it the right, and the way by which it has them."""
    ways = []
    for policy, way in sorted(holder.all.items()):
        said = given.get(named_for.get((number, policy), policy), frozenset())
        is_given = question.capability in said or (question.capability == "update" and "create" in said)
        if policy.lower() == ROOT or (is_given and DENY not in said):
            ways.append(policy + ("" if way in {"itself", "token"} else f" via {way}"))
    many = f" x{holder.count}" if holder.count > 1 else ""
    return f"{holder.kind} {holder.name}{many}: {', '.join(ways)}"
