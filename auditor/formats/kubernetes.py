"""API objects out of documents: Lists opened, names settled, what is secret dropped."""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct, field

from auditor.formats import tls_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.documents import Document, Json

MASK: Final = "(masked)"
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


# Names of variables and keys whose values are taken for secret.
_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key|signing[-_]?key|_key$"
    r"|connection[-_]?string|dsn$",
    re.IGNORECASE,
)
_NOT_SECRET_NAME: Final = re.compile(r"(file|path|dir|name|ref|url|uri|enabled|mount|ttl|expir\w*)$", re.IGNORECASE)
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_URL_PASSWORD: Final = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
# What a bootstrap token's Secret says beside the token itself (CIS 3.1.3 judges it).
_BOOTSTRAP_OPEN: Final = frozenset(
    {"expiration", "usage-bootstrap-authentication", "usage-bootstrap-signing", "auth-extra-groups"}
)
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def without_secrets(value: Mapping[str, Json]) -> dict[str, object]:
    """Return an object without secret values and without bookkeeping.

    Of a Secret only the names of its keys stay (and what a bootstrap token says beside the token, and the certificates
    of one for TLS, `tls_secrets.shown`); elsewhere literal
    values of variables and keys with telling names, private keys, and passwords in addresses are masked.
    ``managedFields`` and the annotation of ``kubectl apply``, which repeats the whole object, go.
    """
    found: dict[str, object] = {
        name: _masked(each) if name in _MASKED_SECTIONS else each for name, each in value.items()
    }
    if isinstance(value.get("metadata"), dict):
        found["metadata"] = _without_bookkeeping(cast("dict[str, Json]", value["metadata"]))
    match value.get("kind"):
        case "Secret" if value.get("type") == tls_secrets.TYPE:
            found.pop(tls_secrets.FIELD, None)
            found |= tls_secrets.shown(value)
        case "Secret":
            open_keys = _BOOTSTRAP_OPEN if value.get("type") == "bootstrap.kubernetes.io/token" else frozenset()
            for section in {"data", "stringData"} & value.keys():
                found[section] = _emptied(value[section], open_keys)
        case "ConfigMap":
            found |= {s: _masked_keys(value[s], whole=s == "binaryData") for s in {"data", "binaryData"} & value.keys()}
    return found


_MASKED_SECTIONS: Final = frozenset({"spec", "template", "parameters", "webhooks"})


def _without_bookkeeping(metadata: dict[str, Json]) -> dict[str, Json]:
    kept = {name: each for name, each in metadata.items() if name != "managedFields"}
    if isinstance(annotations := metadata.get("annotations"), dict):
        kept["annotations"] = {name: each for name, each in annotations.items() if name != _LAST_APPLIED}
    return kept


def _emptied(keys: Json, open_keys: frozenset[str]) -> dict[str, Json]:
    return {k: v if k in open_keys else "" for k, v in keys.items()} if isinstance(keys, dict) else {}


def _masked_keys(keys: Json, *, whole: bool) -> Json:
    if not isinstance(keys, dict):
        return keys
    return {
        k: (MASK if whole or is_secret_name(k) else masked(v)) if isinstance(v, str) else v for k, v in keys.items()
    }


def is_secret_name(name: str) -> bool:
    """Tell whether a variable or key of this name is taken to hold a secret."""
    return _SECRET_NAME.search(name) is not None and _NOT_SECRET_NAME.search(name) is None


def masked(text: str) -> str:
    """Return a text without private keys and without passwords in addresses."""
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(MASK, text)
    return _URL_PASSWORD.sub(rf"\1:{MASK}@", text) if "://" in text else text


def _masked(value: object) -> object:
    """Mask the literal values of environment variables, and texts anywhere; unchanged parts are shared, not copied."""
    if isinstance(value, str):
        return masked(value) if len(value) > 10 and ("://" in value or "PRIVATE KEY" in value) else value  # noqa: PLR2004 - shorter texts hold neither
    if isinstance(value, dict):
        changed = {key: new for key, each in value.items() if (new := _masked(each)) is not each}
        name, text = value.get("name"), value.get("value")
        if isinstance(name, str) and isinstance(text, str) and text and is_secret_name(name):
            changed["value"] = MASK
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        items = [_masked(each) for each in value]
        return items if any(map(operator.is_not, items, value)) else value
    return value
