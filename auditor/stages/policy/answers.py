"""From OPA's answers to results and gaps: which facts decided, where they stand, and what was missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import orjson
from msgspec.structs import replace

from auditor import reasons
from auditor.errors import ToolError, ToolMissing
from auditor.model.fact import Fact, Gap, Origin, Read
from auditor.model.finding import Severity
from auditor.model.text import NO_TEXT, Text
from auditor.stages.policy.domain import Unseen, domain_named
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.model.artefact import Capture
    from auditor.model.fact import Facts
    from auditor.model.system import Part
    from auditor.stages.policy.domain import Json, Policy, Question, View
    from auditor.stages.policy.facts import Outcome

STAGE: Final = "policy"
_WORST_FIRST: Final[tuple[Outcome, ...]] = ("fail", "pass", "not_applicable")


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
    """Return the topics of what a check reads: its own, that of its collection, and of the gaps that it shares."""
    return frozenset(filter(None, (policy.id, policy.collection, policy.shares)))


def lost(part: Part, check: str, problem: Exception) -> Gap:
    """Return the gap for a check (all of them if empty) that OPA gave no answer for."""
    is_tool = isinstance(problem, ToolError)
    reason = problem.reason if isinstance(problem, ToolError) else reasons.PROGRAM_REFUSED
    remedy = {reasons.PACKAGE_CLASH: "policy.remedy.clash", reasons.RULE_BROKEN: "policy.remedy.rule"}.get(
        reason, "policy.remedy.rule" if "policy" in reason else "policy.remedy.opa"
    )
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=PolicyResult.__name__,
        subject="",
        topic=check,
        reason=reasons.OPA_IS_NOT_INSTALLED if isinstance(problem, ToolMissing) else reason,
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
        view: The same in the shape of documents.
        parameters: Values that win over ours.
    """

    part: Part
    facts: Facts
    view: View
    parameters: Mapping[str, object]
    _found: dict[str, dict[str, PolicyResult]] = field(default_factory=lambda: defaultdict(dict))
    _undecided: dict[tuple[str, str], Gap] = field(default_factory=dict)
    _told: set[tuple[str, str, str]] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _texts: dict[Text, Text] = field(default_factory=dict)
    _cites: dict[tuple[int, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def document(self, question: Question) -> Json:
        """Return the input of a question."""
        asked: Json = {"ask": [policy.id for policy in question.policies], "parameters": self.parameters}
        return asked | self.view.document(question)

    def idle(self, policies: Sequence[Policy]) -> frozenset[str]:
        """Return the ids of checks of ours that can have no subject; they count as asked."""
        found = self.view.idle(policies)
        self._asked |= found
        return found

    def take(self, question: Question, capture: Capture) -> Iterator[Gap]:
        """Sort an answer into results and undecided subjects; a check that is silent is a gap."""
        said = _said(capture.data)
        for policy in question.policies:
            self._asked.add(policy.id)
            answer = said.get(policy.id) if said is not None else None
            if said is None:
                problem = ToolError(reasons.ANSWER_NOT_UNDERSTOOD, "its result is no JSON object", capture.tool)
                yield self.lost(policy, problem)
            elif answer is None:
                problem = ToolError(
                    reasons.RULE_ANSWERS_NOTHING, f"{policy.package}: subject or compliant is undefined"
                )
                yield self.lost(policy, problem)
            else:
                try:
                    self._take(policy, answer, question, capture.digest)
                except (AttributeError, KeyError, TypeError, ValueError) as error:  # a user's rule answers as it likes
                    detail = f"{policy.package}: {type(error).__name__}: {error}"[:300]
                    self._found.pop(policy.id, None)
                    yield self.lost(policy, ToolError(reasons.ANSWER_NOT_UNDERSTOOD, detail, capture.tool))

    def lost(self, policy: Policy, problem: ToolError) -> Gap:
        """Return the gap for a check that got no answer; that is all there is to say of it then."""
        self._answered.add(policy.id)
        return lost(self.part, policy.id, problem)

    def _take(self, policy: Policy, answer: Mapping[str, Any], question: Question, digest: str) -> None:
        compliant = set(answer["compliant"])
        not_applicable, undecided, reasons = (answer[key] for key in ("not_applicable", "undecided", "reason"))
        unproven = compliant | not_applicable.keys() | undecided.keys() if question.only_failures else ()
        for subject in answer["subject"]:
            if subject in unproven:
                continue
            self._answered.add(policy.id)
            asked = _Asked(policy, subject, question.equivalents.get(subject, (subject,)), digest)
            reason = reasons.get(subject, {})
            if subject in compliant:
                self._keep(asked, "pass", reason)
            elif subject in not_applicable:
                self._keep(asked, "not_applicable", {}, _both(not_applicable[subject]))
            elif subject in undecided:
                said = undecided[subject]
                is_shared = policy.shares and not (isinstance(said, dict) and said.get("own") is True)
                for name in asked.names:
                    gap = self._gap(policy, name, said)
                    self._undecided[policy.id, name] = replace(gap, topic=policy.shares) if is_shared else gap
            else:
                self._keep(asked, "fail", reason)

    def _keep(self, asked: _Asked, outcome: Outcome, reason: Mapping[str, Any], detail: Text = NO_TEXT) -> None:
        """Note one answer for every subject that it holds for."""
        policy = asked.policy
        cited = [fact for name in dict.fromkeys(reason.get("cites", ())) if (fact := self.view.cited(name))]
        pointer = str(reason.get("pointer", ""))
        change = reason.get("patch", "") if outcome == "fail" else ""
        expected = self._text(reason["expected"]) if "expected" in reason else policy.expected
        actual = self._text(reason["actual"]) if "actual" in reason else NO_TEXT
        bare = actual
        found = self._found[policy.id]
        for name in asked.names:
            before = found.get(name)
            if before and _WORST_FIRST.index(before.outcome) <= _WORST_FIRST.index(outcome):
                continue
            deciding = self.view.deciding(policy, name)
            rests_on = (deciding, *cited) if deciding else tuple(cited)
            actual = self._shared(self.view.told(bare, deciding)) if outcome == "fail" else bare
            origin = self._origin(rests_on[0] if rests_on else None, pointer, asked.digest)
            found[name] = PolicyResult(
                subject=deciding.subject if deciding and deciding.subject == name else name,
                origin=origin,
                check=policy.id,
                outcome=outcome,
                expected=expected,
                actual=actual,
                detail=detail,
                patch=self._patch(change, deciding),
                cites=self._cited(rests_on),
                answer=asked.digest,
                asked_as="" if name == asked.subject else asked.subject,
                severity=self._severity(policy, reason, deciding) if outcome == "fail" else "",
                controls=tuple(reason.get("controls", ())) if outcome == "fail" else (),
                apart=self.view.apart(deciding) if outcome == "fail" else "",
                excerpt=self.view.excerpt(origin) if outcome == "fail" else ("", "", ""),
            )

    def _patch(self, change: object, deciding: Fact | None) -> str:
        """Return a patch as one line: a command as it is, operations with the tests that aim them."""
        if isinstance(change, list) and change:
            return orjson.dumps(self.view.aimed(change, deciding)).decode()
        return change if isinstance(change, str) else orjson.dumps(change).decode() if change else ""

    # Most results of a subject share their parts.

    def _cited(self, facts: tuple[Fact, ...]) -> tuple[tuple[str, str], ...]:
        key = tuple(map(id, facts))
        if key not in self._cites:
            self._cites[key] = tuple((type(fact).__name__, fact.subject) for fact in facts)
        return self._cites[key]

    def _text(self, said: object) -> Text:
        return self._shared(_both(said))

    def _shared(self, text: Text) -> Text:
        return self._texts.setdefault(text, text)

    def _severity(self, policy: Policy, reason: Mapping[str, Any], fact: Fact | None) -> str:
        """Return the severity of a failure where it differs from its check's."""
        said = str(reason.get("severity", ""))
        severity = Severity(said) if said else policy.severity
        weighed = self.view.weighed(severity, fact)
        return said if weighed is severity else weighed.value

    def results(self, checks: AbstractSet[str]) -> Iterator[PolicyResult | Gap]:
        """Iterate over all results of some checks, and a gap for each subject that could not be decided; once.

        Those of one subject share origins and come together: what is one object is sent to the main process once only
        within a batch.
        """
        found = {check: self._found.pop(check, {}) for check in checks}
        undecided = {key: self._undecided.pop(key) for key in [key for key in self._undecided if key[0] in checks]}
        every = (result for of_check in found.values() for result in of_check.values())
        yield from sorted(every, key=attrgetter("subject", "check"))
        for (check, name), gap in undecided.items():
            key = (gap.topic, name, gap.detail)
            if name not in found[check] and key not in self._told:
                yield gap
                if gap.topic != check:  # the other checks that share it need not say it again
                    self._told.add(key)

    def unseen(self) -> Iterator[Gap]:
        """Iterate over gaps that cost every check of a collection its verdict, each once."""
        for collection, unseen in self.view.unseen():
            yield self._missing(None, unseen, collection)

    def without_subject(self, policy: Policy) -> Iterator[PolicyResult | Gap]:
        """Say what it means that a check found no subject; nothing is said where "not applicable" is the truth."""
        if policy.id in self._answered or (policy.id not in self._asked and not policy.is_batched):
            return
        if any(self.facts.missing(read) for read in reads(policy)):
            return  # the gap of the stage that observes says it better
        match self.view.absent(policy):
            case Unseen() as unseen:
                yield self._missing(policy, unseen)
            case Text() as why:
                yield self._not_applicable(policy, why)

    def _not_applicable(self, policy: Policy, why: Text) -> PolicyResult:
        return PolicyResult(
            subject=domain_named(policy.domain).whole,
            origin=self._origin(self.view.whole(), "", None),
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
        is_value = isinstance(said, dict) and said.get("remedy") == "value"
        remedy, gap_class = self.view.undecided(policy, is_value=is_value)
        both = say("policy.undecided", why=why, remedy=remedy)
        unseen = Unseen(
            subject=subject, reason=reasons.EVIDENCE_MISSING, detail=why.en, remedy=both, gap_class=gap_class
        )
        return self._missing(policy, unseen)

    def _missing(self, policy: Policy | None, unseen: Unseen, collection: str = "") -> Gap:
        """Return a gap about a subject of a policy, or of all that judge elements of a collection."""
        fact = unseen.of or (self.view.deciding(policy, unseen.subject) if policy else None)
        return Gap(
            stage=STAGE,
            target=fact.origin.part if fact else self.part.argument,
            kind=PolicyResult.__name__,
            subject=unseen.subject,
            topic=policy.id if policy else collection,
            reason=unseen.reason,
            detail=unseen.detail,
            remedy=unseen.remedy,
            gap_class=unseen.gap_class,
        )

    def _origin(self, fact: Fact | None, pointer: str, digest: str | None) -> Origin:
        if fact is None:
            return Origin(part=self.part.argument, capture=digest)
        return self.view.place(fact, pointer, digest)


def _said(answer: bytes) -> Mapping[str, Any] | None:
    """Return the answers by check; None if somebody answered who is no OPA."""
    try:
        body = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    said = body.get("result", {}) if isinstance(body, dict) else None
    return said if isinstance(said, dict) else None


def _both(said: object) -> Text:
    """Return what a rule says, in both languages where it gives them (``{"en": "", "zh": ""}``)."""
    if isinstance(said, dict):
        english = str(said.get("en", ""))
        return Text(english, str(said.get("zh", english)))
    return Text(str(said), str(said))
