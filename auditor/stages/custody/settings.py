"""Turns the configuration of a server into facts; that of its files and that of the live server alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.vault_configuration import (
    SWITCHES,
    Block,
    Configuration,
    Place,
    is_inside,
    is_loopback,
    is_secret_here,
    is_secret_variable,
    seconds,
    truth,
    without_secrets,
)
from auditor.model.fact import Origin
from auditor.stages.custody.egress import contacts
from auditor.stages.custody.facts import AuditDevice, CustodySetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MODULE_SEALS: Final = frozenset({"pkcs11", "kmip"})
_TARGETS: Final = ("file_path", "path", "address", "uri", "facility")
"""Options that say where an audit device writes to."""
DEFAULT_TTL_S: Final = 768 * 3600
_OPEN_WINDOWS: Final = (
    ("telemetry", "unauthenticated_metrics_access"),
    ("profiling", "unauthenticated_pprof_access"),
    ("inflight_requests_logging", "unauthenticated_in_flight_request_access"),
    ("inflight_requests_logging", "unauthenticated_in_flight_requests_access"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is demanded of the site; from the options of the target.

    Attributes:
        is_air_gapped: Nothing outside may be talked to.
        needs_sm: Commercial cryptography is demanded (GB/T 39786).
        needs_module: The seal has to be a cryptographic module.
        gateway: Declared TLCP gateway, empty for none.
        allowed: Hosts, endings and networks that count as inside.
        allows_ui: The web interface may be on.
        needs_client_certificates: Listeners have to ask for certificates.
        namespaces: Those that are expected.
    """

    is_air_gapped: bool = True
    needs_sm: bool = False
    needs_module: bool = False
    gateway: str = ""
    allowed: tuple[str, ...] = ()
    allows_ui: bool | None = None
    needs_client_certificates: bool = False
    namespaces: tuple[str, ...] = ()


@dataclass
class Writer:
    """Makes facts of one configuration.

    Attributes:
        part: Argument of the part.
        source: ``live`` or ``file``.
        site: What is demanded.
        prefix: Tells several servers of one folder apart.
        areas: Filled with what was covered.
    """

    part: str
    source: str
    site: Site
    prefix: str = ""
    areas: set[str] = field(default_factory=set)

    def setting(
        self, area: str, subject: str, values: Mapping[str, Any], place: Place | None = None, pointer: str = ""
    ) -> CustodySetting:
        """Return a fact."""
        self.areas.add(area)
        origin = Origin(
            part=self.part, pointer=pointer, file=place.file if place else None, line=place.line if place else None
        )
        source = place.source if place and place.source != "file" else self.source
        return CustodySetting(
            subject=self.prefix + subject, origin=origin, area=area, source=source, values=shown(values)
        )

    def device(self, name: str, kind: str, options: Mapping[str, Any], place: Place | None = None) -> AuditDevice:
        """Return an audit device."""
        origin = Origin(part=self.part, file=place.file if place else None, line=place.line if place else None)
        return AuditDevice(
            subject=f"{self.prefix}audit {name}", origin=origin, type=kind, options=shown(options), source=self.source
        )


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without what may be a secret: of those only that they are set."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            made[name] = shown(value)
        elif isinstance(value, list):
            made[name] = [shown(each) if isinstance(each, dict) else each for each in value]
        elif isinstance(value, str) and is_secret_here(name, value):
            hidden = without_secrets(value)
            made[name] = hidden if hidden != value else "***"
        else:
            made[name] = value
    return made


def of_configuration(found: Configuration, to: Writer) -> Iterator[CustodySetting | AuditDevice]:
    """Yield what a configuration shows wherever it was read."""
    yield from _listeners(found, to)
    yield from _storage(found, to)
    yield from _seals(found, to)
    yield from _single(found, to)
    yield from _egress(found, to)


