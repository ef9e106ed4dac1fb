"""How a port is asked, whatever the protocol: answers are written down, handshakes done, suites enumerated."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.answers import (
    WHY,
    Findings,
    Said,
    Undecided,
)
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.tlcp.client import ClientPair, Handshake, Wish, say_goodbye, shake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from auditor.stages.tls.probe import Asker, Reply

_POINT_FORMATS: Final = (wire.POINT_FORMATS, b"\x01\x00")


class OpenSsl(Protocol):
    """Handshakes by OpenSSL; `auditor.tools.openssl4` fits."""

    def shake(self, link: Any, wish: Any, left_s: Callable[[], float]) -> Any:  # noqa: ANN401 - the tool's values
        """Do a handshake on a fresh connection."""

    def wish(self, **fields: object) -> Any:  # noqa: ANN401 - the tool's values
        """Return what is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How far to go.

    Attributes:
        server_name: For SNI; empty for none.
        pair: Certificates to show in TLCP.
        is_intrusive: Also ask what may be taken for an attack (TLS-034, TLS-041).
        intruder: Makes a pair that nobody issued, for TLS-034.
        session_lifetime_s: After how long a session may not be resumed any more (TLS-038).
    """

    server_name: str = ""
    pair: ClientPair | None = None
    is_intrusive: bool = False
    intruder: Callable[[], ClientPair] | None = None
    session_lifetime_s: int = 7200


class Port:
    """One port as it is asked: what was learnt of it, and the conversations that several protocols share."""

    def __init__(self, asker: Asker, choice: Choice, openssl: OpenSsl) -> None:
        """Begin with nothing known."""
        self.asker = asker
        self.choice = choice
        self.openssl = openssl
        self.found = Findings()
        self.server_name = wire.server_name(choice.server_name) if choice.server_name else ()

    def say(
        self,
        question: str,
        outcome: Outcome | str,
        number: int,
        *,
        alert: int | None = None,
        codes: Iterable[int] = (),
        values: Iterable[str] = (),
        count: int | None = None,
    ) -> None:
        """Write an answer down."""
        self.found.said.append(
            Said(
                question=question,
                outcome=str(outcome.value if isinstance(outcome, Outcome) else outcome),
                number=number,
                alert=alert,
                codes=tuple(codes),
                values=tuple(values),
                count=count,
            )
        )

    def lose(self, question: str, reason: reasons.Reason, detail: str) -> None:
        """Write down that there is none."""
        self.found.undecided.append(Undecided(question=question, reason=reason, detail=detail))

    def decide(self, question: str, reply: Reply, *, values: Sequence[str] = (), codes: Sequence[int] = ()) -> bool:
        """Write an answer down, or that there is none; tell whether it was accepted."""
        if reply.outcome.decides:
            self.say(question, reply.outcome, reply.number, alert=reply.alert, values=values, codes=codes)
        else:
            self.lose(question, WHY.get(reply.outcome, reasons.NO_ANSWER), self.asker.conversations[reply.number].said)
        return reply.outcome is Outcome.ACCEPTED

    def shake(self, question: str, wish: Wish) -> tuple[int, Handshake]:
        """Do a handshake of TLCP; return the number of its conversation, and how it went."""
        number, link = self.asker.open(question)
        try:
            done = shake(link, wish)
        finally:
            say_goodbye(link)
        said = "silence" if done.problem == "the server fell silent" else done.problem or done.reached
        self.asker.note(number, done.outcome, done.alert, said)
        self.asker.remember(done.server, wish.session_id)
        return number, done

    def speaks(self, protocol: str) -> bool:
        """Tell whether the port accepted a protocol (``TLCP``, ``RFC 8998``, ``TLS 1.2`` …)."""
        return protocol in self.found.speaks

    def hello13(self, suites: Sequence[int], groups: Sequence[int], schemes: Sequence[int] = ()) -> wire.Hello:
        """Return a hello of TLS 1.3 without shares: the server names suite and group in a HelloRetryRequest."""
        return wire.Hello(
            version=wire.TLS12,
            suites=tuple(suites),
            session_id=secrets.token_bytes(32),
            extensions=(
                *self.server_name,
                wire.groups(groups),
                _POINT_FORMATS,
                wire.schemes(tuple(schemes)) if schemes else wire.schemes(),
                (wire.SUPPORTED_VERSIONS, b"\x02\x03\x04"),
                (wire.KEY_SHARE, b"\x00\x00"),
            ),
        )

    def by_openssl(self, question: str, **fields: object) -> tuple[int, Any]:
        """Do a handshake by OpenSSL; return the number of its conversation, and how it went."""
        number, link = self.asker.open(question)
        try:
            done = self.openssl.shake(
                link, self.openssl.wish(server_name=self.choice.server_name, **fields), lambda: link.deadline.left_s
            )
        finally:
            link.close()
        self.asker.conversations[number].keylog = tuple(done.keylog)
        self.asker.note(
            number,
            _outcome_of(done, link.has_answer),
            done.alert,
            "silence" if done.problem == "timeout" else done.problem,
        )
        hello = done.body(wire.SERVER_HELLO)
        if hello is not None:
            with contextlib.suppress(wire.WireError):
                read = wire.ServerHello.read(hello)
                self.asker.remember(read, read.session_id)
        return number, done

    def hello12(
        self, version: int, suites: Sequence[int], *, name: bool = True, more: int = 0, schemes: Sequence[int] = ()
    ) -> wire.Hello:
        """Return a hello of TLS 1.2 or older."""
        extensions: tuple[tuple[int, bytes], ...] = (
            *(self.server_name if name else ()),
            (wire.RENEGOTIATION_INFO, b"\x00"),
            (wire.EXTENDED_MASTER_SECRET, b""),
            (wire.STATUS_REQUEST, b"\x01\x00\x00\x00\x00"),
            wire.groups(tuple(each for each in points.GROUPS if each < 0x1000)),  # noqa: PLR2004 - no hybrid ones
            _POINT_FORMATS,
            *((wire.schemes(schemes) if schemes else wire.schemes(),) if version >= wire.TLS12 else ()),
        )
        return wire.Hello(
            version=version,
            suites=(*suites, *((more,) if more else ())),
            compressions=b"\x00",
            session_id=secrets.token_bytes(32),
            extensions=extensions if version > wire.SSL3 else (),
            record_version=min(version, wire.TLS10),
        )

    def enumerate(
        self, hello: Callable[[Sequence[int]], wire.Hello], suites: Sequence[int], question: str = "suites"
    ) -> tuple[list[int], int | None, bool]:
        """Offer suites until the rest is refused: what is accepted in the server's order, and whether that is all."""
        accepted: list[int] = []
        left = list(suites)
        shows: int | None = None
        while left:
            reply = self.asker.ask(question, hello(left))
            if reply.outcome is Outcome.ACCEPTED and reply.hello and reply.hello.suite in left:
                accepted.append(reply.hello.suite)
                left.remove(reply.hello.suite)
                shows = reply.number if shows is None else shows
            else:
                shows = reply.number if shows is None else shows
                return accepted, shows, reply.outcome is Outcome.REFUSED
        return accepted, shows, True

    def say_suites(self, question: str, found: tuple[list[int], int | None, bool]) -> None:
        """Write down what `enumerate` found."""
        accepted, number, is_whole = found
        if number is None:
            return
        if accepted or is_whole:
            self.say(question, Outcome.ACCEPTED if accepted else Outcome.REFUSED, number, codes=accepted)
        if not is_whole:
            self.lose(question, reasons.NO_ANSWER, "the rest of the suites was neither accepted nor refused")


def _outcome_of(done: Any, has_answer: bool) -> Outcome:  # noqa: ANN401, FBT001 - the tool's values
    if done.is_finished:
        return Outcome.ACCEPTED
    if done.alert is not None:
        return Outcome.REFUSED
    if done.problem == "timeout":
        return Outcome.PARTIAL if has_answer else Outcome.TIMEOUT
    if done.problem == "closed":
        return Outcome.PARTIAL if has_answer else Outcome.CLOSED
    return Outcome.GARBAGE
