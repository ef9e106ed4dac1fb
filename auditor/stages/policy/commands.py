"""``auditor policies``: Rego checks of the user's own."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated

import typer

from auditor.command import Lang, check_language, group, refuse, safe, telling
from auditor.stages.policy.texts import say

told = telling(say)


def add_to(app: typer.Typer) -> None:
    """Add ``auditor policies``."""
    about_policies = group(app, "policies", told("help.policies"))
    about_policies.callback()(lambda: None)
    about_policies.command("test", help=told("help.policies.test"))(policies_test)


def policies_test(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=told("help.policies.folder"))],
    *,
    lang: Lang = "",
) -> None:
    """Check a folder of policies and run its tests."""
    from auditor.content import policies  # noqa: PLC0415
    from auditor.errors import ToolError  # noqa: PLC0415
    from auditor.stages.policy.testing import tested  # noqa: PLC0415
    from auditor.tools.opa import Opa  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    check_language(lang)
    if folder.resolve().is_relative_to(policies().resolve()):
        refuse(told("policies.built_in", folder=folder))
    try:
        done = tested(folder, Opa(programs=Programs.here(), policies=policies()))
    except ToolError as error:
        refuse(str(error))
    for line in (*done.errors, *done.failed):
        typer.echo(safe(line), err=True)
    counts = {"passed": len(done.passed), "failed": len(done.failed), "errors": len(done.errors)}
    typer.echo(told("policies.tested", **counts), err=True)
    raise typer.Exit(0 if done.is_good else 1)
