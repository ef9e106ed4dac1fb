"""Which gate takes effect: the caller's file, that of ``auditor.yaml`` or the usual one, and the user's own Rego."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from auditor.content import policies
from auditor.errors import ConfigError, ensure_known
from auditor.model.digest import sha256
from auditor.model.finding import Severity
from auditor.model.record import GateUse
from auditor.registry import catalogues
from auditor.stages import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.config import Config, GateSection
    from auditor.gate import FrameworkLimit, GatePolicy
    from auditor.model.record import Record
    from auditor.request import Request


def gate_of(request: Request, config: Config | None) -> GateSection | None:
    """Return the gate that takes effect: the caller's file, else that of the configuration."""
    if request.gate is not None:
        from auditor.config import load_gate  # noqa: PLC0415 - as `load`

        return load_gate(request.gate)
    return config.document.gate if config else None


def policy_of(
    said: GateSection, file: Path | None, config: Config | None, *, fail_on: Severity, frameworks: Sequence[str]
) -> GatePolicy:
    """Return a gate as it is asked.

    Args:
        said: As its author wrote it.
        file: Where it stands, if in a file of its own.
        config: Where it stands otherwise.
        fail_on: Least severity that fails the run.
        frameworks: That are assessed; the gate may limit no others.

    Raises:
        ConfigError: It names a stage or framework that there is not, or its Rego cannot be read.
    """
    from auditor.gate import GatePolicy  # noqa: PLC0415

    ensure_known("stage of the gate", said.required_stages, STAGE_NAMES)
    return GatePolicy(
        fail_on=fail_on,
        max_not_assessed=said.max_not_assessed,
        frameworks=_limits(said, frameworks),
        asked_for=frozenset(frameworks),
        new_only=said.new_only,
        sla_days={Severity(name): days for name, days in said.sla_days.items()},
        accept_waived=said.accept_waived,
        required_stages=said.required_stages,
        max_age_days=said.max_age_days,
        rego=_rego(said, file, config),
    )


def usual_gate(fail_on: Severity) -> tuple[str, ...]:
    """Return what `config.gate_in_words` says of a gate that nobody wrote; pydantic is left alone where nobody did."""
    return f"fail_on {fail_on.value}", "max_not_assessed 0"


def use_of(request: Request, config: Config | None, gate: GateSection | None, fail_on: Severity) -> GateUse:
    """Return what the record says of the gate: the one that took effect, and the configuration's that it beat."""
    if gate is None:
        return GateUse(path="", digest="", policy=usual_gate(fail_on))
    from auditor.config import gate_in_words  # noqa: PLC0415 - as `load`

    took = gate_in_words(gate.model_copy(update={"fail_on": fail_on.value}))
    of_configuration = gate_in_words(config.document.gate) if config else ()
    if request.gate:
        return GateUse(
            path=str(request.gate), digest=sha256(request.gate.read_bytes()), policy=took, overruled=of_configuration
        )
    return GateUse(path=str(config.path) if config else "", digest=config.digest if config else "", policy=took)


def regated(record: Record, file: Path) -> Record:
    """Return a record that says of its gate that the one of a file beat it; its answer stays as it is."""
    from auditor.config import gate_in_words, load_gate  # noqa: PLC0415

    before = record.run.gate.policy if record.run.gate else ()
    policy = gate_in_words(load_gate(file))
    use = GateUse(path=str(file), digest=sha256(file.read_bytes()), policy=policy, overruled=before)
    return structs.replace(record, run=structs.replace(record.run, gate=use))


def _rego(gate: GateSection, file: Path | None, config: Config | None) -> str:
    """Return the text of the user's own gate policy, empty if there is none.

    Raises:
        ConfigError: It cannot be read.
    """
    if not gate.rego:
        return ""
    folder = file.parent if file else (config.folder if config else Path())
    try:
        return (folder / gate.rego).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"gate.rego {folder / gate.rego} cannot be read: {error}"
        raise ConfigError(message) from error


def gate_policy(file: Path) -> GatePolicy:
    """Return the gate policy of a file.

    Raises:
        ConfigError: It cannot be read, or something in it is unknown.
    """
    from auditor.config import load_gate  # noqa: PLC0415

    found = load_gate(file)
    made = policy_of(found, file, None, fail_on=Severity(found.fail_on), frameworks=sorted(catalogues()))
    return structs.replace(made, asked_for=frozenset(found.frameworks))


def ask_gate(record: Record, policy: GatePolicy) -> Record:
    """Return the record after the user's own gate policy was asked; the same where there is none."""
    from msgspec.structs import replace as changed  # noqa: PLC0415

    from auditor.errors import ToolError  # noqa: PLC0415
    from auditor.gate import denied, unanswered  # noqa: PLC0415
    from auditor.report.gate_input import document  # noqa: PLC0415
    from auditor.tools.opa import Opa  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    if not policy.rego:
        return record
    opa = Opa(programs=Programs.here(frozenset()), policies=policies())
    try:
        said = opa.evaluate(policy.rego, "gate.rego", document(record), "data.auditor.gate.deny")
    except ToolError as problem:
        return changed(record, gate=unanswered(record.gate, f"{problem.reason}: {problem.detail}"))
    if not isinstance(said, list):
        return changed(record, gate=unanswered(record.gate, "data.auditor.gate.deny is no set"))
    return changed(record, gate=denied(record.gate, sorted(map(str, said))))


def _limits(gate: GateSection, assessed: Sequence[str]) -> dict[str, FrameworkLimit]:
    """Return what the gate tolerates in each framework that it names.

    Raises:
        ConfigError: It names a framework that it does not assess.
    """
    from auditor.gate import FrameworkLimit  # noqa: PLC0415

    limits = gate.frameworks
    ensure_known("framework of the gate", frozenset(limits), assessed)
    return {
        name: FrameworkLimit(max_fail=limit.max_fail, max_not_assessed=limit.max_not_assessed)
        for name, limit in limits.items()
    }
