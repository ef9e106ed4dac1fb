"""What node facts say: files, the node, its components; and what they do not say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import certificates, configuration, flags, node_facts
from auditor.masking import mask_text
from auditor.model.artefact import Capture
from auditor.model.digest import canonical
from auditor.model.fact import GapClass, Origin
from auditor.stages.kubernetes import distribution
from auditor.stages.kubernetes.facts import KubeComponent, KubeNode, NodeFile
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.node_components import NodeComponents
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from auditor.formats.node_facts import File, NodeFacts, Problem, Process
    from auditor.model.fact import Fact, Gap
    from auditor.model.text import Text
    from auditor.stages.kubernetes.components import Sighting

# Which component a role's file belongs to; without it the role has no file (catalogue, `not_applicable_when`).
# Empty: no component tells; a node without such a file simply has none.
ROLES: Final = {
    "apiserver_manifest": "kube-apiserver",
    "controller_manager_manifest": "kube-controller-manager",
    "scheduler_manifest": "kube-scheduler",
    "etcd_manifest": "etcd",
    "etcd_data_dir": "etcd",
    "scheduler_kubeconfig": "kube-scheduler",
    "controller_manager_kubeconfig": "kube-controller-manager",
    "pki_all": "kube-apiserver",
    "pki_cert": "kube-apiserver",
    "pki_key": "kube-apiserver",
    "kubelet_service": "kubelet",
    "kubelet_kubeconfig": "kubelet",
    "kubelet_client_ca": "kubelet",
    "kubelet_config": "kubelet",
    "proxy_kubeconfig": "kube-proxy",
    "admin_kubeconfig": "",
    "cni_config": "",
}
_SECTIONS: Final = {"files": (NodeFile, KubeComponent), "processes": (KubeComponent,), "cni": (KubeNode,)}
_ALL: Final = (NodeFile, KubeComponent, KubeNode)


@dataclass
class NodeReading:
    """What one document of node facts gave.

    Attributes:
        sightings: Components seen.
        texts: Content of files by path.
        node: Name of the node, empty if the document could not be read.
        has_processes: Its processes were collected, so that a program which is not among them does not run.
    """

    sightings: list[Sighting] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    node: str = ""
    has_processes: bool = False


def read(
    path: Path, part: str, reading: NodeReading, taken: AbstractSet[str]
) -> Iterator[NodeFile | KubeNode | Gap | Capture]:
    """Read one document.

    Args:
        path: The file.
        part: Argument of the part.
        reading: Filled with what the components of the system are settled from, later and together.
        taken: Names of nodes that other documents of the system are about; a second one of a name gets ``#2``.
    """
    try:
        size = path.stat().st_size
        if not path.is_file() or size > node_facts.SIZE_LIMIT_BYTES:
            is_file = path.is_file()
            reason = reasons.TOO_LARGE if is_file else reasons.NO_REGULAR_FILE
            detail = f"{size} bytes, limit {node_facts.SIZE_LIMIT_BYTES}" if is_file else "node facts are one JSON file"
            yield from _unread(part, reason, detail)
            return
        data = path.read_bytes()
    except FileNotFoundError:
        yield from _unread(part, reasons.NO_SUCH_PATH, str(path))
        return
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
        yield from _unread(part, reasons.CANNOT_BE_READ, str(getattr(problem, "strerror", None) or "no path"))
        return
    facts, problems = node_facts.read(data)
    if facts is None:
        yield from _unread(part, problems[0].reason, problems[0].detail)
        return
    told = facts.node or path.stem
    name = next(each for each in _names(told) if each not in taken)
    capture = _capture(facts)
    yield capture
    yield from _Node(facts, name, part, path.name, capture.digest, reading).facts(problems)


def _names(told: str) -> Iterator[str]:
    yield told
    yield from (f"{told}#{number}" for number in count(2))


def _unread(part: str, reason: reasons.Reason, detail: str) -> Iterator[Gap]:
    for kind in _ALL:
        yield gap(part, kind, reason, detail, say("kubernetes.remedy.node"))


def _capture(facts: NodeFacts) -> Capture:
    """Keep what was taken over, contents masked."""
    return Capture(
        data=canonical(
            {
                "schema": node_facts.SCHEMA,
                "node": facts.node,
                "collected_at": facts.collected_at,
                "files": [
                    [f.path, f.roles, f.mode, f.uid, f.gid, f.owner, f.group, None if f.content is None else _open(f)]
                    for f in facts.files or ()
                ],
                "processes": [[p.name, p.arguments] for p in facts.processes or ()],
                "cni": facts.cni,
            }
        ),
        media_type="application/json",
    )


_KEY_LINE: Final = re.compile(r"(?m)^(\s*(?:- )?\"?(?:secret|token|password|client-key-data)\"?\s*:\s*)\S.*$")


def _open(file: File) -> str:
    return mask_text(_KEY_LINE.sub(r"\1(masked)", file.content or ""))


class _Node:
    """One node's facts on their way to ours."""

    def __init__(self, facts: NodeFacts, name: str, part: str, file: str, capture: str, reading: NodeReading) -> None:
        self._facts = facts
        self._name = name
        self._part = part
        self._file = file
        self._capture = capture
        self._reading = reading
        files = facts.files or ()
        programs = [program for process in facts.processes or () for program in _programs(process)]
        self._distribution = (
            facts.distribution
            or distribution.of_node(programs, (f.path for f in files))
            or distribution.of_cluster("", _registered(facts, "node-labels"), _registered(facts, "provider-id"))
        )
        self._known = distribution.known().get(self._distribution)

    def facts(self, problems: tuple[Problem, ...]) -> Iterator[NodeFile | KubeNode | Gap]:
        """Yield the files and the node, and fill the reading with its components."""
        reading, facts = self._reading, self._facts
        reading.node = self._name
        reading.has_processes = facts.processes is not None
        reading.texts = {file.path: file.content for file in facts.files or () if file.content is not None}
        components = NodeComponents(
            facts=facts, name=self._name, distribution=self._known, texts=reading.texts, origin=self._origin
        )
        reading.sightings = list(components.sightings())
        yield from self._files()
        seen = {each.component for each in reading.sightings}
        yield KubeNode(
            subject=self._name,
            origin=self._origin(""),
            runs=tuple(sorted(seen)) if facts.processes is not None else None,
            distribution=self._distribution,
            cni=facts.cni,
            collected_at=facts.collected_at,
        )
        yield from self._problems(problems)
        yield from self._missing(seen)

    def _origin(self, pointer: str) -> Origin:
        line = 1
        parts = pointer.split("/")
        for end in range(len(parts), 1, -1):
            if (found := self._facts.lines.get("/".join(parts[:end]))) is not None:
                line = found
                break
        return Origin(part=self._part, capture=self._capture, pointer=pointer, file=self._file, line=line)

    def _files(self) -> Iterator[NodeFile]:
        nameless: Counter[str] = Counter()
        for file in self._facts.files or ():
            for role in dict.fromkeys(file.roles):
                known_as = file.path or role
                if not file.path:
                    nameless[role] += 1
                    known_as += f"#{nameless[role]}" if nameless[role] > 1 else ""
                yield NodeFile(
                    subject=f"{known_as}@{self._name}",
                    origin=self._origin(file.pointer),
                    node=self._name,
                    path=file.path,
                    role=role,
                    mode=file.mode,
                    uid=file.uid,
                    gid=file.gid,
                    owner=file.owner,
                    group=file.group,
                    certificate_groups=_groups(file, role),
                )

    def _problems(self, problems: tuple[Problem, ...]) -> Iterator[Gap]:
        """What stands in the facts and cannot be true."""
        remedy = say("kubernetes.remedy.node")
        for each in problems:
            if each.section == "files" and each.subject:
                for role in each.roles or ("",):
                    subject = f"{each.subject}@{self._name}"
                    yield gap(self._part, NodeFile, each.reason, each.detail, remedy, subject=subject, topic=role)
            elif each.section == "processes" and each.subject in flags.COMPONENTS:
                subject = f"{each.subject}@{self._name}"
                yield gap(
                    self._part, KubeComponent, each.reason, each.detail, remedy, subject=subject, topic=each.subject
                )
            else:
                for kind in _SECTIONS.get(each.section, _ALL):
                    yield gap(self._part, kind, each.reason, each.detail, remedy, subject=self._name)

    def _missing(self, seen: set[str]) -> Iterator[Gap]:
        """What was looked for on this node and is not in the facts."""
        facts, remedy = self._facts, say("pipeline.remedy.collect_node")
        if facts.processes is None:
            for component in flags.COMPONENTS:
                is_config = any(s.component == component and s.seen_in == "config" for s in self._reading.sightings)
                if component not in seen or is_config:
                    detail = f"the facts of {self._name} hold no processes"
                    subject = f"{component}@{self._name}"
                    yield self._not_collected(KubeComponent, detail, remedy, subject, component)
        if facts.files is None:
            detail = f"the facts of {self._name} hold no files"
            yield self._not_collected(NodeFile, detail, remedy, self._name)
            return
        told = {role for file in facts.files for role in file.roles}
        for role, component in ROLES.items():
            if role not in told and component and not self._is_absent(role, component, seen):
                detail = f"the facts of {self._name} hold no file of this role, and {component} runs there"
                subject = f"{role}@{self._name}"
                yield self._not_collected(NodeFile, detail, remedy, subject, role)

    def _not_collected(self, kind: type[Fact], detail: str, remedy: Text, subject: str, topic: str = "") -> Gap:
        return gap(
            self._part,
            kind,
            reasons.NOT_COLLECTED,
            detail,
            remedy,
            subject=subject,
            topic=topic,
            gap_class=GapClass.MISSING,
        )

    def _is_absent(self, role: str, component: str, seen: set[str]) -> bool:
        """Tell whether it is known why the node has no file of a role.

        The component does not run there; the distribution has no such file; or the component's flags name none.
        """
        if self._facts.processes is not None and component not in seen:
            return True
        if self._known is not None and (self._known.managed or role in self._known.unused_roles):
            return True
        given = next((s.flags for s in self._reading.sightings if s.component == component), {})
        match role:
            case "kubelet_config":
                return not {"config", "config-dir"} & given.keys()
            case "kubelet_client_ca":
                texts = self._reading.texts
                named = given.get("config")
                config = configuration.parsed(texts.get(str(named[-1].value), "")) if named else {}
                is_read = named is None or str(named[-1].value) in texts
                return is_read and "client-ca-file" not in given and "clientCAFile" not in str(config)
            case "proxy_kubeconfig":
                # In a pod (kubeadm) it comes out of a ConfigMap with the pod's own credentials.
                named = given.get("config") or given.get("kubeconfig")
                return bool(named) and str(named[-1].value if named else "").startswith("/var/lib/kube-proxy/")
            case _:
                return False


def _registered(facts: NodeFacts, name: str) -> Iterator[str]:
    """Yield what the kubelet registers its node with; of labels their keys."""
    for process in facts.processes or ():
        for word in process.arguments:
            flag, _, value = word.partition("=")
            if flag.lstrip("-") == name:
                yield from (each.partition("=")[0] for each in value.split(","))


def _groups(file: File, role: str) -> tuple[str, ...] | None:
    if file.content is None or not role.endswith("_kubeconfig"):
        return None
    return certificates.kubeconfig_groups(configuration.parsed(file.content))


def _programs(process: Process) -> Iterator[str]:
    """Yield the names that a process may be known by."""
    yield process.name
    if process.arguments:
        yield process.arguments[0].rpartition("/")[2].partition(" ")[0]
