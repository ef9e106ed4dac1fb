"""``auditor.yaml`` as frozen values; every error names file, line, and the nearest thing that is known."""

from __future__ import annotations

import difflib
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.formats.bounded_yaml import read_yaml
from auditor.model.digest import sha256
from auditor.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SIZE_LIMIT_BYTES: Final = 1_000_000

Name = Annotated[str, Field(min_length=1, pattern=r"^[^\x00]+$")]


SeverityName = Literal["critical", "high", "medium", "low", "info"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title=None)


class System(_Strict):
    """The audited system."""

    name: Name
    level: Annotated[int, Field(ge=1, le=5, description="等保 level")] | None = None
    owner: Name | None = None


class CodeTarget(_Strict):
    """A source tree and how it is read; all of it is listed in the report."""

    where: Name
    tests: Literal["judge", "lower", "skip"] | None = None
    """What is found in tests and examples: judged like the rest, lowered (the default), or left out."""
    exclude: tuple[Name, ...] = ()
    severities: dict[Name, SeverityName] | None = None
    history: bool | None = None
    """The history of the repository: nothing searches it for secrets yet, so true is a gap that closes the gate; false
    says that somebody else does so, and the report lists it."""


class KubernetesTarget(_Strict):
    """Manifests, a chart, a snapshot or a context, with what rendering needs."""

    where: Name
    namespace: Name | None = None
    release: Name | None = None
    values: tuple[Name, ...] = ()
    kube_version: Name | None = None
    api_versions: tuple[Name, ...] = ()
    benchmark: Name | None = None
    parameters: dict[str, Any] | None = None
    certificates: bool | None = None
    """Of a context: read the certificates of TLS Secrets (the default), or no data of any of them."""


class TlsTarget(_Strict):
    """An endpoint and what is expected of it."""

    endpoint: Name
    profile: Name = "mixed"
    trust: tuple[Name, ...] = ()
    server_name: Name | None = None
    crl: tuple[Name, ...] = ()
    client: dict[str, Any] | None = None
    starttls: Literal["", "smtp", "imap", "pop3", "ldap", "postgresql", "mysql"] | None = None
    proxy: Annotated[str, Field(pattern=r"^.+:[0-9]{1,5}$")] | None = None
    deadline_s: Annotated[float, Field(gt=0, le=600)] | None = None
    intrusive: bool | None = None
    try_passwords: bool | None = None
    allowed_anchors: tuple[Name, ...] | None = None
    on_disk: tuple[Name, ...] = ()
    product_certificates: tuple[dict[str, Any], ...] = ()


class CustodyTarget(_Strict):
    """A Vault or OpenBao, a file of it, or records of ceremonies."""

    address: Name | None = None
    token_env: Name | None = None
    token_file: Name | None = None
    ca: Name | None = None
    namespace: Name | None = None
    records: Name | None = None
    file: Name | None = None
    air_gapped: Annotated[bool, Field(description="nothing outside may be talked to (the default)")] | None = None
    sm: Annotated[bool, Field(description="commercial cryptography is demanded")] | None = None
    module: Annotated[bool, Field(description="the seal has to be a cryptographic module")] | None = None
    tlcp_gateway: Name | None = None
    inside: Annotated[tuple[Name, ...], Field(description="hosts, endings and networks that count as inside")] = ()
    ui: Annotated[bool, Field(description="the web interface may be on")] | None = None
    client_certificates: bool | None = None
    namespaces: tuple[Name, ...] = ()
    quorum: Annotated[int, Field(ge=1, le=255)] | None = None
    algorithms: tuple[Literal["SM2-SM3", "Ed25519", "ECDSA-SHA256", "RSA-SHA256"], ...] = ()
    roots: Annotated[tuple[Name, ...], Field(description="certificates that ceremony records chain to")] = ()


class ImageTarget(_Strict):
    """An image and what is expected of it."""

    where: Name
    platform: Annotated[Name, Field(description="judge only this platform: linux/arm64")] | None = None
    keys: Annotated[tuple[Name, ...], Field(description="public keys that signatures are verified with")] = ()
    signed: Annotated[bool, Field(description="an image without a signature fails")] | None = None
    trusted_base: Annotated[
        tuple[Name, ...],
        Field(description="digests of base images, or chains of uncompressed layers with blanks between, bottom first"),
    ] = ()


class SbomTarget(_Strict):
    """An SBOM and what is expected of it."""

    where: Name
    keys: Annotated[tuple[Name, ...], Field(description="public keys that signatures are verified with")] = ()
    signed: Annotated[bool, Field(description="an SBOM without a signature fails")] | None = None
    profiles: tuple[Literal["ntia-2021", "cisa-2025", "bsi-tr-03183-2"], ...] = ()
    licences: Annotated[Name, Field(description="file with a licence policy of your own")] | None = None
    vex: Annotated[tuple[Name, ...], Field(description="VEX documents about it")] = ()


class LineageTraces(_Strict):
    """Where traces lie and how they are written; the format is found out where nobody says it."""

    path: Name
    format: Literal["otlp", "langfuse"] | None = None


