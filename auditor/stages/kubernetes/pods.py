"""Components that run as pods: static and mirror pods, workloads; in any namespace, in any of several containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.formats import configuration, flags
from auditor.model.fact import Origin
from auditor.stages.kubernetes.components import Sighting, etcd_variables, image_version, settings, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.stages.kubernetes.facts import KubeObject

# Where each kind that rules know keeps its pod.
_POD: Final = {
    "Pod": "/spec",
    "DaemonSet": "/spec/template/spec",
    "Deployment": "/spec/template/spec",
    "StatefulSet": "/spec/template/spec",
    "ReplicaSet": "/spec/template/spec",
}
_CONTAINERS: Final = ("containers", "initContainers")
_STATIC: Final = ("kubernetes.io/config.source", "kubernetes.io/config.mirror")


def sightings(objects: Sequence[KubeObject]) -> Iterator[Sighting]:
    """Find the components among the pods of a system.

    A pod that a listed workload owns is left to the workload, so that each is found once. etcd in a workload of its
    own outside of ``kube-system`` is an application's database, not the cluster's.
    """
    maps = {(each.namespace, each.name): each for each in objects if each.kind == "ConfigMap"}
    owners = {(each.kind, each.namespace, each.name) for each in objects if each.kind in _POD and each.kind != "Pod"}
    seen_proxy = False
    for each in objects:
        if each.kind not in _POD or _is_owned(each, owners):
            continue
        for sighting in of_object(each, maps):
            seen_proxy = seen_proxy or sighting.component == "kube-proxy"
            yield sighting
    if not seen_proxy and (proxy := maps.get(("kube-system", "kube-proxy"))):
        yield from _proxy_of_map(proxy)


def of_object(each: KubeObject, maps: Mapping[tuple[str, str], KubeObject]) -> Iterator[Sighting]:
    """Find the components in one pod or pod template.

    Args:
        each: The object.
        maps: ConfigMaps by namespace and name.
    """
    root = _POD[each.kind]
    pod = _at(each.manifest, root)
    if not isinstance(pod, dict):
        return
    node = pod.get("nodeName")
    node = node if isinstance(node, str) else ""
    for section in _CONTAINERS:
        containers = pod.get(section)
        for index, container in enumerate(containers if isinstance(containers, list) else ()):
            if not isinstance(container, dict):
                continue
            pointer = f"{root}/{section}/{index}"
            found, pointers = _command(container, pointer)
            if found is None or not _is_of_cluster(found.program, each, pod):
                continue
            texts = _mounted(pod, container, each.namespace, maps)
            if found.program == "kube-scheduler" and _serves_others(found, texts):
                continue
            variables = _variables(container, each.namespace, maps)
            given = settings(
                (flags.Flag(name=f.name, value=flags.resolved(f.value, variables), index=f.index) for f in found.flags),
                pointers,
            )
            environment = etcd_variables(variables, f"{pointer}/env") if found.program == "etcd" else {}
            yield Sighting(
                component=found.program,
                at=node or (each.name if each.kind == "Pod" else each.subject),
                node=node,
                seen_in="static-pod" if _is_static(each, pod) else "pod",
                flags=together(environment, given),
                origin=_origin(each, pointer),
                texts=texts,
                mounts=mounts(pod, container),
                version=image_version(container.get("image")),
            )


def mounts(pod: Mapping[str, object], container: Mapping[str, object]) -> dict[str, str]:
    """Return, by path in the container, where its hostPath volumes lie on the node."""
    hosts = {
        volume["name"]: volume["hostPath"]["path"]
        for volume in _dicts(pod.get("volumes"))
        if isinstance(volume.get("name"), str)
        and isinstance(volume.get("hostPath"), dict)
        and isinstance(volume["hostPath"].get("path"), str)
    }
    found: dict[str, str] = {}
    for mount in _dicts(container.get("volumeMounts")):
        path, inside = mount.get("mountPath"), mount.get("subPath")
        if isinstance(path, str) and _text(mount, "name") in hosts:
            host = hosts[mount["name"]].rstrip("/") or "/"
            found[path] = f"{host}/{inside}" if isinstance(inside, str) and inside else host
    return found


def _command(container: Mapping[str, object], pointer: str) -> tuple[flags.Command | None, list[str]]:
    """Return what a container starts, and the pointer of each of its words."""
    words: list[str] = []
    pointers: list[str] = []
    for section in ("command", "args"):
        given = container.get(section)
        for index, word in enumerate(given if isinstance(given, list) else ()):
            words.append(word if isinstance(word, str) else "")
            pointers.append(f"{pointer}/{section}/{index}")
    found = flags.command(words)
    if found is None and (not words or words[0].startswith("-")):
        # Nothing but flags: the image says what is started, and its name is that of the program.
        image = str(container.get("image", "")).partition("@")[0].rpartition("/")[2].partition(":")[0]
        program = next((name for name in flags.COMPONENTS if image in {name, f"{name}-amd64", f"{name}-arm64"}), None)
        found = flags.command([program, *words]) if program else None
        pointers = [f"{pointer}/image", *pointers]
    return found, pointers


def _variables(
    container: Mapping[str, object], namespace: str, maps: Mapping[tuple[str, str], KubeObject]
) -> dict[str, str]:
    """Return the variables of a container; one whose value was not seen is ``$(NAME)``, as nothing can fill it in."""
    found: dict[str, str] = {}
    for source in _dicts(container.get("envFrom")):
        given = source.get("configMapRef")
        data = _data(given, namespace, maps) if isinstance(given, dict) else {}
        found |= {f"{_text(source, 'prefix')}{name}": value for name, value in data.items()}
    for each in _dicts(container.get("env")):
        name, value, elsewhere = _text(each, "name"), each.get("value"), each.get("valueFrom")
        given = elsewhere.get("configMapKeyRef") if isinstance(elsewhere, dict) else None
        data = _data(given, namespace, maps) if isinstance(given, dict) else {}
        if isinstance(elsewhere, dict):
            found[name] = data.get(_text(given, "key") if isinstance(given, dict) else "", f"$({name})")
        elif isinstance(value, str):
            found[name] = flags.resolved(value, found)
    found.pop("", None)
    return found


def _data(
    reference: Mapping[str, object], namespace: str, maps: Mapping[tuple[str, str], KubeObject]
) -> dict[str, str]:
    """Return the texts of the ConfigMap that a reference names, none if it was not seen."""
    source = maps.get((namespace, _text(reference, "name")))
    data = source.manifest.get("data") if source else None
    return {k: v for k, v in data.items() if isinstance(v, str)} if isinstance(data, dict) else {}


def _mounted(
    pod: Mapping[str, object],
    container: Mapping[str, object],
    namespace: str,
    maps: Mapping[tuple[str, str], KubeObject],
) -> dict[str, str]:
    """Return the files that ConfigMaps put into a container, by path."""
    volumes = {
        volume["name"]: volume["configMap"]
        for volume in _dicts(pod.get("volumes"))
        if isinstance(volume.get("name"), str) and isinstance(volume.get("configMap"), dict)
    }
    found: dict[str, str] = {}
    for mount in _dicts(container.get("volumeMounts")):
        path, volume = mount.get("mountPath"), volumes.get(_text(mount, "name"))
        source = maps.get((namespace, volume["name"])) if volume and isinstance(volume.get("name"), str) else None
        data = source.manifest.get("data") if source else None
        if not isinstance(path, str) or not isinstance(data, dict) or volume is None:
            continue
        items = {_text(i, "key"): _text(i, "path") for i in _dicts(volume.get("items"))}
        for key, text in data.items():
            name = items.get(key, key) if items else key
            if isinstance(text, str) and (not items or key in items):
                inside = mount.get("subPath")
                found[path if inside == name else f"{path.rstrip('/')}/{name}"] = text
    return found


def _proxy_of_map(proxy: KubeObject) -> Iterator[Sighting]:
    """kube-proxy by its ConfigMap alone, as kubeadm names it (``config.conf``)."""
    data = proxy.manifest.get("data")
    text = data.get("config.conf") if isinstance(data, dict) else None
    if isinstance(text, str):
        pointer = "/data/config.conf"
        yield Sighting(
            component="kube-proxy",
            at=proxy.subject,
            node="",
            seen_in="config",
            flags=settings((flags.Flag(name="config", value="config.conf", index=0),), [pointer], "file:ConfigMap"),
            origin=_origin(proxy, pointer),
            texts={"config.conf": text},
        )


def _is_owned(each: KubeObject, owners: set[tuple[str, str, str]]) -> bool:
    metadata = each.manifest.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    return any((_text(o, "kind"), each.namespace, _text(o, "name")) in owners for o in _dicts(references))


def _is_static(each: KubeObject, pod: Mapping[str, object]) -> bool:
    metadata = each.manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    is_mirror = isinstance(annotations, dict) and any(name in annotations for name in _STATIC)
    return each.kind == "Pod" and (is_mirror or (each.namespace == "kube-system" and pod.get("hostNetwork") is True))


def _is_of_cluster(program: str, each: KubeObject, pod: Mapping[str, object]) -> bool:
    """Tell etcd of the cluster from etcd of an application; the other components serve nobody else."""
    if program != "etcd" or each.namespace == "kube-system":
        return True
    return each.kind == "Pod" and (_is_static(each, pod) or pod.get("hostNetwork") is True or not _has_owner(each))


def _serves_others(found: flags.Command, texts: Mapping[str, str]) -> bool:
    """Tell whether a scheduler is a second one: no profile of its file is that of the cluster's own scheduler."""
    path = next((flag.value for flag in found.flags if flag.name == "config"), "")
    config = configuration.parsed(texts.get(path, ""))
    named = [
        _text(each, "schedulerName") for each in _dicts(config.get("profiles") if isinstance(config, dict) else ())
    ]
    return bool(named) and not {"", "default-scheduler"} & set(named)


def _has_owner(each: KubeObject) -> bool:
    metadata = each.manifest.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("ownerReferences"))


def _origin(each: KubeObject, pointer: str) -> Origin:
    line = each.origin.line
    parts = pointer.split("/")
    for end in range(len(parts), 1, -1):
        if (found := each.lines.get("/".join(parts[:end]))) is not None:
            line = found
            break
    return Origin(
        part=each.origin.part,
        capture=each.origin.capture,
        pointer=each.origin.pointer + pointer,
        file=each.origin.file,
        line=line,
    )


def _at(manifest: Mapping[str, object], pointer: str) -> object:
    value: object = manifest
    for name in pointer.split("/")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
