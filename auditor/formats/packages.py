"""Packages of an SBOM (syft-json, CycloneDX, SPDX 2 JSON), normalised as advisories name them; and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
import orjson
from msgspec import Struct
from packageurl import PackageURL

from auditor.formats import cyclonedx_xml, spdx, versions
from auditor.formats.advisories import Release, python_name, release_of_package
from auditor.formats.foreign import list_of, mapping_of, rows_of, text_of
from auditor.formats.purls import unquote
from auditor.formats.sbom import Bom, SbomFormatError

TYPES: Final = {
    "pypi": "python",
    "npm": "npm",
    "deb": "deb",
    "rpm": "rpm",
    "apk": "apk",
    "alpm": "alpm",
    "golang": "go-module",
    "maven": "java-archive",
    "cargo": "rust-crate",
    "gem": "gem",
    "nuget": "dotnet",
    "composer": "php-composer",
    "hex": "hex",
    "pub": "dart-pub",
    "swift": "swift",
    "cocoapods": "pod",
    "conan": "conan",
    "hackage": "hackage",
    "cran": "R-package",
    "github": "github-action",
    "githubactions": "github-action",
    "bitnami": "bitnami",
    "conda": "conda",
    "luarocks": "lua-rocks",
    "opam": "opam",
}
"""Type of package as syft says, by type of package URL."""
_LANGUAGES: Final = {
    "python": "python",
    "npm": "javascript",
    "go-module": "go",
    "java-archive": "java",
    "rust-crate": "rust",
    "gem": "ruby",
    "dotnet": "dotnet",
    "php-composer": "php",
    "hex": "erlang",
    "dart-pub": "dart",
    "swift": "swift",
    "conan": "c++",
    "hackage": "haskell",
    "R-package": "R",
}
ORDERS: Final = {
    "python": "python",
    "npm": "semver",
    "go-module": "go",
    "java-archive": "maven",
    "rust-crate": "semver",
    "gem": "gem",
    "deb": "dpkg",
    "rpm": "rpm",
    "apk": "apk",
    "dotnet": "semver",
    "php-composer": "semver",
    "hex": "semver",
    "dart-pub": "semver",
}
SYSTEM_TYPES: Final = frozenset({"deb", "rpm", "apk", "alpm"})
"""Packages of a distribution: only its own advisories speak of them."""
MAX_PACKAGES: Final = 500_000
MAX_DEPTH: Final = 60
SCHEMA: Final = "16.1.10"


class SbomError(ValueError):
    """A document that cannot be read as an SBOM; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution, as a document names it.

    Attributes:
        id: ``ID`` of os-release, lower case; empty if nothing is said.
        version: ``VERSION_ID``.
        label: Service pack, where it is said (``sp3``); None if nothing is said of any.
        codename: May be empty.
    """

    id: str
    version: str = ""
    label: str | None = None
    codename: str = ""

    @property
    def title(self) -> str:
        """Id and version, for people."""
        return " ".join(part for part in (self.id or "?", self.version, self.label or "") if part)


NOWHERE: Final = Distribution(id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package.

    Attributes:
        ref: Its id in the document.
        subject: Package URL as it is written there, or ``name@version``.
        name: Normalised, with its namespace where its world has one.
        shown: Name as it is written there.
        version: With the epoch.
        type: As syft says; empty if nobody can tell.
        purl: As it is written there; may be empty.
        distribution: Where it belongs to; `NOWHERE` outside of distributions.
        upstream: Source package; empty if it is its own.
        upstream_version: Version of that where it is said.
        module: Label of the module stream of an rpm; None if nothing is said.
        cpes: CPE names.
        locations: Paths, sorted.
        layer: Digest of the layer that brought it, where it is said.
        is_development: Declared for development only.
    """

    ref: str
    subject: str
    name: str
    shown: str
    version: str
    type: str
    purl: str = ""
    distribution: Distribution = NOWHERE
    upstream: str = ""
    upstream_version: str = ""
    module: str | None = None
    cpes: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    layer: str = ""
    is_development: bool = False

    @property
    def order(self) -> str:
        """Order of its versions; empty if none is known."""
        return ORDERS.get(self.type, "")

    @property
    def is_ordered(self) -> bool:
        """Its version can be compared with others; where no order is known, there is one at all."""
        if not self.order:
            return bool(self.version)
        if self.type in {"java-archive", "gem"}:
            return bool(re.match(r"v?\d", self.version)) or versions.is_ordered(self.order, self.version)
        return versions.is_ordered(self.order, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What an SBOM says there is.

    Attributes:
        packages: Each subject once.
        distribution: Of the whole; `NOWHERE` if nothing is said.
        products: Package URLs and digests of the thing that the document describes.
        format: ``syft-json``, ``CycloneDX 1.6``, ``SPDX-2.3``.
    """

    packages: tuple[Package, ...]
    distribution: Distribution
    products: tuple[str, ...]
    format: str


@dataclass
class _Found:
    packages: dict[str, Package] = field(default_factory=dict)
    count: int = 0

    def add(self, package: Package) -> None:
        self.count += 1
        if self.count > MAX_PACKAGES:
            message = f"it names more than {MAX_PACKAGES:,} packages"
            raise SbomError(message)
        earlier = self.packages.get(package.subject)
        if earlier:
            both = tuple(sorted({*earlier.locations, *package.locations}))
            package = replace(
                earlier,
                locations=both,
                is_development=earlier.is_development and package.is_development,
                cpes=tuple(sorted({*earlier.cpes, *package.cpes})),
            )
        self.packages[package.subject] = package


def read(data: bytes) -> Inventory:
    """Read an SBOM.

    Raises:
        SbomError: It is no SBOM of a form that is known here, or a hostile one.
    """
    if data.startswith(_SYFT_BEGIN) and (catalogue := _syft_rows(data)) is not None:
        return _syft(catalogue)
    try:
        if spdx.is_tag_value(data):
            return _spdx(spdx.from_tag_value(data))
        value: Any = (
            cyclonedx_xml.value_of(data)[0]
            if cyclonedx_xml.is_xml(data)
            else orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
        )
    except orjson.JSONDecodeError as error:
        message = f"no JSON: {error}"
        raise SbomError(message) from error
    except SbomFormatError as error:
        message = f"{error.reason}: {error}"
        raise SbomError(message) from error
    return _of_value(value)


def _of_value(value: object) -> Inventory:
    if not isinstance(value, dict):
        raise SbomError("no SBOM: the document is no object")
    if value.get("bomFormat") == "CycloneDX":
        return _cyclonedx(value)
    if str(value.get("spdxVersion", "")).startswith("SPDX-2"):
        return _spdx(value)
    if "artifacts" in value and isinstance(value.get("schema"), dict):
        return _syft(value)
    if spdx.is_spdx3(value):
        try:
            return _of_bom(spdx.read3(value))
        except SbomFormatError as error:
            message = f"{error.reason}: {error}"
            raise SbomError(message) from error
    raise SbomError("no SBOM of a form that is read here (CycloneDX JSON or XML, SPDX, syft-json)")


_SYFT_BEGIN: Final = b'{"artifacts":'


class _Metadata(Struct):
    """What is read of the metadata of a package; its files, most of a catalogue, are passed over."""

    source: Any = None
    sourceVersion: Any = None  # noqa: N815 - as it stands there
    sourceRpm: Any = None  # noqa: N815
    originPackage: Any = None  # noqa: N815
    modularityLabel: Any = None  # noqa: N815
    dev: Any = None


class _Row(Struct):
    """What is read of a package of a catalogue."""

    id: Any = None
    name: Any = None
    version: Any = None
    type: Any = None
    purl: Any = None
    cpes: Any = None
    locations: Any = None
    metadata: _Metadata | None = None


class _SyftJson(Struct):
    """What is read of a catalogue."""

    artifacts: list[_Row]
    schema: dict[str, Any]
    distro: Any = None
    source: Any = None


def _syft_rows(data: bytes) -> dict[str, Any] | None:
    """Return what is read of a catalogue that syft wrote; None where it is of another shape."""
    try:
        found: dict[str, Any] = msgspec.to_builtins(msgspec.json.decode(data, type=_SyftJson))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found


def _syft(value: dict[str, Any]) -> Inventory:
    said = mapping_of(value.get("distro"))
    name = text_of(said.get("id") or said.get("name"))
    texts = (text_of(said.get(key)) for key in ("version", "prettyName", "versionCodename"))
    distribution = distribution_of(name, text_of(said.get("versionID")), *texts)
    found = _Found()
    for row in rows_of(value.get("artifacts")):
        metadata = mapping_of(row.get("metadata"))
        places = [one for one in rows_of(row.get("locations")) if isinstance(one.get("path"), str)]
        package = package_of(
            ref=text_of(row.get("id")),
            name=text_of(row.get("name")),
            version=text_of(row.get("version")),
            purl=text_of(row.get("purl")),
            kind=text_of(row.get("type")),
            distribution=distribution,
        )
        if package is None:
            continue
        module = metadata.get("modularityLabel")
        found.add(
            replace(
                package,
                upstream=package.upstream or _source_of(metadata, package),
                upstream_version=package.upstream_version or text_of(metadata.get("sourceVersion")),
                module=module if isinstance(module, str) else package.module,
                cpes=tuple(
                    text_of(cpe.get("cpe")) if isinstance(cpe, dict) else str(cpe) for cpe in list_of(row.get("cpes"))
                ),
                locations=tuple(sorted({one["path"].lstrip("/") for one in places})),
                layer=next((text_of(one.get("layerID")) for one in places), ""),
                is_development=metadata.get("dev") is True,
            )
        )
    source = mapping_of(value.get("source"))
    inner = mapping_of(source.get("metadata"))
    products = (text_of(inner.get("manifestDigest")), *map(str, list_of(inner.get("repoDigests"))))
    return Inventory(
        packages=tuple(found.packages.values()),
        distribution=distribution,
        products=tuple(each for each in products if each),
        format="syft-json",
    )


def _source_of(metadata: dict[str, Any], package: Package) -> str:
    if package.type == "deb":
        return text_of(metadata.get("source"))
    if package.type == "rpm":
        return _source_rpm(text_of(metadata.get("sourceRpm")))
    return text_of(metadata.get("originPackage"))


def _source_rpm(text: str) -> str:
    found = re.fullmatch(r"(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm", text)
    return found[1] if found else ""


def _cyclonedx(value: dict[str, Any]) -> Inventory:
    pending = [(row, 1) for row in reversed(rows_of(value.get("components")))]
    metadata = mapping_of(value.get("metadata"))
    root = mapping_of(metadata.get("component"))
    pending = [(row, 1) for row in reversed(rows_of(root.get("components")))] + pending
    if _is_package(text_of(root.get("purl"))):
        pending.append(({key: value for key, value in root.items() if key != "components"}, 1))  # the thing itself
    rows: list[dict[str, Any]] = []
    while pending:
        row, depth = pending.pop()
        rows.append(row)
        if len(rows) > MAX_PACKAGES * 2 or depth > MAX_DEPTH:
            message = f"it holds more than {MAX_PACKAGES * 2:,} components, or nests them deeper than {MAX_DEPTH}"
            raise SbomError(message)
        pending.extend((inner, depth + 1) for inner in reversed(rows_of(row.get("components"))))
    system = next((row for row in rows if row.get("type") == "operating-system"), {})
    said = _properties(system)
    distribution = distribution_of(
        said.get("syft:distro:id", "") or text_of(system.get("name")),
        said.get("syft:distro:versionID", "") or text_of(system.get("version")),
        said.get("syft:distro:prettyName", ""),
        said.get("syft:distro:versionCodename", ""),
        text_of(system.get("description")),
        text_of(system.get("version")),
    )
    found = _Found()
    for row in rows:
        if row.get("type") in _NO_PACKAGES and not _is_package(text_of(row.get("purl"))):
            continue
        properties = _properties(row)
        package = package_of(
            ref=text_of(row.get("bom-ref")),
            name=text_of(row.get("name")),
            version=text_of(row.get("version")),
            purl=text_of(row.get("purl")),
            kind=properties.get("syft:package:type", ""),
            distribution=distribution,
        )
        if package is None:
            continue
        paths = {text for name, text in properties.items() if re.fullmatch(r"syft:location:\d+:path", name)}
        module = properties.get("syft:metadata:modularityLabel") or properties.get("aquasecurity:trivy:Modularitylabel")
        cpes = {
            text_of(row.get("cpe")),
            *(text for name, text in properties.items() if name.startswith("syft:cpe23")),
        }
        found.add(
            replace(
                package,
                upstream=package.upstream
                or properties.get("syft:metadata:source", "")
                or _source_rpm(properties.get("syft:metadata:sourceRpm", ""))
                or properties.get("aquasecurity:trivy:SrcName", ""),
                upstream_version=package.upstream_version or properties.get("syft:metadata:sourceVersion", ""),
                module=module or package.module,
                cpes=tuple(sorted(cpes - {""})),
                locations=tuple(sorted(path.lstrip("/") for path in paths)),
                is_development=row.get("scope") == "excluded"
                or properties.get("cdx:npm:package:development") == "true"
                or properties.get("syft:metadata:dev") == "true",
            )
        )
    products = (
        text_of(root.get("purl")),
        text_of(root.get("bom-ref")),
        text_of(root.get("version")),
        text_of(value.get("serialNumber")),
    )
    return Inventory(
        packages=tuple(found.packages.values()),
        distribution=distribution,
        products=tuple(each for each in products if each),
        format=f"CycloneDX {text_of(value.get('specVersion'))}",
    )


def _properties(row: dict[str, Any]) -> dict[str, str]:
    return {text_of(each.get("name")): text_of(each.get("value")) for each in rows_of(row.get("properties"))}


def _spdx(value: dict[str, Any]) -> Inventory:
    rows = rows_of(value.get("packages"))
    described = {str(each) for each in list_of(value.get("documentDescribes"))} | {
        text_of(each.get("relatedSpdxElement"))
        for each in rows_of(value.get("relationships"))
        if each.get("relationshipType") == "DESCRIBES" and each.get("spdxElementId") == "SPDXRef-DOCUMENT"
    }
    system = next((row for row in rows if row.get("primaryPackagePurpose") == "OPERATING-SYSTEM"), {})
    distribution = distribution_of(
        text_of(system.get("name")), text_of(system.get("versionInfo")), text_of(system.get("summary"))
    )
    found, products = _Found(), []
    is_single = len(rows) == len(described) == 1
    for row in rows:
        references = [
            (text_of(each.get("referenceType")), text_of(each.get("referenceLocator")))
            for each in rows_of(row.get("externalRefs"))
        ]
        purl = next((text for kind, text in references if kind == "purl"), "")
        name = text_of(row.get("SPDXID"))
        is_root = name in described and (
            row.get("primaryPackagePurpose") in {"CONTAINER", "FILE", "DEVICE", "FIRMWARE"}
            or not purl
            or purl.startswith(("pkg:oci/", "pkg:docker/", "pkg:generic/"))
            or len(described) == 1
        )
        is_other = row.get("primaryPackagePurpose") in {"OPERATING-SYSTEM", "FILE"}
        if is_root and not is_single:
            digests = (text_of(each.get("checksumValue")) for each in rows_of(row.get("checksums")))
            products += [each for each in (purl, text_of(row.get("versionInfo")), *digests) if each]
        if ((is_root and not is_single) or is_other) and not _is_package(purl):
            continue
        package = package_of(
            ref=name,
            name=text_of(row.get("name")),
            version="" if row.get("versionInfo") == "NOASSERTION" else text_of(row.get("versionInfo")),
            purl=purl,
            kind="",
            distribution=distribution,
        )
        if package is None:
            continue
        said = re.search(r"(?:installed|metadata|manifest) file: ([^,]+)", text_of(row.get("sourceInfo")))
        info = re.search(r"(?:files?|database|module information): (\S.*)", text_of(row.get("sourceInfo")))
        paths = (said or info)[1].split(", ") if (said or info) else []  # type: ignore[index]
        found.add(
            replace(
                package,
                cpes=tuple(sorted(text for kind, text in references if kind == "cpe23Type")),
                locations=tuple(sorted(path.strip().lstrip("/") for path in paths)),
            )
        )
    return Inventory(
        packages=tuple(found.packages.values()),
        distribution=distribution if distribution.id else _common(found),
        products=tuple(products),
        format=text_of(value.get("spdxVersion")),
    )


def _of_bom(bom: Bom) -> Inventory:
    """Return the packages of a document in the neutral form, into which SPDX 3 is read."""
    distribution = distribution_of(*bom.distribution)
    found = _Found()
    items = [*bom.items, *([bom.subject] if bom.subject and _is_package(bom.subject.purl) else ())]
    for item in items:
        if item.kind in _NO_PACKAGES and not _is_package(item.purl):
            continue
        package = package_of(
            ref=item.ref,
            name=item.name,
            version=item.version,
            purl=item.purl,
            kind=item.type,
            distribution=distribution,
        )
        if package is not None:
            found.add(replace(package, cpes=item.cpes, locations=item.locations))
    root = bom.subject
    products = (root.purl, root.ref, root.version) if root else ()
    return Inventory(
        packages=tuple(found.packages.values()),
        distribution=distribution if distribution.id else _common(found),
        products=tuple(each for each in products if each),
        format=f"SPDX-{bom.version}",
    )


_NO_PACKAGES: Final = frozenset({"file", "operating-system", "data", "cryptographic-asset", "machine-learning-model"})
"""Kinds of components that advisories do not speak of, unless they have the URL of a package."""
_WHOLES: Final = frozenset({"generic", "oci", "docker", "github", "githubactions"})


def _is_package(purl: str) -> bool:
    """Tell whether a text is the URL of a package of a registry or distribution."""
    kind = purl.partition(":")[2].lstrip("/").partition("/")[0].lower() if purl.lower().startswith("pkg:") else ""
    return kind in TYPES and kind not in _WHOLES


def _common(found: _Found) -> Distribution:
    known = {each.distribution for each in found.packages.values() if each.distribution.id}
    return next(iter(known)) if len(known) == 1 else NOWHERE


def distribution_of(name: str, version: str, *texts: str) -> Distribution:
    """Return a distribution from what is said of it; a service pack may stand in any of the texts."""
    identity = re.sub(r"\s+", "", name.strip().lower())
    label = next(
        (
            found[1].lower().replace(" ", "")
            for text in (version, *texts)
            if (found := re.search(r"(?:^|[^a-z])(sp\s?\d+)(?![a-z0-9])", text, re.IGNORECASE))
        ),
        None,
    )
    if label is None and any(re.search(r"\bLTS\)?$", text) for text in texts if text) and identity == "openeuler":
        label = ""
    number = re.match(r"v?\d[\w.]*|[A-Za-z]\w*", version.strip())
    return Distribution(
        id=identity,
        version=(number[0] if number else "").lower(),
        label=label,
        codename=next((text for text in texts if re.fullmatch(r"[a-z]+", text)), ""),
    )


def package_of(
    *, ref: str, name: str, version: str, purl: str, kind: str, distribution: Distribution
) -> Package | None:
    """Return a package, normalised; None for what has neither name nor package URL.

    Args:
        ref: Its id in the document.
        name: As it is written there.
        version: The same.
        purl: The same; may be empty.
        kind: Type as syft says, where the document does.
        distribution: Of the document; `NOWHERE` if it says nothing.
    """
    parsed = None
    if purl:
        try:
            parsed = PackageURL.from_string(purl)
        except ValueError:
            parsed = None
    if parsed is not None and "%" in f"{parsed.namespace or ''}{parsed.name}":
        # quoted twice, as some generators do with the scope of npm: no name has such a sign
        parsed = parsed._replace(namespace=unquote(parsed.namespace or "") or None, name=unquote(parsed.name))
    if not name and parsed is None:
        return None
    if parsed is None:
        shown = name or purl
        return Package(
            ref=ref or shown,
            subject=purl or (f"{name}@{version}" if version else name),
            name=python_name(name) if kind == "python" else name,
            shown=shown,
            version=version,
            type=kind if not purl and kind in _KINDS else "",
            purl=purl,
            distribution=distribution if kind in SYSTEM_TYPES else NOWHERE,
        )
    qualifiers = parsed.qualifiers if isinstance(parsed.qualifiers, dict) else {}
    kind = TYPES.get(parsed.type, kind if kind in _KINDS else "")
    if parsed.type in {"oci", "docker"}:
        kind = ""
    version = parsed.version or version
    if kind == "go-module" and not parsed.namespace and parsed.name == "stdlib":
        version = _go_release(version)
    epoch = qualifiers.get("epoch", "")
    if kind in {"rpm", "deb"} and epoch and epoch != "0" and not re.match(r"\d+:", version):
        version = f"{epoch}:{version}"
    upstream, _mark, upstream_version = str(qualifiers.get("upstream", "")).partition("@")
    if kind == "rpm":
        upstream = _source_rpm(upstream) or ("" if upstream.endswith(".rpm") else upstream)
    return Package(
        ref=ref or purl,
        subject=purl,
        name=_called(kind, parsed),
        shown=name or str(parsed.name),
        version=version,
        type=kind,
        purl=purl,
        distribution=_own(parsed, qualifiers, distribution) if kind in SYSTEM_TYPES else NOWHERE,
        upstream=upstream,
        upstream_version=upstream_version,
        module=qualifiers.get("rpmmod") or None,
    )


_KINDS: Final = frozenset(TYPES.values())


_GO_RELEASE: Final = re.compile(r"(go)?(\d+\.\d+)(\.\d+)?(?:(rc|beta)(\d+))?(?:[ +-]X:.*)?")


def _go_release(version: str) -> str:
    """Return a version of Go's own library as advisories of Go write it (``1.22rc1`` → ``1.22.0-rc.1``).

    What it was built with (``go1.20.12 X:strictfipsruntime``) tells nothing of its age.
    """
    found = _GO_RELEASE.fullmatch(version)
    if not found:
        return version
    _go, number, patch, word, count = found.groups()
    return f"{number}{patch or ('.0' if word else '')}" + (f"-{word}.{count}" if word else "")


def _called(kind: str, purl: PackageURL) -> str:
    match kind:
        case "python":
            return python_name(purl.name)
        case "java-archive":
            return f"{purl.namespace}:{purl.name}" if purl.namespace else str(purl.name)
        case "deb" | "rpm" | "apk" | "alpm":
            return str(purl.name)
        case _:
            return f"{purl.namespace}/{purl.name}" if purl.namespace else str(purl.name)


def _own(purl: PackageURL, qualifiers: dict[str, str], distribution: Distribution) -> Distribution:
    """Return the distribution of a package: the document's, else what its package URL says."""
    if distribution.id:
        return distribution
    said = str(qualifiers.get("distro", ""))
    name, _mark, version = said.partition("-")
    if name == "opensuse" and version.startswith(("leap-", "tumbleweed-")):
        first, _mark, version = version.partition("-")
        name = f"{name}-{first}"
    if not said:
        return distribution_of(str(purl.namespace or ""), "")
    if re.match(r"\d", name):
        return distribution_of(str(purl.namespace or ""), said)
    if name.lower() in _CODENAMES:
        return distribution_of(str(purl.namespace or ""), _CODENAMES[name.lower()])
    return distribution_of(name, version)


_CODENAMES: Final = {
    "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
    "trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04",
    "resolute": "26.04",
}  # fmt: skip
"""Of Debian and of Ubuntu's releases with long support: generators name them in place of a number."""


def marked(package: Package) -> Release | None:
    """Return the release of a distribution that the version of an rpm is marked with."""
    return release_of_package(package.version.rpartition("-")[2]) if package.type == "rpm" else None


# and back: what grype is given


def syft_json(packages: tuple[Package, ...], distribution: Distribution) -> bytes:
    """Return packages as syft-json, which grype reads without guessing; ids are their subjects."""
    value = {
        "artifacts": [_artifact(each) for each in packages],
        "artifactRelationships": [],
        "source": {
            "id": "inventory",
            "name": "inventory",
            "version": "",
            "type": "directory",
            "metadata": {"path": "/"},
        },
        "distro": {
            "id": distribution.id,
            "name": distribution.id,
            "versionID": distribution.version,
            "version": distribution.version,
            **({"versionCodename": distribution.codename} if distribution.codename else {}),
        }
        if distribution.id
        else {},
        "descriptor": {"name": "syft", "version": "1.51.0"},
        "schema": {
            "version": SCHEMA,
            "url": f"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-{SCHEMA}.json",
        },
    }
    return orjson.dumps(value)


def _artifact(package: Package) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": package.subject,
        "name": package.name.rpartition(":")[2] if package.type == "java-archive" else package.name,
        "version": package.version,
        "type": package.type,
        "foundBy": "auditor",
        "locations": [],
        "licenses": [],
        "language": _LANGUAGES.get(package.type, ""),
        "cpes": [{"cpe": cpe, "source": "declared"} for cpe in package.cpes],
        "purl": package.purl,
    }
    match package.type:
        case "deb":
            row["metadataType"] = "dpkg-db-entry"
            row["metadata"] = {
                "package": package.name,
                "source": package.upstream,
                "version": package.version,
                "sourceVersion": package.upstream_version,
                "architecture": "",
                "maintainer": "",
                "installedSize": 0,
                "files": [],
            }
        case "rpm":
            epoch, version, release = versions.evr(package.version)
            row["metadataType"] = "rpm-db-entry"
            row["metadata"] = {
                "name": package.name,
                "version": version,
                "epoch": epoch or None,
                "architecture": "",
                "release": release,
                "sourceRpm": f"{package.upstream}-{package.upstream_version or f'{version}-{release}'}.src.rpm"
                if package.upstream
                else "",
                "size": 0,
                "vendor": "",
                "files": [],
                **({"modularityLabel": package.module} if package.module is not None else {}),
            }
        case "apk":
            row["metadataType"] = "apk-db-entry"
            row["metadata"] = {
                "package": package.name,
                "originPackage": package.upstream,
                "maintainer": "",
                "version": package.version,
                "architecture": "",
                "url": "",
                "description": "",
                "size": 0,
                "installedSize": 0,
                "pullDependencies": [],
                "provides": [],
                "pullChecksum": "",
                "gitCommitOfApkPort": "",
                "files": [],
            }
        case "java-archive":
            group, _mark, name = package.name.rpartition(":")
            row["metadataType"] = "java-archive"
            row["metadata"] = {
                "virtualPath": "",
                "pomProperties": {
                    "path": "",
                    "name": "",
                    "groupId": group,
                    "artifactId": name,
                    "version": package.version,
                },
            }
        case _:
            pass
    return row
