"""Turns what one reading of a server gave into facts; live and from a snapshot alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.formats.vault_configuration import is_inside
from auditor.model.fact import Fact, Gap, Origin
from auditor.stages.custody import settings
from auditor.stages.custody.facts import (
    LOUD,
    AuditDevice,
    CustodySetting,
)
from auditor.stages.custody.live_access import Access
from auditor.stages.custody.live_keys import Keys
from auditor.stages.custody.reading import OPERATIONS
from auditor.stages.custody.shown import Shown, list_of, number, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.custody_snapshot import Reading
    from auditor.formats.vault_configuration import Place
    from auditor.stages.custody.settings import Site

_LOCAL_STORAGE: Final = ("raft", "file", "inmem")


class Live:
    """Facts of one reading."""

    def __init__(self, reading: Reading, part: str, site: Site) -> None:
        """Make nothing yet."""
        self._shown = Shown(reading, part, site)
        self._access = Access(self._shown)
        self._keys = Keys(self._shown)
        self._hsts = ""

    @property
    def reading(self) -> Reading:
        """The reading."""
        return self._shown.reading

    @property
    def areas(self) -> set[str]:
        """Areas that it says something of, if only that nothing can be seen."""
        return self._shown.areas

    @property
    def kinds(self) -> set[type[Fact]]:
        """Kinds of facts of which it says that they cannot be seen."""
        return self._shown.kinds

    def facts(self) -> Iterator[Fact | Gap]:
        """Yield everything that the reading shows, and a gap for each thing that was asked for and not given."""
        yield from self._status()
        if self._shown.reading.problem:
            return
        yield from self._configuration()
        yield from self._loggers()
        yield from self._audit()
        yield from self._access.tokens()
        yield from self._raft()
        yield from self._keys.keys()
        yield from self._access.policies()
        yield from self._access.methods()
        yield from self._keys.engines()
        yield from self._keys.cuts()
        yield from self._server()
        yield from self._access.own_token()
        yield from self._access.egress()

    def _status(self) -> Iterator[Fact | Gap]:
        seal = self._shown.reading.get("sys/seal-status")
        health = self._shown.data(self._shown.reading.get("sys/health?standbyok=true&perfstandbyok=true"))
        if seal.is_good:
            said = self._shown.data(seal)
            yield self._shown.setting(
                "initialised", "server", {"initialised": said.get("initialized") is True}, "GET sys/seal-status"
            )
            if isinstance(said.get("sealed"), bool):
                yield self._shown.setting(
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
                yield self._shown.setting("shares", "unseal shares", values, "GET sys/seal-status")
            kind = str(said.get("type", ""))
            if kind == "transit":
                yield self._shown.unshown("seal", "seal transit", "address of the seal")
            elif kind:
                yield self._shown.setting("seal", f"seal {kind}", {"_type": kind}, "GET sys/seal-status")
            storage = str(said.get("storage_type", ""))
            if storage and not storage.startswith(_LOCAL_STORAGE):
                yield self._shown.unshown("storage", f"storage {storage}", "address and TLS of the storage")
            elif storage:
                yield self._shown.setting("storage", f"storage {storage}", {"_type": storage}, "GET sys/seal-status")
            if storage:
                is_dev = storage.startswith("inmem")
                yield self._shown.setting(
                    "development",
                    "development mode",
                    {"is_dev": is_dev, "how": f"storage {storage}" if is_dev else ""},
                    "GET sys/seal-status",
                )
            headers: dict[str, Any] = said["_headers"] if isinstance(said.get("_headers"), dict) else {}
            self._hsts = str(headers.get("Strict-Transport-Security", ""))
        del health
        yield from self._doors()

    def _versions(self, said: Mapping[str, Any]) -> Iterator[Fact]:
        version = str(said.get("version", ""))
        product = self._product(version)
        yield self._shown.setting(
            "version", "version", {"version": version, "product": product, "node": "this"}, "GET sys/seal-status"
        )
        nodes = self._shown.data(self._shown.reading.get("sys/ha-status")).get("nodes")
        others = (
            sorted({str(each.get("version", "")) for each in nodes if isinstance(each, dict)} - {"", version})
            if isinstance(nodes, list)
            else []
        )
        if others:
            yield self._shown.setting(
                "version",
                "versions of the nodes",
                {"version": version, "product": product, "others": others},
                "GET sys/ha-status",
            )

    def _product(self, version: str) -> str:
        """Return the product: OpenBao's plugins and its configuration say so; its versions begin with 2."""
        text = (
            str(self._shown.data(self._shown.reading.get("sys/mounts")))[:200_000]
            + str(self._shown.data(self._shown.reading.get("sys/plugins/catalog")))[:200_000]
        )
        if "builtin.bao" in text or "allow_unauthenticated_workflows" in self._shown.data(
            self._shown.reading.get("sys/config/state/sanitized")
        ):
            return "openbao"
        if "builtin.vault" in text or "+ent" in version or version.startswith(("0.", "1.")):
            return "vault"
        return "openbao" if version.startswith("2.") else ""

    def _doors(self) -> Iterator[Fact | Gap]:
        for name, answer in self._shown.reading.below("OPEN", ""):
            path = name.strip()
            if answer.status == 0:
                yield from self._shown.lost(answer, f"GET {path}", "open-door")
                continue
            values = {"name": path, "open": answer.status == 200, "status": answer.status}  # noqa: PLR2004
            area = "switch" if path in {"sys/metrics", "sys/pprof/"} else "open-door"
            if area == "switch":
                values = {"name": f"{path} without a token", "on": answer.status == 200}  # noqa: PLR2004
            yield self._shown.setting(area, f"{path} without a token", values, f"OPEN {path}")

    def _configuration(self) -> Iterator[Fact | Gap]:
        answer = self._shown.reading.get("sys/config/state/sanitized")
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
            yield from self._shown.lost(answer, "GET sys/config/state/sanitized", *areas)
            return
        said = self._shown.data(answer)
        found = settings.of_sanitized(said)
        storage = self._shown.data(self._shown.reading.get("sys/seal-status")).get("storage_type")
        for fact in settings.of_configuration(found, self._shown.to):
            yield from self._as_live(fact, has_status=bool(storage))
        yield self._shown.setting(
            "drift",
            "live configuration",
            {"sanitized": {k: v for k, v in said.items() if isinstance(v, str | int | float | bool)}},
            "GET sys/config/state/sanitized",
        )
        cors = self._shown.reading.get("sys/config/cors")
        if cors.is_good:
            data = self._shown.data(cors)
            origins = data.get("allowed_origins")
            values = {
                "cors": True,
                "on": data.get("enabled") is True,
                "origins": origins if isinstance(origins, list) else [],
                "allowed": None,
            }
            yield self._shown.setting("ui", "CORS", values, "GET sys/config/cors")
        else:
            yield from self._shown.lost(cors, "GET sys/config/cors", "ui")

    def _loggers(self) -> Iterator[Fact | Gap]:
        """Yield how much the server really logs: a flag at its start, or a request since, outdoes its configuration."""
        answer = self._shown.reading.get("sys/loggers")
        levels = {name: str(level).lower() for name, level in self._shown.data(answer).items()}
        if not levels:
            lost = replace(answer, reason=answer.reason or reasons.ANSWER_NOT_UNDERSTOOD)
            yield from self._shown.lost(lost, "GET sys/loggers", "log-level")
            return
        loud = sorted(name for name, level in levels.items() if level in LOUD)
        level = levels[loud[0]] if loud else ", ".join(sorted(set(levels.values())))
        yield self._shown.setting("log-level", "loggers", {"level": level, "loggers": loud}, "GET sys/loggers")

    def _as_live(self, fact: Fact, *, has_status: bool) -> Iterator[Fact | Gap]:
        """Yield a fact of the running configuration; what the status of the server says already is left out."""
        if not isinstance(fact, CustodySetting):
            yield fact
        elif fact.area in {"egress", "outside"}:
            self._shown.outside += fact.area == "outside"
            if fact.area == "outside":
                yield replace(
                    fact, origin=Origin(part=self._shown.part, pointer=pointer("GET sys/config/state/sanitized"))
                )
        elif fact.area == "plugins" and not _tells_of_plugins(fact.values):
            yield self._shown.unshown("plugins", fact.subject, "plugin_auto_download")
        elif fact.area not in {"development", "seal"} and not (fact.area == "storage" and has_status):
            values = {**fact.values, "_hsts": bool(self._hsts)} if fact.area == "listener" else fact.values
            where = Origin(part=self._shown.part, pointer=pointer("GET sys/config/state/sanitized"))
            yield replace(fact, values=values, origin=where)

    def _audit(self) -> Iterator[Fact | Gap]:
        answer = self._shown.reading.get("sys/audit")
        if not answer.is_good:
            yield from self._shown.lost(answer, "GET sys/audit", "audit")
            yield from self._shown.lost(answer, "GET sys/audit", kind=AuditDevice)
            return
        devices: list[tuple[str, str, Any, Place | None]] = [
            (name.rstrip("/"), str(each.get("type", "")), each.get("options"), None)
            for name, each in sorted(self._shown.data(answer).items())
            if isinstance(each, dict) and "type" in each
        ]
        self._shown.kinds.add(AuditDevice)
        yield from settings.audit_devices(devices, self._shown.to)
        for name, kind, options, _place in devices:
            said = options if isinstance(options, dict) else {}
            target = str(said.get("address") or said.get("uri") or "")
            is_remote = kind in {"socket", "http"} and target and said.get("socket_type") != "unix"
            if is_remote and not is_inside(target, self._shown.site.allowed):
                self._shown.outside += 1
                values = {"what": "audit", "target": target, "air_gapped": self._shown.site.is_air_gapped}
                yield self._shown.setting("outside", f"audit {name}: {target}"[:300], values, "GET sys/audit")

    def _raft(self) -> Iterator[Fact | Gap]:
        storage = self._shown.data(self._shown.reading.get("sys/seal-status")).get("storage_type")
        if storage not in {"raft", None, ""}:
            self._shown.areas |= {"raft-members", "autopilot"}
            return  # nothing of the kind: not applicable
        answer = self._shown.reading.get("sys/storage/raft/configuration")
        if answer.is_good:
            config = self._shown.data(answer).get("config")
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
            yield self._shown.setting("raft-members", "raft members", values, "GET sys/storage/raft/configuration")
        else:
            yield from self._shown.lost(answer, "GET sys/storage/raft/configuration", "raft-members")
        state = self._shown.reading.get("sys/storage/raft/autopilot/state")
        config = self._shown.reading.get("sys/storage/raft/autopilot/configuration")
        if state.is_good and config.is_good:
            one, other = self._shown.data(state), self._shown.data(config)
            values = {
                "healthy": one.get("healthy"),
                "failure_tolerance": one.get("failure_tolerance"),
                "cleanup": other.get("cleanup_dead_servers") is True,
                "min_quorum": other.get("min_quorum", 0),
            }
            yield self._shown.setting("autopilot", "autopilot", values, "GET sys/storage/raft/autopilot/state")
        else:
            yield from self._shown.lost(
                config if state.is_good else state, "GET sys/storage/raft/autopilot/state", "autopilot"
            )

    def _server(  # noqa: PLR0912 - a branch for each answer that may be missing
        self,
    ) -> Iterator[Fact | Gap]:
        yield from self._progress()
        status = self._shown.reading.get("sys/key-status")
        rotate = self._shown.reading.get("sys/rotate/config")
        if status.is_good:
            one, other = self._shown.data(status), self._shown.data(rotate)
            values = {
                "term": one.get("term"),
                "installed": str(one.get("install_time", "")),
                "encryptions": number(one.get("encryptions")),
                "automatic": other.get("enabled") is True if rotate.is_good else None,
                "max_operations": number(other.get("max_operations")),
            }
            yield self._shown.setting("barrier-key", "barrier key", values, "GET sys/key-status")
            if not rotate.is_good and rotate.status == 403:  # noqa: PLR2004
                yield from self._shown.lost(rotate, "GET sys/rotate/config", "barrier-key")
        else:
            yield from self._shown.lost(status, "GET sys/key-status", "barrier-key")
        leases = self._shown.reading.get("sys/leases/count?type=irrevocable")
        counters = self._shown.data(self._shown.reading.get("sys/internal/counters/tokens")).get("counters")
        tokens = counters.get("service_tokens") if isinstance(counters, dict) else None
        if leases.is_good:
            data = self._shown.data(leases)
            total = tokens.get("total") if isinstance(tokens, dict) else None
            yield self._shown.setting(
                "leases",
                "leases",
                {"irrevocable": number(data.get("lease_count")), "tokens": total},
                "GET sys/leases/count",
            )
        else:
            yield from self._shown.lost(leases, "GET sys/leases/count", "leases")
        quotas = self._shown.reading.listed("sys/quotas/rate-limit")
        if quotas.is_good:
            yield self._shown.setting(
                "quotas",
                "quotas",
                {"rate_limits": len(list_of(self._shown.data(quotas), "keys"))},
                "LIST sys/quotas/rate-limit",
            )
        else:
            yield from self._shown.lost(quotas, "LIST sys/quotas/rate-limit", "quotas")
        yield from self._licence()
        spaces = self._shown.reading.listed("sys/namespaces")
        if spaces.is_good:
            names = [str(each).rstrip("/") for each in list_of(self._shown.data(spaces), "keys")]
            info = self._shown.data(spaces).get("key_info")
            sealed = (
                [k.rstrip("/") for k, v in info.items() if isinstance(v, dict) and v.get("sealed") is True]
                if isinstance(info, dict)
                else []
            )
            yield self._shown.setting(
                "namespaces",
                "namespaces",
                {"names": names, "sealed": sealed, "expected": list(self._shown.site.namespaces)},
                "LIST sys/namespaces",
            )
        elif spaces.status in {404, 405}:
            self._shown.areas.add("namespaces")  # the community edition has none
        else:
            yield from self._shown.lost(spaces, "LIST sys/namespaces", "namespaces")
        catalog = self._shown.reading.get("sys/plugins/catalog")
        if catalog.is_good:
            detailed = self._shown.data(catalog).get("detailed")
            for each in detailed if isinstance(detailed, list) else []:
                if isinstance(each, dict) and each.get("builtin") is False:
                    values = {
                        "sha256sum": str(each.get("sha256", "")),
                        "image": str(each.get("oci_image", "")),
                        "air_gapped": self._shown.site.is_air_gapped,
                    }
                    yield self._shown.setting(
                        "plugin", f"plugin {each.get('type')} {each.get('name')}", values, "GET sys/plugins/catalog"
                    )
        else:
            yield from self._shown.lost(catalog, "GET sys/plugins/catalog", "plugin")

    def _licence(self) -> Iterator[Fact | Gap]:
        licence = self._shown.reading.get("sys/license/status")
        self._shown.areas.add("licence")
        if licence.is_good:
            data = self._shown.data(licence)
            loaded = data.get("autoloaded")
            stored = data.get("persisted_autoload")
            one = loaded if isinstance(loaded, dict) else data
            values = {
                "expires": str(one.get("expiration_time", "")),
                "differs": isinstance(stored, dict) and stored.get("license_id") not in (None, one.get("license_id")),
            }
            yield self._shown.setting("licence", "licence", values, "GET sys/license/status")
        elif licence.status not in {404, 405}:
            yield from self._shown.lost(licence, "GET sys/license/status", "licence")

    def _progress(self) -> Iterator[Fact | Gap]:
        """Yield what is under way: an operation has an old path and a new one, and one that answers is enough.

        A path that is shut (404, 405) tells nothing of an operation that was begun at the other one.
        """
        self._shown.areas.add("in-progress")
        has_recovery = self._shown.data(self._shown.reading.get("sys/seal-status")).get("recovery_seal") is True
        for what, paths in OPERATIONS:
            if "recovery" in what and not has_recovery:
                continue
            answers = [(path, self._shown.reading.get(path)) for path in paths]
            told = [(path, self._shown.data(answer)) for path, answer in answers if answer.is_good]
            unseen = [(path, answer) for path, answer in answers if answer.status not in {404, 405}]
            if told:
                values = {
                    "started": any(data.get("started") is True for _path, data in told),
                    "prints": [str(each) for _path, data in told for each in list_of(data, "pgp_fingerprints")],
                    "refused": False,
                }
                path = next((path for path, data in told if data.get("started") is True), told[0][0])
                yield self._shown.setting("in-progress", what, values, f"GET {path}")
            elif unseen:
                path, answer = unseen[-1]
                yield from self._shown.lost(answer, f"GET {path}", "in-progress")
            else:  # neither is offered: nobody can begin it
                values = {"started": False, "prints": [], "refused": True}
                yield self._shown.setting("in-progress", what, values, f"GET {paths[0]}")


def _tells_of_plugins(values: Mapping[str, Any]) -> bool:
    """Tell whether plugins can only be what the catalog lists: none may be fetched without a folder to put them in."""
    return not values.get("directory") or values.get("auto_download") is True
