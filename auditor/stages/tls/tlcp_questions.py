"""Questions in TLCP (GB/T 38636-2020; design/sm-tls-and-keys.md §1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.answers import (
    WHY,
    Shown,
    yes,
)
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.tlcp.client import LADDER, ONE_WAY, Handshake, Manner, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.stages.tls.asking import Port
    from auditor.stages.tls.probe import Reply

_UNKNOWN_SUITE: Final = 0xE0FF
_UNKNOWN_EXTENSION: Final = 0x5A5A
_LATE_S: Final = 1.0
"""Time that a last handshake takes at most, after the wait for the end of a session."""


class TlcpQuestions:
    """Asks a port in TLCP."""

    def __init__(self, port: Port) -> None:
        """Ask this port."""
        self._port = port

    def tlcp(self) -> None:
        """Finish a handshake without extensions; with the name if that is refused; with a pair, by the ladder."""
        pair = self._port.choice.pair
        manners: tuple[Manner, ...] = LADDER if pair else (ONE_WAY,)
        number, done = self._port.shake("tlcp", Wish(pair=pair, manner=manners[0]))
        for manner in manners[1:]:
            if done.outcome is Outcome.ACCEPTED or not done.server or not done.asks_client:
                break
            number, done = self._port.shake("tlcp", Wish(pair=pair, manner=manner))
        if done.outcome in {Outcome.REFUSED, Outcome.CLOSED} and self._port.server_name:
            again, second = self._port.shake("tlcp", Wish(pair=pair, extensions=self._port.server_name))
            if second.server:
                number, done = again, second
        self._tlcp_done(number, done)

    def _tlcp_done(self, number: int, done: Handshake) -> None:
        self.first = done
        suite = points.suite_name(done.server.suite) if done.server else ""
        self._tlcp_outcome(number, done, suite)
        if not done.server:
            return
        self._port.found.speaks.append("TLCP")
        if done.certificates:
            self._port.found.shown.append(
                Shown(
                    protocol="TLCP",
                    certificates=done.certificates,
                    number=number,
                    signing=done.signing,
                    encryption=done.encryption,
                )
            )
        if done.key_exchange_verified is not None:
            holds = Outcome.ACCEPTED if done.key_exchange_verified else Outcome.REFUSED
            self._port.say("tlcp key exchange", holds, number, values=(suite,))
        if done.finished_verified is not None:
            holds = Outcome.ACCEPTED if done.finished_verified else Outcome.REFUSED
            self._port.say("tlcp finished", holds, number)
        self._port.say(
            "compression", yes(done.server.compression), number, count=done.server.compression, values=("TLCP",)
        )
        if done.reached in {"server_hello_done", "finished", "new_session_ticket"}:
            self._port.say("tlcp client certificate", yes(done.asks_client), number)
        if done.asks_client and not self._port.choice.pair:
            self._empty_certificate(number, done)

    def _tlcp_outcome(self, number: int, done: Handshake, suite: str) -> None:
        if done.outcome.decides:
            self._port.say(
                "tlcp",
                done.outcome,
                number,
                alert=done.alert,
                values=(suite,) if suite else (),
                codes=(done.server.suite,) if done.server else (),
            )
        elif done.outcome is Outcome.CLOSED:
            self._port.say("tlcp", "closed", number)
        elif False in {done.key_exchange_verified, done.finished_verified} or (
            done.reached == "server_hello_done" and done.encryption is None
        ):  # what came proves that it is no good; all else proves nothing
            self._port.say("tlcp", "partial", number, alert=done.alert, values=(suite, done.problem))
        elif done.server and done.asks_client and not self._port.choice.pair:
            detail = done.problem or f"alert {done.alert} without one"
            self._port.lose("tlcp", reasons.CLIENT_CERTIFICATE_NEEDED, detail)
        else:
            self._port.lose("tlcp", WHY.get(done.outcome, reasons.NO_ANSWER), done.problem)

    def _empty_certificate(self, number: int, done: Handshake) -> None:
        """A server that asked was shown an empty list (TLS-033)."""
        if done.outcome is Outcome.ACCEPTED:
            self._port.say("empty client certificate", Outcome.ACCEPTED, number)
        elif done.alert is not None:
            self._port.say("empty client certificate", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._port.lose("empty client certificate", reasons.NO_ANSWER, done.problem)

    def tlcp_suites(self) -> None:
        """Ask for each of the four SM2 suites, and for those that are not to be offered."""
        if not self._port.speaks("TLCP"):
            return
        accepted, number, is_whole = self._enumerate_tlcp(points.TLCP_SM2, one_by_one=True)
        if is_whole:
            self._port.say("tlcp suites", Outcome.ACCEPTED if accepted else Outcome.REFUSED, number, codes=accepted)
        else:  # what is missing decides here, and what was not answered for may be there
            self._port.lose("tlcp suites", reasons.NO_ANSWER, "not every suite was answered for")
        retired, number, is_whole = self._enumerate_tlcp(points.TLCP_RETIRED)
        if is_whole or retired:
            self._port.say("tlcp retired", Outcome.ACCEPTED if retired else Outcome.REFUSED, number, codes=retired)
        else:
            self._port.lose("tlcp retired", reasons.NO_ANSWER, "not every suite was answered for")

    def _enumerate_tlcp(self, suites: Sequence[int], *, one_by_one: bool = False) -> tuple[list[int], int, bool]:
        """Return what was accepted, the conversation that shows it, and whether the rest was refused."""
        accepted: list[int] = []
        left = list(suites)
        shows = 0
        while left:
            offered = left[:1] if one_by_one else left
            reply = self._port.asker.ask(
                "tlcp suites", wire.Hello(version=wire.TLCP, suites=tuple(offered), extensions=self.tlcp_name())
            )
            if reply.outcome is Outcome.ACCEPTED and reply.hello:
                accepted.append(reply.hello.suite)
                left.remove(reply.hello.suite)
                shows = reply.number
            elif reply.outcome is Outcome.REFUSED or (reply.outcome is Outcome.CLOSED and not one_by_one):
                shows = shows or reply.number
                left = left[1:] if one_by_one else []
                if reply.outcome is Outcome.CLOSED:
                    return accepted, shows, False
            else:
                return accepted, shows, False
        return accepted, shows, True

    def tlcp_name(self) -> tuple[tuple[int, bytes], ...]:
        """The name goes along only where the first handshake needed it."""
        first = self.first.hello
        return first.extensions if first else ()

    def tlcp_manners(self) -> None:
        """Ask how a server that speaks TLCP takes what is unknown, retired or late."""
        if not self._port.speaks("TLCP"):
            return
        name = self.tlcp_name()
        unknown = self._port.asker.ask(
            "unknown suite", wire.Hello(version=wire.TLCP, suites=(_UNKNOWN_SUITE,), extensions=name)
        )
        self._manner("unknown suite", unknown)
        strange = self._port.asker.ask(
            "unknown extension",
            wire.Hello(version=wire.TLCP, suites=points.TLCP_SM2, extensions=(*name, (_UNKNOWN_EXTENSION, b""))),
        )
        self._manner("unknown extension", strange)
        suites = self._port.found.answer("tlcp suites")
        if suites and not points.TLCP_ECDHE.isdisjoint(suites.codes):
            self._ecdhe_without_client(tuple(each for each in suites.codes if each in points.TLCP_ECDHE))
        if self.first.outcome is Outcome.ACCEPTED:
            self._after_handshake(name)
        if self._port.choice.is_intrusive:
            self._intrude(name)

    def _manner(self, question: str, reply: Reply) -> None:
        """Being hung up on without an alert is an answer to these two (TLS-042)."""
        if reply.outcome.decides or reply.outcome is Outcome.CLOSED:
            self._port.say(question, reply.outcome, reply.number, alert=reply.alert)
        else:
            self._port.lose(question, WHY.get(reply.outcome, reasons.NO_ANSWER), "")

    def _ecdhe_without_client(self, suites: tuple[int, ...]) -> None:
        number, done = self._port.shake("ecdhe without client", Wish(suites=suites, extensions=self.tlcp_name()))
        if done.outcome is Outcome.ACCEPTED:
            self._port.say("ecdhe without client", Outcome.ACCEPTED, number)
        elif done.alert is not None:
            self._port.say("ecdhe without client", Outcome.REFUSED, number, alert=done.alert)
        elif done.server and not done.asks_client:
            self._port.say("ecdhe without client", Outcome.ACCEPTED, number, values=("no CertificateRequest",))
        else:
            self._port.lose("ecdhe without client", reasons.NO_ANSWER, done.problem)

    def _after_handshake(self, name: tuple[tuple[int, bytes], ...]) -> None:
        """Ask for a ticket, resume the session, and send a second hello inside a third."""
        first, pair = self.first, self._port.choice.pair
        number, done = self._port.shake("tlcp ticket", Wish(extensions=(*name, (wire.SESSION_TICKET, b"")), pair=pair))
        if done.outcome is Outcome.ACCEPTED:
            self._port.say("tlcp ticket", yes(done.has_ticket), number, count=done.ticket_lifetime_s)
        elif done.outcome is Outcome.REFUSED or (done.outcome is Outcome.CLOSED):
            self._port.say("tlcp ticket", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._port.lose("tlcp ticket", WHY.get(done.outcome, reasons.NO_ANSWER), done.problem)
        if first.server and first.server.session_id:
            number, done = self._port.shake(
                "tlcp resumption",
                Wish(
                    suites=(first.server.suite,),
                    extensions=name,
                    session_id=first.server.session_id,
                    master=first.master,
                ),
            )
            if done.outcome is Outcome.ACCEPTED or done.server:
                values = self._other_name() if done.is_resumed and self._port.server_name else ()
                self._port.say("tlcp resumption", yes(done.is_resumed), number, values=values)
            else:
                self._port.lose("tlcp resumption", WHY.get(done.outcome, reasons.NO_ANSWER), done.problem)
        number, done = self._port.shake("tlcp renegotiation", Wish(extensions=name, pair=pair, renegotiates=True))
        if done.renegotiation and done.renegotiation.decides:
            self._port.say("tlcp renegotiation", done.renegotiation, number)
        else:
            self._port.lose("tlcp renegotiation", reasons.NO_ANSWER, done.problem)

    def _other_name(self) -> tuple[str, ...]:
        """Resume a session of our name under one that is not the server's; only one that heeds names is held to it."""
        pair = self._port.choice.pair
        _number, first = self._port.shake("tlcp resumption", Wish(extensions=self._port.server_name, pair=pair))
        server = first.server
        if first.outcome is not Outcome.ACCEPTED or not server or wire.SERVER_NAME not in server.extensions:
            return ()
        _number, done = self._port.shake(
            "tlcp resumption",
            Wish(
                suites=(server.suite,),
                extensions=wire.server_name("other.invalid"),
                session_id=server.session_id,
                master=first.master,
            ),
        )
        return ("under another name",) if done.is_resumed else ()

    def late_resumption(self) -> None:
        """Resume a session whose time is over (TLS-038); only a profile of seconds has that within the deadline."""
        said = next((each for each in self._port.found.said if each.question == "tlcp resumption"), None)
        wait_s = self._port.choice.session_lifetime_s + 1
        if (
            said is None
            or said.outcome != Outcome.ACCEPTED.value
            or self._port.asker.deadline.left_s <= wait_s + _LATE_S
        ):
            return
        _number, first = self._port.shake(
            "tlcp resumption", Wish(extensions=self._port.server_name, pair=self._port.choice.pair)
        )
        if first.outcome is not Outcome.ACCEPTED or not first.server:
            return
        self._port.asker.deadline.pause(wait_s)
        number, late = self._port.shake(
            "tlcp resumption",
            Wish(
                suites=(first.server.suite,),
                extensions=self._port.server_name,
                session_id=first.server.session_id,
                master=first.master,
            ),
        )
        if late.is_resumed:
            self._port.found.said.remove(said)
            self._port.say("tlcp resumption", Outcome.ACCEPTED, number, values=(*said.values, f"after {wait_s} s"))

    def _intrude(self, name: tuple[tuple[int, bytes], ...]) -> None:
        if self.first.asks_client and self._port.choice.intruder:
            number, done = self._port.shake("stranger", Wish(extensions=name, pair=self._port.choice.intruder()))
            if done.outcome is Outcome.ACCEPTED or done.alert is not None:
                self._port.say("stranger", yes(done.outcome is Outcome.ACCEPTED), number, alert=done.alert)
            else:
                self._port.lose("stranger", reasons.NO_ANSWER, done.problem)
        if self.first.outcome is Outcome.ACCEPTED:
            wrong = Manner(pre_master_version=wire.TLS12)
            number, done = self._port.shake(
                "pre-master version", Wish(extensions=name, pair=self._port.choice.pair, manner=wrong)
            )
            if done.outcome is Outcome.ACCEPTED or done.alert is not None:
                self._port.say("pre-master version", yes(done.outcome is Outcome.ACCEPTED), number, alert=done.alert)
            else:
                self._port.lose("pre-master version", reasons.NO_ANSWER, done.problem)
