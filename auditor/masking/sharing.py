"""What leaves the house: host names, addresses and users as stable pseudonyms, under a key that stays with its owner.

The same key gives the same pseudonym for the same name, in every run and report, so that those who were given a shared
report can speak of ``host-4f0c12ab90`` and its owner knows what is meant. Without the key a name can be neither read
nor tried out: pseudonyms are HMAC-SHA-256 (RFC 2104), and so are the fingerprints of findings, which rest on names.

1. Names that a record tells of: hosts of targets and nodes, owners and approvers of waivers, whoever answered, authors
   of suppressions, holders of rights, accounts.
2. Names by their shape: mail addresses, IPv4 and IPv6 addresses, host names under the usual domains, home folders.
3. Names that the owner lists besides: a plain word in a text has neither a place nor a shape.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from auditor.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.finding import Finding
    from auditor.model.record import MeasureRow

Kind = Literal["host", "ip", "user"]

KEY_BYTES: Final = 32
LEAST_KEY_BYTES: Final = 16
_DIGITS: Final = 10
_SHORTEST: Final = 3
"""Letters of the shortest name that is looked for: shorter ones stand in other words."""
_GENERIC: Final = frozenset(
    {
        *("root", "admin", "administrator", "nobody", "daemon", "system", "default", "user", "users", "guest"),
        *("postgres", "operator", "service", "anonymous", "server", "client", "localhost", "vault", "openbao"),
        *("token", "kubelet", "people", "person", "team", "auditor", "none", "unknown", "everybody", "anyone"),
    }
)
"""Names that are everybody's, and say nothing of anybody."""
_DOMAINS: Final = (
    "com|net|org|edu|gov|mil|biz|io|ai|cloud|tech|cn|hk|tw|jp|kr|sg|uk|de|fr|eu|ru"
    "|local|internal|intranet|intra|lan|corp|home|private|test|example|invalid|localdomain|bank|svc|cluster"
)
_PUBLIC: Final = re.compile(
    r"(?:^|\.)(?:k8s\.io|kubernetes\.io|docker\.io|gcr\.io|ghcr\.io|quay\.io|github\.com|githubusercontent\.com|pypi\.org"
    r"|npmjs\.org|mitre\.org|nist\.gov|owasp\.org|w3\.org|ietf\.org|cyclonedx\.org|spdx\.org|spdx\.dev|openvex\.dev"
    r"|python\.org|debian\.org|opencontainers\.org|in-toto\.io|slsa\.dev|microsoft\.com|aquasec\.com|json-schema\.org)$",
    re.IGNORECASE,
)
"""Hosts of everybody: API groups, registries and pages that documentation names."""
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})(?![A-Za-z0-9-])")
_IPV4: Final = re.compile(r"(?<![\w.@-])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)
_HOST: Final = re.compile(
    rf"(?<![\w.-])(?:[A-Za-z0-9_](?:[\w-]{{0,61}}[A-Za-z0-9])?\.){{1,10}}(?:{_DOMAINS})(?![\w-]|\.[\w])", re.IGNORECASE
)
_AUTHORITY: Final = re.compile(
    r"(?<=://)(?:[^/\s@:]+(?::[^/\s@]*)?@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)"
)
_HOME: Final = re.compile(r"(?:(?<=/home/)|(?<=/Users/))[^/\s:\"']+|(?<=\\Users\\)[^\\\s:\"']+")
_SUBJECT: Final = re.compile(r"(?<=\bUser/)[\w.@:-]+")
_FIXED: Final = frozenset(
    {"id", "stage", "controls", "framework", "control", "digest", "capture", "rules", "schema", "verdict", "severity"}
)
"""Fields of a record that hold no names of the audited system."""
_FINGERPRINTS: Final = frozenset({"fingerprint", "moved_fingerprint"})


class Pseudonyms:
    """Replaces names in texts.

    Attributes:
        given: What was replaced so far: pseudonym and name. It belongs to the owner of the key.
    """

    def __init__(self, key: bytes, names: Iterable[tuple[Kind, str]] = (), numbers: Iterable[str] = ()) -> None:
        """Take a key and names.

        Args:
            key: At least `LEAST_KEY_BYTES` octets.
            names: That are looked for as words, besides those with a shape.
            numbers: Numbers of clauses, which may look like addresses (``8.1.4.2``).

        Raises:
            ValueError: The key is too short to be one.
        """
        if len(key) < LEAST_KEY_BYTES:
            message = f"a key for pseudonyms has at least {LEAST_KEY_BYTES} octets"
            raise ValueError(message)
        self._key = key
        self.given: dict[str, str] = {}
        self._done: dict[str, str] = {}
        self._clauses = frozenset(_quad(number) for number in numbers)
        self._kinds: dict[str, Kind] = {}
        self._nodes: set[str] = set()
        for kind, name in names:
            plain = name.strip().strip(".")
            if len(plain) >= _SHORTEST and plain.casefold() not in _GENERIC and not _PUBLIC.search(plain):
                self._kinds.setdefault(plain.casefold(), kind)
        words = [name for name in self._kinds if not _is_plain(name)]
        self._words = _pattern(words, r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])")
        # a plain word ("vault" of https://vault:8200) is a host only where one stands
        alone = [name for name in self._kinds if _is_plain(name)]
        hosts = [name for name in alone if self._kinds[name] == "host"]
        people = [name for name in alone if self._kinds[name] != "host"]
        self._plain_hosts = _pattern(
            hosts, r"(?:(?<=://)|(?<=@)|(?<==))(?:{0})(?![\w.-])|(?<![\w.-])(?:{0})(?=:\d{{2,5}}\b)"
        )
        self._people = _pattern(people, r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])")

    def of(self, kind: Kind, name: str) -> str:
        """Return the pseudonym of a name; letters in either case are the same name."""
        plain = name.casefold()
        made = hmac.new(self._key, f"{kind}:{plain}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        pseudonym = f"{kind}-{made[:_DIGITS]}"
        self.given[pseudonym] = name
        return pseudonym

    def fingerprint(self, value: str) -> str:
        """Return what a fingerprint becomes, as long as it is."""
        made = hmac.new(self._key, f"fingerprint:{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return made.hexdigest()[: len(value)]

    def text(self, text: str) -> str:
        """Return a text without the names."""
        known = self._done.get(text)
        if known is None:
            known = self._done[text] = self._replaced(text)
        return known

    def _replaced(self, text: str) -> str:
        text = _MAIL.sub(self._mail, text)
        text = _HOST.sub(self._host, text)
        text = self._known(self._words, text)
        text = _AUTHORITY.sub(self._authority, text)
        text = _IPV6.sub(self._address, text)
        text = _IPV4.sub(self._address, text)
        text = _HOME.sub(lambda found: self._person(found[0]), text)
        text = _SUBJECT.sub(lambda found: self._person(found[0]), text)
        return self._known(self._people, self._known(self._plain_hosts, text))

    def _known(self, pattern: re.Pattern[str] | None, text: str) -> str:
        if pattern is None:
            return text
        return pattern.sub(lambda found: self.of(self._kinds[found[0].casefold()], found[0]), text)

    def _mail(self, found: re.Match[str]) -> str:
        """Replace a mail address as a whole; what a component runs on (``kubelet@node.bank.cn``) is a host."""
        if self._kinds.get(found[1].casefold()) == "host":
            return found[0][: -len(found[1])] + self.of("host", found[1])
        return self.of("user", found[0])

    def _authority(self, found: re.Match[str]) -> str:
        whole, host = found[0], found[1]
        if _is_given(host) or _PUBLIC.search(host) or host.casefold() in _GENERIC:
            return whole
        if "." not in host and ":" not in host:
            return whole[: -len(host)] + self.of("host", host)
        return whole  # by its shape, next

    def _host(self, found: re.Match[str]) -> str:
        return found[0] if _PUBLIC.search(found[0]) else self.of("host", found[0])

    def _address(self, found: re.Match[str]) -> str:
        if found[0] in self._clauses:
            return found[0]
        try:
            address = ipaddress.ip_address(found[0])
        except ValueError:  # a version, a time, a number of a clause
            return found[0]
        if address.is_loopback or address.is_unspecified or str(address) == "255.255.255.255":
            return found[0]
        return self.of("ip", str(address))

    def _person(self, name: str) -> str:
        return name if _is_given(name) or name.casefold() in _GENERIC else self.of("user", name)

    def tree(self, value: Any) -> Any:  # noqa: ANN401 - JSON values
        """Return a structured value without the names; keys stay, and so do fields that hold none."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self._field(key, each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(each) for each in value]
        return value

    def _field(self, key: object, value: Any) -> Any:  # noqa: ANN401 - JSON values
        if key in _FINGERPRINTS and isinstance(value, str):
            return self.fingerprint(value) if value else value
        return value if key in _FIXED else self.tree(value)


def _is_given(name: str) -> bool:
    return bool(re.fullmatch(rf"(?:host|ip|user)-[0-9a-f]{{{_DIGITS}}}", name))


def _is_plain(name: str) -> bool:
    """Tell whether a name is a plain word, which may mean something else where it stands alone."""
    return name.isalpha() and name.isascii()


def _pattern(names: list[str], around: str) -> re.Pattern[str] | None:
    if not names:
        return None
    joined = "|".join(re.escape(name) for name in sorted(names, key=lambda each: (-len(each), each)))
    return re.compile(around.format(joined), re.IGNORECASE)


def _quad(number: str) -> str:
    """Return the four numbers that a clause begins with, which look like an address."""
    found = re.match(r"\d+(?:\.\d+){3}", number)
    return found[0] if found else ""


def names_of(record: Record) -> Iterator[tuple[Kind, str]]:
    """Yield the names that a record tells of by their place."""
    for target in record.targets:
        yield from (("host", name) for name in _hosts(target))
    for finding in record.findings:
        yield from _of_finding(finding)
    if record.run.configuration and record.run.configuration.owner:
        yield "user", record.run.configuration.owner
    yield from (("user", outcome.answer.who) for outcome in record.outcomes if outcome.answer)
    yield from (("user", claim.by) for claim in record.claims)
    for measure in record.measures:
        yield from (("user", name) for name in _accounts(measure))


def _hosts(target: str) -> Iterator[str]:
    """Yield the hosts that a target names: an endpoint, a server, the context of a cluster."""
    for part in re.split(r"@(?=[a-z]+=)", target):
        kind, _, where = part.partition("=")
        if kind == "tls":
            yield where.rpartition(":")[0] or where
        elif where.startswith(("https://", "http://")):
            yield re.split(r"[/:]", where.partition("://")[2], maxsplit=1)[0]
        elif where.startswith("context:"):
            yield where.removeprefix("context:")


def _of_finding(finding: Finding) -> Iterator[tuple[Kind, str]]:
    if finding.target.startswith(("node=", "kubernetes=")) and "@" in finding.subject:
        yield "host", finding.subject.rpartition("@")[2]
    if finding.waived:
        yield "user", finding.waived.owner
        yield "user", finding.waived.approver
    if finding.suppression and finding.suppression.author:
        yield "user", re.sub(r"<.*", "", finding.suppression.author)


def _accounts(measure: MeasureRow) -> Iterator[str]:
    """Yield the accounts that a measure lists: holders of rights to keys, and accounts that several people use."""
    if measure.id == "custody.who-can":
        for item in measure.items:
            holder = item.split(" | ", 3)[-1].partition(":")[0]
            yield re.sub(r"\s*\(.*", "", holder)
    elif measure.id == "auditlog.shared":
        yield from (item.rpartition(":")[0] for item in measure.items)


def shared(record: Record, key: bytes, more: Iterable[tuple[Kind, str]] = ()) -> tuple[Record, Pseudonyms]:
    """Return a record that may leave the house, and what replaced its names, for all that goes with it.

    Args:
        record: The finished record.
        key: Of the owner.
        more: Names besides those that the record tells of.

    Raises:
        ValueError: The key is too short to be one.
    """
    numbers = {number for finding in record.findings for ids in finding.controls.values() for number in ids}
    numbers |= {outcome.control for outcome in record.outcomes}
    pseudonyms = Pseudonyms(key, (*names_of(record), *more), numbers)
    data = pseudonyms.tree(msgspec.to_builtins(record))
    for outcome in data["outcomes"]:
        outcome["findings"] = [pseudonyms.fingerprint(each) for each in outcome["findings"]]
    return msgspec.convert(data, Record), pseudonyms
