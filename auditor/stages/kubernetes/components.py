"""Programs of the control plane and the nodes: seen as processes, pods and units, made one, and their settings read."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from auditor.formats import configuration, flags
from auditor.stages.kubernetes.facts import KubeComponent, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.formats.documents import Json
    from auditor.model.fact import Origin

    Flags = Mapping[str, tuple[Setting, ...]]

# Flag that names the configuration file of a component.
CONFIG_FLAG: Final = {
    "kubelet": "config",
    "kube-proxy": "config",
    "kube-scheduler": "config",
    "etcd": "config-file",
    "kube-apiserver": "openshift-config",
    "kube-controller-manager": "openshift-config",
}
# OpenShift gives its flags in a file: a section of lists by flag, and fields that become flags
# (https://github.com/openshift/kubernetes/tree/master/openshift-kube-apiserver/openshiftkubeapiserver, flags.go).
_FLAG_SECTIONS: Final = ("apiServerArguments", "extendedArguments")
_FLAG_FIELDS: Final = {
    "servingInfo.certFile": "tls-cert-file",
    "servingInfo.keyFile": "tls-private-key-file",
    "servingInfo.cipherSuites": "tls-cipher-suites",
    "servingInfo.minTLSVersion": "tls-min-version",
    "servingInfo.clientCA": "client-ca-file",
    "kubeletClientInfo.ca": "kubelet-certificate-authority",
    "kubeletClientInfo.certFile": "kubelet-client-certificate",
    "kubeletClientInfo.keyFile": "kubelet-client-key",
    "storageConfig.ca": "etcd-cafile",
    "storageConfig.certFile": "etcd-certfile",
    "storageConfig.keyFile": "etcd-keyfile",
    "storageConfig.urls": "etcd-servers",
    "serviceAccountPublicKeyFiles": "service-account-key-file",
    "auditConfig.auditFilePath": "audit-log-path",
    "auditConfig.policyFile": "audit-policy-file",
}
# Settings that are no text: a program does not start with a file that has "false" where a boolean is due.
_NO_TEXT: Final = {
    "kubelet": frozenset({
        "authentication.anonymous.enabled", "authentication.webhook.enabled", "readOnlyPort", "makeIPTablesUtilChains",
        "eventRecordQPS", "serverTLSBootstrap", "rotateCertificates", "podPidsLimit", "seccompDefault",
        "featureGates.RotateKubeletServerCertificate",
    }),
    "kube-scheduler": frozenset({"enableProfiling"}),
    "etcd": frozenset({
        f"{side}-transport-security.{name}" for side in ("client", "peer") for name in ("auto-tls", "client-cert-auth")
    }),
}  # fmt: skip
# Flags that name a document which rules read, and the role it is known by.
DOCUMENT_FLAGS: Final = {
    "encryption-provider-config": "encryption_config",
    "audit-policy-file": "audit_policy",
    "authentication-config": "authentication_config",
    "authorization-config": "authorization_config",
    "admission-control-config-file": "admission_config",
}
# Flags that name certificates: CIS 2.7 compares etcd's authority with that of clients.
CERTIFICATE_FLAGS: Final = {"trusted-ca-file": "trusted_ca", "client-ca-file": "client_ca"}
# Which sighting of one component counts more.
_RANK: Final = {"configz": 0, "process": 1, "static-pod": 2, "pod": 3, "unit": 4, "config": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One place where a component was seen.

    Attributes:
        component: Its name.
        at: What tells it from others of its name: node, pod or workload.
        node: Node it runs on, empty if unknown.
        seen_in: As in `KubeComponent`.
        flags: As in `KubeComponent`.
        origin: Where it was seen.
        texts: Content of files, by the path that the component knows them under.
        mounts: Folder or file inside the container to where it lies on the node.
        version: Of its image, empty if unknown.
        distribution: As in `KubeComponent`.
        config: Settings that it says are in force (``configz``); then no file is read.
        order: Position among several of its name in one place.
    """

    component: str
    at: str
    node: str
    seen_in: str
    flags: Flags
    origin: Origin
    texts: Mapping[str, str] = field(default_factory=dict)
    mounts: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    distribution: str = ""
    config: Mapping[str, Setting] | None = None
    order: int = 0


def settings(found: Iterable[flags.Flag], pointers: Sequence[str] | str, source: str = "flag") -> Flags:
    """Return flags as settings by name.

    Args:
        found: Flags in order.
        pointers: Pointer of each argument, or the pointer of the list of arguments.
        source: As in `Setting`.
    """
    by_name: dict[str, list[Setting]] = defaultdict(list)
    for flag in found:
        pointer = f"{pointers}/{flag.index}" if isinstance(pointers, str) else pointers[flag.index]
        by_name[flag.name].append(Setting(value=flag.value, source=source, pointer=pointer))
    return {name: tuple(values) for name, values in by_name.items()}


