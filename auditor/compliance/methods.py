"""Which checks give the evidence that clauses ask for: ``rulesets/compliance/methods.yaml``, said once for each method.

A clause of a catalogue names its methods (``tls.certificate-valid``); the same method means the same everywhere. So a
check that gives a method speaks to every clause that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.model.control import Control, Framework

FILE: Final = "methods.yaml"
SCHEMA: Final = "auditor-methods/1"


class Methods(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each method rests on; every method of the catalogues stands in one of the three.

    Attributes:
        schema: Which shape this is.
        not_by_method: By framework, how the ids begin of clauses to which no method speaks.
        whole: Checks that show all of what a method shows.
        part: Checks that show a part of it.
        none: Methods that no check gives.
    """

    schema: str
    not_by_method: Mapping[str, tuple[str, ...]]
    whole: Mapping[str, tuple[str, ...]]
    part: Mapping[str, tuple[str, ...]]
    none: tuple[str, ...]

    def is_by_method(self, framework: str, control: str) -> bool:
        """Tell whether methods speak to a clause."""
        return not control.startswith(self.not_by_method.get(framework, ()))

    def checks_of(self, method: str) -> tuple[str, ...]:
        """Return the checks that give a method, or some of it."""
        return self.whole.get(method) or self.part.get(method, ())

    def lacking(self, control: Control) -> tuple[str, ...]:
        """Return the methods of a clause that no check gives in whole, in their order."""
        return tuple(
            each.id for each in (control.clause.methods if control.clause else ()) if each.id not in self.whole
        )


def spoken(methods: Methods, frameworks: Iterable[Framework]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, by check, the clauses that it speaks to by a method: control ids by framework."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for framework in frameworks:
        for control in framework.controls:
            if not control.clause or not methods.is_by_method(framework.id, control.id):
                continue
            for method in control.clause.methods:
                for check in methods.checks_of(method.id):
                    found.setdefault(check, {}).setdefault(framework.id, {})[control.id] = None
    return {check: {name: tuple(ids) for name, ids in by.items()} for check, by in found.items()}


def merged(own: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the controls that a check names itself, and those of its methods after them."""
    names = dict.fromkeys((*own, *more))
    return {name: tuple(dict.fromkeys((*own.get(name, ()), *more.get(name, ())))) for name in names}
