"""Stage ``tls``: SM2, SM3 and SM4 in force on the wire and at rest (TLS, RFC 8998, TLCP, certificates)."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, Switch, TargetKind

TLS: Final = TargetKind(
    name="tls",
    is_path=False,
    is_server=True,
    model=f"{__name__}.targets:TlsTarget",
    where=("endpoint",),
    expand=f"{__name__}.settings:expanded",
    switches=(
        Switch(option="--tls-profile", key="profile", metavar="NAME|FILE", text="help.tls_profile"),
        Switch(option="--tls-trust", key="trust", metavar="FILE", text="help.tls_trust", is_many=True),
    ),
)
STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({TLS.name}), targets=(TLS,))
