"""``auditor checks``, ``frameworks``, ``explain``, ``schema``: what is known, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.results import paper, put
from auditor.cli.words import known_checks, known_frameworks, known_stages, told
from auditor.cli.words import severity as as_severity
from auditor.command import LANGUAGE, Lang, check_language, refuse

if TYPE_CHECKING:
    from auditor.check import Check
    from auditor.model.record import Record
    from auditor.model.text import Text


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=told("help.checks"))(checks)
    app.command(help=told("help.explain"))(explain)
    app.command(help=told("help.schema"))(schema)
    about_frameworks = typer.Typer(help=told("help.frameworks"), invoke_without_command=True)
    about_frameworks.callback()(frameworks)
    about_frameworks.command("list", help=told("help.frameworks.list"))(frameworks_list)
    about_frameworks.command("show", help=told("help.frameworks.show"))(frameworks_show)
    about_frameworks.command("worksheet", help=told("help.frameworks.worksheet"))(frameworks_worksheet)
    app.add_typer(about_frameworks, name="frameworks")


def checks(
    *,
    stage: Annotated[
        str | None,
        typer.Option("--stage", help=told("help.checks.stage"), metavar="STAGE", autocompletion=known_stages),
    ] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", help=told("help.checks.severity"), metavar="SEVERITY")
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option("--framework", help=told("help.checks.framework"), metavar="ID", autocompletion=known_frameworks),
    ] = None,
    cwe: Annotated[str | None, typer.Option("--cwe", help=told("help.checks.cwe"), metavar="NUMBER")] = None,
    text: Annotated[str | None, typer.Option("--text", help=told("help.checks.text"), metavar="WORDS")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> None:
    """List the checks."""
    from auditor import registry  # noqa: PLC0415
    from auditor.stages import STAGE_NAMES  # noqa: PLC0415

    check_language(lang)
    known: list[str] = [*STAGE_NAMES, registry.COMPLIANCE]
    if stage and stage not in known:
        refuse(told("stage.unknown", name=stage, known=", ".join(known)))
    if framework and framework not in known_frameworks(""):
        refuse(told("framework.unknown", name=framework, known=", ".join(known_frameworks(""))))
    least = as_severity(severity)
    # which clauses a check speaks to by its method takes a tenth of the whole, and is asked for by few
    every = registry.all_checks(with_methods=as_json or framework is not None)
    found = [
        check
        for check in every
        if stage in {None, check.stage}
        and (least is None or check.severity.reaches(least))
        and (framework is None or framework in check.controls)
        and (cwe is None or cwe.upper().removeprefix("CWE-") in map(str, check.cwe))
        and (text is None or text.casefold() in _words_of(check))
    ]
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps([_check_row(check) for check in found], ensure_ascii=False, indent=1))
        return
    rows = (f"{check.id:58} {check.severity.value:9} {check.title.to(LANGUAGE)}" for check in found)
    typer.echo("\n".join((told("checks.head"), *rows)))
    typer.echo(told("checks.count", count=len(found), all=len(every)), err=True)


def _words_of(check: Check) -> str:
    texts = (check.title, check.problem)
    return "\n".join([check.id, *(each.en for each in texts), *(each.zh for each in texts)]).casefold()


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
    if not context.invoked_subcommand:
        frameworks_list(lang=lang)


def frameworks_list(
    *, as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False, lang: Lang = ""
) -> None:
    """List the frameworks, with how many controls are decided how, and how many have checks behind them."""
    import json  # noqa: PLC0415

    import msgspec  # noqa: PLC0415

    from auditor import registry  # noqa: PLC0415
    from auditor.compliance.coverage import counts  # noqa: PLC0415

    check_language(lang)
    found = [(framework, counts(framework)) for framework in registry.all_frameworks()]
    if as_json:
        listed = [
            {"id": each.id, "version": each.version, "title": _both(each.title), **msgspec.to_builtins(count)}
            for each, count in found
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for framework, count in found:
        typer.echo(f"{framework.id:20} {framework.version:8} {framework.title.to(LANGUAGE)}")
        numbers = {name: getattr(count, name) for name in count.__struct_fields__}
        typer.echo(f"{'':20} {told('frameworks.counts', **numbers)}")


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def frameworks_show(
    name: Annotated[
        str, typer.Argument(metavar="ID", help=told("help.frameworks.id"), autocompletion=known_frameworks)
    ],
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=told("help.frameworks.run"))] = "latest",
    edition: Annotated[str, typer.Option("--edition", metavar="VERSION", help=told("help.frameworks.edition"))] = "",
    verdict: Annotated[
        str | None, typer.Option("--verdict", metavar="VERDICT", help=told("help.frameworks.verdict"))
    ] = None,
    chapter: Annotated[
        str | None, typer.Option("--chapter", metavar="NUMBER", help=told("help.frameworks.chapter"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> None:
    """Show every control of a framework."""
    import json  # noqa: PLC0415

    from auditor import registry  # noqa: PLC0415
    from auditor.compliance.frameworks import catalogues  # noqa: PLC0415
    from auditor.content import rulesets  # noqa: PLC0415
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.report.framework_table import chosen, rows, summary, table  # noqa: PLC0415

    check_language(lang)
    known = catalogues(rulesets() / "controls")
    if name not in known:
        refuse(told("framework.unknown", name=name, known=", ".join(known)))
    catalogue = known[name]
    if edition and edition not in catalogue.numbers:
        refuse(told("framework.no_edition", name=name, edition=edition, known=", ".join(catalogue.numbers)))
    try:
        record = _record(run_name)
    except ConfigError:
        if run_name != "latest":
            raise
        record = None
    numbers = catalogue.numbers[edition] if edition else {}
    whole, _sections = registry.framework_with_sections(name)
    framework = chosen(whole, record, _conformity(verdict), chapter or "")
    if as_json:
        typer.echo(json.dumps(rows(framework, numbers, record), ensure_ascii=False, indent=1))
        return
    put(table(framework, numbers, record, LANGUAGE))
    if record:
        typer.echo(summary(whole, record).to(LANGUAGE), err=True)


CONFORMITIES = {
    "pass": "conforms",
    "partly": "partly",
    "fail": "does_not",
    "open": "not_assessed",
    "not_applicable": "not_applicable",
}


def _conformity(given: str | None) -> str:
    """Return the verdict of a control that a word means; empty where none is given."""
    if given is None:
        return ""
    if given not in CONFORMITIES:
        refuse(told("verdict.unknown", name=given, known=", ".join(CONFORMITIES)))
    return CONFORMITIES[given]


def _record(run_name: str) -> Record:
    """Return the record of a run or bundle, which is verified if it is sealed."""
    from auditor.cli.evidence import opened  # noqa: PLC0415
    from auditor.evidence import load  # noqa: PLC0415

    with opened(run_name) as run:
        return load.load(run)


def frameworks_worksheet(
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=told("help.frameworks.run"))] = "latest",
    as_csv: Annotated[bool, typer.Option("--csv", help=told("help.frameworks.csv"))] = False,
    lang: Lang = "",
) -> None:
    """Write the worksheet of 密评: D, A and K of every unit."""
    from rich.table import Table  # noqa: PLC0415

    from auditor import registry  # noqa: PLC0415
    from auditor.report import worksheet  # noqa: PLC0415

    check_language(lang)
    record = _record(run_name)
    if not any(outcome.framework == worksheet.FRAMEWORK for outcome in record.outcomes):
        refuse(told("worksheet.unasked", framework=worksheet.FRAMEWORK))
    framework, sections = registry.framework_with_sections(worksheet.FRAMEWORK)
    layers = {name: title.to(LANGUAGE) for name, title in sections.items()}
    if as_csv:
        typer.echo(worksheet.as_csv(framework, layers, record, LANGUAGE), nl=False)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in worksheet.heads(LANGUAGE):
        shown.add_column(head, overflow="fold")
    for row in worksheet.rows(framework, layers, record, LANGUAGE):
        shown.add_row(*row)
    paper().print(shown)


def explain(
    name: Annotated[str, typer.Argument(metavar="ID", help=told("help.explain.id"), autocompletion=known_checks)],
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=told("help.explain.run"))] = "latest",
    lang: Lang = "",
) -> None:
    """Explain a check, a control or a finding."""
    from auditor import explain as explaining  # noqa: PLC0415

    check_language(lang)
    paper().print(explaining.explain(name, run_name, LANGUAGE), crop=False)


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
    elif name == "inventory":
        from auditor.formats.inventory_making import schema as inventory_schema  # noqa: PLC0415

        found = inventory_schema()
    elif name == "measures":
        from auditor import registry  # noqa: PLC0415

        found = {name: _both(text) for name, text in sorted(registry.measures().items())}
    else:
        refuse(told("schema.unknown", name=name))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
