"""What can be known of components: those that an SBOM declares, those that are there, and how the two differ."""

from __future__ import annotations

from auditor.model.fact import Fact


class Component(Fact, frozen=True, kw_only=True):
    """A package, one fact for each of its purls; ``subject`` is the purl, or ``name@version`` where it has none.

    Of an ``sbom`` part it is what the document declares, of an ``image`` or ``code`` part what was catalogued there.
    Files, operating systems and the described thing itself are no components.

    Attributes:
        name: As it is written there.
        version: As it is written there, with the epoch; empty if unknown.
        type: As syft says: ``deb``, ``rpm``, ``apk``, ``python``, ``npm``, ``go-module``, ``java-archive``,
            ``rust-crate`` …; of a declared one it follows from the purl.
        purl: Empty if it has none.
        cpes: CPE 2.3 names.
        licences: SPDX expressions or names; all of them apply.
        supplier: Who supplies it, empty if unknown.
        hashes: Pairs of algorithm (``SHA-256``) and lower-case hex digits.
        locations: Paths in the image or tree, without a leading slash, sorted.
        layer: Digest of the uncompressed layer that brought it; empty outside of images.
        upstream: Source package that it was built from, of ``deb`` and ``rpm``; empty if it is its own.
        upstream_version: Version of that source package where it differs.
        ref: Its id in the document or catalogue.
        scope: ``required``, ``optional`` or ``excluded``, as declared; empty if nothing is said.
        usage: How it is used here, for the licence policy: ``linked``, ``separate`` or ``base``.
        is_declared: A document says so; False where it was catalogued.
    """

    name: str
    version: str
    type: str
    purl: str
    cpes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    supplier: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    locations: tuple[str, ...] = ()
    layer: str = ""
    upstream: str = ""
    upstream_version: str = ""
    ref: str = ""
    scope: str = ""
    usage: str = "linked"
    is_declared: bool = False


class Distribution(Fact, frozen=True, kw_only=True):
    """The distribution of an image or SBOM, as it says itself; ``subject`` is ``id version``.

    Attributes:
        id: ``debian``, ``kylin`` …; from the document, or ``ID`` of os-release; lower case.
        version: ``VERSION_ID``, or what the document says; empty if nothing is said.
        codename: ``bookworm``; may be empty.
        id_like: Ids that it names as its relatives; never to be judged by.
        name: For people.
    """

    id: str
    version: str
    codename: str = ""
    id_like: tuple[str, ...] = ()
    name: str = ""


class Catalogue(Fact, frozen=True, kw_only=True):
    """A catalogue of all components that was made of an image or tree; ``subject`` is the platform, or ``tree``.

    Attributes:
        tool: Name and version of the program.
        artefact: Name of the artefact that holds the catalogue as syft-json (``sbom/….syft.json``).
        digest: Digest of those bytes.
        components: How many components it holds.
        files: How many files.
        is_empty_proven: No component was found, and there is none to be found: nothing but static programs.
    """

    tool: str
    artefact: str
    digest: str
    components: int
    files: int
    is_empty_proven: bool = False


class SbomDocument(Fact, frozen=True, kw_only=True):
    """An SBOM that was given; ``subject`` is the name of its file.

    Attributes:
        format: ``CycloneDX`` or ``SPDX``.
        version: Of the format.
        digest: SHA-256 of its bytes.
        serial: Serial number or namespace.
        created: ISO 8601 as it stands there, empty if nothing is said.
        tools: Name and version of what made it.
        authors: Who made it.
        phase: Life-cycle phase (``build``, ``post-build`` …), empty if nothing is said.
        describes: Name of what it describes.
        describes_version: Its version.
        describes_digests: Digests of it, ``sha256:…``, wherever the document holds them.
        components: How many components it declares.
        files: How many files it lists.
        lists_files: It lists the files of its subject.
    """

    format: str
    version: str
    digest: str
    serial: str = ""
    created: str = ""
    tools: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    phase: str = ""
    describes: str = ""
    describes_version: str = ""
    describes_digests: tuple[str, ...] = ()
    components: int = 0
    files: int = 0
    lists_files: bool = False


