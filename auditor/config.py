"""``auditor.yaml`` as frozen values; every error names file, line, and the nearest thing that is known."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SIZE_LIMIT_BYTES: Final = 1_000_000
NODE_LIMIT: Final = 20_000
"""Values after aliases are written out; a configuration that needs more is a bomb."""
DEPTH_LIMIT: Final = 32
_LARGE: Final = 2**63
"""Python refuses to spell much larger numbers, and none is meant here."""

Name = Annotated[str, Field(min_length=1, pattern=r"^[^\x00]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title=None)


class System(_Strict):
    """The audited system."""

    name: Name
    level: Annotated[int, Field(ge=1, le=5, description="等保 level")] | None = None
    owner: Name | None = None


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


class CustodyTarget(_Strict):
    """A Vault or OpenBao, a file of it, or records of ceremonies."""

    address: Name | None = None
    token_env: Name | None = None
    ca: Name | None = None
    records: Name | None = None
    file: Name | None = None


class LineageTarget(_Strict):
    """Where lineage is declared and where it was seen."""

    inventory: Name | None = None
    events: Name | None = None
    traces: dict[str, Any] | None = None
    trace_ids: Name | None = None
    dbt: Name | None = None
    sql: Name | None = None


class AuditlogTarget(_Strict):
    """What must be logged and where the logs lie."""

    inventory: Name | None = None
    logs: Name | None = None
    format: Name | None = None
    anchor: Name | None = None


class Targets(_Strict):
    """What to look at, by kind."""

    code: tuple[Name, ...] = ()
    image: tuple[Name, ...] = ()
    sbom: tuple[Name, ...] = ()
    kubernetes: tuple[Name | KubernetesTarget, ...] = ()
    node: tuple[Name, ...] = ()
    tls: tuple[Name | TlsTarget, ...] = ()
    custody: tuple[Name | CustodyTarget, ...] = ()
    lineage: tuple[Name | LineageTarget, ...] = ()
    auditlog: tuple[Name | AuditlogTarget, ...] = ()


SeverityName = Literal["critical", "high", "medium", "low", "info"]


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


class GatePolicy(_Strict):
    """What may pass."""

    fail_on: SeverityName = "low"
    max_not_assessed: Annotated[int, Field(ge=0)] = 0
    frameworks: dict[str, FrameworkGate] = {}


class Document(_Strict):
    """``auditor.yaml`` as its author writes it; the source of the published schema."""

    system: System
    targets: Targets
    join: Annotated[
        tuple[Annotated[tuple[Name, ...], Field(min_length=2)], ...],
        Field(description="targets (kind=where) that are parts of one system; each other one is a system of its own"),
    ] = ()
    frameworks: tuple[Name, ...] = ()
    gate: GatePolicy = GatePolicy()
    waivers: Name | None = None
    answers: Name | None = None
    opa: OpaServer | None = None
    engine: Engine = Engine()
    policies: Annotated[tuple[Name, ...], Field(description="folders with Rego checks of your own")] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration and the folder that its paths start from.

    Attributes:
        document: What its author wrote.
        folder: Folder of the file.
    """

    document: Document
    folder: Path

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


def load(path: Path) -> Config:
    """Read a configuration.

    Raises:
        ConfigError: It cannot be read, is no YAML, is a bomb, or holds something unknown or of a wrong type.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"{path} is larger than {SIZE_LIMIT_BYTES:,} bytes: this is no auditor.yaml"
        raise ConfigError(message)
    value, lines = _Reader(path).read(data)
    if not isinstance(value, dict):
        message = f"{path}:1: expected a mapping with system and targets; `auditor init` writes one"
        raise ConfigError(message)
    try:
        document = Document.model_validate_json(_as_json(value))
    except ValidationError as error:
        raise ConfigError("\n".join(_explained(path, error, lines))) from error
    return Config(document, path.parent)


def _as_json(value: object) -> str:
    """Return JSON, on which pydantic's strict mode takes lists for tuples but never text for numbers."""
    import json  # noqa: PLC0415

    return json.dumps(value)


