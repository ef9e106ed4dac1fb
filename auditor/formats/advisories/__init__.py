"""Advisories as values, whatever form they came in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

LONGEST_TEXT: Final = 4000
MAX_AFFECTED: Final = 20_000
"""Packages of one advisory; the longest real ones name some thousands."""


class AdvisoryError(ValueError):
    """A document that holds no advisories that can be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Release:
    """A release of a distribution.

    Attributes:
        id: As ``ID`` of os-release, lower case (``openeuler``).
        version: As the feed names it, without the name (``22.03-lts-sp3``, ``8``, ``v10``).
    """

    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Range:
    """Versions of a package that are affected.

    Attributes:
        constraint: As grype's database writes it; empty for all of them.
        fixed: First version that is not affected any more, empty if there is none.
        state: ``fixed``, ``not-fixed`` or ``wont-fix``.
    """

    constraint: str
    fixed: str = ""
    state: str = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A package that an advisory is about.

    Attributes:
        ecosystem: Type of package, as syft says (``python``, ``rpm``).
        name: Normalised as its world has it.
        order: Order of its versions.
        ranges: Affected versions.
        release: Release of the distribution; None for the packages of languages.
        module: Module stream that the package belongs to (``nodejs:18``); empty outside of streams.
    """

    ecosystem: str
    name: str
    order: str
    ranges: tuple[Range, ...]
    release: Release | None = None
    module: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One vulnerability as one publisher tells it.

    Attributes:
        id: Its id there, or the CVE where one notice speaks of several.
        aliases: Other ids of the same, sorted; the notice it stands in, too.
        source: Publisher (``github``, ``pypi``, ``openeuler``); part of the namespace.
        published: ISO 8601, or empty.
        modified: ISO 8601, or empty.
        withdrawn: ISO 8601; empty while it stands.
        description: A few lines.
        urls: Where to read on.
        severities: Pairs of scheme (``CVSS_V3``, ``CVSS_V4``, ``word``) and vector or word.
        cwes: ``CWE-…``.
        affected: What it is about.
    """

    id: str
    source: str
    affected: tuple[Affected, ...]
    aliases: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    description: str = ""
    urls: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()
    cwes: tuple[str, ...] = ()


@dataclass(slots=True)
class Losses:
    """What of a source could not be used, by reason; some examples of each.

    Attributes:
        counts: How often, by reason.
        examples: Ids, by reason; at most a few.
    """

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, why: str, example: str) -> None:
        """Note one more."""
        self.counts[why] = self.counts.get(why, 0) + 1
        known = self.examples.setdefault(why, [])
        if len(known) < 5:  # noqa: PLR2004 - a few examples
            known.append(example[:120])


_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{2,119}")


