"""What rules are asked about a cluster, what its silence means to them, and where stands what they name."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from auditor import reasons
from auditor.model.fact import GapClass, Origin
from auditor.model.finding import Severity
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, KubeText, NodeFile
from auditor.stages.kubernetes.questions.deliveries import installs
from auditor.stages.kubernetes.questions.document import running_form, system_of
from auditor.stages.kubernetes.questions.equivalence import OF_PEERS, PODS, grouped, shown
from auditor.stages.kubernetes.questions.templates import POD_KINDS, group_of, object_of
from auditor.stages.kubernetes.texts import say
from auditor.stages.policy.domain import Question, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.model.fact import Fact, Facts
    from auditor.model.text import Text
    from auditor.stages.kubernetes.questions.document import ClusterView, Json
    from auditor.stages.policy.domain import Policy

SLIM_BATCH: Final = 2000
"""Pods in one question where each is shown by little and asked about by itself: 30,000 at once fill OPA's memory."""
_MOST_NAMED: Final = 20
_NODE_ROLES: Final = frozenset({"kubelet", "kube-proxy"})
_WORKLOADS: Final = frozenset(f"KubeObject:{kind}" for kind in POD_KINDS)
_ON_NODES: Final = frozenset({KubeComponent.__name__, NodeFile.__name__})
_CONTAINER: Final = re.compile(r".*/(?:init|ephemeral)?[cC]ontainers/\d+(?=/|$)")
_PODS_ARE_ELSEWHERE: Final = frozenset({"pods_unseen", "pods_malformed"})
_HOOK: Final = "helm.sh/hook"
_WEIGHTS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


