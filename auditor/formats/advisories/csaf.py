"""Security notices in the Common Security Advisory Framework (CSAF 2.0 and 2.1)."""

from __future__ import annotations

import re
from typing import Any, Final

from packageurl import PackageURL

from auditor.formats import versions
from auditor.formats.advisories import (
    LONGEST_TEXT,
    MAX_AFFECTED,
    Advisory,
    AdvisoryError,
    Affected,
    Losses,
    Range,
    Release,
    is_id,
    python_name,
    release_of,
    release_of_package,
)
from auditor.formats.foreign import list_of, mapping_of, rows_of, text_of

MAX_DEPTH: Final = 60
_PURLS: Final = {
    "rpm": ("rpm", "rpm"),
    "deb": ("deb", "dpkg"),
    "apk": ("apk", "apk"),
    "pypi": ("python", "python"),
    "npm": ("npm", "semver"),
    "golang": ("go-module", "go"),
    "cargo": ("rust-crate", "semver"),
    "maven": ("java-archive", "maven"),
    "gem": ("gem", "gem"),
}
_NEVRA: Final = re.compile(
    r"(?P<name>.+)-(?:(?P<epoch>\d+):)?(?P<version>[^-:]+)-(?P<release>[^-]+?)"
    r"(?:\.(?P<arch>x86_64|aarch64|noarch|src|i686|loongarch64|ppc64le|s390x|riscv64))?(?:\.rpm)?"
)
_SEVERITIES: Final = {"critical": "critical", "important": "high", "moderate": "medium", "low": "low"}


class Product:
    """A product of the tree: a platform, a package, or a package on a platform."""

    __slots__ = ("name", "platform", "purl", "range", "stream")

    def __init__(
        self, name: str, purl: str = "", platform: Release | None = None, of_range: str = "", stream: str = ""
    ) -> None:
        """Take what the tree says of it."""
        self.name = name
        self.purl = purl
        self.platform = platform
        self.range = of_range
        self.stream = stream


def products(tree: object) -> dict[str, Product]:
    """Return the products of a ``product_tree`` by id."""
    found: dict[str, Product] = {}
    if not isinstance(tree, dict):
        return found
    pending: list[tuple[Any, tuple[str, ...], str, int]] = [
        (branch, (), "", 1) for branch in rows_of(tree.get("branches"))
    ]
    while pending and len(found) < MAX_AFFECTED * 5:
        branch, above, bound, depth = pending.pop()
        name = text_of(branch.get("name"))
        if branch.get("category") == "product_version_range":
            bound = name
        product = branch.get("product")
        if isinstance(product, dict):
            _add(found, product, (*above, name), bound)
        if depth < MAX_DEPTH:
            pending.extend((inner, (*above, name), bound, depth + 1) for inner in rows_of(branch.get("branches")))
    for product in rows_of(tree.get("full_product_names")):
        _add(found, product, (), "")
    relations = rows_of(tree.get("relationships"))
    for _round in range(3):  # a package of a module of a platform is a relation of a relation
        for relation in relations[: MAX_AFFECTED * 5]:
            _relate(found, relation)
    return found


def _add(found: dict[str, Product], product: dict[str, Any], names: tuple[str, ...], bound: str) -> None:
    helper = product.get("product_identification_helper")
    helper = helper if isinstance(helper, dict) else {}
    purls = [text for text in (helper.get("purl"), *list_of(helper.get("purls"))) if isinstance(text, str)]
    title = text_of(product.get("name"))
    texts = (title, *reversed(names), text_of(helper.get("cpe")).replace(":", " ").replace("_", " "))
    platform = next((r for text in texts if (r := release_of(text))), None)
    if purls:
        platform = next((r for text in reversed(names[:-1]) if (r := release_of(text))), None)
    elif _NEVRA.fullmatch(title) and not release_of(title):
        platform = next((r for text in names[:-1] if (r := release_of(text))), None)
    found[text_of(product.get("product_id"))] = Product(title, purls[0] if purls else "", platform, bound)


def _relate(found: dict[str, Product], relation: dict[str, Any]) -> None:
    full = relation.get("full_product_name")
    package = found.get(text_of(relation.get("product_reference")))
    place = found.get(text_of(relation.get("relates_to_product_reference")))
    if not isinstance(full, dict) or package is None or place is None:
        return
    stream = place.stream or package.stream
    if "rpmmod" in place.purl and not stream:
        stream = _module(place.purl)
    found[text_of(full.get("product_id"))] = Product(
        package.name, package.purl, place.platform or package.platform, package.range, stream
    )


def _module(purl: str) -> str:
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError:
        return ""
    if parsed.type == "rpmmod" and parsed.version:
        return f"{parsed.name}:{parsed.version.partition(':')[0]}"
    return str((parsed.qualifiers or {}).get("rpmmod", "")) if isinstance(parsed.qualifiers, dict) else ""