class LineageTarget(_Strict):
    """Where lineage is declared and where it was seen."""

    inventory: Name | None = None
    events: Name | None = None
    traces: LineageTraces | Name | None = None
    trace_ids: Name | None = None
    dbt: Name | None = None
    sql: Name | None = None
    catalogue: Annotated[Name, Field(description="columns of databases, as information_schema has them")] | None = None
    dialect: Annotated[Name, Field(description="engine of the SQL: postgres, oracle, 达梦 …")] | None = None


class AuditlogTarget(_Strict):
    """What must be logged and where the logs lie."""

    inventory: Name | None = None
    logs: Name | None = None
    format: Name | None = None
    anchor: Name | None = None


class Targets(_Strict):
    """What to look at, by kind."""

    code: tuple[Name | CodeTarget, ...] = ()
    image: tuple[Name | ImageTarget, ...] = ()
    sbom: tuple[Name | SbomTarget, ...] = ()
    kubernetes: tuple[Name | KubernetesTarget, ...] = ()
    node: tuple[Name, ...] = ()
    tls: tuple[Name | TlsTarget, ...] = ()
    custody: tuple[Name | CustodyTarget, ...] = ()
    lineage: tuple[Name | LineageTarget, ...] = ()
    auditlog: tuple[Name | AuditlogTarget, ...] = ()


MODELS: Final[dict[object, type[_Strict]]] = {
    "code": CodeTarget,
    "image": ImageTarget,
    "sbom": SbomTarget,
    "kubernetes": KubernetesTarget,
    "tls": TlsTarget,
    "custody": CustodyTarget,
    "lineage": LineageTarget,
    "auditlog": AuditlogTarget,
}
"""What a target of each kind may say besides where it is."""


class OpaServer(_Strict):
    """An OPA server of the user's, asked in place of one of our own."""

    host: Name
    port: Annotated[int, Field(ge=1, le=65535)]
    token_env: Name | None = None
    tls: bool = True


class SparkMaster(_Strict):
    """A Spark that counts logs and lineage which outgrow one machine."""

    master: Annotated[str, Field(min_length=1, pattern=r"^(local(\[(\d+|\*)\])?|spark://\S+|yarn|k8s://\S+)$")]
    settings: dict[str, str] = {}


class Engine(_Strict):
    """What counts large logs; DuckDB on this machine where nothing is said."""

    spark: SparkMaster | None = None


class FrameworkGate(_Strict):
    """What the gate tolerates in one framework."""

    max_fail: Annotated[int, Field(ge=0)] | None = None
    max_not_assessed: Annotated[int, Field(ge=0)] | None = None


class GateSection(_Strict):
    """What may pass."""

    fail_on: SeverityName = "low"
    max_not_assessed: Annotated[int, Field(ge=0)] = 0
    frameworks: dict[str, FrameworkGate] = {}
    accept_waived: bool = True
    new_only: Annotated[
        bool, Field(description="what the run of --new-since had already does not count; false: it counts all the same")
    ] = True
    sla_days: Annotated[
        dict[SeverityName, Annotated[int, Field(ge=0)]],
        Field(description="days after which a failure that is not new counts all the same, by severity"),
    ] = {}
    required_stages: tuple[Name, ...] = ()
    max_age_days: Annotated[int, Field(ge=0)] | None = None
    rego: Annotated[Name | None, Field(description="package auditor.gate with a set deny, asked by OPA")] = None


class Document(_Strict):
    """``auditor.yaml`` as its author writes it; the source of the published schema."""

    system: System
    targets: Targets
    join: Annotated[
        tuple[Annotated[tuple[Name, ...], Field(min_length=2)], ...],
        Field(description="targets (kind=where) that are parts of one system; each other one is a system of its own"),
    ] = ()
    frameworks: tuple[Name, ...] = ()
    gate: GateSection = GateSection()
    waivers: Name | None = None
    answers: Name | None = None
    claims: Name | None = None
    parameters: Annotated[
        dict[str, dict[str, int | float | str]],
        Field(description="thresholds by framework; one that is looser than a clause's fails the clause"),
    ] = {}
    opa: OpaServer | None = None
    engine: Engine | None = None
    policies: Annotated[tuple[Name, ...], Field(description="folders with Rego checks of your own")] = ()
    formats: Annotated[
        tuple[Name, ...],
        Field(description="reports that every run writes besides the usual five: xlsx, docx.zh, oscal …"),
    ] = ()


class Trust(StrEnum):
    """How a configuration came to be read."""

    NAMED = "named"
    TRUSTED = "trusted"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration and the folder that its paths start from.

    Attributes:
        document: What its author wrote.
        folder: Folder of the file.
        path: The file.
        digest: SHA-256 of its bytes.
        trust: Named by the caller, trusted by the caller, or merely found.
    """

    document: Document
    folder: Path
    path: Path = Path("auditor.yaml")
    digest: str = ""
    trust: Trust = Trust.NAMED

    @property
    def fail_on(self) -> Severity:
        """Least severity that fails the run."""
        return Severity(self.document.gate.fail_on)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``auditor.yaml``."""
    made = Document.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "auditor.yaml"
    return made


