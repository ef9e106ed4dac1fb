"""What must hold of those who have access: tokens, policies by their effect, identities, and of the keys themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import fail, not_applicable, ok
from auditor.check_data import judges
from auditor.formats.stamps import time_of
from auditor.formats.vault_policy import DENY, FRESH, Acl, Rule, granted
from auditor.model.fact import Read
from auditor.model.finding import Location
from auditor.model.text import Text, joined, literal
from auditor.model.text import listed as list_of
from auditor.stages.custody.facts import CustodyKey, KeyPolicy, KeyRight
from auditor.stages.custody.judging import age_days, areas, at, listed, named, of, parameters, verdict
from auditor.stages.custody.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.check import Judgement
    from auditor.model.fact import Facts
    from auditor.stages.custody.facts import CustodySetting

_WRITES: Final = frozenset({"create", "update", "delete", "sudo", "patch"})
_STORES: Final = frozenset({"secret", "kv", "data", "metadata", "cubbyhole", "identity", "sys", "auth"})
"""Segments that stand in paths of data, below which names are anybody's, and of the system itself."""
_KEYWORDS: Final = frozenset(
    {"encrypt", "decrypt", "rewrap", "datakey", "sign", "verify", "hmac", "export", "backup", "restore"}
)


@judges("custody-no-root-token", reads=(areas("token-survey"), areas("token")))
def no_root_token(facts: Facts) -> Iterator[Judgement]:
    """Fail each token that may do everything and never ends."""
    for survey in of(facts, "token-survey"):
        roots = [each for each in of(facts, "token") if _is_root(each)]
        for each in roots:
            yield at(
                survey,
                each,
                f"root token {each.values.get('accessor_digest')}",
                actual=f"policies = {named(each.values['policies'])}, ttl = {each.values.get('ttl'):.0f}",
            )
        if not roots:
            yield ok(survey, actual=both(f"tokens = {survey.values.get('count')}"))


def _is_root(token: CustodySetting) -> bool:
    return any(str(each).strip().lower() == "root" for each in token.values.get("policies", []))


@judges("custody-tokens-end", reads=(areas("token-survey"), areas("token")))
def tokens_end(facts: Facts) -> Iterator[Judgement]:
    """Fail each token that never ends, is renewed without end, has no parent, or lives longer than allowed."""
    longest = parameters("custody-tokens-end")["maximum_ttl_s"]
    for survey in of(facts, "token-survey"):
        bad = False
        for each in of(facts, "token"):
            values = each.values
            if _is_root(each) and not values.get("ttl"):
                problems = ["ttl = 0"]
            else:
                lifetime = max(float(values.get("creation_ttl") or 0), float(values.get("ttl") or 0))
                limited = 0 < float(values.get("explicit_max_ttl") or 0) <= longest
                problems = [
                    "ttl = 0" if not values.get("ttl") else "",
                    f"period = {values.get('period'):.0f} s" if values.get("period") and not limited else "",
                    f"ttl = {lifetime / 3600:.0f}h" if lifetime > longest else "",
                    "orphan"
                    if values.get("orphan") and not limited and values.get("path", "").startswith("auth/token/")
                    else "",
                ]
            if said := "; ".join(each_problem for each_problem in problems if each_problem):
                bad = True
                yield at(
                    survey,
                    each,
                    f"token {values.get('accessor_digest')}",
                    actual=f"{values.get('type')} {values.get('display_name')}: {said}",
                    expected=f"ttl <= {longest // 3600}h",
                )
        if not bad:
            yield ok(
                survey,
                actual=both(f"tokens = {survey.values.get('count')}, batch tokens = {survey.values.get('batch')}"),
            )


@judges("custody-auth-methods-strong", reads=(areas("auth", "auth-method"),))
def auth_methods_strong(facts: Facts) -> Iterator[Judgement]:
    """Fail a server with tokens only, logins by a password alone or without TLS, and methods nobody expects."""
    allowed = set(parameters("custody-auth-methods-strong")["allowed"])
    for fact in of(facts, "auth"):
        kinds = [str(each) for each in fact.values.get("types", [])]
        only = set(kinds) <= {"token", "ns_token"}
        yield verdict(fact, "token only" if only else "", actual=named(kinds))
    for fact in of(facts, "auth-method"):
        values = fact.values
        kind = str(values.get("type", ""))
        url = str(values.get("url", ""))
        plain = kind == "ldap" and url.startswith("ldap://") and not values.get("starttls")
        yield verdict(
            fact,
            f"{kind} is not expected" if kind not in allowed else "",
            f"{kind} without MFA"
            if kind in {"userpass", "ldap", "radius"} and values.get("has_mfa") is not True
            else "",
            f"url = {url}" if plain else "",
            "insecure_tls = true" if values.get("insecure_tls") else "",
            actual=kind,
        )


