"""Asks OPA what the rules say of a system's facts, and tells what they could not decide."""

from __future__ import annotations

import os
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from msgspec import structs

from auditor import reasons
from auditor.errors import AuditorError, ConfigError, ToolError, ToolTimeout
from auditor.model.artefact import Capture
from auditor.model.fact import Threshold
from auditor.model.progress import Progress, Tally
from auditor.stages.policy import DOMAINS
from auditor.stages.policy import STAGE as DEFINITION
from auditor.stages.policy.answers import STAGE, Answers, lost
from auditor.stages.policy.domain import domain_named, domain_of, domains
from auditor.stages.policy.facts import PolicyResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from auditor.model.fact import Fact, Facts, Gap
    from auditor.model.record import ToolUse
    from auditor.model.system import Part, System
    from auditor.stages.policy.domain import Policy, Question

    Observed: TypeAlias = Capture | Fact | Gap | Progress | Tally | ToolUse

BATCH: Final = 500
"""Elements of a collection in one question: for pods no slower than all at once, and a quarter of the memory
(kubernetes.md §1)."""
AT_ONCE: Final = 2
"""Questions that OPA works on at the same time: it uses one core for each (kubernetes.md §1)."""
AHEAD: Final = 3
"""Questions that are asked or wait for it, their answers included: no more of them lie in memory."""
QUERY_LIMIT_S: Final = 120.0
USER_QUERY_LIMIT_S: Final = 20.0
"""For a user's own package, which is asked by itself so that it can cost nothing but its own verdicts."""
ENTRY: Final = "auditor.ask"
RESERVED: Final = (*DOMAINS, "lib", "parameters", "auditor", "system")
"""First words of packages that are ours or OPA's; a user's package there would add rules to one of ours."""


class Server(Protocol):
    """What this stage needs of a running OPA."""

    @property
    def tool(self) -> str:
        """Name and version."""

    def ask(self, package: str, rule: str, document: Mapping[str, object], timeout_s: float) -> bytes:
        """Return the answer as JSON text.

        Raises:
            ToolError: There is none.
        """

    def add(self, name: str, module: str) -> None:
        """Compile one more module.

        Raises:
            ToolError: It does not compile.
        """

    def add_all(self, modules: Mapping[str, str]) -> dict[str, ToolError]:
        """Compile modules in the order that their dependencies ask for; return what is wrong, by name."""


