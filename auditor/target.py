"""What models of targets in ``auditor.yaml`` share; each stage has its own in ``targets.py``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, pattern=r"^[^\x00]+$")]
SeverityName = Literal["critical", "high", "medium", "low", "info"]


class Strict(BaseModel):
    """A mapping of ``auditor.yaml``: nothing unknown, nothing of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title=None)


class Target(Strict):
    """A target that says more than where it is."""
