"""``auditor verify``, ``bundle``, ``sign``, ``evidence``, ``waive``: what becomes of a run after it has ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from auditor.cli.words import told
from auditor.command import INTEGRITY_ERROR, LANGUAGE, Lang, check_language, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from auditor.compliance.waivers import Waivers
    from auditor.difference import Side
    from auditor.evidence.contents import Archive, Folder
    from auditor.evidence.seal import Seal, Signer
    from auditor.evidence.verify import Account
    from auditor.formats.timestamp import Authority

Signers = Annotated[list[str] | None, typer.Option("--sign", help=told("help.sign.key"), metavar="KEY")]
Password = Annotated[
    str, typer.Option("--key-password-env", help=told("help.sign.password"), metavar="NAME", envvar=None)
]
Tsa = Annotated[str | None, typer.Option("--tsa", help=told("help.sign.tsa"), metavar="URL")]
TsaTrust = Annotated[list[Path] | None, typer.Option("--tsa-trust", help=told("help.verify.tsa_trust"), metavar="FILE")]
Runs = Annotated[Path, typer.Option("--runs", help=told("help.evidence.runs"), metavar="DIR")]
PASSWORD_VARIABLE = "AUDITOR_KEY_PASSWORD"  # noqa: S105 - the name of a variable
RUNS = Path(".auditor", "runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How a run is sealed.

    Attributes:
        bundle: Where to write it as one file.
        signers: Keys that sign it.
        password_env: Variable with their password.
        tsa: Time-stamp authority to ask.
    """

    bundle: Path | None = None
    signers: list[str] | None = None
    password_env: str = PASSWORD_VARIABLE
    tsa: str | None = None

    def ready(self) -> tuple[Sequence[Signer], Callable[[Seal], Seal]]:
        """Return the keys, open, and what signs a seal with them.

        A wrong password, and a bundle that cannot be written, are told before anything runs.
        """
        if self.bundle:
            from auditor.evidence import bundle as bundles  # noqa: PLC0415

            bundles.check(self.bundle)
        keys: list[Signer] = []
        if self.signers:
            from auditor.tools import signing  # noqa: PLC0415 - 50 ms that an unsigned run saves

            keys = [signing.signer(each, self.password_env) for each in self.signers]
        return keys, lambda made: finished(made, keys, self.tsa)

    def pack(self, run: Path) -> None:
        """Write the bundle."""
        from auditor.evidence import bundle as bundles  # noqa: PLC0415

        if self.bundle:
            typer.echo(told("bundle.written", path=bundles.write(run.resolve(), self.bundle)), err=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=told("help.verify"))(verify)
    app.command(help=told("help.bundle"))(bundle)
    app.command(help=told("help.sign"))(sign)
    app.command(help=told("help.diff"))(diff)
    app.command(help=told("help.gate.command"))(gate)
    kept = typer.Typer(help=told("help.evidence"), no_args_is_help=True)
    kept.command("list", help=told("help.evidence.list"))(evidence_list)
    kept.command("chain", help=told("help.evidence.chain"))(evidence_chain)
    kept.command("hold", help=told("help.evidence.hold"))(evidence_hold)
    kept.command("release", help=told("help.evidence.release"))(evidence_release)
    kept.command("prune", help=told("help.evidence.prune"))(evidence_prune)
    app.add_typer(kept, name="evidence")
    waive = typer.Typer(help=told("help.waive"), no_args_is_help=True)
    waive.command("add", help=told("help.waive.add"))(waive_add)
    waive.command("list", help=told("help.waive.list"))(waive_list)
    waive.command("audit", help=told("help.waive.audit"))(waive_audit)
    app.add_typer(waive, name="waive")


def _now() -> datetime:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.now(UTC)


