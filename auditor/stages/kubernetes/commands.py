"""``auditor collect cluster`` and ``node``: snapshots that can be carried out of a zone and audited elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from auditor.command import NOT_ASSESSED, Lang, check_language, group, refuse, telling
from auditor.model.text import reason_text
from auditor.stages.kubernetes.texts import say

told = telling(say)


def collect_cluster(app: typer.Typer) -> None:
    """Add the collector of clusters."""
    group(app, "collect", told("help.collect")).command("cluster", help=told("help.collect.cluster"))(cluster)


def collect_node(app: typer.Typer) -> None:
    """Add the collector of nodes."""
    group(app, "collect", told("help.collect")).command("node", help=told("help.collect.node"))(node)


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

    from auditor.errors import ToolError  # noqa: PLC0415
    from auditor.stages.kubernetes.collecting import cluster as collecting  # noqa: PLC0415
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
    from auditor.stages.kubernetes.collecting import cluster as collecting  # noqa: PLC0415
    from auditor.stages.kubernetes.collecting import node_collector  # noqa: PLC0415

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
