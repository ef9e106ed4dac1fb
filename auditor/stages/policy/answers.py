"""From OPA's answers to results and gaps: which facts decided, where they stand, and what was missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.errors import ToolError, ToolMissing
from auditor.model.fact import Fact, Gap, GapClass, Origin, Read
from auditor.model.finding import Severity
from auditor.model.text import NO_TEXT, Text
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, NodeFile
from auditor.stages.policy import texts
from auditor.stages.policy.deliveries import installs
from auditor.stages.policy.document import running_form
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.templates import POD_KINDS, group_of, object_of
from auditor.stages.policy.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.model.artefact import Capture
    from auditor.model.fact import Facts
    from auditor.model.system import Part
    from auditor.stages.policy.document import ClusterView, Json
    from auditor.stages.policy.facts import Outcome
    from auditor.stages.policy.metadata import Policy

STAGE: Final = "policy"
CONTROL_PLANE: Final = frozenset({"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"})
PODS: Final = "pods"
"""Topic of gaps that every check of pods suffers from."""
_MOST_NAMED: Final = 20
_NODE_ROLES: Final = frozenset({"kubelet", "kube-proxy"})
_WORST_FIRST: Final[tuple[Outcome, ...]] = ("fail", "pass", "not_applicable")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at once.

    Attributes:
        policies: Checks that answer.
        pods: Pods that they are asked about; None for rules over the whole cluster.
        limit_s: Time for the answer.
        namespaces: Namespaces beside those of the pods that it is about.
        alike: Subjects that an answer about one of the pods holds for, by its subject; by itself if it is not there.
    """

    policies: tuple[Policy, ...]
    pods: Sequence[Json] | None
    limit_s: float
    namespaces: frozenset[str] = frozenset()
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_users(self) -> bool:
        """It is put to rules of a user, who may have written anything."""
        return any(policy.is_users for policy in self.policies)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an answer was about.

    Attributes:
        policy: Check that answered.
        subject: Subject that it named.
        names: All subjects that the answer holds for.
        digest: Digest of the capture that holds it.
    """

    policy: Policy
    subject: str
    names: Sequence[str]
    digest: str


def reads(policy: Policy) -> tuple[Read, ...]:
    """Return the kinds and topics of facts without which a check cannot pass, one per kind."""
    topics: dict[str, set[str]] = {}
    for need in policy.needs:
        kind, _, topic = need.partition(":")
        topics.setdefault(kind, set()).add(topic)
    return tuple(Read(kind, frozenset() if "" in found else frozenset(found)) for kind, found in topics.items())


def topics(policy: Policy) -> frozenset[str]:
    """Return the topics of results and of their gaps that a check reads."""
    return frozenset({policy.id, PODS}) if policy.judges_pods else frozenset({policy.id})


def lost(part: Part, check: str, problem: Exception) -> Gap:
    """Return the gap for a check (all of them if empty) that OPA gave no answer for."""
    is_tool = isinstance(problem, ToolError)
    reason = problem.reason if isinstance(problem, ToolError) else "program refused"
    remedy = {"package clash": "policy.remedy.clash", "rule broken": "policy.remedy.rule"}.get(
        reason, "policy.remedy.rule" if "policy" in reason else "policy.remedy.opa"
    )
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=PolicyResult.__name__,
        subject="",
        topic=check,
        reason="opa is not installed" if isinstance(problem, ToolMissing) else reason,
        detail=problem.detail if isinstance(problem, ToolError) else str(problem),
        tool=problem.tool if is_tool and isinstance(problem, ToolError) else "opa",
        remedy=say(remedy),
    )


@dataclass
class Answers:
    """Puts questions into documents, and OPA's answers into results.

    Attributes:
        part: Part that gaps without a better place are told of.
        facts: What is asked about.
        system: The same in the shape of documents.
        parameters: Values that win over ours.
    """

    part: Part
    facts: Facts
    system: ClusterView
    parameters: Mapping[str, object]
    _found: dict[str, dict[str, PolicyResult]] = field(default_factory=lambda: defaultdict(dict))
    _undecided: dict[tuple[str, str], Gap] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _texts: dict[Text, Text] = field(default_factory=dict)
    _cites: dict[tuple[int, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _origins: dict[tuple[int, str | None, str], Origin] = field(default_factory=dict)

    def document(self, question: Question) -> Json:
        """Return the input of a question: what its rules need and use, and no more."""
        wanted = [each.partition(":") for p in question.policies for each in (*p.needs, *p.uses)]
        kinds = {topic for kind, _, topic in wanted if kind == KubeObject.__name__ and topic}
        if not question.is_users:
            # our own rules read workloads as pods only; a user's may ask for the objects themselves
            kinds -= POD_KINDS.keys()
        document: Json = {
            "ask": [policy.id for policy in question.policies],
            "cluster": self.system.cluster,
            "parameters": self.parameters,
        }
        if question.pods is None:
            return document | {
                "components": self.system.components,
                "node_files": self.system.node_files,
                "nodes": self.system.nodes,
                "objects": self.system.chosen(kinds),
                "pods": self.system.slim_pods,
                "names": self.system.names,
            }
        components = {topic for kind, _, topic in wanted if kind == KubeComponent.__name__}
        namespaces = frozenset(pod["namespace"] for pod in question.pods) | question.namespaces
        return document | {
            "components": [c for c in self.system.components if c["component"] in components],
            "node_files": [],
            "nodes": [],
            "objects": self.system.chosen(kinds, namespaces),
            "pods": question.pods,
            "names": [],
        }

    def may_have_subjects(self, policy: Policy) -> bool:
        """Tell whether there is anything that a rule of ours could judge; if not, it counts as asked."""
        match policy.judges:
            case KubeComponent.__name__:
                topics = {need.partition(":")[2] for need in policy.needs}
                may = any(component["component"] in topics for component in self.system.components)
            case NodeFile.__name__:
                may = bool(self.system.node_files or self.system.nodes)
            case KubeObject.__name__:
                may = bool(self.system.names)
            case _:
                may = True
        if not may:
            self._asked.add(policy.id)
        return may

    def take(self, question: Question, capture: Capture) -> Iterator[Gap]:
        """Sort an answer into results and undecided subjects; a check that is silent is a gap."""
        said = _said(capture.data)
        for policy in question.policies:
            self._asked.add(policy.id)
            answer = said.get(policy.id) if said is not None else None
            if said is None:
                problem = ToolError("answer not understood", "its result is no JSON object", capture.tool)
                yield self.lost(policy, problem)
            elif answer is None:
                problem = ToolError("rule answers nothing", f"{policy.package}: subject or compliant is undefined")
                yield self.lost(policy, problem)
            else:
                try:
                    self._take(policy, answer, question.alike, capture.digest)
                except (AttributeError, KeyError, TypeError, ValueError) as error:  # a user's rule answers as it likes
                    detail = f"{policy.package}: {type(error).__name__}: {error}"[:300]
                    self._found.pop(policy.id, None)
                    yield self.lost(policy, ToolError("answer not understood", detail, capture.tool))

    def lost(self, policy: Policy, problem: ToolError) -> Gap:
        """Return the gap for a check that got no answer; that is all there is to say of it then."""
        self._answered.add(policy.id)
        return lost(self.part, policy.id, problem)

    def _take(self, policy: Policy, answer: Mapping[str, Any], alike: Mapping[str, Sequence[str]], digest: str) -> None:
        compliant = set(answer["compliant"])
        not_applicable, undecided, reasons = (answer[key] for key in ("not_applicable", "undecided", "reason"))
        for subject in answer["subject"]:
            self._answered.add(policy.id)
            asked = _Asked(policy, subject, alike.get(subject, (subject,)), digest)
            reason = reasons.get(subject, {})
            if subject in compliant:
                self._keep(asked, "pass", reason)
            elif subject in not_applicable:
                self._keep(asked, "not_applicable", {}, _both(not_applicable[subject]))
            elif subject in undecided:
                for name in asked.names:
                    self._undecided[policy.id, name] = self._gap(policy, name, undecided[subject])
            else:
                self._keep(asked, "fail", reason)

    def _keep(self, asked: _Asked, outcome: Outcome, reason: Mapping[str, Any], detail: Text = NO_TEXT) -> None:
        """Note one answer for every subject that it holds for."""
        policy = asked.policy
        cited = [fact for name in dict.fromkeys(reason.get("cites", ())) if (fact := self._objects.get(name))]
        pointer = str(reason.get("pointer", ""))
        patch = reason.get("patch", "") if outcome == "fail" else ""
        patch = patch if isinstance(patch, str) else orjson.dumps(patch).decode() if patch else ""
        expected = self._text(reason["expected"]) if "expected" in reason else policy.expected
        actual = self._text(reason["actual"]) if "actual" in reason else NO_TEXT
        bare = actual
        found = self._found[policy.id]
        for name in asked.names:
            before = found.get(name)
            if before and _WORST_FIRST.index(before.outcome) <= _WORST_FIRST.index(outcome):
                continue
            deciding = self._deciding(policy, name)
            rests_on = (deciding, *cited) if deciding else tuple(cited)
            actual = self._marked(bare, hook) if outcome == "fail" and (hook := hook_of(deciding)) else bare
            found[name] = PolicyResult(
                subject=deciding.subject if deciding and deciding.subject == name else name,
                origin=self._origin(rests_on[0] if rests_on else None, pointer, asked.digest),
                check=policy.id,
                outcome=outcome,
                expected=expected,
                actual=actual,
                detail=detail,
                patch=patch,
                cites=self._cited(rests_on),
                answer=asked.digest,
                asked_as="" if name == asked.subject else asked.subject,
                severity=_severity(policy, reason, deciding) if outcome == "fail" else "",
                controls=tuple(reason.get("controls", ())) if outcome == "fail" else (),
            )

    # Most results of a subject share their parts.

    def _cited(self, facts: tuple[Fact, ...]) -> tuple[tuple[str, str], ...]:
        key = tuple(map(id, facts))
        if key not in self._cites:
            self._cites[key] = tuple((type(fact).__name__, fact.subject) for fact in facts)
        return self._cites[key]

    def _text(self, said: object) -> Text:
        text = _both(said)
        return self._texts.setdefault(text, text)

    def _marked(self, actual: Text, hook: str) -> Text:
        """Return what was seen, with the word that it runs once and serves nobody."""
        marked = Text(*(texts.say("policy.hook", actual=actual.to(to), hook=hook).to(to) for to in ("en", "zh")))
        return self._texts.setdefault(marked, marked)

    def results(self, checks: AbstractSet[str]) -> Iterator[PolicyResult | Gap]:
        """Iterate over all results of some checks, and a gap for each subject that could not be decided; once.

        Those of one subject share origins and come together: what is one object is sent to the main process once only
        within a batch.
        """
        found = {check: self._found.pop(check, {}) for check in checks}
        undecided = {key: self._undecided.pop(key) for key in [key for key in self._undecided if key[0] in checks]}
        every = (result for of_check in found.values() for result in of_check.values())
        yield from sorted(every, key=attrgetter("subject", "check"))
        yield from (gap for (check, name), gap in undecided.items() if name not in found[check])

    def malformed(self) -> Iterator[Gap]:
        """Iterate over gaps for workloads of which nothing can be said, each once for all checks of pods.

        They are those that no API server would take, and objects whose pods their controllers write, by kind.
        """
        for subject, detail in self.system.malformed.items():
            yield self._missing(None, subject, "malformed", detail, say("policy.remedy.pod"))
        by_kind: dict[tuple[str, str, str], list[KubeObject]] = defaultdict(list)
        for fact in self.system.unseen.values():
            by_kind[fact.origin.part, group_of(fact.api_version), fact.kind].append(fact)
        for (_part, group, kind), found in by_kind.items():
            yield self._without_pods(group, kind, found)

    def _without_pods(self, group: str, kind: str, found: Sequence[KubeObject]) -> Gap:
        subjects = [fact.subject for fact in found]
        shown = ", ".join(subjects[:_MOST_NAMED]) + (
            f" and {more} more" if (more := len(subjects) - _MOST_NAMED) > 0 else ""
        )
        what = "installs what stands elsewhere" if installs(found[0]) else "makes pods, or may"
        detail = f"the controller of {kind} ({group}) {what}, and nothing here shows them: {shown}"
        remedy = texts.say("policy.remedy.installed" if installs(found[0]) else "policy.remedy.unseen")
        subject = subjects[0] if len(subjects) == 1 else f"{kind} ({group})"
        return self._missing(None, subject, "not collected", detail, remedy, GapClass.MISSING, found[0])

    def without_subject(self, policy: Policy) -> Iterator[PolicyResult | Gap]:
        """Say what it means that a check found no subject; nothing is said where "not applicable" is the truth."""
        if policy.id in self._answered or (policy.id not in self._asked and not policy.is_per_pod):
            return
        if any(self.facts.missing(read) for read in reads(policy)):
            return  # the gap of the stage that observes says it better
        if policy.judges in {KubeComponent.__name__, NodeFile.__name__}:
            yield self._without_component(policy)
        elif policy.is_about_cluster and not self.system.cluster["is_complete"]:
            detail = "no object of the kinds that it reads is among the facts"
            remedy = say("pipeline.remedy.collect_cluster")
            yield self._missing(policy, "", "not collected", detail, remedy, self._unseen)

    def _without_component(self, policy: Policy) -> PolicyResult | Gap:
        topics = {need.partition(":")[2] for need in policy.needs}
        nodes = self.facts.of(KubeNode)
        on_control_plane = not topics & _NODE_ROLES and not any("kubelet" in t or "proxy" in t for t in topics)
        if self.system.cluster["is_managed"] and on_control_plane:
            return self._not_applicable(policy, say("policy.provider"))
        if topics == {"kube-proxy"} and nodes and all(n.runs is not None and "kube-proxy" not in n.runs for n in nodes):
            return self._not_applicable(policy, say("policy.no_kube_proxy"))
        if "etcd" in topics and self._has_no_etcd():
            return self._not_applicable(policy, say("policy.no_etcd"))
        remedy = "collect_control_plane" if on_control_plane else "collect_node"
        detail = f"{', '.join(sorted(topics))} was not collected"
        return self._missing(policy, "", "not collected", detail, say(f"pipeline.remedy.{remedy}"), self._unseen)

    def _has_no_etcd(self) -> bool:
        """Tell whether all API servers speak to kine or dqlite over a socket of their own node."""
        servers = [c.flags.get("etcd-servers", ()) for c in self.facts.of(KubeComponent, "kube-apiserver")]
        return bool(servers) and all(
            given and all(str(each.value).startswith("unix://") for each in given) for given in servers
        )

    def _not_applicable(self, policy: Policy, why: Text) -> PolicyResult:
        cluster = next(iter(self.facts.of(KubeCluster)), None)
        return PolicyResult(
            subject="cluster",
            origin=self._origin(cluster, "", None),
            check=policy.id,
            outcome="not_applicable",
            detail=why,
        )

    def _gap(self, policy: Policy, subject: str, said: object) -> Gap:
        """Return the gap of a subject that a rule could not decide.

        Args:
            policy: Check that could not.
            subject: What it is about.
            said: Why, in both languages; ``remedy`` is ``value`` where the value itself is what is wrong.
        """
        why = _both(said)
        needs_node = policy.judges in {KubeComponent.__name__, NodeFile.__name__}
        if isinstance(said, dict) and said.get("remedy") == "value":
            remedy, kind = say("policy.remedy.value"), GapClass.LOST
        elif policy.is_partial:
            remedy, kind = say("judge.remedy.person"), GapClass.MISSING
        else:
            kind = self._unseen
            remedy = say("pipeline.remedy.collect_node" if needs_node else "pipeline.remedy.collect_cluster")
        both = Text(*(say("policy.undecided", why=why.to(to), remedy=remedy.to(to)).to(to) for to in ("en", "zh")))
        return self._missing(policy, subject, "evidence missing", why.en, both, kind)

    @property
    def _unseen(self) -> GapClass:
        """What it is that the cluster or its nodes did not show: manifests alone never can."""
        is_live = bool(self.system.cluster["kinds_listed"] or self.system.nodes or self.system.node_files)
        return GapClass.MISSING if is_live else GapClass.OUT_OF_REACH

    def _missing(
        self,
        policy: Policy | None,
        subject: str,
        reason: str,
        detail: str,
        remedy: Text,
        gap_class: GapClass = GapClass.LOST,
        of: Fact | None = None,
    ) -> Gap:
        """Return a gap about a subject of a policy, or of all that judge pods."""
        fact = of or (self._deciding(policy, subject) if policy else self._objects.get(object_of(subject)))
        return Gap(
            stage=STAGE,
            target=fact.origin.part if fact else self.part.argument,
            kind=PolicyResult.__name__,
            subject=subject,
            topic=policy.id if policy else PODS,
            reason=reason,
            detail=detail,
            remedy=remedy,
            gap_class=gap_class,
        )

    # -- the facts that decided ----------------------------------------------------------------------------------------

    def __post_init__(self) -> None:
        """Index facts by subject."""
        self._objects = {fact.subject: fact for fact in self.facts.of(KubeObject)}
        self._components = {name: running_form(found) for name, found in self.facts.by_subject(KubeComponent)}
        self._files = {(fact.subject, fact.role): fact for fact in self.facts.of(NodeFile)}
        self._nodes = {fact.subject: fact for fact in self.facts.of(KubeNode)}

    def _deciding(self, policy: Policy, subject: str) -> Fact | None:
        if policy.judges == KubeComponent.__name__:
            return self._components.get(subject)
        if policy.judges == NodeFile.__name__:
            found = next((f for n in policy.needs if (f := self._files.get((subject, n.partition(":")[2])))), None)
            return found or self._nodes.get(subject.rpartition("@")[2])
        if subject == "cluster":
            return next(iter(self.facts.of(KubeCluster)), None)
        return self._objects.get(subject) or self._objects.get(object_of(subject))

    def _origin(self, fact: Fact | None, pointer: str, digest: str | None) -> Origin:
        if fact is None:
            return Origin(part=self.part.argument, capture=digest)
        key = (id(fact), digest, pointer)
        if key not in self._origins:
            self._origins[key] = _origin_at(fact, pointer, digest)
        return self._origins[key]


_HOOK: Final = "helm.sh/hook"
_WEIGHTS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


def hook_of(fact: Fact | None) -> str:
    """Return the hooks of Helm that an object is, empty if it is none: it runs once and is no workload."""
    metadata = fact.manifest.get("metadata") if isinstance(fact, KubeObject) and fact.kind in {"Pod", "Job"} else None
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    hook = annotations.get(_HOOK) if isinstance(annotations, dict) else None
    return hook if isinstance(hook, str) else ""


def _severity(policy: Policy, reason: Mapping[str, Any], fact: Fact | None) -> str:
    """Return the severity of a failure where it differs from its check's: what runs once weighs one less."""
    said = str(reason.get("severity", ""))
    if not hook_of(fact):
        return said
    weight = _WEIGHTS.index(Severity(said) if said else policy.severity)
    return _WEIGHTS[min(weight + 1, len(_WEIGHTS) - 2)].value


def _said(answer: bytes) -> Mapping[str, Any] | None:
    """Return the answers by check; None if somebody answered who is no OPA."""
    try:
        body = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    said = body.get("result", {}) if isinstance(body, dict) else None
    return said if isinstance(said, dict) else None


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


def _both(said: object) -> Text:
    """Return what a rule says, in both languages where it gives them (``{"en": "", "zh": ""}``)."""
    if isinstance(said, dict):
        english = str(said.get("en", ""))
        return Text(english, str(said.get("zh", english)))
    return Text(str(said), str(said))


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