def etcd_variables(variables: Mapping[str, str], pointer: str) -> Flags:
    """Return what etcd takes from its environment: ``ETCD_CERT_FILE`` is ``cert-file`` (etcd configuration guide)."""
    return {
        name.removeprefix("ETCD_").lower().replace("_", "-"): (
            Setting(value=value, source="environment", pointer=pointer),
        )
        for name, value in variables.items()
        if name.startswith("ETCD_")
    }


def together(*parts: Flags) -> Flags:
    """Return settings of several sources, later ones last: the last one is in force."""
    found: dict[str, tuple[Setting, ...]] = {}
    for part in parts:
        for name, values in part.items():
            found[name] = (*found.get(name, ()), *values)
    return found


def components(sightings: Sequence[Sighting], texts: Mapping[str, Mapping[str, str]]) -> Iterator[KubeComponent]:
    """Make one fact of all sightings of one component in one place.

    Args:
        sightings: All of a system.
        texts: Content of files by node and path.
    """
    grouped: dict[tuple[str, str, int], list[Sighting]] = defaultdict(list)
    for each in sightings:
        grouped[each.component, each.at, each.order].append(each)
    for (component, at, order), group in sorted(grouped.items()):
        first, *others = sorted(group, key=lambda each: _RANK[each.seen_in])
        merged = _merged(first, others)
        subject = f"{component}@{at}" + (f"#{order + 1}" if order else "")
        yield _settled(merged, subject, texts.get(merged.node, {}), _differing(first, others))


def _merged(first: Sighting, others: Sequence[Sighting]) -> Sighting:
    """Fill what the best sighting does not say from the others."""
    for other in others:
        environment = {
            name: values
            for name, values in other.flags.items()
            if name not in first.flags and all(each.source == "environment" for each in values)
        }
        has_own_flags = bool(first.flags) or first.seen_in == "process"
        first = replace(
            first,
            flags=together(environment, first.flags) if has_own_flags else other.flags,
            node=first.node or other.node,
            texts={**other.texts, **first.texts},
            mounts={**other.mounts, **first.mounts},
            version=first.version or other.version,
            distribution=first.distribution or other.distribution,
        )
    return first


def _differing(first: Sighting, others: Sequence[Sighting]) -> tuple[str, ...]:
    """Return the flags that a running process and the manifest it should come from do not agree on."""
    manifest = next((each for each in others if each.seen_in in {"static-pod", "pod"}), None)
    if first.seen_in != "process" or manifest is None:
        return ()
    running, written = _texts_of(first.flags), _texts_of(manifest.flags)
    unresolved = {name for name, values in written.items() if any("$(" in value for value in values)}
    names = (running.keys() | written.keys()) - unresolved
    return tuple(sorted(name for name in names if running.get(name) != written.get(name)))


def _texts_of(found: Flags) -> dict[str, tuple[str, ...]]:
    own = {name: tuple(str(each.value) for each in values if each.source == "flag") for name, values in found.items()}
    return {name: values for name, values in own.items() if values}


def _settled(sighting: Sighting, subject: str, on_node: Mapping[str, str], differs: tuple[str, ...]) -> KubeComponent:
    """Read the files that the flags name.

    Args:
        sighting: The component.
        subject: How it is known.
        on_node: Content of the files of its node by path.
        differs: As in `KubeComponent`.
    """
    read = _Reader(sighting, on_node)
    config_file = read.last(CONFIG_FLAG.get(sighting.component, ""))
    if CONFIG_FLAG.get(sighting.component) == "openshift-config":
        passed = _passed_on(read.text(config_file), config_file) if config_file else {}
        config, config_read = dict[str, Setting](), passed is not None
        sighting = replace(sighting, flags={**(passed or {}), **sighting.flags})
        read = _Reader(sighting, on_node)
    else:
        config, config_read = read.configuration(config_file)
    given = sighting.flags
    if sighting.component == "etcd" and config_file:
        # "If you set a configuration file, other command line flags and environment variables will be ignored."
        # https://etcd.io/docs/v3.6/op-guide/configuration/
        given = {"config-file": given["config-file"]}
    return KubeComponent(
        subject=subject,
        origin=sighting.origin,
        component=sighting.component,
        node=sighting.node,
        seen_in=sighting.seen_in,
        flags=given,
        config=config,
        config_file=config_file,
        config_read=config_read,
        files=read.documents(),
        version=sighting.version,
        distribution=sighting.distribution,
        differs=differs,
    )


def _passed_on(content: str | None, path: str) -> Flags | None:
    """Return the flags that OpenShift's configuration file stands for, None if it cannot be read."""
    value = configuration.parsed(content) if content is not None else None
    if not isinstance(value, dict):
        return None
    found: dict[str, tuple[Setting, ...]] = {}
    for field_path, flag in _FLAG_FIELDS.items():
        each: Json = value
        for name in field_path.split("."):
            each = each.get(name) if isinstance(each, dict) else None
        if each not in (None, "", []):
            found[flag] = _settings_of(each, path, f"/{field_path.replace('.', '/')}")
    for section in _FLAG_SECTIONS:
        given = value.get(section)
        for flag, each in given.items() if isinstance(given, dict) else ():
            found[flag] = _settings_of(each, path, f"/{section}/{flag}")
    return found


