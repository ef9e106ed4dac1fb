"""What ``auditor.yaml`` may say of an image."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditor.target import Name, Target


class ImageTarget(Target):
    """An image and what is expected of it."""

    where: Name
    platform: Annotated[Name, Field(description="judge only this platform: linux/arm64")] | None = None
    keys: Annotated[tuple[Name, ...], Field(description="public keys that signatures are verified with")] = ()
    signed: Annotated[bool, Field(description="an image without a signature fails")] | None = None
    trusted_base: Annotated[
        tuple[Name, ...],
        Field(description="digests of base images, or chains of uncompressed layers with blanks between, bottom first"),
    ] = ()
