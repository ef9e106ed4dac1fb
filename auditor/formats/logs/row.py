"""One record of an audit log in the shape that every metric counts."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

TIME: Final = 1
USER: Final = 2
EVENT_TYPE: Final = 4
OBJECT: Final = 8
OUTCOME: Final = 16
ADDRESS: Final = 32
ALL: Final = 63
FIELDS: Final = ("time", "user", "event-type", "object", "outcome", "source-address")
"""The six required fields (GB/T 22239-2019 8.1.4.3 b), in the order of their bits."""

GIVEN: Final = "given"
DECLARED: Final = "declared"
UNKNOWN: Final = "unknown"
NO_TIME: Final = ""


class Row(Struct, kw_only=True):
    """One record; for auditd and split statements one event.

    Attributes:
        offset: Its first byte in the (unpacked) file.
        size: Its bytes.
        at: Microseconds since 1970 UTC; None if it has no time that can be placed.
        zone: How the time was placed: offset `GIVEN`, zone `DECLARED`, zone `UNKNOWN`, or no time.
        arrived: When it reached the collector, if the wrapper says.
        user: Who; empty if nobody is named.
        authenticated: The name was checked by what wrote the record; False for one that a client claims.
        principal: Class of the user.
        acts_for: The one who acts under another's name (impersonation), or the person behind a machine.
        action: What was done, in the words of the format.
        topics: What it is about: ``write``, ``login``, ``logout``, ``account``, ``role`` …
        object: To what.
        outcome: ``success``, ``failure``, ``denied``, or ``unknown``.
        address: From where.
        address_claimed: The address is a header of the client's.
        present: Bits of the fields that say something.
        applicable: Bits of the fields that this kind of record has at all.
        undetermined: Bits of the fields whose place holds something of an unexpected shape.
        record: Identity of the record, to find it twice; empty if it has none.
        request: What several records belong to together.
        stage: Place among the records of its request.
        stream: Stream that `seq` counts in.
        seq: Number in the stream, or None.
        trace: Id that it shares with records of other sources.
        duration: Microseconds that it took.
        is_event: False for what a server says about itself.
        note: What else was seen in it: ``secret-body``, ``audit-off``, ``truncated``, ``repeated-key``.
        level: Kubernetes audit level.
        model: Model that was called.
        prompt: Version of the prompt.
        session: Session, where the record has one.
        session_tells: The session leads to whoever used an account; that of a database is of the account itself.
    """

    offset: int
    size: int = 0
    at: int | None = None
    zone: str = NO_TIME
    arrived: int | None = None
    user: str = ""
    authenticated: bool = True
    principal: str = "none"
    acts_for: str = ""
    action: str = ""
    topics: frozenset[str] = frozenset()
    object: str = ""
    outcome: str = "unknown"
    address: str = ""
    address_claimed: bool = False
    present: int = 0
    applicable: int = ALL
    undetermined: int = 0
    record: str = ""
    request: str = ""
    stage: str = ""
    stream: str = ""
    seq: int | None = None
    trace: str = ""
    duration: int | None = None
    is_event: bool = True
    note: str = ""
    level: str = ""
    model: str = ""
    prompt: str = ""
    session: str = ""
    session_tells: bool = True


class Unreadable(Struct, frozen=True, kw_only=True):
    """A line or part of a file that no record could be made of."""

    offset: int
    size: int
    why: str = "malformed"


class Foreign(Struct, frozen=True, kw_only=True):
    """A readable record that is no audit event."""

    offset: int
    what: str
