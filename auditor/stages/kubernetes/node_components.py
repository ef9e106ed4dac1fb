"""Components of one node, as its facts show them: processes, static pods, and what K3s or MicroK8s hold inside."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.formats import configuration, documents, flags
from auditor.formats.kubernetes import Entry, entries
from auditor.stages.kubernetes import distribution, pods
from auditor.stages.kubernetes.components import Sighting, etcd_variables, settings, together
from auditor.stages.kubernetes.facts import KubeObject, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.formats.node_facts import File, NodeFacts, Process
    from auditor.model.fact import Origin
    from auditor.stages.kubernetes.components import Flags
    from auditor.stages.kubernetes.distribution import Distribution

# Components that K3s and RKE2 run on servers, and on every node.
_SERVER: Final = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_AGENT: Final = ("kubelet", "kube-proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeComponents:
    """Finds the components of one node.

    Attributes:
        facts: What was collected.
        name: Name of the node.
        distribution: What it runs, None if unknown.
        texts: Content of its files by path.
        origin: Makes the origin of a pointer into the facts.
    """

    facts: NodeFacts
    name: str
    distribution: Distribution | None
    texts: Mapping[str, str]
    origin: Callable[[str], Origin]

    def sightings(self) -> Iterator[Sighting]:
        """Yield the components of the node: processes, the programs that hold components, static pods, units."""
        count: Counter[str] = Counter()
        for process in self.facts.processes or ():
            found = flags.command(_arguments(process))
            if found is not None:
                yield self._of_process(process, found, count[found.program])
                count[found.program] += 1
        manifests = list(self._static_pods())
        yield from manifests
        seen = {*count, *(each.component for each in manifests)}
        for sighting in (*self._embedded(), *self._argument_files()):
            if sighting.component not in seen:
                seen.add(sighting.component)
                yield sighting
        if self.facts.processes is None and "kubelet" not in seen:
            yield from self._of_unit()

    def _of_process(self, process: Process, found: flags.Command, order: int) -> Sighting:
        environment = etcd_variables(process.environment, f"{process.pointer}/environment")
        # Facts may leave the program to ``name``; then the first word stands there.
        shift = len(_arguments(process)) - len(process.arguments)
        words = [f"{process.pointer}/args/{index}" for index in range(len(process.arguments))]
        given = settings(found.flags, [f"{process.pointer}/name"] * shift + words)
        return self._sighting(
            found.program,
            "process",
            process.pointer,
            together(environment if found.program == "etcd" else {}, given),
            order=order,
        )

    def _sighting(self, component: str, seen_in: str, pointer: str, given: Flags, *, order: int = 0) -> Sighting:
        return Sighting(
            component=component,
            at=self.name,
            node=self.name,
            seen_in=seen_in,
            flags=given,
            origin=self.origin(pointer),
            distribution=self.distribution.name if self.distribution else "",
            order=order,
        )

    def _static_pods(self) -> Iterator[Sighting]:
        """Yield the components of the static pod manifests whose content was collected."""
        for file in self.facts.files or ():
            if file.content is None or not any(role.endswith("_manifest") for role in file.roles):
                continue
            for document in documents.read(file.content.encode("utf-8", "surrogatepass")):
                for entry in entries(document) if isinstance(document, documents.Document) else ():
                    if isinstance(entry, Entry) and entry.kind == "Pod":
                        yield from self._of_manifest(file, entry)

    def _of_manifest(self, file: File, entry: Entry) -> Iterator[Sighting]:
        origin = self.origin(f"{file.pointer}/content")
        pod = KubeObject(
            subject=f"Pod/{entry.namespace}/{entry.name}",
            origin=origin,
            api_version=entry.api_version,
            kind="Pod",
            namespace=entry.namespace or "kube-system",
            name=entry.name,
            manifest=entry.manifest,
        )
        for sighting in pods.of_object(pod, {}):
            yield Sighting(
                component=sighting.component,
                at=self.name,
                node=self.name,
                seen_in="static-pod",
                flags=sighting.flags,
                origin=origin,
                mounts=sighting.mounts,
                version=sighting.version,
                distribution=self.distribution.name if self.distribution else "",
            )

    def _embedded(self) -> Iterator[Sighting]:
        """Yield the components inside K3s or RKE2: its defaults, then its configuration files, then its flags."""
        if self.distribution is None or not self.distribution.program:
            return
        for process in self.facts.processes or ():
            found = flags.command(
                _arguments(process), (self.distribution.program, f"{self.distribution.program}-server")
            )
            if found is not None:
                role = "agent" if found.operands[:1] == ("agent",) else "server"
                yield from self._inside(process, found, role)
                return

    def _inside(self, process: Process, found: flags.Command, role: str) -> Iterator[Sighting]:
        own = together(self._own_configuration(), settings(found.flags, f"{process.pointer}/args"))
        data = (
            str(own["data-dir"][-1].value) if "data-dir" in own else self.distribution.data if self.distribution else ""
        )
        switched_off = {name.removeprefix("disable-") for name, v in own.items() if v[-1].value in {"true", True}}
        hosted: list[str] = []
        if role == "server":
            hosted += [name for name in _SERVER if name.removeprefix("kube-") not in switched_off]
            if self._has_etcd(own, data):
                hosted.append("etcd")
        if "agent" not in switched_off or role == "agent":
            hosted += [name for name in _AGENT if name not in switched_off]
        for component in hosted:
            defaults = distribution.embedded_defaults().get(component, {})
            given = _passed(own, component)
            fallback = {
                name: (Setting(value=value.replace("{data}", data), source="distribution"),)
                for name, value in {**defaults, **self._implied(component, own, data)}.items()
                if name not in given
            }
            yield self._sighting(component, "process", process.pointer, {**fallback, **given})

    def _has_etcd(self, own: Flags, data: str) -> bool:
        has_store = any(path.startswith(f"{data}/server/db/etcd") for path in self._paths())
        is_joined = "cluster-init" in own or ("server" in own and "datastore-endpoint" not in own)
        return has_store or is_joined or (self.distribution is not None and self.distribution.name == "rke2")

    def _implied(self, component: str, own: Flags, data: str) -> dict[str, str]:
        """Return flags that follow from the distribution's own ones (k3s pkg/daemons/control/server.go)."""
        implied: dict[str, str] = {}
        is_on = {name for name, values in own.items() if str(values[-1].value).lower() == "true"}
        if component == "kube-apiserver":
            if "disable-network-policy" in is_on:
                implied["disable-network-policy"] = "true"  # no flag of its own, but of the server that it is a part of
            if "secrets-encryption" in is_on:
                implied["encryption-provider-config"] = f"{data}/server/cred/encryption-config.json"
            implied |= self._implied_store(own, data)
        if component == "kubelet":
            if "protect-kernel-defaults" in is_on:
                implied["protect-kernel-defaults"] = "true"
            folder = f"{data}/agent/etc/kubelet.conf.d"
            if any(path.startswith(f"{folder}/") for path in self._paths()):
                implied["config-dir"] = folder
        if component == "etcd":
            implied["config-file"] = f"{data}/server/db/etcd/config"
        return implied

    def _implied_store(self, own: Flags, data: str) -> dict[str, str]:
        """Return the flags of the API server that say where it keeps its data."""
        implied: dict[str, str] = {}
        store = str(own["datastore-endpoint"][-1].value) if "datastore-endpoint" in own else ""
        if store.startswith("http"):
            implied["etcd-servers"] = store  # an etcd that somebody else runs
            names = {"etcd-cafile": "cafile", "etcd-certfile": "certfile", "etcd-keyfile": "keyfile"}
            given = {flag: own.get(f"datastore-{name}") for flag, name in names.items()}
            implied |= {flag: str(values[-1].value) for flag, values in given.items() if values}
        elif not self._has_etcd(own, data):
            implied["etcd-servers"] = "unix://kine.sock"  # SQLite, or another SQL database
        if self._has_etcd(own, data):
            folder = f"{data}/server/tls/etcd"
            implied |= {
                "etcd-cafile": f"{folder}/server-ca.crt",
                "etcd-certfile": f"{folder}/client.crt",
                "etcd-keyfile": f"{folder}/client.key",
            }
        return implied

    def _own_configuration(self) -> Flags:
        """Return what the distribution's ``config.yaml`` and ``config.yaml.d/*.yaml`` say; ``key+`` adds to ``key``.

        Source: https://docs.k3s.io/installation/configuration#multiple-config-files
        """
        main = self.distribution.config if self.distribution else ""
        texts = self.texts
        below = sorted(path for path in texts if path.startswith(f"{main}.d/") and path.endswith((".yaml", ".yml")))
        found: dict[str, tuple[Setting, ...]] = {}
        for path in [*([main] if main in texts else []), *below]:
            value = configuration.parsed(texts[path])
            for key, given in value.items() if isinstance(value, dict) else ():
                name = key.removesuffix("+")
                values = tuple(
                    Setting(
                        value=str(each).lower() if isinstance(each, bool) else str(each),
                        source=f"file:{path}",
                        pointer=f"/{documents.escaped(key)}",
                    )
                    for each in (given if isinstance(given, list) else [given])
                )
                found[name] = (*found.get(name, ()), *values) if key.endswith("+") else values
        return found

    def _argument_files(self) -> Iterator[Sighting]:
        """Yield the components whose flags stand in files of their own (MicroK8s ``args/<component>``).

        The one of etcd lies there even where dqlite is used; etcd is no part of kubelite, so it shows as a process.
        """
        for file in self.facts.files or ():
            folder, _, name = file.path.rpartition("/")
            if name == "etcd" and self.facts.processes is not None:
                continue
            if file.content is not None and name in flags.COMPONENTS and folder.endswith("/args"):
                pointer = f"{file.pointer}/content"
                given = settings(flags.flags(file.content), [pointer] * (file.content.count("\n") + 1))
                yield self._sighting(name, "process", pointer, given)

    def _of_unit(self) -> Iterator[Sighting]:
        """Yield the kubelet as its systemd unit starts it, or by its configuration file alone."""
        units = [f for f in self.facts.files or () if "kubelet_service" in f.roles and f.content is not None]
        words = _started("\n".join(file.content or "" for file in units), self.texts)
        found = flags.command(words)
        if found is not None and found.program == "kubelet":
            pointer = f"{units[0].pointer}/content"
            yield self._sighting("kubelet", "unit", pointer, settings(found.flags, [pointer] * len(words)))
            return
        for file in self.facts.files or ():
            if "kubelet_config" in file.roles and file.content is not None and not file.path.endswith(".conf"):
                setting = Setting(value=file.path, source="file:facts", pointer=file.pointer)
                yield self._sighting("kubelet", "config", file.pointer, {"config": (setting,)})
                return

    def _paths(self) -> Iterator[str]:
        return (file.path for file in self.facts.files or ())


