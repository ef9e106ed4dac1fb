"""The command line: arguments in, exit code out; it decides nothing.

Whatever a command needs is imported by the command, so that ``auditor --help`` stays quick.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from auditor import __version__
from auditor.errors import AuditorError, IntegrityError
from auditor.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.check import Check
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.plan import Plan, Request

USAGE_ERROR = 2
INTEGRITY_ERROR = 4


def _language(arguments: Sequence[str]) -> Language:
    """Return the language of all text: ``--lang``, else ``AUDITOR_LANG``, else the locale."""
    given = ""
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            given = arguments[index + 1]
        elif argument.startswith("--lang="):
            given = argument.removeprefix("--lang=")
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    given = given or os.environ.get("AUDITOR_LANG", "") or ("zh" if locale.startswith("zh") else "en")
    return cast("Language", given) if given in {"en", "zh"} else "en"


LANGUAGE: Language = _language(sys.argv[1:])


def _(key: str, **values: object) -> str:
    return say(key, **values).to(LANGUAGE)


app = typer.Typer(
    name="auditor", help=_("help.auditor"), no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
tools_app = typer.Typer(help=_("help.tools"), no_args_is_help=True)
app.add_typer(tools_app, name="tools")
frameworks_app = typer.Typer(help=_("help.frameworks"), invoke_without_command=True)
app.add_typer(frameworks_app, name="frameworks")

Lang = Annotated[str, typer.Option("--lang", help=_("help.lang"), metavar="zh|en")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("help.quiet"))]
Formats = Annotated[list[str] | None, typer.Option("--format", "-f", help=_("help.format"), metavar="NAME")]
Output = Annotated[str | None, typer.Option("--output", "-o", help=_("help.output"), metavar="DIR")]


def _version(value: bool) -> None:  # noqa: FBT001 - the shape that typer asks for
    if value:
        typer.echo(f"auditor {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    lang: Lang = "",
    version: Annotated[
        bool, typer.Option("--version", help=_("help.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version
    _check_language(lang)


@app.command(help=_("help.run"))
def run(  # noqa: PLR0913 - one parameter for each switch of the contract (product.md §3)
    *,
    targets: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help=_("help.run.targets"))] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help=_("help.config"), metavar="FILE")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help=_("help.only"), metavar="STAGE")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", help=_("help.skip"), metavar="STAGE")] = None,
    framework: Annotated[list[str] | None, typer.Option("--framework", help=_("help.framework"), metavar="ID")] = None,
    formats: Formats = None,
    output: Output = None,
    fail_on: Annotated[str | None, typer.Option("--fail-on", help=_("help.fail_on"), metavar="SEVERITY")] = None,
    new_since: Annotated[str | None, typer.Option("--new-since", help=_("help.new_since"), metavar="RUN|REV")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help=_("help.no_cache"))] = False,
    offline: Annotated[bool, typer.Option("--offline", help=_("help.offline"))] = True,
    allow_tool: Annotated[
        list[str] | None, typer.Option("--allow-tool", help=_("help.allow_tool"), metavar="NAME")
    ] = None,
    stage_limit: Annotated[
        float, typer.Option("--stage-limit", help=_("help.stage_limit"), metavar="SECONDS", min=1)
    ] = 3600,
    quiet: Quiet = False,
    lang: Lang = "",
) -> None:
    """Audit targets."""
    from auditor.plan import Request  # noqa: PLC0415

    del offline  # nothing of this version uses the network but to reach a target
    _check_language(lang)
    request = Request(
        targets=tuple(targets or ()),
        config=config,
        only=_words(only),
        skip=_words(skip),
        frameworks=tuple(sorted(_words(framework))),
        fail_on=_severity(fail_on),
        is_cached=not no_cache,
        allowed_tools=_words(allow_tool),
        limit_s=stage_limit,
        arguments=tuple(sys.argv[1:]),
    )
    _run(request, formats=formats, output=output, new_since=new_since, quiet=quiet)


def _run(
    request: Request, *, formats: list[str] | None, output: str | None, new_since: str | None, quiet: bool
) -> NoReturn:
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor import pipeline, plan, screen, since  # noqa: PLC0415
    from auditor.evidence import store  # noqa: PLC0415
    from auditor.interrupt import Interrupt  # noqa: PLC0415
    from auditor.report.render import render_many  # noqa: PLC0415

    wanted = _formats(formats, is_stream=output == "-")
    if output and output != "-":
        store.check_output(Path(output))
    earlier = since.name(new_since) if new_since else None
    planned = plan.make(request)
    talk = screen.console(quiet=quiet)
    if planned.detected or planned.left:
        talk.print(screen.found(planned.assignment.targets, planned.left, LANGUAGE))
    with Interrupt() as interrupt, screen.Screen(talk, LANGUAGE) as drawn:
        record = pipeline.run(planned.assignment, now=datetime.now(UTC), watcher=drawn, stopped=interrupt)
        record = pipeline.with_left_out(record, planned.left)
        if earlier and not interrupt():
            record = since.compare(record, earlier, planned, drawn, interrupt)
    checks = {check.id: check for check in planned.assignment.checks}
    reports = render_many(record, wanted, LANGUAGE, checks)
    place = store.write(
        record, render_many(record, ["json"]) | reports, None if output in {None, "-"} else Path(output)
    )
    _close_run(planned, record, place, reports, output, quiet=quiet)


def _close_run(
    planned: Plan, record: Record, place: Path, reports: Mapping[str, bytes], output: str | None, *, quiet: bool
) -> NoReturn:
    from auditor import plan, screen  # noqa: PLC0415
    from auditor.report.terminal import summary  # noqa: PLC0415

    plan.tidy(planned)
    if output == "-":
        _emit(reports)
    written = {name: str(place / name) for name in ("record.json", *reports)}
    screen.console(quiet=quiet).print(summary(record, LANGUAGE, written))
    raise typer.Exit(record.gate.exit_code)


@app.command(help=_("help.demo"))
def demo(
    *,
    also: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help=_("help.demo.also"))] = None,
    output: Output = None,
    folder: Annotated[Path, typer.Option("--folder", help=_("help.demo.folder"), metavar="DIR")] = Path(
        ".auditor", "demo"
    ),
    quiet: Quiet = False,
    lang: Lang = "",
) -> None:
    """Audit the bundled example platform."""
    from auditor import demo as example  # noqa: PLC0415
    from auditor.plan import Request  # noqa: PLC0415

    _check_language(lang)
    place = example.fresh(folder)
    request = Request(
        targets=tuple(also or ()), config=place / "auditor.yaml", adds_to_config=True, arguments=tuple(sys.argv[1:])
    )
    try:
        _run(request, formats=None, output=output, new_since=None, quiet=quiet)
    except typer.Exit as done:
        # a demonstration that finds its planted faults has succeeded
        raise typer.Exit(0 if done.exit_code in {0, 1, 3} else done.exit_code) from None


@app.command(help=_("help.init"))
def init(
    folder: Annotated[Path, typer.Argument(help=_("help.init.folder"), metavar="[DIR]")] = Path(),
    *,
    force: Annotated[bool, typer.Option("--force", help=_("help.init.force"))] = False,
    lang: Lang = "",
) -> None:
    """Write an auditor.yaml for what lies in a folder."""
    from auditor import starter  # noqa: PLC0415

    _check_language(lang)
    place, found = starter.write(folder, force=force)
    typer.echo(_("init.written", path=place), err=True)
    for line in found:
        typer.echo(f"  {line}", err=True)


@app.command(help=_("help.report"))
def report(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help=_("help.report.run"))] = "latest",
    *,
    formats: Formats = None,
    output: Output = None,
    lang: Lang = "",
) -> None:
    """Write reports of a finished run again."""
    from auditor import plan  # noqa: PLC0415
    from auditor.evidence import load, store  # noqa: PLC0415
    from auditor.report.render import render_many  # noqa: PLC0415

    _check_language(lang)
    place = store.find_run(run_name)
    record = load.load(place)
    reports = render_many(
        record, _formats(formats, is_stream=output == "-"), LANGUAGE, {check.id: check for check in plan.all_checks()}
    )
    if output == "-":
        _emit(reports)
        return
    into = Path(output) if output else place
    for path in store.add_reports(into, reports):
        typer.echo(str(path), err=True)


@app.command(help=_("help.checks"))
def checks(
    *,
    stage: Annotated[str | None, typer.Option("--stage", help=_("help.checks.stage"), metavar="STAGE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("help.json"))] = False,
    lang: Lang = "",
) -> None:
    """List the checks."""
    from auditor import plan  # noqa: PLC0415

    _check_language(lang)
    found = [check for check in plan.all_checks() if stage in {None, check.stage}]
    if as_json:
        import json  # noqa: PLC0415

        typer.echo(json.dumps([_check_row(check) for check in found], ensure_ascii=False, indent=1))
        return
    for check in found:
        typer.echo(f"{check.id:58} {check.severity.value:9} {check.title.to(LANGUAGE)}")
    typer.echo(_("checks.count", count=len(found)), err=True)


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


@frameworks_app.callback(help=_("help.frameworks"))
def frameworks(context: typer.Context, *, lang: Lang = "") -> None:
    """List the frameworks."""
    from auditor import plan  # noqa: PLC0415

    _check_language(lang)
    if context.invoked_subcommand:
        return
    found = plan.all_frameworks()
    for framework in found:
        typer.echo(
            f"{framework.id:24} {framework.version:10} {len(framework.controls):4}  {framework.title.to(LANGUAGE)}"
        )
    if not found:
        typer.echo(_("frameworks.none"), err=True)


@app.command(help=_("help.explain"))
def explain(
    name: Annotated[str, typer.Argument(metavar="ID", help=_("help.explain.id"))],
    *,
    run_name: Annotated[str, typer.Option("--run", metavar="RUN", help=_("help.explain.run"))] = "latest",
    lang: Lang = "",
) -> None:
    """Explain a check, a control or a finding."""
    from rich.console import Console  # noqa: PLC0415

    from auditor import explain as explaining  # noqa: PLC0415

    _check_language(lang)
    Console(highlight=False).print(explaining.explain(name, run_name, LANGUAGE))


@app.command(help=_("help.schema"))
def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("help.schema.name"))] = "record",
    *,
    lang: Lang = "",
) -> None:
    """Print a published schema."""
    import json  # noqa: PLC0415

    _check_language(lang)
    if name == "record":
        from auditor.report.schema import record_schema  # noqa: PLC0415

        found = record_schema()
    elif name == "config":
        from auditor.config import schema as config_schema  # noqa: PLC0415

        found = config_schema()
    elif name == "measures":
        found = {}
    else:
        _refuse(_("schema.unknown", name=name))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


@tools_app.command("list", help=_("help.tools.list"))
def tools_list(*, lang: Lang = "") -> None:
    """List what is wrapped."""
    from rich.console import Console  # noqa: PLC0415

    from auditor.report.tools_table import listing  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    _check_language(lang)
    Console(highlight=False).print(listing(Programs.here().pins.by_name.values(), LANGUAGE))


@tools_app.command("doctor", help=_("help.tools.doctor"))
def tools_doctor(*, lang: Lang = "") -> None:
    """Say how it stands with every wrapped program."""
    from rich.console import Console  # noqa: PLC0415

    from auditor.report.tools_table import doctor  # noqa: PLC0415
    from auditor.tools.programs import Programs, State  # noqa: PLC0415

    _check_language(lang)
    rows = Programs.here().doctor()
    Console(highlight=False).print(doctor(rows, LANGUAGE))
    states = {row.state for row in rows}
    raise typer.Exit(INTEGRITY_ERROR if State.REFUSED in states else 3 if State.MISSING in states else 0)


@tools_app.command("install", help=_("help.tools.install"))
def tools_install(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help=_("help.tools.install.names"))] = None,
    *,
    lang: Lang = "",
) -> None:
    """Install wrapped programs."""
    from auditor import plan, screen  # noqa: PLC0415
    from auditor.report.tools_table import progress  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    _check_language(lang)
    talk = screen.console()
    with screen.Steps(talk) as steps:
        done = Programs.here().install(
            names or plan.STAGES, lambda step: steps.show(step.phase, progress(step, LANGUAGE))
        )
    for program in done:
        talk.print(f"{program.name} {program.version}  {program.path}")


def _emit(reports: Mapping[str, bytes]) -> None:
    """Write to stdout; whoever reads it may leave early (`| head`) without changing the exit code."""
    try:
        for data in reports.values():
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _words(given: list[str] | None) -> frozenset[str]:
    """Return names that were given one by one or with commas between them."""
    return frozenset(word for item in given or () for word in item.split(",") if word)


def _severity(given: str | None):  # type: ignore[no-untyped-def]  # noqa: ANN202 - its class is imported below only
    from auditor.model.finding import Severity  # noqa: PLC0415

    if given is None:
        return None
    if given not in set(Severity):
        _refuse(_("severity.unknown", name=given, known=", ".join(Severity)))
    return Severity(given)


def _formats(given: list[str] | None, *, is_stream: bool) -> list[str]:
    from auditor.report.render import FILES  # noqa: PLC0415

    names = [word for item in given or () for word in item.split(",") if word]
    if unknown := [name for name in names if name not in FILES]:
        _refuse(_("report.format.unknown", format=unknown[0], known=", ".join(FILES), nearest="json"))
    if is_stream and len(names) != 1:
        _refuse(_("format.stream"))
    return names or list(FILES)


def _check_language(given: str) -> None:
    if given not in {"", "en", "zh"}:
        _refuse(_("lang.unknown", name=given))


def _refuse(message: str) -> NoReturn:
    typer.echo(_("error", message=message), err=True)
    raise typer.Exit(USAGE_ERROR)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except IntegrityError as error:
        typer.echo(_("error", message=str(error)), err=True)
        sys.exit(INTEGRITY_ERROR)
    except AuditorError as error:
        typer.echo(_("error", message=str(error)), err=True)
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        # whoever read our output has gone (`| head`): nothing is left to say, and nothing to complain about
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    sys.exit(0)


if __name__ == "__main__":
    main()
