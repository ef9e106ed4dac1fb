"""``auditor inventory``: what should be covered, put together from what other documents and systems know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from auditor.cli.words import told
from auditor.command import Lang, check_language, refuse
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.inventory_imports import Imported
    from auditor.model.fact import Fact

KindOfFact = TypeVar("KindOfFact", bound="Fact")

INCOMPLETE: Final = 3
KINDS: Final = ("openapi", "sql", "postgresql", *(each.name for each in stages() if each.inventory_from), "run")
_LIMIT_BYTES: Final = 64 << 20


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    inventory = typer.Typer(help=told("help.inventory"), no_args_is_help=True)
    inventory.command("build", help=told("help.inventory.build"))(build)
    app.add_typer(inventory, name="inventory")


def build(
    sources: Annotated[list[str], typer.Argument(metavar="KIND=WHERE...", help=told("help.inventory.sources"))],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help=told("help.collect.output"), metavar="FILE")],
    onto: Annotated[Path | None, typer.Option("--onto", help=told("help.inventory.onto"), metavar="FILE")] = None,
    namespace: Annotated[
        str, typer.Option("--namespace", help=told("help.inventory.namespace"), metavar="NAMESPACE|DATABASE")
    ] = "postgres",
    component: Annotated[str, typer.Option("--component", help=told("help.inventory.component"), metavar="NAME")] = "",
    lang: Lang = "",
) -> None:
    """Build an inventory."""
    from auditor.errors import AuditorError, ToolError  # noqa: PLC0415
    from auditor.formats.inventory_making import Making  # noqa: PLC0415

    check_language(lang)
    given = [(source, *source.partition("=")[::2]) for source in sources]
    for source, kind, where in given:
        if kind not in KINDS or not where:
            refuse(told("inventory.kind", source=source, kinds=", ".join(f"{each}=" for each in KINDS)))
    making = Making(before=_before(onto))
    for source, kind, where in given:
        try:
            for found in _read(kind, where, namespace, component):
                making.add(source, found)
        except ToolError as error:
            making.lose(source, f"{error.reason}: {error.detail}")
        except (OSError, AuditorError) as error:
            making.lose(source, getattr(error, "strerror", None) or str(error))
    output.write_text(making.text(), encoding="utf-8")
    value = making.value()
    counts = {key: len(value.get(key, ())) for key in ("components", "datasets", "actions")}
    typer.echo(told("inventory.written", path=output, **counts), err=True)
    for source, why in sorted(making.unread.items()):
        typer.echo(told("inventory.unread", source=source, why=why), err=True)
    raise typer.Exit(INCOMPLETE if making.unread else 0)


def _before(onto: Path | None) -> dict[str, object]:
    """Return the file that is built upon, as plain values."""
    if onto is None:
        return {}
    from auditor.formats.documents import Document, read  # noqa: PLC0415

    found = list(read(onto.read_bytes()[:_LIMIT_BYTES])) if onto.is_file() else []
    value = found[0].value if len(found) == 1 and isinstance(found[0], Document) else None
    if not isinstance(value, dict):
        refuse(told("inventory.onto", path=onto))
    return {key: each for key, each in value.items() if key != "unread"}


def _read(kind: str, where: str, namespace: str, component: str) -> Iterator[Imported]:
    from auditor.formats import inventory_imports as imports  # noqa: PLC0415

    path = Path(where)
    if kind == "openapi":
        yield imports.of_openapi(_bytes(path), path.name, component)
    elif kind == "sql":
        text = _bytes(path).decode("utf-8", "replace")
        yield imports.of_sql(text, path.name, namespace, component or namespace.rpartition("|")[2])
    elif kind == "postgresql":
        from auditor.tools import postgres  # noqa: PLC0415
        from auditor.tools.process import scratch_folder  # noqa: PLC0415

        with scratch_folder() as folder:
            text = postgres.columns(where, folder)
        yield imports.of_columns(text, where, namespace, component or namespace.rpartition("|")[2])
    elif kind == "run":
        yield _of_run(where)
    else:
        yield from next(stage.part_of(stage.inventory_from) for stage in stages() if stage.name == kind)(
            where, component
        )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LIMIT_BYTES + 1)
    if len(data) > _LIMIT_BYTES:
        from auditor.errors import ConfigError  # noqa: PLC0415

        msg = f"larger than {_LIMIT_BYTES >> 20} MiB: {path.name}"
        raise ConfigError(msg)
    return data


def _of_run(name: str) -> Imported:
    """Return what a finished run saw of clusters, data and key stores; what it lost of them is a problem."""
    from auditor import registry  # noqa: PLC0415
    from auditor.evidence import read as evidence  # noqa: PLC0415
    from auditor.evidence.load import load  # noqa: PLC0415
    from auditor.evidence.store import find_run  # noqa: PLC0415
    from auditor.formats.inventory_imports import Imported  # noqa: PLC0415
    from auditor.model.fact import GapClass  # noqa: PLC0415

    folder = find_run(name)
    record = load(folder)
    facts = evidence.observed(folder, record, registry.fact_kinds()).facts
    kinds: set[str] = set()

    def seen(kind: type[KindOfFact]) -> list[KindOfFact]:
        found = [each for known in facts.values() for each in known.of(kind)]
        kinds.update([kind.__name__] if found else [])
        return found

    asked = [stage.part_of(stage.inventory_of) for stage in stages() if stage.inventory_of]
    made: list[Imported] = [of_stage(seen, f"run {folder.name}") for of_stage in asked]
    if not kinds:
        return Imported(problems=("it saw no Kubernetes object, no data set and no key store",))
    lost = [gap for gap in record.gaps if gap.kind in kinds and gap.gap_class is not GapClass.OUT_OF_REACH]
    return Imported(
        components=tuple(each for one in made for each in one.components),
        datasets=tuple(each for one in made for each in one.datasets),
        actions=tuple(each for one in made for each in one.actions),
        services=tuple(each for one in made for each in one.services),
        edges=tuple(each for one in made for each in one.edges),
        problems=tuple(f"{gap.reason}: {gap.subject or gap.detail}" for gap in lost),
    )
