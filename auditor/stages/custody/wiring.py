"""Puts the stage together with clients of key stores."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from auditor.stages.custody.observe import CustodyStage
from auditor.tools.vault import opened

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> CustodyStage:
    """Return the stage."""
    return CustodyStage(
        apis=partial(opened, choice.token_env),
        needs_sm="commercial-cryptography" in choice.profiles,
        shakes=_shakes,
    )


def _shakes(gateway: str) -> tuple[str, str]:
    from auditor.stages.tls.gateway import tlcp_answer  # noqa: PLC0415 - where a gateway is declared only
    from auditor.tools.dial import Dialler  # noqa: PLC0415

    return tlcp_answer(gateway, Dialler())