@dataclass
class ClusterQuestions:
    """The facts of one cluster, ready to be asked about.

    Attributes:
        facts: As they were seen.
        system: The same in the shape of documents.
    """

    facts: Facts
    system: ClusterView
    _origins: dict[tuple[int, str | None, str], Origin] = field(default_factory=dict)
    _named: dict[tuple[int, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts) -> ClusterQuestions:
        """Put facts into the shape of ``policies/schemas/kubernetes.json``."""
        return cls(facts, system_of(facts))

    def __post_init__(self) -> None:
        """Index facts by subject."""
        self._objects = {fact.subject: fact for fact in self.facts.of(KubeObject)}
        self._components = {name: running_form(found) for name, found in self.facts.by_subject(KubeComponent)}
        self._files = {(fact.subject, fact.role): fact for fact in self.facts.of(NodeFile)}
        self._nodes = {fact.subject: fact for fact in self.facts.of(KubeNode)}
        self._texts = {(fact.origin.part, fact.subject): fact for fact in self.facts.of(KubeText)}

    @property
    def size(self) -> int:
        """How many objects and components rules can be asked about."""
        return len(self.system.names) + len(self.system.components)

    # -- what is asked -------------------------------------------------------------------------------------------------

    def idle(self, policies: Sequence[Policy]) -> frozenset[str]:
        """Return the ids of checks of ours that can have no subject here.

        They are not asked: that halves the time of a small system.
        """
        return frozenset(
            policy.id
            for policy in policies
            if not (policy.is_batched or policy.is_users or self._may_have_subjects(policy))
        )

    def _may_have_subjects(self, policy: Policy) -> bool:
        match policy.judges:
            case KubeComponent.__name__:
                topics = {need.partition(":")[2] for need in policy.needs}
                return any(component["component"] in topics for component in self.system.components)
            case NodeFile.__name__:
                return bool(self.system.node_files or self.system.nodes)
            case KubeObject.__name__:
                return bool(self.system.names)
        return True

    def questions(self, policies: Sequence[Policy], limit_s: float, batch: int) -> Iterator[Question]:
        """Yield what is asked: rules over the cluster about all of it, rules on pods in batches.

        Rules that see the same are asked together: those over the cluster about what they see of all pods, those on
        pods about one of the pods that are alike in it. What holds for many pods is asked early, for to work that out
        takes us as long as OPA is at the longest questions, which come next.
        """
        system = self.system
        over_cluster = tuple(policy for policy in policies if not policy.is_batched)
        # half a second of the longest question goes to the other core
        of_pods = tuple(policy for policy in over_cluster if _reads_pods_only(policy) and not policy.is_users)
        rest = [policy for policy in over_cluster if policy not in of_pods]
        whole = self._of_whole(rest, limit_s)
        of_view: dict[str, list[Policy]] = defaultdict(list)
        for policy in policies:
            if policy.is_batched:
                of_view[policy.sees].append(policy)
        yield from islice(whole, 1)
        for view in sorted(of_view.keys() - OF_PEERS, key=lambda view: (view != "security", view)):
            yield from self._of_alike(tuple(of_view[view]), view, limit_s, batch)
            yield from whole  # the rest of it after the first view
        yield from whole
        for each in (of_pods, *(tuple(of_view[view]) for view in sorted(of_view.keys() & OF_PEERS))):
            for at in range(0, len(system.pods) if each else 0, SLIM_BATCH):  # no two pods are alike in what these see
                yield Question(each, system.pods[at : at + SLIM_BATCH], limit_s)
        secure = of_view["security"]
        for at in range(0, len(system.glimpses) if secure or of_pods else 0, batch):
            pods = system.glimpses[at : at + batch]
            yield Question((*secure, *of_pods), pods, limit_s, only_failures=True)

    def _of_whole(self, policies: Sequence[Policy], limit_s: float) -> Iterator[Question]:
        together: dict[tuple[bool, str], list[Policy]] = defaultdict(list)
        for policy in policies:
            together[_names_all(policy), _view_of(policy)].append(policy)
        for _, alike in sorted(together.items(), reverse=True):
            yield Question(tuple(alike), None, limit_s)

    def _of_alike(self, policies: tuple[Policy, ...], view: str, limit_s: float, batch: int) -> Iterator[Question]:
        equivalents = grouped(self.system.pods, view)
        batches = [equivalents.pods[at : at + batch] for at in range(0, len(equivalents.pods), batch)]
        empty = self.system.namespaces_without_pods
        for pods in batches or ([[]] if empty else []):
            yield Question(policies, pods, limit_s, empty, equivalents.subjects)
            empty = frozenset()

    def document(self, question: Question) -> Json:
        """Return the input of a question: what its rules need and use, and no more."""
        wanted = [each.partition(":") for p in question.policies for each in (*p.needs, *p.uses)]
        kinds = {topic for kind, _, topic in wanted if kind == KubeObject.__name__ and topic}
        if not question.is_users:
            # our own rules read workloads as pods only; a user's may ask for the objects themselves
            kinds -= POD_KINDS.keys()
        document: Json = {"cluster": self.system.cluster}
        if question.items is None:
            return document | {
                "components": self.system.components,
                "node_files": self.system.node_files,
                "nodes": self.system.nodes,
                "objects": self.system.chosen(kinds),
                "pods": shown(self.system.pods, _view_of(question.policies[0])),
                "names": self._names(question),
            }
        components = {topic for kind, _, topic in wanted if kind == KubeComponent.__name__}
        namespaces = frozenset(pod["namespace"] for pod in question.items) | question.scopes
        return document | {
            "components": [c for c in self.system.components if c["component"] in components],
            "node_files": [],
            "nodes": [],
            "objects": self.system.chosen(kinds, namespaces),
            "pods": _items(question),
            "names": [],
        }

    def _names(self, question: Question) -> list[Json]:
        """Return the names of all objects for rules that speak of all; of those whose pods are not seen for others."""
        if question.is_users or any(map(_names_all, question.policies)):
            return self.system.names
        return [name for name in self.system.names if name.keys() & _PODS_ARE_ELSEWHERE]

    # -- what was not seen ---------------------------------------------------------------------------------------------

    def unseen(self) -> Iterator[tuple[str, Unseen]]:
        """Yield workloads of which nothing can be said, each once for all checks of pods.

        They are those that no API server would take, and objects whose pods their controllers write, by kind.
        """
        for subject, detail in self.system.malformed.items():
            of = self._objects.get(object_of(subject))
            remedy = say("kubernetes.remedy.pod")
            yield PODS, Unseen(subject=subject, reason=reasons.MALFORMED, detail=detail, remedy=remedy, of=of)
        by_kind: dict[tuple[str, str, str], list[KubeObject]] = defaultdict(list)
        for fact in self.system.unseen.values():
            by_kind[fact.origin.part, group_of(fact.api_version), fact.kind].append(fact)
        for (_part, group, kind), found in by_kind.items():
            yield PODS, _without_pods(group, kind, found)

    def absent(self, policy: Policy) -> Text | Unseen | None:
        """Return what it means that a check found no subject; nothing where "not applicable" is the truth."""
        if policy.judges in _ON_NODES:
            return self._without_component(policy)
        if policy.is_about_whole and not self.system.cluster["is_complete"]:
            return Unseen(
                reason=reasons.NOT_COLLECTED,
                detail="no object of the kinds that it reads is among the facts",
                remedy=say("pipeline.remedy.collect_cluster"),
                gap_class=self._gap_class,
            )
        return None

    def _without_component(self, policy: Policy) -> Text | Unseen:
        topics = {need.partition(":")[2] for need in policy.needs}
        nodes = self.facts.of(KubeNode)
        on_control_plane = not topics & _NODE_ROLES and not any("kubelet" in t or "proxy" in t for t in topics)
        if self.system.cluster["is_managed"] and on_control_plane:
            return say("kubernetes.provider")
        if topics == {"kube-proxy"} and nodes and all(n.runs is not None and "kube-proxy" not in n.runs for n in nodes):
            return say("kubernetes.no_kube_proxy")
        if "etcd" in topics and self._has_no_etcd():
            return say("kubernetes.no_etcd")
        return Unseen(
            reason=reasons.NOT_COLLECTED,
            detail=f"{', '.join(sorted(topics))} was not collected",
            remedy=say("pipeline.remedy.collect_control_plane" if on_control_plane else "pipeline.remedy.collect_node"),
            gap_class=self._gap_class,
        )

    def _has_no_etcd(self) -> bool:
        """Tell whether all API servers speak to kine or dqlite over a socket of their own node."""
        servers = [c.flags.get("etcd-servers", ()) for c in self.facts.of(KubeComponent, "kube-apiserver")]
        return bool(servers) and all(
            given and all(str(each.value).startswith("unix://") for each in given) for given in servers
        )

    def undecided(self, policy: Policy, *, is_value: bool) -> tuple[Text, GapClass]:
        """Return what to do where a rule could not decide, and whose loss it is."""
        if is_value:
            return say("kubernetes.remedy.value"), GapClass.LOST
        if policy.is_partial:
            return say("judge.remedy.person"), GapClass.MISSING
        on_nodes = policy.judges in _ON_NODES
        return say("pipeline.remedy.collect_node" if on_nodes else "pipeline.remedy.collect_cluster"), self._gap_class

    @property
    def _gap_class(self) -> GapClass:
        """What it is that the cluster or its nodes did not show: manifests alone never can."""
        is_live = bool(self.system.cluster["kinds_listed"] or self.system.nodes or self.system.node_files)
        return GapClass.MISSING if is_live else GapClass.OUT_OF_REACH

    # -- the facts that decided ----------------------------------------------------------------------------------------

    def deciding(self, policy: Policy, subject: str) -> Fact | None:
        """Return the fact that a subject of a check is."""
        if policy.judges == KubeComponent.__name__:
            return self._components.get(subject)
        if policy.judges == NodeFile.__name__:
            found = next((f for n in policy.needs if (f := self._files.get((subject, n.partition(":")[2])))), None)
            return found or self._nodes.get(subject.rpartition("@")[2])
        if subject == "cluster":
            return self.whole()
        return self._objects.get(subject) or self._objects.get(object_of(subject))

    def cited(self, name: str) -> Fact | None:
        """Return the object that a rule names."""
        return self._objects.get(name)

    def whole(self) -> Fact | None:
        """Return the fact about the cluster."""
        return next(iter(self.facts.of(KubeCluster)), None)

    def place(self, fact: Fact, pointer: str, digest: str | None) -> Origin:
        """Return where something of a fact stands."""
        key = (id(fact), digest, pointer)
        if key not in self._origins:
            self._origins[key] = _origin_at(fact, pointer, digest)
        return self._origins[key]

    def aimed(self, patch: Sequence[Json], fact: Fact | None) -> Sequence[Json]:
        """Return a patch with a test of the name of each container that it changes: their order may change."""
        if not isinstance(fact, KubeObject):
            return patch
        places = dict.fromkeys(
            found[0] for each in patch if isinstance(each, dict) and (found := _CONTAINER.match(str(each.get("path"))))
        )
        named = [(place, self._name_at(fact, place)) for place in places]
        return [*({"op": "test", "path": f"{place}/name", "value": name} for place, name in named if name), *patch]

    def _name_at(self, fact: KubeObject, place: str) -> str:
        key = (id(fact), place)
        if key not in self._named:
            self._named[key] = _name_at(fact.manifest, place)
        return self._named[key]

    def excerpt(self, origin: Origin) -> tuple[str, str, str]:
        """Return the line of a place in a file, two before and two behind it; empty where the file is not kept."""
        text = self._texts.get((origin.part, origin.file or ""))
        return text.around(origin.line) if text else ("", "", "")

    # -- what runs once ------------------------------------------------------------------------------------------------

    def told(self, actual: Text, fact: Fact | None) -> Text:
        """Return what was seen, with the word that it runs once and serves nobody."""
        hook = hook_of(fact)
        return say("kubernetes.hook", actual=actual, hook=hook) if hook else actual

    def apart(self, fact: Fact | None) -> str:
        """Return the word for what runs once and serves nobody."""
        return "hook" if hook_of(fact) else ""

    def weighed(self, severity: Severity, fact: Fact | None) -> Severity:
        """Return how bad a failure is: what runs once weighs one less."""
        return _WEIGHTS[min(_WEIGHTS.index(severity) + 1, len(_WEIGHTS) - 2)] if hook_of(fact) else severity


def _name_at(manifest: Mapping[str, Any], pointer: str) -> str:
    """Return the name of what stands at a place of an object, empty if it has none."""
    at: Any = manifest
    for key in pointer.split("/")[1:]:
        if isinstance(at, list) and key.isdecimal() and int(key) < len(at):
            at = at[int(key)]
        else:
            at = at.get(key) if isinstance(at, dict) else None
    name = at.get("name") if isinstance(at, dict) else None
    return name if isinstance(name, str) else ""


def _items(question: Question) -> Sequence[Json]:
    """Return the pods of a question as its rules see them, made when it is asked: they do not wait in memory."""
    first, items = question.policies[0], question.items or ()
    is_seen_so = first.is_batched and first.sees not in OF_PEERS
    return items if is_seen_so or question.only_failures else shown(items, first.sees if first.is_batched else "all")


def _view_of(policy: Policy) -> str:
    """Return what a check over the whole cluster sees of its pods: one of ours that speaks of no workload, nothing."""
    speaks_of_pods = policy.is_users or not _WORKLOADS.isdisjoint((*policy.needs, *policy.uses))
    return "none" if policy.sees == "all" and not speaks_of_pods else policy.sees


def _names_all(policy: Policy) -> bool:
    """Tell whether a check speaks of objects of every kind."""
    return KubeObject.__name__ in policy.needs


def _reads_pods_only(policy: Policy) -> bool:
    """Tell whether a check judges pods and needs nothing else for it."""
    return policy.collection == PODS and _WORKLOADS.issuperset(policy.needs)


def _without_pods(group: str, kind: str, found: Sequence[KubeObject]) -> Unseen:
    subjects = [fact.subject for fact in found]
    shown = ", ".join(subjects[:_MOST_NAMED]) + (
        f" and {more} more" if (more := len(subjects) - _MOST_NAMED) > 0 else ""
    )
    what = "installs what stands elsewhere" if installs(found[0]) else "makes pods, or may"
    return Unseen(
        subject=subjects[0] if len(subjects) == 1 else f"{kind} ({group})",
        reason=reasons.NOT_COLLECTED,
        detail=f"the controller of {kind} ({group}) {what}, and nothing here shows them: {shown}",
        remedy=say("kubernetes.remedy.installed" if installs(found[0]) else "kubernetes.remedy.unseen"),
        gap_class=GapClass.MISSING,
        of=found[0],
    )


_HOOKS_ARE: Final = frozenset({"Pod", "Job"})


def hook_of(fact: Fact | None) -> str:
    """Return the hooks of Helm that an object is, empty if it is none: it runs once and is no workload."""
    if not isinstance(fact, KubeObject) or fact.kind not in _HOOKS_ARE:
        return ""
    metadata = fact.manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    hook = annotations.get(_HOOK) if isinstance(annotations, dict) else None
    return hook if isinstance(hook, str) else ""


def _origin_at(fact: Fact, pointer: str, digest: str | None) -> Origin:
    at = fact.origin
    line, place, file = at.line, at.pointer, at.file
    if isinstance(fact, KubeObject) and pointer:
        place = at.pointer + pointer
        line = _line(fact, pointer) or at.line
        file, line = _patched(fact, pointer) or (file, line)
    elif isinstance(fact, KubeComponent):
        place = _written(fact, pointer) or at.pointer
    return Origin(
        part=at.part,
        capture=at.capture or digest,
        pointer=place,
        file=file,
        line=line,
        end_line=None if (file, line) != (at.file, at.line) else at.end_line,
    )


def _patched(fact: KubeObject, pointer: str) -> tuple[str, int] | None:
    """Return the place of a pointer in the patch that brought it, or the first thing below it that a patch brought."""
    if not fact.places:
        return None
    return fact.places.get(pointer) or next(
        (place for at, place in sorted(fact.places.items()) if at.startswith(f"{pointer}/")), None
    )


def _line(fact: KubeObject, pointer: str) -> int | None:
    """Return the line of a pointer, or of the nearest thing above it that has a line of its own."""
    while pointer:
        if pointer in fact.lines:
            return fact.lines[pointer]
        pointer = pointer.rpartition("/")[0]
    return fact.lines.get("")


def _written(fact: KubeComponent, pointer: str) -> str:
    """Return where a setting stands that a rule names as ``/flags/NAME`` or ``/config/PATH``."""
    _, _, rest = pointer.partition("/")
    where, _, name = rest.partition("/")
    if where == "flags" and fact.flags.get(name):
        return fact.flags[name][-1].pointer
    if where == "config" and name in fact.config:
        return fact.config[name].pointer
    return ""
