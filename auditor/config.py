"""``auditor.yaml`` as frozen values; every error names file, line, and the nearest thing that is known."""

from __future__ import annotations

import difflib
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError, create_model

from auditor.errors import ConfigError
from auditor.formats.bounded_yaml import read_yaml
from auditor.model.digest import sha256
from auditor.model.finding import Severity
from auditor.stages import target_kinds
from auditor.target import Name, SeverityName, Strict, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

SIZE_LIMIT_BYTES: Final = 1_000_000


class System(Strict):
    """The audited system."""

    name: Name
    level: Annotated[int, Field(ge=1, le=5, description="等保 level")] | None = None
    owner: Name | None = None


MODELS: Final[Mapping[str, type[Target]]] = {
    name: resolve_name(kind.model) for name, kind in target_kinds().items() if kind.model
}
"""What a target of each kind may say besides where it is."""


def _targets() -> type[Strict]:
    """Return the model of ``targets``: of each kind a list of places, or of mappings that say more."""
    fields: dict[str, Any] = {}
    for name in target_kinds():
        entry = Name | MODELS[name] if name in MODELS else Name
        fields[name] = (tuple[entry, ...], ())  # type: ignore[valid-type]
    made: type[Strict] = create_model("Targets", __base__=Strict, __doc__="What to look at, by kind.", **fields)
    return made


if TYPE_CHECKING:

    class Targets(Strict):
        """What to look at, by kind: a field for each."""

        def __getattr__(self, name: str) -> tuple[Any, ...]:
            """Return the targets of a kind."""

else:
    Targets = _targets()


class OpaServer(Strict):
    """An OPA server of the user's, asked in place of one of our own."""

    host: Name
    port: Annotated[int, Field(ge=1, le=65535)]
    token_env: Name | None = None
    tls: bool = True


class SparkMaster(Strict):
    """A Spark that counts logs and lineage which outgrow one machine."""

    master: Annotated[str, Field(min_length=1, pattern=r"^(local(\[(\d+|\*)\])?|spark://\S+|yarn|k8s://\S+)$")]
    settings: dict[str, str] = {}


class Engine(Strict):
    """What counts large logs; DuckDB on this machine where nothing is said."""

    spark: SparkMaster | None = None


class FrameworkGate(Strict):
    """What the gate tolerates in one framework."""

    max_fail: Annotated[int, Field(ge=0)] | None = None
    max_not_assessed: Annotated[int, Field(ge=0)] | None = None


class GateSection(Strict):
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


class Document(Strict):
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
            yield f"{path}:{line}: {name!r} {_wrong(problem)}"


_NO_SUCH: Final = {
    "bool": "is neither true nor false",
    "int": "is no whole number",
    "float": "is no number",
    "finite": "is no number",
    "string": "is no text",
    "dict": "is no mapping",
    "mapping": "is no mapping",
    "model": "is no mapping",
    "list": "is no list",
    "tuple": "is no list",
}
"""What is wrong where a value is of another type, by the beginning of pydantic's name of the error."""


_OUT_OF_BOUNDS: Final = {
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "literal_error": "is none of {expected}",
    "string_pattern_mismatch": "does not have the form {pattern}",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "too_short": "has {actual_length} entries of at least {min_length}",
    "too_long": "has {actual_length} entries of at most {max_length}",
}
"""What is wrong with a value of the right type, by pydantic's name of the error."""


def _wrong(problem: ErrorDetails) -> str:
    """Return what is wrong with a value, without the value: it may be a secret."""
    kind = problem["type"]
    if kind == "string_too_short" and problem["ctx"]["min_length"] == 1:
        return "is empty"
    told = _NO_SUCH.get(kind.partition("_")[0], f"is not accepted: {problem['msg']}")
    return _OUT_OF_BOUNDS[kind].format_map(problem["ctx"]) if kind in _OUT_OF_BOUNDS else told


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
            model = MODELS[str(kind)]
        case ("gate", "frameworks", *_rest):
            model = FrameworkGate
        case (first, *_rest):
            model = inner.get(str(first), Document)
    return list(model.model_fields)
