"""One question to one endpoint, for stages that rest on a gateway: does it finish a TLCP handshake?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.errors import ToolError
from auditor.stages.tls.outcome import Deadline, Outcome
from auditor.stages.tls.probe import Asker, GivenUp
from auditor.stages.tls.settings import place
from auditor.stages.tls.tlcp.client import Wish, say_goodbye, shake

if TYPE_CHECKING:
    from auditor.stages.tls.probe import Dial

DEADLINE_S: Final = 30.0
ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
UNDECIDED: Final = ""


def tlcp_answer(where: str, dial: Dial) -> tuple[str, str]:
    """Return how a TLCP handshake (GB/T 38636-2020 6.4) with an endpoint ended, and what was seen.

    Args:
        where: ``host:port``; 443 where it names no port.
        dial: Opens connections.

    Returns:
        ``accepted`` where both Finished were verified; ``refused`` where an alert, a hang-up or a wrong signature shows
        that it does not; empty where nothing is proven, with the reason.
    """
    endpoint = place(where) or place(f"{where}:443")
    if endpoint is None:
        return UNDECIDED, "no host and port"
    deadline = Deadline(DEADLINE_S)
    try:
        address = dial.addresses(endpoint.host, endpoint.port, deadline.left_s)[0]
        asker = Asker(dial, address, endpoint.port, deadline)
        number, link = asker.open("tlcp")
        try:
            done = shake(link, Wish())
        finally:
            say_goodbye(link)
        asker.note(number, done.outcome, done.alert, done.problem)
    except (GivenUp, ToolError) as error:
        return UNDECIDED, f"{error.reason}: {error.detail}"
    seen = done.problem or (f"alert {done.alert}" if done.alert is not None else done.reached) or done.outcome.value
    if done.outcome is Outcome.ACCEPTED:
        return ACCEPTED, "both Finished verified"
    if done.outcome in {Outcome.REFUSED, Outcome.CLOSED} or False in {
        done.key_exchange_verified,
        done.finished_verified,
    }:
        return REFUSED, seen
    return UNDECIDED, "client certificate needed" if done.server and done.asks_client else seen
