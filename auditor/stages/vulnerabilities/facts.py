"""What can be known of vulnerabilities: what was searched, what was found, and what is said about it."""

from __future__ import annotations

from typing import Final

from auditor.model.fact import Fact
from auditor.model.text import Text

MEASURES: Final = {
    "vulnerabilities.judged": Text(
        "packages that advisories of their own were searched for, of all packages; items: the others",
        "以自身安全公告数据比对过的软件包数与软件包总数及其余软件包清单",
    )
}


class Searched(Fact, frozen=True, kw_only=True):
    """Packages of one kind that advisories of their own were searched for; ``subject`` is the kind.

    The kind is a type of package (``python``) or a release of a distribution (``debian 12``).

    Attributes:
        packages: How many.
        built: When the database was built, ISO 8601.
        said: Feeds that are young by a person's word only, each with the days said and of its last change.
    """

    packages: int
    built: str
    said: tuple[str, ...] = ()


class KnownVulnerability(Fact, frozen=True, kw_only=True):
    """An advisory that speaks of a package; ``subject`` is the package, as in the stage ``sbom``.

    Attributes:
        kind: Subject of the `Searched` that it belongs to.
        name: Name of the package.
        version: Its version.
        type: As syft says.
        purl: May be empty.
        upstream: Source package through which it was matched; empty if by its own name.
        id: Of the advisory.
        aliases: Its other ids.
        severity: ``critical`` … ``low``, or ``unknown``.
        score: CVSS base score; empty if there is none.
        vector: Vector that the score comes from.
        fix_state: ``fixed``, ``not-fixed``, ``wont-fix`` or ``unknown``.
        fix_versions: Versions without it.
        known_since: Day of publication or of the first fix, ISO 8601; empty if nobody says.
        exploited_since: Day on which it came to the catalogue of exploited vulnerabilities; empty if it did not.
        epss: Probability that it is exploited within 30 days; empty if not known.
        confidence: ``high``, ``medium`` or ``low``.
        how: Why the confidence is not high, a word: ``cpe`` or ``release``; empty if it is.
        paths: Where the package lies.
        layer: Layer of the image that brought it.
        is_development: Declared for development only.
        source: Who says so.
        url: Where to read on.
        vex_status: What a statement says of it; empty if none does.
        vex_reason: Why.
        vex_author: Who.
        vex_date: When.
        vex_place: File and place of the statement.
    """

    kind: str
    name: str
    version: str
    type: str
    purl: str
    upstream: str = ""
    id: str
    aliases: tuple[str, ...] = ()
    severity: str = "unknown"
    score: str = ""
    vector: str = ""
    fix_state: str = "unknown"
    fix_versions: tuple[str, ...] = ()
    known_since: str = ""
    exploited_since: str = ""
    epss: str = ""
    confidence: str = "high"
    how: str = ""
    paths: tuple[str, ...] = ()
    layer: str = ""
    is_development: bool = False
    source: str = ""
    url: str = ""
    vex_status: str = ""
    vex_reason: str = ""
    vex_author: str = ""
    vex_date: str = ""
    vex_place: str = ""

    @property
    def is_silenced(self) -> bool:
        """A statement says that it does no harm here."""
        return self.vex_status in {"not_affected", "fixed"}


class VulnerabilityDatabase(Fact, frozen=True, kw_only=True):
    """The database that was asked; ``subject`` is its digest.

    Attributes:
        built: When, ISO 8601.
        schema: ``6.1.9``.
        providers: Feeds, each with the day on which it was fetched.
        signed_by: Keys whose signature was checked at the import; empty for an unsigned one.
        replaced: Time of build of a newer one that it took the place of, by the user's wish.
        source: Name of the file that it was imported from.
    """

    built: str
    schema: str
    providers: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    replaced: str = ""
    source: str = ""


class Exploitability(Fact, frozen=True, kw_only=True):
    """A statement on exploitability that was given; ``subject`` is its place.

    Attributes:
        vulnerabilities: Ids that it names.
        products: What it is about.
        status: What it says.
        author: Who says so.
        date: When.
        matched: How many vulnerabilities it fits here.
        versions: How many versions of packages it fits here.
        is_broad: It names a package without a version.
        fault: Why it was not applied, a word; empty if it was.
        answered_by: Check that says what is wrong with the statement itself, where another one does.
    """

    vulnerabilities: tuple[str, ...]
    products: tuple[str, ...]
    status: str
    author: str
    date: str
    matched: int
    versions: int
    is_broad: bool
    fault: str = ""
    answered_by: str = ""


class SupportTerm(Fact, frozen=True, kw_only=True):
    """Until when a distribution gets security fixes; ``subject`` is the distribution.

    Attributes:
        ends: Last day, ISO 8601.
        source: Where that is said.
    """

    ends: str
    source: str