def _settings_of(value: Json, path: str, pointer: str) -> tuple[Setting, ...]:
    return tuple(
        Setting(
            value=str(each).lower() if isinstance(each, bool) else str(each), source=f"file:{path}", pointer=pointer
        )
        for each in (value if isinstance(value, list) else [value])
    )


class _Reader:
    """Finds the files that a component's flags name."""

    def __init__(self, sighting: Sighting, on_node: Mapping[str, str]) -> None:
        self._sighting = sighting
        self._on_node = on_node
        self._configured: dict[str, str] = {}

    def last(self, flag: str) -> str:
        """Return the value of a flag that is in force, empty if it is not given."""
        values = self._sighting.flags.get(flag)
        return str(values[-1].value) if values else ""

    def text(self, path: str) -> str | None:
        """Return the content of a file by the path that the component knows it under."""
        if path in self._sighting.texts:
            return self._sighting.texts[path]
        return self._on_node.get(on_host(path, self._sighting.mounts))

    def configuration(self, config_file: str) -> tuple[dict[str, Setting], bool]:
        """Return the configuration in force, and whether all of its files were read."""
        if self._sighting.config is not None:
            return dict(self._sighting.config), True
        is_read = True
        files: list[tuple[str, dict[str, Json]]] = []
        folder = self.last("config-dir") if self._sighting.component == "kubelet" else ""
        drop_ins = self._drop_ins(folder) if folder else []
        if folder and not drop_ins and not any(path.startswith(folder) for path in self._on_node):
            is_read = False
        for path in [*([config_file] if config_file else []), *drop_ins]:
            content = self.text(path)
            value = configuration.parsed(content) if content is not None else None
            if isinstance(value, dict):
                files.append((path, {k: v for k, v in value.items() if k not in {"apiVersion", "kind"}}))
            else:
                is_read = False
        merged = configuration.merged(files)
        typed = _NO_TEXT.get(self._sighting.component, frozenset())
        is_read = is_read and not any(name in typed and isinstance(each.value, str) for name, each in merged.items())
        # etcd's configuration file names its authority by the name of the flag, in a section.
        self._configured = {
            name.removeprefix("client-transport-security."): str(value.value) for name, value in merged.items()
        }
        return {
            name: Setting(
                value=value.value,
                source=f"{'drop-in' if value.file in drop_ins else 'file'}:{value.file}",
                pointer=value.pointer,
            )
            for name, value in merged.items()
        }, is_read

    def _drop_ins(self, folder: str) -> list[str]:
        """Return the ``*.conf`` files below a folder in the order of a walk: by name, folder by folder."""
        prefix = folder.rstrip("/") + "/"
        found = [path for path in self._on_node if path.startswith(prefix) and path.endswith(".conf")]
        return sorted(found, key=lambda path: path.split("/"))

    def documents(self) -> dict[str, object]:
        """Return the documents that flags name and that were collected, by role."""
        found: dict[str, object] = {}
        for flag, role in DOCUMENT_FLAGS.items():
            content = self.text(self.last(flag)) if self.last(flag) else None
            value = configuration.parsed(content) if content is not None else None
            if value is not None:
                found[role] = configuration.without_keys(self._with_plugins(value, self.last(flag)))
        for flag, role in CERTIFICATE_FLAGS.items():
            path = self.last(flag) or self._configured.get(flag, "")
            content = self.text(path) if path else None
            if content is not None and (pem := configuration.certificates(content)):
                found[role] = pem
        return found

    def _with_plugins(self, value: Json, path: str) -> Json:
        """Put the files that an AdmissionConfiguration names (``plugins[].path``) where it names them."""
        given = value.get("plugins") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(given, list):
            return value
        plugins: list[Json] = []
        for plugin in given:
            named = plugin.get("path") if isinstance(plugin, dict) else None
            content = self.text(posixpath.join(posixpath.dirname(path), named)) if isinstance(named, str) else None
            if isinstance(plugin, dict) and content is not None:
                plugins.append({**plugin, "configuration": configuration.parsed(content)})
            else:
                plugins.append(plugin)
        return {**value, "plugins": plugins}


def on_host(path: str, mounts: Mapping[str, str]) -> str:
    """Return where a path of a container lies on its node; the path itself where no volume says otherwise."""
    best = max(
        (folder for folder in mounts if path == folder or path.startswith(folder.rstrip("/") + "/")),
        key=len,
        default=None,
    )
    return path if best is None else posixpath.normpath(mounts[best] + path[len(best.rstrip("/")) :])


_TAG: Final = re.compile(r":v?(\d+\.\d+\.\d+)")


def image_version(image: object) -> str:
    """Return the version that an image's tag names, empty if it names none."""
    found = _TAG.search(image) if isinstance(image, str) else None
    return found.group(1) if found else ""
