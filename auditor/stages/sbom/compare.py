"""Compares what a document declares with what is there: components by purl, files by digest.

Two generators write one thing in several ways (the epoch of Debian, dashes of Python, capitals of Go, quoted scopes of
npm), so both sides are brought to one spelling first (`auditor.formats.purls`); what still cannot be told is counted
as undetermined, and never as a difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.formats.purls import key_of, parse
from auditor.stages.image.packages import actual as actual_digest
from auditor.stages.image.reading import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.formats.sbom import Bom, Item, ListedFile
    from auditor.stages.image.packages import Packages
    from auditor.stages.image.reading import Entry, Reading

PACKAGES: Final = frozenset({"", "library", "application", "framework", "platform", "firmware"})
"""Kinds of components that a catalogue of packages can find."""
_NOT_IN_IMAGES: Final = frozenset({"oci", "docker"})
_NO_VERSION: Final = frozenset({"", "unknown", "(devel)", "noassertion", "none", "0.0.0-unknown", "v0.0.0"})
_DASHES: Final = re.compile(r"[-_.]+")


class Difference(NamedTuple):
    """One difference; fields as of `SbomDifference`."""

    kind: str
    subject: str
    expected: str = ""
    actual: str = ""
    layer: str = ""
    is_executable: bool = False
    component: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Compared:
    """What a comparison gave.

    Attributes:
        differences: In no order.
        counted: How many items were compared.
        undetermined: What could not be told.
    """

    differences: list[Difference] = field(default_factory=list)
    counted: int = 0
    undetermined: list[str] = field(default_factory=list)


def packages_of(bom: Bom) -> list[Item]:
    """Return the components that are packages: no operating system, no container, no data."""
    return [item for item in bom.items if item.kind in PACKAGES and _kind(item) not in _NOT_IN_IMAGES]


def name_of(item: Item) -> str:
    """Return what a component is called in a finding: its purl, else name and version."""
    return item.purl or (f"{item.name}@{item.version}" if item.version else item.name)


def described(item: Item) -> tuple[str, ...]:
    """Return name, version, type and purl."""
    return (item.name, item.version, item.type, item.purl)


def _kind(item: Item) -> str:
    key = key_of(item.purl) if item.purl else None
    return key[0] if key else ""


def _plain(name: str) -> str:
    return _DASHES.sub("-", name).lower()


def _version(text: str) -> str:
    plain = text.strip().lower()
    return "" if plain in _NO_VERSION else plain.removeprefix("v").removeprefix("0:")


class _Index:
    """Components of one side, found by several spellings."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.keys: dict[tuple[str, str, str], Item] = {}
        self.versions: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.names: dict[tuple[str, str], Item] = {}
        self.bare: dict[str, Item] = {}
        for item in items:
            key = key_of(item.purl) if item.purl else None
            if key:
                key = (key[0], key[1], _version(key[2]))
                self.keys.setdefault(key, item)
                self.versions[key[:2]].add(key[2])
            for name in _names(item):
                self.names.setdefault((name, _version(item.version)), item)
                self.bare.setdefault(name, item)

    def has(self, item: Item) -> bool:
        """Tell whether a component of the other side is here."""
        key = key_of(item.purl) if item.purl else None
        if key is None:
            version = _version(item.version)
            return any((name, version) in self.names or (not version and name in self.bare) for name in _names(item))
        version = _version(key[2]) or _version(item.version)
        known = self.versions.get(key[:2])
        if known is not None:
            return version in known or not version or "" in known
        # the other side knows it without a purl only
        return any(
            (found := self.names.get((name, version))) is not None and not key_of(found.purl) for name in _names(item)
        )


def _names(item: Item) -> set[str]:
    last = re.split(r"[/:]", item.name)[-1]
    return {_plain(item.name), _plain(last)} if not item.purl else {_plain(item.name)}


def components(declared: Bom, found: Bom, digests: frozenset[str], removed: frozenset[str]) -> Compared:
    """Compare components both ways.

    Args:
        declared: The document.
        found: The catalogue.
        digests: SHA-256 of every file that is there: a component that is one of them is there.
        removed: Names of Debian packages of which only configuration is left.
    """
    made = Compared()
    said, there = packages_of(declared), [item for item in found.items if item.name]
    here, catalogue = _Index(said), _Index(there)
    listed = {file.path for file in declared.files}
    roots = {name_of(declared.subject)} if declared.subject else set()
    seen: set[tuple[str, str]] = set()
    for item in there:
        made.counted += 1
        is_seen = ("missing", name_of(item)) in seen
        if not here.has(item) and not is_seen:
            seen.add(("missing", name_of(item)))
            if declared.subject and _is_same(item, declared.subject):
                continue
            if not item.purl and item.locations and listed.issuperset(item.locations):
                made.undetermined.append(name_of(item))  # a model or program that stands there as a file
                continue
            made.differences.append(
                Difference("component-missing", name_of(item), "", name_of(item), item.layer, component=described(item))
            )
    for item in said:
        if name_of(item) in roots or catalogue.has(item) or ("extra", name_of(item)) in seen:
            continue
        if any(name == "SHA-256" and digits in digests for name, digits in item.hashes):
            continue
        if item.scope in {"optional", "excluded"}:
            made.undetermined.append(name_of(item))
            continue
        seen.add(("extra", name_of(item)))
        actual = "configuration only" if _kind(item) == "deb" and item.name in removed else ""
        made.differences.append(
            Difference("component-extra", name_of(item), name_of(item), actual, component=described(item))
        )
    return made


