"""What the user wants of an endpoint or a file: profile, trust, lists, names, a client's pair."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.formats import key_files, sm2, x509
from auditor.model.system import Part
from auditor.stages.tls.certificates import Trust
from auditor.stages.tls.tlcp.client import ClientPair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


PROFILES: Final = ("sm-only", "sm-preferred", "mixed", "international-modern")
DEFAULT_PROFILE: Final = "mixed"
DEADLINE_S: Final = 15.0
_LEVELS: Final = frozenset({"required", "allowed", "forbidden"})
_VERSIONS: Final = frozenset({"tlcp", "rfc8998", "tls13", "tls12", "tls11", "tls10", "ssl3", "ssl2"})
_FIELDS: Final = frozenset(
    {
        *("title", "source", "needs_sm", "prefers_sm", "versions", "suites", "groups", "schemes", "certificates"),
        *("client", "forward_secrecy", "lifetime_days", "ticket_lifetime_s"),
    }
)
_SCHEMES: Final = {
    "https": ("", 443),
    "tls": ("", 443),
    "tlcp": ("", 443),
    "smtps": ("", 465),
    "imaps": ("", 993),
    "pop3s": ("", 995),
    "ldaps": ("", 636),
    "smtp": ("smtp", 25),
    "imap": ("imap", 143),
    "pop3": ("pop3", 110),
    "ldap": ("ldap", 389),
    "postgresql": ("postgresql", 5432),
    "postgres": ("postgresql", 5432),
    "mysql": ("mysql", 3306),
}
"""Protocol that is spoken before TLS, and port, by scheme."""
_PORTS: Final = {25: "smtp", 587: "smtp", 143: "imap", 110: "pop3", 389: "ldap", 5432: "postgresql", 3306: "mysql"}
"""Well-known ports on which a plain protocol is switched to TLS."""
_HOST: Final = re.compile(r"[\w.-]{1,253}", re.UNICODE)
_PORT_LIMIT: Final = 1 << 16
_LIST_BYTES: Final = 1 << 20
_LIST_ENTRIES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An endpoint.

    Attributes:
        host: Name or address, without brackets.
        port: Port.
        starttls: Protocol that is spoken before TLS; empty for none.
    """

    host: str
    port: int
    starttls: str = ""

    @property
    def text(self) -> str:
        """The endpoint as ``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_address(self) -> bool:
        """Whether the host is an address and no name."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is required, allowed and forbidden.

    Attributes:
        name: Its name, or the file it stands in.
        values: As in the file.
    """

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is wanted of one part.

    Attributes:
        profile: Profile.
        trust: Anchors and lists.
        has_trust: Anchors were given.
        server_name: Name to ask for; empty for that of the endpoint.
        pair: Certificates to show as a client.
        proxy: HTTP proxy, ``host:port``.
        starttls: Protocol before TLS, where the user names one.
        deadline_s: For the whole endpoint.
        is_intrusive: Ask what may be taken for an attack.
        tries_passwords: Try stock passwords on containers.
        allowed_anchors: Names or fingerprints of authorities that a trust store may hold; None without a list.
        on_disk: Certificates that the endpoint should show, as fingerprints.
        product_certificates: Evidence of product certification: name and last day.
    """

    profile: Profile
    trust: Trust = field(default_factory=Trust)
    has_trust: bool = False
    server_name: str = ""
    pair: ClientPair | None = None
    proxy: str = ""
    starttls: str | None = None
    deadline_s: float = DEADLINE_S
    is_intrusive: bool = False
    tries_passwords: bool = False
    allowed_anchors: frozenset[str] | None = None
    on_disk: tuple[str, ...] = ()
    product_certificates: tuple[tuple[str, str], ...] = ()


def place(where: str) -> Place | None:
    """Return the endpoint that an argument names, None if it names none."""
    scheme, mark, rest = where.partition("://")
    starttls, port = _SCHEMES.get(scheme.lower(), ("", 0)) if mark else ("", 0)
    if mark and scheme.lower() not in _SCHEMES:
        return None
    text = rest.split("/", 1)[0] if mark else where
    if text.startswith("["):
        host, _mark, tail = text[1:].partition("]")
        number = tail.removeprefix(":")
    else:
        host, _mark, number = text.rpartition(":") if ":" in text else (text, "", "")
    if number:
        if not (number.isascii() and number.isdigit() and 0 < int(number) < _PORT_LIMIT):
            return None
        port = int(number)
    if not port or not host:
        return None
    is_host = _HOST.fullmatch(host) is not None
    found = Place(host=host, port=port, starttls=starttls or ("" if mark else _PORTS.get(port, "")))
    return found if is_host or found.is_address else None