class SbomFault(Fact, frozen=True, kw_only=True):
    """Something in a document that is not as it should be; ``subject`` is the component, or the document.

    Attributes:
        document: Subject of the document.
        question: Which of the questions it answers: ``well-formed``, ``elements``, ``signed``, ``vex``; also the topic.
        what: A word for the kind of fault, the same for the same kind.
        place: Where in the document (a JSON pointer), or which profile asks for it.
        detail: Circumstances that need no language.
    """

    document: str
    question: str
    what: str
    place: str = ""
    detail: str = ""

    @property
    def topic(self) -> str:
        """The question."""
        return self.question


class SbomAnswer(Fact, frozen=True, kw_only=True):
    """One of the questions was looked into to its end; ``subject`` is the document.

    Attributes:
        question: ``elements``, ``complete``, ``true``, ``subject``, ``signed``, ``licences``, ``drift``, ``vex``;
            also the topic.
        compared_with: What the document was compared with (digest, file, key), if with anything.
        counted: How many items were looked at.
        agreed: How many of them were as they should be.
        undetermined: How many could not be told.
        detail: Circumstances that need no language.
    """

    question: str
    compared_with: str = ""
    counted: int = 0
    agreed: int = 0
    undetermined: int = 0
    detail: str = ""

    @property
    def topic(self) -> str:
        """The question."""
        return self.question


class SbomDifference(Fact, frozen=True, kw_only=True):
    """Where a document and what it was compared with differ; ``subject`` is a purl, or a path without a leading slash.

    Attributes:
        document: Subject of the document.
        question: ``complete``, ``true`` or ``drift``; also the topic.
        kind: ``component-missing`` (there, not declared), ``component-extra`` (declared, not there),
            ``component-changed``, ``file-unlisted``, ``file-gone``, ``file-changed``, ``file-kind``, ``file-altered``
            (not as its package says), ``lock-unread``.
        expected: What the document (or the package) says.
        actual: What is there.
        layer: Layer that brought it, as ``3 sha256:…``; empty if unknown.
        is_executable: It can be executed.
        component: ``name``, ``version``, ``type`` and purl of a component; empty of a file.
    """

    document: str
    question: str
    kind: str
    expected: str = ""
    actual: str = ""
    layer: str = ""
    is_executable: bool = False
    component: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The question."""
        return self.question


class SbomElement(Fact, frozen=True, kw_only=True):
    """How far a document gives one element of a profile; ``subject`` is ``document: profile element``.

    Attributes:
        document: Subject of the document.
        profile: ``ntia-2021``, ``cisa-2025``, ``bsi-tr-03183-2``.
        element: Name of the element.
        have: How many of those that need it have it.
        due: How many need it.
        missing: Some of those that lack it, sorted.
    """

    document: str
    profile: str
    element: str
    have: int
    due: int
    missing: tuple[str, ...] = ()


class VexStatement(Fact, frozen=True, kw_only=True):
    """A statement about a vulnerability of a product; ``subject`` is ``vulnerability product``.

    Attributes:
        document: Name of the file it stands in.
        vulnerability: Its id.
        aliases: Its other ids.
        products: Purls and digests of the products, as they stand there.
        status: ``not_affected``, ``affected``, ``fixed`` or ``under_investigation``.
        justification: Why it is not affected; empty if nothing is said.
        author: Who says so.
        timestamp: When, ISO 8601 as it stands there.
        matches: Purls of components that it is about; none if it is about nothing here.
        faults: What makes it worthless, a word each.
    """

    document: str
    vulnerability: str
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    status: str = ""
    justification: str = ""
    author: str = ""
    timestamp: str = ""
    matches: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
