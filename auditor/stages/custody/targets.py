"""What ``auditor.yaml`` may say of a key store."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from auditor.target import Name, Target


class CustodyTarget(Target):
    """A Vault or OpenBao, a file of it, or records of ceremonies."""

    address: Name | None = None
    token_env: Name | None = None
    token_file: Name | None = None
    ca: Name | None = None
    namespace: Name | None = None
    records: Name | None = None
    file: Name | None = None
    air_gapped: Annotated[bool, Field(description="nothing outside may be talked to (the default)")] | None = None
    sm: Annotated[bool, Field(description="commercial cryptography is demanded")] | None = None
    module: Annotated[bool, Field(description="the seal has to be a cryptographic module")] | None = None
    tlcp_gateway: Name | None = None
    inside: Annotated[tuple[Name, ...], Field(description="hosts, endings and networks that count as inside")] = ()
    ui: Annotated[bool, Field(description="the web interface may be on")] | None = None
    client_certificates: bool | None = None
    namespaces: tuple[Name, ...] = ()
    quorum: Annotated[int, Field(ge=1, le=255)] | None = None
    algorithms: tuple[Literal["SM2-SM3", "Ed25519", "ECDSA-SHA256", "RSA-SHA256"], ...] = ()
    roots: Annotated[tuple[Name, ...], Field(description="certificates that ceremony records chain to")] = ()
