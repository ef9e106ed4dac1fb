"""``inventory.yaml``: what should be covered. Data sets, services, actions, log sources, people, copies, exports.

One file describes one system, for the stages ``auditlog`` and ``lineage`` together. Everything in it is optional; what
is written wrongly is a problem with its line, and what is not known is listed, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

RISKS: Final = ("high", "medium", "low")
FORMATS: Final = (
    "k8s-audit",
    "vault",
    "postgresql-stderr",
    "postgresql-csv",
    "postgresql-json",
    "nginx-combined",
    "nginx-json",
    "auditd",
    "ocsf",
    "json",
)


class Action(Struct, frozen=True, kw_only=True):
    """Something that must leave a record.

    Attributes:
        component: Component that does it.
        action: Its name, in the words of the component's log or of an OpenAPI template.
        object: Class of object; empty for any.
        principals: Classes of principals, each counted by itself.
        risk: ``high``, ``medium`` or ``low``.
        personal: It reads or exports personal data.
        origin: Where the inventory has it from (a file, a stage), empty for its author.
    """

    component: str
    action: str
    object: str = ""
    principals: tuple[str, ...] = ()
    risk: str = "medium"
    personal: bool = False
    origin: str = ""


class DataField(Struct, frozen=True, kw_only=True):
    """A field of a data set."""

    name: str
    pii: bool = False
    sensitive: bool = False


class Dataset(Struct, frozen=True, kw_only=True):
    """A data set, under its OpenLineage name.

    Attributes:
        id: Namespace and name, ``namespace|name``.
        role: ``source``, ``derived``, ``sink`` or empty.
        kind: ``table``, ``index``, ``model`` …
        of: Data sets that an index is made of.
        jurisdiction: Where it lies.
        grade: ``general``, ``important``, ``core`` …
        aliases: Other spellings.
        fields: Known fields; None if the inventory does not say.
        purpose: What it may be used for.
        expires: When it is deleted.
        excluded: Out of scope, and counted as such.
        origin: As in `Action`.
        owner: Who answers for it.
        party: Another processor that it belongs to.
        version: Of a model or a prompt template.
        commit: Of the code that made a model.
        digest: Of a model.
        hosts: Hosts that serve a model (patterns with ``*``).
    """

    id: str
    role: str = ""
    kind: str = ""
    of: tuple[str, ...] = ()
    jurisdiction: str = ""
    grade: str = ""
    aliases: tuple[str, ...] = ()
    fields: tuple[DataField, ...] | None = None
    purpose: str = ""
    expires: str = ""
    excluded: bool = False
    origin: str = ""
    owner: str = ""
    party: str = ""
    version: str = ""
    commit: str = ""
    digest: str = ""
    hosts: tuple[str, ...] = ()


class Edge(Struct, frozen=True, kw_only=True):
    """A declared way from one data set to another."""

    source: str
    destination: str
    masking: bool = False


class Host(Struct, frozen=True, kw_only=True):
    """Where a host of a model or data service lies; its name is a pattern with ``*``."""

    host: str
    jurisdiction: str


class DocumentPattern(Struct, frozen=True, kw_only=True):
    """Ids of documents (a pattern with ``*``) that belong to a data set."""

    pattern: str
    dataset: str


class Sharing(Struct, frozen=True, kw_only=True):
    """A transfer to another processor that somebody recorded.

    Attributes:
        to: Data set, party or host that receives.
        recipient: Who it is.
        basis: Contract, consent or law.
        retention_months: Months that the record is kept.
    """

    to: str
    recipient: str = ""
    basis: str = ""
    retention_months: float | None = None


class Deletion(Struct, frozen=True, kw_only=True):
    """A record that was deleted at its source.

    Attributes:
        dataset: Where.
        record: Its id.
        at: When, ISO 8601.
        reached: Data sets that it was deleted from, too.
    """

    dataset: str
    record: str = ""
    at: str = ""
    reached: tuple[str, ...] = ()


class Requests(Struct, frozen=True, kw_only=True):
    """Requests of a service as something else than its traces counted them.

    Attributes:
        service: The service.
        count: Requests of people in the window.
        files: Access logs to count them in, in place of `count`.
        routes: Patterns of the paths that count; empty for all.
        methods: Methods that count; empty for all.
        format: Of the access logs.
    """

    service: str
    count: int | None = None
    files: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    format: str = ""


class LineageSettings(Struct, frozen=True, kw_only=True):
    """How lineage is kept and read.

    Attributes:
        timezone: IANA zone of event times without an offset.
        retention_months: Months that it must reach back.
        commissioned: First day of the system.
        excluded: More patterns of data sets that are no data of anybody.
        expect_every_s: It is never silent for longer.
        sampling: Files with settings that sample traces (collector, mesh, environment).
        tool_results: JSON path to the ids of documents in the result of a tool, by name of the tool.
        dialect: Engine of SQL files.
        namespace: Namespace of tables in SQL, manifests and catalogues that give none.
    """

    timezone: str = ""
    retention_months: int = 6
    commissioned: str = ""
    excluded: tuple[str, ...] = ()
    expect_every_s: float | None = None
    sampling: tuple[str, ...] = ()
    tool_results: Mapping[str, str] = {}
    dialect: str = ""
    namespace: str = ""


class Service(Struct, frozen=True, kw_only=True):
    """A service that answers people or calls models."""

    id: str
    uses_retrieval: bool = False
    uses_tools: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    end_users: bool = False
    component: str = ""


class Crossing(Struct, frozen=True, kw_only=True):
    """A border that data may cross."""

    source: str
    destination: str
    approved: str = ""
    until: str = ""


class Copy(Struct, frozen=True, kw_only=True):
    """A copy of a log on another host."""

    files: tuple[str, ...]
    host: str = ""
    administrator: str = ""


class Capacity(Struct, frozen=True, kw_only=True):
    """How much a log may grow before its oldest part goes.

    Attributes:
        size_mb: One file at most.
        backups: Older files that are kept beside the current one.
        max_age_days: Older files go after so many days; None if age does not matter.
        mb_per_day: Written a day; None to take what was seen.
    """

    size_mb: float | None = None
    backups: int | None = None
    max_age_days: float | None = None
    mb_per_day: float | None = None


class Export(Struct, frozen=True, kw_only=True):
    """A proof that logs were taken out and read elsewhere.

    Attributes:
        at: When, ISO 8601.
        source: Log source; empty for all.
        rows: Rows exported and rows restored.
        digests: Digest before and after.
        opened_elsewhere: It opened without the platform.
        evidence: File that shows it.
    """

    at: str
    source: str = ""
    rows: tuple[int, int] | None = None
    digests: tuple[str, str] | None = None
    opened_elsewhere: bool | None = None
    evidence: str = ""


class Witness(Struct, frozen=True, kw_only=True):
    """Something that proves that an action happened: live objects, rows, an access log.

    Attributes:
        files: Where it is written.
        format: ``kubernetes-objects``, ``rows``, or that of a log source.
        source: Log source that must hold the record.
        from_source: Log source whose own records are the witness, in place of files.
        map: For rows: column of ``time``, ``object``, ``user``; and the ``action`` they prove.
    """

    source: str
    files: tuple[str, ...] = ()
    format: str = ""
    from_source: str = ""
    map: Mapping[str, Any] = {}


class LogSource(Struct, frozen=True, kw_only=True):
    """A log.

    Attributes:
        id: Its name.
        format: One of `FORMATS`; empty to find out.
        files: Patterns below the folder of the inventory.
        component: Component that writes it; its id where the inventory names none.
        timezone: IANA zone of times without an offset.
        expect_every_s: It is never silent for longer.
        retention_months: Months that it must reach back.
        commissioned: First day of its component.
        map: Fields of application JSON by their place.
        anchor: File that holds a hash chain's anchor.
        chain: Names of the chain's fields: ``hash``, ``previous``, ``seq``, ``algorithm``.
        policy: Kubernetes audit policy in force.
        flags: Command line of the API servers, one list each.
        served: What the cluster serves: ``resource`` or ``resource/subresource``, with ``.group`` behind it.
        settings: Settings in force (``pgaudit.log: "read,write"``).
        rules: File of auditd rules in force.
        host: Host that writes it.
        administrator: Who administers that host.
        copies: Copies elsewhere.
        capacity: How far back it can reach.
        downtime: Declared, ``(from, to)``.
        silent: Silent by nature; then `heartbeat` is an action that shows it alive.
        heartbeat: See `silent`.
        worm: File that proves write-once storage.
        readers: Who may read it.
        deleters: Who may delete from it.
        auditors: Roles that may read it.
        stoppable_by: Who can stop the writer or change its settings without a record; None if nobody said.
        proxies: Addresses of proxies that speak for clients.
        long_records: Classes of records that are kept for three years, with the months of their policy.
        devices: Audit devices that a Vault has; None if nobody said.
    """

    id: str
    format: str = ""
    files: tuple[str, ...] = ()
    component: str = ""
    timezone: str = ""
    expect_every_s: float | None = None
    retention_months: int = 6
    commissioned: str = ""
    map: Mapping[str, Any] = {}
    anchor: str = ""
    chain: Mapping[str, Any] = {}
    policy: str = ""
    flags: tuple[tuple[str, ...], ...] = ()
    served: tuple[str, ...] = ()
    settings: Mapping[str, str] = {}
    rules: str = ""
    host: str = ""
    administrator: str = ""
    copies: tuple[Copy, ...] = ()
    capacity: Capacity | None = None
    downtime: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    heartbeat: str = ""
    worm: str = ""
    readers: tuple[str, ...] | None = None
    deleters: tuple[str, ...] | None = None
    auditors: tuple[str, ...] = ()
    stoppable_by: tuple[str, ...] | None = None
    proxies: tuple[str, ...] = ()
    long_records: Mapping[str, int] | None = None
    devices: int | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """Something in the file that cannot be used, at its line."""

    line: int
    detail: str
    pointer: str = ""


class Unread(Struct, frozen=True, kw_only=True):
    """A source that the inventory was to be built from and that was not read to its end: it may list too little."""

    source: str
    why: str = ""


class Inventory(Struct, frozen=True, kw_only=True):
    """What should be covered.

    Attributes:
        components: Names of the components of the system.
        datasets: Data sets.
        services: Services.
        actions: Actions that must be logged.
        log_sources: Logs.
        crossings: Borders that data may cross.
        people: Accounts of natural persons; None if the inventory does not list them.
        service_accounts: Accounts of machines (patterns with ``*``).
        shared_accounts: Accounts that several people use.
        witnesses: Proofs that actions happened.
        exports: Proofs of export and restore.
        window_end: End of the window that is judged, ISO 8601; empty for the last record.
        unread: Sources that it was to be built from and that were not read to their end.
        problems: What cannot be used.
        unknown: Keys that nobody reads, with their line.
        edges: Declared ways between data sets; None if nobody declared any here.
        hosts: Where hosts lie.
        documents: Which ids of documents belong to which data set.
        sharing: Transfers to other processors; None if nobody said, empty if there are none.
        deletions: Deletions and what they reached; None if nobody said.
        requests: Requests counted elsewhere.
        lineage: How lineage is kept and read.
    """

    components: tuple[str, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    services: tuple[Service, ...] = ()
    actions: tuple[Action, ...] = ()
    log_sources: tuple[LogSource, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    people: tuple[str, ...] | None = None
    service_accounts: tuple[str, ...] = ()
    shared_accounts: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    exports: tuple[Export, ...] = ()
    window_end: str = ""
    unread: tuple[Unread, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = {}
    edges: tuple[Edge, ...] | None = None
    hosts: tuple[Host, ...] = ()
    documents: tuple[DocumentPattern, ...] = ()
    sharing: tuple[Sharing, ...] | None = None
    deletions: tuple[Deletion, ...] | None = None
    requests: tuple[Requests, ...] = ()
    lineage: LineageSettings = LineageSettings()
