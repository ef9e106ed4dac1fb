"""What the user asked for on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from auditor.model.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for on the command line.

    Attributes:
        targets: Arguments, byte for byte.
        config: Configuration file; None to look for ``auditor.yaml`` where no target is given.
        only: Stages to run; empty for all.
        skip: Stages not to run.
        select: Ids of checks to run, or what they begin with; empty for all.
        ignore: Ids of checks not to run, or what they begin with.
        frameworks: Frameworks to assess, added to those of the configuration.
        fail_on: Threshold; None for the configuration's.
        is_cached: Use earlier observations.
        allowed_tools: Programs to run although they would be refused.
        limit_s: Wall limit of a stage on a target.
        arguments: Whole command line, for the record.
        trusts_config: A configuration that is found counts as one that is named.
        gate: Gate policy that beats the configuration's.
        adds_to_config: The targets are audited beside those of the configuration, not in their place.
        token_env: Variable that holds the token of a key store.
        options: Options of targets named on the command line, by kind of target: they win over ``auditor.yaml``.
        files: Files of the working folder, in place of targets: only these are read.
    """

    targets: tuple[str, ...] = ()
    config: Path | None = None
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    frameworks: tuple[str, ...] = ()
    fail_on: Severity | None = None
    is_cached: bool = True
    allowed_tools: frozenset[str] = frozenset()
    limit_s: float = 3600.0
    arguments: tuple[str, ...] = ()
    trusts_config: bool = False
    gate: Path | None = None
    adds_to_config: bool = False
    token_env: str = ""
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