def verify(
    place: Annotated[str, typer.Argument(metavar="BUNDLE", help=told("help.verify.place"))],
    *,
    trust: Annotated[list[Path] | None, typer.Option("--trust", help=told("help.verify.trust"), metavar="FILE")] = None,
    threshold: Annotated[int, typer.Option("--threshold", help=told("help.verify.threshold"), metavar="N", min=1)] = 1,
    tsa_trust: TsaTrust = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help=told("help.verify.previous"), metavar="BUNDLE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> NoReturn:
    """Check sealed evidence."""
    from auditor.evidence import contents, seal  # noqa: PLC0415
    from auditor.evidence.verify import Anchors  # noqa: PLC0415
    from auditor.evidence.verify import verify as check  # noqa: PLC0415
    from auditor.tools import signing  # noqa: PLC0415

    check_language(lang)
    keys = tuple(signing.trusted(each) for each in trust or ())
    if keys and threshold > len({key.key_id for key in keys}):
        refuse(told("verify.threshold", threshold=threshold, count=len(keys)))
    before = None
    if previous:
        opened = contents.open_contents(previous)
        before = seal.from_bytes(contents.read(opened, contents.SEAL, seal.SIZE_LIMIT_BYTES))
    anchors = Anchors(now=_now(), keys=keys, threshold=threshold, authorities=_authorities(tsa_trust), previous=before)
    account = check(contents.open_contents(_evidence(place)), anchors)
    typer.echo(_as_json(account) if as_json else _as_text(account, place))
    raise typer.Exit(0 if account.is_good else INTEGRITY_ERROR)


def _evidence(place: str) -> Path:
    """Return a bundle, the folder of a run, or the run that an id or ``latest`` names."""
    from auditor.evidence import store  # noqa: PLC0415

    path = Path(place)
    if path.exists():
        return path
    return store.find_run(place)


def _authorities(files: list[Path] | None) -> tuple[Authority, ...]:
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.formats import timestamp  # noqa: PLC0415

    found: list[Authority] = []
    for file in files or ():
        try:
            found.extend(timestamp.load_authorities(file.read_bytes(), file.name))
        except OSError as error:
            message = f"{file} cannot be read: {error.strerror}"
            raise ConfigError(message) from error
        except timestamp.StampError as problem:
            raise ConfigError(str(problem)) from problem
    return tuple(found)


def _as_text(account: Account, place: str) -> str:
    from auditor.evidence.texts import say  # noqa: PLC0415
    from auditor.report.wording import labelled  # noqa: PLC0415

    lines = [place]
    for step in account.steps:
        mark = say(f"mark.{step.standing.value}").to(LANGUAGE)
        lines.append(f"{step.number}. [{mark}] {labelled(step.title, LANGUAGE)}{step.detail.to(LANGUAGE)}")
        lines.extend(f"   - {item.to(LANGUAGE)}" for item in step.items)
    lines += ["", say("proves").to(LANGUAGE)]
    lines.extend(f"- {each.to(LANGUAGE)}" for each in account.proves)
    return "\n".join(lines)


def _as_json(account: Account) -> str:
    import json  # noqa: PLC0415

    steps = [
        {
            "number": step.number,
            "title": {"en": step.title.en, "zh": step.title.zh},
            "standing": step.standing.value,
            "detail": {"en": step.detail.en, "zh": step.detail.zh},
            "items": [{"en": item.en, "zh": item.zh} for item in step.items],
            "files": list(step.files),
        }
        for step in account.steps
    ]
    proves = [{"en": each.en, "zh": each.zh} for each in account.proves]
    return json.dumps({"verified": account.is_good, "steps": steps, "proves": proves}, ensure_ascii=False, indent=1)


def bundle(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help=told("help.report.run"))] = "latest",
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=told("help.bundle.output"), metavar="FILE")
    ] = None,
    lang: Lang = "",
) -> None:
    """Write a sealed run as one file."""
    from auditor.evidence import bundle as bundles  # noqa: PLC0415
    from auditor.evidence import contents, store  # noqa: PLC0415

    check_language(lang)
    run = store.find_run(run_name).resolve()
    made = bundles.write(run, output or Path(run.name + contents.SUFFIX))
    typer.echo(str(made))


def sign(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help=told("help.report.run"))] = "latest",
    *,
    signers: Signers = None,
    password_env: Password = PASSWORD_VARIABLE,
    tsa: Tsa = None,
    tsa_trust: TsaTrust = None,
    tsa_ca: Annotated[Path | None, typer.Option("--tsa-ca", help=told("help.sign.tsa_ca"), metavar="FILE")] = None,
    lang: Lang = "",
) -> None:
    """Add signatures and time stamps to a sealed run, which is verified before."""
    from auditor.errors import IntegrityError  # noqa: PLC0415
    from auditor.evidence import contents, seal, store  # noqa: PLC0415
    from auditor.evidence.verify import Anchors  # noqa: PLC0415
    from auditor.evidence.verify import verify as check  # noqa: PLC0415
    from auditor.tools import signing  # noqa: PLC0415

    check_language(lang)
    if not signers and not tsa:
        refuse(told("sign.nothing"))
    run = store.find_run(run_name)
    opened = contents.of_folder(run)
    if not check(opened, Anchors(now=_now())).is_good:
        message = told("sign.broken", run=run)
        raise IntegrityError(message)
    made = seal.from_bytes(contents.read(opened, contents.SEAL, seal.SIZE_LIMIT_BYTES))
    keys = [signing.signer(each, password_env) for each in signers or ()]
    made = finished(made, keys, tsa, _authorities(tsa_trust), str(tsa_ca) if tsa_ca else None)
    seal.write(run, made)
    typer.echo(told("sign.done", signatures=len(made.signatures), stamps=len(made.timestamps)), err=True)


