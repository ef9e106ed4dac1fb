"""Records to render: one with everything in it, hostile text included, and one of any size."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace as with_fields

from auditor import reasons
from auditor.check import Check, fail, fail_at, not_applicable, ok
from auditor.compliance.standing import tallies
from auditor.judging import judge
from auditor.messages import say
from auditor.model.control import Outcome
from auditor.model.fact import Fact, Facts, Gap, Origin, Read
from auditor.model.finding import (
    Component,
    Confidence,
    Finding,
    Fix,
    Location,
    Severity,
    Suppression,
    Unseen,
    Verdict,
    Vulnerability,
    Waiver,
)
from auditor.model.record import (
    Coverage,
    Exclusion,
    Gate,
    MeasureRow,
    PartRun,
    Ratio,
    Record,
    Run,
    StageRun,
    ToolUse,
)
from auditor.model.system import Part, System
from auditor.model.text import Text, literal, reason_text
from auditor.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.check import Judgement
    from auditor.model.control import Conformity

CODE = "code=src/"

# A file name that tries every trick at once: blank, Chinese, quote, pipe, backtick, markup, mention, escape, bytes.
HOSTILE_FILE = "a b/模型\n|`<script>alert(1)</script>@root #1 \x1b[31m\u202e%2e\udcff.py"
HOSTILE_SNIPPET = (
    "```\n</script><script>alert(1)</script>\n![x](http://evil.example/p.png) @admin ]]> {0} [a](b)\x00\x1b]8;;x"
)


class Line(Fact, frozen=True, kw_only=True):
    """A line of code; topic is the rule that looked at it."""

    rule: str
    text: str = ""

    @property
    def topic(self) -> str:
        return self.rule


def check_of(check_id: str, severity: Severity, title: Text, *, confidence: Confidence = Confidence.HIGH) -> Check:
    """Return a check that fails every line whose text is not empty."""
    read = Read("Line", frozenset({check_id}))

    def decide(facts: Facts) -> Iterator[Judgement]:
        for subject, lines in _by_subject(facts.read(read)):
            bad = [line for line in lines if line.text]
            if not bad:
                yield ok(*lines)
            for line in bad:
                judgement = fail_at(subject, line, evidence=line.text)
                at = line.origin
                place = Location(
                    file=at.file or "",
                    line=at.line,
                    end_line=at.end_line,
                    snippet=line.text,
                    before="    import os\n" if line.text.startswith("os.") else "",
                    after="    done()" if line.text.startswith("os.") else "",
                )
                yield with_fields(judgement, location=place)

    return Check(
        id=check_id,
        stage="code",
        title=title,
        severity=severity,
        confidence=confidence,
        source="CWE-78; OWASP ASVS 5.0, 1.2.5",
        reads=(read,),
        judge=decide,
        part_kinds=frozenset({"code"}),
        why=Text(
            "whoever controls the text controls the machine that runs it.",
            "控制该文本的人即可控制运行它的机器。",
        ),
        remediation=Text(
            "Pass a list of arguments (`subprocess.run([...])`) and no shell.",
            "以参数列表调用（`subprocess.run([...])`），不经过 shell。",
        ),
        controls={"gbt22239-2019-l3": ("8.1.4.4.d",)},
        cwe=(78,),
        references=("https://cwe.mitre.org/data/definitions/78.html", "javascript:alert(1)"),
        defined_in=f"rulesets/semgrep/os/{check_id}.yaml",
    )


def _by_subject(facts: Iterable[Fact]) -> list[tuple[str, list[Line]]]:
    grouped: dict[str, list[Line]] = {}
    for fact in facts:
        assert isinstance(fact, Line)
        grouped.setdefault(fact.subject, []).append(fact)
    return sorted(grouped.items())


SHELL = check_of(
    "os-shell-not-used",
    Severity.CRITICAL,
    Text("No shell runs text from outside", "不以 shell 运行外部文本"),
)
PICKLE = check_of(
    "data-pickle-not-loaded",
    Severity.HIGH,
    Text("pickle.load(...) never reads data from outside", "不以 pickle.load(...) 读取外部数据"),
    confidence=Confidence.MEDIUM,
)
MD5 = check_of("crypto-md5-not-used", Severity.MEDIUM, Text("MD5 protects nothing", "不使用 MD5 保护数据"))
DEBUG = check_of("web-debug-off", Severity.LOW, Text("Debug mode is off", "调试模式已关闭"), confidence=Confidence.LOW)
BANNER = check_of("web-banner-quiet", Severity.INFO, Text("No banner names the version", "横幅不暴露版本"))


def _nothing_due(facts: Facts) -> Iterator[Judgement]:
    for fact in facts.of(Line, "k8s-host-network-off"):
        yield not_applicable(fact, reason=Text("the chart has no pods", "该 Chart 没有 Pod"))


HOST = replace(
    check_of("k8s-host-network-off", Severity.HIGH, Text("No pod uses the host's network", "Pod 不使用主机网络")),
    judge=_nothing_due,
)


def _secret(facts: Facts) -> Iterator[Judgement]:
    for fact in facts.of(Line, "secret-key-absent"):
        yield with_fields(
            fail(
                fact,
                expected=literal("no key in files"),
                actual=literal("sk-****"),
                patch='[{"op": "remove", "path": "/env/KEY"}]',
            ),
            suppression=Suppression(comment="# nosec", author="Li Wei <li@x.cn>", date="2026-03-01T09:00:00+08:00"),
            component=Component(name="openssl", version="3.0.1", type="deb", purl="pkg:deb/debian/openssl@3.0.1"),
            vulnerability=Vulnerability(
                id="CVE-2026-0001", aliases=("GHSA-x",), fix=Fix(state="fixed", versions=("3.0.2",))
            ),
        )


SECRET = replace(
    check_of("secret-key-absent", Severity.CRITICAL, Text("No file holds a key", "文件中没有密钥")),
    judge=_secret,
    aliases=("KEY-046",),
)

ALL = (SHELL, PICKLE, MD5, DEBUG, BANNER, HOST, SECRET)
CHECKS = Rules(checks=ALL).saved().by_id


def line(rule: str, file: str, number: int | None, text: str = "") -> Line:
    """Return a fact about a line; empty text is a good one."""
    origin = Origin(part=CODE, capture="sha256:" + "0" * 64, pointer="/results/0", file=file, line=number)
    return Line(subject=file, origin=origin, rule=rule, text=text)


def gap(subject: str, rule: str, reason: str = "time limit", tool: str = "semgrep 1.182.0") -> Gap:
    """Return a gap of one rule on one file."""
    return Gap(
        stage="code",
        target=CODE,
        kind="Line",
        subject=subject,
        topic=rule,
        reason=reasons.Reason(reason),
        detail=f"rule {rule}, 10 s",
        tool=tool,
        remedy=Text("raise stages.code.rule_seconds", "调大 stages.code.rule_seconds"),
    )


def example() -> Record:
    """Return a record with every verdict, every optional field and hostile text."""
    facts = [
        line("os-shell-not-used", "app/run.py", 12, "os.system(cmd)"),
        line("os-shell-not-used", "app/run.py", 40, "os.popen(cmd)"),
        line("os-shell-not-used", HOSTILE_FILE, 3, HOSTILE_SNIPPET),
        line("os-shell-not-used", "app/good.py", 1),
        line("data-pickle-not-loaded", "app/load.py", 7, "pickle.loads(body)"),
        line("crypto-md5-not-used", "app/sign.py", 9, "hashlib.md5(x)"),
        line("web-debug-off", "app/main.py", None, "debug=True"),
        line("web-banner-quiet", "app/main.py", 2, "Server: x/1.2"),
        line("k8s-host-network-off", "chart/values.yaml", 1),
        line("secret-key-absent", "app/.env", 1, "KEY=sk-****"),
    ]
    gaps = (
        gap("app/big.py", "os-shell-not-used"),
        gap("app/big2.py", "os-shell-not-used"),
        gap("", "crypto-md5-not-used", reason="no permission", tool=""),
    )
    part = Part(kind="code", where="src/")
    findings = tuple(
        with_fields(finding, is_new=finding.id != "web-debug-off")
        for finding in judge(ALL, Facts(facts, gaps), System(name="loan", parts=(part,))).findings
    )
    waiver = Waiver(id="W-1", owner="li", approver="wang", reason="replaced in Q1", expires="2027-01-31")
    findings = tuple(
        with_fields(f, waived=waiver) if f.verdict is Verdict.FAIL and f.id == "data-pickle-not-loaded" else f
        for f in findings
    )
    return record_of(findings, Facts((), gaps).gaps)


def record_of(findings: Iterable[Finding], gaps: Iterable[Gap] = ()) -> Record:
    """Return a record around findings and gaps, as the pipeline would."""
    found = tuple(sorted(findings, key=lambda f: (list(Severity).index(f.severity), f.id, f.target)))
    lost = tuple(gaps)
    verdicts = Counter(finding.verdict for finding in found)
    counting = sum(1 for f in found if f.counts and f.severity.reaches(Severity.HIGH))
    exit_code: Literal[0, 1, 3] = 1 if counting else 3 if lost else 0
    return Record(
        run=Run(
            id="20261123T090000Z-1a2b3c4d",
            started="2026-11-23T09:00:00Z",
            seconds=61.5,
            auditor="0.1.0",
            rules="sha256:" + "ab" * 32,
            parts=(PartRun(kind="code", where="src/", seconds=58.0),),
            stages=(StageRun(stage="code", target="loan", seconds=58.0, reused=3, observed=12),),
            tools=(
                ToolUse(name="semgrep", version="1.182.0", digest="sha256:" + "cd" * 32, is_allowed=True),
                ToolUse(name="bandit", version="1.9.0", digest="sha256:" + "ef" * 32, is_allowed=False),
            ),
            arguments=("run", CODE, "--fail-on", "high"),
            system="loan-assistant",
            compared_with="v1.2.0",
        ),
        targets=(CODE,),
        left_out=(Exclusion(target=CODE, what="node_modules", why=Text("packages of others", "第三方包")),),
        gaps=lost,
        findings=found,
        outcomes=(
            Outcome(
                framework="gbt22239-2019-l3",
                control="8.1.4.4.d",
                target="loan",
                standing="fail",
                open=False,
                findings=tuple(f.fingerprint for f in found[:2]),
                reason=Text("2 failures", "2 项不符合"),
                conformity="does_not",
            ),
            Outcome(
                framework="gbt22239-2019-l3",
                control="8.1.9.1.a",
                target="loan",
                standing="manual",
                open=True,
                findings=(),
                reason=Text("only a person can tell", "只能由人工判断"),
            ),
        ),
        coverage=Coverage(
            assessed=Ratio(part=len(found) - verdicts[Verdict.NOT_ASSESSED], whole=len(found)),
            policy={"gbt22239-2019-l3": Ratio(part=1, whole=257)},
        ),
        measures=(
            MeasureRow(
                id="code.files", stage="code", target=CODE, subject="", value=(8, 10), undetermined=0, items=("a", "b")
            ),
            MeasureRow(id="code.oldest", stage="code", target=CODE, subject="", value=None, undetermined=1, items=()),
        ),
        gate=Gate(
            fail_on=Severity.HIGH,
            exit_code=exit_code,
            reason=Text(f"{counting} failures at or above high", f"{counting} 项高及以上不符合")
            if counting
            else Text("nothing failed", "无不符合项"),
        ),
    )


def empty() -> Record:
    """Return a record of a run that found nothing to judge."""
    return with_fields(
        record_of(()),
        outcomes=(),
        measures=(),
        left_out=(),
        coverage=Coverage(assessed=Ratio(part=0, whole=0), policy={}),
    )


def many(count: int) -> Record:
    """Return a record with so many failures, spread over checks and files."""
    checks = (SHELL, PICKLE, MD5, DEBUG, BANNER)
    facts = [
        line(
            checks[index % len(checks)].id,
            f"services/agent_{index % 40}/module_{index % 400}.py",
            index // 400 + 1,
            f"value_{index} = os.system(request.query_params['command_{index}'])",
        )
        for index in range(count)
    ]
    target = System(name="loan", parts=(Part(kind="code", where="src/"),))
    gaps = [gap(f"services/agent_{index}/slow.py", "os-shell-not-used") for index in range(30)]
    known = Facts(facts, gaps)
    return record_of(judge(checks, known, target).findings, known.gaps)


CHART = "kubernetes=deploy/chart"
NODE = "node=facts/node-1.json"
PATCH = '[{"op":"add","path":"/spec/hostIPC","value":false}]'
COLLECT = Text("collect the nodes", "请采集节点")


def object_finding(
    check: str, verdict: Verdict = Verdict.FAIL, target: str = CHART, lost: Gap | None = None, index: int = 0
) -> Finding:
    """Return a finding of a check on an object, as policies make them."""
    is_fail = verdict is Verdict.FAIL
    expected, actual = ("hostIPC: false", "hostIPC true") if is_fail else ("", "")
    text = say("judge.fail", expected=expected, actual=actual) if is_fail else Text("", "")
    return Finding(
        id=check,
        stage="policy",
        target=target,
        subject="Deployment/loan/api",
        verdict=verdict,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        title=Text("No pod shares the host's IPC", "不共享主机 IPC 命名空间"),
        detail=say("judge.gap", count=1, reason=reason_text(lost.reason), what=target) if lost else text,
        expected=literal(expected),
        actual=literal(actual),
        origins=(),
        cwe=(),
        waived=None,
        remediation=Text("Remove hostIPC.", "请删除 hostIPC。"),
        location=Location(file="templates/api.yaml", line=20) if is_fail else None,
        controls={"cis": ("5.2.3",)},
        fingerprint=sha256(f"{check}-{verdict}".encode()).hexdigest()[:32],
        gap=Unseen(index=index, reason=lost.reason, subject=lost.subject) if lost else None,
        patch=PATCH if is_fail else "",
    )


def object_gap(why: str = "", remedy: Text = COLLECT) -> Gap:
    """Return a gap of the policy stage; with a cause of its own its remedy opens with that, as policies say it."""
    told = Text(f"{why}; {remedy.en}", f"原因；{remedy.zh}") if why else remedy
    return Gap(
        stage="policy",
        target=CHART,
        kind="PolicyResult",
        subject="cluster" if why else "",
        topic="k8s-etcd" if why else "etcd",
        reason=reasons.Reason("evidence missing" if why else "not collected"),
        detail=why or "no part of this system shows etcd",
        remedy=told,
    )


def outcome(
    control: str, verdict: Verdict | None, *found: Finding, target: str = CHART, is_open: bool = False
) -> Outcome:
    """Return what a run says of a control of the framework ``cis``."""
    return Outcome(
        framework="cis",
        control=control,
        target=target,
        standing=verdict.value if verdict else "manual",
        open=is_open,
        findings=tuple(finding.fingerprint for finding in found),
        reason=Text("x", "x"),
        conformity="not_assessed" if is_open or verdict is None else _CONFORMITY[verdict],
    )


_CONFORMITY: dict[Verdict, Conformity] = {
    Verdict.FAIL: "does_not",
    Verdict.NOT_ASSESSED: "not_assessed",
    Verdict.NOTHING_FOUND: "not_assessed",
    Verdict.PASS: "conforms",
    Verdict.NOT_APPLICABLE: "not_applicable",
}


def assessed(
    outcomes: Iterable[Outcome], findings: Iterable[Finding] = (), whole: int = 10, gaps: Iterable[Gap] = ()
) -> Record:
    """Return a record with these outcomes of the framework ``cis``."""
    found = tuple(findings)
    record = record_of(found, gaps)
    given = tuple(outcomes)
    coverage = with_fields(
        record.coverage, policy={"cis": Ratio(part=4, whole=whole)}, frameworks=tallies(given, found)
    )
    return with_fields(record, targets=(CHART, NODE), outcomes=given, coverage=coverage)


def objects() -> Record:
    """Return a record of a chart: a failure with a patch, a gap, and a framework with outcomes."""
    failure = object_finding("k8s-host-ipc")
    unseen = object_finding("k8s-etcd", Verdict.NOT_ASSESSED, lost=object_gap())
    outcomes = (outcome("5.2.3", Verdict.FAIL, failure), outcome("2.1", Verdict.NOT_ASSESSED, unseen))
    return assessed(outcomes, (failure, unseen), gaps=(object_gap(),))
