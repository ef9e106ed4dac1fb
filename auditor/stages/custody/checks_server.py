"""What must hold of the server: its version, seal, listeners, storage, audit devices, cluster and configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from auditor.check import fail, not_applicable, ok
from auditor.check_data import judges
from auditor.formats.stamps import time_of
from auditor.formats.vault_configuration import is_inside, is_loopback, truth
from auditor.model.fact import Read
from auditor.model.finding import Severity
from auditor.stages.custody.advisories import advisories, is_before, is_hit
from auditor.stages.custody.egress import CLOUD_SEALS
from auditor.stages.custody.facts import LOUD, AuditDevice, CeremonyRecord, CustodySetting
from auditor.stages.custody.judging import (
    age_days,
    areas,
    at,
    is_proven,
    named,
    of,
    parameters,
    records,
    texts,
    verdict,
    worse,
)
from auditor.stages.custody.settings import MODULE_SEALS
from auditor.stages.custody.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.check import Judgement
    from auditor.model.fact import Facts

_OLD_TLS: Final = frozenset({"tls10", "tls11", "ssl30", "tls1.0", "tls1.1"})
_ANYBODY: Final = frozenset({"0.0.0.0/0", "::/0"})


@judges("custody-version-supported", reads=(areas("version"),))
def version_supported(facts: Facts) -> Iterator[Judgement]:
    """Fail a server of a line that gets no fixes, one with a known weakness, and nodes that differ."""
    oldest = parameters("custody-version-supported")["oldest"]
    for fact in of(facts, "version"):
        version, product = str(fact.values.get("version", "")), str(fact.values.get("product", ""))
        if others := fact.values.get("others"):
            yield fail(fact, expected=both(version), actual=both(named([version, *others])))
            continue
        bad = False
        if product in oldest and is_before(version, str(oldest[product])):
            bad = True
            yield at(
                fact,
                fact,
                "unsupported line",
                actual=f"{product} {version}",
                expected=f"{product} >= {oldest[product]}",
            )
        for each in advisories():
            if each.product == product and is_hit(version, each):
                bad = True
                yield at(
                    fact,
                    fact,
                    each.id,
                    actual=f"{product} {version}: {each.id}",
                    expected=f"{product} >= {named(each.fixed_for(version))}",
                    severity=each.severity,
                )
        if not bad:
            yield ok(fact, actual=both(f"{product} {version}".strip()))


@judges("custody-initialised", reads=(areas("initialised"),))
def initialised(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that anybody who reaches it could initialise."""
    for fact in of(facts, "initialised"):
        good = fact.values.get("initialised") is True
        yield verdict(
            fact,
            "" if good else "initialized = false",
            expected="initialized = true",
            actual=f"initialized = {str(good).lower()}",
        )


@judges("custody-unseal-recorded", reads=(areas("sealed"), Read("CeremonyRecord")))
def unseal_recorded(facts: Facts) -> Iterator[Judgement]:
    """Fail a sealed server, and one that somebody unsealed without a record of it."""
    known = records(facts, "init", "rekey", "unseal_drill", "restore_drill")
    for fact in of(facts, "sealed"):
        if fact.values.get("sealed") is True:
            yield at(fact, fact, "sealed = true", expected="sealed = false")
        else:
            yield verdict(fact, "" if known else "sealed = false, no record of an unseal", expected="sealed = false")


@judges("custody-seal-type", reads=(areas("seal"),))
def seal_type(facts: Facts) -> Iterator[Judgement]:
    """Fail a seal whose key lies beside the data, in a cloud, or with a neighbour."""
    options = parameters("custody-seal-type")
    for fact in of(facts, "seal"):
        kind = str(fact.values.get("_type", ""))
        problem = ""
        if kind == "static":
            problem = "seal static: the key lies beside the data"
        elif kind in CLOUD_SEALS:
            problem = f"seal {kind}: a key of a cloud"
        elif kind == "transit" and not is_inside(str(fact.values.get("address", "")), options["inside"]):
            problem = f"seal transit: {fact.values.get('address')}"
        elif options["needs_module"] and kind not in MODULE_SEALS:
            problem = f"seal {kind}: no module"
        yield verdict(fact, problem, actual=f"seal {kind}" if not problem else "")


