"""Statements on exploitability: OpenVEX 0.2, CSAF 2.0 and 2.1 (profile VEX), CycloneDX 1.4 and later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from packageurl import PackageURL

from auditor.formats.advisories import csaf, is_id, python_name

MAX_STATEMENTS: Final = 200_000
SILENCING: Final = frozenset({"not_affected", "fixed"})
STATUSES: Final = frozenset({"not_affected", "affected", "fixed", "under_investigation"})
_OPENVEX: Final = re.compile(r"https://openvex\.dev/ns(?:/v0\.[0-9.]+)?/?")
_CYCLONEDX_STATES: Final = {
    "not_affected": "not_affected",
    "false_positive": "not_affected",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "affected",
    "in_triage": "under_investigation",
}
_CSAF_STATES: Final = (
    ("known_not_affected", "not_affected"),
    ("fixed", "fixed"),
    ("first_fixed", "fixed"),
    ("known_affected", "affected"),
    ("first_affected", "affected"),
    ("last_affected", "affected"),
    ("under_investigation", "under_investigation"),
)


class VexError(ValueError):
    """A document that is no VEX that can be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a statement is about.

    Attributes:
        id: Package URL, digest, or an id of the document's own.
        parts: Package URLs of what is meant inside it; empty if it is meant itself.
    """

    id: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an author says of a vulnerability in some products.

    Attributes:
        place: JSON pointer into the document.
        vulnerabilities: Its ids.
        products: What it is about.
        status: ``not_affected``, ``affected``, ``fixed`` or ``under_investigation``.
        reason: Justification or statement of impact; may be empty.
        author: Who says so; may be empty.
        date: ISO 8601, may be empty.
        fault: What is wrong with it, a word; empty if nothing is.
    """

    place: str
    vulnerabilities: tuple[str, ...]
    products: tuple[Product, ...]
    status: str
    reason: str
    author: str
    date: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vex:
    """A document of statements.

    Attributes:
        format: ``OpenVEX``, ``CSAF`` or ``CycloneDX``.
        id: Its id; may be empty.
        statements: In order.
    """

    format: str
    id: str
    statements: tuple[Statement, ...]


def read(data: bytes) -> Vex:
    """Read a document.

    Raises:
        VexError: It is none of the forms.
    """
    try:
        value = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        message = f"no JSON: {error}"
        raise VexError(message) from error
    if not isinstance(value, dict):
        raise VexError("no VEX: the document is no object")
    context = value.get("@context")
    if any(isinstance(each, str) and _OPENVEX.fullmatch(each) for each in _list(context) or [context]):
        return _openvex(value)
    if csaf.is_csaf(value):
        return _csaf(value)
    if value.get("bomFormat") == "CycloneDX":
        return _cyclonedx(value)
    raise VexError("no VEX of a form that is read here (OpenVEX, CSAF 2.0 and 2.1, CycloneDX)")


def is_future(statement: Statement, now: datetime) -> bool:
    """Tell whether a statement is dated after a moment."""
    when = moment(statement.date)
    return when is not None and when > now


