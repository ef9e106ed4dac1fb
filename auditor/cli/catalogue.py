"""``auditor checks``, ``frameworks``, ``explain``, ``schema``: what is known, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.words import LANGUAGE, Lang, check_language, refuse, told

if TYPE_CHECKING:
    from auditor.check import Check


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=told("help.checks"))(checks)
    app.command(help=told("help.explain"))(explain)
    app.command(help=told("help.schema"))(schema)
    about_frameworks = typer.Typer(help=told("help.frameworks"), invoke_without_command=True)
    about_frameworks.callback()(frameworks)
    about_frameworks.command("show", help=told("help.frameworks.show"))(frameworks_show)
    app.add_typer(about_frameworks, name="frameworks")


def checks(
    *,
    stage: Annotated[str | None, typer.Option("--stage", help=told("help.checks.stage"), metavar="STAGE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> None:
    """List the checks."""
    from auditor import plan  # noqa: PLC0415

    check_language(lang)
    found = [check for check in plan.all_checks() if stage in {None, check.stage}]
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps([_check_row(check) for check in found], ensure_ascii=False, indent=1))
        return
    for check in found:
        typer.echo(f"{check.id:58} {check.severity.value:9} {check.title.to(LANGUAGE)}")
    typer.echo(told("checks.count", count=len(found)), err=True)


def _check_row(check: Check) -> dict[str, object]:
    return {
        "id": check.id,
        "stage": check.stage,
        "severity": check.severity.value,
        "confidence": check.confidence.value,
        "title": {"en": check.title.en, "zh": check.title.zh},
        "cwe": list(check.cwe),
        "controls": {name: list(ids) for name, ids in check.controls.items()},
        "aliases": list(check.aliases),
    }


def frameworks(context: typer.Context, *, lang: Lang = "") -> None:
    """List the frameworks."""
    from auditor import plan  # noqa: PLC0415

    check_language(lang)
    if context.invoked_subcommand:
        return
    found = plan.all_frameworks()
    for framework in found:
        typer.echo(
            f"{framework.id:24} {framework.version:10} {len(framework.controls):4}  {framework.title.to(LANGUAGE)}"
        )
    if not found:
        typer.echo(told("frameworks.none"), err=True)


def frameworks_show(
    name: Annotated[str, typer.Argument(metavar="ID", help=told("help.frameworks.id"))],
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=told("help.frameworks.run"))] = "latest",
    edition: Annotated[str, typer.Option("--edition", metavar="VERSION", help=told("help.frameworks.edition"))] = "",
    lang: Lang = "",
) -> None:
    """Show every control of a framework."""
    from rich.console import Console  # noqa: PLC0415

    from auditor.compliance.frameworks import catalogues  # noqa: PLC0415
    from auditor.content import rulesets  # noqa: PLC0415
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.evidence import load, store  # noqa: PLC0415
    from auditor.report.framework_table import table  # noqa: PLC0415

    check_language(lang)
    known = catalogues(rulesets() / "controls")
    if name not in known:
        refuse(told("framework.unknown", name=name, known=", ".join(known)))
    catalogue = known[name]
    if edition and edition not in catalogue.numbers:
        refuse(told("framework.no_edition", name=name, edition=edition, known=", ".join(catalogue.numbers)))
    try:
        record = load.load(store.find_run(run_name))
    except ConfigError:
        if run_name != "latest":
            raise
        record = None
    numbers = catalogue.numbers[edition] if edition else {}
    Console(highlight=False).print(table(catalogue.newest, numbers, record, LANGUAGE))


def explain(
    name: Annotated[str, typer.Argument(metavar="ID", help=told("help.explain.id"))],
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=told("help.explain.run"))] = "latest",
    lang: Lang = "",
) -> None:
    """Explain a check, a control or a finding."""
    from rich.console import Console  # noqa: PLC0415

    from auditor import explain as explaining  # noqa: PLC0415

    check_language(lang)
    Console(highlight=False).print(explaining.explain(name, run_name, LANGUAGE), crop=False)


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help=told("help.schema.name"))] = "record",
    *,
    lang: Lang = "",
) -> None:
    """Print a published schema."""
    import json  # noqa: PLC0415

    check_language(lang)
    if name == "record":
        from auditor.report.schema import record_schema  # noqa: PLC0415

        found = record_schema()
    elif name == "config":
        from auditor.config import schema as config_schema  # noqa: PLC0415

        found = config_schema()
    elif name == "measures":
        found = {}
    else:
        refuse(told("schema.unknown", name=name))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