def expanded(part: Part) -> tuple[Part, ...]:
    """Return a part for each endpoint or file that a ``tls=`` names; what cannot be is said before the run.

    Raises:
        ConfigError: A profile, a file or a value is not what it should be, or an endpoint is none.
    """
    settings(part)
    places = expand(part.where, part.base)
    return tuple(Part(kind=part.kind, where=where, options=part.options, base=part.base) for where in places)


def expand(where: str, base: str = "") -> tuple[str, ...]:
    """Return the endpoints that stand in a file, one a line; the argument itself where it is no such file.

    Raises:
        ConfigError: It is neither an endpoint nor a file, or a list with a line that is no endpoint.
    """
    path = Path(base, where)
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, ValueError):
        is_file = is_folder = False
    if is_folder:
        return (where,)
    if not is_file:
        if place(where) is None:
            message = f"tls={where}: neither host:port nor a file that is there"
            raise ConfigError(message)
        return (where,)
    lines = _lines(path)
    if lines is None:
        return (where,)
    for number, line in lines:
        if place(line) is None:
            message = f"{path}:{number}: {line[:80]!r} is no endpoint; expected host:port"
            raise ConfigError(message)
    if len(lines) > _LIST_ENTRIES:
        message = f"{path}: more than {_LIST_ENTRIES} endpoints"
        raise ConfigError(message)
    return tuple(dict.fromkeys(line for _number, line in lines))


def _lines(path: Path) -> list[tuple[int, str]] | None:
    """Return the lines of a list of endpoints, None where the file is none: its first line must be one."""
    try:
        with path.open("rb") as file:
            data = file.read(_LIST_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if len(data) > _LIST_BYTES or b"\x00" in data or b"-----BEGIN" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return lines if lines and place(lines[0][1]) is not None and ":" in lines[0][1] else None


def settings(part: Part) -> Settings:
    """Return what is wanted of a part.

    Raises:
        ConfigError: A profile, a file or a value is not what it should be.
    """
    options = part.options
    anchors = [each for name in _names(options.get("trust")) for each in _certificates(part, name, "trust")]
    lists = [each for name in _names(options.get("crl")) for each in _contents(part, name, "crl").lists]
    on_disk = [each for name in _names(options.get("on_disk")) for each in _certificates(part, name, "on_disk")]
    allowed = options.get("allowed_anchors")
    client = options.get("client")
    return Settings(
        profile=profile(str(options.get("profile") or DEFAULT_PROFILE), part.base),
        trust=Trust(anchors=tuple(anchors), lists=tuple(lists)),
        has_trust=bool(anchors),
        server_name=str(options.get("server_name") or ""),
        pair=_pair(part, client) if isinstance(client, dict) else None,
        proxy=str(options.get("proxy") or ""),
        starttls=str(options["starttls"]) if options.get("starttls") is not None else None,
        deadline_s=float(str(options.get("deadline_s") or DEADLINE_S)),
        is_intrusive=bool(options.get("intrusive")),
        tries_passwords=bool(options.get("try_passwords")),
        allowed_anchors=None if allowed is None else frozenset(_names(allowed)),
        on_disk=tuple(each.sha256 for each in on_disk),
        product_certificates=tuple(
            (str(each.get("name", "")), _day(part, str(each.get("expires", ""))))
            for each in _entries(options.get("product_certificates"))
        ),
    )


def _day(part: Part, text: str) -> str:
    try:
        return datetime.fromisoformat(text).date().isoformat() if text else ""
    except ValueError as error:
        message = f"{part.argument}: product_certificates: expires {text!r} is no day; write 2027-12-31"
        raise ConfigError(message) from error


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, tuple | list) else ()


def _entries(value: object) -> Iterable[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, tuple | list) else []


def _contents(part: Part, name: str, what: str) -> key_files.Contents:
    path = Path(part.base, name)
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"{part.argument}: {what} file {name} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    found = key_files.read(data)
    if found.is_empty:
        message = f"{part.argument}: {what} file {name}: {'; '.join(found.problems) or 'holds nothing'}"
        raise ConfigError(message)
    return found


