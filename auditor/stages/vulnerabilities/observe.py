"""Looks for advisories that speak of what is there: grype over an imported database, and our own order beside it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.database.installed import AGE_LIMIT_DAYS, CLOCK_SLACK, Database
from auditor.errors import ToolError, ToolMissing
from auditor.formats import cvss, dsse, exploitability, grype, grype_database, packages
from auditor.formats.exploitability import VexError
from auditor.formats.grype_database import DatabaseError
from auditor.formats.packages import NOWHERE, SYSTEM_TYPES, Inventory, Package, SbomError
from auditor.model.artefact import Capture
from auditor.model.digest import digest_of, sha256
from auditor.model.fact import Fact, Facts, Gap, GapClass, Measure, Origin, RunStarted
from auditor.model.progress import Progress, Tally
from auditor.stages.sbom.facts import Catalogue, Component, Distribution
from auditor.stages.vulnerabilities import manifests, matching
from auditor.stages.vulnerabilities.coverage import Group, by_distribution, groups
from auditor.stages.vulnerabilities.facts import (
    Exploitability,
    KnownVulnerability,
    Searched,
    SupportTerm,
    VulnerabilityDatabase,
)
from auditor.stages.vulnerabilities.policy import support_terms
from auditor.stages.vulnerabilities.texts import say
from auditor.stages.vulnerabilities.vex import Applied, Document, apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from auditor.formats.grype import Match
    from auditor.formats.grype_database import Contents
    from auditor.formats.public_keys import PublicKey
    from auditor.model.record import ToolUse
    from auditor.model.system import Part, System
    from auditor.model.text import Text

STAGE: Final = "vulnerabilities"
SBOM_LIMIT_BYTES: Final = 512 * 1024 * 1024
VEX_LIMIT_BYTES: Final = 64 * 1024 * 1024
UNCLEAR_LIMIT: Final = 500
_NAMED: Final = 8
_CANARY: Final = "pkg:generic/auditor-self-test"


class Scanner(Protocol):
    """What this stage needs of grype."""

    def version(self) -> str:
        """Return name and version.

        Raises:
            ToolError: It cannot be had.
        """

    def use(self) -> ToolUse:
        """Return what the record says of it."""

    def scan(self, sbom: bytes, database: Path, *, on_beat: Callable[[float], None] | None = None) -> bytes:
        """Return its report.

        Raises:
            ToolError: There is none.
        """


class Cataloguer(Protocol):
    """What this stage needs of syft, for source trees."""

    def use(self) -> ToolUse:
        """Return what the record says of it."""

    def scan(
        self, source: str, scratch: Path, *, name: str, is_image: bool, on_beat: Callable[[float], None] | None = None
    ) -> bytes:
        """Return syft-json.

        Raises:
            ToolError: There is none.
        """


class Cache(Protocol):
    """What this stage needs of a cache."""

    def get_many(self, keys: Sequence[str], /) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: dict[str, bytes], /) -> None:
        """Keep it."""


@dataclass(frozen=True, kw_only=True)
class VulnerabilityStage:
    """Observes known vulnerabilities.

    Attributes:
        scanner: grype.
        database: Says what is installed.
        trial: Gives packages that the database itself calls vulnerable, to see that grype looks.
        cataloguer: Runs syft over source trees.
        scratch: Lends a folder.
        cache: Keeps reports by what they depend on.
        keys: Gives the keys that VEX may be signed with.
    """

    scanner: Scanner
    database: Callable[[], Database]
    trial: Callable[[Path], tuple[Package, str] | None]
    cataloguer: Cataloguer
    scratch: Callable[[], AbstractContextManager[Path]]
    cache: Cache | None = None
    keys: Callable[[Part], tuple[PublicKey, ...]] = lambda _part: ()
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"image", "sbom", "code"})
    reads: tuple[type[Fact], ...] = (Component, Distribution, Catalogue)
    yields: tuple[type[Fact], ...] = (
        Searched,
        KnownVulnerability,
        VulnerabilityDatabase,
        Exploitability,
        SupportTerm,
    )

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        """Yield what was searched, what was found, and by name what no database speaks of."""
        now = _now(known)
        has_document = any(system.of("sbom"))
        for part in system.of("sbom", "image", "code"):
            if part.kind == "image" and has_document:
                continue  # the document speaks for it
            yield from (_Tree if part.kind == "code" else _Look)(self, part, known, now).all()


def _now(known: Facts) -> datetime:
    started = next(iter(known.of(RunStarted)), None)
    return datetime.fromisoformat(started.at) if started else datetime.now(UTC)


@dataclass
class _Look:
    """One part."""

    stage: VulnerabilityStage
    part: Part
    known: Facts
    now: datetime
    judged: int = 0
    rest: list[str] = field(default_factory=list)

    def all(self) -> Iterator[object]:
        """Yield everything on this part."""
        try:
            inventory, file = self._inventory()
        except (SbomError, OSError) as problem:
            detail = problem.strerror or str(problem) if isinstance(problem, OSError) else str(problem)
            for kind in (Searched, SupportTerm):
                yield self._gap(kind, "", reasons.CANNOT_BE_READ, detail, say("vuln.remedy.sbom"))
            yield from self._statements((), {}, None)
            return
        yield from self._lost()
        yield from self._terms(inventory)
        if not inventory.packages:
            yield from self._empty(inventory)
            yield from self._statements((), {}, inventory)
            return
        installed = self.stage.database()
        if installed.contents is None:
            reason = reasons.INTEGRITY if installed.problem else reasons.NO_DATABASE
            detail = installed.problem or f"there is none in {installed.folder}"
            yield self._gap(Searched, "", reason, detail, say("vuln.remedy.database"))
            self.rest = [each.subject for each in inventory.packages]
            yield from self._coverage(len(inventory.packages))
            yield from self._statements((), {}, inventory)
            return
        yield self._database(installed, installed.contents)
        found: list[KnownVulnerability] = []
        for item in self._searched(inventory, installed, installed.contents, file):
            if isinstance(item, KnownVulnerability):
                found.append(item)
            else:
                yield item
        yield from self._coverage(len(inventory.packages))
        by_subject = {each.subject: each for each in inventory.packages}
        yield from self._statements(found, by_subject, inventory)

    # --- what is there

    def _inventory(self) -> tuple[Inventory, str]:
        """Return the packages of the part, and the file that they are told by.

        Raises:
            SbomError: The document cannot be read as an SBOM.
            OSError: It cannot be read at all.
        """
        if self.part.kind == "sbom":
            return packages.read(_unwrapped(_bytes(self.part.path, SBOM_LIMIT_BYTES))), self.part.path.name
        for artefact in self.known.artefacts:
            if artefact.part == self.part.argument and artefact.name.endswith(".syft.json") and artefact.file:
                return packages.read(_bytes(Path(artefact.file), SBOM_LIMIT_BYTES)), ""
        return self._catalogued(), ""

    def _catalogued(self) -> Inventory:
        """Return what the stage ``sbom`` catalogued."""
        own = self.part.argument
        said = next((each for each in self.known.of(Distribution) if each.origin.part == own), None)
        distribution = (
            packages.distribution_of(said.id, said.version, said.name, said.codename) if said is not None else NOWHERE
        )
        found = [
            packages.package_of(
                ref=each.ref or each.subject,
                name=each.name,
                version=each.version,
                purl=each.purl,
                kind=each.type,
                distribution=distribution,
            )
            for each in self.known.of(Component)
            if each.origin.part == own
        ]
        facts = [each for each in self.known.of(Component) if each.origin.part == own]
        rows = tuple(
            replace(
                package,
                upstream=package.upstream or fact.upstream,
                upstream_version=package.upstream_version or fact.upstream_version,
                locations=fact.locations,
                layer=fact.layer,
                cpes=fact.cpes,
            )
            for package, fact in zip(found, facts, strict=True)
            if package is not None
        )
        digests = tuple(each.subject for each in self.known.of(Catalogue) if each.origin.part == own)
        return Inventory(packages=rows, distribution=distribution, products=digests, format="catalogue")

    def _lost(self) -> Iterator[Gap]:
        """Yield a gap for what the stage ``sbom`` could not catalogue of an image: nobody looked for it."""
        if self.part.kind != "image":
            return
        for gap in self.known.gaps:
            if gap.target == self.part.argument and gap.kind in {Catalogue.__name__, Component.__name__}:
                yield self._gap(
                    Searched,
                    gap.subject or self.part.argument,
                    gap.reason,
                    f"not catalogued: {gap.detail}",
                    say("vuln.remedy.catalogue"),
                    tool=gap.tool,
                )

    def _empty(self, inventory: Inventory) -> Iterator[object]:
        if self.part.kind == "sbom":
            detail = f"the document ({inventory.format}) names no package"
            yield self._gap(Searched, "", reasons.NOTHING_TO_LOOK_AT, detail, say("vuln.remedy.sbom"))
            return
        proven = [
            each for each in self.known.of(Catalogue) if each.origin.part == self.part.argument and each.is_empty_proven
        ]
        if not proven and not any(self._lost()):
            yield self._gap(
                Searched, "", reasons.NOTHING_TO_LOOK_AT, "no package was catalogued", say("vuln.remedy.catalogue")
            )

    def _terms(self, inventory: Inventory) -> Iterator[object]:
        if self.part.kind != "sbom":
            return  # of an image the stage ``image`` says it
        distributions = {each.distribution for each in inventory.packages if each.type in SYSTEM_TYPES}
        if inventory.distribution.id:
            distributions.add(inventory.distribution)
        for each in sorted(distributions, key=lambda one: one.title):
            term = support_terms(each)
            if term is not None:
                yield SupportTerm(subject=each.title, origin=self._origin(), ends=term.ends, source=term.source)
            elif each.id:
                detail = f"no end of life of {each.title} is known here"
                yield self._gap(
                    SupportTerm,
                    each.title,
                    reasons.NOT_FOUND,
                    detail,
                    say("vuln.remedy.term"),
                    kind_of=GapClass.MISSING,
                )

    # --- the database

    def _database(self, installed: Database, held: Contents) -> VulnerabilityDatabase:
        return VulnerabilityDatabase(
            subject=f"sha256:{installed.digest}" if installed.digest else "database",
            origin=self._origin(),
            built=held.built.isoformat(timespec="seconds"),
            schema=held.schema,
            providers=tuple(
                f"{each.name} {each.captured[:10]}"
                + (f" (as said; last change {each.changed})" if each.changed else "")
                for each in held.providers
            ),
            signed_by=installed.signed_by,
            replaced=installed.replaced,
            source=installed.source,
        )

    def _trouble(self, group: Group, held: Contents) -> tuple[reasons.Reason, str, Text] | None:
        """Return why the absence of a match proves nothing: reason, detail, remedy; None if it does not."""
        if held.built > self.now + CLOCK_SLACK:
            detail = f"{group.title}: the database says it was built {held.built:%Y-%m-%d}, after today"
            return reasons.DATABASE_FROM_THE_FUTURE, detail, say("vuln.remedy.clock")
        limit = timedelta(days=AGE_LIMIT_DAYS)
        if self.now - held.built > limit:
            age = (self.now - held.built).days
            detail = f"{group.title}: the database was built {held.built:%Y-%m-%d}, {age} days ago"
            return reasons.DATABASE_TOO_OLD, detail, say("vuln.remedy.newer", days=AGE_LIMIT_DAYS)
        captured = [
            when
            for each in held.providers
            if each.name in group.providers and (when := exploitability.moment(each.captured)) is not None
        ]
        if captured and self.now - max(captured) > limit:
            age = (self.now - max(captured)).days
            detail = f"{group.title}: its feed was fetched {max(captured):%Y-%m-%d}, {age} days ago"
            return reasons.DATABASE_TOO_OLD, detail, say("vuln.remedy.newer", days=AGE_LIMIT_DAYS)
        if not group.is_certain:
            rows = ", ".join(each.version for each in group.systems)
            detail = f"{group.title}: rows for {rows}, the service pack is not said"
            return reasons.RELEASE_NOT_KNOWN, detail, say("vuln.remedy.feed")
        return None

    # --- the search

    def _searched(self, inventory: Inventory, installed: Database, held: Contents, file: str) -> Iterator[object]:
        found = groups(inventory.packages, held)
        with suppress(ToolError):
            if any(group.rows and group.is_for_grype for group in found):
                yield self.stage.scanner.use()
        for distribution, asked in by_distribution([group for group in found if group.rows and group.is_for_grype]):
            yield from self._by_grype(asked, distribution or NOWHERE, installed, held, file)
        for group in found:
            if not group.rows:
                yield self._without_data(group)
            elif not group.is_for_grype:
                yield from self._by_order(group, installed, held, file)

    def _without_data(self, group: Group) -> Gap:
        names = sorted({each.shown for each in group.packages})
        shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        self.rest.extend(each.subject for each in group.packages)
        return self._gap(
            Searched,
            group.title,
            reasons.NO_ADVISORIES_FOR_IT,
            f"the database has no row for {group.title}: {len(group.packages)} packages ({shown})",
            say("vuln.remedy.feed"),
        )

    def _orderable(self, group: Group) -> Iterator[Package | Gap]:
        """Yield the packages that can be compared, and a gap for each other one."""
        lost = 0
        for package in group.packages:
            is_named = package.type != "java-archive" or ":" in package.name
            if package.is_ordered and is_named:
                yield package
                continue
            lost += 1
            self.rest.append(package.subject)
            if lost <= UNCLEAR_LIMIT and not is_named:
                detail = "it has no group, and advisories name packages of Maven by group and artifact"
                yield self._gap(Searched, package.subject, reasons.INCOMPLETE_NAME, detail, say("vuln.remedy.group"))
            elif lost <= UNCLEAR_LIMIT:
                detail = f"its version {package.version[:60]!r} cannot be compared with those of advisories"
                yield self._gap(Searched, package.subject, reasons.UNKNOWN_VERSION, detail, say("vuln.remedy.version"))
        if lost > UNCLEAR_LIMIT:
            detail = f"{lost - UNCLEAR_LIMIT} more packages of {group.title} have versions that cannot be compared"
            yield self._gap(Searched, group.title, reasons.UNKNOWN_VERSION, detail, say("vuln.remedy.version"))

    def _by_grype(
        self, asked: list[Group], distribution: packages.Distribution, installed: Database, held: Contents, file: str
    ) -> Iterator[object]:
        given: list[Package] = []
        group_of: dict[str, Group] = {}
        for group in asked:
            for item in self._orderable(group):
                if isinstance(item, Gap):
                    yield item
                else:
                    given.append(item)
                    group_of[item.subject] = group
        yield Progress(doing="grype", done=0, total=len(given))
        canary = self.stage.trial(installed.file)
        extra = (replace(canary[0], subject=_CANARY, ref=_CANARY),) if canary else ()
        sbom = packages.syft_json((*given, *extra), distribution)
        try:
            tool, data, is_kept = self._report(sbom, installed)
            report = _checked(data, tool, held, (_CANARY, canary[1]) if canary else None)
        except (ToolError, ValueError) as problem:
            reason = problem.reason if isinstance(problem, ToolError) else reasons.UNREADABLE_REPORT
            tool = problem.tool if isinstance(problem, ToolError) else ""
            is_missing = isinstance(problem, ToolMissing)
            for group in asked:
                self.rest.extend(each.subject for each in group.packages)
                detail = getattr(problem, "detail", "") or str(problem)
                yield self._gap(
                    Searched,
                    group.title,
                    reasons.NOT_INSTALLED if is_missing else reason,
                    f"{group.title}: {detail}",
                    say("vuln.remedy.tool"),
                    tool=tool,
                )
            return
        yield Tally(reused=len(given) if is_kept else 0, observed=0 if is_kept else len(given))
        capture = Capture(data=data, media_type="application/json", tool=tool)
        yield capture
        by_package: dict[str, list[tuple[int, Match]]] = defaultdict(list)
        for number, match in enumerate(report.matches):
            if match.package in group_of:
                by_package[match.package].append((number, match))
        origin = self._origin(capture.digest)
        dates = self._dates(installed, report.matches)
        by_subject = {each.subject: each for each in given}
        for subject, matches in sorted(by_package.items()):
            yield from self._found(by_subject[subject], matches, group_of[subject], origin, dates, file)
        for group in asked:
            yield self._done(group, held, origin, sum(1 for each in given if group_of[each.subject] is group))

    def _report(self, sbom: bytes, installed: Database) -> tuple[str, bytes, bool]:
        """Return the tool, grype's report, and whether an earlier one was used again.

        Raises:
            ToolError: There is none.
        """
        tool = self.stage.scanner.version()
        key = ""
        if self.stage.cache is not None and installed.digest:
            key = digest_of("grype/1", self.stage.scanner.use().digest, installed.digest, sha256(sbom))
            if kept := self.stage.cache.get_many([key]).get(key):
                return tool, kept, True
        data = self.stage.scanner.scan(sbom, installed.folder)
        if key and self.stage.cache is not None:
            self.stage.cache.put_many({key: data})
        return tool, data, False

    @staticmethod
    def _dates(installed: Database, matches: Iterable[Match]) -> dict[str, str]:
        ids = sorted({match.id for match in matches})
        try:
            return grype_database.published(installed.file, ids)
        except DatabaseError:
            return {}  # how long a vulnerability is known is then said to be unknown

    def _by_order(self, group: Group, installed: Database, held: Contents, file: str) -> Iterator[object]:
        """Match the packages of a distribution that grype does not know, by the order of its own packages."""
        given: list[Package] = []
        for item in self._orderable(group):
            if isinstance(item, Gap):
                yield item
            else:
                given.append(item)
        matched = matching.Matched()
        try:
            for kind in sorted({each.type for each in given}):
                own = [each for each in given if each.type == kind]
                rows = grype_database.rows_of(
                    installed.file, [each.key for each in group.systems], matching.names_of(own), kind
                )
                part = matching.match(own, rows)
                matched.matches += part.matches
                matched.unclear |= part.unclear
            threats = grype_database.threats(
                installed.file, sorted({cve for each in matched.matches for cve in (each.id, *each.aliases)})
            )
            dates = grype_database.published(installed.file, sorted({each.id for each in matched.matches}))
        except DatabaseError as problem:
            self.rest.extend(each.subject for each in group.packages)
            yield self._gap(Searched, group.title, reasons.INTEGRITY, str(problem), say("vuln.remedy.database"))
            return
        for subject, why in sorted(matched.unclear.items()):
            self.rest.append(subject)
            yield self._gap(Searched, subject, reasons.UNKNOWN_VERSION, why, say("vuln.remedy.stream"))
        by_package: dict[str, list[tuple[int, Match]]] = defaultdict(list)
        for number, match in enumerate(matched.matches):
            by_package[match.package].append((number, _threatened(match, threats)))
        by_subject = {each.subject: each for each in given}
        for subject, matches in sorted(by_package.items()):
            yield from self._found(by_subject[subject], matches, group, self._origin(), dates, file)
        yield self._done(group, held, self._origin(), len(given) - len(matched.unclear))

    def _done(self, group: Group, held: Contents, origin: Origin, count: int) -> object:
        """Return that a group was searched, or why the absence of a match proves nothing in it."""
        if trouble := self._trouble(group, held):
            self.rest.extend(each.subject for each in group.packages)
            reason, detail, remedy = trouble
            return self._gap(Searched, group.title, reason, detail, remedy)
        self.judged += count
        built = held.built.isoformat(timespec="seconds")
        return Searched(
            subject=group.title, origin=origin, packages=count, built=built, said=_young_by_word(group, held)
        )

    def _found(
        self,
        package: Package,
        matches: list[tuple[int, Match]],
        group: Group,
        origin: Origin,
        dates: dict[str, str],
        file: str,
    ) -> Iterator[KnownVulnerability]:
        """Yield what advisories say of a package: those that speak of the same vulnerability as one."""
        for numbered in _same(matches):
            number, first = numbered[0]
            every = [match for _number, match in numbered]
            identity, aliases = _named(every)
            score, vector, severity = _worst(every)
            fix_state, versions = _fix(every)
            known = sorted(day for each in every for day in ((dates.get(each.id, "") or "")[:10], each.fixed_on) if day)
            is_exact = any(each.is_exact for each in every)
            place = file or (package.locations[0] if package.locations else None)
            yield KnownVulnerability(
                subject=package.subject,
                origin=Origin(
                    part=origin.part,
                    capture=origin.capture,
                    pointer=f"/matches/{number}" if origin.capture else "",
                    file=place,
                    line=self._line(package, place),
                ),
                kind=group.title,
                name=package.shown,
                version=package.version,
                type=package.type,
                purl=package.purl,
                upstream=package.upstream if all(each.is_indirect for each in every) else "",
                id=identity,
                aliases=aliases,
                severity=severity,
                score=f"{score:.1f}" if score is not None else "",
                vector=vector,
                fix_state=fix_state,
                fix_versions=versions,
                known_since=known[0] if known else "",
                exploited_since=min((each.exploited for each in every if each.exploited), default=""),
                epss=max((f"{each.epss:.5f}" for each in every if each.epss is not None), default=""),
                confidence="low" if not is_exact or not group.is_certain else "high",
                how="cpe" if not is_exact else "" if group.is_certain else "release",
                paths=package.locations,
                layer=package.layer,
                is_development=package.is_development,
                source=first.source,
                url=first.url,
            )

    def _line(self, package: Package, place: str | None) -> int | None:
        """Return the line that names a package, where it is known."""
        del package, place
        return None

    # --- numbers and statements

    def _coverage(self, count: int) -> Iterator[Measure]:
        rest = tuple(sorted(set(self.rest)))
        yield Measure(
            subject=self.part.argument,
            origin=self._origin(),
            id="vulnerabilities.judged",
            stage=STAGE,
            value=(count - len(rest), count),
            items=rest,
        )

    def _statements(
        self, found: Sequence[KnownVulnerability], by_subject: dict[str, Package], inventory: Inventory | None
    ) -> Iterator[object]:
        documents: list[Document] = []
        for path in self._given():
            try:
                data = _bytes(path, VEX_LIMIT_BYTES)
                documents.append(self._opened(path.name, data))
            except (VexError, OSError) as problem:
                detail = problem.strerror or "" if isinstance(problem, OSError) else str(problem)
                yield self._gap(
                    Exploitability, path.name, reasons.CANNOT_BE_READ, f"{path.name}: {detail}", say("vuln.remedy.vex")
                )
        own = self.part.argument
        applied: Applied = apply(
            documents,
            found,
            by_subject,
            inventory.products if inventory else (),
            own,
            self.now,
            is_sbom_seen=any(each.is_declared and each.origin.part == own for each in self.known.of(Component)),
        )
        yield from applied.vulnerabilities
        yield from applied.statements

    def _given(self) -> Iterator[Path]:
        from pathlib import Path  # noqa: PLC0415

        said: Any = self.part.options.get("vex")
        for each in said if isinstance(said, list | tuple) else ():
            yield Path(self.part.base, str(each))

    def _opened(self, name: str, data: bytes) -> Document:
        """Return a document; one that is signed has to be signed by a key that is trusted.

        Raises:
            VexError: It is none.
        """
        if not dsse.is_envelope(data):
            return Document(name=name, vex=exploitability.read(data), is_trusted=True)
        try:
            envelope = dsse.parse(data)
        except dsse.DsseError as problem:
            raise VexError(str(problem)) from problem
        is_trusted = any(
            key.verifies(envelope.signed, each.signature)
            for key in self.stage.keys(self.part)
            for each in envelope.signatures
        )
        try:
            vex = exploitability.read(dsse.inner(envelope))
        except dsse.DsseError as problem:
            raise VexError(str(problem)) from problem
        return Document(name=name, vex=vex, is_trusted=is_trusted)

    def _origin(self, capture: str | None = None) -> Origin:
        return Origin(part=self.part.argument, capture=capture)

    def _gap(
        self,
        kind: type[Fact],
        subject: str,
        reason: reasons.Reason,
        detail: str,
        remedy: Text,
        *,
        tool: str = "",
        kind_of: GapClass = GapClass.LOST,
    ) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.part.argument,
            kind=kind.__name__,
            subject=subject,
            reason=reason,
            detail=detail[:600],
            tool=tool,
            remedy=remedy,
            gap_class=kind_of,
        )


@dataclass
class _Tree(_Look):
    """A source tree: its lock files, and what it declares that nothing pins."""

    paths: tuple[str, ...] = ()

    def all(self) -> Iterator[object]:
        """Yield what is known of the dependencies; nothing where the tree declares none."""
        root = self.part.path
        self.paths = manifests.found_in(root) if root.is_dir() else ()
        if not self.paths:
            return
        if self.stage.database().contents is None and not self.stage.database().problem:
            detail = f"{len(self.paths)} files declare dependencies, and there is no database"
            yield self._gap(
                Searched, "", reasons.NO_DATABASE, detail, say("vuln.remedy.database"), kind_of=GapClass.MISSING
            )
            yield from self._statements((), {}, None)
            return
        try:
            yield self.stage.cataloguer.use()
            yield from super().all()
        except ToolError as problem:
            reason = reasons.NOT_INSTALLED if isinstance(problem, ToolMissing) else problem.reason
            yield self._gap(Searched, "", reason, problem.detail, say("vuln.remedy.catalogue"), tool=problem.tool)
            yield from self._statements((), {}, None)

    def _inventory(self) -> tuple[Inventory, str]:
        with self.stage.scratch() as folder:
            (folder / "work").mkdir()
            data = self.stage.cataloguer.scan(
                f"dir:{self.part.path.resolve()}", folder / "work", name="tree", is_image=False
            )
        return packages.read(data), ""

    def _lost(self) -> Iterator[Gap]:
        return iter(())

    def _empty(self, inventory: Inventory) -> Iterator[object]:
        yield from self._undeclared(inventory)

    def _undeclared(self, inventory: Inventory) -> Iterator[Gap]:
        given = frozenset(path for each in inventory.packages for path in each.locations)
        for path, kind, names in manifests.unpinned(self.part.path, self.paths, given):
            shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            yield self._gap(
                Searched,
                path,
                reasons.VERSIONS_NOT_PINNED,
                f"{path} declares {kind} dependencies without versions: {len(names)} ({shown})",
                say("vuln.remedy.lock"),
            )

    def _searched(self, inventory: Inventory, installed: Database, held: Contents, file: str) -> Iterator[object]:
        yield from self._undeclared(inventory)
        yield from super()._searched(inventory, installed, held, file)

    def _line(self, package: Package, place: str | None) -> int | None:
        return manifests.line_of(self.part.path, place, package.shown) if place else None


def _young_by_word(group: Group, held: Contents) -> tuple[str, ...]:
    """Return the feeds of a group that would be too old by their last change, and are not because a person says so."""
    found = []
    for each in held.providers:
        said, changed = exploitability.moment(each.captured), exploitability.moment(each.changed)
        if each.name not in group.providers or not each.changed or said is None:
            continue
        if changed is None or said - changed > timedelta(days=AGE_LIMIT_DAYS):
            found.append(f"{each.name} {each.captured[:10]} ({each.changed})")
    return tuple(found)


def _checked(data: bytes, tool: str, held: Contents, canary: tuple[str, str] | None) -> grype.Report:
    """Return a report of the grype and the database that were asked, which found what is known to be there.

    Raises:
        ValueError: It is not.
    """
    report = grype.read(data)
    if report.version != tool.rpartition(" ")[2]:
        message = f"written by grype {report.version} (expected {tool})"
        raise ValueError(message)
    if report.schema.lstrip("v").partition(".")[0] != str(grype_database.MODEL):
        message = f"it read a database of schema {report.schema} (expected {grype_database.MODEL})"
        raise ValueError(message)
    built = exploitability.moment(report.built)
    if built is None or abs(built - held.built) > timedelta(seconds=1):
        message = f"it read a database built {report.built} (expected {held.built.isoformat()})"
        raise ValueError(message)
    if canary and canary not in {(match.package, match.id) for match in report.matches}:
        message = f"grype did not find {canary[1]} in a package that has it: it did not look"
        raise ValueError(message)
    return report


def _same(matches: list[tuple[int, Match]]) -> Iterator[list[tuple[int, Match]]]:
    """Yield matches of one package by vulnerability: one advisory names the other, or both name the same CVE.

    Advisories that are named by different CVEs are never the same, whatever notice they stand in.
    """
    sets: list[tuple[set[str], list[tuple[int, Match]]]] = []
    for number, match in sorted(matches, key=lambda pair: (not pair[1].id.startswith("CVE-"), pair[1].id, pair[0])):
        own = {match.id, *(alias for alias in match.aliases if alias.startswith(("CVE-", "GHSA-", "PYSEC-")))}
        fitting = [each for each in sets if not each[0].isdisjoint(own) and not _apart(each[1], match)]
        if not fitting:
            sets.append((own, [(number, match)]))
            continue
        first, *others = fitting
        first[0].update(own)
        first[1].append((number, match))
        for other in others:
            if not any(_apart(first[1], inner) for _number, inner in other[1]):
                first[0].update(other[0])
                first[1].extend(other[1])
                sets.remove(other)
    for _ids, found in sets:
        yield sorted(found, key=lambda pair: (_rank(pair[1].id), pair[1].id, pair[0]))


def _apart(found: list[tuple[int, Match]], match: Match) -> bool:
    return match.id.startswith("CVE-") and any(
        other.id.startswith("CVE-") and other.id != match.id for _number, other in found
    )


def _rank(identity: str) -> int:
    return next((n for n, prefix in enumerate(("CVE-", "GHSA-", "PYSEC-")) if identity.startswith(prefix)), 3)


def _named(every: list[Match]) -> tuple[str, tuple[str, ...]]:
    identity = min((each.id for each in every), key=lambda one: (_rank(one), one))
    names = {name for each in every for name in (each.id, *each.aliases)} - {identity}
    return identity, tuple(sorted(names))


def _worst(every: list[Match]) -> tuple[float | None, str, str]:
    """Return score, vector and severity: CVSS 4 before 3.1 before 3.0 before 2; the word where there is no score."""
    scores = sorted((row for each in every for row in each.scores if row[2] >= 0), reverse=True)
    words = sorted((each.severity for each in every), key=_WORDS.index) if every else []
    word = next((one for one in words if one != "unknown"), "unknown")
    if not scores:
        return None, "", {"negligible": "low"}.get(word, word)
    version = scores[0][0]
    _version, vector, score = max((row for row in scores if row[0] == version), key=lambda row: row[2])
    return score, vector, cvss.word(score)


_WORDS: Final = ("critical", "high", "medium", "low", "negligible", "unknown")


def _fix(every: list[Match]) -> tuple[str, tuple[str, ...]]:
    states = {each.fix_state or "unknown" for each in every}
    suggested = [each.suggested for each in every if each.suggested]
    versions = dict.fromkeys((*suggested, *(version for each in every for version in each.fix_versions)))
    state = next((one for one in ("fixed", "wont-fix", "not-fixed") if one in states), "unknown")
    return state, tuple(versions)


def _threatened(match: Match, threats: dict[str, tuple[str, str, float | None]]) -> Match:
    rows = [threats[name] for name in (match.id, *match.aliases) if name in threats]
    return grype.with_threats(
        match,
        exploited=min((row[0] for row in rows if row[0]), default=""),
        due=min((row[1] for row in rows if row[1]), default=""),
        epss=max((row[2] for row in rows if row[2] is not None), default=None),
    )


def _bytes(path: Path, limit: int) -> bytes:
    if not path.is_file():
        message = "it is no regular file" if path.exists() else "it is not there"
        raise SbomError(message)
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        message = f"it is larger than {limit >> 20} MiB"
        raise SbomError(message)
    return data


def _unwrapped(data: bytes) -> bytes:
    """Return the document inside a signed envelope; whether the signature is good is for the stage ``sbom`` to say."""
    if not dsse.is_envelope(data):
        return data
    try:
        return dsse.inner(dsse.parse(data))
    except dsse.DsseError as problem:
        raise SbomError(str(problem)) from problem
