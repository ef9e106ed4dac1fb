"""Puts the stage together with OpenSSL 4 and the self-test of SM algorithms."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from auditor.errors import ToolError
from auditor.stages.tls.intruder import pair as intruder
from auditor.stages.tls.observe import TlsStage
from auditor.tools import openssl4, sm_selftest
from auditor.tools.dial import Dialler

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(_choice: Choice) -> TlsStage:
    """Return the stage; what is slow to load is loaded before workers are forked, rather than in each of dozens."""
    with contextlib.suppress(ToolError):  # the stage says so for each endpoint
        openssl4.ready()
    sm_selftest.run()
    return TlsStage(
        dial=lambda proxy, starttls: Dialler(proxy=proxy, starttls=starttls),
        openssl=openssl4,
        self_test=sm_selftest.run,
        intruder=intruder,
    )