class Engine(Protocol):
    """What this stage needs of OPA: a server with our policies, for as long as the block lasts."""

    @property
    def is_ours(self) -> bool:
        """It starts servers of its own, so that each may have some of our rules and no others."""

    def start(
        self, extra: Mapping[str, str], files: Sequence[str] | None = None
    ) -> AbstractContextManager[Callable[[], Server]]:
        """Start it with further modules, text by file name; what is returned waits until it answers.

        Args:
            extra: The modules.
            files: Of our policies, those that it has, as `Policy.file` names them; all where that is None.
        """

    def vet(self, modules: Mapping[str, str], reserved: Sequence[str] = ()) -> dict[str, tuple[str, ...] | ToolError]:
        """Return the package of each module as OPA reads it, or why it is refused."""

    def use(self) -> ToolUse:
        """Return what the record says of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFolder:
    """A user's own policies.

    Attributes:
        modules: Text by path, tests left out.
        policies: Those of them that are checks.
    """

    modules: Mapping[str, str]
    policies: tuple[Policy, ...]


@dataclass
class PolicyStage:
    """Asks OPA about facts of other stages. The server is started once per process and kept for all targets.

    OPA compiles a policy in 2 ms on one core, and most of ours speak of what few targets have (`Domain.seldom`): a
    server of its own has those, and is started where there is something to ask it.

    Attributes:
        engine: Starts it.
        policies: Gives the checks that the auditor brings, loaded when first asked for.
        users: Gives the user's own.
        parameters: Values that win over those of ``policies/parameters``.
        query_limit_s: Time for one question.
        user_query_limit_s: Time for one question to a user's package.
        batch: Elements of a collection in one question.
        is_divided: What few targets have is not to be expected: the rules on it have a server of their own.
    """

    engine: Engine
    policies: Callable[[], tuple[Policy, ...]]
    users: Callable[[], UserFolder] = lambda: UserFolder(modules={}, policies=())
    parameters: Mapping[str, object] = field(default_factory=dict)
    query_limit_s: float = QUERY_LIMIT_S
    user_query_limit_s: float = USER_QUERY_LIMIT_S
    batch: int = BATCH
    is_divided: bool = True
    name: str = STAGE
    part_kinds: frozenset[str] = DEFINITION.part_kinds
    reads: tuple[type[Fact], ...] = field(default_factory=lambda: tuple(k for each in domains() for k in each.reads))
    yields: tuple[type[Fact], ...] = (PolicyResult, Threshold)
    _held: ExitStack = field(default_factory=ExitStack, repr=False)
    _starting: _Starting | None = field(default=None, repr=False)
    _running: _Running | None = field(default=None, repr=False)

    def prepare(self) -> None:
        """Start the server while other stages observe; what goes wrong is told by `observe`."""
        with suppress(AuditorError):
            self._start()

    def observe(self, target: System, known: Facts) -> Iterator[Observed]:
        """Yield one result per check and subject, OPA's raw answers, and a gap for all that could not be decided.

        Args:
            target: Names the parts.
            known: Facts of the stages whose domains rules speak of.

        Raises:
            IntegrityError: OPA is not what was installed; that ends the run with exit code 4.
        """
        part = next(target.of(*self.part_kinds))
        domain = domain_of({part.kind})
        try:
            running = self._server()
        except (ToolError, ConfigError) as problem:
            yield lost(part, "", problem)
            return
        yield running.use
        for check, broken in running.broken:
            gap = lost(part, check, broken)
            yield gap if check else structs.replace(gap, kind="PolicyModule", subject=part.argument)
        yield from domain.loosened(part)
        answers = Answers(part, known, domain.view(known), self._parameters(part))
        yield from answers.unseen()
        yield from self._ask_all(self._questions(running, answers), answers)
        yield from answers.results({policy.id for policy in running.policies})
        for policy in running.policies:
            yield from answers.without_subject(policy)
        yield Tally(reused=0, observed=answers.view.size)

    def close(self) -> None:
        """End the servers, if any run."""
        self._running = self._starting = None
        self._held.close()

    # -- the servers -------------------------------------------------------------------------------------------------

    def _server(self) -> _Running:
        """Return the server of this process, started at the first call and after it was lost.

        Raises:
            ToolError: It cannot be had.
        """
        if self._running is None or self._running.pid != os.getpid():
            starting = self._start()
            try:
                self._running = _Running(starting, self.engine, self.users())
            except AuditorError:
                self.close()
                raise
        return self._running

    def _start(self) -> _Starting:
        """Return the server of this process, started but perhaps not ready.

        Raises:
            AuditorError: It cannot be had.
        """
        if self._starting is None or self._starting.pid != os.getpid():
            self._held = ExitStack()
            own = self.policies()
            seldom = frozenset(each.id for each in own if each.judges in domain_named(each.domain).seldom)
            if not (self.is_divided and self.engine.is_ours) or self.users().modules:
                seldom = frozenset()  # rules of a user may ask any of ours
            usual = self._begin([each for each in own if each.id not in seldom])
            other = _Later(lambda: self._begin([each for each in own if each.id in seldom]))
            self._starting = _Starting(usual, own, seldom, other, os.getpid())
        return self._starting

    def _begin(self, policies: Sequence[Policy]) -> Callable[[], Server]:
        files = [each.file for each in policies]
        return self._held.enter_context(self.engine.start({"auditor_ask.rego": entry(policies)}, files))

    def _questions(self, running: _Running, answers: Answers) -> Iterator[Question]:
        """Yield what is asked: our own rules that can have a subject, server by server, then the user's, apart."""
        idle = answers.idle(running.own)
        asked = [policy for policy in running.own if policy.id not in idle]
        other = [policy for policy in asked if policy.id in running.seldom]
        if other:
            with suppress(AuditorError):  # told by those who ask
                running.other.start()
        usual = [policy for policy in asked if policy.id not in running.seldom]
        for some in (usual, other):
            yield from answers.view.questions(some, self.query_limit_s, self.batch)
        yield from answers.view.questions(running.added, self.user_query_limit_s, self.batch)

    def _ask_all(self, questions: Iterable[Question], answers: Answers) -> Iterator[Observed]:
        """Ask, our own questions `AT_ONCE`; what broke or lost its server, and users' questions, are asked one by one.

        A user's rule can make us end the server, which no other question should suffer from. What took too long once
        would do so again.
        """
        is_lost = False
        running = self._server()
        with ThreadPoolExecutor(AT_ONCE) as pool:

            def ask(question: Question) -> bytes | ToolError:
                try:
                    return running.server_of(question).ask(
                        ENTRY, "answers", answers.document(question), question.limit_s
                    )
                except ToolError as problem:
                    return problem

            asked, others, alone = _begun(pool, ask, questions)
            total = len(asked) + len(others) + len(alone)
            due = Counter(policy.id for question in (*asked.values(), *others) for policy in question.policies)
            for number, (question, raw) in enumerate(_answered(pool, ask, asked, others)):
                yield Progress(doing="opa", done=number, total=total)
                if isinstance(raw, bytes):
                    yield from self._taken(raw, running.server.tool, question, answers)
                    due.subtract(policy.id for policy in question.policies)
                    # what is settled crosses to the main process while OPA is at the longest question
                    yield from answers.results({policy.id for policy in question.policies if not due[policy.id]})
                    continue
                is_lost = is_lost or raw.reason != reasons.RULE_BROKEN
                if isinstance(raw, ToolTimeout):
                    yield from (answers.lost(policy, raw) for policy in question.policies)
                else:
                    alone.append(question)
        if is_lost:
            self.close()
        for number, question in enumerate(alone):
            yield Progress(doing="opa", done=total - len(alone) + number, total=total)
            yield from self._asked(question, answers)

    def _asked(self, question: Question, answers: Answers) -> Iterator[Observed]:
        """Ask; where one of several rules breaks, ask each by itself, so that only its own verdicts are lost.

        An endless rule of a user does not break: it takes the time limit, and is told apart in the same way.
        """
        try:
            server = self._server().server_of(question)
            raw = server.ask(ENTRY, "answers", answers.document(question), question.limit_s)
        except ToolError as problem:
            reason = problem.reason
            if reason != reasons.RULE_BROKEN:
                self.close()
            may_split = reason == reasons.RULE_BROKEN or (reason == reasons.TIME_LIMIT and question.is_users)
            if may_split and len(question.policies) > 1:
                for policy in question.policies:
                    yield from self._asked(replace(question, policies=(policy,)), answers)
            else:
                yield from (answers.lost(policy, problem) for policy in question.policies)
            return
        yield from self._taken(raw, server.tool, question, answers)

    def _taken(self, raw: bytes, tool: str, question: Question, answers: Answers) -> Iterator[Observed]:
        capture = Capture(data=raw, media_type="application/json", tool=tool)
        yield capture
        yield from answers.take(question, capture)

    def _parameters(self, part: Part) -> dict[str, object]:
        given = part.options.get("parameters")
        return {**self.parameters, **(given if isinstance(given, dict) else {})}


