"""Keys of a server and the engines that keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from auditor.formats.vault_configuration import seconds, truth
from auditor.model.fact import Fact, Gap, Origin
from auditor.stages.custody import rights
from auditor.stages.custody.facts import (
    CustodyKey,
    CustodySetting,
    KeyPolicy,
    KeyRight,
)
from auditor.stages.custody.gaps import gap
from auditor.stages.custody.shown import Shown, bad_shape, list_of, number, pointer
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.custody_snapshot import Answer

_YEAR_10000: Final = 253_402_300_800
"""Seconds; no date has a year of five digits."""


class Keys:
    """Facts of keys and engines, of one reading."""

    def __init__(self, shown: Shown) -> None:
        """Take what is shown."""
        self._shown = shown

    def keys(self) -> Iterator[Fact | Gap]:
        """Yield the keys of transit engines."""
        mounts = self._shown.reading.get("sys/mounts")
        self._shown.kinds.add(CustodyKey)
        if not mounts.is_good:
            yield from self._shown.lost(mounts, "GET sys/mounts", kind=CustodyKey)
            return
        for mount, _said in self._shown.mounts("sys/mounts", "transit"):
            listed = self._shown.reading.listed(f"{mount}/keys")
            if not listed.is_good:
                yield from self._shown.lost(listed, f"LIST {mount}/keys", kind=CustodyKey)
                continue
            names = list_of(self._shown.data(listed), "keys")
            for key in names:
                answer = self._shown.reading.get(f"{mount}/keys/{key}")
                if answer.is_good and isinstance(answer.data, dict) and answer.data.get("type"):
                    yield self._key(mount, str(key), answer.data)
                else:
                    shown = answer if not answer.is_good else bad_shape(answer)
                    yield replace(
                        next(self._shown.lost(shown, f"GET {mount}/keys/{key}", kind=CustodyKey)),
                        subject=f"{mount}/{key}",
                    )

    def _key(self, mount: str, name: str, data: Mapping[str, Any]) -> CustodyKey:
        versions = data.get("keys")
        newest = max(versions, key=_whole, default="") if isinstance(versions, dict) else ""
        return CustodyKey(
            subject=f"{mount}/{name}",
            origin=Origin(part=self._shown.part, pointer=pointer(f"GET {mount}/keys/{name}")),
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
                "sm_required": self._shown.site.needs_sm,
            },
        )

    def engines(self) -> Iterator[Fact | Gap]:
        """Yield what is shown of engines that keep secrets and issue certificates."""
        mounts = self._shown.reading.get("sys/mounts")
        if not mounts.is_good:
            yield from self._shown.lost(mounts, "GET sys/mounts", "kv", "kv-names", "pki", "pki-role")
            return
        self._shown.areas |= {"kv", "kv-names", "pki", "pki-role"}
        for mount, said in self._shown.mounts("sys/mounts", "kv", "generic"):
            yield from self._kv(mount, said)
        for mount, _said in self._shown.mounts("sys/mounts", "pki"):
            yield from self._pki(mount)

    def _kv(self, mount: str, said: Mapping[str, Any]) -> Iterator[Fact | Gap]:
        options = said.get("options")
        is_second = isinstance(options, dict) and str(options.get("version")) == "2"
        config = self._shown.reading.get(f"{mount}/config")
        if not is_second:
            yield self._shown.setting("kv", f"kv {mount}", {"version": 1}, "GET sys/mounts")
        elif config.is_good:
            data = self._shown.data(config)
            values = {
                "version": 2,
                "cas_required": data.get("cas_required") is True,
                "max_versions": number(data.get("max_versions")),
            }
            yield self._shown.setting("kv", f"kv {mount}", values, f"GET {mount}/config")
        else:
            yield replace(next(self._shown.lost(config, f"GET {mount}/config", "kv")), subject=f"kv {mount}")
        root = f"{mount}/metadata" if is_second else mount
        names: list[str] = []
        lost: Answer | None = None
        for rest, answer in [("", self._shown.reading.listed(root)), *self._shown.reading.below("LIST", f"{root}/")]:
            if answer.is_good:
                names += [
                    f"{rest}/{each}".lstrip("/")
                    for each in list_of(self._shown.data(answer), "keys")
                    if not str(each).endswith("/")
                ]
            else:
                lost = lost or answer
        if lost:
            yield replace(next(self._shown.lost(lost, f"LIST {root}", "kv-names")), subject=f"names in {mount}")
        suspicious = [name for name in names if rights.sounds_like_a_key(name)]
        yield self._shown.setting(
            "kv-names", f"names in {mount}", {"count": len(names), "suspicious": suspicious[:100]}, f"LIST {root}"
        )

    def _pki(self, mount: str) -> Iterator[Fact | Gap]:
        listed = self._shown.reading.listed(f"{mount}/issuers")
        if not listed.is_good:
            yield replace(next(self._shown.lost(listed, f"LIST {mount}/issuers", "pki")), subject=f"pki {mount}")
        else:
            inside = []
            for issuer in list_of(self._shown.data(listed), "keys"):
                data = self._shown.data(self._shown.reading.get(f"{mount}/issuer/{issuer}"))
                if data.get("key_id") and rights.is_self_signed(str(data.get("certificate", ""))):
                    inside.append(str(data.get("issuer_name") or issuer))
            info = self._shown.data(listed).get("key_info")
            with_key = (
                [k for k, v in info.items() if isinstance(v, dict) and v.get("key_id")]
                if isinstance(info, dict)
                else []
            )
            unread = [k for k in with_key if not self._shown.reading.get(f"{mount}/issuer/{k}").is_good]
            if unread:
                answer = self._shown.reading.get(f"{mount}/issuer/{unread[0]}")
                yield replace(
                    next(self._shown.lost(answer, f"GET {mount}/issuer/{unread[0]}", "pki")), subject=f"pki {mount}"
                )
            yield self._shown.setting("pki", f"pki {mount}", {"roots_with_key": inside}, f"LIST {mount}/issuers")
        roles = self._shown.reading.listed(f"{mount}/roles")
        if not roles.is_good:
            yield from self._shown.lost(roles, f"LIST {mount}/roles", "pki-role")
        for name, answer in self._shown.reading.below("GET", f"{mount}/roles/"):
            data = self._shown.data(answer)
            if answer.is_good:
                values = {
                    "allow_any_name": data.get("allow_any_name") is True,
                    "max_ttl": number(data.get("max_ttl")),
                    "ttl": number(data.get("ttl")),
                }
                yield self._shown.setting("pki-role", f"pki role {mount}/{name}", values, f"GET {mount}/roles/{name}")
            else:
                yield replace(
                    next(self._shown.lost(answer, f"GET {mount}/roles/{name}", "pki-role")),
                    subject=f"pki role {mount}/{name}",
                )

    def cuts(self) -> Iterator[Gap]:
        """Yield a gap for each list of which not all was read: nothing passes for what lies beyond a bound."""
        engines = {name: str(said["type"]) for name, said in self._shown.mounts("sys/mounts", "kv", "generic", "pki")}
        for name, answer in self._shown.reading.below("CUT", ""):
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
                self._shown.areas.add(area) if area else self._shown.kinds.add(kind)
                yield gap(
                    self._shown.part,
                    kind,
                    answer.reason,
                    f"{path}: {answer.detail}",
                    say("custody.remedy.too_many"),
                    subject=subject,
                    topic=area,
                )


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
