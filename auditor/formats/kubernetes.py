"""API objects out of documents: Lists opened, names settled, what is secret dropped."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct, field

from auditor.formats import tls_secrets
from auditor.masking import MASK, mask_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.formats.documents import Document, Json
    from auditor.formats.key_files import Key

# Cluster-scoped kinds of Kubernetes 1.36 (`kubectl api-resources --namespaced=false`), and of add-ons that rules read.
CLUSTER_SCOPED: Final = frozenset({
    "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding",
    "ClusterTrustBundle", "ComponentStatus", "CustomResourceDefinition", "DeviceClass", "DeviceTaintRule", "FlowSchema",
    "IPAddress", "IngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration", "Namespace", "Node", "NodeMetrics", "PersistentVolume", "PodSecurityPolicy",
    "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice", "RuntimeClass", "SelfSubjectAccessReview",
    "SelfSubjectReview", "SelfSubjectRulesReview", "ServiceCIDR", "StorageClass", "StorageVersion",
    "StorageVersionMigration", "SubjectAccessReview", "TokenReview", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass",
    "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumNode",
    "ClusterCleanupPolicy", "ClusterExternalSecret", "ClusterImagePolicy", "ClusterIssuer", "ClusterNetworkPolicy",
    "ClusterPolicy", "ClusterSecretStore", "ConstraintTemplate", "GatewayClass", "GlobalNetworkPolicy",
    "GlobalNetworkSet", "IPPool", "ImageValidatingPolicy", "NodePool", "SecurityContextConstraints",
    "ValidatingPolicy",
})  # fmt: skip
# Files with apiVersion and kind that configure a program and are never sent to an API server.
CONFIGURATION_GROUPS: Final = (
    "kustomize.config.k8s.io/", "kubeadm.k8s.io/", "kubelet.config.k8s.io/", "kubeproxy.config.k8s.io/",
    "kubescheduler.config.k8s.io/", "apiserver.config.k8s.io/", "audit.k8s.io/", "kind.x-k8s.io/", "k3d.io/",
    "client.authentication.k8s.io/", "skaffold/", "tilt.dev/", "builtin", "ctlptl.dev/", "cri-tools.k8s.io/",
    "krew.googlecontainertools.github.com/", "helm.sh/",
)  # fmt: skip
_CONFIGURATION_KINDS: Final = frozenset({"AdmissionConfiguration", "EncryptionConfiguration", "EncryptionConfig"})


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One API object as it stands in a document.

    Attributes:
        api_version: ``apps/v1``.
        kind: ``Deployment``.
        namespace: As written; empty if the object names none.
        name: ``metadata.name``, or ``generateName`` with ``*`` behind it.
        manifest: The object without what is secret.
        pointer: Where it stands in the document, empty for all of it.
        line: First line of it.
        end_line: Last line of it, or of its document.
        lines: As in `Document`, from the object's own root.
        repeated: As in `Document`, from the object's own root.
        places: File and line of each pointer that came from another file than the object.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    manifest: Mapping[str, Any]
    pointer: str
    line: int
    end_line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Something in a document that is no API object.

    Attributes:
        line: First line of it.
        detail: What it is instead, in a few words.
        is_broken: True if it was meant to be an object and is none; False for a file of another trade.
    """

    line: int
    detail: str
    is_broken: bool