def _is_same(item: Item, subject: Item) -> bool:
    """Tell whether a catalogued component is the very thing that the document describes."""
    return bool(item.purl) and bool(subject.purl) and key_of(item.purl) == key_of(subject.purl)


def drift(compared: Compared) -> list[Difference]:
    """Return the differences with those of one name told as a change of version."""
    missing: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    extra: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    rest = []
    for each in compared.differences:
        side = {"component-missing": missing, "component-extra": extra}.get(each.kind)
        if side is None or not each.component:
            rest.append(each)
        else:
            key = key_of(each.component[3])
            side[key[:2] if key else ("", each.component[0])].append(each)
    for name in sorted(missing.keys() | extra.keys()):
        new, old = missing.get(name, []), extra.get(name, [])
        for number in range(max(len(new), len(old))):
            if number < len(new) and number < len(old):
                one, other = new[number], old[number]
                rest.append(
                    Difference(
                        "component-changed", one.subject, other.component[1], one.component[1], one.layer,
                        component=one.component,
                    )
                )  # fmt: skip
            else:
                rest.append(new[number] if number < len(new) else old[number])
    return rest


_ALGORITHMS: Final = {"SHA-256": "sha256", "MD5": "md5", "SHA-1": "sha1", "SHA-512": "sha512", "SHA-384": "sha384"}


def extra_algorithm(files: Iterable[ListedFile]) -> str:
    """Return the algorithm that some files are listed with and that a pass does not take by itself."""
    for file in files:
        names = {name for name, _digits in file.hashes}
        if names and not names & {"SHA-256", "MD5"}:
            return next((_ALGORITHMS[name] for name in ("SHA-512", "SHA-384", "SHA-1") if name in names), "")
    return ""


def files(
    declared: Bom, reading: Reading, owners: Mapping[str, str], declared_packages: frozenset[str] | None
) -> tuple[Compared, Compared]:
    """Compare the files of a document with those that are there.

    A file is accounted for when the document lists it with a digest that fits, or a component owns it. A document that
    lists a few files of its components (sbom4python does) promises no list of all of them: of what it leaves out, only
    programs count.

    Args:
        declared: The document.
        reading: The final state.
        owners: Package by path.
        declared_packages: Packages that the document declares, as of `owners`; None to take all of them.

    Returns:
        What is about completeness, and what is about truth.
    """
    complete, true = Compared(), Compared()
    listed = {file.path: file for file in declared.files if file.path}
    for path, file in listed.items():
        _listed(path, file, reading, complete, true)
    lists_files = _lists_files(listed, reading)
    for raw, entry in reading.table.items():
        if entry.kind != "file":
            continue
        path = shown(raw)
        if path in listed:
            continue
        complete.counted += 1
        owner = owners.get(raw)
        if owner is not None and (declared_packages is None or owner in declared_packages):
            continue
        is_executable = bool(entry.mode & 0o111)
        if lists_files or is_executable:
            actual = f"sha256:{entry.sha256}" if entry.digests else f"{entry.size} bytes"
            complete.differences.append(
                Difference("file-unlisted", path, "", actual, _layer(entry, reading), is_executable)
            )
        else:
            complete.undetermined.append(path)
    return complete, true


def _lists_files(listed: Mapping[str, ListedFile], reading: Reading) -> bool:
    """Tell whether a document means to list the files of the image: at least half of those that are there."""
    there = sum(entry.kind == "file" for entry in reading.table.values())
    return bool(listed) and 2 * sum(path in reading.table for path in listed) >= there


