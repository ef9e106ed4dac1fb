"""``auditor run``, ``demo``, ``init``, ``report``: everything that makes or rewrites a run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from auditor.cli.evidence import PASSWORD_VARIABLE, Password, Sealing, Signers, Tsa
from auditor.cli.results import (
    SEVERITIES,
    Everything,
    Least,
    OfCheck,
    OfControl,
    OfFile,
    OfVerdict,
    OnlyBlocks,
    OnlyNew,
    closing,
    selection,
)
from auditor.cli.switches import with_switches
from auditor.cli.words import (
    Formats,
    Output,
    Verbose,
    emit,
    formats_of,
    known_checks,
    known_frameworks,
    known_runs,
    known_stages,
    known_targets,
    told,
    words,
)
from auditor.cli.words import severity as as_severity
from auditor.command import LANGUAGE, NOT_ASSESSED, USAGE_ERROR, Lang, Quiet, check_language, refuse, safe
from auditor.stages import stages, target_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console

    from auditor.model.record import Record
    from auditor.plan import Plan
    from auditor.report.selection import Selection
    from auditor.request import Request


Bundle = Annotated[Path | None, typer.Option("--bundle", help=told("help.run.bundle"), metavar="FILE")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a run talks, and what it leaves with.

    Attributes:
        selection: Findings to print at its end; None for the failures that count.
        quiet: The closing lines alone.
        verbose: What each stage does.
        exit_zero: Leave with 0 although there are failures or gaps.
    """

    selection: Selection | None = None
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False

    def ensure(self, planned: Plan, *, is_compared: bool) -> None:
        """Refuse a selection that can never fit (`auditor.report.selection.ensure`)."""
        if self.selection:
            from auditor.report.selection import ensure  # noqa: PLC0415

            ensure(self.selection, [each.id for each in planned.rules.checks], is_compared=is_compared)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=told("help.run"))(with_switches(run))
    app.command(help=told("help.demo"))(demo)
    app.command(help=told("help.init"))(init)
    app.command(help=told("help.report"))(report)
    app.command(help=told("help.replay"))(replay)


def run(  # noqa: PLR0913 - one parameter for each switch of the contract (product.md §3)
    *,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help=told("help.run.targets", kinds=", ".join(target_kinds())),
            autocompletion=known_targets,
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help=told("help.config"), metavar="FILE")] = None,
    trust_config: Annotated[bool, typer.Option("--trust-config", help=told("help.trust_config"))] = False,
    gate: Annotated[Path | None, typer.Option("--gate", help=told("help.gate"), metavar="FILE")] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help=told("help.only"), metavar="STAGE", autocompletion=known_stages),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option("--skip", help=told("help.skip"), metavar="STAGE", autocompletion=known_stages),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", help=told("help.select"), metavar="ID", autocompletion=known_checks),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", help=told("help.ignore"), metavar="ID", autocompletion=known_checks),
    ] = None,
    framework: Annotated[
        list[str] | None,
        typer.Option("--framework", help=told("help.framework"), metavar="ID", autocompletion=known_frameworks),
    ] = None,
    formats: Formats = None,
    output: Output = None,
    bundle: Bundle = None,
    signers: Signers = None,
    password_env: Password = PASSWORD_VARIABLE,
    tsa: Tsa = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help=told("help.fail_on"), metavar="SEVERITY", autocompletion=lambda: SEVERITIES),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help=told("help.exit_zero"))] = False,
    files: Annotated[bool, typer.Option("--files", help=told("help.files"))] = False,
    new_since: Annotated[
        str | None, typer.Option("--new-since", help=told("help.new_since"), metavar="RUN|REV")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help=told("help.no_cache"))] = False,
    allow_tool: Annotated[
        list[str] | None, typer.Option("--allow-tool", help=told("help.allow_tool"), metavar="NAME")
    ] = None,
    stage_limit: Annotated[
        float, typer.Option("--stage-limit", help=told("help.stage_limit"), metavar="SECONDS", min=1)
    ] = 3600,
    token_env: Annotated[str, typer.Option("--token-env", help=told("help.token_env"), metavar="NAME")] = "",
    given: dict[str, dict[str, object]],
    fix_out: Annotated[Path | None, typer.Option("--fix-out", help=told("help.fix_out"), metavar="DIR")] = None,
    severity: Least = None,
    check: OfCheck = None,
    control: OfControl = None,
    file: OfFile = None,
    verdict: OfVerdict = None,
    new: OnlyNew = False,
    blocks: OnlyBlocks = False,
    everything: Everything = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = "",
) -> None:
    """Audit targets."""
    from auditor.request import Request  # noqa: PLC0415

    check_language(lang)
    chosen = selection(
        severity=severity,
        check=check,
        control=control,
        file=file,
        verdict=verdict,
        new=new,
        blocks=blocks,
        everything=everything,
    )
    if files and not targets:
        refuse(told("files.none"))
    request = Request(
        targets=() if files else tuple(targets or ()),
        files=tuple(targets or ()) if files else (),
        config=config,
        trusts_config=trust_config,
        gate=gate,
        only=words(only) or (_of_files() if files else frozenset()),
        skip=words(skip),
        select=words(select),
        ignore=words(ignore),
        frameworks=tuple(sorted(words(framework))),
        fail_on=as_severity(fail_on),
        is_cached=not no_cache,
        allowed_tools=words(allow_tool),
        limit_s=stage_limit,
        arguments=tuple(sys.argv[1:]),
        token_env=token_env,
        options=given,
    )
    sealing = Sealing(bundle=bundle, signers=signers, password_env=password_env, tsa=tsa)
    manner = Manner(selection=chosen, quiet=quiet, verbose=verbose, exit_zero=exit_zero)
    _carry_out(
        request, formats=formats, output=output, sealing=sealing, new_since=new_since, fix_out=fix_out, manner=manner
    )


