"""Asks a server one question after another, one connection at a time, until a deadline, and writes down every octet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import tls_wire as wire
from auditor.stages.tls.outcome import Deadline, Outcome, Sent, Traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.stages.tls.outcome import Wire

CONNECT_S: Final = 3.0
ANSWER_S: Final = 4.0
SILENCES: Final = 2
"""So many questions in a row without an answer, and the server is left alone."""
CONNECTIONS: Final = 400
"""More is not polite."""
WITHOUT_TLS: Final = reasons.WITHOUT_TLS
"""Reason of a dialler whose server says, before any hello, that it does not go on to TLS."""


class Dial(Protocol):
    """What opens connections; `auditor.tools.dial` fits."""

    def addresses(self, host: str, port: int, wait_s: float) -> tuple[str, ...]:
        """Return the addresses of a name; a ToolError where there are none."""

    def open(self, address: str, port: int, wait_s: float) -> Wire:
        """Open a connection; a ToolError where that fails."""


@dataclass
class Conversation:
    """One connection, as evidence.

    Attributes:
        question: What it was opened for.
        trace: Octets both ways.
        outcome: How it ended.
        alert: Alert that ended it.
        said: What decided, in words that need no language.
        keylog: Keys of our own session, NSS format.
    """

    question: str
    trace: list[Sent] = field(default_factory=list)
    outcome: str = ""
    alert: int | None = None
    said: str = ""
    keylog: tuple[str, ...] = ()


@dataclass
class Reply:
    """What came back to a hello.

    Attributes:
        outcome: How it ended.
        flight: What the server sent.
        number: Of the conversation.
        alert: Alert that says no.
    """

    outcome: Outcome
    flight: wire.Flight
    number: int
    alert: int | None = None

    @property
    def hello(self) -> wire.ServerHello | None:
        """The ServerHello."""
        return self.flight.hello


class GivenUp(Exception):  # noqa: N818 - an end, not an error of ours
    """There is no point, or no time, to ask more.

    Attributes:
        reason: A few words.
        detail: Circumstances.
    """

    def __init__(self, reason: reasons.Reason, detail: str) -> None:
        """Keep reason and detail for the gaps."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass
class Asker:
    """Asks one port at one address.

    Attributes:
        dial: Opens connections.
        address: Address.
        port: Port.
        deadline: For all questions together.
        conversations: All of them, in order.
        randoms: Server randoms that were seen.
        session_ids: Server's session ids that were seen.
        strange: Answers with a version or suite that was not offered.
    """

    dial: Dial
    address: str
    port: int
    deadline: Deadline
    conversations: list[Conversation] = field(default_factory=list)
    randoms: list[bytes] = field(default_factory=list)
    session_ids: list[bytes] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)
    _silences: int = 0
    _has_decided: bool = False

    def open(self, question: str) -> tuple[int, Traced]:
        """Open a connection for a question.

        Raises:
            GivenUp: The time is up, or the server cannot be reached, is silent, or was asked enough.
        """
        if self._silences >= SILENCES and not self._has_decided:
            raise GivenUp(reasons.NO_ANSWER, f"{self._silences} connections in a row without an answer")
        if self._silences > SILENCES:
            raise GivenUp(
                reasons.NO_ANSWER, f"{self._silences} connections in a row without an answer, after some with one"
            )
        if self.deadline.left_s <= 0:
            raise GivenUp(
                reasons.TIME_LIMIT, f"the time for this target was up after {len(self.conversations)} connections"
            )
        if len(self.conversations) >= CONNECTIONS:
            raise GivenUp(reasons.TOO_MANY_CONNECTIONS, f"{CONNECTIONS} connections were opened")
        try:
            opened = self.dial.open(self.address, self.port, self.deadline.within(CONNECT_S).left_s)
        except ToolError as error:
            raise GivenUp(error.reason, error.detail) from error
        traced = Traced(opened, self.deadline.within(ANSWER_S))
        self.conversations.append(Conversation(question, traced.trace))
        return len(self.conversations) - 1, traced

    def tell(self, question: str, outcome: Outcome, said: str) -> int:
        """Write down a conversation that the dialler had by itself; return its number."""
        self.conversations.append(Conversation(question, outcome=outcome.value, said=said))
        return len(self.conversations) - 1

    def note(self, number: int, outcome: Outcome, alert: int | None = None, said: str = "") -> None:
        """Write down how a conversation ended, and whether the server still speaks."""
        talk = self.conversations[number]
        talk.outcome, talk.alert, talk.said = outcome.value, alert, said
        is_silent = outcome is Outcome.TIMEOUT or (outcome is Outcome.PARTIAL and said == "silence")
        self._silences = self._silences + 1 if is_silent else 0
        self._has_decided = self._has_decided or outcome.decides

    def remember(self, hello: wire.ServerHello | None, sent_id: bytes = b"") -> None:
        """Keep what must not repeat: not an id that we sent, which TLS 1.3 and a resumption send back."""
        if hello and not hello.is_retry:
            self.randoms.append(hello.random)
            if hello.session_id and hello.session_id != sent_id:
                self.session_ids.append(hello.session_id)

    def ask(
        self,
        question: str,
        hello: wire.Hello,
        is_enough: Callable[[wire.Flight], bool] = lambda flight: flight.hello is not None,
    ) -> Reply:
        """Send a hello on a fresh connection and return what came back.

        Raises:
            GivenUp: As `open`.
        """
        number, link = self.open(question)
        flight = wire.Flight()
        try:
            ended = _exchange(link, hello.octets(), flight, is_enough)
        finally:
            link.close()
        outcome, said = self._outcome(hello, flight, ended)
        alert = flight.refusal if outcome is Outcome.REFUSED else None
        self.note(number, outcome, alert, said)
        self.remember(flight.hello, hello.session_id)
        return Reply(outcome, flight, number, alert)

    def _outcome(self, hello: wire.Hello, flight: wire.Flight, ended: str) -> tuple[Outcome, str]:
        answer = flight.hello
        if answer is not None:
            said = f"version {answer.chosen_version:04x}, suite {answer.suite:04x}"
            if hello.offers(answer.chosen_version, answer.suite):
                return Outcome.ACCEPTED, said
            self.strange.append((len(self.conversations) - 1, said))
            return Outcome.GARBAGE, f"{said}, which was not offered"
        return _without_hello(flight, ended)


