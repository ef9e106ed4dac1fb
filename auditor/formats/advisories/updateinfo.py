"""Security notices of rpm distributions in the form of ``updateinfo.xml`` (createrepo_c, dnf)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

from auditor.formats import versions
from auditor.formats.advisories import (
    LONGEST_TEXT,
    MAX_AFFECTED,
    Advisory,
    Affected,
    Losses,
    Range,
    Release,
    cves,
    is_id,
    release_of,
    release_of_package,
)
from auditor.formats.advisories.xml import elements, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_SEVERITIES: Final = {
    "critical": "critical",
    "important": "high",
    "high": "high",
    "moderate": "medium",
    "medium": "medium",
    "low": "low",
}
_WITHDRAWN: Final = frozenset({"retracted", "withdrawn", "revoked", "obsolete"})


def advisories(file: IO[bytes], losses: Losses, release: Release | None = None) -> Iterator[Advisory]:
    """Yield an advisory for each CVE of each security notice.

    Args:
        file: The document.
        losses: Takes what cannot be used.
        release: Release of the distribution, where the user names it.

    Raises:
        AdvisoryError: It is no such document, or a hostile one.
    """
    for update in elements(file, frozenset({"update"}), frozenset({"updates"})):
        name = text_of(update.find("id"))
        if not is_id(name):
            losses.add("a notice without id", name or "?")
        elif update.get("type", "security") == "security":
            yield from _notice(update, name, losses, release)


def _notice(update: Element, name: str, losses: Losses, given: Release | None) -> Iterator[Advisory]:
    affected = _packages(update, name, losses, given)
    if not affected:
        losses.add("no package that can be matched", name)
        return
    references = update.findall("./references/reference")
    named = cves(*(row.get("id", "") + " " + row.get("title", "") for row in references if row.get("type") == "cve"))
    named = named or cves(text_of(update.find("title")), text_of(update.find("description")))
    word = _SEVERITIES.get(text_of(update.find("severity")).lower(), "")
    status = update.get("status", "").lower()
    modified = _date(update.find("updated")) or _date(update.find("issued"))
    common: dict[str, Any] = {
        "source": next(each.release.id for each in affected if each.release),
        "published": _date(update.find("issued")),
        "modified": modified,
        "withdrawn": (modified or "1970-01-01T00:00:00Z") if status in _WITHDRAWN else "",
        "description": (text_of(update.find("description")) or text_of(update.find("title")))[:LONGEST_TEXT],
        "urls": tuple(href[:500] for row in references[:50] if (href := row.get("href", ""))),
        "severities": (("word", word),) if word else (),
        "affected": affected,
    }
    for each in named or (name,):
        yield Advisory(id=each, aliases=() if each == name else (name,), **common)


def _date(element: Element | None) -> str:
    text = element.get("date", "") if element is not None else ""
    return text.strip().replace(" ", "T", 1)


def _packages(update: Element, name: str, losses: Losses, given: Release | None) -> tuple[Affected, ...]:
    """Return the packages of a notice: older than the one it brings is affected; the highest one counts."""
    said = release_of(text_of(update.find("release")))
    found: dict[tuple[Release, str, str], str] = {}
    for collection in update.findall("./pkglist/collection"):
        place = release_of(text_of(collection.find("name"))) or release_of(collection.get("short", "")) or said
        stream = collection.find("module")
        module = f"{stream.get('name')}:{stream.get('stream')}" if stream is not None and stream.get("name") else ""
        for package in collection.findall("package")[:MAX_AFFECTED]:
            called, version = package.get("name", "").strip(), package.get("version", "").strip()
            if package.get("arch") == "src" or not called or not version:
                continue
            marked = release_of_package(package.get("release", ""))
            # the mark on the package is finer than a name without its service pack
            release = given or _finer(place, marked)
            if release is None:
                losses.add("a notice that names no distribution (give --distribution)", name)
                continue
            evr = f"{package.get('epoch') or '0'}:{version}" + (f"-{r}" if (r := package.get("release", "")) else "")
            if not versions.is_ordered("rpm", evr):
                losses.add("a version that cannot be ordered", name)
                continue
            key = (release, called, module)
            if key not in found or versions.compare("rpm", evr, found[key]) > 0:
                found[key] = evr
    return tuple(
        Affected(
            ecosystem="rpm",
            name=called,
            order="rpm",
            ranges=(Range(constraint=f"<{evr}", fixed=evr),),
            release=release,
            module=module,
        )
        for (release, called, module), evr in sorted(found.items())
    )


def _finer(place: Release | None, marked: Release | None) -> Release | None:
    if place and marked and place.id == marked.id and marked.version.startswith(place.version):
        return marked
    return place or marked