def _of_files() -> frozenset[str]:
    """Return the stages that look at single files."""
    return frozenset(stage.name for stage in stages() if any(kind.takes_files for kind in stage.targets))


def _say_before(planned: Plan, talk: Console) -> None:
    """Say what is worth a word before the run: what was found, and what is left out."""
    from auditor import screen  # noqa: PLC0415

    for note in planned.notes:
        talk.print(note.to(LANGUAGE), markup=False)
    if planned.detected or planned.left:
        talk.print(screen.found(planned.assignment.systems, planned.left, LANGUAGE))


def _rescue(record: bytes, identity: str, problem: Exception) -> NoReturn:
    """Keep the record of a run that cannot be written where it was to go: elsewhere, or on stdout."""
    from auditor.evidence import store  # noqa: PLC0415

    elsewhere = store.rescued(record, identity)
    typer.echo(told("error", message=safe(str(problem))), err=True)
    typer.echo(told("run.rescued", place=elsewhere or "stdout"), err=True)
    if elsewhere is None:
        emit([record])
    raise typer.Exit(USAGE_ERROR) from problem


def _carry_out(  # noqa: C901, PLR0915 - the steps of a run, one after the other
    request: Request,
    *,
    formats: list[str] | None = None,
    output: str | None = None,
    sealing: Sealing | None = None,
    new_since: str | None = None,
    fix_out: Path | None = None,
    manner: Manner | None = None,
) -> NoReturn:
    import itertools  # noqa: PLC0415
    import secrets  # noqa: PLC0415
    from dataclasses import replace  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor import gating, plan, registry, rules, screen, since  # noqa: PLC0415
    from auditor.compliance import decisions  # noqa: PLC0415
    from auditor.conclude import Circumstances, conclude, run_id  # noqa: PLC0415
    from auditor.errors import AuditorError, ConfigError  # noqa: PLC0415
    from auditor.evidence import chain, statement, store  # noqa: PLC0415
    from auditor.evidence import sealing as seals  # noqa: PLC0415
    from auditor.interrupt import Interrupt  # noqa: PLC0415
    from auditor.observe import observe  # noqa: PLC0415
    from auditor.report import json  # noqa: PLC0415
    from auditor.report.render import file_name, loading, written_piecemeal  # noqa: PLC0415
    from auditor.tools import process  # noqa: PLC0415

    manner = manner or Manner()
    wanted = formats_of(formats, is_stream=output == "-")
    into = store.named_folder(output) if output and output != "-" else None
    store.check_output(into)
    now = datetime.now(UTC)
    try:
        earlier = since.name(new_since) if new_since else None
        planned = plan.make(request)
        wanted = formats_of(formats, is_stream=output == "-", further=planned.formats)
        keys, finish = (sealing or Sealing()).ready()
        signing = frozenset(key.key_id for key in keys)
        head = chain.head(store.RUNS, signing)
        chain.after(store.RUNS, head)  # a chain that is broken is told before anything runs
        if earlier:
            since.check(earlier, planned)
        manner.ensure(planned, is_compared=earlier is not None)
    except AuditorError as error:
        if into:  # whoever named a place for the verdict finds one there
            store.leave(into, seals.crashed("", now.isoformat(timespec="seconds"), error))
        raise
    if others := chain.strangers(store.RUNS, head):
        typer.echo(told("chain.strangers", runs=store.RUNS, name=others[-1], count=len(others)), err=True)
    talk = screen.console(quiet=manner.quiet)
    _say_before(planned, talk)
    process.sweep()
    identity = run_id(now.isoformat(timespec="seconds"), secrets.token_hex(8))
    folder = store.RunFolder(into, identity)
    kept: Callable[[], bytes] | None = None

    def get_ready() -> Iterator[object]:
        yield from registry.loading()
        yield planned.rules
        yield from loading(wanted, LANGUAGE)

    try:
        with Interrupt() as interrupt, screen.Screen(talk, LANGUAGE, is_verbose=manner.verbose) as drawn:
            observed = observe(
                planned.assignment,
                now=now,
                spool=folder.place,
                watcher=drawn,
                stopped=interrupt,
                meanwhile=get_ready(),
            )
            observed = replace(observed, left_out=(*planned.left, *observed.left_out))
            before = since.found(earlier, planned, drawn, interrupt) if earlier and not interrupt() else None
            record = conclude(
                replace(observed, interrupted=interrupt()),
                planned.rules,
                gate=planned.gate,
                decisions=planned.decisions,
                earlier=before,
                circumstances=Circumstances(
                    system=planned.system,
                    arguments=planned.arguments,
                    id=identity,
                    configuration=planned.configuration,
                    gate=planned.gate_use,
                ),
            )
            record = gating.ask_gate(record, planned.gate)
            # a signal that comes now is too late to save time, and must not cost what was collected
            saved = planned.rules.saved(planned.gate)
            kept = lambda: json.render(record)  # noqa: E731
            place, reports = folder.finish(
                observed,
                lambda: itertools.chain(
                    written_piecemeal(record, ["json", *wanted], LANGUAGE, saved.by_id, saved.frameworks),
                    [
                        (rules.FILE, [rules.rendered(saved)]),
                        (decisions.FILE, [decisions.rendered(planned.decisions)]),
                        (seals.VERDICT, [seals.verdict(record)]),
                        *((f"{plan.POLICIES}/{name}", [text.encode()]) for name, text in planned.policies.items()),
                    ],
                    (
                        (name, [data])
                        for name, data in statement.signed(
                            record, observed, plan.commits(planned, observed) if keys else {}, keys
                        ).items()
                    ),
                ),
                lambda half: seals.seal_run(
                    half, record, chain.after(store.RUNS, chain.head(store.RUNS, signing)), finish
                ),
            )
    except (ConfigError, OSError) as error:
        folder.abandon()
        folder.leave(seals.crashed(identity, now.isoformat(timespec="seconds"), error))
        if kept is None:
            raise
        _rescue(kept(), identity, error)
    except BaseException as error:
        folder.abandon()
        folder.leave(seals.crashed(identity, now.isoformat(timespec="seconds"), error))
        if isinstance(error, AuditorError) or not isinstance(error, Exception):
            raise
        _told_bug(error)
    if sealing and sealing.bundle:
        sealing.pack(place)
    if output == "-":
        emit((place / name).read_bytes() for each in wanted if (name := file_name(each, LANGUAGE)) in reports)
    if fix_out:
        _write_patches(record, fix_out)
    _close_run(planned, record, place, reports, manner=manner, stream_is_taken=output == "-")


