"""What ``auditor.yaml`` may say of an endpoint."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from auditor.target import Name, Target


class TlsTarget(Target):
    """An endpoint and what is expected of it."""

    endpoint: Name
    profile: Name = "mixed"
    trust: tuple[Name, ...] = ()
    server_name: Name | None = None
    crl: tuple[Name, ...] = ()
    client: dict[str, Any] | None = None
    starttls: Literal["", "smtp", "imap", "pop3", "ldap", "postgresql", "mysql"] | None = None
    proxy: Annotated[str, Field(pattern=r"^.+:[0-9]{1,5}$")] | None = None
    deadline_s: Annotated[float, Field(gt=0, le=600)] | None = None
    intrusive: bool | None = None
    try_passwords: bool | None = None
    allowed_anchors: tuple[Name, ...] | None = None
    on_disk: tuple[Name, ...] = ()
    product_certificates: tuple[dict[str, Any], ...] = ()
