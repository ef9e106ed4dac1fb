"""What must hold of endpoints: protocols, suites, groups, behaviour (TLS-001 to TLS-012, TLS-028 to TLS-051)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import not_applicable
from auditor.check_data import check_data, judges
from auditor.formats import tls_suites as points
from auditor.model.finding import Severity
from auditor.stages.tls.facts import Answer, Expectation, ProductCertificate
from auditor.stages.tls.judging import (
    FORBIDDEN,
    REQUIRED,
    answers,
    asked,
    every,
    expected,
    fail,
    level,
    moment,
    ok,
    parsed,
)
from auditor.stages.tls.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Judgement
    from auditor.check_data import Judge
    from auditor.model.fact import Facts

_SM_CODES: Final = frozenset(points.RFC8998)


def _seen(each: Answer) -> str:
    """Return what was seen, in words that need no language."""
    if each.outcome == "accepted":
        return ", ".join(each.values) or ", ".join(map(points.suite_name, each.codes)) or "accepted"
    if each.alert is not None:
        return f"alert {points.alert_name(each.alert)}"
    return ", ".join(each.values) or each.outcome


def _graver(judgement: Judgement, severity: Severity) -> Judgement:
    return replace(judgement, severity=severity)


def _refused(facts: Facts, *questions: str) -> Iterator[Judgement]:
    """Fail each endpoint that accepted any of what was asked."""
    for _subject, found in answers(facts, *questions):
        bad = [each for each in found.values() if each.is_accepted]
        if bad:
            names = "; ".join(f"{_WORDS.get(each.question, each.question)}: {_seen(each)}" for each in bad)
            yield fail(*bad, expected="refused", actual=names)
        else:
            yield ok(*found.values(), actual="; ".join(dict.fromkeys(map(_seen, found.values()))))


def _accepted(facts: Facts, question: str, wanted: str = "", wrong: str = "") -> Iterator[Judgement]:
    """Fail each endpoint in which something does not hold; `wrong` says what that means where the answer does not."""
    for _subject, found in answers(facts, question):
        each = found[question]
        seen = _seen(each)
        if each.is_accepted:
            yield ok(each, actual=seen)
        else:
            shown = f"{seen}: {wrong}" if wrong and each.values else wrong or seen
            yield fail(each, expected=wanted, actual=shown)


_WORDS: Final = {
    "ssl2": "SSL 2.0",
    "ssl3": "SSL 3.0",
    "tls10": "TLS 1.0",
    "tls11": "TLS 1.1",
    "tls12": "TLS 1.2",
    "tls13": "TLS 1.3",
    "tlcp renegotiation": "TLCP",
    "renegotiation": "TLS 1.2",
    "tlcp retired": "retired TLCP suites",
    "tlcp ticket": "TLCP ticket",
    "rfc8998 ticket": "RFC 8998 ticket",
    "tls13 ticket": "TLS 1.3 ticket",
    "ecdhe without client": "ECDHE without a client certificate",
    "stranger": "certificate of a stranger",
    "pre-master version": "wrong version in the pre-master secret",
    "fallback": "fallback signal",
    "sentinel": "downgrade sentinel",
}


@judges("tls-port-protected", reads=(asked("service"),))
def port_protected(facts: Facts) -> Iterator[Judgement]:
    """Fail a port that answers in the clear."""
    yield from _accepted(facts, "service", "TLS / TLCP")


def _handshake(facts: Facts, question: str) -> Iterator[Judgement]:
    for _subject, found in answers(facts, question):
        each = found[question]
        wanted = expected(facts, each)
        name = wanted.profile if wanted else ""
        is_required = wanted is not None and wanted.versions.get(question) == REQUIRED
        if each.is_accepted:
            yield ok(each, actual=_seen(each))
        elif each.outcome == "partial":
            made = fail(
                each, detail=say("tls.partial", why=both(each.values[-1]) if each.values else ""), actual=_seen(each)
            )
            yield made if is_required else _graver(made, Severity.MEDIUM)
        elif is_required:
            detail = {"detail": say("tls.closed")} if each.outcome == "closed" else {}
            yield fail(each, **detail, expected="accepted", actual=_seen(each))
        else:
            yield not_applicable(each, reason=say("tls.na.not_required", profile=name))


@judges("tls-tlcp-handshake", reads=(asked("tlcp"), Expectation))
def tlcp_handshake(facts: Facts) -> Iterator[Judgement]:
    """Pass an endpoint whose TLCP handshake was finished; fail it where the profile requires one."""
    yield from _handshake(facts, "tlcp")


@judges("tls-rfc8998-handshake", reads=(asked("rfc8998"), Expectation))
def rfc8998_handshake(facts: Facts) -> Iterator[Judgement]:
    """Pass an endpoint whose RFC 8998 handshake was finished; fail it where the profile requires one."""
    yield from _handshake(facts, "rfc8998")


@judges("tls-sm-protocol-offered", reads=(asked("sm"), Expectation))
def sm_protocol_offered(facts: Facts) -> Iterator[Judgement]:
    """Fail an endpoint without any SM protocol where the profile needs one."""
    for _subject, found in answers(facts, "sm"):
        each = found["sm"]
        wanted = expected(facts, each)
        if each.is_accepted:
            yield ok(each, actual=_seen(each))
        elif wanted and not wanted.needs_sm:
            yield not_applicable(each, reason=say("tls.na.not_due", profile=wanted.profile))
        else:
            yield fail(each, expected="TLCP or RFC 8998", actual=", ".join(each.values))


@judges("tls-ssl-refused", reads=(asked("ssl2", "ssl3"),))
def ssl_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail SSL 2.0 and 3.0."""
    yield from _refused(facts, "ssl2", "ssl3")