def _told_bug(error: Exception) -> NoReturn:
    """Leave after a fault of our own: nothing was assessed, which is no usage error and no failure of the target."""
    import traceback  # noqa: PLC0415

    typer.echo("".join(traceback.format_exception(error)), err=True)
    typer.echo(told("run.bug"), err=True)
    raise typer.Exit(NOT_ASSESSED) from error


def _write_patches(record: Record, folder: Path) -> None:
    from auditor.evidence import store  # noqa: PLC0415
    from auditor.report import patches  # noqa: PLC0415

    written = store.add_reports(folder, patches.render(record, LANGUAGE))
    typer.echo(told("patches.written", count=len(written) - 1, path=folder), err=True)


def _close_run(
    planned: Plan, record: Record, place: Path, reports: Iterable[str], *, manner: Manner, stream_is_taken: bool
) -> NoReturn:
    from auditor import plan  # noqa: PLC0415
    from auditor.report.selection import pick  # noqa: PLC0415
    from auditor.rules import FILE as RULES_FILE  # noqa: PLC0415

    plan.tidy(planned)
    written = {name: str(place / name) for name in reports if name not in {RULES_FILE, "decisions.json"}}
    chosen = pick(record, manner.selection, planned.gate) if manner.selection else None
    run = "latest" if place.parent.name == "runs" else str(place)
    closing(record, written, chosen=chosen, run=run, quiet=manner.quiet, stream_is_taken=stream_is_taken)
    if os.environ.get("GITHUB_ACTIONS") == "true" and not stream_is_taken:
        from auditor.report import github  # noqa: PLC0415

        emit((github.render(record, LANGUAGE),))
    code = record.gate.exit_code
    if manner.exit_zero and code in {1, 3}:
        typer.echo(told("terminal.exit_zero", code=code), err=True)
        raise typer.Exit(0)
    raise typer.Exit(code)