def is_csaf(value: object) -> bool:
    """Tell whether a JSON value is a CSAF document."""
    document = value.get("document") if isinstance(value, dict) else None
    return isinstance(document, dict) and str(document.get("csaf_version", "")) in {"2.0", "2.1"}


def advisories(value: object, losses: Losses, given: Release | None = None) -> list[Advisory]:
    """Return an advisory for each vulnerability that a document tells of.

    Args:
        value: The document.
        losses: Takes what cannot be used.
        given: Release of the distribution, where the user names it.

    Raises:
        AdvisoryError: It is no CSAF document.
    """
    if not is_csaf(value) or not isinstance(value, dict):
        raise AdvisoryError("no CSAF 2.0 or 2.1 document")
    document = value["document"]
    tracking = mapping_of(document.get("tracking"))
    name = text_of(tracking.get("id"))
    if not is_id(name):
        raise AdvisoryError("no CSAF document that can be used: document.tracking.id is missing")
    tree = products(value.get("product_tree"))
    word = document.get("aggregate_severity")
    word = _SEVERITIES.get(text_of(word.get("text")).lower(), "") if isinstance(word, dict) else ""
    found = []
    for row in rows_of(value.get("vulnerabilities")):
        affected = _affected(row, tree, name, losses, given)
        vulnerability = text_of(row.get("cve")) or next(
            (t for each in rows_of(row.get("ids")) if is_id(t := text_of(each.get("text")))), name
        )
        if not affected or not is_id(vulnerability):
            losses.add("no package that can be matched", f"{name} {vulnerability}")
            continue
        cwe = row.get("cwe")
        found.append(
            Advisory(
                id=vulnerability,
                source=next((each.release.id for each in affected if each.release), "csaf"),
                aliases=() if vulnerability == name else (name,),
                published=text_of(tracking.get("initial_release_date")),
                modified=text_of(tracking.get("current_release_date")),
                withdrawn=_withdrawn(document, tracking),
                description=next(
                    (text_of(note.get("text")) for note in rows_of(row.get("notes"))),
                    text_of(document.get("title")),
                )[:LONGEST_TEXT],
                urls=tuple(
                    text_of(r.get("url"))[:500] for r in rows_of(document.get("references"))[:50] if r.get("url")
                ),
                severities=(*_scores(row), *((("word", word),) if word else ())),
                cwes=(text_of(cwe.get("id")),) if isinstance(cwe, dict) and text_of(cwe.get("id")) else (),
                affected=affected,
            )
        )
    return found


def _withdrawn(document: dict[str, Any], tracking: dict[str, Any]) -> str:
    if text_of(document.get("category")) == "csaf_withdrawn" or text_of(document.get("title")).startswith("Withdrawn"):
        return text_of(tracking.get("current_release_date")) or "1970-01-01T00:00:00Z"
    return ""