def of_files(found: Configuration, to: Writer) -> Iterator[CustodySetting | AuditDevice]:
    """Yield what only files show."""
    joins = found.joins()
    to.areas.add("raft-join")
    for number, (join, place) in enumerate(joins, 1):
        subject = f"retry_join {join.get('leader_api_addr') or without_secrets(str(join.get('auto_join') or number))}"
        yield to.setting("raft-join", subject, {**join, "_leaders": len(joins)}, place)
    if found.of("audit") or found.product == "openbao":
        yield from audit_devices(
            [
                (
                    " ".join(b.labels),
                    b.type,
                    b.values.get("options") if isinstance(b.values.get("options"), dict) else b.values,
                    b.place,
                )
                for b in found.of("audit")
            ],
            to,
            found.files,
        )
    yield from _secrets(found, to)
    yield from _modules(found, to)
    if found.product != "openbao":
        yield from _reporting(found, to)


def audit_devices(
    devices: Sequence[tuple[str, str, Any, Place | None]], to: Writer, files: list[str] | None = None
) -> Iterator[CustodySetting | AuditDevice]:
    """Yield audit devices, and how many there are."""
    names = []
    kinds = []
    for name, kind, options, place in devices:
        names.append(name)
        said = options if isinstance(options, dict) else {}
        target = next((str(said[each]) for each in _TARGETS if said.get(each)), "")
        kinds.append(f"{kind} {target}".strip())
        yield to.device(name, kind, said, place)
    where = Place(files[0], 1) if files else None
    yield to.setting("audit", "audit devices", {"count": len(devices), "devices": names, "targets": kinds}, where)


