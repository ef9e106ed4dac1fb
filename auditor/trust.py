"""What a configuration may do that was found and not named: whoever writes the audited folder can write it, too.

It may name targets inside its own folder, frameworks, and a gate that is stricter than the caller's. Everything that
reaches out (servers, variables, contexts, policies, places outside) or loosens takes effect only from a configuration
that the caller names (``--config``) or trusts (``--trust-config``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from auditor.config import Config, GateSection, Trust
from auditor.model.finding import Severity
from auditor.stages import target_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel


REACHING: Final = frozenset({"endpoint", "address", "host", "port", "server_name", "client", "token_env", "parameters"})
"""Fields of a target that name a server, a variable, or values that loosen a rule."""
_SEVERITIES: Final = tuple(Severity)
_LOOSENING: Final = ("opa", "engine", "policies", "waivers", "answers", "claims", "parameters")


@dataclass(frozen=True, slots=True)
class Held:
    """A configuration within what it may do.

    Attributes:
        config: The same, without what it may not do.
        refused: Targets that it may not name: (kind, as written, why).
        ignored: Other keys that take no effect, as in the file.
    """

    config: Config
    refused: tuple[tuple[str, str, str], ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass
class _Kept:
    targets: dict[str, tuple[object, ...]] = field(default_factory=dict)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    loosened: list[str] = field(default_factory=list)


def held(config: Config) -> Held:
    """Return what takes effect of a configuration: all of one that the caller named or trusts."""
    if config.trust is not Trust.FOUND:
        return Held(config)
    document = config.document
    kept = _Kept()
    for kind in type(document.targets).model_fields:
        for entry in getattr(document.targets, kind):
            strict, loosened = _strict(kind, entry)
            why = _outside(config, kind, strict)
            if why:
                kept.refused.append((kind, _spelled(entry), why))
            else:
                kept.targets[kind] = (*kept.targets.get(kind, ()), strict)
                kept.loosened.extend(f"targets.{kind}.{name}" for name in loosened)
    ignored = [key for key in _LOOSENING if getattr(document, key, None)]
    ignored += dict.fromkeys(kept.loosened)
    gate, loosened = _stricter(document.gate)
    fields = type(document).model_fields
    none: dict[str, tuple[object, ...]] = dict.fromkeys(type(document.targets).model_fields, ())
    changed: dict[str, object] = {key: fields[key].get_default() for key in ignored if key in fields}
    inner = document.model_copy(
        update={
            **changed,
            "targets": document.targets.model_copy(update={**none, **kept.targets}),
            "gate": gate,
        }
    )
    return Held(replace(config, document=inner), tuple(kept.refused), (*ignored, *loosened))


def _stricter(gate: GateSection) -> tuple[GateSection, list[str]]:
    """Return the gate where it is stricter than that of nobody, and what of it is looser."""
    usual = GateSection()
    fail_on = max(gate.fail_on, usual.fail_on, key=lambda name: _SEVERITIES.index(Severity(name)))
    loosened = [
        f"gate.{name}"
        for name, is_loose in (
            ("fail_on", fail_on != gate.fail_on),
            ("max_not_assessed", gate.max_not_assessed > usual.max_not_assessed),
            ("rego", gate.rego is not None),
        )
        if is_loose
    ]
    most = min(gate.max_not_assessed, usual.max_not_assessed)
    return gate.model_copy(update={"fail_on": fail_on, "max_not_assessed": most, "rego": None}), loosened


def _strict(kind: str, entry: object) -> tuple[object, list[str]]:
    """Return a target without what loosens its audit, and the names of that."""
    if isinstance(entry, str):
        return entry, []
    fields = target_kinds()[kind].loosening  # whoever writes the tree cannot exclude a file from its audit
    loosened = [name for name, value in _fields(entry) if name in fields and not _is_among(value, fields[name])]
    model = cast("BaseModel", entry)
    empty = {name: type(model).model_fields[name].get_default() for name in loosened}
    return model.model_copy(update=empty), loosened


def _is_among(value: object, strict: frozenset[object]) -> bool:
    return isinstance(value, str | bool) and value in strict


def _outside(config: Config, kind: str, entry: object) -> str:
    """Say where a target reaches that is not inside the folder of its configuration; empty if it stays there."""
    if target_kinds()[kind].is_server:
        return "a server"
    if isinstance(entry, str):
        return _reach(config, entry)
    for name, value in _fields(entry):
        if name in REACHING:
            return name
        for text in _texts(value):
            if why := _reach(config, text):
                return why
    return ""


def _fields(entry: object) -> Iterator[tuple[str, object]]:
    model = cast("BaseModel", entry)  # the entries of `Targets` are texts and models
    for name in type(model).model_fields:
        value = getattr(model, name)
        if value not in (None, (), {}):
            yield name, value


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield from _texts(each)
                if str(key) in REACHING:
                    yield "variable://"
        case list() | tuple():
            for each in value:
                yield from _texts(each)
        case _ if hasattr(type(value), "model_fields"):  # a part of a target that has fields of its own
            yield from _texts(dict(_fields(value)))


def _reach(config: Config, text: str) -> str:
    if "://" in text:
        return "a server"
    place = text
    for scheme, what in (each for kind in target_kinds().values() for each in kind.schemes.items()):
        if text.startswith(scheme):
            if what:
                return what
            place = text.removeprefix(scheme)
            break
    folder = os.path.realpath(config.folder)
    try:
        real = os.path.realpath(os.path.join(folder, place))  # noqa: PTH118 - joins absolute places, too
    except (OSError, ValueError):
        return "no place"
    return "" if real == folder or real.startswith(folder.rstrip("/") + "/") else "a place outside its folder"


def _spelled(entry: object) -> str:
    if isinstance(entry, str):
        return entry
    return next((text for _name, value in _fields(entry) for text in _texts(value)), "?")