@judges("custody-quorum-of-shares", reads=(areas("shares"),))
def quorum_of_shares(facts: Facts) -> Iterator[Judgement]:
    """Fail shares of which too few open the seal, none may be lost, or half are enough."""
    options = parameters("custody-quorum-of-shares")
    for fact in of(facts, "shares"):
        n, t = int(fact.values.get("n", 0)), int(fact.values.get("t", 0))
        least = f"threshold >= {options['minimum_threshold']}, shares >= {options['minimum_shares']}"
        expected = f"{least}, the threshold above half of the shares and below their number"
        if not n and not t:
            yield fail(fact, expected=both(expected), actual=both("no shares"))
            continue
        yield verdict(
            fact,
            f"threshold = {t}" if t < options["minimum_threshold"] else "",
            f"shares = {n}" if n < options["minimum_shares"] else "",
            f"threshold {t} of {n} shares: no share may be lost" if t > n - 1 else "",
            f"threshold {t} of {n} shares: half are enough" if 2 * t <= n else "",
            expected=expected,
            actual=f"threshold {t} of {n} shares",
        )


@judges("custody-shares-wrapped", reads=(Read("CeremonyRecord", frozenset({"init", "rekey"})),))
def shares_wrapped(facts: Facts) -> Iterator[Judgement]:
    """Fail an init or rekey at which shares were handed out without being encrypted for their custodians."""
    for record in records(facts, "init", "rekey"):
        said = record.record.get("shares_map")
        shares = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        bare = [
            each.get("share_no")
            for each in shares
            if not each.get("wrapped_for_fingerprint") or not each.get("wrapped_share_sm3")
        ]
        wanted = record.record.get("shares")
        missing = isinstance(wanted, int) and len({each.get("share_no") for each in shares}) < wanted
        yield verdict(
            record,
            "shares_map is missing" if not shares else "",
            f"shares without fingerprint: {named(bare)}" if bare else "",
            f"{len(shares)} of {wanted} shares are listed" if shares and missing else "",
        )


@judges("custody-operation-expected", reads=(areas("in-progress"),))
def operation_expected(facts: Facts) -> Iterator[Judgement]:
    """Fail a rekey or generation of a root token that is under way with no ceremony open for it."""
    for fact in of(facts, "in-progress"):
        if not fact.values.get("started"):
            yield ok(fact, actual=both("HTTP 405" if fact.values.get("refused") else "started = false"))
            continue
        kinds = ("generate_root",) if "root" in fact.subject else ("rekey",)
        open_now = [each for each in records(facts, *kinds) if is_proven(each) and _is_open(facts, each)]
        yield verdict(fact, "" if open_now else "started = true", actual="started = true")


def _is_open(facts: Facts, record: CeremonyRecord) -> bool:
    started, over = time_of(record.record.get("started")), time_of(record.record.get("ended"))
    return bool(started and over and age_days(facts, started) >= 0 >= age_days(facts, over))


@judges("custody-unseal-endpoints-closed", reads=(areas("open-door"),))
def unseal_endpoints_closed(facts: Facts) -> Iterator[Judgement]:
    """Fail each door to rekey or to a root token that opens without a token."""
    for fact in of(facts, "open-door"):
        status = fact.values.get("status")
        said = f"HTTP {status}" if status else str(fact.values.get("name"))
        yield verdict(fact, said if fact.values.get("open") else "", expected="HTTP 403 / 405", actual=said)


@judges("custody-audit-devices-two", reads=(areas("audit"),))
def audit_devices_two(facts: Facts) -> Iterator[Judgement]:
    """Fail a server with fewer than two audit devices."""
    least = parameters("custody-audit-devices-two")["minimum"]
    for fact in of(facts, "audit"):
        count = int(fact.values.get("count", 0))
        names = fact.values.get("devices", []) if count else ()
        actual = f"devices = {count}" + (f": {named(names)}" if names else "")
        yield verdict(fact, actual if count < least else "", expected=f"devices >= {least}", actual=actual)


@judges("custody-audit-devices-independent", reads=(areas("audit"),))
def audit_devices_independent(facts: Facts) -> Iterator[Judgement]:
    """Fail devices that one full disk or one dead socket stops all together: then the server answers nothing."""
    for fact in of(facts, "audit"):
        targets = [str(each) for each in fact.values.get("targets", [])]
        if len(targets) < 2:  # noqa: PLR2004 - one alone depends on nothing
            yield verdict(fact, "no audit device", actual=named(targets) or "no audit device")
            continue
        places = {_place(each) for each in targets}
        yield verdict(fact, "" if len(places) > 1 else named(targets), actual=named(targets))