class _Later:
    """A server that is started when it is first wanted, by whichever thread."""

    def __init__(self, begin: Callable[[], Callable[[], Server]]) -> None:
        self._begin = begin
        self._ready: Callable[[], Server] | None = None
        self._server: Server | None = None
        self._lock = RLock()

    def start(self) -> Callable[[], Server]:
        """Start it; what is returned waits until it answers.

        Raises:
            AuditorError: It cannot be had.
        """
        with self._lock:
            if self._ready is None:
                self._ready = self._begin()
            return self._ready

    def server(self) -> Server:
        """Wait until it answers.

        Raises:
            AuditorError: It cannot be had.
        """
        with self._lock:
            if self._server is None:
                self._server = self.start()()
            return self._server


@dataclass(frozen=True, slots=True)
class _Starting:
    """The servers of a process, the first of which was started.

    Attributes:
        ready: Waits until it answers.
        own: The checks that the auditor brings.
        seldom: Ids of those that the other server has.
        other: The other server.
        pid: The process.
    """

    ready: Callable[[], Server]
    own: tuple[Policy, ...]
    seldom: frozenset[str]
    other: _Later
    pid: int


class _Running:
    """The servers of this process, and what was loaded into the first."""

    def __init__(self, starting: _Starting, engine: Engine, users: UserFolder) -> None:
        self.server = starting.ready()
        self.use = engine.use()
        self._engine = engine
        self.pid = os.getpid()
        self.own = starting.own
        self.seldom = starting.seldom
        self.other = starting.other
        self.broken: list[tuple[str, ToolError]] = []
        self.added = self._add(users)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All checks that can be asked."""
        return self.own + self.added

    def server_of(self, question: Question) -> Server:
        """Return the server that has the rules of a question.

        Raises:
            AuditorError: It cannot be had.
        """
        return self.other.server() if question.policies[0].id in self.seldom else self.server

    def _add(self, users: UserFolder) -> tuple[Policy, ...]:
        """Compile a user's modules, in the order that their dependencies ask for; return the checks that work."""
        vetted = self._engine.vet(users.modules, RESERVED) if users.modules else {}
        modules = {}
        for path, text in users.modules.items():
            package = vetted.get(path, ToolError(reasons.POLICY_DOES_NOT_COMPILE, path, self.server.tool))
            if isinstance(package, ToolError):
                self._break(path, users, package)
            elif not self._clashes(path, package, users):
                modules[path] = text
        for path, problem in self.server.add_all(modules).items():
            self._break(path, users, problem)
        lost_checks = {check for check, _ in self.broken}
        working = tuple(policy for policy in users.policies if policy.id not in lost_checks)
        if working:
            self.server.add("auditor_ask_users.rego", entry(working))
        return working

    def _clashes(self, path: str, package: tuple[str, ...], users: UserFolder) -> bool:
        """Refuse a package or an id that is taken: its rules would silently join those of another.

        The package is that of OPA's own parse: ``package kubernetes["x"]`` is one of ours, however it is spelled.
        """
        taken = {policy.id for policy in self.own}
        checks = [policy for policy in users.policies if policy.file == path]
        is_ours = package[0] in RESERVED or any(policy.id in taken for policy in checks)
        is_other = any(policy.package != ".".join(package) for policy in checks)
        if not (is_ours or is_other):
            return False
        reason = reasons.PACKAGE_CLASH
        detail = (
            f"{path}: package {'.'.join(package)}" + "".join(f", id {policy.id}" for policy in checks) + " is taken"
        )
        self._break(path, users, ToolError(reason, detail, self.server.tool))
        return True

    def _break(self, path: str, users: UserFolder, problem: ToolError) -> None:
        """Note what is wrong with a module; what is no check itself may be needed by all of the folder."""
        checks = [policy for policy in users.policies if policy.file == path] or users.policies
        self.broken += [(policy.id, problem) for policy in checks] or [("", problem)]