def _without_hello(flight: wire.Flight, ended: str) -> tuple[Outcome, str]:
    if flight.refusal is not None:
        return Outcome.REFUSED, ""
    if flight.problem or flight.messages:
        return Outcome.GARBAGE, flight.problem or "no ServerHello"
    if ended == "silence":
        return (Outcome.PARTIAL if flight.octets else Outcome.TIMEOUT), ended
    is_whole = not flight.octets or any(description == 0 for _level, description in flight.alerts)
    return (Outcome.CLOSED if is_whole else Outcome.PARTIAL), ended


def _exchange(link: Traced, octets: bytes, flight: wire.Flight, is_enough: Callable[[wire.Flight], bool]) -> str:
    """Send octets and read until it is enough, the server says no, hangs up or falls silent; return which."""
    try:
        link.send(octets)
        while not (is_enough(flight) or flight.refusal is not None or flight.problem or flight.is_encrypted):
            came = link.receive()
            if not came:
                return "closed"
            flight.feed(came)
    except TimeoutError:
        return "silence"
    except OSError:
        return "closed"
    return "answered"


def first_flight(flight: wire.Flight) -> bool:
    """Tell whether the whole first flight before TLS 1.3 came."""
    return any(each.kind == wire.SERVER_HELLO_DONE for each in flight.messages)


_PLAIN: Final = (
    (re.compile(rb"HTTP/\d"), "HTTP"),
    (re.compile(rb"(?i)<(?:!doctype|html)"), "HTTP"),
    (re.compile(rb"SSH-\d"), "SSH"),
    (re.compile(rb"220[ -]"), "SMTP or FTP"),
    (re.compile(rb"\* (?:OK|PREAUTH|BYE)"), "IMAP"),
    (re.compile(rb"\+OK"), "POP3"),
    (re.compile(rb"-ERR|\+PONG|-NOAUTH|-DENIED"), "Redis or POP3"),
    (re.compile(rb"RFB \d"), "VNC"),
    (re.compile(rb".\x00\x00\x00\x0a\d\.\d", re.DOTALL), "MySQL"),
)


def plain_protocol(octets: bytes) -> str:
    """Return the protocol without encryption that an answer begins like; empty for none that is known."""
    return next((name for pattern, name in _PLAIN if pattern.match(octets)), "")
