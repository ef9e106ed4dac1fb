"""What can be known of a container image."""

from __future__ import annotations

from auditor.model.fact import Fact


class ImageConfig(Fact, frozen=True, kw_only=True):
    """What the configuration of an image says; ``subject`` is its platform (``linux/amd64``).

    Attributes:
        manifest: Digest of the manifest; empty where the form of archive has none.
        config: Digest of the configuration.
        names: References given with it (``app:1.0``), sorted.
        created: As it stands there, empty if nothing is said.
        user: ``User`` as it stands there.
        env: Names of the variables; values are never kept.
        entrypoint: Words, secrets masked.
        command: Words of ``Cmd``, secrets masked.
        goes_through_shell: ``Entrypoint`` or ``Cmd`` is a line for a shell.
        healthcheck: Words of ``Healthcheck.Test``; empty if there is none.
        volumes: Sorted.
        ports: ``8080/tcp`` …, sorted.
        labels: Names of the labels that have a value, sorted.
        label_values: Name and value of the OCI labels about base, version and source.
        stop_signal: Empty if nothing is said.
        layers: Digests of the uncompressed layers, bottom first.
    """

    manifest: str
    config: str
    names: tuple[str, ...] = ()
    created: str = ""
    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    goes_through_shell: bool = False
    healthcheck: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    label_values: tuple[tuple[str, str], ...] = ()
    stop_signal: str = ""
    layers: tuple[str, ...] = ()


class ImageHistory(Fact, frozen=True, kw_only=True):
    """The steps that made an image; ``subject`` as of `ImageConfig`.

    Attributes:
        commands: Oldest first, secrets masked; those without a layer, too.
    """

    commands: tuple[str, ...]


class ImageBase(Fact, frozen=True, kw_only=True):
    """What an image was built on, compared with what is trusted; ``subject`` as of `ImageConfig`.

    Attributes:
        named: Digest of the base image that a label names.
        matched: The trusted digest that it is; empty if it is none.
        layers: Digests of the uncompressed layers, bottom first.
    """

    named: str
    matched: str
    layers: tuple[str, ...]


class ImageOwner(Fact, frozen=True, kw_only=True):
    """Files were compared with the databases of packages; ``subject`` as of `ImageFiles`.

    Attributes:
        files: Files for which a package gives a digest.
        present: How many of them are there.
    """

    files: int
    present: int


class ImageFiles(Fact, frozen=True, kw_only=True):
    """All files of an image were read, of every layer; ``subject`` as of `ImageConfig`, or ``rootfs``.

    Attributes:
        layers: How many.
        entries: How many members all layers hold.
        files: Regular files of the final state.
        folders: Folders of the final state.
        links: Links of the final state.
        bytes: Sum of the sizes of those files.
        has_package_database: It has the database of a package manager.
        has_accounts: It has ``etc/passwd``.
        has_shadow: It has ``etc/shadow``.
        package_files: Files that a package lists with a digest and that are there.
        sources: Files that name sources of packages, and were read.
    """

    layers: int
    entries: int
    files: int
    folders: int
    links: int
    bytes: int
    has_package_database: bool
    has_accounts: bool
    has_shadow: bool
    package_files: int
    sources: int


class ImageFile(Fact, frozen=True, kw_only=True):
    """A file that a check asks for; ``subject`` is its path without a leading slash.

    Attributes:
        image: Subject of the image.
        trait: Why it is kept: ``secret``, ``setuid``, ``capability``, ``writable``, ``tool``, ``package-manager``,
            ``sudo``, ``cache``, ``leftover``, ``model``, ``source``, ``altered``; also the topic.
        what: Which of the kind (``private key``, ``cap_net_raw``, ``gguf`` …).
        mode: Permission bits as octal digits, empty if unknown.
        size_bytes: Its size.
        digest: ``sha256:…`` where it was taken.
        layer: Number of the layer that holds it, from 1.
        layer_digest: Digest of that layer, uncompressed.
        is_deleted: A later layer hides it.
        is_whole: What its kind promises was found in it (a header that can be read, of a model).
        owner: Package that owns it; empty if none does.
        detail: Circumstances that need no language; secrets masked.
    """

    image: str
    trait: str
    what: str
    mode: str = ""
    size_bytes: int = 0
    digest: str = ""
    layer: int = 0
    layer_digest: str = ""
    is_deleted: bool = False
    is_whole: bool = True
    owner: str = ""
    detail: str = ""

    @property
    def topic(self) -> str:
        """The trait."""
        return self.trait


class ImageSecret(Fact, frozen=True, kw_only=True):
    """What looks like a secret in the configuration of an image; ``subject`` says where (``Env SECRET_KEY``).

    Attributes:
        image: Subject of the image.
        place: ``config`` or ``history``; also the topic.
        shape: What it looks like.
        masked: The text with everything hidden that may be secret.
        identity: Digest that tells one secret from another.
    """

    image: str
    place: str
    shape: str
    masked: str
    identity: str

    @property
    def topic(self) -> str:
        """The place."""
        return self.place


class ImageAccount(Fact, frozen=True, kw_only=True):
    """An account of ``etc/passwd``; ``subject`` is ``image: name``.

    Attributes:
        image: Subject of the image.
        name: Of the account.
        uid: -1 if it is no number.
        gid: -1 if it is no number.
        shell: Empty if none is given.
        has_empty_password: ``etc/shadow`` or ``etc/passwd`` gives it no password to ask for.
    """

    image: str
    name: str
    uid: int
    gid: int
    shell: str
    has_empty_password: bool


class ImageGroup(Fact, frozen=True, kw_only=True):
    """A group of ``etc/group``; ``subject`` is ``image: name``.

    Attributes:
        image: Subject of the image.
        name: Of the group.
        gid: -1 if it is no number.
    """

    image: str
    name: str
    gid: int


class ImageDistribution(Fact, frozen=True, kw_only=True):
    """What ``os-release`` says; ``subject`` is that of the image.

    Attributes:
        id: ``debian``; empty if the image has no os-release.
        version: ``VERSION_ID``.
        name: ``PRETTY_NAME``.
        supported_until: Last day of support (ISO 8601), ``rolling``, or empty where no list says it.
    """

    id: str
    version: str
    name: str
    supported_until: str


class ImageSignature(Fact, frozen=True, kw_only=True):
    """A signature or attestation that lies with an image; ``subject`` is that of the image.

    Attributes:
        kind: ``signature`` or ``attestation``.
        form: ``tag`` or ``referrer``.
        state: ``verified``, ``other digest`` (it speaks of another image), ``no key fits``, ``invalid`` (a key of its
            kind refuses it), ``unreadable``.
        key: Name of the key that verified it.
        algorithm: Of that key.
        predicate: Type of the statement of an attestation.
        detail: Circumstances that need no language.
        not_before: First moment of the certificate that holds the key, ISO 8601 UTC; empty of a bare key.
        not_after: Its last moment.
    """

    kind: str
    form: str
    state: str
    key: str = ""
    algorithm: str = ""
    predicate: str = ""
    detail: str = ""
    not_before: str = ""
    not_after: str = ""


class ImageTrust(Fact, frozen=True, kw_only=True):
    """Whether signatures of an image were looked for with keys; ``subject`` is that of the image.

    Attributes:
        is_asked: A policy asks for a signature.
        keys: Names of the trusted keys.
        signatures: How many signatures and attestations lie with it.
    """

    is_asked: bool
    keys: tuple[str, ...]
    signatures: int