def _begun(
    pool: ThreadPoolExecutor, ask: Callable[[Question], bytes | ToolError], questions: Iterable[Question]
) -> tuple[dict[Future[bytes | ToolError], Question], deque[Question], list[Question]]:
    """Ask the first questions of our own while the others are made; return those, the others, and those of users."""
    asked: dict[Future[bytes | ToolError], Question] = {}
    others: deque[Question] = deque()
    alone: list[Question] = []
    for question in questions:
        if question.is_users:
            alone.append(question)
        elif len(asked) < AHEAD:
            asked[pool.submit(ask, question)] = question
        else:
            others.append(question)
    return asked, others, alone


def _answered(
    pool: ThreadPoolExecutor,
    ask: Callable[[Question], bytes | ToolError],
    asked: dict[Future[bytes | ToolError], Question],
    others: deque[Question],
) -> Iterator[tuple[Question, bytes | ToolError]]:
    """Yield questions with their answers as they come; for each one that is dealt with the next is asked."""
    while asked:
        done, _waiting = wait(asked, return_when="FIRST_COMPLETED")
        for answer in done:
            question = asked.pop(answer)
            if others:
                following = others.popleft()
                asked[pool.submit(ask, following)] = following
            yield question, answer.result()


def entry(policies: Iterable[Policy]) -> str:
    """Return a module that answers for the packages whose ids stand in ``input.ask``; undefined ones are left out."""
    rules = [
        f"""
answers["{policy.id}"] := {{
	"subject": data.{policy.package}.subject,
	"compliant": data.{policy.package}.compliant,
	"not_applicable": {{s: t | some s, t in data.{policy.package}.not_applicable}},
	"undecided": {{s: t | some s, t in data.{policy.package}.undecided}},
	"reason": {{s: r | some s, r in data.{policy.package}.reason}},
}} if "{policy.id}" in input.ask
"""
        for policy in policies
    ]
    return f"package {ENTRY}\n" + "".join(rules)
