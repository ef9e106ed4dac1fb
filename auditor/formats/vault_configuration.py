"""The configuration of a Vault or OpenBao server: what its files, its environment and its unit say together.

The rules of merging are those of both products (``server.LoadConfigDir``): listeners and audit devices add up, a switch
that one file turns on stays on, of two times the longer counts. No order of file names is promised, so where two files
set one other thing differently, nobody can say which of them holds.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from auditor.formats import hcl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLOCKS: Final = {
    "listener": 1,
    "storage": 1,
    "backend": 1,
    "ha_storage": 1,
    "ha_backend": 1,
    "seal": 1,
    "hsm": 1,
    "audit": 2,
    "plugin": 2,
    "telemetry": 0,
    "reporting": 0,
    "user_lockout": 1,
    "kms_library": 1,
    "service_registration": 1,
    "entropy": 1,
}
"""Blocks of a server's configuration, with the number of their labels."""
SWITCHES: Final = (
    "raw_storage_endpoint",
    "introspection_endpoint",
    "unsafe_allow_api_audit_creation",
    "allow_audit_log_prefixing",
    "unsafe_relative_paths",
    "allow_unauthenticated_workflows",
)
"""Switches that are off by default and open a way around the product's own protection (KEY-034)."""
TIMES: Final = frozenset({"max_lease_ttl", "default_lease_ttl", "default_max_request_duration"})
_TRUTHS: Final = frozenset({"disable_mlock", "disable_cache", "ui", "plugin_auto_download", *SWITCHES})
SCALARS: Final = frozenset(
    {
        "api_addr",
        "cluster_addr",
        "cluster_name",
        "log_level",
        "log_file",
        "plugin_directory",
        "license_path",
        "disable_product_usage_reporting",
        *TIMES,
        *_TRUTHS,
    }
)
_MARKS: Final = frozenset(
    {"listener", "storage", "backend", "seal", "ha_storage", "api_addr", "cluster_addr", "user_lockout"}
) | {
    "audit",
    "kms_library",
    "raw_storage_endpoint",
    "max_lease_ttl",
    "disable_mlock",
    "ui",
    "plugin_directory",
    "reporting",
    "telemetry",
    "log_level",
    "introspection_endpoint",
    "plugin",
}
"""Names of which one makes a file the configuration of a server."""
_AGENT: Final = frozenset({"auto_auth", "vault", "template", "api_proxy", "exec", "env_template"})
_PREFIXES: Final = ("VAULT_", "BAO_")
"""Of the environment; OpenBao prefers its own name where both are set."""
_UNITS_S: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said.

    Attributes:
        file: Path relative to the root of the part.
        line: First line, counted from 1.
        source: ``file``, ``environment``, ``unit`` or ``values`` (of a chart).
    """

    file: str
    line: int
    source: str = "file"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the configuration.

    Attributes:
        kind: ``listener``, ``seal`` …
        labels: As many as the kind has.
        values: What it says.
        place: Where.
    """

    kind: str
    labels: tuple[str, ...]
    values: Mapping[str, Any]
    place: Place

    @property
    def type(self) -> str:
        """The first label."""
        return self.labels[0] if self.labels else ""