def _arguments(process: Process) -> list[str]:
    """Return program and arguments; facts may leave the program to ``name``."""
    arguments = list(process.arguments)
    if process.name and (not arguments or arguments[0].startswith("-")):
        return [process.name, *arguments]
    return arguments


def _passed(own: Flags, component: str) -> Flags:
    """Return the flags that K3s passes on to a component: ``--kubelet-arg=max-pods=50``."""
    names = (f"{component}-arg", "kube-controller-arg" if component == "kube-controller-manager" else "")
    found: dict[str, tuple[Setting, ...]] = {}
    for name in names:
        for each in own.get(name, ()):
            flag, equals, value = str(each.value).lstrip("-").partition("=")
            setting = Setting(value=value if equals else "true", source=each.source, pointer=each.pointer)
            found[flag] = (*found.get(flag, ()), setting)
    return found


_ASSIGNMENT: Final = re.compile(r"^Environment(File)?=(.*)$", re.MULTILINE)
_START: Final = re.compile(r"^ExecStart=[-@:+!]*(.+)$", re.MULTILINE)


def _started(unit: str, texts: Mapping[str, str]) -> list[str]:
    """Return the words of the last ``ExecStart`` of a unit and its drop-ins, variables filled in (systemd.service)."""
    unit = unit.replace("\\\n", " ")
    variables: dict[str, str] = {}
    for is_file, value in _ASSIGNMENT.findall(unit):
        lines = texts.get(value.lstrip("-").strip(), "").splitlines() if is_file else _shell_words(value)
        for line in lines:
            name, equals, text = line.partition("=")
            if equals:
                variables[name.strip()] = text.strip().strip("\"'")
    starts = _START.findall(unit)
    if not starts:
        return []
    line = re.sub(r"\$\{?(\w+)\}?", lambda m: variables.get(m.group(1), ""), starts[-1])
    return _shell_words(line)


def _shell_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