def entries(document: Document) -> Iterator[Entry | Stray]:
    """Find the API objects of a document: itself, or the items of a List."""
    value = document.value
    if not isinstance(value, dict):
        yield Stray(line=document.line, detail="not a mapping", is_broken=False)
        return
    items, kind = value.get("items"), value.get("kind")
    if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list)):
        yield _entry(
            value,
            _Place("", document.line, document.end_line, document.lines, document.repeated),
        )
        return
    # The items of a typed list, as an API server answers it, name neither kind nor version.
    untold = {"apiVersion": value.get("apiVersion"), "kind": kind.removesuffix("List")} if kind != "List" else {}
    lines, repeated = _by_item(document.lines), _by_item(document.repeated)
    for index, item in enumerate(items):
        line = document.lines.get(f"/items/{index}", document.lines.get("/items", document.line))
        last = document.lines.get(f"/items/{index + 1}", document.end_line + 1) - 1
        place = _Place(f"/items/{index}", line, max(line, last), lines[index], repeated[index])
        yield _entry({**untold, **item} if isinstance(item, dict) else item, place)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands; names as in `Entry`."""

    pointer: str
    line: int
    end_line: int
    lines: Mapping[str, int]
    repeated: Mapping[str, int]


def _by_item(places: Mapping[str, int]) -> Mapping[int, dict[str, int]]:
    """Part the pointers below ``/items`` by item, each from the item's own root."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for pointer, line in places.items():
        if pointer.startswith("/items/"):
            index, slash, rest = pointer[7:].partition("/")
            if slash:
                found[int(index)][slash + rest] = line
    return found


def _entry(value: Json, place: _Place) -> Entry | Stray:
    if not isinstance(value, dict) or not ("kind" in value or "apiVersion" in value):
        return Stray(line=place.line, detail="no apiVersion and no kind", is_broken=bool(place.pointer))
    api_version, kind, metadata = value.get("apiVersion"), value.get("kind"), value.get("metadata")
    for field_name, text in (("kind", kind), ("apiVersion", api_version)):
        if not isinstance(text, str) or not text:
            meant = "metadata" in value and ("spec" in value or isinstance(kind, str))
            is_broken = meant or bool(place.pointer)
            return Stray(line=place.line, detail=f"{field_name} is missing or no text", is_broken=is_broken)
    if purpose := _configures(str(api_version), str(kind)):
        return Stray(line=place.line, detail=purpose, is_broken=False)
    if value.get("$patch") == "delete":
        return Stray(line=place.line, detail=f"a patch that deletes a {kind}", is_broken=False)
    named = _named(metadata)
    if isinstance(named, str):
        return Stray(line=place.line, detail=f"{kind}: {named}", is_broken=True)
    namespace, name = named
    return Entry(
        api_version=str(api_version),
        kind=str(kind),
        namespace=namespace,
        name=name,
        manifest=without_secrets(value),
        pointer=place.pointer,
        line=place.line,
        end_line=place.end_line,
        lines=place.lines,
        repeated=place.repeated,
    )


def _configures(api_version: str, kind: str) -> str:
    """Say what a document with version and kind is if it is never sent to an API server; empty for objects."""
    if api_version.startswith(CONFIGURATION_GROUPS) or kind in _CONFIGURATION_KINDS:
        return f"{api_version} {kind} configures a program"
    return "a kubeconfig; it holds credentials" if (api_version, kind) == ("v1", "Config") else ""


def _named(metadata: Json) -> tuple[str, str] | str:
    """Return namespace (empty if none) and name, or what is wrong with them."""
    if not isinstance(metadata, dict):
        return "no metadata"
    name, namespace, prefix = metadata.get("name"), metadata.get("namespace"), metadata.get("generateName")
    if name is None and isinstance(prefix, str):
        name = f"{prefix}*"
    if not isinstance(name, str) or not name:
        return "metadata.name is missing or no text"
    if not isinstance(namespace, str | None):
        return "metadata.namespace is no text"
    return namespace or "", name


