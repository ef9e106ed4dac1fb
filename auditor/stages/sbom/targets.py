"""What ``auditor.yaml`` may say of an SBOM."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from auditor.target import Name, Target


class SbomTarget(Target):
    """An SBOM and what is expected of it."""

    where: Name
    keys: Annotated[tuple[Name, ...], Field(description="public keys that signatures are verified with")] = ()
    signed: Annotated[bool, Field(description="an SBOM without a signature fails")] | None = None
    profiles: tuple[Literal["ntia-2021", "cisa-2025", "bsi-tr-03183-2"], ...] = ()
    licences: Annotated[Name, Field(description="file with a licence policy of your own")] | None = None
    vex: Annotated[tuple[Name, ...], Field(description="VEX documents about it")] = ()
