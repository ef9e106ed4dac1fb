"""``auditor collect``: snapshots that can be carried out of a zone and audited elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from auditor.cli.words import Lang, check_language, refuse, told
from auditor.model.text import reason_text

NOT_ASSESSED: Final = 3


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    collect = typer.Typer(help=told("help.collect"), no_args_is_help=True)
    collect.command("cluster", help=told("help.collect.cluster"))(cluster)
    collect.command("vault", help=told("help.collect.vault"))(vault)
    collect.command("node", help=told("help.collect.node"))(node)
    app.add_typer(collect, name="collect")


def cluster(
    *,
    context: Annotated[str, typer.Option("--context", help=told("help.collect.context"), metavar="NAME")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=told("help.collect.output"), metavar="FILE")
    ] = None,
    certificates: Annotated[
        bool, typer.Option("--certificates/--no-certificates", help=told("help.collect.certificates"))
    ] = True,
    print_rbac: Annotated[bool, typer.Option("--print-rbac", help=told("help.collect.rbac"))] = False,
    lang: Lang = "",
) -> None:
    """Write a snapshot of a cluster."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.collect import cluster as collecting  # noqa: PLC0415
    from auditor.errors import ToolError  # noqa: PLC0415
    from auditor.tools.kube import KubeApi  # noqa: PLC0415

    check_language(lang)
    if print_rbac:
        typer.echo(collecting.role(), nl=False)
        return
    if output is None:
        refuse(told("collect.no_output"))
    try:
        reading = collecting.collect(KubeApi(context), output, datetime.now(UTC), with_certificates=certificates)
    except ToolError as error:
        refuse(told("collect.failed", reason=reason_text(error.reason), detail=error.detail))
    except OSError as error:
        refuse(told("collect.not_written", path=output, problem=error.strerror))
    if not reading.objects:
        problem = reading.refusals[0]
        typer.echo(told("collect.failed", reason=reason_text(problem.reason), detail=problem.detail), err=True)
        raise typer.Exit(NOT_ASSESSED)
    typer.echo(told("collect.cluster_written", path=output, refused=len(reading.refusals)), err=True)
    for refusal in reading.refusals:
        typer.echo(f"  {refusal}", err=True)


def node(
    *,
    output: Annotated[str, typer.Option("--output", "-o", help=told("help.collect.output"), metavar="FILE")] = "-",
    root: Annotated[str, typer.Option("--root", help=told("help.collect.root"), metavar="DIR")] = "/",
    name: Annotated[str, typer.Option("--node", help=told("help.collect.node_name"), metavar="NAME")] = "",
    print_script: Annotated[bool, typer.Option("--print-script", help=told("help.collect.script"))] = False,
    print_manifest: Annotated[bool, typer.Option("--print-manifest", help=told("help.collect.manifest"))] = False,
    lang: Lang = "",
) -> None:
    """Write the facts of this node."""
    from auditor.collect import cluster as collecting  # noqa: PLC0415
    from auditor.collect import node_collector  # noqa: PLC0415

    check_language(lang)
    if print_manifest:
        typer.echo(collecting.node_manifest(name), nl=False)
        return
    if print_script:
        typer.echo(Path(node_collector.__file__).read_text("utf-8"), nl=False)
        return
    try:
        sys.exit(node_collector.main([f"--root={root}", f"--node={name}", f"--output={output}"]))
    except OSError as error:
        refuse(told("collect.not_written", path=output, problem=error.strerror))


def vault(
    *,
    address: Annotated[str, typer.Argument(metavar="[ADDRESS]", help=told("help.collect.address"))] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=told("help.collect.output"), metavar="FILE")
    ] = None,
    token_env: Annotated[str, typer.Option("--token-env", help=told("help.token_env"), metavar="NAME")] = "",
    token_file: Annotated[str, typer.Option("--token-file", help=told("help.token_file"), metavar="FILE")] = "",
    print_policy: Annotated[bool, typer.Option("--print-policy", help=told("help.collect.policy"))] = False,
    lang: Lang = "",
) -> None:
    """Write a snapshot of a Vault or OpenBao."""
    import os  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.collect import vault as collecting  # noqa: PLC0415
    from auditor.stages.custody import reading  # noqa: PLC0415

    check_language(lang)
    if print_policy:
        typer.echo(reading.policy(), nl=False)
        return
    where = address or os.environ.get("VAULT_ADDR", "") or os.environ.get("BAO_ADDR", "")
    if not where.startswith(("https://", "http://")):
        refuse(told("collect.no_address"))
    if output is None:
        refuse(told("collect.no_output"))
    from auditor.tools.vault import at  # noqa: PLC0415

    try:
        found = collecting.collect(at(where, token_env, token_file), output, datetime.now(UTC), _told)
    except OSError as error:
        refuse(told("collect.not_written", path=output, problem=error.strerror))
    if found.problem:
        typer.echo(told("collect.vault_failed", reason=reason_text(found.problem), detail=found.detail), err=True)
        raise typer.Exit(NOT_ASSESSED)
    lost = collecting.refused(found)
    typer.echo(told("collect.vault_written", path=output, refused=len(lost)), err=True)
    for each in lost[:50]:
        typer.echo(f"  {each}", err=True)


def _told(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{what}: {done}/{total}   ", err=True, nl=done == total)