def _certificates(part: Part, name: str, what: str) -> list[x509.Certificate]:
    found = _contents(part, name, what).certificates
    if not found:
        message = f"{part.argument}: {what} file {name} holds no certificate"
        raise ConfigError(message)
    return found


def _pair(part: Part, client: Mapping[str, Any]) -> ClientPair:
    """Return the pair that is shown as a client: ``sign``, ``sign_key``, ``enc``, ``enc_key``."""
    certificates: dict[str, list[x509.Certificate]] = {}
    keys: dict[str, int] = {}
    for name in ("sign", "enc"):
        if name not in client or f"{name}_key" not in client:
            message = f"{part.argument}: client needs sign, sign_key, enc and enc_key"
            raise ConfigError(message)
        certificates[name] = _certificates(part, str(client[name]), f"client {name}")
        found = _contents(part, str(client[f"{name}_key"]), f"client {name}_key").keys
        key = next((each.sm2_key for each in found if each.sm2_key is not None), None)
        if key is None:
            message = f"{part.argument}: client {name}_key holds no SM2 key in the clear; use a key of a test account"
            raise ConfigError(message)
        if sm2.public_key(key) != certificates[name][0].sm2_point:
            message = f"{part.argument}: client {name}_key does not belong to client {name}"
            raise ConfigError(message)
        keys[name] = key
    chain = (*certificates["sign"][1:], *certificates["enc"][1:])
    return ClientPair(
        sign_certificate=certificates["sign"][0].raw,
        sign_key=keys["sign"],
        enc_certificate=certificates["enc"][0].raw,
        enc_key=keys["enc"],
        chain=tuple(dict.fromkeys(each.raw for each in chain)),
    )


def profile(name: str, base: str = "") -> Profile:
    """Return a profile by its name, or by a file of the user's.

    Raises:
        ConfigError: There is none, or it says something unknown.
    """
    if name in PROFILES:
        return Profile(name=name, values=_read_profile(rulesets() / "tls" / f"{name}.yaml"))
    path = Path(base, name)
    if not path.is_file():
        message = f"unknown TLS profile {name!r}: known: {', '.join(PROFILES)}, or a file"
        raise ConfigError(message)
    return Profile(name=name, values=_read_profile(path))


@cache
def _read_profile(path: Path) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - only where an endpoint is audited

    try:
        found = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, RecursionError) as error:
        message = f"{path} cannot be read: {' '.join(str(error).split())[:200]}"
        raise ConfigError(message) from error
    problem = _problem(found)
    if problem:
        message = f"{path}: {problem}"
        raise ConfigError(message)
    return {**_ABSENT, **found}


_ABSENT: Final = {
    "needs_sm": False,
    "prefers_sm": False,
    "versions": {},
    "suites": {"*": "allowed"},
    "groups": {"*": "allowed"},
    "schemes": {"*": "allowed"},
    "certificates": {"*": "allowed"},
    "client": "allowed",
    "forward_secrecy": "allowed",
    "lifetime_days": 398,
    "ticket_lifetime_s": 7200,
}


def _problem(found: object) -> str:  # noqa: PLR0911 - one for each kind of mistake
    """Return what is wrong with a profile, empty if nothing is."""
    if not isinstance(found, dict):
        return "a profile is a mapping"
    stray = sorted(map(str, found.keys() - _FIELDS))
    if stray:
        return f"unknown field {stray[0]!r}; known: {', '.join(sorted(_FIELDS))}"
    for name in ("versions", "suites", "groups", "schemes", "certificates"):
        levels = found.get(name, {})
        if not isinstance(levels, dict) or not set(levels.values()) <= _LEVELS:
            return f"{name} gives each pattern one of {', '.join(sorted(_LEVELS))}"
    stray = sorted(map(str, set(found.get("versions", {})) - _VERSIONS))
    if stray:
        return f"unknown version {stray[0]!r}; known: {', '.join(sorted(_VERSIONS))}"
    if any(found.get(name, "allowed") not in _LEVELS for name in ("client", "forward_secrecy")):
        return f"client and forward_secrecy are one of {', '.join(sorted(_LEVELS))}"
    if any(not isinstance(found.get(name, False), bool) for name in ("needs_sm", "prefers_sm")):
        return "needs_sm and prefers_sm are true or false"
    numbers = [found.get(name, 1) for name in ("lifetime_days", "ticket_lifetime_s")]
    if any(not isinstance(each, int) or isinstance(each, bool) or each < 1 for each in numbers):
        return "lifetime_days and ticket_lifetime_s are positive numbers"
    return ""
