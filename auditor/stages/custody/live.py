"""Turns what one reading of a server gave into facts; live and from a snapshot alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.formats.vault_configuration import is_inside, seconds, truth
from auditor.formats.vault_policy import PolicyError, parse
from auditor.model.fact import Fact, Gap, Origin
from auditor.stages.custody import rights, settings
from auditor.stages.custody.facts import (
    LOUD,
    AuditDevice,
    CustodyKey,
    CustodySetting,
    KeyHolder,
    KeyPolicy,
    KeyRight,
    PolicyRule,
)
from auditor.stages.custody.gaps import gap
from auditor.stages.custody.reading import OPERATIONS, POWERS
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.custody_snapshot import Answer, Reading
    from auditor.formats.vault_configuration import Place
    from auditor.stages.custody.settings import Site

HUMAN: Final = frozenset({"userpass", "ldap", "oidc", "okta", "github", "radius", "kerberos", "jwt"})
MEANT_FOR_PEOPLE: Final = HUMAN - {"jwt"}
_LOCAL_STORAGE: Final = ("raft", "file", "inmem")
_YEAR_10000: Final = 253_402_300_800
"""Seconds; no date has a year of five digits."""


class Live:
    """Facts of one reading."""

    def __init__(self, reading: Reading, part: str, site: Site) -> None:
        """Make nothing yet."""
        self.reading = reading
        self.part = part
        self.site = site
        self.to = settings.Writer(part=part, source="live", site=site)
        self.areas = self.to.areas
        self.kinds: set[type[Fact]] = set()
        self.outside = 0

    def facts(self) -> Iterator[Fact | Gap]:
        """Yield everything that the reading shows, and a gap for each thing that was asked for and not given."""
        yield from self._status()
        if self.reading.problem:
            return
        yield from self._configuration()
        yield from self._loggers()
        yield from self._audit()
        yield from self._tokens()
        yield from self._raft()
        yield from self._keys()
        yield from self._policies()
        yield from self._methods()
        yield from self._engines()
        yield from self._cuts()
        yield from self._server()
        yield from self._own_token()
        yield from self._egress()

    # -- helpers

    def _setting(self, area: str, subject: str, values: Mapping[str, Any], path: str = "") -> CustodySetting:
        return self.to.setting(area, subject, values, pointer=_pointer(path))

    def _lost(self, answer: Answer, path: str, *areas: str, kind: type[Fact] = CustodySetting) -> Iterator[Gap]:
        """Say which capability at which path is missing."""
        verb = "list" if path.startswith("LIST ") else "read"
        remedy = say("custody.remedy.capability", path=path.partition(" ")[2], capability=verb)
        if answer.status != 403:  # noqa: PLR2004
            remedy = say("custody.remedy.again")
        for area in areas or ("",):
            self.areas.add(area) if area else self.kinds.add(kind)
            yield gap(
                self.part,
                kind,
                answer.reason,
                f"{path}: {answer.detail}" if answer.detail else path,
                remedy,
                topic=area,
                is_missing=answer.status == 403,  # noqa: PLR2004
            )

    def _unshown(self, area: str, subject: str, what: str) -> Gap:
        """Say what the API of a server does not tell; its files do."""
        self.areas.add(area)
        return gap(
            self.part,
            CustodySetting,
            reasons.NOT_PART_OF_THE_TARGET,
            f"{what}: the API does not show it",
            say("custody.give.files"),
            subject=subject,
            topic=area,
            is_out_of_reach=True,
        )

    def _data(self, answer: Answer) -> dict[str, Any]:
        return answer.data if isinstance(answer.data, dict) else {}

    # -- state

    def _status(self) -> Iterator[Fact | Gap]:
        seal = self.reading.get("sys/seal-status")
        health = self._data(self.reading.get("sys/health?standbyok=true&perfstandbyok=true"))
        if seal.is_good:
            said = self._data(seal)
            yield self._setting(
                "initialised", "server", {"initialised": said.get("initialized") is True}, "GET sys/seal-status"
            )
            if isinstance(said.get("sealed"), bool):
                yield self._setting(
                    "sealed", "server", {"sealed": said["sealed"], "seal": said.get("type", "")}, "GET sys/seal-status"
                )
            yield from self._versions(said)
            if said.get("initialized") is True and isinstance(said.get("n"), int) and isinstance(said.get("t"), int):
                values = {
                    "n": said["n"],
                    "t": said["t"],
                    "recovery": said.get("recovery_seal") is True,
                    "cluster_id": str(said.get("cluster_id", "")),
                    "type": str(said.get("type", "")),
                }
                yield self._setting("shares", "unseal shares", values, "GET sys/seal-status")
            kind = str(said.get("type", ""))
            if kind == "transit":
                yield self._unshown("seal", "seal transit", "address of the seal")
            elif kind:
                yield self._setting("seal", f"seal {kind}", {"_type": kind}, "GET sys/seal-status")
            storage = str(said.get("storage_type", ""))
            if storage and not storage.startswith(_LOCAL_STORAGE):
                yield self._unshown("storage", f"storage {storage}", "address and TLS of the storage")
            elif storage:
                yield self._setting("storage", f"storage {storage}", {"_type": storage}, "GET sys/seal-status")
            if storage:
                is_dev = storage.startswith("inmem")
                yield self._setting(
                    "development",
                    "development mode",
                    {"is_dev": is_dev, "how": f"storage {storage}" if is_dev else ""},
                    "GET sys/seal-status",
                )
            headers: dict[str, Any] = said["_headers"] if isinstance(said.get("_headers"), dict) else {}
            self._hsts = str(headers.get("Strict-Transport-Security", ""))
        del health
        yield from self._doors()

    _hsts = ""

    def _versions(self, said: Mapping[str, Any]) -> Iterator[Fact]:
        version = str(said.get("version", ""))
        product = self._product(version)
        yield self._setting(
            "version", "version", {"version": version, "product": product, "node": "this"}, "GET sys/seal-status"
        )
        nodes = self._data(self.reading.get("sys/ha-status")).get("nodes")
        others = (
            sorted({str(each.get("version", "")) for each in nodes if isinstance(each, dict)} - {"", version})
            if isinstance(nodes, list)
            else []
        )
        if others:
            yield self._setting(
                "version",
                "versions of the nodes",
                {"version": version, "product": product, "others": others},
                "GET sys/ha-status",
            )

    def _product(self, version: str) -> str:
        """Return the product: OpenBao's plugins and its configuration say so; its versions begin with 2."""
        text = (
            str(self._data(self.reading.get("sys/mounts")))[:200_000]
            + str(self._data(self.reading.get("sys/plugins/catalog")))[:200_000]
        )
        if "builtin.bao" in text or "allow_unauthenticated_workflows" in self._data(
            self.reading.get("sys/config/state/sanitized")
        ):
            return "openbao"
        if "builtin.vault" in text or "+ent" in version or version.startswith(("0.", "1.")):
            return "vault"
        return "openbao" if version.startswith("2.") else ""

    def _doors(self) -> Iterator[Fact | Gap]:
        for name, answer in self.reading.below("OPEN", ""):
            path = name.strip()
            if answer.status == 0:
                yield from self._lost(answer, f"GET {path}", "open-door")
                continue
            values = {"name": path, "open": answer.status == 200, "status": answer.status}  # noqa: PLR2004
            area = "switch" if path in {"sys/metrics", "sys/pprof/"} else "open-door"
            if area == "switch":
                values = {"name": f"{path} without a token", "on": answer.status == 200}  # noqa: PLR2004
            yield self._setting(area, f"{path} without a token", values, f"OPEN {path}")

    def _configuration(self) -> Iterator[Fact | Gap]:
        answer = self.reading.get("sys/config/state/sanitized")
        if not answer.is_good:
            areas = (
                "listener",
                "sm-transport",
                "switch",
                "log-level",
                "ui",
                "ttl",
                "lockout",
                "plugins",
                "drift",
            )
            yield from self._lost(answer, "GET sys/config/state/sanitized", *areas)
            return
        said = self._data(answer)
        found = settings.of_sanitized(said)
        storage = self._data(self.reading.get("sys/seal-status")).get("storage_type")
        for fact in settings.of_configuration(found, self.to):
            yield from self._as_live(fact, has_status=bool(storage))
        yield self._setting(
            "drift",
            "live configuration",
            {"sanitized": {k: v for k, v in said.items() if isinstance(v, str | int | float | bool)}},
            "GET sys/config/state/sanitized",
        )
        cors = self.reading.get("sys/config/cors")
        if cors.is_good:
            data = self._data(cors)
            origins = data.get("allowed_origins")
            values = {
                "cors": True,
                "on": data.get("enabled") is True,
                "origins": origins if isinstance(origins, list) else [],
                "allowed": None,
            }
            yield self._setting("ui", "CORS", values, "GET sys/config/cors")
        else:
            yield from self._lost(cors, "GET sys/config/cors", "ui")

    def _loggers(self) -> Iterator[Fact | Gap]:
        """Yield how much the server really logs: a flag at its start, or a request since, outdoes its configuration."""
        answer = self.reading.get("sys/loggers")
        levels = {name: str(level).lower() for name, level in self._data(answer).items()}
        if not levels:
            lost = replace(answer, reason=answer.reason or reasons.ANSWER_NOT_UNDERSTOOD)
            yield from self._lost(lost, "GET sys/loggers", "log-level")
            return
        loud = sorted(name for name, level in levels.items() if level in LOUD)
        level = levels[loud[0]] if loud else ", ".join(sorted(set(levels.values())))
        yield self._setting("log-level", "loggers", {"level": level, "loggers": loud}, "GET sys/loggers")

    def _as_live(self, fact: Fact, *, has_status: bool) -> Iterator[Fact | Gap]:
        """Yield a fact of the running configuration; what the status of the server says already is left out."""
        if not isinstance(fact, CustodySetting):
            yield fact
        elif fact.area in {"egress", "outside"}:
            self.outside += fact.area == "outside"
            if fact.area == "outside":
                yield replace(fact, origin=Origin(part=self.part, pointer=_pointer("GET sys/config/state/sanitized")))
        elif fact.area == "plugins" and not _tells_of_plugins(fact.values):
            yield self._unshown("plugins", fact.subject, "plugin_auto_download")
        elif fact.area not in {"development", "seal"} and not (fact.area == "storage" and has_status):
            values = {**fact.values, "_hsts": bool(self._hsts)} if fact.area == "listener" else fact.values
            where = Origin(part=self.part, pointer=_pointer("GET sys/config/state/sanitized"))
            yield replace(fact, values=values, origin=where)

    def _audit(self) -> Iterator[Fact | Gap]:
        answer = self.reading.get("sys/audit")
        if not answer.is_good:
            yield from self._lost(answer, "GET sys/audit", "audit")
            yield from self._lost(answer, "GET sys/audit", kind=AuditDevice)
            return
        devices: list[tuple[str, str, Any, Place | None]] = [
            (name.rstrip("/"), str(each.get("type", "")), each.get("options"), None)
            for name, each in sorted(self._data(answer).items())
            if isinstance(each, dict) and "type" in each
        ]
        self.kinds.add(AuditDevice)
        yield from settings.audit_devices(devices, self.to)
        for name, kind, options, _place in devices:
            said = options if isinstance(options, dict) else {}
            target = str(said.get("address") or said.get("uri") or "")
            is_remote = kind in {"socket", "http"} and target and said.get("socket_type") != "unix"
            if is_remote and not is_inside(target, self.site.allowed):
                self.outside += 1
                values = {"what": "audit", "target": target, "air_gapped": self.site.is_air_gapped}
                yield self._setting("outside", f"audit {name}: {target}"[:300], values, "GET sys/audit")

    # -- tokens

    def _tokens(self) -> Iterator[Fact | Gap]:
        listed = self.reading.listed("auth/token/accessors")
        if not listed.is_good:
            yield from self._lost(listed, "LIST auth/token/accessors", "token-survey", "token")
            return
        found = self.reading.below("TOKEN", "")
        lost = [each for _name, each in found if not each.is_good and each.status not in {404, 403, 400}]
        gone = [each for _name, each in found if not each.is_good and each.status in {404, 403, 400}]
        if lost or (gone and len(gone) == len(found)):
            first = (lost or gone)[0]
            yield from self._lost(first, "POST auth/token/lookup-accessor", "token-survey")
        own = self._data(self.reading.get("auth/token/lookup-self")).get("accessor_digest")
        self.areas |= {"token-survey", "token"}
        count = 0
        batch = 0
        for name, answer in found:
            data = self._data(answer)
            if not answer.is_good:
                continue
            count += 1
            policies = sorted({str(each) for each in (*_list(data, "policies"), *_list(data, "identity_policies"))})
            ttl, explicit, period = (
                _number(data.get("ttl")),
                _number(data.get("explicit_max_ttl")),
                _number(data.get("period")),
            )
            batch += data.get("type") == "batch"
            is_long = (
                ttl == 0
                or period > 0
                or max(_number(data.get("creation_ttl")), ttl) > self._longest
                or "root" in policies
            )
            if not (is_long or data.get("orphan") is True):
                continue
            values = {
                "policies": policies[:50],
                "ttl": ttl,
                "creation_ttl": _number(data.get("creation_ttl")),
                "explicit_max_ttl": explicit,
                "period": period,
                "type": str(data.get("type", "")),
                "orphan": data.get("orphan") is True,
                "path": str(data.get("path", "")),
                "display_name": str(data.get("display_name", ""))[:100],
                "is_own": name == own,
                "accessor_digest": name,
            }
            yield self._setting("token", f"token {name} ({values['display_name']})", values, f"TOKEN {name}")
        values = {"count": count, "batch": batch, "vanished": len(gone)}
        yield self._setting("token-survey", "tokens", values, "LIST auth/token/accessors")

    _longest = 24 * 3600

    # -- raft

    def _raft(self) -> Iterator[Fact | Gap]:
        storage = self._data(self.reading.get("sys/seal-status")).get("storage_type")
        if storage not in {"raft", None, ""}:
            self.areas |= {"raft-members", "autopilot"}
            return  # nothing of the kind: not applicable
        answer = self.reading.get("sys/storage/raft/configuration")
        if answer.is_good:
            config = self._data(answer).get("config")
            servers = config.get("servers") if isinstance(config, dict) else None
            members = [each for each in servers if isinstance(each, dict)] if isinstance(servers, list) else []
            voters = [str(each.get("node_id", "")) for each in members if each.get("voter") is True]
            leaders = [each for each in members if each.get("leader") is True]
            values = {
                "members": len(members),
                "voters": voters,
                "leader": str(leaders[0].get("node_id", "")) if leaders else "",
                "leader_votes": bool(leaders and leaders[0].get("voter") is True),
            }
            yield self._setting("raft-members", "raft members", values, "GET sys/storage/raft/configuration")
        else:
            yield from self._lost(answer, "GET sys/storage/raft/configuration", "raft-members")
        state = self.reading.get("sys/storage/raft/autopilot/state")
        config = self.reading.get("sys/storage/raft/autopilot/configuration")
        if state.is_good and config.is_good:
            one, other = self._data(state), self._data(config)
            values = {
                "healthy": one.get("healthy"),
                "failure_tolerance": one.get("failure_tolerance"),
                "cleanup": other.get("cleanup_dead_servers") is True,
                "min_quorum": other.get("min_quorum", 0),
            }
            yield self._setting("autopilot", "autopilot", values, "GET sys/storage/raft/autopilot/state")
        else:
            yield from self._lost(
                config if state.is_good else state, "GET sys/storage/raft/autopilot/state", "autopilot"
            )

    # -- keys

    def _mounts(self, path: str, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, each in sorted(self._data(self.reading.get(path)).items()):
            if isinstance(each, dict) and each.get("type") in types:
                yield name.rstrip("/"), each

    def _keys(self) -> Iterator[Fact | Gap]:
        mounts = self.reading.get("sys/mounts")
        self.kinds.add(CustodyKey)
        if not mounts.is_good:
            yield from self._lost(mounts, "GET sys/mounts", kind=CustodyKey)
            return
        for mount, _said in self._mounts("sys/mounts", "transit"):
            listed = self.reading.listed(f"{mount}/keys")
            if not listed.is_good:
                yield from self._lost(listed, f"LIST {mount}/keys", kind=CustodyKey)
                continue
            names = _list(self._data(listed), "keys")
            for key in names:
                answer = self.reading.get(f"{mount}/keys/{key}")
                if answer.is_good and isinstance(answer.data, dict) and answer.data.get("type"):
                    yield self._key(mount, str(key), answer.data)
                else:
                    shown = answer if not answer.is_good else _bad_shape(answer)
                    yield replace(
                        next(self._lost(shown, f"GET {mount}/keys/{key}", kind=CustodyKey)), subject=f"{mount}/{key}"
                    )

    def _key(self, mount: str, name: str, data: Mapping[str, Any]) -> CustodyKey:
        versions = data.get("keys")
        newest = max(versions, key=_whole, default="") if isinstance(versions, dict) else ""
        return CustodyKey(
            subject=f"{mount}/{name}",
            origin=Origin(part=self.part, pointer=_pointer(f"GET {mount}/keys/{name}")),
            store="transit",
            algorithm=str(data.get("type", "")),
            is_exportable=_bool(data.get("exportable")),
            has_plaintext_backup=_bool(data.get("allow_plaintext_backup")),
            is_deletable=_bool(data.get("deletion_allowed")),
            latest_version=_whole(data.get("latest_version")) or None,
            min_decryption_version=_optional(data.get("min_decryption_version")),
            min_encryption_version=_optional(data.get("min_encryption_version")),
            newest_at=_made_at(versions.get(newest)) if isinstance(versions, dict) else "",
            rotation_s=seconds(data.get("auto_rotate_period")),
            values={
                "imported": data.get("imported_key") is True,
                "derived": data.get("derived") is True,
                "sm_required": self.site.needs_sm,
            },
        )

    # -- policies and who holds them

    def _policies(self) -> Iterator[Fact | Gap]:
        listed = self.reading.listed("sys/policies/acl")
        self.kinds |= {KeyPolicy, KeyHolder, KeyRight}
        if not listed.is_good:
            yield from self._lost(listed, "LIST sys/policies/acl", kind=KeyPolicy)
            yield from self._lost(listed, "LIST sys/policies/acl", kind=KeyRight)
        transit = tuple(mount for mount, _said in self._mounts("sys/mounts", "transit"))
        policies: dict[str, tuple[PolicyRule, ...]] = {}
        for name, answer in self.reading.below("GET", "sys/policies/acl/"):
            text = self._data(answer).get("policy")
            text = self._data(answer).get("rules") if text is None else text
            if not answer.is_good or not isinstance(text, str):
                yield replace(
                    next(
                        self._lost(
                            answer if not answer.is_good else _bad_shape(answer),
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
                    self.part,
                    KeyPolicy,
                    reasons.MALFORMED,
                    f"{name}: {problem}",
                    say("custody.remedy.policy_text"),
                    subject=name,
                )
                continue
            policies[name] = rules
            origin = Origin(part=self.part, pointer=_pointer(f"GET sys/policies/acl/{name}"))
            yield KeyPolicy(subject=name, origin=origin, rules=rules, source="live", mounts=transit)
        yield from self._identities()
        yield from rights.matrix(self.reading, self.part, policies, transit)

    def _identities(self) -> Iterator[Fact | Gap]:
        self.areas.add("identity")
        for kind in ("entity", "group"):
            listed = self.reading.listed(f"identity/{kind}/id")
            if not listed.is_good:
                yield from self._lost(listed, f"LIST identity/{kind}/id", "identity")
        for holder in rights.holders(self.reading):
            if holder.kind in {"entity", "group"}:
                values = {"kind": holder.kind, "policies": list(holder.own), "disabled": holder.is_disabled}
                yield self._setting("identity", f"{holder.kind} {holder.name}", values, holder.asked)
            if holder.kind != "token":
                yield KeyHolder(
                    subject=f"{holder.kind} {holder.name}",
                    origin=Origin(part=self.part, pointer=_pointer(holder.asked)),
                    kind=holder.kind,
                    policies=tuple(sorted(holder.own)),
                    through=tuple(sorted(f"{name}: {way}" for name, way in holder.all.items())),
                )

    # -- authentication

    def _methods(self) -> Iterator[Fact | Gap]:
        answer = self.reading.get("sys/auth")
        if not answer.is_good:
            yield from self._lost(answer, "GET sys/auth", "auth", "auth-method", "ttl")
            return
        self.areas |= {"auth", "auth-method", "lockout"}
        methods = [
            (name.rstrip("/"), each)
            for name, each in sorted(self._data(answer).items())
            if isinstance(each, dict) and "type" in each
        ]
        kinds = sorted({str(each["type"]) for _name, each in methods})
        yield self._setting("auth", "authentication methods", {"types": kinds}, "GET sys/auth")
        enforcement = self.reading.listed("identity/mfa/login-enforcement")
        has_mfa = bool(_list(self._data(enforcement), "keys")) if enforcement.is_good else None
        for mount, each in methods:
            kind = str(each["type"])
            if kind in {"token", "ns_token"}:
                continue
            tune = self._data(self.reading.get(f"sys/auth/{mount}/tune"))
            config = each.get("config")
            config = config if isinstance(config, dict) else {}
            own = self._data(self.reading.get(f"auth/{mount}/config"))
            lockout = tune.get("user_lockout_config") or config.get("user_lockout_config")
            values = {
                "type": kind,
                "has_mfa": has_mfa,
                "for_people": kind in MEANT_FOR_PEOPLE,
                "token_type": str(tune.get("token_type") or config.get("token_type") or ""),
                "max_lease_ttl": _number(tune.get("max_lease_ttl") or config.get("max_lease_ttl")),
                "visibility": str(tune.get("listing_visibility") or config.get("listing_visibility") or ""),
                "url": str(own.get("url", "")),
                "starttls": own.get("starttls") is True,
                "insecure_tls": own.get("insecure_tls") is True,
                "tuned": bool(tune) or bool(config),
            }
            yield self._setting("auth-method", f"auth {mount} ({kind})", values, "GET sys/auth")
            yield self._setting("ttl", f"ttl of auth {mount} ({kind})", values, f"GET sys/auth/{mount}/tune")
            if kind in {"userpass", "ldap", "approle"}:
                inner = lockout if isinstance(lockout, dict) else {}
                said = (tune.get("user_lockout_disable"), inner.get("lockout_disable"), inner.get("disable_lockout"))
                off = any(truth(each_said) for each_said in said)
                yield self._setting(
                    "lockout", f"lockout of auth {mount}", {"disabled": off}, f"GET sys/auth/{mount}/tune"
                )
            discovery = str(own.get("oidc_discovery_url") or own.get("jwks_url") or "")
            for target in (discovery, values["url"]):
                if target and not is_inside(str(target), self.site.allowed):
                    self.outside += 1
                    yield self._setting(
                        "outside",
                        f"auth {mount}: {target}"[:300],
                        {"what": f"auth {mount}", "target": target, "air_gapped": self.site.is_air_gapped},
                        f"GET auth/{mount}/config",
                    )

    def _egress(self) -> Iterator[Fact]:
        """Say that something outside is talked to; that nothing is, only files can tell.

        The API shows neither ``retry_join`` nor the address of a seal nor where plugins come from.
        """
        self.areas -= {"egress", "outside"}
        if self.outside or not self.site.is_air_gapped:
            values = {"air_gapped": self.site.is_air_gapped, "count": self.outside}
            yield self._setting("egress", "targets outside the site", values, "GET sys/config/state/sanitized")
            self.areas.add("outside")

    # -- engines

    def _engines(self) -> Iterator[Fact | Gap]:
        mounts = self.reading.get("sys/mounts")
        if not mounts.is_good:
            yield from self._lost(mounts, "GET sys/mounts", "kv", "kv-names", "pki", "pki-role")
            return
        self.areas |= {"kv", "kv-names", "pki", "pki-role"}
        for mount, said in self._mounts("sys/mounts", "kv", "generic"):
            yield from self._kv(mount, said)
        for mount, _said in self._mounts("sys/mounts", "pki"):
            yield from self._pki(mount)

    def _kv(self, mount: str, said: Mapping[str, Any]) -> Iterator[Fact | Gap]:
        options = said.get("options")
        is_second = isinstance(options, dict) and str(options.get("version")) == "2"
        config = self.reading.get(f"{mount}/config")
        if not is_second:
            yield self._setting("kv", f"kv {mount}", {"version": 1}, "GET sys/mounts")
        elif config.is_good:
            data = self._data(config)
            values = {
                "version": 2,
                "cas_required": data.get("cas_required") is True,
                "max_versions": _number(data.get("max_versions")),
            }
            yield self._setting("kv", f"kv {mount}", values, f"GET {mount}/config")
        else:
            yield replace(next(self._lost(config, f"GET {mount}/config", "kv")), subject=f"kv {mount}")
        root = f"{mount}/metadata" if is_second else mount
        names: list[str] = []
        lost: Answer | None = None
        for rest, answer in [("", self.reading.listed(root)), *self.reading.below("LIST", f"{root}/")]:
            if answer.is_good:
                names += [
                    f"{rest}/{each}".lstrip("/")
                    for each in _list(self._data(answer), "keys")
                    if not str(each).endswith("/")
                ]
            else:
                lost = lost or answer
        if lost:
            yield replace(next(self._lost(lost, f"LIST {root}", "kv-names")), subject=f"names in {mount}")
        suspicious = [name for name in names if rights.sounds_like_a_key(name)]
        yield self._setting(
            "kv-names", f"names in {mount}", {"count": len(names), "suspicious": suspicious[:100]}, f"LIST {root}"
        )

    def _pki(self, mount: str) -> Iterator[Fact | Gap]:
        listed = self.reading.listed(f"{mount}/issuers")
        if not listed.is_good:
            yield replace(next(self._lost(listed, f"LIST {mount}/issuers", "pki")), subject=f"pki {mount}")
        else:
            inside = []
            for issuer in _list(self._data(listed), "keys"):
                data = self._data(self.reading.get(f"{mount}/issuer/{issuer}"))
                if data.get("key_id") and rights.is_self_signed(str(data.get("certificate", ""))):
                    inside.append(str(data.get("issuer_name") or issuer))
            info = self._data(listed).get("key_info")
            with_key = (
                [k for k, v in info.items() if isinstance(v, dict) and v.get("key_id")]
                if isinstance(info, dict)
                else []
            )
            unread = [k for k in with_key if not self.reading.get(f"{mount}/issuer/{k}").is_good]
            if unread:
                answer = self.reading.get(f"{mount}/issuer/{unread[0]}")
                yield replace(
                    next(self._lost(answer, f"GET {mount}/issuer/{unread[0]}", "pki")), subject=f"pki {mount}"
                )
            yield self._setting("pki", f"pki {mount}", {"roots_with_key": inside}, f"LIST {mount}/issuers")
        roles = self.reading.listed(f"{mount}/roles")
        if not roles.is_good:
            yield from self._lost(roles, f"LIST {mount}/roles", "pki-role")
        for name, answer in self.reading.below("GET", f"{mount}/roles/"):
            data = self._data(answer)
            if answer.is_good:
                values = {
                    "allow_any_name": data.get("allow_any_name") is True,
                    "max_ttl": _number(data.get("max_ttl")),
                    "ttl": _number(data.get("ttl")),
                }
                yield self._setting("pki-role", f"pki role {mount}/{name}", values, f"GET {mount}/roles/{name}")
            else:
                yield replace(
                    next(self._lost(answer, f"GET {mount}/roles/{name}", "pki-role")),
                    subject=f"pki role {mount}/{name}",
                )

    def _cuts(self) -> Iterator[Gap]:
        """Yield a gap for each list of which not all was read: nothing passes for what lies beyond a bound."""
        engines = {name: str(said["type"]) for name, said in self._mounts("sys/mounts", "kv", "generic", "pki")}
        for name, answer in self.reading.below("CUT", ""):
            path = name.strip()
            mount = next((each for each in engines if path == each or path.startswith(f"{each}/")), "")
            costs: tuple[tuple[type[Fact], str], ...] = ((KeyRight, ""),)
            subject = ""
            if path == "sys/policies/acl":
                costs = ((KeyPolicy, ""), (KeyRight, ""))
            elif path == "auth/token/accessors":
                costs = ((CustodySetting, "token-survey"), (KeyRight, ""))
            elif path.startswith("identity/"):
                costs = ((CustodySetting, "identity"), (KeyRight, ""))
            elif engines.get(mount) == "pki":
                costs = ((CustodySetting, "pki-role" if path.endswith("/roles") else "pki"),)
            elif mount:
                costs, subject = ((CustodySetting, "kv-names"),), f"names in {mount}"
            for kind, area in costs:
                self.areas.add(area) if area else self.kinds.add(kind)
                yield gap(
                    self.part,
                    kind,
                    answer.reason,
                    f"{path}: {answer.detail}",
                    say("custody.remedy.too_many"),
                    subject=subject,
                    topic=area,
                )

    # -- the rest

    def _server(  # noqa: PLR0912 - a branch for each answer that may be missing
        self,
    ) -> Iterator[Fact | Gap]:
        yield from self._progress()
        status = self.reading.get("sys/key-status")
        rotate = self.reading.get("sys/rotate/config")
        if status.is_good:
            one, other = self._data(status), self._data(rotate)
            values = {
                "term": one.get("term"),
                "installed": str(one.get("install_time", "")),
                "encryptions": _number(one.get("encryptions")),
                "automatic": other.get("enabled") is True if rotate.is_good else None,
                "max_operations": _number(other.get("max_operations")),
            }
            yield self._setting("barrier-key", "barrier key", values, "GET sys/key-status")
            if not rotate.is_good and rotate.status == 403:  # noqa: PLR2004
                yield from self._lost(rotate, "GET sys/rotate/config", "barrier-key")
        else:
            yield from self._lost(status, "GET sys/key-status", "barrier-key")
        leases = self.reading.get("sys/leases/count?type=irrevocable")
        counters = self._data(self.reading.get("sys/internal/counters/tokens")).get("counters")
        tokens = counters.get("service_tokens") if isinstance(counters, dict) else None
        if leases.is_good:
            data = self._data(leases)
            total = tokens.get("total") if isinstance(tokens, dict) else None
            yield self._setting(
                "leases",
                "leases",
                {"irrevocable": _number(data.get("lease_count")), "tokens": total},
                "GET sys/leases/count",
            )
        else:
            yield from self._lost(leases, "GET sys/leases/count", "leases")
        quotas = self.reading.listed("sys/quotas/rate-limit")
        if quotas.is_good:
            yield self._setting(
                "quotas",
                "quotas",
                {"rate_limits": len(_list(self._data(quotas), "keys"))},
                "LIST sys/quotas/rate-limit",
            )
        else:
            yield from self._lost(quotas, "LIST sys/quotas/rate-limit", "quotas")
        yield from self._licence()
        spaces = self.reading.listed("sys/namespaces")
        if spaces.is_good:
            names = [str(each).rstrip("/") for each in _list(self._data(spaces), "keys")]
            info = self._data(spaces).get("key_info")
            sealed = (
                [k.rstrip("/") for k, v in info.items() if isinstance(v, dict) and v.get("sealed") is True]
                if isinstance(info, dict)
                else []
            )
            yield self._setting(
                "namespaces",
                "namespaces",
                {"names": names, "sealed": sealed, "expected": list(self.site.namespaces)},
                "LIST sys/namespaces",
            )
        elif spaces.status in {404, 405}:
            self.areas.add("namespaces")  # the community edition has none
        else:
            yield from self._lost(spaces, "LIST sys/namespaces", "namespaces")
        catalog = self.reading.get("sys/plugins/catalog")
        if catalog.is_good:
            detailed = self._data(catalog).get("detailed")
            for each in detailed if isinstance(detailed, list) else []:
                if isinstance(each, dict) and each.get("builtin") is False:
                    values = {
                        "sha256sum": str(each.get("sha256", "")),
                        "image": str(each.get("oci_image", "")),
                        "air_gapped": self.site.is_air_gapped,
                    }
                    yield self._setting(
                        "plugin", f"plugin {each.get('type')} {each.get('name')}", values, "GET sys/plugins/catalog"
                    )
        else:
            yield from self._lost(catalog, "GET sys/plugins/catalog", "plugin")

    def _licence(self) -> Iterator[Fact | Gap]:
        licence = self.reading.get("sys/license/status")
        self.areas.add("licence")
        if licence.is_good:
            data = self._data(licence)
            loaded = data.get("autoloaded")
            stored = data.get("persisted_autoload")
            one = loaded if isinstance(loaded, dict) else data
            values = {
                "expires": str(one.get("expiration_time", "")),
                "differs": isinstance(stored, dict) and stored.get("license_id") not in (None, one.get("license_id")),
            }
            yield self._setting("licence", "licence", values, "GET sys/license/status")
        elif licence.status not in {404, 405}:
            yield from self._lost(licence, "GET sys/license/status", "licence")

    def _progress(self) -> Iterator[Fact | Gap]:
        """Yield what is under way: an operation has an old path and a new one, and one that answers is enough.

        A path that is shut (404, 405) tells nothing of an operation that was begun at the other one.
        """
        self.areas.add("in-progress")
        has_recovery = self._data(self.reading.get("sys/seal-status")).get("recovery_seal") is True
        for what, paths in OPERATIONS:
            if "recovery" in what and not has_recovery:
                continue
            answers = [(path, self.reading.get(path)) for path in paths]
            told = [(path, self._data(answer)) for path, answer in answers if answer.is_good]
            unseen = [(path, answer) for path, answer in answers if answer.status not in {404, 405}]
            if told:
                values = {
                    "started": any(data.get("started") is True for _path, data in told),
                    "prints": [str(each) for _path, data in told for each in _list(data, "pgp_fingerprints")],
                    "refused": False,
                }
                path = next((path for path, data in told if data.get("started") is True), told[0][0])
                yield self._setting("in-progress", what, values, f"GET {path}")
            elif unseen:
                path, answer = unseen[-1]
                yield from self._lost(answer, f"GET {path}", "in-progress")
            else:  # neither is offered: nobody can begin it
                values = {"started": False, "prints": [], "refused": True}
                yield self._setting("in-progress", what, values, f"GET {paths[0]}")

    def _own_token(self) -> Iterator[Fact | Gap]:
        own = self._data(self.reading.get("auth/token/lookup-self"))
        answer = self.reading.answers.get("POST sys/capabilities-self")
        if answer is None or not answer.is_good:
            yield from self._lost(
                answer or self.reading.get("sys/capabilities-self"), "POST sys/capabilities-self", "own-token"
            )
            return
        data = self._data(answer)
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
            "policies": [str(each) for each in _list(own, "policies")],
            "powers": powers,
            "expires": own.get("expire_time") or "",
            "ttl": _number(own.get("ttl")),
            "period": _number(own.get("period")),
        }
        yield self._setting("own-token", "token of this audit", values, "GET auth/token/lookup-self")


def _tells_of_plugins(values: Mapping[str, Any]) -> bool:
    """Tell whether plugins can only be what the catalog lists: none may be fetched without a folder to put them in."""
    return not values.get("directory") or values.get("auto_download") is True


def _bad_shape(answer: Answer) -> Answer:
    return type(answer)(
        answer.status, None, reason=reasons.ANSWER_NOT_UNDERSTOOD, detail="fields are missing or of another kind"
    )


def _pointer(asked: str) -> str:
    """Return the JSON pointer of an answer within the reading."""
    return "/answers/" + asked.replace("~", "~0").replace("/", "~1") if asked else ""


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _number(value: object) -> float:
    """Return a number also where it is written as text; 0 for nothing."""
    return seconds(value) or 0.0


def _whole(value: object) -> int:
    """Return a version as a number, as text it would sort "10" before "9"."""
    try:
        return int(str(value)[:18])
    except ValueError:
        return 0


def _optional(value: object) -> int | None:
    return None if value is None else _whole(value)


def _bool(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return truth(value) if isinstance(value, str) and value.lower() in {"true", "false", "1", "0"} else None


def _made_at(version: object) -> str:
    """Return when a version of a key was made, ISO 8601; OpenBao writes seconds for some types, a record for others."""
    if isinstance(version, dict):
        version = version.get("creation_time", "")
    if isinstance(version, int | float) and not isinstance(version, bool) and 0 < version < _YEAR_10000:
        return datetime.fromtimestamp(version, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return version if isinstance(version, str) else ""
