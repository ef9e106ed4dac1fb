"""Known weaknesses of Vault and OpenBao (``rulesets/custody/advisories.yaml``), and versions compared as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from auditor.content import rulesets
from auditor.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Advisory:
    """A weakness.

    Attributes:
        id: CVE number, or that of the maker's advisory where it has none.
        product: ``vault`` or ``openbao``.
        severity: As its bulletin has it.
        fixed: First good version of each line, ascending.
        enterprise: The same of Vault Enterprise; empty where it does not differ.
    """

    id: str
    product: str
    severity: Severity
    fixed: tuple[str, ...]
    enterprise: tuple[str, ...] = ()

    def fixed_for(self, version: str) -> tuple[str, ...]:
        """Return the first good version of each line of the edition that a version belongs to."""
        return self.enterprise if self.enterprise and "+ent" in version else self.fixed


@cache
def advisories() -> tuple[Advisory, ...]:
    """Return the bundled feed."""
    import yaml  # noqa: PLC0415 - read only where a version is known

    said = yaml.load((rulesets() / "custody/advisories.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return tuple(
        Advisory(
            id=each["id"],
            product=each["product"],
            severity=Severity(each["severity"]),
            fixed=tuple(sorted(each["fixed"], key=numbers)),
            enterprise=tuple(sorted(each.get("enterprise", ()), key=numbers)),
        )
        for each in said["advisories"]
    )


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers, so that 1.9 comes before 1.19; what follows a dash or plus is left out."""
    head = re.split(r"[-+~]", version.removeprefix("v"), maxsplit=1)[0]
    return tuple(int(part) for part in head.split(".")[:4] if part.isdigit() and len(part) < 9)  # noqa: PLR2004


def is_before(version: str, other: str) -> bool:
    """Tell whether one version is older than another; one that is no version is."""
    found = numbers(version)
    return not found or found < numbers(other)


def is_hit(version: str, advisory: Advisory) -> bool:
    """Tell whether a version has a weakness: older than the fix of its own line, or of a line that got none."""
    found, fixed = numbers(version), advisory.fixed_for(version)
    for fix in fixed:
        if numbers(fix)[:2] == found[:2]:
            return found < numbers(fix)
    return found < numbers(fixed[-1])