@judges("tls-old-versions-refused", reads=(asked("tls10", "tls11"),))
def old_versions_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail TLS 1.0 and 1.1."""
    yield from _refused(facts, "tls10", "tls11")


@judges("tls-international-refused", reads=(asked("tls12", "tls13"), Expectation))
def international_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail TLS 1.2 and 1.3 with international suites where the profile forbids them."""
    for _subject, found in answers(facts, "tls12", "tls13"):
        first = next(iter(found.values()))
        wanted = expected(facts, first)
        forbidden = [each for each in found.values() if wanted and wanted.versions.get(each.question) == FORBIDDEN]
        bad = [each for each in forbidden if each.is_accepted]
        if bad:
            yield fail(
                *bad, expected="refused", actual="; ".join(f"{_WORDS[each.question]}: {_seen(each)}" for each in bad)
            )
        elif forbidden:
            yield ok(*forbidden, actual="; ".join(dict.fromkeys(map(_seen, forbidden))))
        else:
            yield not_applicable(first, reason=say("tls.na.not_required", profile=wanted.profile if wanted else ""))


@judges("tls-sm-preferred", reads=(asked("preference"), Expectation))
def sm_preferred(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that chooses an international suite although SM was offered first."""
    for _subject, found in answers(facts, "preference"):
        each = found["preference"]
        wanted = expected(facts, each)
        if wanted and not wanted.prefers_sm:
            yield not_applicable(each, reason=say("tls.na.not_due", profile=wanted.profile))
        elif not _SM_CODES.isdisjoint(each.codes):
            yield ok(each, actual=_seen(each))
        else:
            yield fail(each, expected=" / ".join(map(points.suite_name, sorted(_SM_CODES))), actual=_seen(each))


@judges("tls-tlcp-suites-current", reads=(asked("tlcp retired"),))
def tlcp_suites_current(facts: Facts) -> Iterator[Judgement]:
    """Fail suites of TLCP with SM1 or RSA."""
    yield from _refused(facts, "tlcp retired")


@judges("tls-tlcp-gcm-offered", reads=(asked("tlcp suites"),))
def tlcp_gcm_offered(facts: Facts) -> Iterator[Judgement]:
    """Fail an endpoint with CBC suites alone."""
    for _subject, found in answers(facts, "tlcp suites"):
        each = found["tlcp suites"]
        yield fail(each, actual=_seen(each)) if points.TLCP_GCM.isdisjoint(each.codes) else ok(each, actual=_seen(each))


@judges("tls-tlcp-forward-secrecy", reads=(asked("tlcp suites"), Expectation))
def tlcp_forward_secrecy(facts: Facts) -> Iterator[Judgement]:
    """Fail an endpoint without ECDHE; graver where the profile requires it."""
    for _subject, found in answers(facts, "tlcp suites"):
        each = found["tlcp suites"]
        wanted = expected(facts, each)
        if not points.TLCP_ECDHE.isdisjoint(each.codes):
            yield ok(each, actual=_seen(each))
        else:
            made = fail(each, actual=_seen(each))
            is_required = wanted is not None and wanted.forward_secrecy == REQUIRED
            yield _graver(made, Severity.MEDIUM) if is_required else made


_SUITES: Final = ("tls12 suites", "tls11 suites", "tls10 suites", "ssl3 suites")
_SHOW_SUITES: Final = (*_SUITES, "tls12", "tls11", "tls10", "ssl3", "tls12 key exchange", "dh prime")
"""The first answer in a version shows a suite, too: it proves that one even where the others could not be asked for."""


@judges("tls-weak-suites-refused", reads=(asked(*_SHOW_SUITES),))
def weak_suites_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail an endpoint that accepts a weak international suite, or a short Diffie-Hellman prime."""
    least = check_data("tls").parameters("tls-weak-suites-refused")["least_dh_bits"]
    for _subject, found in answers(facts, *_SHOW_SUITES):
        if not any(each.is_accepted for each in found.values()):
            yield not_applicable(next(iter(found.values())), reason=say("tls.na.no_international"))
            continue
        weak: dict[int, tuple[str, ...]] = {}
        bad: list[Answer] = []
        for each in found.values():
            codes = {code: why for code in each.codes if (why := points.weaknesses(code))}
            short = [value for value in each.values if value.startswith("DH ") and int(value.split()[1]) < least]
            weak.update(codes)
            bad.extend([each] if codes or short else [])
        if not bad:
            yield ok(*found.values(), actual=f"{len({c for e in found.values() for c in e.codes})} suites, none weak")
            continue
        grave = any(not points.CRITICAL.isdisjoint(why) for why in weak.values())
        names = [f"{points.suite_name(code)}: {', '.join(why)}" for code, why in sorted(weak.items())]
        names += [value for each in bad for value in each.values if value.startswith("DH ")]
        made = fail(*bad, actual="; ".join(names[:40]) + ("; …" if len(names) > 40 else ""))  # noqa: PLR2004 - a screenful
        yield _graver(made, Severity.CRITICAL) if grave else made


# --- Proofs inside a handshake ---------------------------------------------------------------------------------------


@judges("tls-tlcp-key-exchange-signed", reads=(asked("tlcp key exchange"),))
def key_exchange_signed(facts: Facts) -> Iterator[Judgement]:
    """Fail a ServerKeyExchange whose signature does not hold."""
    yield from _accepted(facts, "tlcp key exchange", wrong="the signature of ServerKeyExchange does not hold")


@judges("tls-tlcp-server-finished", reads=(asked("tlcp finished"),))
def server_finished(facts: Facts) -> Iterator[Judgement]:
    """Fail a Finished of the server that does not hold."""
    yield from _accepted(facts, "tlcp finished", wrong="the Finished of the server does not hold")


_RANDOMS: Final = {"repeats": "values repeat", "counts": "values count up"}


@judges("tls-randoms-fresh", reads=(asked("randoms"),))
def randoms_fresh(facts: Facts) -> Iterator[Judgement]:
    """Fail random values that repeat or count."""
    for _subject, found in answers(facts, "randoms"):
        each = found["randoms"]
        seen = "; ".join((f"{each.number} handshakes", *(_RANDOMS[value] for value in each.values)))
        yield ok(each, actual=seen) if each.is_accepted else fail(each, actual=seen)


@judges("tls-compression-off", reads=(asked("compression"),))
def compression_off(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that chooses a compression."""
    for _subject, found in every(facts, "compression"):
        bad = [each for each in found if each.is_accepted]
        seen = ", ".join(f"{each.values[0]}: compression method {each.number}" for each in bad or found)
        yield fail(*bad, expected="compression method 0 (none)", actual=seen) if bad else ok(*found, actual=seen)


@judges("tls-client-certificate-asked", reads=(asked("tlcp client certificate", "tls client certificate"), Expectation))
def client_certificate_asked(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that asks for no client certificate where the profile requires one."""
    subjects: dict[str, list[Answer]] = {}
    for question in ("tlcp client certificate", "tls client certificate"):
        for subject, found in every(facts, question):
            subjects.setdefault(subject, []).extend(found)
    for _subject, each in sorted(subjects.items()):
        wanted = expected(facts, each[0])
        bad = [one for one in each if not one.is_accepted]
        if wanted is None or wanted.client != REQUIRED:
            yield not_applicable(each[0], reason=say("tls.na.not_required", profile=wanted.profile if wanted else ""))
        elif bad:
            seen = "; ".join(f"{', '.join(one.values) or 'TLCP'}: no CertificateRequest" for one in bad)
            yield fail(*bad, expected="CertificateRequest", actual=seen)
        else:
            yield ok(*each)


@judges("tls-empty-client-certificate-refused", reads=(asked("empty client certificate"), Expectation))
def empty_client_certificate_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that lets a client in without a certificate where the profile requires one."""
    for _subject, found in answers(facts, "empty client certificate"):
        each = found["empty client certificate"]
        wanted = expected(facts, each)
        if not each.is_accepted:
            yield ok(each, actual=_seen(each))
        elif wanted and wanted.client == REQUIRED:
            yield fail(each, expected="refused", actual="accepted")
        else:
            yield not_applicable(each, reason=say("tls.na.not_required", profile=wanted.profile if wanted else ""))


@judges("tls-stranger-refused", reads=(asked("stranger"),))
def stranger_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that accepts a certificate that nobody issued."""
    yield from _refused(facts, "stranger")


@judges("tls-ecdhe-needs-client", reads=(asked("ecdhe without client"),))
def ecdhe_needs_client(facts: Facts) -> Iterator[Judgement]:
    """Fail an ECDHE suite that is completed without a client's certificate."""
    yield from _refused(facts, "ecdhe without client")


@judges("tls-renegotiation-refused", reads=(asked("tlcp renegotiation", "renegotiation"),))
def renegotiation_refused(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that begins a second handshake at the client's wish."""
    yield from _refused(facts, "tlcp renegotiation", "renegotiation")


_TICKETS: Final = ("tlcp ticket", "rfc8998 ticket", "tls13 ticket")


@judges("tls-session-tickets", reads=(asked(*_TICKETS), Expectation))
def session_tickets(facts: Facts) -> Iterator[Judgement]:
    """Fail TLCP with session tickets, and tickets of TLS 1.3 that outlast what the profile allows."""
    for _subject, found in answers(facts, *_TICKETS):
        wanted = expected(facts, next(iter(found.values())))
        limit = wanted.ticket_lifetime_s if wanted else 0
        bad = [
            each
            for question, each in found.items()
            if each.is_accepted and (question == "tlcp ticket" or (each.number or 0) > limit)
        ]
        seen = "; ".join(
            f"{_WORDS[question]}: " + (f"lifetime {each.number} s" if each.is_accepted else _seen(each))
            for question, each in found.items()
            if each in (bad or found.values())
        )
        if bad:
            is_tlcp = any(each.question == "tlcp ticket" for each in bad)
            yield fail(*bad, expected="no NewSessionTicket" if is_tlcp else f"lifetime <= {limit} s", actual=seen)
        else:
            yield ok(*found.values(), actual=seen)


@judges("tls-session-resumption", reads=(asked("tlcp resumption"),))
def session_resumption(facts: Facts) -> Iterator[Judgement]:
    """Fail a TLCP session that is resumed under another name, or after its time."""
    for _subject, found in answers(facts, "tlcp resumption"):
        each = found["tlcp resumption"]
        seen = "; ".join(f"resumed {value}" for value in each.values) or _seen(each)
        yield fail(each, actual=seen) if each.values else ok(each, actual=seen)


@judges("tls-downgrade-protected", reads=(asked("fallback", "sentinel"),))
def downgrade_protected(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that ignores the fallback signal or leaves the sentinel out."""
    for _subject, found in answers(facts, "fallback", "sentinel"):
        bad = [each for each in found.values() if not each.is_accepted]
        seen = "; ".join(f"{_WORDS[each.question]}: {_seen(each)}" for each in bad or found.values())
        yield fail(*bad, actual=seen) if bad else ok(*found.values(), actual=seen)


@judges("tls-versions-unconfused", reads=(asked("confusion"),))
def versions_unconfused(facts: Facts) -> Iterator[Judgement]:
    """Fail an answer that was not offered; TLCP in answer to TLS is information, anything else is grave."""
    for _subject, found in answers(facts, "confusion"):
        each = found["confusion"]
        if each.is_accepted:
            yield ok(each)
        else:
            made = fail(each, actual=_seen(each) if not each.values else each.values[0])
            is_tlcp = any("version 0101" in value for value in each.values)
            yield made if is_tlcp else _graver(made, Severity.HIGH)


@judges("tls-pre-master-version-checked", reads=(asked("pre-master version"),))
def pre_master_version_checked(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that completes with a wrong version inside the pre-master secret."""
    yield from _refused(facts, "pre-master version")


@judges("tls-tlcp-alerts", reads=(asked("unknown suite", "unknown extension"),))
def tlcp_alerts(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that hangs up without an alert."""
    for _subject, found in answers(facts, "unknown suite", "unknown extension"):
        bad = [each for each in found.values() if each.outcome == "closed"]
        seen = "; ".join(f"{each.question}: {_seen(each)}" for each in bad or found.values())
        yield fail(*bad, expected="alert", actual=seen) if bad else ok(*found.values(), actual=seen)


# --- RFC 8998 --------------------------------------------------------------------------------------------------------


@judges("tls-sm-group-with-sm-suite", reads=(asked("rfc8998 group", "rfc8998"),))
def sm_group_with_sm_suite(facts: Facts) -> Iterator[Judgement]:
    """Fail C6 and C7 over another group than curveSM2 or its hybrid."""
    for _subject, found in answers(facts, "rfc8998 group", "rfc8998"):
        group = found.get("rfc8998 group")
        if group and group.is_accepted:
            yield fail(group, expected="curveSM2 (0029) or curveSM2MLKEM768 (11ee)", actual=_seen(group))
        elif group and (whole := found.get("rfc8998")) and whole.is_accepted:
            yield ok(group, actual=_seen(group))
        else:
            yield not_applicable(next(iter(found.values())), reason=say("tls.na.no_rfc8998"))


@judges("tls-sm-certificate-with-sm-suite", reads=(asked("rfc8998 certificate"),))
def sm_certificate_with_sm_suite(facts: Facts) -> Iterator[Judgement]:
    """Fail C6 and C7 with an international certificate or scheme."""
    for _subject, found in answers(facts, "rfc8998 certificate"):
        each = found["rfc8998 certificate"]
        if each.is_accepted:
            yield fail(each, expected="sm2sig_sm3 (0708)", actual=_seen(each))
        else:
            yield ok(each, actual=_seen(each))


@judges("tls-sm-hybrid-offered", reads=(asked("hybrid"),))
def sm_hybrid_offered(facts: Facts) -> Iterator[Judgement]:
    """Fail RFC 8998 without the hybrid group."""
    yield from _accepted(facts, "hybrid")


@judges("tls-early-data-off", reads=(asked("early data"),))
def early_data_off(facts: Facts) -> Iterator[Judgement]:
    """Fail a server that takes early data."""
    yield from _refused(facts, "early data")


@judges("tls-tls12-extras", reads=(asked("tls12 extras"),))
def tls12_extras(facts: Facts) -> Iterator[Judgement]:
    """Fail TLS 1.2 without extended master secret or secure renegotiation."""
    for _subject, found in answers(facts, "tls12 extras"):
        each = found["tls12 extras"]
        seen = ", ".join(each.values) or "none"
        wanted = "extended master secret, secure renegotiation"
        yield ok(each, actual=seen) if each.is_accepted else fail(each, expected=wanted, actual=seen)


@judges("tls-certificate-with-and-without-name", reads=(asked("no name"),))
def with_and_without_name(facts: Facts) -> Iterator[Judgement]:
    """Fail an endpoint that shows another certificate where no name is sent."""
    for _subject, found in every(facts, "no name"):
        bad = [each for each in found if not each.is_accepted and "refused without a name" not in each.values]
        if bad:
            yield fail(*bad, actual="; ".join(f"{', '.join(each.values)}: another certificate" for each in bad))
        else:
            yield ok(*found, actual="; ".join(", ".join(each.values) for each in found))


@judges("tls-addresses-alike", reads=(asked("addresses"),))
def addresses_alike(facts: Facts) -> Iterator[Judgement]:
    """Fail an address that answers otherwise than the first one."""
    yield from _accepted(facts, "addresses", wrong="not as the first address answers")


@judges("tls-certificate-as-on-disk", reads=(asked("on disk"),))
def certificate_as_on_disk(facts: Facts) -> Iterator[Judgement]:
    """Fail a certificate that is not the one that was deployed."""
    for _subject, found in answers(facts, "on disk"):
        each = found["on disk"]
        seen = ", ".join(f"sha256 {value}" for value in each.values)
        yield ok(each, actual=seen) if each.is_accepted else fail(each, actual=seen)


@judges("tls-product-certified", reads=(ProductCertificate,))
def product_certified(facts: Facts) -> Iterator[Judgement]:
    """Fail a product certificate that has expired, or whose end is not said."""
    now = moment(facts)
    for each in facts.of(ProductCertificate):
        ended = [
            f"{name}: ended on {day}" if day else f"{name}: no end is given"
            for name, day in each.certificates
            if not day or parsed(day) < now
        ]
        seen = "; ".join(ended) or ", ".join(f"{name} ({day})" for name, day in each.certificates)
        yield fail(each, actual=seen) if ended else ok(each, actual=seen)


# --- The profile -----------------------------------------------------------------------------------------------------

_ALL_SUITES: Final = ("tlcp suites", "tlcp retired", "rfc8998 suites", "tls13 suites", *_SUITES)


@judges("tls-suites-as-profiled", reads=(asked(*_ALL_SUITES), Expectation))
def suites_as_profiled(facts: Facts) -> Iterator[Judgement]:
    """Fail suites that the profile forbids, of protocols that it does not forbid as a whole."""
    for _subject, found in answers(facts, *_ALL_SUITES):
        first = next(iter(found.values()))
        wanted = expected(facts, first)
        levels = wanted.suites if wanted else {}
        versions = wanted.versions if wanted else {}
        judged = [each for each in found.values() if versions.get(_PROTOCOL[each.question]) != FORBIDDEN]
        bad = {
            name: each
            for each in judged
            for code in each.codes
            if level(name := points.suite_name(code), levels) == FORBIDDEN
        }
        if bad:
            names = sorted(bad)
            shown = list({id(each): each for each in bad.values()}.values())
            more = f"; … {len(names) - 20} more" if len(names) > 20 else ""  # noqa: PLR2004 - a screenful
            yield fail(*shown, actual="; ".join(names[:20]) + more)
        elif judged:
            yield ok(*judged)
        else:
            yield not_applicable(first, reason=say("tls.na.forbidden_whole"))


_PROTOCOL: Final = {
    "tlcp suites": "tlcp",
    "tlcp retired": "tlcp",
    "rfc8998 suites": "rfc8998",
    "tls13 suites": "tls13",
    "tls12 suites": "tls12",
    "tls11 suites": "tls11",
    "tls10 suites": "tls10",
    "ssl3 suites": "ssl3",
}


@judges("tls-groups-as-profiled", reads=(asked("groups"), Expectation))
def groups_as_profiled(facts: Facts) -> Iterator[Judgement]:
    """Fail groups of TLS 1.3 that the profile forbids, where it does not forbid TLS 1.3 as a whole."""
    for _subject, found in answers(facts, "groups"):
        each = found["groups"]
        wanted = expected(facts, each)
        if wanted and wanted.versions.get("tls13") == FORBIDDEN:
            yield not_applicable(each, reason=say("tls.na.forbidden_whole"))
            continue
        bad = [name for name in each.values if level(name, wanted.groups if wanted else {}) == FORBIDDEN]
        yield fail(each, actual=", ".join(bad)) if bad else ok(each, actual=", ".join(each.values))


_SCHEMES: Final = {"tls12 schemes": "tls12", "tls13 schemes": "tls13", "rfc8998 schemes": "rfc8998"}


@judges("tls-schemes-as-profiled", reads=(asked(*_SCHEMES), Expectation))
def schemes_as_profiled(facts: Facts) -> Iterator[Judgement]:
    """Fail signature schemes that the profile forbids, of protocols that it does not forbid as a whole."""
    for _subject, found in answers(facts, *_SCHEMES):
        first = next(iter(found.values()))
        wanted = expected(facts, first)
        versions, levels = (wanted.versions, wanted.schemes) if wanted else ({}, {})
        judged = [each for each in found.values() if versions.get(_SCHEMES[each.question]) != FORBIDDEN]
        bad = {
            f"{_WORDS.get(_SCHEMES[each.question], 'RFC 8998')}: {name}": each
            for each in judged
            for name in each.values
            if level(name, levels) == FORBIDDEN
        }
        if bad:
            shown = list({id(each): each for each in bad.values()}.values())
            yield fail(*shown, actual="; ".join(sorted(bad)))
        elif judged:
            yield ok(*judged, actual="; ".join(", ".join(each.values) for each in judged))
        else:
            yield not_applicable(first, reason=say("tls.na.forbidden_whole"))


JUDGES: Final[tuple[Judge, ...]] = (
    port_protected,
    tlcp_handshake,
    rfc8998_handshake,
    sm_protocol_offered,
    ssl_refused,
    old_versions_refused,
    international_refused,
    sm_preferred,
    tlcp_suites_current,
    tlcp_gcm_offered,
    tlcp_forward_secrecy,
    weak_suites_refused,
    key_exchange_signed,
    server_finished,
    randoms_fresh,
    compression_off,
    client_certificate_asked,
    empty_client_certificate_refused,
    stranger_refused,
    ecdhe_needs_client,
    renegotiation_refused,
    session_tickets,
    session_resumption,
    downgrade_protected,
    versions_unconfused,
    pre_master_version_checked,
    tlcp_alerts,
    sm_group_with_sm_suite,
    sm_certificate_with_sm_suite,
    sm_hybrid_offered,
    early_data_off,
    tls12_extras,
    with_and_without_name,
    addresses_alike,
    certificate_as_on_disk,
    product_certified,
    suites_as_profiled,
    groups_as_profiled,
    schemes_as_profiled,
)