def finished(
    made: Seal,
    keys: Sequence[Signer],
    tsa: str | None = None,
    authorities: tuple[Authority, ...] = (),
    tsa_ca: str | None = None,
) -> Seal:
    """Return a seal with a signature of each signer, and a time stamp over all of them."""
    from auditor.evidence import seal  # noqa: PLC0415

    for each in keys:
        made = seal.signed_by(made, each)
    if not tsa:
        return made
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.formats import timestamp  # noqa: PLC0415
    from auditor.tools import authority  # noqa: PLC0415

    covers = len(made.signatures)
    query, nonce = timestamp.request(made.stamped(covers))
    try:
        token = timestamp.token_of(authority.ask(tsa, query, tsa_ca), made.stamped(covers), nonce)
        if authorities:
            timestamp.verify(token, made.stamped(covers), authorities)
    except timestamp.StampError as problem:
        message = f"the time stamp of {tsa} is of no use: {problem}"
        raise ConfigError(message) from problem
    return seal.stamped_by(made, token, covers)


@contextmanager
def opened(place: str) -> Iterator[Path]:
    """Give the folder of a run: that of a bundle is unpacked for the while, once it is known to be whole.

    Raises:
        IntegrityError: The run is sealed, and is not as it was sealed.
    """
    from auditor.evidence import bundle as bundles  # noqa: PLC0415
    from auditor.evidence import contents  # noqa: PLC0415
    from auditor.tools.process import scratch_folder  # noqa: PLC0415

    found = _evidence(place)
    files = contents.open_contents(found)
    if isinstance(files, contents.Folder):
        if contents.SEAL in files.sizes:
            _whole(files, place)
        yield found
        return
    _whole(files, place)
    with scratch_folder() as scratch:
        bundles.unpack(files, scratch / "run")
        yield scratch / "run"


def _whole(files: Folder | Archive, place: str) -> None:
    from auditor.errors import IntegrityError  # noqa: PLC0415
    from auditor.evidence.verify import Anchors, Standing  # noqa: PLC0415
    from auditor.evidence.verify import verify as check  # noqa: PLC0415

    account = check(files, Anchors(now=_now()))
    for step in account.steps:
        if step.standing is Standing.FAILED:
            what = "; ".join((step.detail.to(LANGUAGE), *(item.to(LANGUAGE) for item in step.items[:5])))
            raise IntegrityError(told("bundle.broken", place=place, what=what))


