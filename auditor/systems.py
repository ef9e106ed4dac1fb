"""What the user points at, on the command line and in ``auditor.yaml``, as systems with their parts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

from msgspec import structs

from auditor.errors import ConfigError, ensure_known
from auditor.messages import say
from auditor.model.digest import writable
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages import stages, target_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.config import Config
    from auditor.request import Request
    from auditor.trust import Held

CONFIG_NAME: Final = "auditor.yaml"
REFUSED: Final = "refused"
"""As in `auditor.observe`, which is imported late."""


@dataclass
class Chosen:
    """What a run looks at.

    Attributes:
        system: Name of the whole.
        systems: Each is observed by itself.
        left: What was found and is left out on purpose.
        detected: True if the targets were found by searching.
        options: Options of targets named on the command line, by kind of target.
    """

    system: str
    systems: list[System] = field(default_factory=list)
    left: list[Exclusion] = field(default_factory=list)
    detected: bool = False
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def configuration_of(request: Request) -> Held | None:
    """Return the configuration that is named or found, and what of it counts; None where there is none.

    Raises:
        ConfigError: It cannot be read, or something in it is unknown.
    """
    found = None if request.config or request.targets else found_config()
    if request.config is None and found is None:
        return None
    from auditor.config import Trust, load  # noqa: PLC0415 - pydantic and YAML only where there is a configuration
    from auditor.trust import held  # noqa: PLC0415

    if request.config is not None:
        return held(load(request.config))
    return held(load(found or Path(CONFIG_NAME), Trust.TRUSTED if request.trusts_config else Trust.FOUND))


def found_config() -> Path | None:
    """Return ``auditor.yaml`` of this folder, or of the nearest one above it up to the root of its git repository."""
    here = Path().absolute()
    above = [here, *here.parents]
    root = next((index for index, folder in enumerate(above) if (folder / ".git").exists()), 0)
    for index, folder in enumerate(above[: root + 1]):
        if (folder / CONFIG_NAME).is_file():
            return Path(*[".."] * index, CONFIG_NAME)
    return None


def chosen_by(request: Request, limits: Held | None) -> Chosen:
    """Return what a request looks at: its files, its targets, those of the configuration, or what is found here.

    Raises:
        ConfigError: A target is given twice, or an option is for a kind of which there is none.
    """
    config = limits.config if limits else None
    chosen = Chosen(config.document.system.name if config else "", options=request.options)
    if request.files:
        by_file = next(kind.name for kind in target_kinds().values() if kind.takes_files)
        chosen.options = {**request.options, by_file: {"files": _below_here(request.files)}}
        _add(f"{by_file}=.", chosen)
    elif request.targets:
        if config and request.adds_to_config:
            chosen.systems.extend(_configured(config, request.options))
        for argument in request.targets:
            _add(argument, chosen)
    elif config:
        chosen.systems.extend(_configured(config, request.options))
        for kind, where, why in limits.refused if limits else ():
            part = Part(kind=REFUSED, where=where, options={"why": why}, named=f"{kind}={where}")
            chosen.systems.append(System(name=part.argument, parts=(part,)))
    else:
        _add(".", chosen)
    chosen.system = chosen.system or chosen.systems[0].name
    _ensure_options_are_for_something(chosen)
    ids = [part.argument for system in chosen.systems for part in system.parts]
    if double := next((each for index, each in enumerate(ids) if each in ids[:index]), ""):
        message = f"target {double!r} is given twice"
        raise ConfigError(message)
    return chosen


def _below_here(files: Iterable[str]) -> tuple[str, ...]:
    """Return paths of files relative to the working folder.

    Raises:
        ConfigError: One stands outside of it.
    """
    here = Path.cwd()
    found: list[str] = []
    for file in files:
        place = Path(os.path.normpath(here / file))
        if not place.is_relative_to(here) or place == here:
            raise ConfigError(say("plan.outside", file=file))
        found.append(place.relative_to(here).as_posix())
    return tuple(dict.fromkeys(found))


def _ensure_options_are_for_something(chosen: Chosen) -> None:
    """Refuse options of the command line for a kind of targets of which there is none.

    Raises:
        ConfigError: They would be for nothing.
    """
    given = {part.kind for system in chosen.systems for part in system.parts}
    for name, options in chosen.options.items():
        switches = [each.option for each in target_kinds()[name].switches if each.needs_target and each.key in options]
        if switches and name not in given:
            raise ConfigError(say("plan.no_target_of_kind", options=", ".join(switches), kind=name))


def _parts(part: Part, options: Mapping[str, Mapping[str, object]]) -> tuple[Part, ...]:
    """Return a target with the options of the command line, which win, taken apart if it stands for several."""
    kind = target_kinds()[part.kind]
    given = dict(options.get(part.kind, {}))
    for name in kind.from_here & given.keys():
        paths = given[name]
        listed = paths if isinstance(paths, list | tuple) else (paths,)
        given[name] = tuple(os.path.relpath(str(each), part.base or ".") for each in listed)
    whole = structs.replace(part, options={**part.options, **given}) if given else part
    taken: tuple[Part, ...] = resolve_name(kind.expand)(whole) if kind.expand else (whole,)
    return taken


def _add(argument: str, chosen: Chosen) -> None:
    from auditor.detect import detect, is_bare, parse  # noqa: PLC0415

    if not is_bare(argument):
        named = parse(argument)
        parts = tuple(each for part in named for each in _parts(part, chosen.options))
        if len(named) == 1 and len(parts) > 1:  # a file of endpoints, each of which is a system of its own
            chosen.systems.extend(System(name=part.argument, parts=(part,)) for part in parts)
        else:
            chosen.systems.append(System(name=writable(argument), parts=parts))
        return
    found = detect(argument)
    chosen.detected = True
    chosen.left.extend(found.left)
    for part in found.parts:
        if any(part.kind in stage.part_kinds for stage in stages()):
            chosen.systems.extend(System(name=each.argument, parts=(each,)) for each in _parts(part, chosen.options))
        else:
            chosen.left.append(Exclusion(target=argument, what=part.argument, why=say("plan.no_stage", kind=part.kind)))
    if not chosen.systems:
        part = Part(kind=next(iter(target_kinds())), where=argument)
        chosen.systems.append(System(name=part.argument, parts=(part,)))


def _configured(config: Config, options: Mapping[str, Mapping[str, object]]) -> Iterable[System]:
    """Yield the systems of a configuration: the parts that ``join`` names in one, every other part by itself.

    Raises:
        ConfigError: ``join`` names a part that is no target, or one twice.
    """
    base = "" if str(config.folder) == "." else str(config.folder)
    named = [_part(kind, entry, base) for kind in target_kinds() for entry in getattr(config.document.targets, kind)]
    parts = [each for part in named for each in _parts(part, options)]
    by_id = {part.argument: part for part in parts}
    group_of: dict[str, int] = {}
    for number, group in enumerate(config.document.join):
        ensure_known("target of join", group, sorted(by_id))
        for each in group:
            if group_of.setdefault(each, number) != number or group.count(each) > 1:
                message = f"join names {each!r} twice"
                raise ConfigError(message)
    for group in config.document.join:
        name = config.document.system.name if len(config.document.join) == 1 else group[0]
        yield System(name=name, parts=tuple(by_id[each] for each in group))
    for part in parts:
        if part.argument not in group_of:
            yield System(name=part.argument, parts=(part,))


def _part(kind: str, entry: object, base: str) -> Part:
    if isinstance(entry, str):
        return Part(kind=kind, where=entry, base=base)
    options = {name: _plain(value) for name, value in vars(entry).items() if value not in (None, ())}
    said = (options[name] for name in target_kinds()[kind].where if name in options)
    where = next((text for each in said if (text := _place_of(each))), "")
    if not where:
        message = f"a target of kind {kind} names no place to look at"
        raise ConfigError(message)
    return Part(kind=kind, where=where, options=options, base=base)


def _plain(value: object) -> object:
    """Return a value of a target as the record keeps it: a mapping for what has keys of its own."""
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _place_of(value: object) -> str:
    """Return where something lies: a path, or a mapping that has one."""
    return str(value.get("path") or "") if isinstance(value, dict) else str(value)
