"""Kinds of text and numbers that occur in several values, with what each may be; the published schema says so, too."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from auditor.reasons import Reason

Name = Annotated[str, Meta(min_length=1)]
GapReason = Annotated[Reason, Meta(min_length=1)]
CheckId = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Digest = Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
Fingerprint = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Line = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0)]