def _place(target: str) -> tuple[str, str]:
    """Return what a device depends on: the folder of its file, or the host of its socket."""
    kind, _, rest = target.partition(" ")
    if kind == "file":
        parts = rest.strip("/").split("/")
        return kind, rest if rest in {"stdout", "discard"} else "/".join(parts[:-1])
    return kind, rest


@judges("custody-audit-devices-safe", reads=(Read("AuditDevice", is_own=True),))
def audit_devices_safe(facts: Facts) -> Iterator[Judgement]:
    """Fail devices that write secrets in the clear, or where others can read or run what they write."""
    devices = facts.of(AuditDevice)
    only_stdout = bool(devices) and all(_is_stdout(each) for each in devices)
    for fact in devices:
        options = fact.options
        mode = str(options.get("mode", "0600") or "0600")
        yield verdict(
            fact,
            "log_raw = true" if truth(options.get("log_raw")) else "",
            "hmac_accessor = false" if "hmac_accessor" in options and not truth(options["hmac_accessor"]) else "",
            f"mode = {mode}" if fact.type == "file" and _is_wide(mode) else "",
            f"prefix = {options.get('prefix')!r}" if options.get("prefix") else "",
            "stdout only" if only_stdout else "",
            expected="log_raw = false, hmac_accessor = true, mode = 0600",
        )


def _is_stdout(device: AuditDevice) -> bool:
    return str(device.options.get("file_path") or device.options.get("path") or "") in {
        "stdout",
        "/dev/stdout",
        "discard",
        "/dev/null",
    }


def _is_wide(mode: str) -> bool:
    """Tell whether a mode lets anybody but the owner read or write; ``0000`` leaves the file as it is."""
    return bool(re.fullmatch(r"0?o?[0-7]{3,4}", mode)) and bool(int(mode[-3:], 8) & 0o177)


@judges("custody-audit-log-kept", reads=(areas("audit-kept"),))
def audit_log_kept(facts: Facts) -> Iterator[Judgement]:
    """Fail audit logs that are not rotated, not copied elsewhere, or have a hole in time."""
    limit = parameters("custody-audit-log-kept")["maximum_gap_s"]
    for fact in of(facts, "audit-kept"):
        values = fact.values
        gap_s = values.get("gap_s")
        yield verdict(
            fact,
            "" if values.get("rotated") is True else "rotated = false",
            "" if values.get("remote_copy") is True else "remote_copy = false",
            f"gap = {gap_s} s" if isinstance(gap_s, int | float) and gap_s > limit else "",
        )


@judges("custody-listener-encrypted", reads=(areas("listener"),))
def listener_encrypted(facts: Facts) -> Iterator[Judgement]:
    """Fail a listener without TLS that another machine can reach."""
    for fact in of(facts, "listener"):
        address = fact.values.get("_address")
        if fact.values.get("_local"):
            yield ok(fact, actual=both(f"{fact.values.get('_type')} {address}"))
        else:
            yield verdict(
                fact,
                f"tls_disable = true on {address}" if fact.values.get("_no_tls") else "",
                expected="tls_disable = false",
                actual=f"{address}: tls_disable = {str(bool(fact.values.get('_no_tls'))).lower()}",
            )


def _has_tls(fact: CustodySetting) -> bool:
    return not fact.values.get("_no_tls") and fact.values.get("_type") != "unix"


@judges("custody-listener-tls-version", reads=(areas("listener"),))
def listener_tls_version(facts: Facts) -> Iterator[Judgement]:
    """Fail a listener that agrees to TLS before 1.2."""
    for fact in of(facts, "listener"):
        if not _has_tls(fact):
            yield not_applicable(
                fact, reason=say("custody.na.unix" if fact.values.get("_type") == "unix" else "custody.na.tls_off")
            )
            continue
        least = str(fact.values.get("tls_min_version") or "tls12").lower()
        yield verdict(
            fact,
            f"tls_min_version = {least}" if least in _OLD_TLS else "",
            expected="tls_min_version >= tls12",
            actual=f"tls_min_version = {least}",
        )