def diff(
    before: Annotated[str, typer.Argument(metavar="RUN", help=told("help.diff.before"))],
    after: Annotated[str, typer.Argument(metavar="RUN", help=told("help.diff.after"))],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> NoReturn:
    """Say what differs between two runs, and why."""
    import msgspec  # noqa: PLC0415

    from auditor.difference import difference  # noqa: PLC0415

    check_language(lang)
    with opened(before) as one, opened(after) as other:
        found = difference(_side(one), _side(other))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        for each in found.circumstances:
            typer.echo(each.to(LANGUAGE))
        for change in found.changes:
            place = f"{change.target} {change.file or change.subject}"
            kind, cause = told(f"diff.kind.{change.kind.value}"), told(f"diff.cause.{change.cause.value}")
            verdicts = f"{change.before or '-'} -> {change.after or '-'}"
            typer.echo(f"{kind:12} {cause:11} {change.check}  {place}  {verdicts}  {change.why.to(LANGUAGE)}")
        typer.echo(told("diff.count", count=len(found.changes)) if found.changes else told("diff.none"), err=True)
    raise typer.Exit(1 if found.changes else 0)


def gate(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help=told("help.verify.place"))] = "latest",
    *,
    policy: Annotated[Path | None, typer.Option("--gate", help=told("help.gate.policy"), metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    lang: Lang = "",
) -> NoReturn:
    """Apply a gate policy to a finished run, and leave with its answer."""
    from msgspec.structs import replace  # noqa: PLC0415

    from auditor import gating, rules  # noqa: PLC0415
    from auditor.conclude import clock  # noqa: PLC0415
    from auditor.evidence import load, sealing  # noqa: PLC0415
    from auditor.gate import Circumstances, GatePolicy, decide  # noqa: PLC0415

    check_language(lang)
    with opened(run_name) as run:
        record, saved = load.load(run), rules.load(run)
    of_then = saved.gate if saved else GatePolicy(fail_on=record.gate.fail_on)
    asked = of_then
    if policy:
        asked = gating.gate_policy(policy)
        asked = replace(asked, asked_for=asked.asked_for | of_then.asked_for)  # it takes back nothing that was asked
    circumstances = Circumstances(
        integrity=record.run.integrity,
        signal=record.run.interrupted,
        stages=record.run.stages,
        started=clock(record.run.started),
        now=_now(),
    )
    verdict = decide(record.findings, record.outcomes, asked, circumstances)
    record = gating.ask_gate(replace(record, gate=verdict), asked)
    record = gating.regated(record, policy) if policy else record
    if as_json:
        typer.echo(sealing.verdict(record).decode(), nl=False)
    else:
        typer.echo(told("gate.said", exit_code=record.gate.exit_code, reason=record.gate.reason.to(LANGUAGE)))
    raise typer.Exit(record.gate.exit_code)


def _side(run: Path) -> Side:
    from auditor import rules  # noqa: PLC0415
    from auditor.difference import Side  # noqa: PLC0415
    from auditor.evidence import inputs, load  # noqa: PLC0415

    saved = rules.load(run)
    checks = frozenset(check.id for check in saved.checks) if saved else frozenset()
    return Side(record=load.load(run), checks=checks, inputs=inputs.of_run(run))


def evidence_list(*, runs: Runs = RUNS, lang: Lang = "") -> None:
    """List runs with their place in the chain, signatures and holds."""
    from auditor.evidence import retention  # noqa: PLC0415

    check_language(lang)
    for each in retention.runs_in(runs):
        if each.sealed:
            found = each.sealed.manifest
            line = told(
                "evidence.row",
                position=found.position,
                run=each.name,
                exit_code=found.exit_code,
                signatures=each.sealed.signatures,
                stamps=each.sealed.stamps,
                size=f"{each.size_bytes:,}",
            )
        else:
            line = told("evidence.row.bad", run=each.name, problem=each.problem)
        held = told("evidence.held", by=each.hold.by, reason=each.hold.reason) if each.hold else ""
        typer.echo(f"{line}{held}")


def evidence_chain(*, runs: Runs = RUNS, lang: Lang = "") -> None:
    """Check that the runs of a folder are one chain without a hole."""
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.evidence import chain  # noqa: PLC0415

    check_language(lang)
    try:
        seals, problems = chain.in_folder(runs)
    except OSError as error:
        message = f"{runs} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    problems += chain.holes(seals)
    for each in problems:
        typer.echo(each)
    typer.echo(told("evidence.chain", count=len(seals), problems=len(problems)), err=True)
    raise typer.Exit(INTEGRITY_ERROR if problems else 0)


def evidence_hold(
    run: Annotated[str, typer.Argument(metavar="RUN", help=told("help.evidence.run"))],
    *,
    by: Annotated[str, typer.Option("--by", help=told("help.evidence.by"), metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", help=told("help.evidence.reason"), metavar="TEXT")],
    runs: Runs = RUNS,
    lang: Lang = "",
) -> None:
    """Keep a run whatever its age."""
    from auditor.evidence import retention  # noqa: PLC0415

    check_language(lang)
    retention.hold(runs, run, by=by, reason=reason, now=_now())


def evidence_release(
    run: Annotated[str, typer.Argument(metavar="RUN", help=told("help.evidence.run"))],
    *,
    runs: Runs = RUNS,
    lang: Lang = "",
) -> None:
    """Let a run go with its age again."""
    from auditor.evidence import retention  # noqa: PLC0415

    check_language(lang)
    retention.release(runs, run)


def evidence_prune(
    *,
    keep_days: Annotated[int, typer.Option("--keep-days", help=told("help.evidence.keep"), metavar="N", min=0)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=told("help.evidence.dry"))] = False,
    signers: Signers = None,
    password_env: Password = PASSWORD_VARIABLE,
    runs: Runs = RUNS,
    lang: Lang = "",
) -> None:
    """Remove old runs; a sealed note keeps their seals."""
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.evidence import chain, retention  # noqa: PLC0415
    from auditor.tools import signing  # noqa: PLC0415

    check_language(lang)
    keys = [signing.signer(each, password_env) for each in signers or ()]
    now = _now()
    head = chain.head(runs, frozenset(key.key_id for key in keys))
    gone = retention.due(retention.runs_in(runs), head, keep_days=keep_days, now=now)
    for each in gone:
        typer.echo(each.name)
    if gone and head is None:
        raise ConfigError(told("evidence.no_head", runs=runs))
    if gone and head and not dry_run:
        place = retention.prune(runs, gone, head=head, now=now, finish=lambda made: finished(made, keys))
        typer.echo(told("evidence.pruned", count=len(gone), note=place), err=True)
    elif not gone:
        typer.echo(told("evidence.none"), err=True)


WaiverFile = Annotated[Path, typer.Option("--file", help=told("help.waive.file"), metavar="FILE")]
WAIVERS = Path("waivers.yaml")


def waive_add(  # noqa: PLR0913 - one parameter for each field of a waiver
    *,
    check: Annotated[str, typer.Option("--check", help=told("help.waive.check"), metavar="ID")],
    subject: Annotated[str, typer.Option("--subject", help=told("help.waive.subject"), metavar="PATTERN")] = "",
    target: Annotated[str, typer.Option("--target", help=told("help.waive.target"), metavar="PATTERN")] = "",
    framework: Annotated[str, typer.Option("--framework", help=told("help.waive.framework"), metavar="ID")] = "",
    name: Annotated[str, typer.Option("--id", help=told("help.waive.id"), metavar="ID")],
    reason: Annotated[str, typer.Option("--reason", help=told("help.waive.reason"), metavar="TEXT")],
    owner: Annotated[str, typer.Option("--owner", help=told("help.waive.owner"), metavar="NAME")],
    approver: Annotated[str, typer.Option("--approver", help=told("help.waive.approver"), metavar="NAME")],
    expires: Annotated[str, typer.Option("--expires", help=told("help.waive.expires"), metavar="DAY")],
    zone: Annotated[str, typer.Option("--zone", help=told("help.waive.zone"), metavar="ZONE")] = "UTC",
    ticket: Annotated[str, typer.Option("--ticket", help=told("help.waive.ticket"), metavar="TEXT")] = "",
    compensating: Annotated[
        str, typer.Option("--compensating", help=told("help.waive.compensating"), metavar="TEXT")
    ] = "",
    file: WaiverFile = WAIVERS,
    lang: Lang = "",
) -> None:
    """Add a waiver to a file, if it would count today."""
    from auditor.compliance import entries, waivers  # noqa: PLC0415

    check_language(lang)
    place = entries.zone_of(zone)
    scope = {"check": check, "subject": subject, "target": target, "framework": framework}
    row = {
        "id": name,
        "scope": waivers.to_data(scope),
        "reason": reason,
        "owner": owner,
        "approver": approver,
        "ticket": ticket,
        "created": entries.today(_now(), place).isoformat() if place else "",
        "expires": expires,
        "zone": zone,
        "compensating": compensating,
    }
    problem = waivers.add(file, waivers.to_data(row), _now())
    if problem:
        refuse(told("waive.refused", why=problem.to(LANGUAGE)))
    typer.echo(told("waive.added", id=name, file=file), err=True)
    typer.echo(told("file.named", name="waivers", file=file), err=True)


def _waivers(file: Path) -> Waivers:
    from auditor.compliance import waivers  # noqa: PLC0415

    return waivers.read(file)


def waive_list(*, file: WaiverFile = WAIVERS, lang: Lang = "") -> None:
    """List waivers and whether they count today."""
    from auditor.compliance import waivers  # noqa: PLC0415

    check_language(lang)
    for entry in _waivers(file).entries:
        off = waivers.standing(entry, _now())
        state = (
            told("waive.off", standing=told(f"waive.standing.{off[0]}"), why=off[1].to(LANGUAGE))
            if off
            else told("waive.counts", until=entry.expires, zone=entry.zone)
        )
        typer.echo(f"{entry.id:16} {entry.scope.check:44} {state}")


def waive_audit(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help=told("help.report.run"))] = "latest",
    *,
    file: WaiverFile = WAIVERS,
    lang: Lang = "",
) -> None:
    """Hold waivers against the failures of a run: used, unused, expired, invalid, too broad."""
    from auditor.compliance import waivers  # noqa: PLC0415
    from auditor.compliance.facts import Standing  # noqa: PLC0415
    from auditor.evidence import load, store  # noqa: PLC0415

    check_language(lang)
    record = load.load(store.find_run(run_name))
    _marked, uses = waivers.apply(record.findings, _waivers(file), _now(), lambda finding, _waiver: finding)
    for use in uses:
        typer.echo(
            f"{use.entry.id:16} {told(f'waive.standing.{use.standing}'):10} {use.covers:6}  {use.why.to(LANGUAGE)}"
        )
    raise typer.Exit(1 if any(use.standing is not Standing.USED for use in uses) else 0)