def load(path: Path, trust: Trust = Trust.NAMED) -> Config:
    """Read a configuration.

    Args:
        path: Its file.
        trust: How the caller came to it; `auditor.trust` holds it to that.

    Raises:
        ConfigError: It cannot be read, is no YAML, is a bomb, or holds something unknown or of a wrong type.
    """
    data = _bytes_of(path)
    value, lines = read_yaml(path, data)
    if not isinstance(value, dict):
        message = f"{path}:1: expected a mapping with system and targets; `auditor init` writes one"
        raise ConfigError(message)
    try:
        document = Document.model_validate_json(_as_json(value))
    except ValidationError as error:
        raise ConfigError("\n".join(_explained(path, error, lines))) from error
    if document.opa and not document.opa.tls and not _is_loopback(document.opa.host):
        line = lines.get(("opa",), 1)
        message = f"{path}:{line}: opa.tls: false is for a server of this machine only, not for {document.opa.host!r}"
        raise ConfigError(message)
    return Config(document, path.parent, path, sha256(data), trust)


def gate_in_words(gate: GateSection) -> tuple[str, ...]:
    """Return every rule of a gate policy that says something, as ``name value``, sorted: what a record shows of it."""
    usual = GateSection()
    said = {name: value for name, value in gate if name != "frameworks" and value != getattr(usual, name)}
    said |= {"fail_on": gate.fail_on, "max_not_assessed": gate.max_not_assessed}
    words = [f"{name} {_in_words(value)}" for name, value in said.items()]
    words += [
        f"frameworks.{name}.{key} {value}"
        for name, limit in gate.frameworks.items()
        for key, value in limit
        if value is not None
    ]
    return tuple(sorted(words))


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in sorted(value.items()))
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def load_gate(path: Path) -> GateSection:
    """Read a gate policy: what stands under ``gate`` in ``auditor.yaml``, in a file of its own or under that key.

    Raises:
        ConfigError: As for `load`.
    """
    value, lines = read_yaml(path, _bytes_of(path))
    inner = value.get("gate", value) if isinstance(value, dict) else value
    if not isinstance(inner, dict):
        message = f"{path}:1: expected a mapping with fail_on, max_not_assessed, frameworks"
        raise ConfigError(message)
    try:
        return GateSection.model_validate_json(_as_json(inner))
    except ValidationError as error:
        raise ConfigError("\n".join(_explained(path, error, lines, ("gate",)))) from error


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"{path} is larger than {SIZE_LIMIT_BYTES:,} bytes: this is no auditor.yaml"
        raise ConfigError(message)
    return data


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _as_json(value: object) -> str:
    """Return JSON, on which pydantic's strict mode takes lists for tuples but never text for numbers."""
    import json  # noqa: PLC0415

    return json.dumps(value)


def _explained(
    path: Path,
    error: ValidationError,
    lines: Mapping[tuple[object, ...], int],
    base: tuple[object, ...] = (),
) -> Iterator[str]:
    """Yield one line for each thing that is wrong, at its place in the file.

    Args:
        path: Of the file.
        error: What pydantic says.
        lines: Line of each place.
        base: Where in ``auditor.yaml`` the file stands, for the names that are known there.
    """
    problems = error.errors(include_url=False)
    inside = {
        problem["loc"][:index]
        for problem in problems
        for index, step in enumerate(problem["loc"])
        if _is_type_name(step)
    }
    for problem in problems:
        if problem["type"] == "string_type" and isinstance(problem["input"], dict) and problem["loc"][:-1] in inside:
            continue  # a mapping where a text would do as well: what is wrong in the mapping is said by itself
        place = tuple(step for step in problem["loc"] if not _is_type_name(step))
        line = next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 1)
        name = ".".join(map(str, place))
        if problem["type"] == "extra_forbidden":
            known = _known_keys((*base, *place[:-1]))
            near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
            yield f"{path}:{line}: unknown key {name!r}: {hint}"
        elif problem["type"] == "missing":
            yield f"{path}:{line}: {name!r} is missing"
        else:
            yield f"{path}:{line}: {name!r}: {problem['msg'].lower()}"


def _is_type_name(step: object) -> bool:
    """Tell whether a step of pydantic's path is the name of a member of a union and stands in no file."""
    return isinstance(step, str) and (step in {"str", "constrained-str", "function-after"} or step.endswith("Target"))


def _known_keys(place: tuple[object, ...]) -> list[str]:
    model: type[BaseModel] = Document
    inner: dict[str, type[BaseModel]] = {
        "system": System,
        "targets": Targets,
        "gate": GateSection,
        "opa": OpaServer,
        "engine": Engine,
    }
    match place:
        case ():
            pass
        case ("targets", kind, *_rest) if kind in MODELS:
            model = MODELS[kind]
        case ("gate", "frameworks", *_rest):
            model = FrameworkGate
        case (first, *_rest):
            model = inner.get(str(first), Document)
    return list(model.model_fields)
