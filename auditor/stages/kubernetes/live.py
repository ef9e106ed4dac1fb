"""Reads a cluster through its API: every kind that rules read in full, of all others who and where, no secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import discovery, tls_secrets
from auditor.formats.kubernetes import without_secrets
from auditor.formats.snapshot import ClusterReading, Listed, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.formats.discovery import ApiKind

METADATA: Final = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"
JSON: Final = "application/json"
# Kinds that rules read in full, by group. A cluster without one of them cannot be judged by the rules that need it.
READ: Final = {
    "": ("Namespace", "Node", "PersistentVolume", "Pod", "ReplicationController", "Service", "ServiceAccount"),
    "admissionregistration.k8s.io": (
        "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ),
    "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch": ("CronJob", "Job"),
    "certificates.k8s.io": ("CertificateSigningRequest",),
    "networking.k8s.io": ("Ingress", "IngressClass", "NetworkPolicy"),
    "node.k8s.io": ("RuntimeClass",),
    "policy": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "storage.k8s.io": ("CSIDriver",),
    "apiextensions.k8s.io": ("CustomResourceDefinition",),
}  # fmt: skip
# Groups of add-ons whose objects rules read in full where they are installed: policies, networks, secret stores.
ADD_ONS: Final = (
    "cilium.io", "crd.antrea.io", "crd.projectcalico.org", "projectcalico.org", "policy.networking.k8s.io",
    "kyverno.io", "policies.kyverno.io", "templates.gatekeeper.sh", "constraints.gatekeeper.sh",
    "config.gatekeeper.sh", "policies.kubewarden.io", "config.ratify.deislabs.io", "policy.sigstore.dev",
    "external-secrets.io", "secrets-store.csi.x-k8s.io", "gateway.networking.k8s.io", "security.istio.io",
)  # fmt: skip
# Topic of gaps about kinds that no rule reads by name: only rules about "every object" suffer from them.
OTHER: Final = "other"
# Bookkeeping of the cluster: many, short-lived, and of no rule's interest.
_PASSED: Final = frozenset({
    "Event", "Lease", "Endpoints", "EndpointSlice", "ControllerRevision", "NodeMetrics", "PodMetrics",
    "ComponentStatus", "ClusterTrustBundle", "StorageVersion", "IPAddress", "CSINode", "VolumeAttachment",
    "FlowSchema", "PriorityLevelConfiguration", "ResourceSlice", "CiliumEndpoint", "CiliumIdentity", "CiliumNode",
    "IPAMBlock", "IPAMHandle", "BlockAffinity",
})  # fmt: skip
# ConfigMaps that say how components are set; no other ConfigMap's content is asked for.
_MAPS: Final = ("kube-proxy", "kubeadm-config")


class Api(Protocol):
    """What this stage needs of a cluster's API."""

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> dict[str, Any]:
        """Return one answer.

        Raises:
            ToolError: There is none.
        """

    def pages(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list; ``{"restarted": True}`` makes void what came before.

        Raises:
            ToolError: The list could not be read to its end.
        """


def read(api: Api, *, with_certificates: bool = True) -> ClusterReading:
    """Read a whole cluster.

    1. Its version; without it nothing else is tried.
    2. Kinds that it can list. A group that does not answer (a broken aggregated API) costs its own kinds.
    3. Objects: in full, or metadata only; Secrets as a table, which holds names and types and no data.
    4. Settings: two ConfigMaps by name, and the kubelets' effective configuration where that is allowed.
    5. Certificates of TLS Secrets, which only a list with data gives.

    Args:
        api: Of the cluster.
        with_certificates: Do the fifth; without it no data of a TLS Secret is ever asked for.
    """
    try:
        version = api.get("/version").get("gitVersion")  # 1
    except ToolError as problem:
        refusal = Refusal(fact="KubeObject", topic="", reason=problem.reason, detail=problem.detail)
        return ClusterReading(version="", kinds_listed=(), objects=(), refusals=(refusal,), kubelets={})
    refusals: list[Refusal] = []
    kinds, complete = _kinds(api, refusals)  # 2
    objects: dict[str, Listed] = {}
    for kind in kinds:  # 3
        try:
            objects |= {each.path: each for each in _objects(api, kind)}
            complete.add(kind.kind)
        except ToolError as problem:
            topic = kind.kind if _is_read(kind) or kind.kind == "Secret" else OTHER
            refusals.append(Refusal(fact="KubeObject", topic=topic, reason=problem.reason, detail=problem.detail))
    objects |= {each.path: each for each in _config_maps(api, refusals)}  # 4
    nodes = [path.rpartition("/")[2] for path in objects if path.startswith("/api/v1/nodes/")]
    kubelets = _kubelets(api, nodes, refusals)
    objects |= _certificates(api, objects, with_certificates=with_certificates)  # 5
    return ClusterReading(
        version=version if isinstance(version, str) else "",
        kinds_listed=tuple(sorted(complete)),
        objects=tuple(objects[path] for path in sorted(objects)),
        refusals=tuple(refusals),
        kubelets=kubelets,
    )


def _kinds(api: Api, refusals: list[Refusal]) -> tuple[list[ApiKind], set[str]]:
    """Return what can be listed, each kind once, and the kinds that rules read and that this server does not know.

    Core comes first, then every group in its preferred version. Of a kind that a server does not know there are no
    objects: it counts as listed.
    """
    found: dict[tuple[str, str], ApiKind] = {}
    versions = [("", "v1", "/api/v1")]
    is_told = False
    try:
        versions += [(group, version, f"/apis/{version}") for group, version in discovery.groups(api.get("/apis"))]
        is_told = True
    except ToolError as problem:
        refusals.append(Refusal(fact="KubeObject", topic="", reason=problem.reason, detail=problem.detail))
    answered = set()
    for group, _, path in versions:
        try:
            listed = list(discovery.kinds(api.get(path)))
        except ToolError as problem:
            topics = READ.get(group, (OTHER,))
            refusals += [
                Refusal(fact="KubeObject", topic=topic, reason=problem.reason, detail=problem.detail)
                for topic in topics
            ]
            continue
        answered.add(group)
        for kind in listed:
            found.setdefault((kind.group, kind.kind), kind)
    told = answered | (
        {group for group in READ if group not in {name for name, _, _ in versions}} if is_told else set()
    )
    absent = {kind for group in told & READ.keys() for kind in READ[group] if (group, kind) not in found}
    return sorted(kind for kind in found.values() if kind.kind not in _PASSED), absent


def _is_read(kind: ApiKind) -> bool:
    return kind.kind in READ.get(kind.group, ()) or kind.group in ADD_ONS


def _objects(api: Api, kind: ApiKind) -> list[Listed]:
    """List one kind to its end.

    Raises:
        ToolError: It cannot be listed, or not to its end: half a list proves nothing.
    """
    if kind.group == "" and kind.kind == "Secret":
        return _secrets(api, kind)
    found: list[Listed] = []
    for page in api.pages(kind.path, accept=JSON if _is_read(kind) else METADATA):
        if "restarted" in page:
            found = []
        items = [] if "restarted" in page else page.get("items", "absent") or []  # Go writes an empty list as null
        if not isinstance(items, list):
            reason = reasons.NOT_A_LIST
            raise ToolError(reason, f"{kind.path}: no items", "Kubernetes API")
        found += [_listed(item, kind) for item in items if isinstance(item, dict)]
    return found


def _listed(item: Mapping[str, Any], kind: ApiKind) -> Listed:
    manifest = without_secrets({**item, "apiVersion": kind.group_version, "kind": kind.kind})
    return Listed(manifest=manifest, path=_path(kind, manifest), is_namespaced=kind.is_namespaced)


def _path(kind: ApiKind, manifest: Mapping[str, Any]) -> str:
    """Return the path of one object."""
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    root, _, plural = kind.path.rpartition("/")
    return f"{root}/namespaces/{namespace}/{plural}/{name}" if namespace else f"{root}/{plural}/{name}"


def _secrets(api: Api, kind: ApiKind) -> list[Listed]:
    """List Secrets without ever asking for their data: a table has name, type and metadata.

    Of bootstrap tokens, which rules judge by expiry and use, the data is asked for and all but these dropped at once.
    """
    found: dict[str, Listed] = {}
    for page in api.pages(kind.path, accept=TABLE):
        found = {} if "restarted" in page else found
        for secret in _rows(page):
            listed = _listed(secret, kind)
            found[listed.path] = listed
    query = {"fieldSelector": "type=bootstrap.kubernetes.io/token"}
    for page in api.pages("/api/v1/namespaces/kube-system/secrets", query):
        for item in page.get("items") or ():
            listed = _listed(item, kind)
            found[listed.path] = listed
    return list(found.values())


def _certificates(api: Api, objects: Mapping[str, Listed], *, with_certificates: bool) -> dict[str, Listed]:
    """Return the TLS Secrets among the objects with their certificates, by path; or with the reason why without.

    The API has no way to ask for one key of a Secret: each is asked for whole, and all but its certificates is dropped
    before the answer goes any further.
    """
    unread = {
        path: each
        for path, each in objects.items()
        if each.manifest.get("kind") == "Secret" and each.manifest.get("type") == tls_secrets.TYPE
    }
    kind = discovery.ApiKind(group_version="v1", kind="Secret", plural="secrets", is_namespaced=True)
    query = {"fieldSelector": f"type={tls_secrets.TYPE}"}
    found: dict[str, Listed] = {}
    reason = reasons.NOT_COLLECTED if with_certificates else reasons.NOT_ASKED_FOR
    try:
        for page in api.pages(kind.path, query) if unread and with_certificates else ():
            for item in page.get("items") or ():
                listed = _listed(item, kind)
                found |= {listed.path: listed} if listed.path in unread else {}
    except ToolError as problem:
        reason = problem.reason
    return {path: _without_data(each, reason) for path, each in unread.items()} | found


def _without_data(secret: Listed, reason: str) -> Listed:
    kept = {name: value for name, value in secret.manifest.items() if name not in {"data", "stringData"}}
    return replace(secret, manifest={**kept, tls_secrets.FIELD: {"unread": reason}})


def _rows(page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the Secrets of a table; where a server answers with a list instead, its items."""
    columns = [column.get("name") for column in page.get("columnDefinitions") or () if isinstance(column, dict)]
    for row in page.get("rows") or ():
        cells, partial = row.get("cells"), row.get("object")
        metadata = partial.get("metadata") if isinstance(partial, dict) else None
        if isinstance(cells, list) and isinstance(metadata, dict):
            by_name = dict(zip(columns, cells, strict=False))
            yield {"metadata": metadata, "type": by_name.get("Type", "Opaque")}
    yield from (item for item in page.get("items") or () if isinstance(item, dict))


def _config_maps(api: Api, refusals: list[Refusal]) -> Iterator[Listed]:
    kind = discovery.ApiKind(group_version="v1", kind="ConfigMap", plural="configmaps", is_namespaced=True)
    for name in _MAPS:
        try:
            yield _listed(api.get(f"/api/v1/namespaces/kube-system/configmaps/{name}"), kind)
        except ToolError as problem:
            if problem.reason != reasons.NOT_FOUND and name == "kube-proxy":
                detail = f"its configuration: {problem.detail}"
                refusals.append(Refusal(fact="KubeComponent", topic="kube-proxy", reason=problem.reason, detail=detail))


def _kubelets(api: Api, nodes: Iterable[str], refusals: list[Refusal]) -> dict[str, Mapping[str, Any]]:
    """Return the effective configuration of the kubelets; the first refusal ends it, for it is the same for all."""
    found: dict[str, Mapping[str, Any]] = {}
    for node in sorted(nodes):
        try:
            config = api.get(f"/api/v1/nodes/{node}/proxy/configz").get("kubeletconfig")
        except ToolError as problem:
            refusals.append(
                Refusal(fact="KubeComponent", topic="kubelet", reason=problem.reason, detail=problem.detail)
            )
            if problem.reason == reasons.NO_PERMISSION:
                break
            continue
        if isinstance(config, dict):
            found[node] = config
    return found
