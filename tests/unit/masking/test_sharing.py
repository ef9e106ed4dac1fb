from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.masking.sharing import Pseudonyms, names_of, shared
from auditor.model.decision import Answered
from auditor.model.finding import Verdict
from auditor.model.record import Configuration, MeasureRow
from tests.unit.report.clause_records import with_clauses

KEY = b"k" * 32


def of(text: str, *names: tuple[str, str], numbers: tuple[str, ...] = ()) -> str:
    return Pseudonyms(KEY, names, numbers).text(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        ("connect 10.20.0.11:8220", "10.20.0.11"),
        ("10.20.0.0/16 is open", "10.20.0.0"),
        ("from fe80::1ff:fe23:4567:890a%eth0", "fe80::1ff"),
        ("[2001:db8::8a2e:370:7334]:443", "2001:db8"),
        ("pull registry.bank.cn/app:1", "registry.bank.cn"),
        ("REGISTRY.Bank.CN", "Bank"),
        ("worker-1.dc2.bank.local is down", "worker-1"),
        ("https://vault-a:8200/v1", "vault-a"),
        ("postgres://app:xx@dbhost:5432/x", "dbhost"),
        ("Li Wei <li.wei@bank.com.cn>", "li.wei"),
        ("/home/zhangsan/.kube/config", "zhangsan"),
        ("C:\\Users\\zhangsan\\x", "zhangsan"),
        ("subject User/zhang.san@x can", "zhang.san"),
    ],
)
def test_names_with_a_shape_are_replaced(text: str, canary: str) -> None:
    assert canary not in of(text)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:8443 and ::1, 0.0.0.0",
        "rbac.authorization.k8s.io/v1",
        "https://cwe.mitre.org/data/definitions/78.html",
        "services/agent_api/llm.py:12",
        "org.opencontainers.image.version",
        "at 12:34:56, version 1.2.3",
        "logger.info(request.user)",
        "AB:CD:EF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC",
        "sha256:" + "ab" * 32,
        "/home/root/x, User/system",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert of(text) == text


def test_a_number_of_a_clause_is_no_address() -> None:
    assert of("8.1.4.2 e) and 8.1.4.3", numbers=("8.1.4.2.e",)).startswith("8.1.4.2 e) and ip-")


def test_a_name_has_one_pseudonym_under_a_key_and_another_under_another() -> None:
    one, two = Pseudonyms(KEY), Pseudonyms(b"x" * 32)

    first = one.text("a.bank.cn, A.BANK.CN")

    assert first.split(", ")[0] == first.split(", ")[1] == Pseudonyms(KEY).text("a.bank.cn")
    assert two.text("a.bank.cn") != first.split(", ")[0]
    assert one.given[first.split(", ")[0]].casefold() == "a.bank.cn"


def test_names_that_were_given_are_replaced_as_words_only() -> None:
    names = (("host", "cp-1"), ("user", "zhangsan"), ("host", "k3s-server"))

    assert "cp-1" not in of("kubelet@cp-1, cp-1:6443", *names)
    assert "scp-10" in of("scp-10", *names)
    assert "k3s-server" not in of("nodes/k3s-server.json", *names)
    assert "zhangsan" not in of("by ZhangSan and zhangsan", *names).casefold()


def test_a_plain_word_is_a_host_only_where_one_stands() -> None:
    shown = of("gateway: https://gateway:443/, etcd@gateway; the gateway pattern", ("host", "gateway"))

    assert shown.startswith("gateway: https://host-")
    assert shown.endswith("the gateway pattern")
    assert shown.count("host-") == 2


@pytest.mark.parametrize("key", [b"", b"short"])
def test_a_key_that_is_none_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="at least 16 octets"):
        Pseudonyms(key)


def test_the_record_tells_of_names_by_their_place() -> None:
    base = with_clauses(is_answered=True)
    finding = replace(base.findings[0], target="node=a.json", subject="kubelet@cp-1")
    rights = MeasureRow(
        id="custody.who-can",
        stage="custody",
        target="custody=x",
        subject="k",
        value=1,
        undetermined=0,
        items=("use (sign) | transit/sign/k | 1 | zhangsan (userpass): signer",),
    )
    configuration = Configuration(
        path="auditor.yaml", digest="", trust="named", fail_on="high", max_not_assessed=0, owner="risk-desk"
    )
    record = replace(
        base,
        run=replace(base.run, configuration=configuration),
        findings=(finding, *base.findings),
        targets=("tls=gw.bank.cn:443", "custody=https://vault-a:8200", "kubernetes=context:prod-a"),
        measures=(rights,),
    )

    assert set(names_of(record)) >= {
        ("host", "gw.bank.cn"),
        ("host", "vault-a"),
        ("host", "prod-a"),
        ("host", "cp-1"),
        ("user", "risk-desk"),
        ("user", "li"),
        ("user", "wang"),
        ("user", "Li Wei"),
        ("user", "zhangsan"),
    }


def test_a_shared_record_is_a_record_and_its_outcomes_still_lead_to_its_findings() -> None:
    base = with_clauses()

    made, _given = shared(base, KEY)

    prints = {finding.fingerprint for finding in made.findings}
    assert prints.isdisjoint({finding.fingerprint for finding in base.findings})
    assert {each for outcome in made.outcomes for each in outcome.findings} <= prints
    assert [finding.verdict for finding in made.findings] == [finding.verdict for finding in base.findings]
    assert sum(finding.verdict is Verdict.FAIL for finding in made.findings) == 8
    assert shared(base, KEY)[0] == made


def test_who_answered_is_a_pseudonym() -> None:
    made, pseudonyms = shared(with_clauses(is_answered=True), KEY)

    answers = [outcome.answer for outcome in made.outcomes if outcome.answer]
    assert all(isinstance(answer, Answered) and answer.who.startswith("user-") for answer in answers)
    assert pseudonyms.given[answers[0].who] == "Li Wei"