# --- Policies ---------------------------------------------------------------------------------------------------------


def _rules(policy: KeyPolicy) -> tuple[Rule, ...]:
    return tuple(Rule(each.path, frozenset(each.capabilities), each.line) for each in policy.rules)


def _is_break_glass(policy: KeyPolicy, names: list[str]) -> bool:
    return policy.subject.rpartition("/")[2] in names


def is_broad(path: str) -> bool:
    """Tell whether a pattern reaches over whole mounts: ``*``, ``+/*``, ``sys/*``, ``auth/*`` and the like.

    By effect: ``s*`` reaches all of ``sys/``, ``+/+/*`` all there is two levels down, ``team/sys/*`` a whole namespace.
    """
    if not path.endswith("*"):
        return False
    bare = path[:-1]
    for space in _namespaces(bare):
        bare = bare.removeprefix(f"{space}/")
    segments = bare.split("/")
    first, rest = segments[0], segments[1:]
    if not rest:
        return not first or any(each.startswith(first) for each in ("sys/", "auth/"))
    if any(each not in ("", "+") for each in rest):
        return False
    return first in {"+", "sys", "auth"}


def _namespaces(path: str) -> Iterator[str]:
    """Yield the namespace that a pattern speaks of, from above: what stands before its ``sys`` or ``auth``."""
    segments = path.split("/")
    at = next((place for place, each in enumerate(segments) if each in {"sys", "auth"}), 0)
    space = segments[:at]
    if space and not set(space) & _STORES and not any("+" in each or "*" in each or not each for each in space):
        yield "/".join(space)


def _placed(said: Judgement, policy: KeyPolicy, lines: Iterable[int]) -> Judgement:
    """Return a failure with the line of the first rule that it is about; a policy of a live server has no file."""
    first = min(lines, default=None)
    if first is None or not policy.origin.file:
        return said
    return replace(said, location=Location(file=policy.origin.file, line=first))


@judges("custody-policies-narrow", reads=(Read("KeyPolicy", is_own=True),))
def policies_narrow(facts: Facts) -> Iterator[Judgement]:
    """Fail a policy at each pattern that lets its holder change whole mounts, the system or the logins."""
    names = list(parameters("custody-policies-narrow")["break_glass"])
    for policy in facts.of(KeyPolicy):
        acl = Acl.of(_rules(policy))
        wide = []
        lines: list[int] = []
        for rule in _rules(policy):
            given = acl.others.get(rule.path)
            capabilities = (given[1] if given else rule.capabilities) & _WRITES
            if is_broad(rule.path) and capabilities and DENY not in rule.capabilities:
                wide.append(f"{rule.path}: {', '.join(sorted(capabilities))}")
                lines.append(rule.line)
        if _is_break_glass(policy, names):
            yield ok(policy, actual=both(f"break-glass: {named(wide)}" if wide else ""))
        else:
            yield _placed(verdict(policy, named(dict.fromkeys(wide))), policy, lines)


@judges("custody-sudo-listed", reads=(Read("KeyPolicy", is_own=True),))
def sudo_listed(facts: Facts) -> Iterator[Judgement]:
    """Fail a policy that gives ``sudo`` outside the list of paths and policies that may."""
    options = parameters("custody-sudo-listed")
    paths, names = set(options["paths"]), list(options["policies"])
    for policy in facts.of(KeyPolicy):
        acl = Acl.of(_rules(policy))
        given = acl.exact | {path: capabilities for path, (_pattern, capabilities) in acl.others.items()}
        found = [path for path, capabilities in given.items() if "sudo" in capabilities and path not in paths]
        lines = [rule.line for rule in policy.rules if rule.path in found]
        said = verdict(policy, named(dict.fromkeys(found)))
        yield ok(policy) if _is_break_glass(policy, names) else _placed(said, policy, lines)


