"""``auditor sbom generate`` and ``auditor sbom verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.command import LANGUAGE, Lang, Quiet, check_language, group, refuse, safe, telling
from auditor.stages.sbom.texts import say

told = telling(say)


def add_to(app: typer.Typer) -> None:
    """Add ``auditor sbom``."""
    about = group(app, "sbom", told("help.sbom"))
    about.command("generate", help=told("help.sbom.generate"))(generate)
    about.command("verify", help=told("help.sbom.verify"))(verify)


def generate(
    target: Annotated[str, typer.Argument(metavar="TARGET", help=told("help.sbom.target"))],
    *,
    output: Annotated[Path, typer.Option("--output", help=told("help.sbom.output"), metavar="DIR")] = Path(),
    name: Annotated[str, typer.Option("--name", help=told("help.sbom.name"), metavar="NAME")] = "",
    author: Annotated[list[str] | None, typer.Option("--author", help=told("help.sbom.author"), metavar="NAME")] = None,
    supplier: Annotated[str, typer.Option("--supplier", help=told("help.sbom.supplier"), metavar="NAME")] = "",
    created: Annotated[str, typer.Option("--created", help=told("help.sbom.created"), metavar="TIME")] = "",
    platform: Annotated[str, typer.Option("--platform", help=told("help.platform"), metavar="OS/ARCH")] = "",
    lang: Lang = "",
) -> None:
    """Write CycloneDX 1.6 and SPDX 2.3 of an image or tree."""
    from auditor.stages.sbom.making import make  # noqa: PLC0415
    from auditor.tools.process import scratch_folder  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415
    from auditor.tools.syft import Syft  # noqa: PLC0415

    check_language(lang)
    files = make(
        target,
        Syft(Programs.here()),
        scratch_folder,
        name=name,
        authors=tuple(author or ()),
        supplier=supplier,
        created=created,
        platform=platform,
        without_packages=lambda named: typer.echo(told("sbom.no_packages", name=safe(named)), err=True),
    )
    try:
        output.mkdir(parents=True, exist_ok=True)
        for each, data in files:
            (output / each).write_bytes(data)
            typer.echo(str(output / each))
    except OSError as problem:
        refuse(f"{output}: {problem.strerror}")


def verify(  # noqa: PLR0913 - one parameter for each switch
    sbom: Annotated[str, typer.Argument(metavar="SBOM", help=told("help.sbom.file"))],
    *,
    image: Annotated[str, typer.Option("--image", help=told("help.sbom.image"), metavar="IMAGE")] = "",
    other: Annotated[str, typer.Option("--against", help=told("help.sbom.against"), metavar="SBOM")] = "",
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help=told("help.sbom.profile"), metavar="ID")
    ] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help=told("help.key"), metavar="FILE")] = None,
    signed: Annotated[bool, typer.Option("--signed", help=told("help.sbom.signed"))] = False,
    licences: Annotated[str, typer.Option("--licences", help=told("help.sbom.licences"), metavar="FILE")] = "",
    vex: Annotated[list[str] | None, typer.Option("--vex", help=told("help.vex"), metavar="FILE")] = None,
    platform: Annotated[str, typer.Option("--platform", help=told("help.platform"), metavar="OS/ARCH")] = "",
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    quiet: Quiet = False,
    lang: Lang = "",
) -> None:
    """Answer the nine questions to an SBOM."""
    from auditor.model.finding import in_order  # noqa: PLC0415
    from auditor.places import ensure  # noqa: PLC0415
    from auditor.stages.sbom.alone import system_of, verified  # noqa: PLC0415
    from auditor.stages.sbom.making import disagreement  # noqa: PLC0415

    del quiet
    check_language(lang)
    if other:
        rows = disagreement(Path(sbom), Path(other))
        for kind, subject in rows:
            typer.echo(f"{kind:20} {subject}")
        raise typer.Exit(1 if rows else 0)
    options: dict[str, object] = {
        "profiles": tuple(profile or ()),
        "keys": tuple(key or ()),
        "signed": signed or None,
        "licences": licences or None,
        "vex": tuple(vex or ()),
        "platform": platform or None,
    }
    system = system_of(sbom, image, {name: value for name, value in options.items() if value})
    ensure([system])
    findings = in_order(verified(system))
    if as_json:
        import json  # noqa: PLC0415

        rows_ = [
            {
                "id": each.id,
                "verdict": each.verdict.value,
                "subject": each.subject,
                "severity": each.severity.value,
                "detail": {"en": each.detail.en, "zh": each.detail.zh},
                "expected": {"en": each.expected.en, "zh": each.expected.zh},
                "actual": {"en": each.actual.en, "zh": each.actual.zh},
            }
            for each in findings
        ]
        typer.echo(json.dumps(rows_, ensure_ascii=False, indent=1))
    else:
        for each in findings:
            said = "; ".join(filter(None, (each.actual.to(LANGUAGE), each.detail.to(LANGUAGE))))
            typer.echo(f"{told('verdict.' + each.verdict.value):14} {each.id:18} {each.subject}  {said}".rstrip())
    verdicts = {each.verdict.value for each in findings}
    raise typer.Exit(1 if "fail" in verdicts else 3 if "not_assessed" in verdicts else 0)
