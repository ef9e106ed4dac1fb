"""Options of ``auditor run`` that stages bring for their targets."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Final

import typer

from auditor.command import LANGUAGE
from auditor.stages import stages, target_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stage import Switch

PLACE: Final = "given"
"""Parameter of a command in whose place the options stand; it gets their values."""


def with_switches(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that has an option for each switch of a stage, as typer reads its signature."""
    own = inspect.signature(command, eval_str=True)
    added = _parameters()

    def called(**values: object) -> None:
        command(**{name: value for name, value in values.items() if name not in added}, **{PLACE: _given(values)})

    parameters = []
    for each in own.parameters.values():
        parameters += [*added.values()] if each.name == PLACE else [each]
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined] # as PEP 362 has it
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    return called


def _parameters() -> dict[str, inspect.Parameter]:
    """Return a parameter for each switch, in the order of the pipeline; kinds of targets may share one."""
    found: dict[str, inspect.Parameter] = {}
    for stage in stages():
        for switch in (each for kind in stage.targets for each in kind.switches):
            if _name(switch) not in found:
                said = stage.part_of("texts:say")(switch.text).to(LANGUAGE)
                option = typer.Option(switch.option, help=said, metavar=switch.metavar)
                found[_name(switch)] = inspect.Parameter(
                    _name(switch),
                    inspect.Parameter.KEYWORD_ONLY,
                    default=None if switch.is_many else "",
                    annotation=Annotated[list[str] | None if switch.is_many else str, option],
                )
    return found


def _given(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return what was given, by kind of target and key; what may be repeated as a tuple."""
    found: dict[str, dict[str, object]] = {}
    for name, kind in target_kinds().items():
        for switch in kind.switches:
            if value := values.get(_name(switch)):
                found.setdefault(name, {})[switch.key] = tuple(value) if isinstance(value, list) else value
    return found


def _name(switch: Switch) -> str:
    return switch.option.removeprefix("--").replace("-", "_")
