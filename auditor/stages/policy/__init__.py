"""Asks OPA about facts of other stages."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from auditor.stage import Commands, StageDefinition

DOMAINS: Final = ("kubernetes",)
"""Stages whose facts rules are asked about: each has a package ``questions``, and its rules in ``policies/<name>``."""

STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset(kind for name in DOMAINS for kind in import_module(f"auditor.stages.{name}").STAGE.part_kinds),
    checks="checks:built_in_checks",
    own_rules="users",
    concluded=frozenset({"PolicyResult"}),
    commands=(Commands(word="policies", add="commands:add_to", precedence=40),),
    replays=True,
)