def demo(
    *,
    also: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help=told("help.demo.also"))] = None,
    output: Output = None,
    bundle: Bundle = None,
    signers: Signers = None,
    password_env: Password = PASSWORD_VARIABLE,
    folder: Annotated[Path, typer.Option("--folder", help=told("help.demo.folder"), metavar="DIR")] = Path(
        ".auditor", "demo"
    ),
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = "",
) -> None:
    """Audit the bundled example platform."""
    from auditor import demo as example  # noqa: PLC0415
    from auditor.evidence.contents import SUFFIX  # noqa: PLC0415
    from auditor.request import Request  # noqa: PLC0415

    check_language(lang)
    with example.prepared(folder) as platform:
        request = Request(
            targets=(*platform.targets, *(also or ())),
            config=platform.configuration,
            adds_to_config=True,
            arguments=tuple(sys.argv[1:]),
            options=platform.options,
        )
        try:
            packed = bundle or folder.with_name(f"{folder.name}{SUFFIX}")
            sealing = Sealing(bundle=packed, signers=signers, password_env=password_env)
            _carry_out(request, output=output, sealing=sealing, manner=Manner(quiet=quiet, verbose=verbose))
        except typer.Exit as done:
            # a demonstration that finds its planted faults has succeeded
            if done.exit_code in {1, 3}:
                typer.echo(told("terminal.demo", code=done.exit_code), err=True)
                raise typer.Exit(0) from None
            raise