def is_id(text: object) -> bool:
    """Tell whether something can be the id of an advisory."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


def cves(*texts: str) -> tuple[str, ...]:
    """Return the CVE ids in some texts, sorted."""
    return tuple(sorted({found for text in texts for found in re.findall(r"CVE-\d{4}-\d{1,19}", text)}))


_NAMES: Final = (
    (re.compile(r"open\s*euler", re.IGNORECASE), "openeuler"),
    (re.compile(r"euler\s*os", re.IGNORECASE), "euleros"),
    (re.compile(r"anolis\s*(?:os)?", re.IGNORECASE), "anolis"),
    (re.compile(r"open\s*kylin", re.IGNORECASE), "openkylin"),
    (re.compile(r"kylin(?:\s*linux)?(?:\s*advanced)?(?:\s*server)?(?:\s*os)?", re.IGNORECASE), "kylin"),
    (re.compile(r"uniontech(?:\s*os)?(?:\s*server)?|\buos\b", re.IGNORECASE), "uos"),
    (re.compile(r"deepin", re.IGNORECASE), "deepin"),
    (re.compile(r"tencent\s*os(?:\s*server)?|tlinux", re.IGNORECASE), "tencentos"),
    (re.compile(r"alibaba\s*cloud\s*linux|\balinux\b", re.IGNORECASE), "alinux"),
    (re.compile(r"open\s*cloud\s*os", re.IGNORECASE), "opencloudos"),
    (re.compile(r"alma\s*linux", re.IGNORECASE), "almalinux"),
    (re.compile(r"rocky(?:\s*linux)?", re.IGNORECASE), "rocky"),
    (re.compile(r"oracle\s*linux", re.IGNORECASE), "ol"),
    (re.compile(r"amazon\s*linux", re.IGNORECASE), "amzn"),
    (re.compile(r"cent\s*os(?:\s*linux)?(?:\s*stream)?", re.IGNORECASE), "centos"),
    (re.compile(r"red\s*hat(?:\s*enterprise\s*linux)?(?:\s*server)?|\brhel\b|enterprise_linux", re.IGNORECASE), "rhel"),
    (re.compile(r"opensuse\s*leap", re.IGNORECASE), "opensuse-leap"),
    (
        re.compile(
            r"suse\s*linux\s*enterprise(?:\s*server|\s*module\s+for\s+[a-z][a-z /-]*?)(?=\s*\d|$)", re.IGNORECASE
        ),
        "sles",
    ),
    (re.compile(r"photon(?:\s*os)?", re.IGNORECASE), "photon"),
    (re.compile(r"mageia", re.IGNORECASE), "mageia"),
    (re.compile(r"fedora(?:\s*linux)?", re.IGNORECASE), "fedora"),
    (re.compile(r"debian(?:\s*gnu/linux)?", re.IGNORECASE), "debian"),
    (re.compile(r"ubuntu", re.IGNORECASE), "ubuntu"),
    (re.compile(r"alpine(?:\s*linux)?", re.IGNORECASE), "alpine"),
    (re.compile(r"wolfi", re.IGNORECASE), "wolfi"),
    (re.compile(r"chainguard", re.IGNORECASE), "chainguard"),
)
_VERSION: Final = re.compile(r"[\s:_-]*v?(\d[\w.]*)[\s:_-]*(.*)", re.IGNORECASE)
_PACK: Final = re.compile(r"(?:LTS)?[\s_-]*(?:SP|Service\s*Pack\s*)\d+|LTS(?![a-z])", re.IGNORECASE)
_DIST_TAGS: Final = (
    (re.compile(r"\.oe(\d\d)(\d\d)(sp\d+)?(?:\.|$)"), "openeuler"),
    (re.compile(r"\.oe(\d)(?:\.|$)"), "openeuler"),
    (re.compile(r"\.an(\d+)(?:[_.]|$)"), "anolis"),
    (re.compile(r"\.ky(\d+)(?:\.|$)"), "kylin"),
    (re.compile(r"\.u(?:el|os)(\d+)(?:\.|$)"), "uos"),
    (re.compile(r"\.al(\d+)(?:[_.]|$)"), "alinux"),
    (re.compile(r"\.fc(\d+)(?:\.|$)"), "fedora"),
)


def release_of(text: str) -> Release | None:
    """Return the release that a name speaks of (``openEuler-22.03-LTS-SP3``, ``Anolis OS 8``); None if none."""
    for pattern, name in _NAMES:
        found = pattern.search(text)
        if not found:
            continue
        rest = text[found.end() :].strip(" :_-")
        version = _VERSION.match(rest)
        if not version:
            return None
        number = version[1].lower().strip(".")
        if name == "kylin":
            number = f"v{number}"
        pack = _PACK.search(version[2])
        if name == "sles" and pack and (service := re.search(r"\d+", pack[0])):
            number += f".{service[0]}"  # VERSION_ID is 15.5, which the publisher calls 15 SP5
        elif name in {"openeuler", "kylin"} and pack:
            number += "-" + re.sub(r"[\s_-]+", "-", pack[0].strip(" -_").lower()).replace("service-pack-", "sp")
        return Release(id=name, version=number)
    return None


def release_of_package(release: str) -> Release | None:
    """Return the release of a distribution that the release of an rpm is marked with (``15.oe2203sp3``)."""
    for pattern, name in _DIST_TAGS:
        found = pattern.search(f".{release}" if not release.startswith(".") else release)
        if not found:
            continue
        if name == "openeuler" and pattern.groups > 1:
            return Release(id=name, version=f"{found[1]}.{found[2]}-lts" + (f"-{found[3]}" if found[3] else ""))
        return Release(id=name, version=f"v{found[1]}" if name == "kylin" else found[1])
    return None


def python_name(name: str) -> str:
    """Return a name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()
