"""What can be known of the custody of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from auditor.model.fact import Fact
from auditor.stages.custody import texts


class CustodySetting(Fact, frozen=True, kw_only=True):
    """One thing that is set, or one state of a server; `area` is also the topic.

    Attributes:
        area: What it belongs to (``listener``, ``seal``, ``token`` …); the areas are those of `AREAS`.
        source: ``live``, ``file``, ``environment``, ``unit``, ``values``, ``host`` or ``record``.
        values: What it says, without secrets.
    """

    area: str
    source: str
    values: Mapping[str, Any]

    @property
    def topic(self) -> str:
        """The area."""
        return self.area


class CustodyKey(Fact, frozen=True, kw_only=True):
    """A key in some store; what a store cannot say of it is None.

    Attributes:
        store: ``transit``, ``pkcs11``, ``kubernetes``, ``sops`` or ``keystore``; also the topic.
        algorithm: As the store names it.
        is_exportable: It can leave the store in the clear.
        has_plaintext_backup: So can a backup of it.
        is_deletable: It can be destroyed through the API.
        latest_version: Number of the newest version.
        min_decryption_version: Oldest version that still decrypts.
        min_encryption_version: Oldest version that encrypts; 0 for the newest only.
        newest_at: When the newest version was made, ISO 8601; empty if unknown.
        rotation_s: Period of automatic rotation in seconds; 0 for none.
        values: What else the store says.
    """

    store: str
    algorithm: str
    is_exportable: bool | None = None
    has_plaintext_backup: bool | None = None
    is_deletable: bool | None = None
    latest_version: int | None = None
    min_decryption_version: int | None = None
    min_encryption_version: int | None = None
    newest_at: str = ""
    rotation_s: float | None = None
    values: Mapping[str, Any]

    @property
    def topic(self) -> str:
        """The store."""
        return self.store


class PolicyRule(Struct, frozen=True, kw_only=True):
    """What a policy says of one pattern of paths.

    Attributes:
        path: Pattern as written.
        capabilities: Sorted.
        line: In its file.
    """

    path: str
    capabilities: tuple[str, ...]
    line: int


class KeyPolicy(Fact, frozen=True, kw_only=True):
    """An ACL policy; ``subject`` is its name.

    Attributes:
        rules: In its order.
        source: ``live`` or ``file``.
        mounts: Mounts of transit engines that are known of, where patterns name none.
    """

    rules: tuple[PolicyRule, ...]
    source: str
    mounts: tuple[str, ...] = ()


class AuditDevice(Fact, frozen=True, kw_only=True):
    """An audit device; ``subject`` is its name.

    Attributes:
        type: ``file``, ``socket``, ``syslog``, ``http``.
        options: As configured, without secrets.
        source: ``live`` or ``file``.
    """

    type: str
    options: Mapping[str, Any]
    source: str


class KeyHolder(Fact, frozen=True, kw_only=True):
    """Somebody or something that holds policies.

    Attributes:
        kind: ``entity``, ``group``, ``role`` or ``token``; also the topic.
        policies: Its own, sorted, as written.
        through: All it comes to have, each with where it comes from (``ops: group operators``); sorted.
    """

    kind: str
    policies: tuple[str, ...]
    through: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The kind."""
        return self.kind


class KeyRight(Fact, frozen=True, kw_only=True):
    """A line of the who-can matrix; ``subject`` is the key.

    Attributes:
        action: ``use``, ``export``, ``back up``, ``rotate``, ``destroy``, ``configure``; of the server besides ``change
            policy`` and ``read audit``.
        path: Path of the API that was asked about.
        capability: What it takes there.
        count: How many hold the right.
        holders: The first of them, each with what gives it (``entity alice: ops via group operators``).
    """

    action: str
    path: str
    capability: str
    count: int
    holders: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The action."""
        return self.action


class CeremonyRecord(Fact, frozen=True, kw_only=True):
    """A record of a ceremony; ``subject`` is its number and kind (``3 rekey``).

    Attributes:
        kind: What happened; also the topic.
        sequence: Place in the chain.
        record: The record without the values of its signatures.
        signed_by: Ids of those whose signature holds.
        problems: What is wrong with it, as (code, detail).
        digest: SM3 of its canonical form.
    """

    kind: str
    sequence: int
    record: Mapping[str, Any]
    signed_by: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    digest: str

    @property
    def topic(self) -> str:
        """The kind of event."""
        return self.kind


LIVE = "live"
FILES = "files"
HOST = "host"
RECORDS = "records"
SNAPSHOTS = "snapshots"
PACKAGE = "package"
POLICIES = "policies"

LOUD = frozenset({"trace", "debug"})
"""Levels at which what passes through a server may reach its log."""

AREAS: Mapping[str, frozenset[str]] = {
    "version": frozenset({LIVE}),
    "initialised": frozenset({LIVE}),
    "sealed": frozenset({LIVE}),
    "seal": frozenset({LIVE, FILES}),
    "shares": frozenset({LIVE, RECORDS}),
    "token-survey": frozenset({LIVE}),
    "token": frozenset({LIVE}),
    "in-progress": frozenset({LIVE}),
    "open-door": frozenset({LIVE, FILES}),
    "audit": frozenset({LIVE, FILES}),
    "audit-kept": frozenset({HOST}),
    "listener": frozenset({LIVE, FILES}),
    "sm-transport": frozenset({LIVE, FILES}),
    "storage": frozenset({LIVE, FILES}),
    "development": frozenset({LIVE, FILES}),
    "raft-members": frozenset({LIVE}),
    "autopilot": frozenset({LIVE}),
    "raft-join": frozenset({FILES}),
    "raft-snapshot": frozenset({SNAPSHOTS}),
    "raft-snapshots": frozenset({SNAPSHOTS}),
    "memory": frozenset({FILES}),
    "process": frozenset({HOST}),
    "writable": frozenset({HOST}),
    "configuration-secrets": frozenset({FILES}),
    "secret-place": frozenset({FILES}),
    "switch": frozenset({LIVE, FILES}),
    "log-level": frozenset({LIVE, FILES}),
    "ui": frozenset({LIVE, FILES}),
    "plugins": frozenset({LIVE, FILES}),
    "plugin": frozenset({LIVE, FILES}),
    "auth": frozenset({LIVE}),
    "auth-method": frozenset({LIVE}),
    "ttl": frozenset({LIVE, FILES}),
    "lockout": frozenset({LIVE, FILES}),
    "identity": frozenset({LIVE}),
    "barrier-key": frozenset({LIVE}),
    "kv-names": frozenset({LIVE}),
    "kv": frozenset({LIVE}),
    "pki": frozenset({LIVE}),
    "pki-role": frozenset({LIVE}),
    "leases": frozenset({LIVE}),
    "quotas": frozenset({LIVE}),
    "licence": frozenset({LIVE}),
    "reporting": frozenset({FILES}),
    "egress": frozenset({FILES}),
    "outside": frozenset({FILES}),
    "package": frozenset({PACKAGE}),
    "records": frozenset({RECORDS}),
    "module": frozenset({FILES}),
    "drift": frozenset({LIVE, FILES}),
    "namespaces": frozenset({LIVE}),
    "own-token": frozenset({LIVE}),
}
"""What a setting can be about, and which kinds of input show it."""

MEASURES = texts.MEASURES
"""What each measure counts, by its published id."""
