"""Package URLs: read strictly, and brought to one spelling so that two generators' names for one thing are equal.

Reference: ECMA-427 (purl), package-url/purl-spec.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_TYPE: Final = re.compile(r"[a-z][a-z0-9.+-]*")
_SYSTEM: Final = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
_DASHES: Final = re.compile(r"[-_.]+")
TYPES: Final = {
    "deb": "deb",
    "rpm": "rpm",
    "apk": "apk",
    "alpm": "alpm",
    "pypi": "python",
    "npm": "npm",
    "golang": "go-module",
    "maven": "java-archive",
    "cargo": "rust-crate",
    "gem": "gem",
    "nuget": "dotnet",
    "composer": "php-composer",
    "github": "github-action",
    "conda": "conda",
    "hex": "hex",
    "pub": "dart-pub",
    "swift": "swift",
    "cocoapods": "pod",
    "conan": "conan",
    "hackage": "hackage",
    "cran": "R-package",
    "generic": "binary",
    "bitnami": "bitnami",
}
"""Type of component, as syft names it, by type of purl."""


_ESCAPED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


def unquote(text: str) -> str:
    """Return a text with its percent escapes resolved (RFC 3986 2.1)."""
    if "%" not in text:
        return text
    data = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), text.encode("utf-8", "surrogatepass"))
    return data.decode("utf-8", "replace")


class PurlError(ValueError):
    """This is no package URL."""


class Purl(NamedTuple):
    """A package URL, taken apart and unquoted.

    Attributes:
        type: Lower case.
        namespace: Empty if it has none.
        name: The name.
        version: Empty if it has none.
        qualifiers: Pairs of key and value.
        subpath: Empty if it has none.
    """

    type: str
    namespace: str
    name: str
    version: str
    qualifiers: tuple[tuple[str, str], ...]
    subpath: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Type, name and version in the one spelling by which components are compared.

        Namespaces of system packages (``debian``) and the architecture do not count: one generator leaves them out.
        """
        return self.type, *_normal(self.type, self.namespace, self.name), self.full_version

    @property
    def full_version(self) -> str:
        """The version with its epoch, which some generators move to a qualifier, and without Go's ``v``."""
        version = self.version
        epoch = next((value for name, value in self.qualifiers if name == "epoch"), "")
        if self.type in _SYSTEM and epoch and epoch != "0" and ":" not in version:
            version = f"{epoch}:{version}"
        if self.type in _SYSTEM and version.startswith("0:"):
            version = version[2:]
        if self.type == "golang":
            version = version.removesuffix("+incompatible").removeprefix("v")
        return version


def _normal(kind: str, namespace: str, name: str) -> tuple[str]:
    if kind == "pypi":
        return (_DASHES.sub("-", name).lower(),)
    if kind in _SYSTEM:
        return (name.lower(),)
    if kind in {"golang", "github", "bitbucket", "npm", "composer"}:
        return (f"{namespace}/{name}".lower().strip("/"),)
    return (f"{namespace}/{name}".strip("/"),)


@lru_cache(maxsize=200_000)
def parse(text: str) -> Purl:
    """Read a package URL.

    Raises:
        PurlError: It is none.
    """
    scheme, mark, rest = text.partition(":")
    if not mark or scheme.lower() != "pkg" or any(character <= " " for character in text):
        message = f"{text[:200]!r} is no package URL"
        raise PurlError(message)
    rest, _mark, subpath = rest.lstrip("/").partition("#")
    rest, _mark, query = rest.partition("?")
    kind, mark, path = rest.partition("/")
    kind = kind.lower()
    if not mark or not _TYPE.fullmatch(kind) or not path.strip("/"):
        message = f"{text[:200]!r} has no type or no name"
        raise PurlError(message)
    path, version = _versioned(path.strip("/"))
    namespace, _mark, name = path.rpartition("/")
    if not unquote(name):
        message = f"{text[:200]!r} has no name"
        raise PurlError(message)
    qualifiers = []
    for pair in query.split("&") if query else ():
        key, mark, value = pair.partition("=")
        if not mark or not key:
            message = f"{text[:200]!r} has a qualifier without a value"
            raise PurlError(message)
        qualifiers.append((key.lower(), unquote(value)))
    return Purl(kind, unquote(namespace), unquote(name), unquote(version), tuple(sorted(qualifiers)), unquote(subpath))


def _versioned(path: str) -> tuple[str, str]:
    """Split at the last ``@`` that begins no scope (``npm/@acme/x`` has one that some generators do not quote)."""
    at = path.rfind("@")
    if at <= 0 or path[at - 1] == "/" or "/" in path[at:]:
        return path, ""
    return path[:at], path[at + 1 :]


def type_of(purl: str) -> str:
    """Return the type of component that a purl means; empty if it is none."""
    try:
        kind = parse(purl).type
    except PurlError:
        return ""
    return TYPES.get(kind, kind)


def key_of(purl: str) -> tuple[str, str, str] | None:
    """Return what a purl is compared by; None if it is none."""
    try:
        return parse(purl).key
    except PurlError:
        return None