def _scores(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    contents = [each["content"] for each in rows_of(row.get("metrics")) if isinstance(each.get("content"), dict)]
    for score in (*contents, *rows_of(row.get("scores"))):
        for key, scheme in (("cvss_v4", "CVSS_V4"), ("cvss_v3", "CVSS_V3")):
            inner = score.get(key)
            if isinstance(inner, dict) and text_of(inner.get("vectorString")):
                found.append((scheme, text_of(inner["vectorString"])[:200]))
    return tuple(dict.fromkeys(sorted(found, reverse=True)))


_Place = tuple[str, str, str, "Release | None", str]
"""Type, name, order, release and stream of a package."""


def _affected(
    row: dict[str, Any], tree: dict[str, Product], name: str, losses: Losses, given: Release | None
) -> tuple[Affected, ...]:
    status = row.get("product_status")
    if not isinstance(status, dict):
        return ()
    fixed = _fixed(status, tree, name, losses, given)
    ranges: dict[_Place, list[Range]] = {
        place: [Range(constraint=f"<{version}", fixed=version)] for place, version in fixed.items()
    }
    unfixable = _without_fix(row)
    for key in ("first_affected", "known_affected", "last_affected"):
        for identity in list_of(status.get(key))[:MAX_AFFECTED]:
            known = tree.get(str(identity))
            place, version = _package(known, given) if known else (None, "")
            if known is None or place is None:
                losses.add("a product that is no package", name)
            elif place not in fixed:
                state = "wont-fix" if str(identity) in unfixable else "not-fixed"
                rows = ranges.setdefault(place, [])
                made = (Range(constraint=c, state=state) for c in _constraints(known, version, place[2], key))
                rows.extend(one for one in made if one not in rows)
    return tuple(
        Affected(ecosystem=kind, name=called, order=order, ranges=tuple(found), release=release, module=module)
        for (kind, called, order, release, module), found in sorted(ranges.items(), key=repr)
        if found
    )


def _fixed(
    status: dict[str, Any], tree: dict[str, Product], name: str, losses: Losses, given: Release | None
) -> dict[_Place, str]:
    """Return the version of each package from which on it is fixed; the highest one counts."""
    fixed: dict[_Place, str] = {}
    for product in _named([*list_of(status.get("first_fixed")), *list_of(status.get("fixed"))], tree, name, losses):
        place, version = _package(product, given)
        if place is None or not version:
            losses.add("a product that is no package", name)
        elif not versions.is_ordered(place[2], version):
            losses.add("a version that cannot be ordered", name)
        elif place not in fixed or versions.compare(place[2], version, fixed[place]) > 0:
            fixed[place] = version
    return fixed


def _constraints(product: Product, version: str, order: str, status: str) -> list[str]:
    if product.range:
        return of_vers(product.range, order)
    if not version:
        return [""]
    if not versions.is_ordered(order, version):
        return []
    mark = {"first_affected": ">=", "last_affected": "<="}.get(status, "=")
    return [f"{mark}{version}"]


def of_vers(text: str, order: str) -> list[str]:
    """Return constraints for a range in the form of vers (``vers:rpm/>=1.0|<2.0``), or a plain ``<2.0``."""
    rest = text.partition("/")[2] if text.startswith("vers:") else text
    pieces = []
    for piece in re.split(r"[|,]", rest):
        found = re.fullmatch(r"\s*(>=|<=|<|>|=|)\s*([^\s<>=*]+)\s*", piece)
        if piece.strip() == "*":
            return [""]
        if not found or not versions.is_ordered(order, found[2]):
            return []
        pieces.append((found[1] or "=", found[2]))
    pieces.sort(key=lambda pair: versions.key(order, pair[1]))
    made: list[str] = []
    low = ""
    for mark, version in pieces:
        if mark in {">", ">="}:
            low = f"{mark}{version}"
        elif mark == "=":
            made.append(f"={version}")
        else:
            made.append(f"{low},{mark}{version}" if low else f"{mark}{version}")
            low = ""
    return [*made, low] if low else made


def _without_fix(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(
        str(identity)
        for remedy in rows_of(row.get("remediations"))
        if remedy.get("category") == "no_fix_planned"
        for identity in list_of(remedy.get("product_ids"))
    )


def _named(ids: object, tree: dict[str, Product], name: str, losses: Losses) -> list[Product]:
    found = []
    for identity in list_of(ids)[:MAX_AFFECTED]:
        product = tree.get(str(identity))
        if product is None:
            losses.add("a product id that the document does not explain", name)
        else:
            found.append(product)
    return found


def _package(  # noqa: PLR0911 - one way out for each thing that is no package
    product: Product, given: Release | None
) -> tuple[_Place | None, str]:
    """Return type, name, order, release and stream of a package, and its version; None for what is none."""
    if product.purl:
        try:
            purl = PackageURL.from_string(product.purl)
        except ValueError:
            return None, ""
        if purl.type not in _PURLS:
            return None, ""
        kind, order = _PURLS[purl.type]
        qualifiers = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
        if qualifiers.get("arch") == "src" and kind == "rpm":
            return None, ""
        version = purl.version or ""
        if kind == "rpm" and version and ":" not in version and qualifiers.get("epoch"):
            version = f"{qualifiers['epoch']}:{version}"
        called = _called(kind, purl)
        if kind not in {"rpm", "deb", "apk"}:
            return (kind, called, order, None, ""), version
        release = given or product.platform or release_of(str(qualifiers.get("distro", "")))
        release = _finer(release, version) if kind == "rpm" and not given else release
        stream = product.stream or _module(product.purl)
        return ((kind, called, order, release, stream) if release else None), version
    found = _NEVRA.fullmatch(product.name)
    if not found or found["arch"] == "src":
        return None, ""
    version = f"{found['epoch'] or 0}:{found['version']}-{found['release']}"
    release = given or _finer(product.platform, version)
    return (("rpm", found["name"], "rpm", release, product.stream) if release else None), version


def _called(kind: str, purl: PackageURL) -> str:
    if kind == "python":
        return python_name(purl.name)
    if kind == "java-archive":
        return f"{purl.namespace}:{purl.name}" if purl.namespace else purl.name
    if kind in {"npm", "go-module"} and purl.namespace:
        return f"{purl.namespace}/{purl.name}"
    return str(purl.name)


def _finer(place: Release | None, version: str) -> Release | None:
    marked = release_of_package(version.rpartition("-")[2]) if "-" in version else None
    if place and marked and place.id == marked.id and marked.version.startswith(place.version):
        return marked
    return place or marked
