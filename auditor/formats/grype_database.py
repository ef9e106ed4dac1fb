"""The SQLite database that grype reads (schema 6): written from advisories, and read back without trust.

Facts of the schema: scan-tools.md §4.4. The same advisories and the same time give the same bytes.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from auditor.formats.advisories import Advisory, Affected, Release

MODEL: Final = 6
REVISION: Final = 1
ADDITION: Final = 9
# ! autoincrement id   * not null   @ datetime   # real   % integer   & numeric   + part of text key   >t foreign key
_TABLES: Final = {
    "blobs": "id! value*",
    "db_metadata": "build_timestamp@* model%* revision%* addition%*",
    "providers": "id+ version processor date_captured@ input_digest",
    "vulnerability_handles": "id! name* status* published_date@ modified_date@ withdrawn_date@ "
    "provider_id*>providers blob_id%",
    "vulnerability_aliases": "name+ alias+*",
    "packages": "id! ecosystem name",
    "operating_systems": "id! name release_id major_version minor_version label_version codename channel eol_date@ "
    "eoas_date@",
    "affected_package_handles": "id! vulnerability_id%*>vulnerability_handles operating_system_id%>operating_systems "
    "package_id%>packages blob_id%",
    "unaffected_package_handles": "id! vulnerability_id%*>vulnerability_handles "
    "operating_system_id%>operating_systems package_id%>packages blob_id%",
    "cpes": "id! part* vendor product* edition language software_edition target_hardware target_software other",
    "package_cpes": "cpe_id%+>cpes package_id%+>packages",
    "affected_cpe_handles": "id! vulnerability_id%*>vulnerability_handles cpe_id%>cpes blob_id%",
    "unaffected_cpe_handles": "id! vulnerability_id%*>vulnerability_handles cpe_id%>cpes blob_id%",
    "package_specifier_overrides": "ecosystem+ replacement_ecosystem+",
    "operating_system_specifier_overrides": "alias+ version+ version_pattern+ codename channel replacement+ "
    "replacement_major_version+ replacement_minor_version+ replacement_label_version+ replacement_channel+ rolling&+ "
    "applicable_client_db_schemas",
    "architecture_aliases": "alias+ canonical*",
    "known_exploited_vulnerability_handles": "id! cve* blob_id%",
    "epss_handles": "id! cve* epss#* percentile#*",
    "epss_metadata": "date@*",
    "cwe_handles": "id! cve* cwe* source type",
}
_TYPES: Final = {"@": "datetime", "#": "real", "%": "integer", "&": "numeric"}
REQUIRED_TABLES: Final = frozenset(
    {
        "blobs",
        "db_metadata",
        "providers",
        "vulnerability_handles",
        "packages",
        "operating_systems",
        "affected_package_handles",
    }
)
CODENAMES: Final = {
    ("debian", "8"): "jessie",
    ("debian", "9"): "stretch",
    ("debian", "10"): "buster",
    ("debian", "11"): "bullseye",
    ("debian", "12"): "bookworm",
    ("debian", "13"): "trixie",
    ("debian", "14"): "forky",
    ("ubuntu", "18.04"): "bionic",
    ("ubuntu", "20.04"): "focal",
    ("ubuntu", "22.04"): "jammy",
    ("ubuntu", "24.04"): "noble",
    ("ubuntu", "26.04"): "resolute",
}
"""grype finds no row of an operating system that should have a codename and has none."""
_GRYPE_NAMES: Final = {
    "rhel": "redhat",
    "ol": "oraclelinux",
    "amzn": "amazonlinux",
    "rocky": "rockylinux",
    "opensuse-leap": "opensuse-leap",
}
_WORDS: Final = frozenset({"critical", "high", "medium", "low", "negligible"})


class DatabaseError(ValueError):
    """A file that is no database of this schema, or not a sound one; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A feed that a database was built from.

    Attributes:
        name: As it stands in namespaces.
        captured: When it was fetched, ISO 8601.
        digest: Digest of it.
        changed: Day of its last change, where a person said how old the feed is (`--built`, `--fetched`); else empty.
    """

    name: str
    captured: str
    digest: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownExploited:
    """A vulnerability that is exploited, as CISA's catalogue has it.

    Attributes:
        cve: Its id.
        added: Day on which it came to the catalogue.
        due: Day by which agencies have to act; may be empty.
        ransomware: ``Known`` or ``Unknown``.
    """

    cve: str
    added: str
    due: str
    ransomware: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probability:
    """How likely a vulnerability is exploited in the next 30 days (EPSS).

    Attributes:
        cve: Its id.
        epss: From 0 to 1.
        percentile: From 0 to 1.
    """

    cve: str
    epss: float
    percentile: float


def _ddl(table: str, columns: str) -> str:
    rows, keys, references = [], [], []
    for column in columns.split():
        name = re.match(r"\w+", column)[0]  # type: ignore[index]
        flags, _mark, other = column[len(name) :].partition(">")
        kind = "integer PRIMARY KEY AUTOINCREMENT" if "!" in flags else "text"
        kind = next((word for mark, word in _TYPES.items() if mark in flags), kind)
        rows.append(f"`{name}` {kind}" + " NOT NULL" * ("*" in flags))
        if "+" in flags:
            keys.append(f"`{name}`")
        if other:
            references.append(f"CONSTRAINT `fk_{table}_{name[:-3]}` FOREIGN KEY (`{name}`) REFERENCES `{other}`(`id`)")
    primary = [f"PRIMARY KEY ({','.join(keys)})"] if keys else []
    return f"CREATE TABLE `{table}` ({','.join((*rows, *primary, *references))})"


def moment(text: str) -> str | None:
    """Return a time as the database holds it, in UTC; None for what is no time."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return zoned.strftime("%Y-%m-%d %H:%M:%S+00:00")


