"""``auditor db``: the vulnerability database: how it stands, built from advisories, imported."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.words import told
from auditor.command import LANGUAGE, Lang, check_language

if TYPE_CHECKING:
    from datetime import datetime

    from auditor.database.install import Status
    from auditor.formats.advisories import Losses, Release
    from auditor.model.text import Text


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    about = typer.Typer(help=told("help.db"), no_args_is_help=True)
    about.command("status", help=told("help.db.status"))(db_status)
    about.command("import", help=told("help.db.import"))(db_import)
    about.command("build", help=told("help.db.build"))(db_build)
    about.command("manifest", help=told("help.db.manifest"))(db_manifest)
    app.add_typer(about, name="db")


def db_status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.db.status.json"))] = False,
    lang: Lang = "",
) -> None:
    """Say how the database stands."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.database.install import database_folder, status  # noqa: PLC0415

    check_language(lang)
    found = status(database_folder(), is_thorough=True)
    now = datetime.now(UTC)
    if as_json:
        import orjson  # noqa: PLC0415

        typer.echo(orjson.dumps(_value(found, now), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in _lines(found, now):
            typer.echo(line.to(LANGUAGE))
    raise typer.Exit(_code(found, now))


def db_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=told("help.db.import.file"))],
    *,
    signature: Annotated[
        Path | None, typer.Option("--signature", help=told("help.db.import.signature"), metavar="FILE")
    ] = None,
    key: Annotated[list[Path] | None, typer.Option("--key", help=told("help.db.import.key"), metavar="FILE")] = None,
    digest: Annotated[str, typer.Option("--digest", help=told("help.db.import.digest"), metavar="SHA256")] = "",
    allow_rollback: Annotated[bool, typer.Option("--allow-rollback", help=told("help.db.import.rollback"))] = False,
    allow_tool: Annotated[
        list[str] | None, typer.Option("--allow-tool", help=told("help.allow_tool"), metavar="NAME")
    ] = None,
    lang: Lang = "",
) -> None:
    """Import a database."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.database.install import database_folder, import_file  # noqa: PLC0415
    from auditor.tools.grype import Grype  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    check_language(lang)
    now = datetime.now(UTC)
    found = import_file(
        file,
        database_folder(),
        Grype(Programs.here(frozenset(allow_tool or ()))),
        now=now,
        signature=signature,
        keys=tuple(key or ()),
        digest=digest,
        may_go_back=allow_rollback,
    )
    for line in _lines(found, now):
        typer.echo(line.to(LANGUAGE))


def db_build(
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...", help=told("help.db.build.sources"))],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help=told("help.db.build.output"), metavar="DIR")],
    built: Annotated[str, typer.Option("--built", help=told("help.db.build.built"), metavar="TIME")] = "",
    fetched: Annotated[str, typer.Option("--fetched", help=told("help.db.build.fetched"), metavar="TIME")] = "",
    distribution: Annotated[
        str, typer.Option("--distribution", help=told("help.db.build.distribution"), metavar="NAME")
    ] = "",
    lang: Lang = "",
) -> None:
    """Build a database."""
    from auditor.cli.texts import say  # noqa: PLC0415
    from auditor.database.build import build  # noqa: PLC0415

    check_language(lang)
    when = _moment(fetched, "--fetched") if fetched else None
    made = build(
        tuple(sources),
        output,
        built=_moment(built),
        release=_release(distribution),
        fetched=when,
        is_said=bool(built or fetched),
    )
    for line in _lost(made.losses):
        typer.echo(line.to(LANGUAGE), err=True)
    said = say("db.built", path=made.path, advisories=made.advisories, affected=made.affected, digest=made.sha256)
    typer.echo(said.to(LANGUAGE))
    for name, day in made.newest.items():
        typer.echo(say("db.newest", name=name, day=day or "?").to(LANGUAGE))


def db_manifest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=told("help.db.manifest.file"))],
    *,
    sign: Annotated[list[str] | None, typer.Option("--sign", help=told("help.sign.key"), metavar="KEY")] = None,
    password_env: Annotated[
        str, typer.Option("--key-password-env", help=told("help.sign.password"), metavar="NAME", envvar=None)
    ] = "AUDITOR_KEY_PASSWORD",  # noqa: S107 - the name of a variable
    lang: Lang = "",
) -> None:
    """Write what is signed before a database is carried in, or, with keys, the signed envelope itself."""
    from auditor.database.install import MANIFEST_TYPE, manifest  # noqa: PLC0415
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.formats import dsse  # noqa: PLC0415
    from auditor.formats.grype_database import DatabaseError  # noqa: PLC0415
    from auditor.tools import signing  # noqa: PLC0415

    check_language(lang)
    keys = [signing.signer(each, password_env) for each in sign or ()]
    try:
        payload = manifest(file)
    except (DatabaseError, OSError) as error:
        raise ConfigError(str(error)) from error
    if keys:
        message = dsse.pae(MANIFEST_TYPE, payload)
        payload = dsse.envelope(MANIFEST_TYPE, payload, [dsse.Signature(key.key_id, key.sign(message)) for key in keys])
    typer.echo(payload.decode())


def _moment(text: str, option: str = "--built") -> datetime:
    """Return a time.

    Raises:
        ConfigError: It is none.
    """
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.errors import ConfigError  # noqa: PLC0415

    if not text or text.lower() == "now":
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{option} {text!r} is no time (expected 2026-11-28T00:00:00Z)"
        raise ConfigError(message) from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _release(text: str) -> Release | None:
    """Return the release of a distribution that the user names.

    Raises:
        ConfigError: It names none.
    """
    from auditor.errors import ConfigError  # noqa: PLC0415
    from auditor.formats.advisories import Release, release_of  # noqa: PLC0415

    if not text:
        return None
    found = release_of(text.replace(":", " "))
    name, mark, version = text.partition(":")
    if found is None and mark and name and version:
        found = Release(id=name.lower(), version=version.lower())
    if found is None:
        message = f"--distribution {text!r} names no release (expected openeuler:22.03-LTS-SP3)"
        raise ConfigError(message)
    return found


def _lost(losses: Losses) -> list[Text]:
    from auditor.cli.texts import say  # noqa: PLC0415

    return [
        say("db.lost", count=count, reason=reason, examples=", ".join(losses.examples[reason]))
        for reason, count in sorted(losses.counts.items())
    ]


def _code(found: Status, now: datetime) -> int:
    from auditor.command import INTEGRITY_ERROR  # noqa: PLC0415

    if found.contents is None:
        return INTEGRITY_ERROR if found.is_there else 3
    return 0 if _state(found, now) in {"fine", "aging"} else 3


def _state(found: Status, now: datetime) -> str:
    from auditor.database.installed import AGE_LIMIT_DAYS, CLOCK_SLACK  # noqa: PLC0415

    if found.contents is None:
        return "damaged" if found.is_there else "none"
    age = now - found.contents.built
    if -age > CLOCK_SLACK:
        return "future"
    return "fine" if age.days <= 5 else "aging" if age.days <= AGE_LIMIT_DAYS else "stale"  # noqa: PLR2004 - scan-tools.md §4.3


def _lines(found: Status, now: datetime) -> list[Text]:
    from auditor.cli.texts import say  # noqa: PLC0415

    state = _state(found, now)
    held = found.contents
    if held is None:
        return [say(f"db.state.{state}", folder=found.folder, problem=found.problem)]
    lines = [
        say(
            f"db.state.{state}",
            folder=found.folder,
            built=f"{held.built:%Y-%m-%d %H:%M}",
            days=(now - held.built).days,
            problem="",
        ),
        say("db.holds", schema=held.schema, advisories=held.advisories),
    ]
    lines += [say("db.ecosystem", name=name, count=count) for name, count in sorted(held.ecosystems.items())]
    lines += [
        say("db.ecosystem", name=f"{each.id} {each.version}".strip(), count=each.rows)
        for each in sorted(held.systems, key=lambda one: (one.id, one.version))
    ]
    lines += [
        say("db.provider.said" if each.changed else "db.provider", name=each.name, day=each.captured[:10], **more)
        for each in held.providers
        for more in ({"changed": each.changed} if each.changed else {},)
    ]
    record = found.imported
    if record is None:
        lines.append(say("db.unknown_origin"))
    else:
        lines.append(say("db.imported", source=record.source, at=record.at, digest=record.sha256))
        lines.append(say("db.signed", keys=", ".join(record.signed_by)) if record.signed_by else say("db.unsigned"))
        if record.replaced:
            lines.append(say("db.rolled_back", built=record.replaced))
    return lines


def _value(found: Status, now: datetime) -> dict[str, object]:
    held, record = found.contents, found.imported
    value: dict[str, object] = {
        "folder": str(found.folder),
        "state": _state(found, now),
        "problem": found.problem,
        "imported": {name: getattr(record, name) for name in type(record).__slots__} if record else None,
    }
    if held is not None:
        value |= {
            "built": held.built.isoformat(),
            "schema": held.schema,
            "advisories": held.advisories,
            "ecosystems": dict(sorted(held.ecosystems.items())),
            "distributions": {f"{each.id} {each.version}".strip(): each.rows for each in held.systems},
            "providers": {each.name: each.captured for each in held.providers},
            "said": {each.name: each.changed for each in held.providers if each.changed},
            "epss": held.has_epss,
            "known_exploited": held.has_kev,
        }
    return value
