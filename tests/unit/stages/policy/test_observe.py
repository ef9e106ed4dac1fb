"""The stage with a fake server: what it asks, and what it makes of answers, silence and trouble."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from msgspec.structs import replace

from auditor import reasons
from auditor.errors import IntegrityError, ToolError, ToolMissing, ToolTimeout
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.finding import Verdict
from auditor.model.record import ToolUse
from auditor.model.system import Part, System
from auditor.stage import Choice
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeObject, Setting
from auditor.stages.policy.checks import checks
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.metadata import built_in, package_of
from auditor.stages.policy.observe import PolicyStage, UserFolder, entry
from auditor.stages.policy.wiring import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HERE = Origin(part="kubernetes=x", file="a.yaml", line=3)
TARGET = System(name="x", parts=(Part(kind="kubernetes", where="x"),))
CHOSEN = tuple(p for p in built_in() if p.id in {"k8s-pod-privileged-absent", "k8s-pod-host-pid-absent"})
WHOLE = tuple(p for p in built_in() if p.id in {"k8s-apiserver-anonymous-auth", "k8s-cni-network-policies"})
GOOD = {"subject": ["Pod/shop/p0"], "compliant": ["Pod/shop/p0"], "not_applicable": {}, "undecided": {}, "reason": {}}


class Fake:
    """A server that answers by a function from the document."""

    tool = "opa 1.19.0"

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any]], *, is_ours: bool = False) -> None:
        self.answer = answer
        self.is_ours = is_ours
        self.asked: list[dict[str, Any]] = []
        self.loaded: list[Sequence[str] | None] = []

    @property
    def starts(self) -> int:
        return len(self.loaded)

    @contextmanager
    def start(self, extra: Mapping[str, str], files: Sequence[str] | None = None) -> Iterator[Callable[[], Fake]]:
        assert "auditor_ask.rego" in extra
        self.loaded.append(files)
        yield lambda: self

    def use(self) -> ToolUse:
        return ToolUse(name="opa", version="1.19.0", digest="sha256:0", is_allowed=True)

    def vet(self, modules: Mapping[str, str], reserved: Sequence[str] = ()) -> dict[str, tuple[str, ...] | ToolError]:
        assert "system" in reserved
        return {name: tuple(package_of(text).split(".")) for name, text in modules.items()}

    def ask(self, package: str, rule: str, document: Mapping[str, Any], timeout_s: float) -> bytes:
        assert (package, rule) == ("auditor.ask", "answers")
        assert timeout_s > 0
        self.asked.append(dict(document))
        return orjson.dumps({"result": self.answer(dict(document))})

    def add(self, name: str, module: str) -> None:
        """Take it."""

    def add_all(self, modules: Mapping[str, str]) -> dict[str, ToolError]:
        return {name: ToolError(reasons.POLICY_DOES_NOT_COMPILE, name) for name in modules}


def pods(number: int) -> list[KubeObject]:
    return [
        KubeObject(
            subject=f"Pod/shop/p{index}",
            origin=HERE,
            api_version="v1",
            kind="Pod",
            namespace="shop",
            name=f"p{index}",
            manifest={"spec": {"containers": [{"name": "c"}], "securityContext": {"runAsUser": index}}},
            lines={"/spec/containers": 7},
        )
        for index in range(number)
    ]


def cluster() -> KubeCluster:
    return KubeCluster(
        subject="cluster", origin=HERE, version="", distribution="", is_managed=False, is_complete=True, kinds_listed=()
    )


def observed(fake: Fake, *facts: Fact, policies: Any = CHOSEN, batch: int = 500) -> list[Any]:  # noqa: ANN401
    stage = PolicyStage(engine=fake, policies=lambda: policies, batch=batch)
    return list(stage.observe(TARGET, Facts(facts)))


def verdicts(seen: list[Any], *facts: Fact, policies: Any = CHOSEN) -> dict[tuple[str, str], Verdict]:  # noqa: ANN401
    results = [item for item in seen if isinstance(item, PolicyResult)]
    gaps = [item for item in seen if isinstance(item, Gap)]
    found = judge(checks(policies), Facts([*facts, *results], gaps), TARGET)
    return {(finding.id, finding.subject): finding.verdict for finding in found}


def test_an_answer_holds_for_every_pod_that_is_alike_in_what_the_rule_sees() -> None:
    alike = [replace(each, manifest={"spec": {"containers": [{"name": "c"}]}}) for each in pods(3)]
    bad = GOOD | {"compliant": [], "reason": {"Pod/shop/p0": {"actual": "x", "pointer": "/spec/containers"}}}
    fake = Fake(lambda document: dict.fromkeys(document["ask"], bad))

    seen = observed(fake, *alike)

    results = [item for item in seen if isinstance(item, PolicyResult) and item.check == CHOSEN[0].id]
    assert [len(document["pods"]) for document in fake.asked] == [1]
    assert [(r.subject, r.outcome, r.actual.en, r.asked_as) for r in results] == [
        ("Pod/shop/p0", "fail", "x", ""),
        ("Pod/shop/p1", "fail", "x", "Pod/shop/p0"),
        ("Pod/shop/p2", "fail", "x", "Pod/shop/p0"),
    ]
    assert {r.origin.line for r in results} == {7}


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"result": 1}', b"{"])
def test_an_answer_that_is_none_of_opa_costs_the_checks_that_were_asked(answer: bytes) -> None:
    class Other(Fake):
        def ask(self, package: str, rule: str, document: Mapping[str, Any], timeout_s: float) -> bytes:
            return answer

    seen = observed(Other(lambda _: {}), *pods(1))

    gaps = [item for item in seen if isinstance(item, Gap)]
    assert {(gap.topic, gap.reason) for gap in gaps} == {(policy.id, "answer not understood") for policy in CHOSEN}
    assert set(verdicts(seen, *pods(1)).values()) == {Verdict.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("servers", "verdict"), [("unix:///run/kine.sock", "not_applicable"), ("https://e:2379", "gap")]
)
def test_where_the_api_server_keeps_its_data_behind_a_socket_there_is_no_etcd_to_judge(
    servers: str, verdict: str
) -> None:
    server = KubeComponent(
        subject="kube-apiserver@n1",
        origin=HERE,
        component="kube-apiserver",
        node="n1",
        seen_in="process",
        flags={"etcd-servers": (Setting(value=servers, source="flag"),)},
    )
    etcd = tuple(p for p in built_in() if p.id in {"k8s-etcd-client-cert-auth", "k8s-etcd-auto-tls-off"})

    seen = observed(Fake(lambda _: {}), server, policies=etcd)

    results = {item.check: item.outcome for item in seen if isinstance(item, PolicyResult)}
    gaps = {item.topic: "gap" for item in seen if isinstance(item, Gap) and item.reason == "not collected"}
    assert results | gaps == {policy.id: verdict for policy in etcd}


def test_a_value_that_cannot_be_read_is_to_be_corrected_and_not_collected_again() -> None:
    why = {"en": "the value of --x cannot be parsed: 30d", "zh": "x", "remedy": "value"}
    bad = GOOD | {"compliant": [], "undecided": {"Pod/shop/p0": why}}

    seen = observed(Fake(lambda document: dict.fromkeys(document["ask"], bad)), *pods(1))

    remedies = {item.remedy.en for item in seen if isinstance(item, Gap)}
    assert len(remedies) == 1
    assert "correct the value" in remedies.pop()


def test_pods_are_asked_about_in_batches_and_the_cluster_once() -> None:
    fake = Fake(lambda document: dict.fromkeys(document["ask"], GOOD))

    observed(fake, *pods(5), policies=CHOSEN + WHOLE, batch=2)

    # several are asked at the same time, in no order
    assert sorted(len(document["pods"]) for document in fake.asked) == [1, 2, 2, 5]
    # No component was seen: a rule on components has nothing to judge and is not asked.
    assert {len(document["pods"]): sorted(document["ask"]) for document in fake.asked} == {
        5: sorted(policy.id for policy in WHOLE if policy.judges != "KubeComponent"),
        **dict.fromkeys((2, 1), sorted(policy.id for policy in CHOSEN)),
    }
    assert fake.starts == 1


def test_a_rule_that_has_nothing_to_judge_is_not_assessed_without_being_asked() -> None:
    fake = Fake(lambda document: dict.fromkeys(document["ask"], GOOD))
    components = tuple(policy for policy in WHOLE if policy.judges == "KubeComponent")

    seen = observed(fake, *pods(1), policies=components)

    assert fake.asked == []
    assert {item.topic for item in seen if isinstance(item, Gap)} == {policy.id for policy in components}


def test_each_answer_becomes_its_verdict() -> None:
    answer = {
        "subject": ["Pod/shop/p0", "Pod/shop/p1", "Pod/shop/p2", "Pod/shop/p3"],
        "compliant": ["Pod/shop/p0"],
        "not_applicable": {"Pod/shop/p1": {"en": "no", "zh": "否"}},
        "undecided": {"Pod/shop/p2": {"en": "unknown", "zh": "未知"}},
        "reason": {
            "Pod/shop/p3": {"expected": "a", "actual": "b", "pointer": "/spec/containers/0/x", "patch": [{"op": "add"}]}
        },
    }
    facts = [*pods(4), cluster()]

    seen = observed(Fake(lambda document: dict.fromkeys(document["ask"], answer)), *facts)

    check = CHOSEN[0].id
    assert {key[1]: verdict for key, verdict in verdicts(seen, *facts).items() if key[0] == check} == {
        "Pod/shop/p0": Verdict.PASS,
        "Pod/shop/p1": Verdict.NOT_APPLICABLE,
        "Pod/shop/p2": Verdict.NOT_ASSESSED,
        "Pod/shop/p3": Verdict.FAIL,
    }
    failed = next(item for item in seen if isinstance(item, PolicyResult) and item.outcome == "fail")
    assert (failed.origin.file, failed.origin.line, failed.patch) == ("a.yaml", 7, '[{"op":"add"}]')
    assert failed.cites == (("KubeObject", "Pod/shop/p3"),)


def test_a_subject_without_any_word_fails() -> None:
    facts = [*pods(1), cluster()]

    seen = observed(Fake(lambda d: {key: {**GOOD, "compliant": []} for key in d["ask"]}), *facts)

    assert set(verdicts(seen, *facts).values()) == {Verdict.FAIL}


def test_a_check_that_is_silent_is_not_assessed() -> None:
    facts = [*pods(1), cluster()]

    seen = observed(Fake(lambda _: {}), *facts)

    assert set(verdicts(seen, *facts).values()) == {Verdict.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ToolMissing(reasons.NOT_INSTALLED, "auditor tools install opa", "opa"), "opa is not installed"),
        (ToolError(reasons.PORT_TAKEN, "127.0.0.1:1", "opa 1.19.0"), "port taken"),
    ],
)
def test_without_opa_nothing_is_assessed(problem: Exception, reason: str) -> None:
    class Nowhere(Fake):
        @contextmanager
        def start(self, extra: Mapping[str, str], files: Sequence[str] | None = None) -> Iterator[Callable[[], Fake]]:
            del extra, files
            raise problem
            yield lambda: self

    facts = [*pods(1), cluster()]

    seen = observed(Nowhere(lambda _: {}), *facts)

    gaps = [item for item in seen if isinstance(item, Gap)]
    assert [(gap.kind, gap.topic, gap.reason) for gap in gaps] == [("PolicyResult", "", reason)]
    assert set(verdicts(seen, *facts).values()) == {Verdict.NOT_ASSESSED}


def test_a_server_that_was_prepared_is_the_one_that_is_asked() -> None:
    fake = Fake(lambda document: dict.fromkeys(document["ask"], GOOD))
    stage = PolicyStage(engine=fake, policies=lambda: CHOSEN)

    stage.prepare()
    stage.prepare()
    list(stage.observe(TARGET, Facts([*pods(1), cluster()])))

    assert fake.starts == 1


MIXED = tuple(p for p in built_in() if p.id in {"k8s-pod-host-pid-absent", "k8s-apiserver-anonymous-auth"})
OF_PODS = [p.file for p in MIXED if p.judges == "KubeObject"]
OF_COMPONENTS = [p.file for p in MIXED if p.judges == "KubeComponent"]


SERVED = {
    "subject": ["kube-apiserver@n1"],
    "compliant": ["kube-apiserver@n1"],
    "not_applicable": {},
    "undecided": {},
    "reason": {},
}


def component() -> KubeComponent:
    return KubeComponent(
        subject="kube-apiserver@n1", origin=HERE, component="kube-apiserver", node="n1", seen_in="process", flags={}
    )


def said(document: dict[str, Any]) -> dict[str, Any]:
    return {check: GOOD if "pod" in check else SERVED for check in document["ask"]}


def test_rules_without_a_subject_here_are_not_even_loaded() -> None:
    fake = Fake(said, is_ours=True)

    found = verdicts(observed(fake, *pods(1), policies=MIXED), *pods(1), policies=MIXED)

    assert fake.loaded == [OF_PODS]
    assert found["k8s-pod-host-pid-absent", "Pod/shop/p0"] is Verdict.PASS


def test_rules_on_components_have_a_server_of_their_own() -> None:
    facts = (*pods(1), cluster(), component())
    fake = Fake(said, is_ours=True)

    found = verdicts(observed(fake, *facts, policies=MIXED), *facts, policies=MIXED)

    assert fake.loaded == [OF_PODS, OF_COMPONENTS]
    assert found["k8s-pod-host-pid-absent", "Pod/shop/p0"] is Verdict.PASS
    assert found["k8s-apiserver-anonymous-auth", "kube-apiserver@n1"] is Verdict.PASS


@pytest.mark.parametrize("fails_late", [False, True])
def test_a_second_server_that_cannot_be_had_costs_its_own_checks(fails_late: bool) -> None:  # noqa: FBT001
    class Once(Fake):
        @contextmanager
        def start(self, extra: Mapping[str, str], files: Sequence[str] | None = None) -> Iterator[Callable[[], Fake]]:
            def ready() -> Fake:
                if files == OF_COMPONENTS:
                    raise ToolError(reasons.OUT_OF_MEMORY, "", "opa")
                return self

            assert extra
            if not fails_late:
                ready()
            yield ready

    facts = (*pods(1), cluster(), component())

    found = verdicts(observed(Once(said, is_ours=True), *facts, policies=MIXED), *facts, policies=MIXED)

    assert found["k8s-pod-host-pid-absent", "Pod/shop/p0"] is Verdict.PASS
    assert {v for (check, _), v in found.items() if check == "k8s-apiserver-anonymous-auth"} == {Verdict.NOT_ASSESSED}


def test_a_server_that_is_not_ours_or_has_rules_of_a_user_or_nodes_to_judge_has_all_rules() -> None:
    facts = (*pods(1), cluster(), component())
    users = UserFolder(modules={"x.rego": "package x"}, policies=())
    theirs, ours, of_nodes = Fake(said), Fake(said, is_ours=True), Fake(said, is_ours=True)

    observed(theirs, *facts, policies=MIXED)
    list(PolicyStage(engine=of_nodes, policies=lambda: MIXED, is_divided=False).observe(TARGET, Facts(facts)))
    stage = PolicyStage(engine=ours, policies=lambda: MIXED, users=lambda: users)
    list(stage.observe(TARGET, Facts(facts)))

    everything = [p.file for p in MIXED]
    assert theirs.loaded == [everything]
    assert ours.loaded == [everything]
    assert of_nodes.loaded == [everything]


@pytest.mark.parametrize(("kinds", "is_divided"), [({"kubernetes"}, True), ({"kubernetes", "node"}, False)])
def test_with_nodes_all_rules_are_expected_to_have_a_subject(kinds: set[str], is_divided: bool) -> None:  # noqa: FBT001
    assert make(Choice(kinds=frozenset(kinds))).is_divided is is_divided


def test_what_goes_wrong_when_it_is_prepared_is_told_when_it_is_asked() -> None:
    class Nowhere(Fake):
        @contextmanager
        def start(self, extra: Mapping[str, str], files: Sequence[str] | None = None) -> Iterator[Callable[[], Fake]]:
            self.loaded.append(files)
            raise ToolMissing(reasons.Reason(str(extra)[:0]), "auditor tools install opa", "opa")
            yield lambda: self

    fake = Nowhere(lambda _: {})
    stage = PolicyStage(engine=fake, policies=lambda: CHOSEN)

    stage.prepare()
    seen = list(stage.observe(TARGET, Facts([*pods(1), cluster()])))

    assert {gap.reason for gap in seen if isinstance(gap, Gap)} == {"opa is not installed"}


def test_an_opa_that_was_changed_is_fatal() -> None:
    class Changed(Fake):
        @contextmanager
        def start(self, extra: Mapping[str, str], files: Sequence[str] | None = None) -> Iterator[Callable[[], Fake]]:
            del extra, files
            message = "opa: has digest x"
            raise IntegrityError(message)
            yield lambda: self

    with pytest.raises(IntegrityError):
        observed(Changed(lambda _: {}), *pods(1), cluster())


def test_one_broken_rule_costs_its_own_verdicts_only() -> None:
    def answer(document: dict[str, Any]) -> dict[str, Any]:
        if CHOSEN[0].id in document["ask"]:
            reason = "rule broken"
            raise ToolError(reasons.Reason(reason), "eval_conflict_error", "opa")
        return dict.fromkeys(document["ask"], GOOD)

    facts = [*pods(1), cluster()]

    seen = observed(Fake(answer), *facts)

    found = verdicts(seen, *facts)
    assert {verdict for key, verdict in found.items() if key[0] == CHOSEN[0].id} == {Verdict.NOT_ASSESSED}
    assert found[CHOSEN[1].id, "Pod/shop/p0"] is Verdict.PASS


def _failing_first(problem: ToolError, times: int) -> Fake:
    left = times

    def answer(document: dict[str, Any]) -> dict[str, Any]:
        nonlocal left
        left -= 1
        if left >= 0:
            raise problem
        return {key: {**GOOD, "subject": [document["pods"][0]["subject"]], "compliant": []} for key in document["ask"]}

    return Fake(answer)


def test_a_question_whose_server_ended_is_asked_again_of_a_new_one() -> None:
    fake = _failing_first(ToolError(reasons.ENDED, "exit code -9", "opa"), 1)

    seen = observed(fake, *pods(2), cluster(), batch=1)

    assert fake.starts == 2
    assert not [gap for gap in seen if isinstance(gap, Gap) and gap.reason == "ended"]


def test_a_question_that_ends_its_server_twice_is_lost_and_no_other() -> None:
    problem = ToolError(reasons.ENDED, "exit code -9", "opa")
    fake = _failing_first(problem, 2)

    seen = observed(fake, *pods(1), cluster(), batch=1)

    lost = [gap for gap in seen if isinstance(gap, Gap) and gap.reason == "ended"]
    assert {gap.topic for gap in lost} == {policy.id for policy in CHOSEN}


def test_what_took_too_long_is_not_asked_again_and_its_server_is_ended() -> None:
    fake = _failing_first(ToolTimeout(reasons.TIME_LIMIT, "120 s", "opa"), 1)

    seen = observed(fake, *pods(2), cluster(), batch=1)

    assert len(fake.asked) == 2
    lost = [gap for gap in seen if isinstance(gap, Gap) and gap.reason == "time limit"]
    assert {gap.topic for gap in lost} == {policy.id for policy in CHOSEN}


def test_what_does_not_matter_to_a_rule_is_not_sent() -> None:
    config = KubeObject(
        subject="ConfigMap/shop/c",
        origin=HERE,
        api_version="v1",
        kind="ConfigMap",
        namespace="shop",
        name="c",
        manifest={},
    )
    fake = Fake(lambda document: dict.fromkeys(document["ask"], GOOD))

    observed(fake, *pods(1), config)

    assert fake.asked[0]["objects"] == {}


def test_parameters_of_the_part_win() -> None:
    fake = Fake(lambda document: dict.fromkeys(document["ask"], GOOD))
    part = Part(kind="kubernetes", where="x", options={"parameters": {"b": 3}})
    stage = PolicyStage(engine=fake, policies=lambda: CHOSEN, parameters={"a": 1, "b": 2})

    list(stage.observe(System(name="x", parts=(part,)), Facts(pods(1))))

    assert fake.asked[0]["parameters"] == {"a": 1, "b": 3}


def test_the_entry_answers_for_each_package() -> None:
    module = entry(CHOSEN)

    assert module.startswith("package auditor.ask\n")
    assert all(f'answers["{p.id}"]' in module and f"data.{p.package}.compliant" in module for p in CHOSEN)