class _Blobs:
    """Values of the table ``blobs``: equal ones share a row."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.ids: dict[bytes, int] = {}

    def add(self, value: object) -> int:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        key = data if len(data) < 32 else _short(data)  # noqa: PLR2004 - length of the digest
        if key not in self.ids:
            self.ids[key] = len(self.ids) + 1
            self.database.execute("INSERT INTO blobs VALUES (?, ?)", (self.ids[key], data.decode()))
        return self.ids[key]


def _short(data: bytes) -> bytes:
    import hashlib  # noqa: PLC0415

    return hashlib.blake2b(data, digest_size=20).digest()


def write(
    path: Path,
    advisories: Iterable[Advisory],
    *,
    built: datetime,
    providers: Sequence[Provider],
    exploited: Sequence[KnownExploited] = (),
    probabilities: Sequence[Probability] = (),
    scored: str = "",
) -> tuple[int, int]:
    """Write a database and return how many advisories and affected packages it holds.

    Args:
        path: File that is not there yet.
        advisories: Sorted, each id of a source once.
        built: Time of the build.
        providers: One for each source of the advisories.
        exploited: Entries of the catalogue of exploited vulnerabilities.
        probabilities: EPSS.
        scored: Day of these.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA page_size = 4096")
        database.execute("PRAGMA encoding = 'UTF-8'")
        database.execute("BEGIN")
        for table, columns in sorted(_TABLES.items()):
            database.execute(_ddl(table, columns))
        stamp = built.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")
        database.execute("INSERT INTO db_metadata VALUES (?, ?, ?, ?)", (stamp, MODEL, REVISION, ADDITION))
        database.execute("INSERT INTO epss_metadata VALUES (?)", (moment(scored) or stamp,))
        for each in sorted(providers, key=lambda one: one.name):
            # the column is free text of whoever built the database: a word that was given has to travel with it
            maker = f"auditor, as said; last change {each.changed}" if each.changed else "auditor"
            row = (each.name, "1", maker, moment(each.captured) or stamp, each.digest)
            database.execute("INSERT INTO providers VALUES (?, ?, ?, ?, ?)", row)
        writer = _Writer(database)
        counts = writer.all(advisories)
        for number, listed in enumerate(sorted(exploited, key=lambda one: one.cve), 1):
            value: dict[str, object] = {
                "cve": listed.cve,
                "date_added": moment(listed.added),
                "due_date": moment(listed.due),
                "known_ransomware_campaign_use": listed.ransomware.lower(),
            }
            value = {name: _zoned(one) for name, one in value.items() if one}
            database.execute(
                "INSERT INTO known_exploited_vulnerability_handles VALUES (?, ?, ?)",
                (number, listed.cve, writer.blobs.add(value)),
            )
        database.executemany(
            "INSERT INTO epss_handles VALUES (?, ?, ?, ?)",
            (
                (number, one.cve, one.epss, one.percentile)
                for number, one in enumerate(sorted(probabilities, key=lambda one: one.cve), 1)
            ),
        )
        database.execute("COMMIT")
        database.execute("VACUUM")
        for pragma in ("integrity_check", "foreign_key_check"):
            found = database.execute(f"PRAGMA {pragma}").fetchall()
            if found not in ([], [("ok",)]):
                message = f"the database that was written is not sound: {pragma}: {found[0]}"
                raise DatabaseError(message)
    return counts


