"""What is audited: named systems and their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from auditor.model.digest import writable


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place to look at: a source tree, a manifest folder, an endpoint.

    Attributes:
        kind: Word before the ``=`` of the argument (``code``, ``kubernetes``, ``node`` …).
        where: Rest of the argument, byte for byte as the user gave it.
        options: Settings of this part from ``auditor.yaml`` or from switches of the command line.
        named: Id where it is not ``kind=where``: what stands elsewhere for this part for a while.
        base: Folder that a relative ``where`` starts from; empty for the current one.
    """

    kind: str
    where: str
    options: Mapping[str, Any] = field(default_factory=dict)
    named: str = ""
    base: str = ""

    @property
    def argument(self) -> str:
        """Its id, ``kind=where`` as given; unique in a run; findings and gaps carry it as ``target``."""
        return self.named or writable(f"{self.kind}={self.where}")

    @property
    def path(self) -> Path:
        """The place in the file system, where ``where`` is one."""
        return Path(self.base, self.where)


class System(Struct, frozen=True, kw_only=True):
    """Parts that are judged together.

    Attributes:
        name: What the user calls it; the argument itself where there is a single part.
        parts: At least one part.
    """

    name: str
    parts: tuple[Part, ...]

    @property
    def argument(self) -> str:
        """The argument that joins its parts (``sbom=F@image=S``), as given; empty where none does.

        Parts of one kind (``code=a@code=b``) keep their own ids, as their verdicts could not be told apart otherwise.
        """
        if len({part.kind for part in self.parts}) < len(self.parts):
            return ""
        joined = "@".join(part.argument for part in self.parts)
        return joined if len(self.parts) > 1 and joined == self.name else ""

    def of(self, *kinds: str) -> Iterator[Part]:
        """Iterate over the parts of these kinds, in the order given by the user."""
        return (part for part in self.parts if part.kind in kinds)