# What a bootstrap token's Secret says beside the token itself (CIS 3.1.3 judges it).
_BOOTSTRAP_OPEN: Final = frozenset(
    {"expiration", "usage-bootstrap-authentication", "usage-bootstrap-signing", "auth-extra-groups"}
)
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def without_secrets(value: Mapping[str, Json]) -> dict[str, object]:
    """Return an object without secret values and without bookkeeping.

    Of a Secret only the names of its keys stay (and what a bootstrap token says beside the token, and the certificates
    of one for TLS, `tls_secrets.shown`); elsewhere everything goes through the masker (`auditor.masking`), and where it
    hid a private key, `KEYS_FIELD` says so (`private_keys`).
    ``managedFields`` and the annotation of ``kubectl apply``, which repeats the whole object, go.
    """
    found = cast("dict[str, object]", mask_tree(value))
    is_hiding = found is not value
    found = found if is_hiding else {**found}
    if is_hiding and (keys := private_keys(value)):  # where nothing was hidden, there is none
        found[KEYS_FIELD] = keys
    if isinstance(value.get("metadata"), dict):
        found["metadata"] = _without_bookkeeping(cast("dict[str, Json]", found["metadata"]))
    match value.get("kind"):
        case "Secret" if value.get("type") == tls_secrets.TYPE:
            found.pop(tls_secrets.FIELD, None)
            found |= tls_secrets.shown(value)
        case "Secret":
            open_keys = _BOOTSTRAP_OPEN if value.get("type") == "bootstrap.kubernetes.io/token" else frozenset()
            for section in {"data", "stringData"} & value.keys():
                found[section] = _emptied(value[section], open_keys)
        case "ConfigMap":
            found |= {"binaryData": _hidden(value["binaryData"])} if "binaryData" in value else {}
    return found


KEYS_FIELD: Final = "privateKeys"
"""No field of the API."""
_KEY_MARKS: Final = ("PRIVATE KEY-----", "LS0tLS1CRUdJTi")
"""In a text that holds a key in PEM: as it stands, or in base64 (``-----BEGIN``), as of ``binaryData``."""
_KEY_TEXT_LIMIT: Final = 1 << 20


def private_keys(value: Mapping[str, Json]) -> dict[str, str]:
    """Return what private keys stand in an object that is no Secret: protection (empty for none) by JSON pointer.

    The masker hides them from everything that is kept, so this is the one place that can tell. The copy that
    ``kubectl apply`` keeps in an annotation says nothing new.
    """
    if value.get("kind") == "Secret":
        return {}
    found: dict[str, str] = {}
    waiting: list[tuple[str, Json]] = [("", dict(value))]
    while waiting:
        pointer, each = waiting.pop()
        if isinstance(each, dict):
            named = ((k, v) for k, v in each.items() if k not in {_LAST_APPLIED, "managedFields"})
            waiting.extend((f"{pointer}/{str(k).replace('~', '~0').replace('/', '~1')}", v) for k, v in named)
        elif isinstance(each, list):
            waiting.extend((f"{pointer}/{index}", item) for index, item in enumerate(each))
        elif isinstance(each, str) and any(mark in each for mark in _KEY_MARKS) and len(each) <= _KEY_TEXT_LIMIT:
            keys = _keys_in(each)
            if keys:
                found[pointer] = "" if any(not key.is_encrypted for key in keys) else keys[0].protection or "encrypted"
    return dict(sorted(found.items()))


def _keys_in(text: str) -> Sequence[Key]:
    from auditor.formats import key_files  # noqa: PLC0415 - hardly any object holds a key

    if _KEY_MARKS[0] not in text:
        try:
            text = base64.b64decode("".join(text.split())).decode("ascii", "replace")
        except ValueError:
            return ()
    return key_files.read("\n".join(line.strip() for line in text.splitlines()).encode("ascii", "replace")).keys


def _without_bookkeeping(metadata: dict[str, Json]) -> dict[str, Json]:
    kept = {name: each for name, each in metadata.items() if name != "managedFields"}
    if isinstance(annotations := metadata.get("annotations"), dict):
        kept["annotations"] = {name: each for name, each in annotations.items() if name != _LAST_APPLIED}
    return kept


def _emptied(keys: Json, open_keys: frozenset[str]) -> dict[str, Json]:
    return {k: v if k in open_keys else "" for k, v in keys.items()} if isinstance(keys, dict) else {}


def _hidden(keys: Json) -> Json:
    return dict.fromkeys(keys, MASK) if isinstance(keys, dict) else keys