def _zoned(value: object) -> object:
    """Return a time in the form that Go reads."""
    is_time = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00", value)
    return str(value).replace(" ", "T").replace("+00:00", "Z") if is_time else value


class _Writer:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.blobs = _Blobs(database)
        self.packages: dict[tuple[str, str], int] = {}
        self.systems: dict[Release, int] = {}
        self.affected = 0

    def all(self, advisories: Iterable[Advisory]) -> tuple[int, int]:
        count = 0
        for count, each in enumerate(advisories, 1):
            self._one(count, each)
        return count, self.affected

    def _one(self, number: int, each: Advisory) -> None:
        value = {
            "id": each.id,
            "description": each.description,
            "refs": [{"url": url} for url in each.urls],
            "aliases": list(each.aliases),
            "severities": [made for pair in each.severities if (made := _severity(*pair, each.source))],
        }
        self.database.execute(
            "INSERT INTO vulnerability_handles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                each.id,
                "rejected" if each.withdrawn else "active",
                moment(each.published),
                moment(each.modified),
                moment(each.withdrawn),
                each.source,
                self.blobs.add({name: one for name, one in value.items() if one}),
            ),
        )
        self.database.executemany(
            "INSERT OR IGNORE INTO vulnerability_aliases VALUES (?, ?)", ((each.id, alias) for alias in each.aliases)
        )
        for row in each.affected:
            self._row(number, each, row)

    def _row(self, number: int, each: Advisory, row: Affected) -> None:
        kinds = {"python": "python", "maven": "maven"}
        value: dict[str, Any] = {
            "cves": [alias for alias in (each.id, *each.aliases) if alias.startswith("CVE-")],
            "ranges": [
                {
                    "version": {"type": kinds.get(row.order, row.order), "constraint": one.constraint},
                    "fix": {"version": one.fixed, "state": one.state},
                }
                for one in row.ranges
            ],
        }
        if row.module:
            value["qualifiers"] = {"rpm_modularity": row.module}
        elif row.release and row.ecosystem == "rpm":
            value["qualifiers"] = {"rpm_modularity": ""}
        self.affected += 1
        self.database.execute(
            "INSERT INTO affected_package_handles VALUES (?, ?, ?, ?, ?)",
            (
                self.affected,
                number,
                self._system(row.release) if row.release else None,
                self._package(row.ecosystem, row.name),
                self.blobs.add(value),
            ),
        )

    def _package(self, ecosystem: str, name: str) -> int:
        place = (ecosystem, name)
        if place not in self.packages:
            self.packages[place] = len(self.packages) + 1
            self.database.execute("INSERT INTO packages VALUES (?, ?, ?)", (self.packages[place], ecosystem, name))
        return self.packages[place]

    def _system(self, release: Release) -> int:
        if release not in self.systems:
            self.systems[release] = len(self.systems) + 1
            number, _mark, label = release.version.partition("-")
            major, _mark, minor = number.partition(".")
            codename = CODENAMES.get((release.id, release.version), "")
            self.database.execute(
                "INSERT INTO operating_systems VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (
                    self.systems[release],
                    _GRYPE_NAMES.get(release.id, release.id),
                    release.id,
                    major,
                    minor,
                    label,
                    codename,
                    "",
                ),
            )
        return self.systems[release]


