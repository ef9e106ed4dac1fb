"""What can be known of a cluster: its objects, its components' effective settings, the files of its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec import Struct, field

from auditor.model.fact import Fact

if TYPE_CHECKING:
    from auditor.model.fact import Facts


_AROUND: Final = 2
"""Lines that a reader is shown on either side of a place."""


class KubeObject(Fact, frozen=True, kw_only=True):
    """One API object; ``subject`` is ``Kind/namespace/name`` (``Kind/name`` where cluster-scoped).

    Where the same object stands in several files of a system, each subject gets ``@<file>`` behind it, and
    ``@<file>:<line>`` where it stands twice in one file.

    Attributes:
        api_version: ``apps/v1``.
        kind: ``Deployment``; also the topic. Gaps have the topic ``other`` for all kinds that no rule reads by name:
            a rule about every object of a namespace needs ``KubeObject:other`` too.
        namespace: Namespace as given, or the one rendered into, else ``default``; empty for cluster-scoped kinds.
        name: ``metadata.name``; ``generateName`` with ``*`` behind it where only that is given.
        manifest: The object as JSON values; Secret data dropped, only the names of its keys stay. A Secret of type
            ``kubernetes.io/tls`` keeps its public certificates and has ``certificate``: what the first of them says
            (``names``, ``addresses``, ``not_before``, ``not_after``, ``key``), or ``{"unread": reason}``. An object in
            which a private key was hidden has ``privateKeys``: its protection by pointer.
        lines: Line (from 1) in ``origin.file`` of each JSON pointer that stands at another line than what it is in.
        places: File and line of each pointer that came from another file, as a patch of kustomize brings it.
        repeated: Line of each key that its mapping has twice, by pointer; the last one is in force.
    """

    folded: ClassVar[tuple[str, ...]] = ("manifest", "lines")
    api_version: str
    kind: str
    namespace: str
    name: str
    manifest: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """The kind of object."""
        return self.kind


class KubeText(Fact, frozen=True, kw_only=True):
    """The text of a file that objects come from, secrets hidden; ``subject`` is the file, as their origins name it.

    It is there for a reader: nothing is judged by it, and nothing is missing where it is not kept (it is too large).

    Attributes:
        text: Its lines.
    """

    text: str

    def around(self, line: int | None) -> tuple[str, str, str]:
        """Return a line (from 1), two before and two behind it; empty where there is no such line."""
        lines = self.text.split("\n")
        if not line or line > len(lines):
            return "", "", ""
        at = line - 1
        return lines[at], "\n".join(lines[max(0, at - _AROUND) : at]), "\n".join(lines[at + 1 : at + 1 + _AROUND])


class RepeatedKey(Fact, frozen=True, kw_only=True):
    """A key that a mapping of an object has twice; ``subject`` is that of the object, and the last value is in force.

    Attributes:
        pointer: JSON pointer of the key in the object.
    """

    pointer: str


class KubePrivateKey(Fact, frozen=True, kw_only=True):
    """A private key in a text of an object that is no Secret; ``subject`` is that of the object.

    Attributes:
        pointer: JSON pointer of the text in the object.
        protection: How a password protects it; empty where none does.
    """

    pointer: str
    protection: str


class TlsSecret(Fact, frozen=True, kw_only=True):
    """A Secret of type ``kubernetes.io/tls``; ``subject`` is that of its object.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        unread: Why nothing is known of its certificate (``unreadable``); empty otherwise, and all that follows counts.
        key: What ``tls.key`` is to it: ``matches``, ``differs``, ``encrypted``, ``unreadable``; empty if not seen.
        names: DNS names.
        addresses: Addresses.
        not_before: ISO 8601.
        not_after: ISO 8601.
        certificate: First certificate, DER in hex.
        chain: Those that follow it: subject, ``not_before`` and ``not_after`` of each, empty where a date cannot be.
    """

    namespace: str
    name: str
    unread: str
    key: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    not_before: str
    not_after: str
    certificate: str
    chain: tuple[tuple[str, str, str], ...] = ()


class LiteralSecret(Fact, frozen=True, kw_only=True):
    """A secret that is written out in an object; ``subject`` is that of the object.

    Attributes:
        pointer: JSON pointer of the value in the object.
        name: Variable, argument or key that holds it.
        value: The value, masked.
        kind: Kind of the object.
    """

    pointer: str
    name: str
    value: str
    kind: str


class Setting(Struct, frozen=True, kw_only=True):
    """A flag or configuration value as somebody wrote it, before anybody judges it.

    Attributes:
        value: JSON value; a flag's is text, a list of texts where it was given several times.
        source: ``flag``, ``environment``, ``file:<path>``, ``drop-in:<path>``, ``configz``, or ``distribution`` for
            what K3s or RKE2 gives an embedded component when nobody says otherwise.
        pointer: Where it stands: JSON pointer in the object or file, or ``argv[3]``.
    """

    value: Any
    source: str
    pointer: str = ""


class KubeComponent(Fact, frozen=True, kw_only=True):
    """A control plane or node program; ``subject`` is ``kube-apiserver@<node or pod>``.

    Attributes:
        component: ``kube-apiserver``, ``kube-controller-manager``, ``kube-scheduler``, ``etcd``, ``kubelet`` or
            ``kube-proxy``; also the topic.
        node: Node it runs on, empty if unknown.
        seen_in: ``process``, ``static-pod``, ``pod``, ``configz``, ``unit`` or ``config``.
        flags: Settings by flag name without dashes (``anonymous-auth``); every occurrence in order, last one in force.
        config: Effective configuration file (drop-ins merged): dotted path to setting; empty if there is none.
        config_file: Path of its configuration file; empty if it uses none.
        config_read: False if it names a configuration file (or drop-in folder) whose content was not collected, or
            that it would not start with.
        files: Documents that its settings point at and that were collected: role (``encryption_config``,
            ``audit_policy``, ``authentication_config``, ``authorization_config``, ``admission_config``) to parsed
            content; and PEM certificates as text (``trusted_ca`` of etcd, ``client_ca`` of the API server and kubelet).
        version: Kubernetes version it says or its image tag says, empty if unknown.
        distribution: ``kubeadm``, ``k3s``, ``rke2``, ``microk8s``, ``talos``, ``openshift``, ``ack`` … or empty.
        differs: Flags whose value in the static pod manifest is not the one that the process runs with.
    """

    component: str
    node: str
    seen_in: str
    flags: Mapping[str, tuple[Setting, ...]]
    config: Mapping[str, Setting] = field(default_factory=dict)
    config_file: str = ""
    config_read: bool = True
    files: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    distribution: str = ""
    differs: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The component."""
        return self.component