@judges("custody-sm-transport", reads=(areas("sm-transport"),))
def sm_transport(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that is reached without commercial cryptography although that is demanded."""
    for fact in of(facts, "sm-transport"):
        if not fact.values.get("demanded"):
            yield not_applicable(fact, reason=say("custody.na.sm"))
            continue
        if "outcome" in fact.values:
            seen = str(fact.values.get("seen"))
            is_good = fact.values["outcome"] == "accepted"
            yield verdict(fact, "" if is_good else seen, expected="TLCP", actual=seen)
            continue
        beyond = fact.values.get("beyond") or []
        yield verdict(
            fact,
            "" if fact.values.get("gateway") else "tlcp_gateway is not declared",
            f"listens beyond loopback: {named(beyond)}" if beyond else "",
        )


@judges("custody-listener-client-certificates", reads=(areas("listener"),))
def listener_client_certificates(facts: Facts) -> Iterator[Judgement]:
    """Fail a listener that does not take certificates of clients, or does not ask for them where they are demanded."""
    demanded = parameters("custody-listener-client-certificates")["required"]
    for fact in of(facts, "listener"):
        if not _has_tls(fact):
            yield not_applicable(
                fact, reason=say("custody.na.unix" if fact.values.get("_type") == "unix" else "custody.na.tls_off")
            )
            continue
        required = truth(fact.values.get("tls_require_and_verify_client_cert"))
        yield verdict(
            fact,
            "tls_disable_client_certs = true" if truth(fact.values.get("tls_disable_client_certs")) else "",
            "tls_require_and_verify_client_cert = false" if demanded and not required else "",
            actual=f"tls_require_and_verify_client_cert = {str(required).lower()}",
        )


@judges("custody-listener-forwarding-trusted", reads=(areas("listener"),))
def listener_forwarding_trusted(facts: Facts) -> Iterator[Judgement]:
    """Fail a listener that believes anybody who says for whom a request comes."""
    for fact in of(facts, "listener"):
        values = fact.values
        behaviour = str(values.get("proxy_protocol_behavior", ""))
        forwarded = set(texts(values.get("x_forwarded_for_authorized_addrs")))
        proxies = set(texts(values.get("proxy_protocol_authorized_addrs")))
        yield verdict(
            fact,
            f"x_forwarded_for_authorized_addrs = {named(sorted(forwarded))}" if forwarded & _ANYBODY else "",
            f"proxy_protocol_authorized_addrs = {named(sorted(proxies))}" if proxies & _ANYBODY else "",
            "proxy_protocol_behavior = use_always" if behaviour == "use_always" else "",
        )


@judges("custody-storage-durable", reads=(areas("storage"),))
def storage_durable(facts: Facts) -> Iterator[Judgement]:
    """Fail storage that a restart empties, that has no copies, or that is reached without TLS."""
    for fact in of(facts, "storage"):
        kind = str(fact.values.get("_type", ""))
        url = str(fact.values.get("connection_url", ""))
        mode = re.search(r"sslmode=([\w-]+)", url)
        open_database = (
            kind == "postgresql" and url and (mode[1] if mode else "prefer") in {"disable", "allow", "prefer"}
        )
        yield verdict(
            fact,
            f"storage {kind}"
            if kind in {"inmem", "inmem_ha", "inmem_transactional", "inmem_transactional_ha", "file"}
            else "",
            f"sslmode = {mode[1] if mode else 'prefer (default)'}" if open_database else "",
            _plain_storage(kind, fact.values),
            expected="raft, or a database with sslmode=verify-full",
            actual=f"storage {kind}",
        )


def _plain_storage(kind: str, values: Mapping[str, Any]) -> str:
    """Return how a storage on another machine is reached in the clear, empty if it is not."""
    addresses = texts(values.get("address"))
    far = [each for each in addresses if not is_loopback(each)]
    if kind in {"raft", "file", "inmem"} or not far:
        return ""
    if plain := [each for each in far if each.startswith("http://")]:
        return f"address = {named(plain)}"
    scheme = str(values.get("scheme", "http")).lower()
    if kind == "consul" and scheme != "https" and not far[0].startswith(("https://", "unix://")):
        return f"scheme = {scheme if 'scheme' in values else 'http (default)'}: {far[0]}"
    return f"tls_ca_file is not set: {far[0]}" if kind == "mysql" and not values.get("tls_ca_file") else ""


@judges("custody-no-development-mode", reads=(areas("development"),))
def no_development_mode(facts: Facts) -> Iterator[Judgement]:
    """Fail a server in development mode: everything in memory, one share, the root token known."""
    for fact in of(facts, "development"):
        yield verdict(fact, f"started with {fact.values.get('how')}" if fact.values.get("is_dev") else "")


@judges("custody-raft-voters", reads=(areas("raft-members"),))
def raft_voters(facts: Facts) -> Iterator[Judgement]:
    """Fail a cluster that loses its keys with one node, or that can split evenly."""
    least = parameters("custody-raft-voters")["minimum"]
    for fact in of(facts, "raft-members"):
        voters = fact.values.get("voters", [])
        yield verdict(
            fact,
            f"voters = {len(voters)}" if len(voters) < least else "",
            f"voters = {len(voters)}: an even number" if len(voters) >= least and not len(voters) % 2 else "",
            "the leader has no vote" if fact.values.get("leader") and not fact.values.get("leader_votes") else "",
            expected=f"voters >= {least}, an odd number",
            actual=f"voters = {len(voters)}: {named(voters)}",
        )


@judges("custody-autopilot-healthy", reads=(areas("autopilot"),))
def autopilot_healthy(facts: Facts) -> Iterator[Judgement]:
    """Fail a cluster that is unwell, or may drop members below what it needs."""
    for fact in of(facts, "autopilot"):
        tolerance = fact.values.get("failure_tolerance")
        yield verdict(
            fact,
            "" if fact.values.get("healthy") is True else "healthy = false",
            "" if isinstance(tolerance, int) and tolerance >= 1 else f"failure_tolerance = {tolerance}",
            "cleanup_dead_servers without min_quorum"
            if fact.values.get("cleanup") and not fact.values.get("min_quorum")
            else "",
            expected="healthy = true, failure_tolerance >= 1",
            actual=f"healthy = {str(fact.values.get('healthy')).lower()}, failure_tolerance = {tolerance}",
        )


@judges("custody-raft-join-trusted", reads=(areas("raft-join"),))
def raft_join_trusted(facts: Facts) -> Iterator[Judgement]:
    """Fail a node that joins a leader it cannot tell from another: the leader gets what the node decrypts."""
    for fact in of(facts, "raft-join"):
        values = fact.values
        leader = str(values.get("leader_api_addr", ""))
        scheme = str(values.get("auto_join_scheme", "https")) if values.get("auto_join") else leader.partition("://")[0]
        trusted = any(values.get(name) for name in ("leader_ca_cert", "leader_ca_cert_file"))
        yield verdict(
            fact,
            f"{scheme}: {leader or values.get('auto_join')}" if scheme == "http" else "",
            "leader_ca_cert* is not set" if scheme != "http" and not trusted else "",
            expected="https, leader_ca_cert_file",
            actual=leader,
        )


@judges("custody-memory-not-swapped", reads=(areas("memory"),))
def memory_not_swapped(facts: Facts) -> Iterator[Judgement]:
    """Fail a server whose memory, with the keys in it, may be written to an open disk."""
    for fact in of(facts, "memory"):
        yield verdict(
            fact,
            ""
            if fact.values.get("safe")
            else f"swap = {_word(fact.values.get('swap'))}, disable_mlock = {_word(fact.values.get('mlock_off'))}",
        )


def _word(value: object) -> str:
    return str(value).lower()


@judges("custody-process-confined", reads=(areas("process"),))
def process_confined(facts: Facts) -> Iterator[Judgement]:
    """Fail a service that runs as root, may dump its memory, may gain privileges, or shares its host."""
    for fact in of(facts, "process"):
        values = fact.values
        yield verdict(
            fact,
            f"User = {values.get('user') or 'root'}" if values.get("user") in {"root", "", "0", None} else "",
            "" if str(values.get("core", "")) in {"0", "0:0"} else f"LimitCORE = {values.get('core') or 'unset'}",
            "" if values.get("no_new_privileges") else "NoNewPrivileges = no",
            f"other services: {named(values['others'])}" if values.get("others") else "",
            expected="User = vault, LimitCORE = 0, NoNewPrivileges = yes",
        )


@judges("custody-files-not-writable", reads=(areas("writable"),))
def files_not_writable(facts: Facts) -> Iterator[Judgement]:
    """Fail a binary or configuration that the service itself could change."""
    for fact in of(facts, "writable"):
        mode, owner, service = (
            str(fact.values.get("mode", "")),
            str(fact.values.get("owner", "")),
            str(fact.values.get("service", "")),
        )
        bits = int(mode[-3:], 8) if re.fullmatch(r"0?[0-7]{3,4}", mode) else None
        is_own = owner in ({service} if service else {"vault", "openbao", "bao"})
        same_group = str(fact.values.get("group", "")) in ({service} if service else {"vault", "openbao", "bao"})
        yield verdict(
            fact,
            "mode is not known" if bits is None else "",
            f"owner {owner} may write ({mode})" if bits is not None and is_own and bits & 0o200 else "",
            f"group {fact.values.get('group')} may write ({mode})"
            if bits is not None and same_group and bits & 0o020
            else "",
            f"everybody may write ({mode})" if bits is not None and bits & 0o002 else "",
            actual=f"{owner}:{fact.values.get('group')} {mode}",
        )


@judges("custody-no-secrets-in-configuration", reads=(areas("configuration-secrets"), areas("secret-place")))
def no_secrets_in_configuration(facts: Facts) -> Iterator[Judgement]:
    """Fail a file at each place where a PIN, key, password or token stands in the clear."""
    for fact in of(facts, "configuration-secrets"):
        places = [each for each in of(facts, "secret-place") if each.values.get("file") == fact.values.get("file")]
        if not places:
            yield ok(fact)
        for place in places:
            yield at(
                fact, place, place.subject, expected="a reference (file:// / env://)", actual=f"{place.subject} = ***"
            )


@judges("custody-dangerous-switches-off", reads=(areas("switch"),))
def dangerous_switches_off(facts: Facts) -> Iterator[Judgement]:
    """Fail each switch that opens a way around the product's own protection."""
    for fact in of(facts, "switch"):
        name, on = fact.values.get("name"), bool(fact.values.get("on"))
        yield verdict(
            fact, f"{name} = true" if on else "", expected=f"{name} = false", actual=f"{name} = {str(on).lower()}"
        )


@judges("custody-log-level-quiet", reads=(areas("log-level"),))
def log_level_quiet(facts: Facts) -> Iterator[Judgement]:
    """Fail a log that may hold what passes through the server."""
    for fact in of(facts, "log-level"):
        level = str(fact.values.get("level") or "info")
        yield verdict(
            fact,
            f"{named(fact.values.get('loggers') or ['log_level'])} = {level}" if level in LOUD else "",
            expected="log_level = info",
            actual=f"{'loggers' if 'loggers' in fact.values else 'log_level'} = {level}",
        )


@judges("custody-ui-and-cors-narrow", reads=(areas("ui"),))
def ui_and_cors_narrow(facts: Facts) -> Iterator[Judgement]:
    """Fail the web interface where it is not wanted (else it is said for information), and pages of everybody."""
    for fact in of(facts, "ui"):
        if fact.values.get("cors"):
            everybody = fact.values.get("on") and "*" in fact.values.get("origins", [])
            yield verdict(
                fact,
                "allowed_origins = *" if everybody else "",
                actual=named(fact.values.get("origins", [])) or "enabled = false",
            )
        elif not fact.values.get("on") or fact.values.get("allowed") is True:
            yield ok(fact, actual=both(f"ui = {str(bool(fact.values.get('on'))).lower()}"))
        elif fact.values.get("allowed") is False:
            yield fail(fact, expected=both("ui = false"), actual=both("ui = true"))
        else:
            yield worse(fact, Severity.INFO, "ui = true", "ui = false")


@judges("custody-hsts", reads=(areas("listener"),))
def hsts(facts: Facts) -> Iterator[Judgement]:
    """Fail a listener with TLS that does not tell browsers to insist on it."""
    for fact in of(facts, "listener"):
        if not _has_tls(fact):
            yield not_applicable(
                fact, reason=say("custody.na.unix" if fact.values.get("_type") == "unix" else "custody.na.tls_off")
            )
            continue
        said = (
            fact.values.get("_hsts") is True
            or "strict-transport-security" in str(fact.values.get("custom_response_headers", "")).lower()
        )
        yield verdict(fact, "" if said else "Strict-Transport-Security is not sent")


@judges("custody-plugins-pinned", reads=(areas("plugins", "plugin"),))
def plugins_pinned(facts: Facts) -> Iterator[Judgement]:
    """Fail plugins that are fetched from outside or run without a digest."""
    for fact in of(facts, "plugins"):
        yield verdict(
            fact,
            "plugin_auto_download = true" if fact.values.get("auto_download") else "",
            actual=f"plugin_directory = {fact.values.get('directory') or 'unset'}",
        )
    for fact in of(facts, "plugin"):
        digest = str(fact.values.get("sha256sum") or fact.values.get("sha256") or "")
        image = str(fact.values.get("image") or "")
        yield verdict(
            fact,
            "" if re.fullmatch(r"[0-9a-fA-F]{64}", digest) else "sha256sum is missing",
            f"image = {image}" if image and fact.values.get("air_gapped") and not is_inside(image) else "",
        )


@judges("custody-time-to-live", reads=(areas("ttl"),))
def time_to_live(facts: Facts) -> Iterator[Judgement]:
    """Fail tokens that live too long, logins whose kind of token is left open, and methods shown to everybody."""
    longest = parameters("custody-time-to-live")["maximum_ttl_s"]
    for fact in of(facts, "ttl"):
        if "token_type" in fact.values:
            yield _ttl_of_method(fact, longest)
            continue
        value = float(fact.values.get("seconds", 0))
        said = fact.values.get("said") or f"{value / 3600:.0f}h (default)"
        yield verdict(
            fact,
            f"max_lease_ttl = {said}" if value > longest else "",
            "max_lease_ttl is no time" if fact.values.get("readable") is False else "",
            expected=f"max_lease_ttl <= {longest // 3600}h",
            actual=f"max_lease_ttl = {said}",
        )


def _ttl_of_method(fact: CustodySetting, longest: int) -> Judgement:
    values = fact.values
    ttl = float(values.get("max_lease_ttl") or 0)
    is_open = values.get("for_people") and str(values.get("token_type", "")).startswith(("default", "batch"))
    return verdict(
        fact,
        f"max_lease_ttl = {ttl / 3600:.0f}h" if ttl > longest else "",
        f"token_type = {values.get('token_type') or 'default'}" if is_open else "",
        "listing_visibility = unauth" if values.get("visibility") == "unauth" else "",
        expected=f"max_lease_ttl <= {longest // 3600}h, token_type = service",
    )


@judges("custody-user-lockout", reads=(areas("lockout"),))
def user_lockout(facts: Facts) -> Iterator[Judgement]:
    """Fail logins that may be guessed without end."""
    for fact in of(facts, "lockout"):
        yield verdict(fact, "disable_lockout = true" if fact.values.get("disabled") else "")


@judges("custody-licence-lasts", reads=(areas("licence"),))
def licence_lasts(facts: Facts) -> Iterator[Judgement]:
    """Fail a licence that ends soon, or that differs between nodes: without one the server stops."""
    days = parameters("custody-licence-lasts")["minimum_days"]
    for fact in of(facts, "licence"):
        expires = time_of(fact.values.get("expires"))
        left = -age_days(facts, expires) if expires else 0
        yield verdict(
            fact,
            "expiration_time is not known" if expires is None else "",
            f"days left = {left:.0f}" if expires and left < days else "",
            "the stored licence differs" if fact.values.get("differs") else "",
            expected=f"days left >= {days}",
            actual=str(fact.values.get("expires")),
        )


@judges("custody-no-calling-home", reads=(areas("reporting"),))
def no_calling_home(facts: Facts) -> Iterator[Judgement]:
    """Fail a server of an air-gapped site that would report its licence or its use to the maker."""
    for fact in of(facts, "reporting"):
        if not fact.values.get("air_gapped"):
            yield not_applicable(fact, reason=say("custody.na.open"))
            continue
        licence, usage = fact.values.get("licence"), fact.values.get("usage_off")
        off = licence is False and usage is not False
        yield verdict(
            fact,
            ""
            if licence is False
            else f"reporting.license.enabled = {'true (default)' if licence is None else 'true'}",
            "disable_product_usage_reporting = false" if usage is False else "",
            actual="off" if off else "",
        )


@judges("custody-nothing-outside", reads=(areas("egress"), areas("outside")))
def nothing_outside(facts: Facts) -> Iterator[Judgement]:
    """Fail an air-gapped server at each thing that it would talk to outside."""
    for fact in of(facts, "egress"):
        if not fact.values.get("air_gapped"):
            yield not_applicable(fact, reason=say("custody.na.open"))
            continue
        found = [each for each in of(facts, "outside") if each.origin.part == fact.origin.part]
        same = [each for each in found if each.origin.file == fact.origin.file or not fact.origin.file]
        mine = same if len(of(facts, "egress")) > 1 and same else found
        if not mine:
            yield ok(fact, actual=both("no address outside the site"))
        for each in mine:
            yield at(fact, each, f"{each.values.get('what')}: {each.values.get('target')}")


@judges("custody-module-seal-tight", reads=(areas("module"),))
def module_seal_tight(facts: Facts) -> Iterator[Judgement]:
    """Fail a module seal whose PIN lies in the file, whose token is not named, or that falls back to software."""
    for fact in of(facts, "module"):
        values = fact.values
        mechanism = str(values.get("mechanism", ""))
        has_slot = any(values.get(name) not in (None, "") for name in ("slot", "token_label"))
        is_seal = "kms_library" not in fact.subject
        yield verdict(
            fact,
            "pin in the file" if values.get("_pin_here") else "",
            "lib is not set"
            if not values.get("lib") and not values.get("library") and values.get("_type") != "kmip" and is_seal
            else "",
            "slot / token_label is not set" if is_seal and not has_slot and values.get("_type") != "kmip" else "",
            f"{'force_rw_session / software encryption'}"
            if truth(values.get("software_encryption")) or truth(values.get("disable_hardware_encryption"))
            else "",
            f"mechanism = {mechanism}"
            if mechanism.lower() in {"0x1082", "ckm_aes_cbc", "0x0001", "ckm_rsa_pkcs", "0x1085", "ckm_aes_cbc_pad"}
            else "",
        )


@judges("custody-configuration-not-drifted", reads=(areas("drift"),))
def configuration_not_drifted(facts: Facts) -> Iterator[Judgement]:
    """Fail a configuration on disk that is not the one the server runs with."""
    disk = [each for each in of(facts, "drift") if "file" in each.values]
    running = [each for each in of(facts, "drift") if "sanitized" in each.values]
    for fact in running:
        if not disk:
            yield not_applicable(fact, reason=say("custody.give.files"))
            continue
        differences = (
            sorted({each for one in disk for each in _differences(one.values, fact, facts)}) if len(disk) == 1 else []
        )
        yield verdict(fact, *differences)
    for fact in disk:
        if not running:
            yield not_applicable(fact, reason=say("custody.give.live"))
        else:
            yield verdict(fact, *sorted(set(_differences(fact.values, running[0], facts))))


_COMPARED: Final = (
    "raw_storage_endpoint",
    "introspection_endpoint",
    "disable_mlock",
    "api_addr",
    "cluster_addr",
    "log_level",
    "max_lease_ttl",
    "default_lease_ttl",
    "plugin_directory",
)


def _differences(disk: Any, running: CustodySetting, facts: Facts) -> Iterator[str]:  # noqa: ANN401 - settings
    from auditor.formats.vault_configuration import seconds  # noqa: PLC0415

    live = running.values["sanitized"]
    for name in (*_COMPARED, "ui"):
        one = disk["file"].get(name)
        other = live.get("enable_ui" if name == "ui" else name)
        if one is None or other is None:
            continue
        if name.endswith("_ttl"):
            same = seconds(one) == seconds(other) or not seconds(other)
        elif isinstance(other, bool):
            same = truth(one) == other
        else:
            same = str(one) == str(other) or (name == "log_level" and not other)
        if not same:
            yield f"{name}: {one} on disk, {other} in the server"
    listeners = [each for each in of(facts, "listener") if each.source == "live"]
    on_disk = {
        (each["address"], bool(each["tls_disable"])) for each in disk.get("listeners", []) if each.get("type") == "tcp"
    }
    alive = {
        (str(each.values.get("_address")), bool(each.values.get("_no_tls")))
        for each in listeners
        if each.values.get("_type") == "tcp"
    }
    if listeners and on_disk != alive:
        seen = named(sorted(a for a, _t in on_disk)), named(sorted(a for a, _t in alive))
        yield f"listener: {seen[0]} on disk, {seen[1]} in the server"
    for area in ("storage", "seal"):
        kinds = {str(each.values.get("_type")) for each in of(facts, area) if each.source == "live"}
        if kinds and disk.get(area) and disk[area] not in kinds:
            yield f"{area}: {disk[area]} on disk, {named(sorted(kinds))} in the server"


JUDGES: Final = (
    version_supported,
    initialised,
    unseal_recorded,
    seal_type,
    quorum_of_shares,
    shares_wrapped,
    operation_expected,
    unseal_endpoints_closed,
    audit_devices_two,
    audit_devices_independent,
    audit_devices_safe,
    audit_log_kept,
    listener_encrypted,
    listener_tls_version,
    sm_transport,
    listener_client_certificates,
    listener_forwarding_trusted,
    storage_durable,
    no_development_mode,
    raft_voters,
    autopilot_healthy,
    raft_join_trusted,
    memory_not_swapped,
    process_confined,
    files_not_writable,
    no_secrets_in_configuration,
    dangerous_switches_off,
    log_level_quiet,
    ui_and_cors_narrow,
    hsts,
    plugins_pinned,
    time_to_live,
    user_lockout,
    licence_lasts,
    no_calling_home,
    nothing_outside,
    module_seal_tight,
    configuration_not_drifted,
)