def _severity(scheme: str, value: str, source: str) -> dict[str, object] | None:
    if scheme == "word":
        return {"scheme": "CHMLN", "value": value, "source": source, "rank": 2} if value in _WORDS else None
    found = re.match(r"CVSS:(\d\.\d)/", value)
    version = found[1] if found else "2.0" if scheme == "CVSS_V2" else ""
    if not version:
        return None
    return {"scheme": "CVSS", "value": {"vector": value, "version": version}, "source": source, "rank": 1}


# reading: the file may be anybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A release of a distribution that a database has rows for.

    Attributes:
        name: As grype calls it.
        id: ``ID`` of os-release.
        major: First number.
        minor: The others, may be empty.
        label: ``lts-sp3`` and the like, may be empty.
        codename: May be empty.
        rows: How many affected packages.
        key: Its row.
        providers: Feeds that these come from.
    """

    name: str
    id: str
    major: str
    minor: str
    label: str
    codename: str
    rows: int
    key: int
    providers: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """As a feed names it."""
        number = f"{self.major}.{self.minor}" if self.minor else self.major
        return f"{number}-{self.label}" if self.label else number


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database holds data for.

    Attributes:
        built: When it was built, UTC.
        schema: ``6.1.9``.
        providers: Its feeds.
        ecosystems: Rows by type of package, of those that belong to no distribution.
        sources: Feeds of these, by type of package.
        systems: Releases of distributions.
        advisories: How many.
        has_epss: It holds probabilities of exploitation.
        has_kev: It holds known exploited vulnerabilities.
    """

    built: datetime
    schema: str
    providers: tuple[Provider, ...]
    ecosystems: Mapping[str, int]
    sources: Mapping[str, frozenset[str]]
    systems: tuple[System, ...]
    advisories: int
    has_epss: bool
    has_kev: bool


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read it and nothing else; nothing in it is executed.

    Raises:
        DatabaseError: It is no database, or not a sound one.
    """
    place = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        with closing(sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            database.execute("PRAGMA query_only = ON")
            database.execute("PRAGMA mmap_size = 268435456")
            # what a header asks for is not what it gets: it may suggest a cache of two thousand million pages
            database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            database.execute("PRAGMA ignore_check_constraints = ON")  # each is an expression of a stranger's
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_LIMIT_BYTES)
            database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            yield database
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        message = f"{path.name} cannot be read as a database: {error}"
        raise DatabaseError(message) from error


_CACHE_KIB: Final = 65536
_VALUE_LIMIT_BYTES: Final = 64 << 20
"""No description of a vulnerability is as long; SQLite itself allows a thousand million."""
_PLAIN: Final = {
    "table": re.compile(r"CREATE TABLE ", re.IGNORECASE),
    "index": re.compile(r"CREATE (?:UNIQUE )?INDEX ", re.IGNORECASE),
}
"""How what is stored has to begin. SQLite goes by the statement, not by the column ``type`` beside it, which whoever
made the file may have written (``PRAGMA writable_schema``)."""


def check(path: Path, *, quick: bool = True) -> None:
    """Check that a file is a sound database of this schema that holds plain tables and indexes only.

    Raises:
        DatabaseError: It is not.
    """
    with opened(path) as database:
        objects = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        for kind, name, _table, sql in objects:
            if kind not in _PLAIN or not (sql is None or _PLAIN[kind].match(str(sql))):
                shown = _shown(f"{kind} ({name})")
                message = f"it holds a {shown}, and a database of this schema has plain tables and indexes only"
                raise DatabaseError(message)
        tables = {name for kind, name, _table, _sql in objects if kind == "table"}
        _check_parts(database, objects)
        if missing := sorted(REQUIRED_TABLES - tables):
            message = f"it lacks the table {missing[0]}: no database of schema {MODEL}"
            raise DatabaseError(message)
        if quick and (found := database.execute("PRAGMA quick_check(1)").fetchone()) != ("ok",):
            message = f"SQLite finds it damaged: {' '.join(str(found).split())[:200]}"
            raise DatabaseError(message)
        _metadata(database)


def _check_parts(database: sqlite3.Connection, objects: Sequence[tuple[Any, ...]]) -> None:
    """Refuse columns that are worked out at each reading, and indexes over expressions: they are code.

    Raises:
        DatabaseError: There is one.
    """
    for kind, name, _table, _sql in objects:
        if kind == "table":
            rows = database.execute("SELECT 1 FROM pragma_table_xinfo(?) WHERE hidden > 1", (name,))
        else:
            rows = database.execute(
                "SELECT 1 FROM pragma_index_xinfo(?) WHERE cid = -2 OR coll NOT IN ('BINARY', 'NOCASE', 'RTRIM')",
                (name,),
            )
        if rows.fetchone():
            message = f"it holds the {kind} {_shown(str(name))}, which is not made of plain columns"
            raise DatabaseError(message)


def _shown(text: str) -> str:
    """Return a stranger's name as it can be printed."""
    return "".join(each if each.isprintable() else "?" for each in text[:80])