class NodeFile(Fact, frozen=True, kw_only=True):
    """A file or folder of a node in one role; ``subject`` is ``<path>@<node>``.

    Attributes:
        node: Node it lies on.
        path: Absolute path, or empty if the facts do not say.
        role: Role of the catalogue (``apiserver_manifest``); also the topic. A file with two roles is two facts.
        mode: Permission bits as a number (0o600 is 384), None if unknown.
        uid: Numeric owner, None if unknown.
        gid: Numeric group, None if unknown.
        owner: Name of the owner in the node's own user database, empty if unknown.
        group: Name of the group, empty if unknown.
        certificate_groups: Groups (organisations) of the client certificates in a kubeconfig; None if not collected.
    """

    node: str
    path: str
    role: str
    mode: int | None
    uid: int | None
    gid: int | None
    owner: str = ""
    group: str = ""
    certificate_groups: tuple[str, ...] | None = None

    @property
    def topic(self) -> str:
        """The role."""
        return self.role


class KubeNode(Fact, frozen=True, kw_only=True):
    """One node whose facts were collected; ``subject`` is its name.

    Attributes:
        runs: Components that run on it; None if its processes were not collected.
        distribution: As in `KubeComponent`.
        cni: Names of CNI plug-ins; None if not collected.
        collected_at: ISO 8601, empty if unknown.
    """

    runs: tuple[str, ...] | None
    distribution: str
    cni: tuple[str, ...] | None
    collected_at: str


class KubeCluster(Fact, frozen=True, kw_only=True):
    """The cluster as a whole; one a system; ``subject`` is ``cluster``.

    Attributes:
        version: ``1.34.2`` without ``v``, empty if unknown.
        distribution: As in `KubeComponent`.
        is_managed: The provider runs the control plane (ACK, TKE, CCE, EKS, GKE, AKS …). Then no gap is reported for
            a missing ``kube-apiserver``, ``kube-controller-manager``, ``kube-scheduler`` or ``etcd``: controls about
            them do not apply, and say so.
        is_complete: Every kind of object that a rule needs was listed (live or snapshot); False for manifests.
        kinds_listed: Kinds that were listed completely.
    """

    version: str
    distribution: str
    is_managed: bool
    is_complete: bool
    kinds_listed: tuple[str, ...]


def version_of(facts: Facts) -> str | None:
    """Return the version of the cluster that facts are about, empty if it is unknown; None if they are about none."""
    cluster = next(iter(facts.of(KubeCluster)), None)
    return cluster.version if cluster else None
