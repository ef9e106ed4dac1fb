"""Who may do what on a server: tokens, policies and who holds them, ways to log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.formats.vault_configuration import is_inside, truth
from auditor.formats.vault_policy import PolicyError, parse
from auditor.model.fact import Fact, Gap, Origin
from auditor.stages.custody import rights
from auditor.stages.custody.facts import (
    KeyHolder,
    KeyPolicy,
    KeyRight,
    PolicyRule,
)
from auditor.stages.custody.gaps import gap
from auditor.stages.custody.reading import POWERS
from auditor.stages.custody.shown import Shown, bad_shape, list_of, number, pointer
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator


HUMAN: Final = frozenset({"userpass", "ldap", "oidc", "okta", "github", "radius", "kerberos", "jwt"})
_LONGEST_S: Final = 24 * 3600
MEANT_FOR_PEOPLE: Final = HUMAN - {"jwt"}


class Access:
    """Facts of access, of one reading."""

    def __init__(self, shown: Shown) -> None:
        """Take what is shown."""
        self._shown = shown

    def tokens(self) -> Iterator[Fact | Gap]:
        """Yield what is shown of tokens: how many, how long they live, which are root."""
        listed = self._shown.reading.listed("auth/token/accessors")
        if not listed.is_good:
            yield from self._shown.lost(listed, "LIST auth/token/accessors", "token-survey", "token")
            return
        found = self._shown.reading.below("TOKEN", "")
        lost = [each for _name, each in found if not each.is_good and each.status not in {404, 403, 400}]
        gone = [each for _name, each in found if not each.is_good and each.status in {404, 403, 400}]
        if lost or (gone and len(gone) == len(found)):
            first = (lost or gone)[0]
            yield from self._shown.lost(first, "POST auth/token/lookup-accessor", "token-survey")
        own = self._shown.data(self._shown.reading.get("auth/token/lookup-self")).get("accessor_digest")
        self._shown.areas |= {"token-survey", "token"}
        count = 0
        batch = 0
        for name, answer in found:
            data = self._shown.data(answer)
            if not answer.is_good:
                continue
            count += 1
            policies = sorted({str(each) for each in (*list_of(data, "policies"), *list_of(data, "identity_policies"))})
            ttl, explicit, period = (
                number(data.get("ttl")),
                number(data.get("explicit_max_ttl")),
                number(data.get("period")),
            )
            batch += data.get("type") == "batch"
            is_long = (
                ttl == 0 or period > 0 or max(number(data.get("creation_ttl")), ttl) > _LONGEST_S or "root" in policies
            )
            if not (is_long or data.get("orphan") is True):
                continue
            values = {
                "policies": policies[:50],
                "ttl": ttl,
                "creation_ttl": number(data.get("creation_ttl")),
                "explicit_max_ttl": explicit,
                "period": period,
                "type": str(data.get("type", "")),
                "orphan": data.get("orphan") is True,
                "path": str(data.get("path", "")),
                "display_name": str(data.get("display_name", ""))[:100],
                "is_own": name == own,
                "accessor_digest": name,
            }
            yield self._shown.setting("token", f"token {name} ({values['display_name']})", values, f"TOKEN {name}")
        values = {"count": count, "batch": batch, "vanished": len(gone)}
        yield self._shown.setting("token-survey", "tokens", values, "LIST auth/token/accessors")

    def policies(self) -> Iterator[Fact | Gap]:
        """Yield policies, their rules, who holds them, and what each gives."""
        listed = self._shown.reading.listed("sys/policies/acl")
        self._shown.kinds |= {KeyPolicy, KeyHolder, KeyRight}
        if not listed.is_good:
            yield from self._shown.lost(listed, "LIST sys/policies/acl", kind=KeyPolicy)
            yield from self._shown.lost(listed, "LIST sys/policies/acl", kind=KeyRight)
        transit = tuple(mount for mount, _said in self._shown.mounts("sys/mounts", "transit"))
        policies: dict[str, tuple[PolicyRule, ...]] = {}
        for name, answer in self._shown.reading.below("GET", "sys/policies/acl/"):
            text = self._shown.data(answer).get("policy")
            text = self._shown.data(answer).get("rules") if text is None else text
            if not answer.is_good or not isinstance(text, str):
                yield replace(
                    next(
                        self._shown.lost(
                            answer if not answer.is_good else bad_shape(answer),
                            f"GET sys/policies/acl/{name}",
                            kind=KeyPolicy,
                        )
                    ),
                    subject=name,
                )
                continue
            try:
                rules = tuple(
                    PolicyRule(path=r.path, capabilities=tuple(sorted(r.capabilities)), line=r.line)
                    for r in parse(text.encode())
                )
            except PolicyError as problem:
                yield gap(
                    self._shown.part,
                    KeyPolicy,
                    reasons.MALFORMED,
                    f"{name}: {problem}",
                    say("custody.remedy.policy_text"),
                    subject=name,
                )
                continue
            policies[name] = rules
            origin = Origin(part=self._shown.part, pointer=pointer(f"GET sys/policies/acl/{name}"))
            yield KeyPolicy(subject=name, origin=origin, rules=rules, source="live", mounts=transit)
        yield from self._identities()
        yield from rights.matrix(self._shown.reading, self._shown.part, policies, transit)

    def _identities(self) -> Iterator[Fact | Gap]:
        self._shown.areas.add("identity")
        for kind in ("entity", "group"):
            listed = self._shown.reading.listed(f"identity/{kind}/id")
            if not listed.is_good:
                yield from self._shown.lost(listed, f"LIST identity/{kind}/id", "identity")
        for holder in rights.holders(self._shown.reading):
            if holder.kind in {"entity", "group"}:
                values = {"kind": holder.kind, "policies": list(holder.own), "disabled": holder.is_disabled}
                yield self._shown.setting("identity", f"{holder.kind} {holder.name}", values, holder.asked)
            if holder.kind != "token":
                yield KeyHolder(
                    subject=f"{holder.kind} {holder.name}",
                    origin=Origin(part=self._shown.part, pointer=pointer(holder.asked)),
                    kind=holder.kind,
                    policies=tuple(sorted(holder.own)),
                    through=tuple(sorted(f"{name}: {way}" for name, way in holder.all.items())),
                )

    def methods(self) -> Iterator[Fact | Gap]:
        """Yield the ways to log in, and the roles of each."""
        answer = self._shown.reading.get("sys/auth")
        if not answer.is_good:
            yield from self._shown.lost(answer, "GET sys/auth", "auth", "auth-method", "ttl")
            return
        self._shown.areas |= {"auth", "auth-method", "lockout"}
        methods = [
            (name.rstrip("/"), each)
            for name, each in sorted(self._shown.data(answer).items())
            if isinstance(each, dict) and "type" in each
        ]
        kinds = sorted({str(each["type"]) for _name, each in methods})
        yield self._shown.setting("auth", "authentication methods", {"types": kinds}, "GET sys/auth")
        enforcement = self._shown.reading.listed("identity/mfa/login-enforcement")
        has_mfa = bool(list_of(self._shown.data(enforcement), "keys")) if enforcement.is_good else None
        for mount, each in methods:
            kind = str(each["type"])
            if kind in {"token", "ns_token"}:
                continue
            tune = self._shown.data(self._shown.reading.get(f"sys/auth/{mount}/tune"))
            config = each.get("config")
            config = config if isinstance(config, dict) else {}
            own = self._shown.data(self._shown.reading.get(f"auth/{mount}/config"))
            lockout = tune.get("user_lockout_config") or config.get("user_lockout_config")
            values = {
                "type": kind,
                "has_mfa": has_mfa,
                "for_people": kind in MEANT_FOR_PEOPLE,
                "token_type": str(tune.get("token_type") or config.get("token_type") or ""),
                "max_lease_ttl": number(tune.get("max_lease_ttl") or config.get("max_lease_ttl")),
                "visibility": str(tune.get("listing_visibility") or config.get("listing_visibility") or ""),
                "url": str(own.get("url", "")),
                "starttls": own.get("starttls") is True,
                "insecure_tls": own.get("insecure_tls") is True,
                "tuned": bool(tune) or bool(config),
            }
            yield self._shown.setting("auth-method", f"auth {mount} ({kind})", values, "GET sys/auth")
            yield self._shown.setting("ttl", f"ttl of auth {mount} ({kind})", values, f"GET sys/auth/{mount}/tune")
            if kind in {"userpass", "ldap", "approle"}:
                inner = lockout if isinstance(lockout, dict) else {}
                said = (tune.get("user_lockout_disable"), inner.get("lockout_disable"), inner.get("disable_lockout"))
                off = any(truth(each_said) for each_said in said)
                yield self._shown.setting(
                    "lockout", f"lockout of auth {mount}", {"disabled": off}, f"GET sys/auth/{mount}/tune"
                )
            discovery = str(own.get("oidc_discovery_url") or own.get("jwks_url") or "")
            for target in (discovery, values["url"]):
                if target and not is_inside(str(target), self._shown.site.allowed):
                    self._shown.outside += 1
                    yield self._shown.setting(
                        "outside",
                        f"auth {mount}: {target}"[:300],
                        {"what": f"auth {mount}", "target": target, "air_gapped": self._shown.site.is_air_gapped},
                        f"GET auth/{mount}/config",
                    )

    def egress(self) -> Iterator[Fact]:
        """Say that something outside is talked to; that nothing is, only files can tell.

        The API shows neither ``retry_join`` nor the address of a seal nor where plugins come from.
        """
        self._shown.areas -= {"egress", "outside"}
        if self._shown.outside or not self._shown.site.is_air_gapped:
            values = {"air_gapped": self._shown.site.is_air_gapped, "count": self._shown.outside}
            yield self._shown.setting("egress", "targets outside the site", values, "GET sys/config/state/sanitized")
            self._shown.areas.add("outside")

    def own_token(self) -> Iterator[Fact | Gap]:
        """Yield what the token of this audit can do."""
        own = self._shown.data(self._shown.reading.get("auth/token/lookup-self"))
        answer = self._shown.reading.answers.get("POST sys/capabilities-self")
        if answer is None or not answer.is_good:
            yield from self._shown.lost(
                answer or self._shown.reading.get("sys/capabilities-self"), "POST sys/capabilities-self", "own-token"
            )
            return
        data = self._shown.data(answer)
        words = dict(POWERS)
        powers = []
        for path, said in sorted(data.items()):
            held = set(said) if isinstance(said, list) else set()
            needed = {"root", "update", "create", "delete", "sudo", "patch"}
            needed |= (
                {"read"} if "/export/" in path or "/raw/" in path or "snapshot" in path or path not in words else set()
            )
            if path != "capabilities" and held & needed and "deny" not in held:
                powers.append(f"{words.get(path, path)}: {', '.join(sorted(held))}")
        values = {
            "policies": [str(each) for each in list_of(own, "policies")],
            "powers": powers,
            "expires": own.get("expire_time") or "",
            "ttl": number(own.get("ttl")),
            "period": number(own.get("period")),
        }
        yield self._shown.setting("own-token", "token of this audit", values, "GET auth/token/lookup-self")