def _mounts(facts: Facts) -> tuple[str, ...]:
    """Return the mounts that may be transit engines: those a server listed, else those that patterns speak of."""
    known = {mount for policy in facts.of(KeyPolicy) for mount in policy.mounts}
    if not known:
        known = {"transit"}
        known |= {mount for policy in facts.of(KeyPolicy) for rule in policy.rules if (mount := _mount(rule.path))}
    return tuple(sorted(known))


def _spaces(facts: Facts) -> tuple[str, ...]:
    """Return the namespaces that patterns speak of."""
    known = {space for policy in facts.of(KeyPolicy) for rule in policy.rules for space in _namespaces(rule.path)}
    return tuple(sorted(known))


def _mount(path: str) -> str:
    """Return the mount that a pattern of keys speaks of, a name of our own for each ``+``; empty if it is none."""
    segments = path.split("/")
    at = next((place for place, each in enumerate(segments) if place and each in _KEYWORDS), 0)
    if not at and "transit" in segments[0]:
        at = 1
    mount = segments[:at]
    if not mount or mount == ["+"] or set(mount) & _STORES or any("*" in each or not each for each in mount):
        return ""
    return "/".join(FRESH if each == "+" else each for each in mount)


def _dangers(mounts: tuple[str, ...], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield patterns of paths with what makes each dangerous, of the root and of the namespaces that are known."""
    for space in ("", *(f"{each}/" for each in spaces)):
        yield from ((f"{space}{pattern}", needed) for pattern, needed in _system_dangers())
    for mount in mounts:
        yield f"{mount}/export/*", frozenset({"read"})
        yield f"{mount}/backup/*", frozenset({"read"})
        yield f"{mount}/byok-export/*", frozenset({"read"})
        yield f"{mount}/keys/+/config", frozenset({"create", "update", "patch"})  # it makes a key exportable


_BY_NAME: Final = re.compile(r"/byok-export/|/config$")
"""Ends of dangerous paths that a rule has to name: rights over a mount without export and backup are for use."""


def _system_dangers() -> Iterator[tuple[str, frozenset[str]]]:
    anything = frozenset({"create", "read", "update", "delete", "list", "patch"})
    writing = frozenset({"create", "update", "delete", "patch"})
    yield "sys/raw", anything
    yield "sys/raw/*", anything
    yield "sys/storage/raft/snapshot", frozenset({"read", "update", "create"})
    yield "sys/storage/raft/snapshot-force", frozenset({"update", "create"})
    yield "sys/policies/+/+", writing
    yield "sys/policies/*", writing
    yield "sys/policy/+", writing
    yield "auth/token/create", frozenset({"create", "update"})
    yield "auth/token/create-orphan", frozenset({"create", "update"})
    yield "auth/token/create/+", frozenset({"create", "update"})
    # whoever may write these gives policies to itself
    for place in ("identity/entity", "identity/entity/id/+", "identity/entity/name/+", "identity/group"):
        yield place, frozenset({"create", "update"})
    for place in ("auth/token/roles/+", "auth/userpass/users/+", "auth/approle/role/+", "auth/kubernetes/role/+"):
        yield place, frozenset({"create", "update"})


@judges("custody-dangerous-paths-closed", reads=(Read("KeyPolicy", is_own=True),))
def dangerous_paths_closed(facts: Facts) -> Iterator[Judgement]:
    """Fail a policy at each way around the custody that it opens, judged by what it comes to and not by its words."""
    names = list(parameters("custody-dangerous-paths-closed")["break_glass"])
    dangers = tuple(_dangers(facts.derive(_mounts), facts.derive(_spaces)))
    for policy in facts.of(KeyPolicy):
        rules = _rules(policy)
        found = {
            f"{rule.path} → {path}: {', '.join(sorted(capabilities))}": rule.line
            for wanted, needed in dangers
            for rule, path, capabilities in granted(rules, wanted, needed)
            if not (each := _BY_NAME.search(wanted)) or each[0] in rule.path
        }
        said = verdict(policy, listed(found, 6))
        yield ok(policy) if _is_break_glass(policy, names) else _placed(said, policy, found.values())


@judges("custody-identities-not-root", reads=(areas("identity"),))
def identities_not_root(facts: Facts) -> Iterator[Judgement]:
    """Fail an entity or group that carries ``root`` in any spelling."""
    for fact in of(facts, "identity"):
        bad = [each for each in fact.values.get("policies", []) if "".join(str(each).split()).lower() == "root"]
        yield verdict(fact, f"policies = {bad!r}" if bad else "", actual=named(fact.values.get("policies", [])))


@judges("custody-audit-token-narrow", reads=(areas("own-token"),))
def audit_token_narrow(facts: Facts) -> Iterator[Judgement]:
    """Fail the token of this very audit where it may do more than read settings, or does not end."""
    longest = parameters("custody-audit-token-narrow")["maximum_ttl_s"]
    for fact in of(facts, "own-token"):
        values = fact.values
        powers = [str(each) for each in values.get("powers", [])]
        ttl = float(values.get("ttl") or 0)
        yield verdict(
            fact,
            "policies = root" if "root" in values.get("policies", []) else "",
            listed(powers, 4),
            "ttl = 0" if not values.get("expires") else "",
            f"ttl = {ttl / 3600:.0f}h" if ttl > longest else "",
            f"period = {values.get('period'):.0f} s" if values.get("period") else "",
            expected="auditor-custody, ttl <= 24h",
            actual=f"policies = {named(values.get('policies', []))}, ttl = {ttl:.0f} s",
        )


# --- Keys -------------------------------------------------------------------------------------------------------------


def _who(facts: Facts, key: CustodyKey, *actions: str) -> Iterator[Text]:
    """Yield who holds a right to a key, for the finding about it."""
    for right in facts.of(KeyRight):
        is_asked = right.subject == key.subject and right.action in actions and right.origin.part == key.origin.part
        if is_asked and right.count:
            shown = [_holder(each) for each in right.holders[:_HOLDERS_SHOWN]]
            if len(right.holders) > _HOLDERS_SHOWN:
                shown.append(say("custody.right.more", count=len(right.holders)))
            yield say("custody.right", action=both(right.action), count=right.count, holders=list_of(shown))


_HOLDERS_SHOWN: Final = 5


def _holder(told: str) -> Text:
    """Return a holder as `KeyRight` names it (``entity alice: ops via group operators``) in both languages."""
    kind, _blank, name = told.partition(" ")
    if kind not in _HOLDERS:
        return literal(told)
    return say(f"custody.holder.{kind}", name=Text(name, _WAY.sub(lambda found: _way(found).zh, name)))


_HOLDERS: Final = frozenset({"entity", "group", "role", "token"})
_WAY: Final = re.compile(r" via group (?P<group>.+?)(?: in (?P<outer>.+?))?(?=, |$)")


def _way(found: re.Match[str]) -> Text:
    group, outer = found["group"], found["outer"]
    return say("custody.holder.within", group=group, outer=outer) if outer else say("custody.holder.via", group=group)


def _flagged(facts: Facts, name: str, field: str, *actions: str) -> Iterator[Judgement]:
    for key in facts.of(CustodyKey):
        value = getattr(key, field)
        if value is None or (key.store != "transit" and field != "is_exportable"):
            yield not_applicable(key, reason=say("custody.na.store"))
        elif value:
            found = joined((literal(f"{name} = true"), *_who(facts, key, *actions)))
            yield fail(key, expected=literal(f"{name} = false"), actual=found)
        else:
            yield ok(key, actual=both(f"{name} = false"))


@judges("custody-key-not-exportable", reads=(Read("CustodyKey", is_own=True),))
def key_not_exportable(facts: Facts) -> Iterator[Judgement]:
    """Fail a key that can leave its store in the clear; the finding says who may take it."""
    yield from _flagged(facts, "exportable", "is_exportable", "export")


@judges("custody-key-no-plaintext-backup", reads=(Read("CustodyKey", is_own=True),))
def key_no_plaintext_backup(facts: Facts) -> Iterator[Judgement]:
    """Fail a key of which a backup in the clear can be taken."""
    yield from _flagged(facts, "allow_plaintext_backup", "has_plaintext_backup", "back up")


@judges("custody-key-not-deletable", reads=(Read("CustodyKey", is_own=True),))
def key_not_deletable(facts: Facts) -> Iterator[Judgement]:
    """Fail a key that one request destroys."""
    yield from _flagged(facts, "deletion_allowed", "is_deletable", "destroy")


@judges("custody-key-old-versions-retired", reads=(Read("CustodyKey", is_own=True),))
def key_old_versions_retired(facts: Facts) -> Iterator[Judgement]:
    """Fail a key of which versions of long ago still decrypt, or older ones than the newest still encrypt."""
    options = parameters("custody-key-old-versions-retired")
    for key in facts.of(CustodyKey):
        latest, least = key.latest_version, key.min_decryption_version
        if key.store != "transit" or latest is None or least is None:
            yield not_applicable(key, reason=say("custody.na.store"))
            continue
        encrypts = key.min_encryption_version or 0
        yield verdict(
            key,
            f"min_decryption_version = {least}, latest_version = {latest}"
            if least <= 1 and latest > options["kept_versions"]
            else "",
            f"min_encryption_version = {encrypts}, latest_version = {latest}"
            if options["encrypt_with_newest"] and 0 < encrypts < latest
            else "",
            actual=f"min_decryption_version = {least}, latest_version = {latest}",
        )


@judges("custody-key-rotated", reads=(Read("CustodyKey", frozenset({"transit"}), is_own=True),))
def key_rotated(facts: Facts) -> Iterator[Judgement]:
    """Fail a key whose newest version is too old, and, less badly, one that does not rotate by itself."""
    from auditor.model.finding import Severity  # noqa: PLC0415
    from auditor.stages.custody.judging import worse  # noqa: PLC0415

    days = parameters("custody-key-rotated")["maximum_days"]
    for key in facts.of(CustodyKey, "transit"):
        made = time_of(key.newest_at)
        age = age_days(facts, made) if made else None
        if age is None or age < -1:
            yield fail(
                key,
                expected=both(f"newest version at most {days} d old"),
                actual=both(f"creation_time = {key.newest_at or 'unknown'}"),
            )
        elif age > days:
            yield worse(
                key,
                Severity.HIGH,
                f"newest version: {age:.0f} d old; auto_rotate_period = {key.rotation_s or 0:.0f} s",
                f"newest version at most {days} d old",
            )
        else:
            yield verdict(
                key,
                "" if key.rotation_s else "auto_rotate_period = 0",
                expected="auto_rotate_period > 0",
                actual=f"newest version: {age:.0f} d old",
            )


@judges("custody-key-algorithm-strong", reads=(Read("CustodyKey", is_own=True),))
def key_algorithm_strong(facts: Facts) -> Iterator[Judgement]:
    """Fail a key of a weak algorithm, and where commercial cryptography is demanded one that is none."""
    weak = set(parameters("custody-key-algorithm-strong")["weak"])
    for key in facts.of(CustodyKey):
        algorithm = key.algorithm.lower()
        is_sm = algorithm.startswith(("sm2", "sm4", "sm9"))
        weakly = algorithm in weak or (key.store == "kubernetes" and algorithm in {"identity", "none"})
        demanded = key.store == "transit" and bool(key.values.get("sm_required"))
        yield verdict(
            key,
            f"type = {key.algorithm}" if weakly else "",
            f"type = {key.algorithm}: no SM algorithm" if demanded and not is_sm else "",
            actual=f"type = {key.algorithm}",
        )


@judges("custody-barrier-key-rotated", reads=(areas("barrier-key"),))
def barrier_key_rotated(facts: Facts) -> Iterator[Judgement]:
    """Fail a barrier key that is old, near its limit of uses, or does not rotate by itself."""
    options = parameters("custody-barrier-key-rotated")
    for fact in of(facts, "barrier-key"):
        values = fact.values
        installed = time_of(values.get("installed"))
        age = age_days(facts, installed) if installed else None
        uses, limit = float(values.get("encryptions") or 0), float(values.get("max_operations") or 0)
        near = limit and uses > limit * options["share_of_limit"]
        yield verdict(
            fact,
            "install_time is not known" if age is None else "",
            "install_time is in the future" if age is not None and age < -1 else "",
            f"install_time: {age:.0f} d ago" if age is not None and age > options["maximum_days"] else "",
            f"encryptions = {uses:.0f} of {limit:.0f}" if near else "",
            "enabled = false" if values.get("automatic") is False else "",
            actual=f"term = {values.get('term', 'unknown')}, encryptions = {uses:.0f}",
        )


@judges("custody-no-keys-in-kv", reads=(areas("kv-names"),))
def no_keys_in_kv(facts: Facts) -> Iterator[Judgement]:
    """Fail a store of secrets whose names tell of private keys kept as data: whoever reads them has them."""
    for fact in of(facts, "kv-names"):
        yield verdict(fact, named(fact.values.get("suspicious", []), 6), actual=f"names = {fact.values.get('count')}")


@judges("custody-kv-versioned", reads=(areas("kv"),))
def kv_versioned(facts: Facts) -> Iterator[Judgement]:
    """Fail a store of secrets that overwrites without a trace, or keeps every version for good."""
    for fact in of(facts, "kv"):
        values = fact.values
        if values.get("version") == 1:
            yield fail(fact, expected=both("version = 2"), actual=both("version = 1"))
            continue
        yield verdict(
            fact,
            "" if values.get("cas_required") else "cas_required = false",
            "" if values.get("max_versions") else "max_versions = 0",
            expected="cas_required = true, max_versions > 0",
        )


@judges("custody-pki-roles-narrow", reads=(areas("pki", "pki-role"),))
def pki_roles_narrow(facts: Facts) -> Iterator[Judgement]:
    """Fail an engine that holds the key of a root, and roles for any name or for long."""
    longest = parameters("custody-pki-roles-narrow")["maximum_ttl_s"]
    for fact in of(facts, "pki"):
        yield verdict(
            fact,
            f"root key inside: {named(fact.values['roots_with_key'])}" if fact.values.get("roots_with_key") else "",
        )
    for fact in of(facts, "pki-role"):
        ttl = max(float(fact.values.get("max_ttl") or 0), float(fact.values.get("ttl") or 0))
        yield verdict(
            fact,
            "allow_any_name = true" if fact.values.get("allow_any_name") else "",
            f"max_ttl = {ttl / 3600:.0f}h" if ttl > longest else "",
            expected=f"max_ttl <= {longest // 3600}h",
        )


@judges("custody-leases-bounded", reads=(areas("leases"),))
def leases_bounded(facts: Facts) -> Iterator[Judgement]:
    """Fail leases that cannot be revoked, and too many of them."""
    most = parameters("custody-leases-bounded")["maximum"]
    for fact in of(facts, "leases"):
        irrevocable, tokens = float(fact.values.get("irrevocable") or 0), fact.values.get("tokens")
        yield verdict(
            fact,
            f"irrevocable = {irrevocable:.0f}" if irrevocable else "",
            f"service tokens = {tokens}" if isinstance(tokens, int) and tokens > most else "",
            actual=f"irrevocable = {irrevocable:.0f}, service tokens = {tokens}",
        )


@judges("custody-rate-limited", reads=(areas("quotas"),))
def rate_limited(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that takes any number of requests."""
    for fact in of(facts, "quotas"):
        count = int(fact.values.get("rate_limits", 0))
        yield verdict(
            fact,
            "" if count else "rate-limit quotas = 0",
            expected="rate-limit quotas >= 1",
            actual=f"rate-limit quotas = {count}",
        )


@judges("custody-namespaces-expected", reads=(areas("namespaces"),))
def namespaces_expected(facts: Facts) -> Iterator[Judgement]:
    """Fail namespaces that nobody said there would be, and sealed ones."""
    for fact in of(facts, "namespaces"):
        strays = sorted(set(fact.values.get("names", [])) - set(fact.values.get("expected", [])))
        sealed = fact.values.get("sealed", [])
        yield verdict(
            fact,
            f"unexpected: {named(strays)}" if strays else "",
            f"sealed: {named(sealed)}" if sealed else "",
            actual=named(fact.values.get("names", [])) or "0",
        )


JUDGES: Final = (
    no_root_token,
    tokens_end,
    auth_methods_strong,
    policies_narrow,
    sudo_listed,
    dangerous_paths_closed,
    identities_not_root,
    key_not_exportable,
    key_no_plaintext_backup,
    key_not_deletable,
    key_old_versions_retired,
    key_rotated,
    key_algorithm_strong,
    barrier_key_rotated,
    no_keys_in_kv,
    kv_versioned,
    pki_roles_narrow,
    leases_bounded,
    rate_limited,
    namespaces_expected,
    audit_token_narrow,
)
