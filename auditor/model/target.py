"""What is audited: named systems and their parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One place to look at: a source tree, a manifest folder, an endpoint.

    Attributes:
        kind: Word before the ``=`` of the argument (``code``, ``kubernetes``, ``node`` …).
        where: Rest of the argument, byte for byte as the user gave it.
        options: Settings of this part from ``auditor.yaml`` or from switches of the command line.
        given: The whole argument where it joins several parts (``node=F@kubernetes=S``); empty otherwise.
        base: Folder that a relative ``where`` starts from; empty for the current one.
    """

    kind: str
    where: str
    options: Mapping[str, object] = field(default_factory=dict)
    given: str = ""
    base: str = ""

    @property
    def argument(self) -> str:
        """The argument as given, ``kind=where``; findings and gaps carry it as ``target``."""
        return self.given or f"{self.kind}={self.where}"

    @property
    def path(self) -> Path:
        """The place in the file system, where ``where`` is one."""
        return Path(self.base, self.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One system: the parts that are judged together.

    Attributes:
        name: What the user calls it; the argument itself where there is a single part.
        parts: At least one part.
    """

    name: str
    parts: tuple[Part, ...]

    def of(self, *kinds: str) -> Iterator[Part]:
        """Iterate over the parts of these kinds, in the order given by the user."""
        return (part for part in self.parts if part.kind in kinds)