def _listed(path: str, file: ListedFile, reading: Reading, complete: Compared, true: Compared) -> None:
    entry = reading.table.get(path) or reading.table.get(path.encode().decode("utf-8", "surrogateescape"))
    if entry is None:
        real = reading.resolve(path)
        entry = reading.table.get(real)
    complete.counted += 1
    said = next((f"{name}:{digits}" for name, digits in file.hashes), "")
    if entry is None:
        complete.differences.append(Difference("file-gone", path, said, ""))
        return
    layer, is_executable = _layer(entry, reading), bool(entry.mode & 0o111)
    if entry.kind != "file":
        if file.hashes and file.is_regular:
            true.counted += 1
            actual = f"{entry.kind} {shown(entry.link)}".strip()
            true.differences.append(Difference("file-kind", path, "file", actual, layer, is_executable))
        return
    if not file.hashes:
        true.undetermined.append(path)
        return
    known = {"SHA-256": entry.sha256, "MD5": entry.md5}
    if reading.extra:
        known[next(name for name, plain in _ALGORITHMS.items() if plain == reading.extra)] = entry.extra
    compared = [(name, digits, known[name]) for name, digits in file.hashes if known.get(name)]
    if not compared:
        true.undetermined.append(path)
        return
    true.counted += 1
    wrong = next((row for row in compared if row[1] != row[2]), None)
    if wrong:
        name, digits, actual = wrong
        true.differences.append(
            Difference("file-changed", path, f"{name}:{digits}", f"{name}:{actual}", layer, is_executable)
        )


def _layer(entry: Entry, reading: Reading) -> str:
    return f"{entry.layer} {reading.layer_digests.get(entry.layer, '')}".strip() if entry.layer else ""


def promises(packages: Packages, catalogue: Bom | None, reading: Reading, known: Mapping[str, Reading]) -> Compared:
    """Compare files with what the packages themselves say of them (dpkg, rpm, apk, RECORD).

    Args:
        packages: What their databases say.
        catalogue: What syft read of a database of rpm that is not read here.
        reading: The final state.
        known: Digests by algorithm, as of `more_digests`.
    """
    made = Compared()
    seen: set[str] = set()
    for promise in packages.promises:
        entry, actual = reading.table.get(promise.path), actual_digest(promise, known)
        if entry is None or not actual or promise.path in seen:
            continue
        seen.add(promise.path)
        made.counted += 1
        if actual != promise.digest:
            made.differences.append(_altered(promise.path, promise.algorithm, promise.digest, actual, entry, reading))
    for item in catalogue.items if catalogue else ():
        for path, name, digits in item.files:
            entry = reading.table.get(path)
            if entry is None or entry.kind != "file" or path in seen or item.type != "rpm":
                continue
            actual = {"SHA-256": entry.sha256, "MD5": entry.md5}.get(name, "")
            if actual:
                seen.add(path)
                made.counted += 1
                if actual != digits.lower():
                    made.differences.append(_altered(path, name, digits.lower(), actual, entry, reading))
    return made


def _altered(path: str, name: str, said: str, actual: str, entry: Entry, reading: Reading) -> Difference:
    return Difference(
        "file-altered",
        shown(path),
        f"{name}:{said}",
        f"{name}:{actual}",
        _layer(entry, reading),
        bool(entry.mode & 0o111),
    )


def declared_owners(declared: Bom, owners: Iterable[str]) -> frozenset[str]:
    """Return those package names of a database (``dpkg bash``) that a document declares."""
    said: set[tuple[str, str]] = set()
    for item in packages_of(declared):
        key = key_of(item.purl) if item.purl else None
        name = parse(item.purl).name.lower() if key else item.name
        said.add((key[0], _plain(name) if key[0] == "pypi" else name) if key else ("", _plain(name)))
    return frozenset(owner for owner in set(owners) if _is_said(owner, said))


def catalogued_owners(catalogue: Bom | None) -> dict[str, str]:
    """Return who owns which path by a database of rpm that is not read here (Berkeley DB, ndb), and syft reads."""
    items = catalogue.items if catalogue else ()
    return {path: f"rpm {item.name}" for item in items if item.type == "rpm" for path, _name, _digits in item.files}


_PURL_TYPES: Final = {"dpkg": "deb", "python": "pypi", "apk": "apk", "rpm": "rpm"}


def _is_said(owner: str, said: set[tuple[str, str]]) -> bool:
    database, _blank, name = owner.partition(" ")
    kind = _PURL_TYPES.get(database, database)
    if kind == "pypi":
        name = name.rpartition("-")[0] or name
        plain = _plain(name)
        return ("pypi", plain) in said or ("", plain) in said
    return (kind, name.lower()) in said or ("", _plain(name)) in said


def by_digest(reading: Reading) -> frozenset[str]:
    """Return the SHA-256 of every file."""
    return frozenset(entry.sha256 for entry in reading.table.values() if entry.digests)


def pairs(one: Bom, other: Bom) -> Iterator[Difference]:
    """Yield where two documents about one thing disagree about its components."""
    left, right = _Index(packages_of(one)), _Index(packages_of(other))
    for item in packages_of(other):
        if not left.has(item):
            yield Difference("component-missing", name_of(item), "", name_of(item), component=described(item))
    for item in packages_of(one):
        if not right.has(item):
            yield Difference("component-extra", name_of(item), name_of(item), "", component=described(item))
