"""Reads what files show of the custody of keys, with no server: configurations, policies, units, records."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons
from auditor.errors import IntegrityError
from auditor.formats import ceremony, custody_snapshot, documents, hcl, raft_snapshot, vault_configuration, vault_policy
from auditor.formats.canonical_json import CanonicalError
from auditor.formats.vault_configuration import Configuration, Place
from auditor.model.fact import Fact, Gap, Origin
from auditor.model.place import real as real_path
from auditor.stages.custody import deployed, leaks, package, records, settings
from auditor.stages.custody.facts import (
    AuditDevice,
    CeremonyRecord,
    CustodyKey,
    CustodySetting,
    KeyPolicy,
    PolicyRule,
)
from auditor.stages.custody.gaps import gap, left
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.custody_snapshot import Reading
    from auditor.model.artefact import Capture
    from auditor.model.record import Exclusion
    from auditor.stages.custody.settings import Site

FILES_LIMIT: Final = 20_000
TEXT_LIMIT_BYTES: Final = 8 << 20
TOTAL_LIMIT_BYTES: Final = 256 << 20
DEPTH_LIMIT: Final = 16
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "__pycache__", ".auditor"})
_CONFIGURED: Final = (".hcl", ".json", ".hcl.tmpl", ".hcl.j2")
_ENVIRONMENT: Final = re.compile(r"(?i)(?:^|[._-])env(?:ironment)?$|\.env(?:\.[\w-]+)?$|^(?:vault|openbao|bao)$")
_CERTIFICATES: Final = (".pem", ".crt", ".cer")
_DEVELOPMENT: Final = re.compile(r"\sserver\b.*\s-{1,2}dev\b")
_LEVEL: Final = re.compile(r"\s-{1,2}log-level[=\s]+[\"']?(\w+)")
_OF_CHARTS: Final = frozenset({"ha", "standalone", "dev", "extraEnvironmentVars", "dataStorage", "auditStorage"})
"""Keys of ``server`` in the values of the Helm charts of both products."""
_TEMPORARY: Final = re.compile(r"~$|^\.#|^#.*#$")


@dataclass
class Found:
    """What a walk found, before it is put together.

    Attributes:
        configurations: By folder.
        texts: Of configurations, by folder: what tells the product.
        units: By folder.
        environments: By folder.
        records: Ceremony records.
        record_files: File by name of the record.
        certificates: PEM files.
        snapshots: Raft snapshots with file name and mode.
        hosts: Documents of hosts.
        inventories: Module inventories.
        readings: Snapshots of a live server.
        packages: Manifests of offline packages.
        policies: How many policies were read.
        developments: Containers that run in development mode: name, why, where.
        leaked: What opens a server and lies in a file: what, where.
        known: How many files of a known kind.
    """

    configurations: dict[str, Configuration] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, list[vault_configuration.Unit]] = field(default_factory=dict)
    environments: dict[str, dict[str, tuple[str, Place]]] = field(default_factory=dict)
    records: list[ceremony.Record] = field(default_factory=list)
    record_files: dict[str, str] = field(default_factory=dict)
    certificates: list[bytes] = field(default_factory=list)
    snapshots: list[tuple[str, raft_snapshot.RaftSnapshot, int, float]] = field(default_factory=list)
    hosts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    inventories: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    packages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    policies: list[KeyPolicy] = field(default_factory=list)
    keys: list[CustodyKey] = field(default_factory=list)
    developments: list[tuple[str, str, Place]] = field(default_factory=list)
    leaked: list[tuple[str, Place]] = field(default_factory=list)
    known: int = 0


class Files:
    """Facts of one folder or file.

    Attributes:
        found: What the walk found.
        areas: Areas that were covered.
        kinds: Kinds of facts that were covered.
    """

    def __init__(self, part: str, root: Path, site: Site, policy: ceremony.Policy, *, is_records: bool = False) -> None:
        """Read nothing yet."""
        self.part = part
        self.root = root
        self.site = site
        self.policy = policy
        self.is_records = is_records
        self.found = Found()
        self.areas: set[str] = set()
        self.kinds: set[type[Fact]] = set()
        self._bytes = 0

    # -- walking

    def read(self) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Read every file of a known kind; what is left out is said."""
        if self.root.is_file():
            yield from self._file(self.root, self.root.name, "")
        else:
            yield from self._folder(self.root, "", 0, [0])
        yield from self._put_together()

    def _folder(
        self, folder: Path, name: str, depth: int, count: list[int]
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        try:
            entries = sorted(os.scandir(folder), key=lambda each: each.name)
        except OSError as error:
            yield self._unread(name or ".", reasons.CANNOT_BE_READ, str(error.strerror))
            return
        for entry in entries:
            path = f"{name}/{entry.name}".lstrip("/")
            count[0] += 1
            if count[0] > FILES_LIMIT:
                yield self._unread(name or ".", reasons.TOO_MANY_FILES, f"more than {FILES_LIMIT}")
                return
            if entry.is_symlink():
                yield from self._link(entry, path, name)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name in _SKIPPED:
                    continue
                if depth >= DEPTH_LIMIT:
                    yield self._unread(path, reasons.NESTED_TOO_DEEP, f"more than {DEPTH_LIMIT} folders")
                else:
                    yield from self._folder(Path(entry.path), path, depth + 1, count)
            elif entry.is_file(follow_symlinks=False):
                yield from self._file(Path(entry.path), path, name)

    def _link(self, entry: os.DirEntry[str], path: str, folder: str) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Follow a link to a file inside the folder; Kubernetes mounts its ConfigMaps so. No path leaves its root."""
        try:
            target = real_path(Path(entry.path), strict=True)
        except (OSError, RuntimeError):
            yield self._unread(path, reasons.BROKEN_LINK, path)
            return
        if not target.is_relative_to(real_path(self.root)):
            if path.endswith((".hcl", ".json", ".service")):
                yield self._unread(path, reasons.LINK_OUT_OF_THE_TREE, path)
        elif target.is_file() and ".." not in entry.name and not target.name.startswith(".."):
            real = target.relative_to(real_path(self.root))
            if any(part.startswith("..") for part in real.parts):
                yield from self._file(target, path, folder)

    def _unread(
        self, name: str, reason: reasons.Reason, detail: str, kind: type[Fact] = CustodySetting, line: int | None = None
    ) -> Gap:
        where = f"{name}:{line}" if line else name
        return gap(self.part, kind, reason, f"{where}: {detail}", say("custody.remedy.file"), topic="")

    def _file(  # noqa: C901, PLR0911, PLR0912 - a branch for each kind of file
        self, path: Path, name: str, folder: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        base = path.name.lower() if "/" not in name else name.rpartition("/")[2].lower()
        try:
            information = path.stat()
            if not stat.S_ISREG(information.st_mode):
                return
            with path.open("rb") as file:
                head = file.read(4096)
        except OSError as error:
            yield self._unread(name, reasons.CANNOT_BE_READ, str(error.strerror))
            return
        if raft_snapshot.is_one(head):
            yield from self._raft(path, name, information)
            return
        if base.endswith(leaks.SUFFIXES) or base in leaks.NAMES or self.root == path:
            self._search(path, name, information.st_size)
        is_hcl = base.endswith((".hcl", ".policy"))
        is_json = base.endswith(".json")
        wanted = (
            is_hcl
            or is_json
            or base.endswith((".service", ".yaml", ".yml", *_CERTIFICATES))
            or _ENVIRONMENT.search(base)
        )
        is_drop_in = base.endswith(".conf") and folder.rpartition("/")[2].endswith(".service.d")
        if not (wanted or is_drop_in or self.root == path):
            return
        limit = custody_snapshot.SIZE_LIMIT_BYTES if custody_snapshot.is_one(head) else TEXT_LIMIT_BYTES
        if information.st_size > limit or self._bytes + information.st_size > max(TOTAL_LIMIT_BYTES, limit):
            yield self._unread(name, reasons.TOO_LARGE, f"{information.st_size:,} bytes")
            return
        if is_hcl and _TEMPORARY.search(base):
            return
        self._bytes += information.st_size
        try:
            data = path.read_bytes()
        except OSError as error:
            yield self._unread(name, reasons.CANNOT_BE_READ, str(error.strerror))
            return
        if is_json or (self.root == path and head.lstrip()[:1] == b"{"):
            yield from self._json(data, name, folder)
        elif is_hcl or (
            self.root == path
            and not base.endswith((".service", ".yaml", ".yml", *_CERTIFICATES))
            and not _ENVIRONMENT.search(base)
        ):
            yield from self._hcl(data, name, folder)
        elif base.endswith(".service") or is_drop_in:
            self._unit(data, name, folder.rpartition("/")[0] if is_drop_in else folder)
        elif base.endswith(_CERTIFICATES):
            if b"-----BEGIN CERTIFICATE" in data:
                self.found.certificates.append(data)
        elif base.endswith((".yaml", ".yml")):
            yield from self._yaml(data, name, folder)
        elif _ENVIRONMENT.search(base):
            self._environment(data, name, folder)

    def _search(self, path: Path, name: str, size: int) -> None:
        """Look for shares and tokens that lie in a file; one that cannot be read is a gap further on."""
        if size > leaks.SIZE_LIMIT_BYTES:
            return
        try:
            data = path.read_bytes()
        except OSError:
            return
        if not custody_snapshot.is_one(data[:4096]):
            self.found.leaked += [(what, Place(name, line)) for what, line in leaks.found_in(leaks.text_of(data))]

    # -- kinds of files

    def _hcl(self, data: bytes, name: str, folder: str) -> Iterator[Fact | Gap | Exclusion | Capture]:
        try:
            body = hcl.read(data)
        except hcl.HclError as error:
            self.found.known += 1
            kinds: tuple[type[Fact], ...] = (
                (KeyPolicy,)
                if b"path" in data and b"listener" not in data and b"storage" not in data
                else (CustodySetting,)
            )
            for kind in kinds:
                yield self._unread(name, reasons.MALFORMED, str(error).partition(": ")[2], kind, error.line)
            return
        names = {item.name for item in body.items}
        if vault_configuration.is_server(body):
            self._configuration(body, name, folder, data.decode("utf-8", "replace"))
            for item in body.repeated():
                yield gap(
                    self.part,
                    CustodySetting,
                    reasons.KEY_GIVEN_TWICE,
                    f"{name}:{item.line}: {item.name}",
                    say("custody.remedy.twice"),
                    topic=_area_of(item.name),
                )
        elif "path" in names:
            yield from self._policy(data, name)
        elif names:
            self.found.known += 1
            yield left(self.part, name, say("custody.left.other"))

    def _configuration(
        self, body: hcl.Body, name: str, folder: str, text: str, source: str = "file", shift: int = 0
    ) -> None:
        self.found.known += 1
        self.found.configurations.setdefault(folder, Configuration()).add(name, body, source, shift)
        self.found.texts.setdefault(folder, []).append(f"{name}\n{text}")

    def _policy(self, data: bytes, name: str, subject: str = "", shift: int = 0) -> Iterator[Gap]:
        self.found.known += 1
        self.kinds.add(KeyPolicy)
        subject = (subject or name).removesuffix(".json").removesuffix(".hcl").removesuffix(".policy")
        try:
            rules = vault_policy.parse(data)
        except vault_policy.PolicyError as error:
            detail = f"{name}: {error}"
            yield gap(
                self.part, KeyPolicy, reasons.MALFORMED, detail, say("custody.remedy.policy_text"), subject=subject
            )
            return
        self.found.policies.append(
            KeyPolicy(
                subject=subject,
                origin=Origin(part=self.part, file=name, line=(rules[0].line if rules else 1) + shift),
                rules=tuple(
                    PolicyRule(path=r.path, capabilities=tuple(sorted(r.capabilities)), line=r.line + shift)
                    for r in rules
                ),
                source="file",
            )
        )

    def _json(  # noqa: C901, PLR0912 - a branch for each kind of document
        self, data: bytes, name: str, folder: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        if custody_snapshot.is_one(data[:4096]):
            self.found.known += 1
            try:
                self.found.readings.append(custody_snapshot.unpacked(data))
            except IntegrityError as error:
                message = f"{name}: {error}"
                raise IntegrityError(message) from error
            except ValueError as error:
                yield self._unread(name, reasons.SNAPSHOT_CANNOT_BE_USED, " ".join(str(error).split())[:200])
            return
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            self.found.known += 1
            kind = CeremonyRecord if self.is_records else CustodySetting
            yield self._unread(name, reasons.NOT_JSON, error.msg, kind, error.lineno)
            return
        if not isinstance(value, dict):
            return
        schema = str(value.get("schema", ""))
        if ceremony.is_one(value) or (self.is_records and not schema):
            self.found.known += 1
            yield from self._record(data, name)
        elif schema.startswith(("custody-host/", "node-facts/")):
            self.found.known += 1
            self.found.hosts.append((name, value))
        elif schema.startswith("module-inventory/"):
            self.found.known += 1
            self.found.inventories.append((name, value))
        elif schema.startswith("offline-package/"):
            self.found.known += 1
            self.found.packages.append((name, value))
        elif "license_id" in value and "expiration_time" in value:
            self.found.known += 1
            values = {"expires": str(value["expiration_time"]), "differs": False}
            self.areas.add("licence")
            yield CustodySetting(
                subject="licence",
                origin=Origin(part=self.part, file=name, line=1),
                area="licence",
                source="file",
                values=values,
            )
        elif isinstance(value.get("sops"), dict):
            yield from self._sops(value["sops"], name)
        else:
            try:
                body = hcl.read(data)
            except hcl.HclError:
                return
            if vault_configuration.is_server(body):
                self._configuration(body, name, folder, data.decode("utf-8", "replace"))
            elif "path" in value:
                yield from self._policy(data, name)

    def _record(self, data: bytes, name: str) -> Iterator[Gap]:
        if len(data) > records.RECORD_LIMIT_BYTES or len(self.found.records) >= records.RECORDS_LIMIT:
            yield self._unread(name, reasons.TOO_LARGE, f"{len(data):,} bytes", CeremonyRecord)
            return
        self.kinds.add(CeremonyRecord)
        try:
            record = ceremony.read(data, name.rpartition("/")[2])
        except CanonicalError as error:
            yield self._unread(name, reasons.MALFORMED, str(error), CeremonyRecord)
            return
        self.found.record_files[record.name] = name
        self.found.records.append(record)

    def _unit(self, data: bytes, name: str, folder: str) -> None:
        text = data.decode("utf-8", "replace")
        if not re.search(r"(?i)\b(?:vault|bao|openbao)\b", text) and not name.endswith(".conf"):
            return
        self.found.known += 1
        self.found.units.setdefault(folder, []).append(vault_configuration.unit(text, name))

    def _environment(self, data: bytes, name: str, folder: str) -> None:
        variables = vault_configuration.environment(leaks.text_of(data), name)
        if any(each.startswith(("VAULT_", "BAO_", "OPTOUT_")) for each in variables):
            self.found.known += 1
            self.found.environments.setdefault(folder, {}).update(variables)

    def _yaml(  # noqa: C901 - a branch for each kind of document
        self, data: bytes, name: str, folder: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        if not re.search(rb"(?i)vault|openbao|\bbao\b|BAO_|\bsops\b|EncryptionConfig|listener\s+\\?\"tcp", data):
            return
        for document in documents.read(data):
            if isinstance(document, documents.Unreadable):
                yield self._unread(name, document.reason, document.detail, line=document.line)
            elif isinstance(document.value, dict):
                value: dict[str, Any] = document.value
                if isinstance(value.get("sops"), dict):
                    yield from self._sops(value["sops"], name)
                elif value.get("kind") in {"EncryptionConfiguration", "EncryptionConfig"}:
                    yield from self._kubernetes(value, name, document.line)
                elif value.get("kind") == "ConfigMap" and isinstance(value.get("data"), dict):
                    for key, text in value["data"].items():
                        yield from self._embedded(text, f"/data/{key}", document, name, f"{folder}/{name}")
                elif value.get("kind") == "Vault" and isinstance(value.get("spec"), dict):
                    yield from self._operated(value["spec"], document, name, folder)
                elif isinstance(value.get("server"), dict):
                    yield from self._values(value, document, name, folder)
                else:
                    yield from self._deployed(document, name, folder)

    def _operated(
        self, spec: dict[str, Any], document: documents.Document, name: str, folder: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Read what the operator bank-vaults makes a server of."""
        own = f"{folder}/{name}"
        yield from self._embedded(spec.get("config"), "/spec/config", document, name, own)
        policies = _object(spec, "externalConfig").get("policies")
        for number, each in enumerate(policies if isinstance(policies, list) else []):
            if isinstance(each, dict):
                pointer = f"/spec/externalConfig/policies/{number}/rules"
                yield from self._embedded(
                    each.get("rules"), pointer, document, name, f"{own} {each.get('name', number)}"
                )

    def _deployed(
        self, document: documents.Document, name: str, folder: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Read charts within a chart, services of Compose files, and containers of pods."""
        value: dict[str, Any] = document.value if isinstance(document.value, dict) else {}
        for key, inner in value.items():
            server = inner.get("server") if isinstance(inner, dict) else None
            if isinstance(server, dict) and server.keys() & _OF_CHARTS:
                yield from self._values(inner, document, name, folder, f"/{key}")
        for each in deployed.containers(document):
            self.found.known += 1
            own = f"{folder}/{name}: {each.name}".lstrip("/")
            variables = {
                one: (text, Place(name, line, "values")) for one, (text, line) in sorted(each.variables.items())
            }
            place = Place(name, each.line, "values")
            if each.is_server and (level := _LEVEL.search(each.command)):
                variables["BAO_LOG_LEVEL"] = variables["VAULT_LOG_LEVEL"] = (level[1], place)
            self.found.environments.setdefault(own, {}).update(variables)
            if any(one in variables for one in ("BAO_LOCAL_CONFIG", "VAULT_LOCAL_CONFIG")):
                here = self.found.configurations.setdefault(own, Configuration())
                here.files = here.files or [name]
                here.is_dev = place if each.development else None
            elif each.development:
                self.found.developments.append((f"{name}: {each.name}", each.development, place))
        configs = value.get("configs")
        for key, inner in configs.items() if isinstance(configs, dict) and "services" in value else ():
            if isinstance(inner, dict):
                yield from self._embedded(
                    inner.get("content"), f"/configs/{key}/content", document, name, f"{folder}/{name}"
                )

    def _values(
        self, value: dict[str, Any], document: documents.Document, name: str, folder: str, above: str = ""
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Read the values of the Helm charts of both products."""
        server: dict[str, Any] = value["server"]
        self.found.known += 1
        ha = _object(server, "ha")
        raft = _object(ha, "raft")
        alone = _object(server, "standalone")
        own = f"{folder}/{name}{f': {above[1:]}' if above else ''}".lstrip("/")
        is_ha = ha.get("enabled") is True
        chosen = (
            [("/server/ha/raft/config", raft.get("config"))]
            if is_ha and raft.get("enabled") is True
            else [("/server/ha/config", ha.get("config"))]
            if is_ha
            else [("/server/standalone/config", alone.get("config"))]
        )
        for pointer, text in chosen:
            yield from self._embedded(text, f"{above}{pointer}", document, name, own)
        variables = server.get("extraEnvironmentVars")
        if isinstance(variables, dict):
            place = Place(name, document.lines.get(f"{above}/server/extraEnvironmentVars", document.line), "values")
            self.found.environments.setdefault(own, {}).update({str(k): (str(v), place) for k, v in variables.items()})
        dev = server.get("dev")
        if isinstance(dev, dict) and dev.get("enabled") is True:
            here = self.found.configurations.setdefault(own, Configuration())
            here.is_dev = Place(name, document.lines.get(f"{above}/server/dev", document.line), "values")
            here.files = here.files or [name]

    def _embedded(
        self, text: object, pointer: str, document: documents.Document, name: str, key: str
    ) -> Iterator[Fact | Gap | Exclusion | Capture]:
        """Read a configuration that stands as text inside another file; its lines are those of that file."""
        line = document.lines.get(pointer, document.line)
        if isinstance(text, dict):
            text = orjson.dumps(text).decode()
        if not isinstance(text, str) or not text.strip():
            return
        try:
            body = hcl.read(text.encode())
        except hcl.HclError as error:
            yield self._unread(name, reasons.MALFORMED, str(error).partition(": ")[2], line=line + error.line)
            return
        if vault_configuration.is_server(body):
            self._configuration(body, name, key.lstrip("/"), text, "values", line)
        elif "path" in {item.name for item in body.items}:
            part = pointer.rpartition("/")[2] if pointer.startswith("/data/") else key.rpartition(" ")[2]
            yield from self._policy(text.encode(), name, f"{name}: {part}", line)

    def _sops(self, said: dict[str, Any], name: str) -> Iterator[CustodyKey]:
        self.found.known += 1
        self.kinds.add(CustodyKey)
        kinds = [kind for kind in ("kms", "gcp_kms", "azure_kv", "hc_vault", "age", "pgp") if said.get(kind)]
        yield CustodyKey(
            subject=f"sops {name}",
            origin=Origin(part=self.part, file=name, line=1),
            store="sops",
            algorithm=", ".join(kinds) or "unknown",
            newest_at=str(said.get("lastmodified", ""))[:40],
            values={
                "recipients": sum(len(said[k]) for k in kinds if isinstance(said[k], list)),
                "has_mac": bool(said.get("mac")),
                "kinds": kinds,
            },
        )

    def _kubernetes(self, value: dict[str, Any], name: str, line: int) -> Iterator[CustodyKey]:
        """Read which key encrypts the Secrets of a cluster."""
        self.found.known += 1
        self.kinds.add(CustodyKey)
        resources = value.get("resources")
        for number, each in enumerate(resources if isinstance(resources, list) else []):
            providers = each.get("providers") if isinstance(each, dict) else None
            first = providers[0] if isinstance(providers, list) and providers and isinstance(providers[0], dict) else {}
            kind = next(iter(first), "none")
            yield CustodyKey(
                subject=f"kubernetes {name} {number}",
                origin=Origin(part=self.part, file=name, line=line),
                store="kubernetes",
                algorithm=kind,
                is_exportable=kind in {"aescbc", "aesgcm", "secretbox", "identity"},
                values={"providers": [next(iter(p), "") for p in providers or [] if isinstance(p, dict)]},
            )

    def _raft(self, path: Path, name: str, information: os.stat_result) -> Iterator[Gap]:
        try:
            found = raft_snapshot.read(path)
        except OSError as error:
            yield self._unread(name, reasons.CANNOT_BE_READ, str(error.strerror))
            return
        if found is not None:
            self.found.known += 1
            self.found.snapshots.append((name, found, stat.S_IMODE(information.st_mode), information.st_mtime))

    # -- putting together

    def _put_together(self) -> Iterator[Fact | Gap | Exclusion | Capture]:
        found = self.found
        yield from found.policies
        for folder, units in sorted(found.units.items()):
            yield from self._started_for_development(folder, units)
        several = len(found.configurations) > 1
        for folder, configuration in sorted(found.configurations.items()):
            prefix = f"{folder}: " if several and folder else ""
            yield from self._server(folder, configuration, prefix)
        for folder, units in sorted(found.units.items()):
            for unit in units:
                yield from self._process(unit, found.configurations.get(folder))
        for name, host in found.hosts:
            yield from self._host(name, host)
        yield from self._lying_about()
        yield from self._snapshots()
        for name, inventory in found.inventories:
            yield from self._inventory(name, inventory)
        if found.records:
            roots, others = records.roots_of(found.certificates)
            policy = ceremony.Policy(
                quorum=self.policy.quorum,
                algorithms=self.policy.algorithms,
                roots=self.policy.roots or roots,
                others=(*self.policy.others, *others),
            )
            self.areas.add("records")
            if any(each.kind in {"init", "rekey"} for each in found.records):
                self.areas.add("shares")
            self.kinds.add(CeremonyRecord)
            yield from records.facts(found.records, self.part, policy, found.record_files)
        for name, manifest in found.packages:
            self.areas.add("package")
            yield from package.facts(
                self.root if self.root.is_dir() else self.root.parent, name, manifest, self.part, self.policy.roots
            )

    def _started_for_development(self, folder: str, units: list[vault_configuration.Unit]) -> Iterator[CustodySetting]:
        """Yield a server that runs without any configuration; all else about it is not known."""
        for unit in units:
            if folder not in self.found.configurations and _DEVELOPMENT.search(unit.starts):
                to = settings.Writer(part=self.part, source="file", site=self.site)
                place = Place(unit.name, unit.settings["execstart"][1], "unit")
                self.areas.add("development")
                yield to.setting(
                    "development", f"development mode of {unit.name}", {"is_dev": True, "how": "-dev"}, place
                )

    def _lying_about(self) -> Iterator[CustodySetting]:
        """Yield containers in development mode, and secrets outside of what configures a server."""
        to = settings.Writer(part=self.part, source="file", site=self.site)
        for name, how, place in self.found.developments:
            self.areas.add("development")
            yield to.setting("development", f"development mode of {name}", {"is_dev": True, "how": how}, place)
        places = list(self.found.leaked)
        told = {place.file for _what, place in places}
        for folder, variables in self.found.environments.items():
            if folder not in self.found.configurations:
                places += [
                    (name, place)
                    for name, (value, place) in variables.items()
                    if vault_configuration.is_secret_variable(name, value) and place.file not in told
                ]
        yield from settings.of_secrets(places, (), to)
        self.areas |= to.areas

    def _server(self, folder: str, configuration: Configuration, prefix: str) -> Iterator[Fact | Gap]:
        variables = dict(self.found.environments.get(folder, {}))
        for unit in self.found.units.get(folder, ()):
            variables |= {**unit.environment, **_flags(unit)}
            if _DEVELOPMENT.search(unit.starts):
                configuration.is_dev = Place(unit.name, unit.settings["execstart"][1], "unit")
        local = next((variables[n] for n in ("BAO_LOCAL_CONFIG", "VAULT_LOCAL_CONFIG") if n in variables), None)
        if local:
            try:
                configuration.add(local[1].file, hcl.read(local[0].encode()), "environment", local[1].line - 1)
            except hcl.HclError as error:
                yield self._unread(local[1].file, reasons.MALFORMED, str(error), line=local[1].line)
        configuration.set_environment(variables)
        configuration.product = vault_configuration.product_of((*self.found.texts.get(folder, ()), *variables))
        to = settings.Writer(part=self.part, source="file", site=self.site, prefix=prefix)
        facts = [*settings.of_configuration(configuration, to), *settings.of_files(configuration, to)]
        if any(isinstance(each, AuditDevice) for each in facts) or "audit" in to.areas:
            self.kinds.add(AuditDevice)
        yield from facts
        yield self._drift(configuration, to)
        yield from self._memory(folder, configuration, to)
        for name, (one, other) in sorted(configuration.disputed.items()):
            area = _area_of(name)
            if area:
                detail = f"{name}: {one.file}:{one.line} and {other.file}:{other.line} differ: which one holds?"
                yield gap(
                    self.part,
                    CustodySetting,
                    reasons.CONTRADICTION,
                    detail,
                    say("custody.remedy.twice"),
                    topic=area,
                    subject=f"{prefix}{name}",
                )
        stores = {b.type for b in configuration.of("storage", "backend")}
        if len(stores) > 1:
            yield gap(
                self.part,
                CustodySetting,
                reasons.CONTRADICTION,
                f"two kinds of storage: {', '.join(sorted(stores))}",
                say("custody.remedy.twice"),
                topic="storage",
            )
        self.areas |= to.areas | {"memory"}
        if configuration.product == "openbao":
            self.areas.add("reporting")

    def _drift(self, configuration: Configuration, to: settings.Writer) -> CustodySetting:
        values = {
            name: value
            for name, (value, _place) in configuration.values.items()
            if isinstance(value, str | int | float | bool)
        }
        place = Place(configuration.files[0], 1) if configuration.files else None
        listeners = [
            {
                "address": str(b.values.get("address", "127.0.0.1:8200")),
                "type": b.type,
                "tls_disable": vault_configuration.truth(b.values.get("tls_disable")),
            }
            for b in configuration.of("listener")
        ]
        storage = next((b.type for b in configuration.of("storage", "backend")), "")
        seal = next((b.type for b in configuration.of("seal", "hsm")), "shamir")
        return to.setting(
            "drift",
            "configuration on disk",
            {"file": settings.shown(values), "listeners": listeners, "storage": storage, "seal": seal},
            place,
        )

    def _memory(self, folder: str, configuration: Configuration, to: settings.Writer) -> Iterator[Fact | Gap]:
        """Yield whether keys can reach the swap; where nothing tells of the swap, that is a gap, and no pass."""
        value, place = configuration.values.get(
            "disable_mlock", (None, Place(configuration.files[0], 1) if configuration.files else None)
        )
        swap, encrypted, seen = self._swap(folder)
        is_locked = configuration.product == "vault" and not vault_configuration.truth(value)
        if is_locked or swap is not None:
            values = {
                "product": configuration.product,
                "mlock_off": vault_configuration.truth(value),
                "swap": swap,
                "encrypted": encrypted,
                "safe": is_locked or swap is False or encrypted is True,
            }
            yield to.setting("memory", "memory", values, place if not seen or place else None)
        else:
            detail = (
                "disable_mlock is on"
                if vault_configuration.truth(value)
                else "the product does not lock its memory, or is not known"
            )
            yield gap(
                self.part,
                CustodySetting,
                reasons.EVIDENCE_MISSING,
                f"{detail}, and nothing tells whether the host swaps",
                say("custody.remedy.host"),
                topic="memory",
                subject=f"{to.prefix}memory",
                is_missing=True,
            )

    def _swap(self, folder: str) -> tuple[bool | None, bool | None, str]:
        for unit in self.found.units.get(folder, ()):
            if unit.says("MemorySwapMax") == "0":
                return False, None, unit.name
        for name, host in self.found.hosts:
            said = host.get("swap")
            if isinstance(said, dict) and isinstance(said.get("on"), bool):
                return said["on"], said.get("encrypted") is True, name
        return None, None, ""

    def _process(self, unit: vault_configuration.Unit, configuration: Configuration | None) -> Iterator[CustodySetting]:
        if not unit.starts:
            return
        self.areas.add("process")
        del configuration
        values = {
            "user": unit.says("User") or "root",
            "core": unit.says("LimitCORE"),
            "no_new_privileges": vault_configuration.truth(unit.says("NoNewPrivileges"))
            or unit.says("NoNewPrivileges").lower() in {"yes", "on"},
            "others": [],
        }
        line = unit.settings.get("execstart", ("", 1))[1]
        yield CustodySetting(
            subject=f"process {unit.name}",
            origin=Origin(part=self.part, file=unit.name, line=line),
            area="process",
            source="unit",
            values=values,
        )

    def _host(self, name: str, host: dict[str, Any]) -> Iterator[CustodySetting]:
        """Read facts of a host: ``custody-host/1``, or the files and processes of ``node-facts/1``."""
        origin = Origin(part=self.part, file=name, line=1)
        label = str(host.get("host") or host.get("node") or name)[:200]
        process = host.get("process")
        service = ""
        if isinstance(process, dict):
            service = str(process.get("user", ""))
            values = {
                "user": service,
                "core": "0"
                if process.get("core_dumps") is False
                else "allowed"
                if process.get("core_dumps") is True
                else "",
                "no_new_privileges": process.get("no_new_privileges") is True,
                "others": [str(each) for each in process.get("other_services", []) if isinstance(each, str)][:50]
                if isinstance(process.get("other_services"), list)
                else [],
            }
            self.areas.add("process")
            yield CustodySetting(
                subject=f"process on {label}", origin=origin, area="process", source="host", values=values
            )
        files = host.get("files")
        for each in files if isinstance(files, list) else []:
            if (
                isinstance(each, dict)
                and isinstance(each.get("path"), str)
                and re.search(r"(?i)vault|bao", each["path"])
            ):
                self.areas.add("writable")
                values = {
                    "mode": str(each.get("mode", "")),
                    "owner": str(each.get("owner", "")),
                    "group": str(each.get("group", "")),
                    "service": service,
                }
                yield CustodySetting(
                    subject=f"{each['path']} on {label}", origin=origin, area="writable", source="host", values=values
                )
        logs = host.get("audit_logs")
        for each in logs if isinstance(logs, list) else []:
            if isinstance(each, dict):
                self.areas.add("audit-kept")
                kept: dict[str, Any] = {key: each.get(key) for key in ("rotated", "remote_copy", "gap_s")}
                yield CustodySetting(
                    subject=f"audit log {each.get('path', '')} on {label}",
                    origin=origin,
                    area="audit-kept",
                    source="host",
                    values=kept,
                )

    def _snapshots(self) -> Iterator[CustodySetting]:
        if not self.found.snapshots:
            return
        self.areas |= {"raft-snapshot", "raft-snapshots"}
        newest = sorted(self.found.snapshots, key=lambda each: each[3])
        for name, found, mode, modified in newest:
            values = {
                "index": found.index,
                "term": found.term,
                "peers": list(found.peers),
                "problems": list(found.problems),
                "sealed": found.is_sealed,
                "size_bytes": found.size_bytes,
                "sha256": found.sha256,
                "sm3": found.sm3,
                "mode": f"{mode:04o}",
                "modified": modified,
            }
            yield CustodySetting(
                subject=f"snapshot {name}",
                origin=Origin(part=self.part, file=name),
                area="raft-snapshot",
                source="file",
                values=values,
            )
        indexes = [(each[3], each[1].index) for each in newest if each[1].index is not None]
        grows = all(later[1] >= earlier[1] for earlier, later in pairwise(indexes))
        values = {"count": len(newest), "newest": newest[-1][3], "newest_name": newest[-1][0], "grows": grows}
        yield CustodySetting(
            subject="raft snapshots", origin=Origin(part=self.part), area="raft-snapshots", source="file", values=values
        )

    def _inventory(self, name: str, inventory: dict[str, Any]) -> Iterator[Fact]:
        self.kinds.add(CustodyKey)
        keys = inventory.get("keys")
        for each in keys if isinstance(keys, list) else []:
            if isinstance(each, dict):
                yield CustodyKey(
                    subject=f"module key {each.get('label', '')}"[:200],
                    origin=Origin(part=self.part, file=name, line=1),
                    store="pkcs11",
                    algorithm=str(each.get("algorithm", "")),
                    is_exportable=each.get("extractable") if isinstance(each.get("extractable"), bool) else None,
                    values={
                        "backup": str(each.get("backup", "")),
                        "module": str(inventory.get("module", "")),
                        "level": inventory.get("level"),
                    },
                )


def _flags(unit: vault_configuration.Unit) -> dict[str, tuple[str, Place]]:
    """Return what flags of a start say as the variables of the same meaning, which they win over."""
    level = _LEVEL.search(unit.starts)
    if not level:
        return {}
    told = (level[1], Place(unit.name, unit.settings["execstart"][1], "unit"))
    return {"BAO_LOG_LEVEL": told, "VAULT_LOG_LEVEL": told}


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _area_of(name: str) -> str:
    """Return the area that a single setting belongs to, empty if no check reads it."""
    areas = {
        "max_lease_ttl": "ttl",
        "log_level": "log-level",
        "ui": "ui",
        "disable_mlock": "memory",
        "plugin_directory": "plugins",
    }
    return areas.get(name, "switch" if name in vault_configuration.SWITCHES else "")
