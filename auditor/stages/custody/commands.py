"""``auditor custody``: records of ceremonies, what an air-gapped site carries in; ``auditor collect vault``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auditor.command import NOT_ASSESSED, Lang, check_language, group, refuse, telling
from auditor.model.text import reason_text
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.x509 import Certificate

    from auditor.formats.ceremony import Record

told = telling(say)
FAILED = 1
Root = Annotated[list[Path] | None, typer.Option("--root", help=told("help.record.root"), metavar="FILE")]


def add_to(app: typer.Typer) -> None:
    """Add ``auditor custody``."""
    custody = group(app, "custody", told("help.custody"))
    record = typer.Typer(help=told("help.record"), no_args_is_help=True)
    record.command("new", help=told("help.record.new"))(new)
    record.command("sign", help=told("help.record.sign"))(sign)
    record.command("verify", help=told("help.record.verify"))(verify)
    record.command("schema", help=told("help.record.schema"))(schema)
    package = typer.Typer(help=told("help.package"), no_args_is_help=True)
    package.command("new", help=told("help.package.new"))(package_new)
    package.command("verify", help=told("help.package.verify"))(package_verify)
    custody.add_typer(record, name="record")
    custody.add_typer(package, name="package")


def collect_vault(app: typer.Typer) -> None:
    """Add the collector of a Vault or OpenBao."""
    group(app, "collect", told("help.collect")).command("vault", help=told("help.collect.vault"))(vault)


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=told("help.record.kind"))],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help=told("help.collect.output"), metavar="FILE")],
    after: Annotated[Path | None, typer.Option("--after", help=told("help.record.after"), metavar="FILE")] = None,
    participants: Annotated[
        list[str] | None,
        typer.Option("--participant", help=told("help.record.participant"), metavar="ID:ROLE:ORG[:CERT]"),
    ] = None,
    cluster_id: Annotated[str, typer.Option("--cluster-id", help=told("help.record.cluster"))] = "",
    shares: Annotated[int | None, typer.Option("--shares", help=told("help.record.shares"), min=1, max=255)] = None,
    threshold: Annotated[
        int | None, typer.Option("--threshold", help=told("help.record.threshold"), min=1, max=255)
    ] = None,
    place: Annotated[str, typer.Option("--place", help=told("help.record.place"))] = "",
    lang: Lang = "",
) -> None:
    """Draw up a record."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.formats import ceremony, ceremony_making  # noqa: PLC0415

    check_language(lang)
    if kind not in ceremony.KINDS:
        refuse(told("record.kind.unknown", kind=kind, known=", ".join(ceremony.KINDS)))
    people = [_participant(text, ceremony.ROLES) for text in participants or ()]
    previous = _record(after).value if after else None
    made = ceremony_making.drawn_up(
        kind,
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        previous=previous,
        participants=people,
        known={"cluster_id": cluster_id, "shares": shares, "threshold": threshold, "place": place},
    )
    if output.exists():
        refuse(told("record.exists", path=output))
    _write(output, made)
    typer.echo(told("record.written", path=output), err=True)


def sign(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help=told("help.record.file"))],
    *,
    who: Annotated[str, typer.Option("--as", help=told("help.record.as"), metavar="ID")] = "",
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help=told("help.record.certificate"), metavar="FILE")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help=told("help.record.key"), metavar="FILE")] = None,
    value: Annotated[Path | None, typer.Option("--value", help=told("help.record.value"), metavar="FILE")] = None,
    print_octets: Annotated[bool, typer.Option("--print-octets", help=told("help.record.octets"))] = False,
    lang: Lang = "",
) -> None:
    """Add a signature to a record."""
    from auditor.formats import ceremony, ceremony_making, signers  # noqa: PLC0415

    check_language(lang)
    found = _record(record)
    if print_octets:
        sys.stdout.buffer.write(ceremony.signed_octets(found.value))
        return
    if not who or certificate is None or (key is None) == (value is None):
        refuse(told("record.sign.needs"))
    if not any(str(each.get("id")) == who for each in found.participants()):
        refuse(told("record.stranger", who=who))
    try:
        issued = signers.certificate(_bytes(certificate))
        signature = ceremony_making.signed_with_key(found.value, _bytes(key)) if key else _value(value)
        entry = ceremony_making.signature(found.value, who, issued, signature)
    except signers.SignerError as error:
        refuse(told("record.not_signed", problem=error))
    others = [each for each in found.listed("signatures") if each.get("participant_id") != who]
    _write(record, {**found.value, "signatures": [*others, entry]})
    typer.echo(told("record.signed", path=record, who=who, algorithm=entry["algorithm"]), err=True)


def verify(
    records: Annotated[list[Path], typer.Argument(metavar="RECORD|FOLDER", help=told("help.record.files"))],
    *,
    root: Root = None,
    quorum: Annotated[int | None, typer.Option("--quorum", help=told("help.record.quorum"), min=1, max=255)] = None,
    algorithms: Annotated[
        list[str] | None, typer.Option("--algorithm", help=told("help.record.algorithm"), metavar="NAME")
    ] = None,
    lang: Lang = "",
) -> None:
    """Prove records and their chain."""
    from auditor.check_data import check_data  # noqa: PLC0415
    from auditor.formats import ceremony, signers  # noqa: PLC0415

    check_language(lang)
    parameters = check_data("custody").parameters("custody-ceremony-proven")
    if unknown := [each for each in algorithms or () if each not in signers.ALGORITHMS]:
        refuse(told("record.algorithm.unknown", name=unknown[0], known=", ".join(signers.ALGORITHMS)))
    roots, others = _roots(root or [])
    policy = ceremony.Policy(
        quorum=quorum or int(parameters["quorum"]),
        algorithms=frozenset(algorithms or parameters["algorithms"]),
        roots=roots,
        others=others,
    )
    paths = [path for each in records for path in (sorted(each.glob("*.json")) if each.is_dir() else [each])]
    found = [_record(path) for path in paths]
    if not found:
        refuse(told("record.none"))
    for each in found:
        if not each.problems:
            ceremony.check_signatures(each, policy)
    for each in ceremony.check_chain(found):
        by = ", ".join(each.signed_by) or "-"
        typer.echo(f"{each.name}: {'FAIL' if each.problems else 'OK'}  {each.sequence} {each.kind}  {by}")
        for problem in each.problems:
            typer.echo(f"  {problem.code}: {problem.detail}")
    if any(each.problems for each in found):
        raise typer.Exit(FAILED)


