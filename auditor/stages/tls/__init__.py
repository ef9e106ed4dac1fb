"""Stage ``tls``: SM2, SM3 and SM4 in force on the wire and at rest (TLS, RFC 8998, TLCP, certificates)."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"tls"}))
