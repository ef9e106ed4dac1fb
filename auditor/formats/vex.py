"""VEX: OpenVEX 0.2, CSAF 2.0 (profile VEX) and CycloneDX ``vulnerabilities``, read into one form of statement.

References: OpenVEX specification v0.2.0; CSAF 2.0 profile 5; CycloneDX 1.6 vulnerabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.sbom import SbomFormatError, load_json, rows, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STATUSES: Final = frozenset({"not_affected", "affected", "fixed", "under_investigation"})
JUSTIFICATIONS: Final = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
        # CycloneDX
        "code_not_present",
        "code_not_reachable",
        "requires_configuration",
        "requires_dependency",
        "requires_environment",
        "protected_by_compiler",
        "protected_at_runtime",
        "protected_at_perimeter",
        "protected_by_mitigating_control",
    }
)
_CYCLONEDX: Final = {
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "affected",
    "in_triage": "under_investigation",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
}
_CSAF: Final = {
    "known_not_affected": "not_affected",
    "known_affected": "affected",
    "fixed": "fixed",
    "first_fixed": "fixed",
    "under_investigation": "under_investigation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody says of one vulnerability in some products.

    Attributes:
        vulnerability: Id.
        aliases: Other ids.
        products: Each as (product, subcomponents): purls, digests, refs of an SBOM.
        status: One of `STATUSES`; another word as it stands there.
        justification: Why it is not affected; empty if nothing is said.
        impact: The same in prose.
        author: Who says so.
        timestamp: When.
    """

    vulnerability: str
    aliases: tuple[str, ...]
    products: tuple[tuple[str, tuple[str, ...]], ...]
    status: str
    justification: str
    impact: str
    author: str
    timestamp: str


def read(data: bytes) -> list[Statement]:
    """Read a document of any of the three forms.

    Raises:
        SbomFormatError: It is none.
    """
    value, faults = load_json(data)
    if faults:
        raise SbomFormatError("key given twice", faults[0].detail)
    if not isinstance(value, dict):
        raise SbomFormatError("unknown schema", "no JSON object")
    if "openvex" in str(value.get("@context", "")):
        return list(_open_vex(value))
    if isinstance(value.get("document"), dict) and str(value["document"].get("csaf_version", "")).startswith("2."):
        return list(_csaf(value))
    if value.get("bomFormat") == "CycloneDX":
        return list(from_cyclonedx(value))
    raise SbomFormatError("unknown schema", "neither OpenVEX, CSAF 2 nor CycloneDX")


def _ids(value: object) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, str):
        return text(value), ()
    if isinstance(value, dict):
        aliases = value.get("aliases")
        others = tuple(text(each) for each in aliases if isinstance(each, str)) if isinstance(aliases, list) else ()
        return text(value.get("name")) or text(value.get("@id")), others
    return "", ()


def _product(row: object) -> str:
    if isinstance(row, str):
        return text(row)
    if not isinstance(row, dict):
        return ""
    identifiers = row.get("identifiers")
    known = identifiers if isinstance(identifiers, dict) else {}
    return text(known.get("purl")) or text(row.get("@id")) or text(known.get("cpe23"))


def _open_vex(value: Mapping[str, Any]) -> Iterator[Statement]:
    author, timestamp = text(value.get("author")), text(value.get("timestamp"))
    for row in rows(value.get("statements")):
        name, aliases = _ids(row.get("vulnerability"))
        listed = row.get("products")
        products = tuple(
            (
                _product(each),
                tuple(_product(inner) for inner in (each.get("subcomponents") or ()) if isinstance(each, dict))
                if isinstance(each, dict)
                else (),
            )
            for each in (listed if isinstance(listed, list) else ())
        )
        yield Statement(
            vulnerability=name,
            aliases=aliases,
            products=products,
            status=text(row.get("status")),
            justification=text(row.get("justification")),
            impact=text(row.get("impact_statement")),
            author=text(row.get("supplier")) or author,
            timestamp=text(row.get("last_updated")) or text(row.get("timestamp")) or timestamp,
        )


def _csaf(value: Mapping[str, Any]) -> Iterator[Statement]:
    document = value["document"]
    publisher = document.get("publisher") if isinstance(document.get("publisher"), dict) else {}
    tracking = document.get("tracking") if isinstance(document.get("tracking"), dict) else {}
    purls = dict(_csaf_products(value.get("product_tree")))
    for row in rows(value.get("vulnerabilities")):
        name = text(row.get("cve"))
        others = tuple(text(each.get("text")) for each in rows(row.get("ids")))
        status = row.get("product_status")
        flags = {
            product: text(flag.get("label"))
            for flag in rows(row.get("flags"))
            for product in flag.get("product_ids") or ()
            if isinstance(product, str)
        }
        for key, word in _CSAF.items():
            ids = status.get(key) if isinstance(status, dict) else None
            products = [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
            for product in products:
                yield Statement(
                    vulnerability=name or (others[0] if others else ""),
                    aliases=others,
                    products=((purls.get(product, product), ()),),
                    status=word,
                    justification=flags.get(product, ""),
                    impact="",
                    author=text(publisher.get("name")),
                    timestamp=text(tracking.get("current_release_date")),
                )


def _csaf_products(tree: object) -> Iterator[tuple[str, str]]:
    """Yield product id and purl, without recursion."""
    todo = [tree]
    for _step in range(100_000):
        if not todo:
            return
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        products = [node["product"]] if isinstance(node.get("product"), dict) else []
        products += rows(node.get("full_product_names"))
        for product in products:
            helper = product.get("product_identification_helper")
            purl = text(helper.get("purl")) if isinstance(helper, dict) else ""
            if purl:
                yield text(product.get("product_id")), purl
        todo.extend(node.get("branches") or ())


def from_cyclonedx(value: Mapping[str, Any]) -> Iterator[Statement]:
    """Yield the statements of a CycloneDX document: vulnerabilities with an analysis."""
    metadata = value.get("metadata") if isinstance(value.get("metadata"), dict) else {}
    authors = rows((metadata or {}).get("authors"))
    author = next((text(each.get("name")) for each in authors if text(each.get("name"))), "")
    if not author and isinstance((metadata or {}).get("supplier"), dict):
        author = text(metadata["supplier"].get("name"))  # type: ignore[index]
    timestamp = text((metadata or {}).get("timestamp"))
    for row in rows(value.get("vulnerabilities")):
        analysis = row.get("analysis")
        if not isinstance(analysis, dict):
            continue
        state = text(analysis.get("state"))
        yield Statement(
            vulnerability=text(row.get("id")),
            aliases=tuple(text(each.get("id")) for each in rows(row.get("references"))),
            products=tuple((text(each.get("ref")), ()) for each in rows(row.get("affects"))),
            status=_CYCLONEDX.get(state, state),
            justification=text(analysis.get("justification"))
            or ("code_not_present" if state == "false_positive" else ""),
            impact=text(analysis.get("detail")),
            author=author,
            timestamp=text(analysis.get("lastUpdated")) or text(row.get("updated")) or timestamp,
        )