def init(
    folder: Annotated[Path, typer.Argument(help=told("help.init.folder"), metavar="[DIR]")] = Path(),
    *,
    force: Annotated[bool, typer.Option("--force", help=told("help.init.force"))] = False,
    lang: Lang = "",
) -> None:
    """Write an auditor.yaml for what lies in a folder."""
    from auditor import starter  # noqa: PLC0415
    from auditor.stages import target_kinds  # noqa: PLC0415

    check_language(lang)
    kinds, ids = ", ".join(target_kinds()), ", ".join(known_frameworks(""))
    words = {each: told(f"init.says.{each}", kinds=kinds, frameworks=ids) for each in starter.CHOICES}
    place, found = starter.write(folder, force=force, words=words)
    typer.echo(told("init.written", path=place), err=True)
    for line in found:
        typer.echo(f"  {line}", err=True)
    typer.echo(told("init.next", path=place), err=True)


def report(
    run_name: Annotated[
        str, typer.Argument(metavar="RUN", help=told("help.report.run"), autocompletion=known_runs)
    ] = "latest",
    *,
    formats: Formats = None,
    output: Output = None,
    share: Annotated[Path | None, typer.Option("--share", help=told("help.report.share"), metavar="KEY")] = None,
    share_names: Annotated[
        Path | None, typer.Option("--share-names", help=told("help.report.share_names"), metavar="FILE")
    ] = None,
    signers: Signers = None,
    password_env: Password = PASSWORD_VARIABLE,
    lang: Lang = "",
) -> None:
    """Write reports of a finished run again."""
    from auditor import registry, rules  # noqa: PLC0415
    from auditor.evidence import load, store  # noqa: PLC0415
    from auditor.evidence.contents import LATER, SEAL  # noqa: PLC0415
    from auditor.report.render import file_name, render_many  # noqa: PLC0415

    check_language(lang)
    place = store.find_run(run_name)
    record = load.load(place)
    # an old run is told in the words of its day
    saved = rules.load(place) or rules.Rules(checks=registry.all_checks(), frameworks=registry.all_frameworks()).saved()
    wanted = formats_of(formats, is_stream=output == "-")
    if share:
        if not output or output == "-":
            refuse(told("report.share.output"))
        from auditor import sharing  # noqa: PLC0415

        _keys, finish = Sealing(signers=signers, password_env=password_env).ready()
        for path in sharing.write(
            record,
            saved,
            run=place,
            key_file=share,
            names=sharing.names_in(share_names) if share_names else (),
            formats=wanted,
            language=LANGUAGE,
            into=Path(output),
            finish=finish,
        ):
            typer.echo(str(path), err=True)
        return
    reports = render_many(record, wanted, LANGUAGE, saved.by_id, saved.frameworks)
    if silent := [each for each in wanted if file_name(each, LANGUAGE) not in reports]:
        typer.echo(told("report.silent", formats=", ".join(silent)), err=True)
    if output == "-":
        emit(reports.values())
        return
    # a sealed run stays as it was sealed
    into = Path(output) if output else place / LATER if (place / SEAL).is_file() else place
    for path in store.add_reports(into, reports):
        typer.echo(str(path), err=True)


def replay(
    run_name: Annotated[
        str, typer.Argument(metavar="RUN", help=told("help.report.run"), autocompletion=known_runs)
    ] = "latest",
    *,
    own: Annotated[
        list[Path] | None, typer.Option("--policies", help=told("help.replay.policies"), metavar="DIR")
    ] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help=told("help.replay.afresh"))] = False,
    output: Output = None,
    lang: Lang = "",
) -> None:
    """Judge the stored facts of a run again."""
    from auditor import replay as replaying  # noqa: PLC0415
    from auditor.cli.evidence import opened  # noqa: PLC0415
    from auditor.evidence import store  # noqa: PLC0415
    from auditor.report.json import render  # noqa: PLC0415
    from auditor.report.terminal import replayed  # noqa: PLC0415

    check_language(lang)
    into = store.named_folder(output) if output else None
    store.check_output(into)
    with opened(run_name) as run:
        done = replaying.replay(run, tuple(own) if own else None, afresh=afresh)
    if into:
        store.add_reports(into, {"record.json": render(done.after)})
    for line in replayed(done):
        typer.echo(line.to(LANGUAGE))
    raise typer.Exit(0 if done.is_same else 1)