def moment(text: str) -> datetime | None:
    """Return a time, UTC where no zone is said; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _statement(  # noqa: PLR0913 - the fields of a statement
    place: str,
    vulnerabilities: tuple[str, ...],
    products: tuple[Product, ...],
    *,
    status: str,
    reason: str,
    author: str,
    date: str,
) -> Statement:
    fault = ""
    if not vulnerabilities:
        fault = "no vulnerability"
    elif not products:
        fault = "no product"
    elif any(each.id in {"*", "pkg:*"} or "*" in each.parts for each in products):
        fault = "everything"
    elif status not in STATUSES:
        fault = "unknown status"
    elif status == "not_affected" and not reason:
        fault = "no justification"
    elif not date or moment(date) is None:
        fault = "no date"
    elif not author:
        fault = "no author"
    return Statement(
        place=place,
        vulnerabilities=vulnerabilities,
        products=products,
        status=status,
        reason=reason[:500],
        author=author[:200],
        date=date,
        fault=fault,
    )


def _openvex(value: dict[str, Any]) -> Vex:
    statements = []
    for number, row in enumerate(_bounded(_rows(value.get("statements")))):
        about = row.get("vulnerability")
        names = [about] if isinstance(about, str) else []
        if isinstance(about, dict):
            identity = _text(about.get("@id"))
            names = [about.get("name"), *_list(about.get("aliases")), identity.rstrip("/").rpartition("/")[2]]
        products = []
        for product in _list(row.get("products")):
            if isinstance(product, str):
                products.append(Product(id=product))
            elif isinstance(product, dict):
                parts = tuple(
                    text
                    for inner in _list(product.get("subcomponents"))
                    if (text := _identity(inner) if isinstance(inner, dict) else _text(inner))
                )
                if text := _identity(product):
                    products.append(Product(id=text, parts=parts))
        statements.append(
            _statement(
                f"/statements/{number}",
                tuple(dict.fromkeys(str(name) for name in names if is_id(name))),
                tuple(products),
                status=_text(row.get("status")),
                reason=_text(row.get("justification")) or _text(row.get("impact_statement")),
                author=_text(row.get("supplier")) or _text(value.get("author")),
                date=_text(row.get("last_updated")) or _text(row.get("timestamp")) or _text(value.get("timestamp")),
            )
        )
    return Vex(format="OpenVEX", id=_text(value.get("@id")), statements=tuple(statements))


def _identity(product: dict[str, Any]) -> str:
    identifiers = product.get("identifiers")
    purl = _text(identifiers.get("purl")) if isinstance(identifiers, dict) else ""
    return purl or _text(product.get("@id"))


def _csaf(value: dict[str, Any]) -> Vex:
    document = value["document"]
    tracking = document.get("tracking") if isinstance(document.get("tracking"), dict) else {}
    publisher = document.get("publisher") if isinstance(document.get("publisher"), dict) else {}
    tree = _csaf_products(value.get("product_tree"))
    statements: list[Statement] = []
    for number, row in enumerate(_bounded(_rows(value.get("vulnerabilities")))):
        status = row.get("product_status") if isinstance(row.get("product_status"), dict) else {}
        names = tuple(
            name for name in (row.get("cve"), *(each.get("text") for each in _rows(row.get("ids")))) if is_id(name)
        )
        reasons = _csaf_reasons(row)
        for key, meaning in _CSAF_STATES:
            ids = [str(each) for each in _list(status.get(key))]
            by_reason: dict[str, list[Product]] = {}
            for identity in ids:
                product = tree.get(identity, Product(id=identity))
                by_reason.setdefault(reasons.get(identity, ""), []).append(product)
            for reason, products in by_reason.items():
                statements.append(
                    _statement(
                        f"/vulnerabilities/{number}/product_status/{key}",
                        names,
                        tuple(products),
                        status=meaning,
                        reason=reason,
                        author=_text(publisher.get("name")),
                        date=_text(tracking.get("current_release_date")),
                    )
                )
    return Vex(format="CSAF", id=_text(tracking.get("id")), statements=tuple(statements))


def _csaf_reasons(row: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _rows(row.get("threats")):
        if each.get("category") == "impact":
            for identity in _list(each.get("product_ids")):
                found.setdefault(str(identity), _text(each.get("details")))
    for each in _rows(row.get("flags")):
        for identity in _list(each.get("product_ids")):
            found[str(identity)] = _text(each.get("label"))
    return found


def _csaf_products(tree: object) -> dict[str, Product]:
    """Return products by id; a package of something is that thing with the package as its part."""
    found: dict[str, Product] = {}
    for identity, product in csaf.products(tree).items():
        found[identity] = Product(id=product.purl or product.name or identity)
    if isinstance(tree, dict):
        for relation in _rows(tree.get("relationships")):
            full = relation.get("full_product_name")
            part = found.get(_text(relation.get("product_reference")))
            whole = found.get(_text(relation.get("relates_to_product_reference")))
            if isinstance(full, dict) and part and whole:
                identity = _text(full.get("product_id"))
                is_package = whole.id.startswith("pkg:")
                found[identity] = Product(id=whole.id, parts=(part.id,)) if is_package else part
    return found


def _cyclonedx(value: dict[str, Any]) -> Vex:
    metadata = value.get("metadata") if isinstance(value.get("metadata"), dict) else {}
    authors = [_text(row.get("name")) for row in _rows(metadata.get("authors"))]
    for key in ("supplier", "manufacturer", "manufacture"):
        if isinstance(metadata.get(key), dict):
            authors.append(_text(metadata[key].get("name")))
    author = next((name for name in authors if name), "")
    refs = _cyclonedx_refs(value)
    statements = []
    for number, row in enumerate(_bounded(_rows(value.get("vulnerabilities")))):
        analysis = row.get("analysis")
        if not isinstance(analysis, dict) or not analysis.get("state"):
            continue  # a vulnerability that nobody has said anything of yet
        names = (row.get("id"), *(each.get("id") for each in _rows(row.get("references"))))
        products = []
        for each in _rows(row.get("affects")):
            ref = _text(each.get("ref"))
            purl = refs.get(ref) or refs.get(ref.rpartition("#")[2]) or ref.rpartition("#")[2] or ref
            listed = [_text(one.get("version")) for one in _rows(each.get("versions")) if one.get("version")]
            bare = purl.partition("@")[0] if purl.startswith("pkg:") else purl
            if listed and purl.startswith("pkg:"):
                products.extend(Product(id=f"{bare}@{version}") for version in listed)
            elif purl:
                products.append(Product(id=purl))
        detail, state = _text(analysis.get("detail")), _text(analysis.get("state"))
        reason = _text(analysis.get("justification")) or detail or ("false_positive" if state == "false_positive" else "")
        statements.append(
            _statement(
                f"/vulnerabilities/{number}",
                tuple(dict.fromkeys(str(name) for name in names if is_id(name))),
                tuple(products),
                status=_CYCLONEDX_STATES.get(state, state),
                reason=reason,
                author=author,
                date=_text(analysis.get("lastUpdated"))
                or _text(analysis.get("firstIssued"))
                or _text(row.get("updated"))
                or _text(metadata.get("timestamp")),
            )
        )
    return Vex(format="CycloneDX", id=_text(value.get("serialNumber")), statements=tuple(statements))


def _cyclonedx_refs(value: dict[str, Any]) -> dict[str, str]:
    refs: dict[str, str] = {}
    metadata = value.get("metadata") if isinstance(value.get("metadata"), dict) else {}
    pending = [(row, 1) for row in (metadata.get("component"), *_rows(value.get("components"))) if isinstance(row, dict)]
    while pending and len(refs) < MAX_STATEMENTS:
        row, depth = pending.pop()
        ref, purl = _text(row.get("bom-ref")), _text(row.get("purl"))
        if ref:
            refs[ref] = purl or ref
        if depth < 60:  # noqa: PLR2004 - deeper than any real document
            pending.extend((inner, depth + 1) for inner in _rows(row.get("components")))
    return refs


def _bounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(rows) > MAX_STATEMENTS:
        message = f"it holds more than {MAX_STATEMENTS:,} statements"
        raise VexError(message)
    return rows


# which package a statement means


@dataclass(frozen=True, slots=True)
class Meant:
    """A package URL, ready to be compared.

    Attributes:
        type: Type of package.
        name: Namespace and name, normalised.
        version: Empty for every version.
        qualifiers: Those that tell packages apart.
    """

    type: str
    name: str
    version: str
    qualifiers: tuple[tuple[str, str], ...]


_QUALIFIERS: Final = frozenset({"arch", "distro"})


def meant(purl: str) -> Meant | None:
    """Return a package URL as it is compared; None for what is none."""
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError:
        return None
    name = python_name(parsed.name) if parsed.type == "pypi" else str(parsed.name)
    full = f"{parsed.namespace}/{name}" if parsed.namespace else name
    qualifiers = parsed.qualifiers if isinstance(parsed.qualifiers, dict) else {}
    version = parsed.version or ""
    if epoch := qualifiers.get("epoch", ""):
        version = version if ":" in version or epoch == "0" else f"{epoch}:{version}"
    return Meant(
        parsed.type,
        full.lower() if parsed.type in {"pypi", "npm", "golang", "deb", "github", "composer"} else full,
        version,
        tuple(sorted((key, str(text)) for key, text in qualifiers.items() if key in _QUALIFIERS)),
    )


def covers(statement: Meant, package: Meant) -> bool:
    """Tell whether what a statement names is this package: of any version where it names none."""
    if (statement.type, statement.name) != (package.type, package.name):
        return False
    if statement.version and statement.version != package.version:
        return False
    own = dict(package.qualifiers)
    return all(
        key not in own or own[key] == text or (key == "distro" and own[key].startswith(f"{text}."))
        for key, text in statement.qualifiers
    )


def is_product(identity: str, products: tuple[str, ...]) -> bool:
    """Tell whether an id is that of the thing that an SBOM describes: the same text, name and digest, or digest."""
    if identity in products:
        return True
    named = meant(identity)
    digests = {found for text in products for found in re.findall(r"sha256:[0-9a-f]{64}", text.lower())}
    if named and named.type in {"oci", "docker"}:
        return bool(named.version) and named.version.lower() in digests
    if re.fullmatch(r"sha256:[0-9a-f]{64}", identity.lower()):
        return identity.lower() in digests
    return any((own := meant(text)) is not None and named is not None and covers(named, own) for text in products)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]