def _metadata(database: sqlite3.Connection) -> tuple[datetime, str]:
    rows = database.execute("SELECT build_timestamp, model, revision, addition FROM db_metadata").fetchall()
    if len(rows) != 1:
        message = f"db_metadata has {len(rows)} rows (expected 1)"
        raise DatabaseError(message)
    built, model, revision, addition = rows[0]
    if model != MODEL:
        message = f"its schema is {model}.{revision}.{addition} (expected {MODEL})"
        raise DatabaseError(message)
    try:
        when = datetime.fromisoformat(str(built).replace(" UTC", ""))
    except ValueError as error:
        message = f"its time of build {str(built)[:40]!r} is no time"
        raise DatabaseError(message) from error
    return (when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)), f"{model}.{revision}.{addition}"


_SAID: Final = re.compile(r"auditor, as said; last change (\d{4}-\d\d-\d\d|unknown)")


def contents(path: Path) -> Contents:
    """Return what a database holds data for.

    Raises:
        DatabaseError: It cannot be read.
    """
    with opened(path) as database:
        built, schema = _metadata(database)
        ecosystems, counts = Counter[str](), Counter[int]()
        sources: dict[object, set[str]] = defaultdict(set)
        for ecosystem, system, provider, count in database.execute(
            "SELECT p.ecosystem, a.operating_system_id, v.provider_id, count(*) FROM affected_package_handles a"
            " JOIN packages p ON p.id = a.package_id JOIN vulnerability_handles v ON v.id = a.vulnerability_id"
            " GROUP BY 1, 2, 3"
        ):
            if system is None:
                ecosystems[str(ecosystem)] += count
            else:
                counts[system] += count
            sources[str(ecosystem) if system is None else system].add(str(provider))
        systems = tuple(
            System(
                name=str(row[1] or "").lower(),
                id=str(row[2] or row[1] or "").lower(),
                major=str(row[3] or ""),
                minor=str(row[4] or ""),
                label=str(row[5] or ""),
                codename=str(row[6] or ""),
                rows=counts[row[0]],
                key=int(row[0]),
                providers=frozenset(sources[row[0]]),
            )
            for row in database.execute(
                "SELECT id, name, release_id, major_version, minor_version, label_version, codename"
                " FROM operating_systems ORDER BY id"
            )
        )
        providers = tuple(
            Provider(
                name=str(row[0]),
                captured=str(row[1] or ""),
                digest=str(row[2] or ""),
                changed=said[1] if (said := _SAID.fullmatch(str(row[3] or ""))) else "",
            )
            for row in database.execute("SELECT id, date_captured, input_digest, processor FROM providers ORDER BY id")
        )
        (advisories,) = database.execute("SELECT count(*) FROM vulnerability_handles").fetchone()
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        return Contents(
            built=built,
            schema=schema,
            providers=providers,
            ecosystems=ecosystems,
            sources={str(name): frozenset(found) for name, found in sources.items() if isinstance(name, str)},
            systems=tuple(each for each in systems if each.rows),
            advisories=int(advisories),
            has_epss=_any(database, tables, "epss_handles"),
            has_kev=_any(database, tables, "known_exploited_vulnerability_handles"),
        )


