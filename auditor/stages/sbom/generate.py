"""Makes the documents of an image or tree from its catalogue: nothing in them is invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from auditor import __version__
from auditor.formats import cyclonedx, spdx
from auditor.formats.sbom import Bom, Item
from auditor.formats.syft import VENDORS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = "root"
_DISTRIBUTION: Final = "os"


def document(
    catalogue: Bom,
    *,
    name: str,
    digest: str = "",
    created: str = "",
    authors: Sequence[str] = (),
    supplier: str = "",
    is_image: bool = True,
) -> Bom:
    """Return the neutral document of a catalogue.

    Args:
        catalogue: As syft read it.
        name: Of what is described.
        digest: Of the manifest; empty of a tree.
        created: Time for the document; the build time of the image, so that the same image gives the same bytes.
        authors: Who answers for the document.
        supplier: Who supplies what is described.
        is_image: It describes an image; a tree otherwise.
    """
    subject = Item(
        ref=ROOT,
        kind="container" if is_image else "application",
        name=name,
        version=digest,
        hashes=(("SHA-256", digest.removeprefix("sha256:")),) if digest.startswith("sha256:") else (),
        supplier=supplier,
    )
    items = [_enriched(item) for item in catalogue.items]
    dependencies = {item.ref: catalogue.dependencies.get(item.ref, ()) for item in items}
    needed = {target for targets in dependencies.values() for target in targets}
    dependencies[ROOT] = tuple(sorted(item.ref for item in items if item.ref not in needed)) or tuple(
        sorted(item.ref for item in items)
    )
    distribution, version, codename = catalogue.distribution
    extra = []
    if distribution:
        said = (("id", distribution), ("versionID", version), ("versionCodename", codename))
        extra.append(
            Item(
                ref=f"{_DISTRIBUTION}:{distribution}@{version}",
                kind="operating-system",
                name=distribution,
                version=version,
                supplier=VENDORS.get(distribution, ""),
                properties=tuple((f"syft:distro:{key}", value) for key, value in said if value),
            )
        )
    return Bom(
        format="",
        version="",
        name=name,
        created=created,
        tools=list(catalogue.tools),
        authors=list(authors),
        supplier=supplier,
        phase="post-build" if is_image else "pre-build",
        subject=subject,
        items=[*items, *extra],
        files=catalogue.files,
        dependencies=dependencies,
    )


def _enriched(item: Item) -> Item:
    """Add where the supplier is known from, and the package type as the catalogue names it."""
    properties = [*item.properties, ("syft:package:type", item.type)]
    if item.layer:
        properties.append(("syft:location:0:layerID", item.layer))
    if item.supplier:
        properties.append(("auditor:supplier:source", item.supplier_source))
    return replace(item, properties=tuple(properties))


def written(bom: Bom, form: str) -> bytes:
    """Return a document as ``cyclonedx`` or ``spdx``."""
    write = cyclonedx.write if form == "cyclonedx" else spdx.write
    return write(bom, tool="auditor", tool_version=__version__)
