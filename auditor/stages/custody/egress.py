"""What the configuration of a server would talk to: seals, members, authorities, stores, telemetry, plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.formats.vault_configuration import Configuration, Place, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOUD_SEALS: Final = frozenset(
    {"awskms", "gcpckms", "azurekeyvault", "ocikms", "alicloudkms", "huaweicloudkms", "tencentcloudkms"}
)
CLOUD_STORAGE: Final = frozenset(
    {"s3", "gcs", "azure", "dynamodb", "spanner", "oci", "swift", "manta", "cockroachdb", "alicloudoss"}
)
_LOCAL_STORAGE: Final = frozenset({"raft", "file", "inmem"})
_TELEMETRY: Final = (
    "statsd_address",
    "statsite_address",
    "dogstatsd_addr",
    "circonus_api_url",
    "circonus_submission_url",
)
_NEAR_PROVIDERS: Final = ("provider=k8s", "provider=mdns")
_LETS_ENCRYPT: Final = "https://acme-v02.api.letsencrypt.org"


class Contact(NamedTuple):
    """Something that is talked to.

    Attributes:
        what: Which part of the server does.
        target: Host, URL or name.
        place: Where that is said.
        is_outside: It lies outside whatever its address; None where the address tells.
    """

    what: str
    target: str
    place: Place
    is_outside: bool | None = None


def contacts(found: Configuration, *, is_file: bool) -> Iterator[Contact]:
    """Yield everything that a configuration would talk to.

    Args:
        found: Configuration.
        is_file: It was read from files, so that what it leaves out is at its default.
    """
    yield from _seals(found)
    yield from _members(found)
    yield from _authorities(found, is_file=is_file)
    yield from _stores(found)
    yield from _telemetry(found)
    yield from _audit(found)
    yield from _plugins(found)


def _seals(found: Configuration) -> Iterator[Contact]:
    for block in found.of("seal", "hsm"):
        if truth(block.values.get("disabled")):
            continue
        if block.type in CLOUD_SEALS:
            yield Contact("cloud seal", f"seal {block.type}", block.place, is_outside=True)
        elif block.values.get("address"):
            yield Contact("seal", str(block.values["address"]), block.place)


def _members(found: Configuration) -> Iterator[Contact]:
    for join, place in found.joins():
        if join.get("auto_join"):
            text = str(join["auto_join"])
            # credentials may stand beside the provider
            shown = " ".join(each for each in text.split() if each.startswith(("provider=", "region=", "tag_key=")))
            yield Contact("auto_join", shown, place, is_outside=not any(each in text for each in _NEAR_PROVIDERS))
        elif join.get("leader_api_addr"):
            yield Contact("retry_join", str(join["leader_api_addr"]), place)


def _authorities(found: Configuration, *, is_file: bool) -> Iterator[Contact]:
    """Yield ACME servers; OpenBao turns to one by itself where a listener has TLS and no certificate."""
    for block in found.of("listener"):
        values = block.values
        if any(name.startswith("tls_acme_") for name in values) and not truth(values.get("tls_acme_disable")):
            yield Contact("ACME", str(values.get("tls_acme_ca_directory") or _LETS_ENCRYPT), block.place)
        elif (
            is_file
            and found.product == "openbao"
            and block.type != "unix"
            and not values.get("tls_cert_file")
            and not truth(values.get("tls_disable"))
        ):
            yield Contact("ACME", f"{_LETS_ENCRYPT} (default without tls_cert_file)", block.place, is_outside=True)


def _stores(found: Configuration) -> Iterator[Contact]:
    for block in found.of("storage", "backend", "ha_storage"):
        endpoint = block.values.get("endpoint")
        if block.type in CLOUD_STORAGE:
            own = str(endpoint or f"storage {block.type}")
            yield Contact("storage", own, block.place, is_outside=None if endpoint else True)
        elif block.type not in _LOCAL_STORAGE and block.values.get("address"):
            yield Contact("storage", str(block.values["address"]), block.place)


def _telemetry(found: Configuration) -> Iterator[Contact]:
    for block in found.of("telemetry"):
        for name in _TELEMETRY:
            if block.values.get(name):
                yield Contact(f"telemetry {name}", str(block.values[name]), block.place)
        for name in ("stackdriver_project_id", "circonus_api_token"):
            if block.values.get(name) and not block.values.get("circonus_api_url"):
                yield Contact("telemetry", name.partition("_")[0], block.place, is_outside=True)


def _audit(found: Configuration) -> Iterator[Contact]:
    for block in found.of("audit"):
        inner = block.values.get("options")
        options = inner if isinstance(inner, dict) else block.values
        for name in ("address", "uri"):
            if block.type in {"socket", "http"} and options.get(name) and options.get("socket_type") != "unix":
                yield Contact("audit", str(options[name]), block.place)


def _plugins(found: Configuration) -> Iterator[Contact]:
    for block in found.of("plugin"):
        if block.values.get("image"):
            yield Contact("plugin image", str(block.values["image"]), block.place)
    value, place = found.values.get("plugin_auto_download", (None, None))
    if truth(value) and place is not None:
        yield Contact("plugin_auto_download", "the registry of plugins", place, is_outside=True)