def schema(*, lang: Lang = "") -> None:
    """Print the schema of records."""
    import json  # noqa: PLC0415

    from auditor.formats.ceremony import json_schema  # noqa: PLC0415

    check_language(lang)
    typer.echo(json.dumps(json_schema(), indent=2))


def package_new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=told("help.package.folder"))],
    *,
    product: Annotated[str, typer.Option("--product", help=told("help.package.product"))] = "openbao",
    version: Annotated[str, typer.Option("--version", help=told("help.package.version"))] = "",
    key: Annotated[Path | None, typer.Option("--key", help=told("help.record.key"), metavar="FILE")] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help=told("help.record.certificate"), metavar="FILE")
    ] = None,
    lang: Lang = "",
) -> None:
    """Write the manifest of a package."""
    from auditor.formats import signers  # noqa: PLC0415
    from auditor.stages.custody import package  # noqa: PLC0415

    check_language(lang)
    made = package.manifest_of(folder, product, version)
    if key and certificate:
        try:
            made["signature"] = package.signature(made, _bytes(key), signers.certificate(_bytes(certificate)))
        except signers.SignerError as error:
            refuse(told("record.not_signed", problem=error))
    _write(folder / package.MANIFEST, made)
    typer.echo(told("package.written", path=folder / package.MANIFEST, count=len(made["files"])), err=True)


def package_verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=told("help.package.folder"))],
    *,
    root: Root = None,
    lang: Lang = "",
) -> None:
    """Compare a package with its manifest."""
    from auditor.formats.canonical_json import CanonicalError, parse  # noqa: PLC0415
    from auditor.stages.custody import package  # noqa: PLC0415

    check_language(lang)
    try:
        manifest = parse(_bytes(folder / package.MANIFEST))
    except CanonicalError as error:
        refuse(told("record.unreadable", path=folder / package.MANIFEST, problem=error))
    roots, _others = _roots(root or [])
    problems = list(package.verify(folder, manifest if isinstance(manifest, dict) else {}, roots))
    if not roots:
        problems.append(told("package.no_root"))
    for problem in problems:
        typer.echo(f"FAIL  {problem}")
    if problems:
        raise typer.Exit(FAILED)
    typer.echo(f"OK  {folder}")


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
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor.stages.custody import collecting, reading  # noqa: PLC0415

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
        found = collecting.collect(at(where, token_env, token_file), output, datetime.now(UTC), _progress)
    except OSError as error:
        refuse(told("collect.not_written", path=output, problem=error.strerror))
    if found.problem:
        typer.echo(told("collect.vault_failed", reason=reason_text(found.problem), detail=found.detail), err=True)
        raise typer.Exit(NOT_ASSESSED)
    lost = collecting.refused(found)
    typer.echo(told("collect.vault_written", path=output, refused=len(lost)), err=True)
    for each in lost[:50]:
        typer.echo(f"  {each}", err=True)


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{what}: {done}/{total}   ", err=True, nl=done == total)


def _participant(text: str, roles: Iterable[str]) -> dict[str, Any]:
    from auditor.formats import ceremony_making, signers  # noqa: PLC0415

    who, _, rest = text.partition(":")
    role, _, rest = rest.partition(":")
    organisation, _, file = rest.partition(":")
    if not who or role not in set(roles):
        refuse(told("record.participant.wrong", text=text, roles=", ".join(roles)))
    try:
        return ceremony_making.participant(
            who, role, organisation, signers.certificate(_bytes(Path(file))) if file else None
        )
    except signers.SignerError as error:
        refuse(told("record.unreadable", path=file, problem=error))


def _roots(files: list[Path]) -> tuple[tuple[Certificate, ...], tuple[Certificate, ...]]:
    from auditor.stages.custody.records import roots_of  # noqa: PLC0415

    return roots_of(_bytes(each) for each in files)


def _record(path: Path) -> Record:
    from auditor.formats import ceremony  # noqa: PLC0415
    from auditor.formats.canonical_json import CanonicalError  # noqa: PLC0415

    try:
        return ceremony.read(_bytes(path), path.name)
    except CanonicalError as error:
        refuse(told("record.unreadable", path=path, problem=error))


def _value(path: Path | None) -> bytes:
    """Return a signature that another program made: plain octets, base64 or hex."""
    from auditor.formats import signers  # noqa: PLC0415

    data = _bytes(path) if path else b""
    try:
        return signers.octets(data.decode("ascii"))
    except (UnicodeDecodeError, signers.SignerError):
        return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(told("record.unreadable", path=path, problem=error.strerror))


def _write(path: Path, value: dict[str, Any]) -> None:
    import json  # noqa: PLC0415

    try:
        path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        refuse(told("collect.not_written", path=path, problem=error.strerror))
