"""Which packages a database has data of their own for; a distribution is what the SBOM says, never a relative of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats.packages import SYSTEM_TYPES, Distribution, Package, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.formats.grype_database import Contents, System

KNOWN_TO_GRYPE: Final = {
    "debian": "debian",
    "ubuntu": "ubuntu",
    "alpine": "alpine",
    "rhel": "redhat",
    "centos": "centos",
    "rocky": "rockylinux",
    "ol": "oraclelinux",
    "amzn": "amazonlinux",
    "sles": "sles",
    "fedora": "fedora",
    "mariner": "mariner",
    "azurelinux": "azurelinux",
    "photon": "photon",
}
"""``ID`` of os-release and grype's own name; every other distribution is judged here.

grype judges AlmaLinux by the rows of RHEL, and looks for Wolfi and Chainguard under a version that rows of a rolling
release do not have: without a word it finds nothing of what their own feeds say (measured with 0.116).
"""
_BY_MAJOR: Final = frozenset({"debian", "rhel", "centos", "almalinux", "rocky", "ol", "anolis"})
_ROLLING: Final = frozenset({"wolfi", "chainguard"})


@dataclass(kw_only=True)
class Group:
    """Packages that are searched for together.

    Attributes:
        title: Type of package, or distribution with release.
        packages: Sorted by subject.
        distribution: Of packages of a distribution.
        systems: Rows of the release in the database.
        rows: How many rows the database has for it; 0 if it has no data.
        is_certain: It is known that these rows are of the very release.
        providers: Feeds that the rows come from.
    """

    title: str
    packages: list[Package] = field(default_factory=list)
    distribution: Distribution | None = None
    systems: tuple[System, ...] = ()
    rows: int = 0
    is_certain: bool = True
    providers: frozenset[str] = frozenset()

    @property
    def is_for_grype(self) -> bool:
        """The group is one that grype judges."""
        return self.distribution is None or self.distribution.id in KNOWN_TO_GRYPE


def groups(packages: Iterable[Package], contents: Contents) -> list[Group]:
    """Return packages in groups, each with the rows that the database has for it; sorted by title."""
    languages: dict[str, Group] = {}
    systems: dict[Distribution, Group] = {}
    for package in packages:
        if package.type in SYSTEM_TYPES:
            group = systems.setdefault(
                package.distribution, Group(title=_title(package), distribution=package.distribution)
            )
        else:
            title = package.type or _unknown(package)
            group = languages.setdefault(title, Group(title=title))
        group.packages.append(package)
    for title, group in languages.items():
        group.rows = contents.ecosystems.get(title, 0)
        group.providers = contents.sources.get(title, frozenset())
    for group in systems.values():
        _find(group, contents.systems)
        group.providers = frozenset(name for each in group.systems for name in each.providers)
    found = sorted((*languages.values(), *systems.values()), key=lambda one: one.title)
    taken: Counter[str] = Counter()
    for each in found:
        taken[each.title] += 1
        if taken[each.title] > 1:
            each.title += f" ({taken[each.title]})"
        each.packages.sort(key=lambda one: one.subject)
    return found


def _title(package: Package) -> str:
    if package.distribution.id:
        return package.distribution.title
    return f"{package.type}, no distribution"


def _unknown(package: Package) -> str:
    """Name what nobody can place: by the type of the package URL, if there is one."""
    found = re.match(r"pkg:([A-Za-z][A-Za-z0-9.+-]*)/", package.purl)
    return found[1].lower() if found else "no package URL"


def _find(group: Group, systems: tuple[System, ...]) -> None:
    """Note the rows of the release of a group."""
    said = group.distribution
    if said is None or not said.id:
        return
    same = [each for each in systems if said.id in {each.id, each.name} or KNOWN_TO_GRYPE.get(said.id) == each.name]
    if said.id in _ROLLING:
        found = same
    elif not said.version:
        return
    else:
        found = [each for each in same if _is_release(each, said)]
        if not group.is_for_grype:
            found, group.is_certain = _of_pack(group, said, found)
    group.systems = tuple(found)
    group.rows = sum(each.rows for each in found)


def _is_release(row: System, said: Distribution) -> bool:
    """Tell whether a row is of a release: the same number, or the major one where the row names no other."""
    number = said.version.removeprefix("v").split(".")
    own = [row.major.lower().removeprefix("v"), *(row.minor.split(".") if row.minor else [])]
    if said.id in _BY_MAJOR and len(own) == 1:
        return own == number[:1]
    if said.id not in KNOWN_TO_GRYPE:
        return own == number[: len(own)]
    return own == number[: len(own)] and (len(own) > 1 or said.id in _BY_MAJOR or len(number) == 1)


def _of_pack(group: Group, said: Distribution, rows: list[System]) -> tuple[list[System], bool]:
    """Return the rows of the service pack of a release, and whether it is known that they are its own.

    VERSION_ID of openEuler is 22.03 for the release and all of its service packs. The pack stands in the name, or in
    the mark that each package carries (``.oe2203sp3``).
    """
    labels = {_label(each.label) for each in rows}
    if labels <= {""}:
        return rows, said.label in {None, ""}
    label = said.label if said.label is not None else _marked(group.packages, said.id)
    if label is not None:
        return [each for each in rows if _label(each.label) == label], True
    return (rows, False) if len(labels) == 1 else ([], False)


def _label(text: str) -> str:
    """Return the service pack of a label (``lts-sp3`` → ``sp3``)."""
    found = re.search(r"sp\d+", text.lower())
    return found[0] if found else ""


def _marked(packages: list[Package], identity: str) -> str | None:
    """Return the service pack that most packages are marked with; None where marks tell nothing of one."""
    marks = Counter(
        _label(mark.version)
        for package in packages
        if (mark := marked(package)) is not None and mark.id == identity and "." in mark.version
    )
    return marks.most_common(1)[0][0] if marks else None


def by_distribution(found: list[Group]) -> Iterator[tuple[Distribution | None, list[Group]]]:
    """Yield what grype is asked in one go: the packages of languages with those of one distribution."""
    rest: dict[Distribution | None, list[Group]] = defaultdict(list)
    for each in found:
        rest[each.distribution].append(each)
    languages = rest.pop(None, [])
    for distribution, own in rest.items():
        yield distribution, [*languages, *own]
        languages = []
    if languages:
        yield None, languages