class _Reader:
    """Builds values from YAML nodes within bounds, and remembers the line of each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        self._lines: dict[tuple[object, ...], int] = {}

    def read(self, data: bytes) -> tuple[object, Mapping[tuple[object, ...], int]]:
        """Return the value, and the line of each place in it."""
        try:
            self._check_depth(data)
            node = yaml.compose(data, Loader=yaml.CSafeLoader)
            value = self._value(node, (), 0) if node is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            message = f"{self._path}:{line}: not YAML: {error.problem or error.context}"
            raise ConfigError(message) from error
        except (yaml.YAMLError, RecursionError, UnicodeError) as error:
            message = f"{self._path}: not YAML: {str(error).splitlines()[0]}"
            raise ConfigError(message) from error
        return value, self._lines

    def _check_depth(self, data: bytes) -> None:
        """Refuse deep nesting before anything recurses: libyaml's composer would overflow the stack of the process."""
        depth = 0
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH_LIMIT:
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    message = f"{self._path}:{line}: nested more than {DEPTH_LIMIT} deep"
                    raise ConfigError(message)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1

    def _value(self, node: yaml.Node, place: tuple[object, ...], depth: int) -> object:
        line = node.start_mark.line + 1
        self._lines[place] = line
        self._count += 1
        if self._count > NODE_LIMIT:
            message = f"{self._path}:{line}: more than {NODE_LIMIT:,} values once aliases are written out"
            raise ConfigError(message)
        if depth > DEPTH_LIMIT:
            message = f"{self._path}:{line}: nested more than {DEPTH_LIMIT} deep (an alias that holds itself?)"
            raise ConfigError(message)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(inner, (*place, index), depth + 1) for index, inner in enumerate(node.value)]
        return _scalar(node, self._path)

    def _mapping(self, node: yaml.MappingNode, place: tuple[object, ...], depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                message = f"{self._path}:{line}: keys are plain words here"
                raise ConfigError(message)
            if key in found:
                message = f"{self._path}:{line}: key {key!r} stands here twice"
                raise ConfigError(message)
            found[key] = self._value(value_node, (*place, key), depth + 1)
            self._lines[(*place, key)] = line
        return found


def _scalar(node: yaml.Node, path: Path) -> object:
    constructor = yaml.constructor.SafeConstructor()
    try:
        value = constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        message = f"{path}:{node.start_mark.line + 1}: {node.value!r} cannot be read: {str(error).splitlines()[0]}"
        raise ConfigError(message) from error
    is_plain = isinstance(value, str | int | float | bool | None)
    is_small = not isinstance(value, int) or abs(value) < _LARGE
    return value if is_plain and is_small else str(node.value)


def _explained(path: Path, error: ValidationError, lines: Mapping[tuple[object, ...], int]) -> Iterator[str]:
    """Yield one line for each thing that is wrong, at its place in the file."""
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
            known = _known_keys(place[:-1])
            near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
            yield f"{path}:{line}: unknown key {name!r}: {hint}"
        elif problem["type"] == "missing":
            yield f"{path}:{line}: {name!r} is missing"
        else:
            yield f"{path}:{line}: {name!r}: {problem['msg'].lower()}"


def _is_type_name(step: object) -> bool:
    """Tell whether a step of pydantic's path is the name of a member of a union and stands in no file."""
    return isinstance(step, str) and (step in {"str", "constrained-str", "function-after"} or step.endswith("System"))


def _known_keys(place: tuple[object, ...]) -> list[str]:
    model: type[BaseModel] = Document
    inner: dict[str, type[BaseModel]] = {
        "system": System,
        "targets": Targets,
        "gate": GatePolicy,
        "opa": OpaServer,
        "engine": Engine,
    }
    of_target: dict[object, type[BaseModel]] = {
        "kubernetes": KubernetesTarget,
        "tls": TlsTarget,
        "custody": CustodyTarget,
        "lineage": LineageTarget,
        "auditlog": AuditlogTarget,
    }
    match place:
        case ():
            pass
        case ("targets", kind, *_rest) if kind in of_target:
            model = of_target[kind]
        case ("gate", "frameworks", *_rest):
            model = FrameworkGate
        case (first, *_rest):
            model = inner.get(str(first), Document)
    return list(model.model_fields)