def _listeners(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    for block in found.of("listener"):
        kind = block.type or "tcp"
        address = str(block.values.get("address", "127.0.0.1:8200" if kind == "tcp" else ""))
        values = {
            **block.values,
            "_type": kind,
            "_address": address,
            "_no_tls": truth(block.values.get("tls_disable")),
            "_local": kind == "unix" or is_loopback(address),
        }
        yield to.setting("listener", f"listener {kind} {address}", values, block.place)
        for parent, name in _OPEN_WINDOWS:
            said = block.values.get(parent)
            said = said[-1] if isinstance(said, list) and said else said
            if isinstance(said, dict) and name in said:
                yield to.setting(
                    "switch", f"{name} of {kind} {address}", {"name": name, "on": truth(said[name])}, block.place
                )
        for name in sorted(block.values):
            if name.startswith("disable_unauthed_"):
                yield to.setting(
                    "open-door",
                    f"{name} of {kind} {address}",
                    {"name": name, "open": not truth(block.values[name])},
                    block.place,
                )
    if found.of("listener"):
        beyond = [
            str(b.values.get("address", ""))
            for b in found.of("listener")
            if b.type != "unix" and not is_loopback(str(b.values.get("address", "127.0.0.1")))
        ]
        yield to.setting(
            "sm-transport",
            "SM transport",
            {"demanded": to.site.needs_sm, "gateway": to.site.gateway, "beyond": beyond},
            found.of("listener")[0].place,
        )
    to.areas |= {"listener", "sm-transport"}


def _storage(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    blocks = found.of("storage", "backend", "ha_storage", "ha_backend")
    for block in blocks:
        yield to.setting("storage", f"storage {block.type}", {**block.values, "_type": block.type}, block.place)
    to.areas.add("storage")
    place = found.is_dev or next((b.place for b in blocks if b.type.startswith("inmem")), None)
    is_dev = found.is_dev is not None or any(b.type.startswith("inmem") for b in blocks)
    if blocks or is_dev:
        fallback = blocks[0].place if blocks else None
        yield to.setting(
            "development",
            "development mode",
            {"is_dev": is_dev, "how": "-dev" if found.is_dev else "storage inmem" if is_dev else ""},
            place or fallback,
        )


def _seals(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    blocks = [b for b in found.of("seal", "hsm") if not truth(b.values.get("disabled"))]
    for block in blocks:
        yield to.setting("seal", f"seal {block.type}", {**block.values, "_type": block.type}, block.place)
    from_environment = next(
        (found.environment[name] for name in ("BAO_SEAL_TYPE", "VAULT_SEAL_TYPE") if name in found.environment), None
    )
    if not blocks and from_environment:
        yield to.setting("seal", f"seal {from_environment[0]}", {"_type": from_environment[0]}, from_environment[1])
    elif not blocks and found.files:
        yield to.setting("seal", "seal shamir", {"_type": "shamir"}, Place(found.files[0], 1))
    to.areas.add("seal")


def _single(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    where = Place(found.files[0], 1) if found.files else None

    def of(name: str) -> tuple[Any, Place | None]:
        return found.values.get(name, (None, where))

    for name in SWITCHES:
        value, place = of(name)
        if name not in found.disputed:
            yield to.setting("switch", name, {"name": name, "on": truth(value)}, place)
    value, place = of("log_level")
    if "log_level" not in found.disputed:
        yield to.setting("log-level", "log_level", {"level": str(value or "info").lower()}, place)
    value, place = of("ui")
    yield to.setting("ui", "ui", {"on": truth(value), "allowed": to.site.allows_ui}, place)
    value, place = of("max_lease_ttl")
    said = seconds(value)
    yield to.setting(
        "ttl",
        "max_lease_ttl",
        {
            "seconds": said or DEFAULT_TTL_S,
            "said": "" if value in (None, 0) else str(value),
            "readable": value is None or said is not None,
        },
        place,
    )
    blocks = found.of("user_lockout")
    for block in blocks:
        kind = block.type or "all"
        off = truth(block.values.get("disable_lockout"))
        yield to.setting("lockout", f"user_lockout {kind}", {"disabled": off}, block.place)
    disabled = next(
        (
            found.environment[n]
            for n in ("VAULT_DISABLE_USER_LOCKOUT", "BAO_DISABLE_USER_LOCKOUT")
            if n in found.environment
        ),
        None,
    )
    if disabled and truth(disabled[0]):
        yield to.setting("lockout", "user_lockout", {"disabled": True}, disabled[1])
    elif not blocks:
        yield to.setting("lockout", "user_lockout", {"disabled": False}, where)
    directory, place = of("plugin_directory")
    downloads, other = of("plugin_auto_download")
    yield to.setting(
        "plugins",
        "plugins",
        {"directory": str(directory or ""), "auto_download": truth(downloads), "air_gapped": to.site.is_air_gapped},
        place if directory else other,
    )
    for block in found.of("plugin"):
        yield to.setting(
            "plugin",
            f"plugin {' '.join(block.labels)}",
            {**block.values, "air_gapped": to.site.is_air_gapped},
            block.place,
        )
    to.areas |= {"switch", "log-level", "ui", "ttl", "lockout", "plugins", "plugin", "open-door"}


def _egress(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    """Yield what a configuration talks to outside the site, and that it was looked through."""
    outside = [
        each
        for each in contacts(found, is_file=to.source == "file")
        if (not is_inside(each.target, to.site.allowed) if each.is_outside is None else each.is_outside)
    ]
    where = Place(found.files[0], 1) if found.files else None
    is_closed = to.site.is_air_gapped
    yield to.setting("egress", "targets outside the site", {"air_gapped": is_closed, "count": len(outside)}, where)
    to.areas.add("outside")
    for each in outside:
        values = {"what": each.what, "target": each.target, "air_gapped": is_closed}
        yield to.setting("outside", f"{each.what}: {each.target}"[:300], values, each.place)


def _secrets(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    places: list[tuple[str, Place]] = []
    for block in found.blocks:
        label = ".".join((block.kind, *block.labels))
        places += [(f"{label}.{name}", block.place) for name in _secret_names(block.values)]
    places += [(name, place) for name, (value, place) in found.values.items() if is_secret_here(name, value)]
    for name, (value, place) in found.environment.items():
        if is_secret_variable(name, value):
            places.append((name, place))
    yield from of_secrets(places, [*found.files, *(place.file for _value, place in found.environment.values())], to)


def of_secrets(places: list[tuple[str, Place]], files: Iterable[str], to: Writer) -> Iterator[CustodySetting]:
    """Yield the places of secrets, and how many each file holds.

    Args:
        places: What stands in the clear, and where.
        files: Those that were looked at, with and without.
        to: Where it is written.
    """
    for name in dict.fromkeys([*files, *(place.file for _what, place in places)]):
        count = sum(place.file == name for _name, place in places)
        values = {"file": name, "count": count}
        yield to.setting("configuration-secrets", f"secrets in {name}", values, Place(name, 1))
    to.areas.add("secret-place")
    for name, place in sorted(set(places), key=lambda each: (each[1].file, each[1].line, each[0])):
        yield to.setting("secret-place", name, {"file": place.file}, place)


def _secret_names(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _secret_names(value, f"{above}{name}.")
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from _secret_names(each, f"{above}{name}.")
        elif is_secret_here(str(name), value):
            yield f"{above}{name}"


def _modules(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    to.areas.add("module")
    for block in found.of("seal", "hsm", "kms_library"):
        if (block.type in MODULE_SEALS or block.kind in {"hsm", "kms_library"}) and not truth(
            block.values.get("disabled")
        ):
            pin = block.values.get("pin")
            values = {**block.values, "_type": block.type, "_pin_here": is_secret_here("pin", pin)}
            values.pop("pin", None)
            yield to.setting("module", f"module {block.kind} {block.type}", values, block.place)


def _reporting(found: Configuration, to: Writer) -> Iterator[CustodySetting]:
    """Yield whether the server reports its licence and its use to the maker; only Vault can."""
    blocks = found.of("reporting")
    out = found.environment.get("OPTOUT_LICENSE_REPORTING")
    licence: Any = None
    place = Place(found.files[0], 1) if found.files else None
    for block in blocks:
        said = block.values.get("license")
        said = said[-1] if isinstance(said, list) and said else said
        place = block.place
        if isinstance(said, dict) and "enabled" in said:
            licence = truth(said["enabled"])
        if "disable_product_usage_reporting" in block.values:
            found.values["disable_product_usage_reporting"] = (
                block.values["disable_product_usage_reporting"],
                block.place,
            )
    usage_off, usage_place = found.values.get("disable_product_usage_reporting", (None, None))
    if out and truth(out[0]):
        licence, place = False, out[1]
    is_known = found.product == "vault" or bool(blocks) or out is not None or usage_place is not None
    if is_known:
        values = {
            "licence": licence,
            "usage_off": truth(usage_off) if usage_off is not None else None,
            "air_gapped": to.site.is_air_gapped,
        }
        yield to.setting("reporting", "reporting", values, place)


def of_sanitized(data: Mapping[str, Any]) -> Configuration:
    """Return the configuration that a live server says it runs with (``sys/config/state/sanitized``)."""
    found = Configuration()
    place = Place("", 1)
    for kind, name in (("listener", "listeners"), ("seal", "seals")):
        said = data.get(name)
        for each in said if isinstance(said, list) else []:
            if isinstance(each, dict):
                inner = each.get("config")
                values = inner if isinstance(inner, dict) else {k: v for k, v in each.items() if k != "type"}
                if "address" not in values and kind == "listener":
                    values = {**values, "address": each.get("address", "")}
                found.blocks.append(Block(kind, (str(each.get("type", "")),), values, place))
    storage = data.get("storage")
    if isinstance(storage, dict):
        found.blocks.append(
            Block("storage", (str(storage.get("type", "")),), {k: v for k, v in storage.items() if k != "type"}, place)
        )
    telemetry = data.get("telemetry")
    if isinstance(telemetry, dict):
        found.blocks.append(Block("telemetry", (), telemetry, place))
    for name, value in data.items():
        if isinstance(value, str | int | float | bool):
            found.values["ui" if name == "enable_ui" else name] = (value, place)
    return found