def _any(database: sqlite3.Connection, tables: set[str], table: str) -> bool:
    return table in tables and database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A range of a package of a distribution, as it stands in the database.

    Attributes:
        vulnerability: Id.
        source: Provider.
        blob: What is said of the vulnerability.
        package: Name of the package.
        ranges: Its ranges.
        module: Module stream; None where nothing is said of streams.
        published: When, may be empty.
    """

    vulnerability: str
    source: str
    blob: Mapping[str, Any]
    package: str
    ranges: tuple[Mapping[str, Any], ...]
    module: str | None
    published: str


def rows_of(path: Path, systems: Sequence[int], names: Sequence[str], ecosystem: str) -> Iterator[Row]:
    """Yield the rows of some packages in some releases of distributions; withdrawn advisories are left out.

    Raises:
        DatabaseError: It cannot be read.
    """
    with opened(path) as database:
        keys = ",".join(str(int(key)) for key in systems)
        for start in range(0, len(names), 500):
            part = [name.lower() for name in names[start : start + 500]]
            marks = ",".join("?" * len(part))
            found = database.execute(
                "SELECT v.name, v.provider_id, vb.value, p.name, ab.value, v.published_date"  # noqa: S608 - marks
                " FROM affected_package_handles a JOIN packages p ON p.id = a.package_id"
                " JOIN vulnerability_handles v ON v.id = a.vulnerability_id"
                " LEFT JOIN blobs vb ON vb.id = v.blob_id LEFT JOIN blobs ab ON ab.id = a.blob_id"
                f" WHERE a.operating_system_id IN ({keys}) AND p.ecosystem = ?"
                f" AND lower(p.name) IN ({marks}) AND v.status = 'active'"
                " ORDER BY p.name, v.name, a.id",
                (ecosystem, *part),
            )
            for name, provider, vulnerability, package, affected, published in found:
                about, ranges = _object(vulnerability), _object(affected)
                qualifiers = ranges.get("qualifiers")
                module = qualifiers.get("rpm_modularity") if isinstance(qualifiers, dict) else None
                rows = ranges.get("ranges")
                yield Row(
                    vulnerability=str(name),
                    source=str(provider),
                    blob=about,
                    package=str(package),
                    ranges=tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else (),
                    module=module if isinstance(module, str) else None,
                    published=str(published or ""),
                )


def published(path: Path, ids: Sequence[str]) -> dict[str, str]:
    """Return when advisories were published, by id, where the database says.

    Raises:
        DatabaseError: It cannot be read.
    """
    dates: dict[str, str] = {}
    with opened(path) as database:
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            for name, when in database.execute(
                f"SELECT name, min(published_date) FROM vulnerability_handles WHERE name IN ({marks}) GROUP BY name",  # noqa: S608
                part,
            ):
                if when:
                    dates[str(name)] = str(when)
    return dates


def threats(path: Path, ids: Sequence[str]) -> dict[str, tuple[str, str, float | None]]:
    """Return what is known of exploitation, by CVE: day of listing, day by which to act, probability.

    Raises:
        DatabaseError: It cannot be read.
    """
    found: dict[str, tuple[str, str, float | None]] = {}
    wanted = [name for name in ids if name.startswith("CVE-")]
    with opened(path) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            if "epss_handles" in tables:
                rows = database.execute(
                    f"SELECT cve, max(epss) FROM epss_handles WHERE cve IN ({marks}) GROUP BY cve",  # noqa: S608
                    part,
                )
                found.update({str(cve): ("", "", float(epss)) for cve, epss in rows})
            if "known_exploited_vulnerability_handles" in tables:
                rows = database.execute(
                    "SELECT k.cve, b.value FROM known_exploited_vulnerability_handles k"  # noqa: S608 - only marks
                    f" JOIN blobs b ON b.id = k.blob_id WHERE k.cve IN ({marks})",
                    part,
                )
                for cve, blob in rows:
                    said = _object(blob)
                    epss = found.get(str(cve), ("", "", None))[2]
                    found[str(cve)] = (
                        str(said.get("date_added") or "unknown")[:10],
                        str(said.get("due_date") or "")[:10],
                        epss,
                    )
    return found


def _object(data: object) -> dict[str, Any]:
    try:
        value = orjson.loads(data) if isinstance(data, (str, bytes)) else {}
    except ValueError as error:
        message = f"a value of it is no JSON: {error}"
        raise DatabaseError(message) from error
    return value if isinstance(value, dict) else {}