@dataclass
class Configuration:
    """What all sources of one server say together.

    Attributes:
        blocks: In the order of files and lines.
        values: Single settings by name, with the place that decides.
        disputed: Settings that two files set differently, with both places.
        files: Names of the files read.
        product: ``vault``, ``openbao``, or empty where nothing tells.
        environment: Variables that the server gets, by name; of secrets only that they are set.
        is_dev: It is started in development mode, and where that is said.
    """

    blocks: list[Block] = field(default_factory=list)
    values: dict[str, tuple[Any, Place]] = field(default_factory=dict)
    disputed: dict[str, tuple[Place, Place]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    product: str = ""
    environment: dict[str, tuple[str, Place]] = field(default_factory=dict)
    is_dev: Place | None = None

    def of(self, *kinds: str) -> list[Block]:
        """Return the blocks of these kinds."""
        return [block for block in self.blocks if block.kind in kinds]

    def joins(self) -> list[tuple[dict[str, Any], Place]]:
        """Return the leaders that a node would join, with their places."""
        found: list[tuple[dict[str, Any], Place]] = []
        for block in self.of("storage", "backend", "ha_storage"):
            said = block.values.get("retry_join")
            several = said if isinstance(said, list) else [said]
            found += [(each, block.place) for each in several if isinstance(each, dict)]
        return found

    def add(self, name: str, body: hcl.Body, source: str = "file", shift: int = 0) -> None:
        """Take in one file.

        Args:
            name: Of the file.
            body: Its items.
            source: Where it stands.
            shift: Lines that stand before it, where it is inside another file.
        """
        if name not in self.files:
            self.files.append(name)
        for item in body.items:
            place = Place(name, item.line + shift, source)
            if item.name in BLOCKS:
                self._block(item, place, shift)
            elif not item.labels and not isinstance(item.value, hcl.Body):
                self._value(item.name, hcl.plain(item.value), place)

    def _block(self, item: hcl.Item, place: Place, shift: int) -> None:
        wanted = BLOCKS[item.name]
        for labels, body, at in hcl.Body((item,)).blocks(item.name):
            for found, below, inner in hcl.nested(labels, body, at, wanted):
                values = hcl.plain(below)
                here = Place(place.file, inner.line + shift, place.source)
                self.blocks.append(Block(item.name, found, values if isinstance(values, dict) else {}, here))

    def _value(self, name: str, value: Any, place: Place) -> None:  # noqa: ANN401 - whatever stands in the file
        before = self.values.get(name)
        if before is None or before[1].file == place.file:
            self.values[name] = (value, place)
        elif name in TIMES:
            one, other = seconds(before[0]), seconds(value)
            if other is not None and (one is None or other > one):
                self.values[name] = (value, place)
        elif name in _TRUTHS or isinstance(value, bool):
            if truth(value) and not truth(before[0]):
                self.values[name] = (value, place)
        elif before[0] != value:
            self.disputed[name] = (before[1], place)

    def set_environment(self, variables: Mapping[str, tuple[str, Place]]) -> None:
        """Take in the environment of the server, which wins over its files."""
        self.environment.update(variables)
        for prefix in _PREFIXES:
            for variable, (value, place) in variables.items():
                name = variable.removeprefix(prefix).lower()
                if variable.startswith(prefix) and name in SCALARS:
                    self.values[name] = (value, place)
                    self.disputed.pop(name, None)


def is_server(body: hcl.Body) -> bool:
    """Tell whether a file is the configuration of a server, and of neither an agent nor a policy."""
    names = {item.name for item in body.items}
    if "path" in names and not names & {"storage", "listener"}:
        return False
    if names & _AGENT and not names & {"storage", "backend", "seal"}:
        return False
    return bool(names & _MARKS)


def product_of(texts: Iterable[str]) -> str:
    """Return which product a configuration speaks of, empty where nothing tells."""
    joined = "\n".join(texts).lower()
    if re.search(r"openbao|\bbao\b|/bao|bao_", joined):
        return "openbao"
    return "vault" if "vault" in joined else ""


def truth(value: object) -> bool:
    """Return a switch as both products read it: ``1``, ``true``, ``"true"`` and ``"1"`` are on."""
    if isinstance(value, str):
        return value.strip() in {"1", "t", "T", "true", "TRUE", "True"}
    return bool(value) if isinstance(value, bool | int | float) else False


def seconds(value: object) -> float | None:
    """Return a time in seconds, None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - no time is longer
        return None
    text = value.strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)


def host_of(address: str) -> str:
    """Return the host of an address or URL, without port and brackets."""
    text = address.strip()
    text = text.rpartition("://")[2] if "://" in text else text
    text = re.split(r"[/?#]", text.rpartition("@")[2], maxsplit=1)[0]
    if text.startswith("["):
        return text[1:].partition("]")[0]
    if text.count(":") > 1:
        return text
    return text.partition(":")[0]


def is_loopback(address: str) -> bool:
    """Tell whether an address cannot be reached from another machine."""
    host = host_of(address).lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_loopback or bool(mapped is not None and mapped.is_loopback)


_INSIDE: Final = (
    ".local",
    ".internal",
    ".lan",
    ".svc",
    ".intranet",
    ".corp",
    ".home.arpa",
    ".cluster.local",
    ".consul",
)


def is_inside(address: str, allowed: Iterable[str] = ()) -> bool:
    """Tell whether an address lies inside the site: loopback, private, a name without a public suffix, or allowed.

    Args:
        address: Host, host and port, or URL.
        allowed: Hosts, name endings that begin with a dot, or networks.
    """
    host = host_of(address).lower().rstrip(".")
    if not host or is_loopback(address) or address.startswith(("/", "unix:")):
        return True
    names = [each.lower() for each in allowed]
    if any(host == each or (each.startswith(".") and host.endswith(each)) for each in names):
        return True
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    if found.is_private or found.is_link_local:
        return True
    for each in names:
        try:
            if found in ipaddress.ip_network(each, strict=False):
                return True
        except ValueError:
            continue
    return False


# --- Environment files and units --------------------------------------------------------------------------------------

_ASSIGNMENT: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


def environment(text: str, name: str, source: str = "environment") -> dict[str, tuple[str, Place]]:
    """Return the variables of an environment file by name."""
    found: dict[str, tuple[str, Place]] = {}
    for number, line in enumerate(text.splitlines()[:10_000], 1):
        match = None if line.lstrip().startswith("#") else _ASSIGNMENT.match(line)
        if match:
            found[match[1]] = (_bare(match[2]), Place(name, number, source))
    return found


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


@dataclass(frozen=True, slots=True)
class Unit:
    """The ``[Service]`` section of a systemd unit.

    Attributes:
        name: Of its file.
        settings: Last value and line by key, in small letters.
        environment: Variables that it sets.
        starts: Command line.
    """

    name: str
    settings: Mapping[str, tuple[str, int]]
    environment: Mapping[str, tuple[str, Place]]
    starts: str

    def says(self, key: str) -> str:
        """Return a setting, empty if it is not there."""
        return self.settings.get(key.lower(), ("", 0))[0]


def unit(text: str, name: str) -> Unit:
    """Read a systemd unit."""
    settings: dict[str, tuple[str, int]] = {}
    variables: dict[str, tuple[str, Place]] = {}
    section, held = "", ""
    for number, line in enumerate(text.splitlines()[:10_000], 1):
        whole = held + line.strip()
        held = ""
        if whole.startswith(("#", ";")):
            continue
        if whole.endswith("\\"):
            held = whole[:-1] + " "
            continue
        if whole.startswith("["):
            section = whole.strip("[]").lower()
            continue
        key, mark, value = whole.partition("=")
        if not mark or section != "service":
            continue
        if key.strip().lower() == "environment":
            for one, other, bare in re.findall(r"\"([^\"]*)\"|'([^']*)'|(\S+)", value):
                variable, is_set, said = (one or other or bare).partition("=")
                if is_set:
                    variables[variable] = (said, Place(name, number, "unit"))
        else:
            settings[key.strip().lower()] = (value.strip(), number)
    return Unit(name, settings, variables, settings.get("execstart", ("", 0))[0])


# --- Secrets that stand in a configuration ----------------------------------------------------------------------------

_SECRET_NAMES: Final = re.compile(
    r"(?i)^(?:pin|token|password|passwd|secret|secret_?(?:key|id|access_key)|client_secret|access_key|current_key|previous_key"
    r"|.*_(?:pin|token|password|passphrase|secret|api_token|secret_key)|api_key|key|credentials)$"
)
_NO_SECRETS: Final = re.compile(r"(?i)(?:_file|_path|_id|_label|_name|_addr)$")
_NOT_HERE: Final = re.compile(r"^(?:$|env:|file:|/|\$\{?\w|\{\{|vault:|<.*>$|\*+$|REDACTED)")
_IN_URL: Final = re.compile(
    r"(?i)(?<=://)[^\s/:@]*:([^\s@/]+)(?=@)"
    r"|\b(?:password|passwd|token|secret|secret_access_key|client_secret|secret_key|credentials)\s*=\s*([^\s&;'\"]+)"
)
SECRET_VARIABLE: Final = re.compile(
    r"^(?:(?:VAULT|BAO)_(?:TOKEN|HSM_PIN|DEV_ROOT_TOKEN_ID|PKCS11_PIN|LICENSE|.*_SECRET.*|.*_PASSWORD|.*_PIN)|AWS_SECRET_ACCESS_KEY"
    r"|AZURE_CLIENT_SECRET|GOOGLE_CREDENTIALS|ALICLOUD_SECRET_KEY|CONSUL_HTTP_TOKEN|PGPASSWORD|.*_(?:SECRET_KEY|PASSWORD|PIN))$"
)


def is_secret_here(name: str, value: object) -> bool:
    """Tell whether a setting holds a secret itself, and not the place of one (KEY-033)."""
    if not isinstance(value, str) or not value.strip():
        return False
    if in_url := _url_secret(value):
        return not _NOT_HERE.match(in_url)
    if not _SECRET_NAMES.match(name) or _NO_SECRETS.search(name):
        return False
    return not _NOT_HERE.match(value.strip())


def is_secret_variable(name: str, value: str) -> bool:
    """Tell whether a variable of the environment holds a secret itself, and not the place of one."""
    return bool(SECRET_VARIABLE.match(name) and value and not value.startswith(("/", "file:", "$", "<", "%", "{{")))


def _url_secret(value: str) -> str:
    found = _IN_URL.search(value)
    return next((each for each in found.groups() if each), "") if found else ""


def without_secrets(value: str) -> str:
    """Return a text with the passwords of addresses and of ``name=value`` pairs in it hidden."""
    return _IN_URL.sub(lambda found: found[0].replace(found[1] or found[2], "***"), value)
