"""The real OPA server: started, asked, bounded, ended, and every way in which it fails."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from auditor import reasons
from auditor.errors import ToolError, ToolMissing, ToolTimeout
from auditor.tools.opa import NamedOpa, Opa, RuleError
from scripts.loopback import free_port

if TYPE_CHECKING:
    from auditor.tools.opa import OpaServer
    from auditor.tools.programs import Program

pytestmark = pytest.mark.tool("opa")
DOUBLE = {"double.rego": "package double\n\nanswer := 2 * input.number\n"}
ENDLESS = {
    "endless.rego": "package endless\n\nanswer := count([x | some x in numbers.range(1, 100000); "
    "some y in numbers.range(1, 100000); x == -y])\n"
}
GREEDY = {
    "greedy.rego": 'package greedy\n\nanswer := [concat("", [sprintf("%d-%d", [x, y]), input.pad]) | '
    "some x in numbers.range(1, 30000); some y in numbers.range(1, 3000)]\n"
}


def port_of(server: OpaServer) -> int:
    return int(server._client.port)


def children(pid: int) -> list[int]:
    """Return all descendants."""
    found: list[int] = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        found += [int(child), *children(int(child))]
    return found


def test_a_server_answers_and_is_gone_with_its_block(small: Opa) -> None:
    with small.serve(DOUBLE) as server:
        assert server.pid is not None
        processes = [server.pid, *children(server.pid)]

        answer = orjson.loads(server.ask("double", "answer", {"number": 21}))

    assert answer["result"] == 42
    assert server.tool == "opa 1.19.0"
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []


def test_an_exception_in_the_block_ends_the_server(small: Opa) -> None:
    pid = 0

    def use() -> None:
        nonlocal pid
        with small.serve(DOUBLE) as server:
            pid = server.pid or 0
            raise KeyError

    with pytest.raises(KeyError):
        use()

    assert not Path(f"/proc/{pid}").exists()


def test_nobody_without_the_token_is_answered(small: Opa) -> None:
    with small.serve(DOUBLE, port=free_port()) as server:
        request = urllib.request.Request(f"http://127.0.0.1:{port_of(server)}/v1/data")

        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(request, timeout=5)  # noqa: S310
        refused.value.close()


def test_the_command_line_does_not_show_the_token(small: Opa) -> None:
    with small.serve(DOUBLE) as server:
        token = str(server._client.headers["Authorization"]).removeprefix("Bearer ")
        shown = b"".join(
            Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
            for pid in [server.pid or 0, *children(server.pid or 0)]
        )

    assert len(token) > 40
    assert token.encode() not in shown


def test_it_listens_on_no_network_at_all(small: Opa) -> None:
    with small.serve(DOUBLE) as server:
        inner = children(server.pid or 0)[-1]
        devices = Path(f"/proc/{inner}/net/dev").read_text(encoding="ascii").splitlines()[2:]
        listening = Path(f"/proc/{inner}/net/tcp").read_text(encoding="ascii").splitlines()[1:]

    assert [line.split(":")[0].strip() for line in devices] == ["lo"]
    assert listening == []


def test_with_a_port_it_listens_on_loopback_only(small: Opa) -> None:
    with small.serve(DOUBLE, port=free_port()) as server:
        suffix = f":{port_of(server):04X} "
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
        listening = [line.split()[1] for line in lines if suffix in line and " 0A " in line]

    assert listening == [f"0100007F{suffix.strip()}"]


def test_an_undefined_rule_gives_an_answer_without_result(small: Opa) -> None:
    with small.serve(DOUBLE) as server:
        answer = orjson.loads(server.ask("double", "nothing", {}))

    assert "result" not in answer


def test_a_syntax_error_at_the_start_names_file_and_line(small: Opa) -> None:
    with (
        pytest.raises(RuleError, match=r"broken\.rego:4") as failed,
        small.serve({"broken.rego": "package b\n\nx := [\n"}),
    ):
        pass

    assert failed.value.reason == "policy does not compile"


def test_a_module_that_is_added_is_compiled_with_the_others(small: Opa) -> None:
    with small.serve(DOUBLE) as server:
        server.add("four", "package four\n\nanswer := data.double.answer + 2\n")

        assert orjson.loads(server.ask("four", "answer", {"number": 1}))["result"] == 4


def test_a_module_that_does_not_compile_is_told_with_its_line(small: Opa) -> None:
    with small.serve(DOUBLE) as server, pytest.raises(RuleError, match=r"users/bad\.rego:3") as failed:
        server.add("users/bad.rego", "package bad\n\nx := unknown_function(1)\n")

    assert failed.value.reason == "policy does not compile"


def test_modules_are_added_in_the_order_that_their_dependencies_ask_for(small: Opa) -> None:
    modules = {
        "a.rego": "package a\n\nimport data.b\n\nx := b.f(1)\n",
        "b.rego": "package b\n\nf(n) := n + 1\n",
        "c.rego": "package c\n\nx := nobody.knows(1)\n",
    }

    with small.serve(DOUBLE) as server:
        problems = server.add_all(modules)

        assert list(problems) == ["c.rego"]
        assert orjson.loads(server.ask("a", "x", {}))["result"] == 2


def test_a_rule_that_contradicts_itself_is_a_rule_error(small: Opa) -> None:
    with small.serve({"two.rego": "package two\n\nx := 1 if true\n\nx := 2 if true\n"}) as server:
        with pytest.raises(RuleError, match="multiple outputs") as failed:
            server.ask("two", "x", {})

        assert failed.value.reason == "rule broken"
        assert server.ask("two", "y", {})


def test_an_endless_comprehension_is_given_up_in_time(small: Opa) -> None:
    begin = time.monotonic()

    with small.serve(ENDLESS) as server, pytest.raises(ToolTimeout):
        server.ask("endless", "answer", {}, timeout_s=1)

    assert time.monotonic() - begin < 15


def test_a_server_killed_in_a_query_is_told(small: Opa) -> None:
    with small.serve(ENDLESS) as server:
        assert server.pid is not None
        for pid in children(server.pid) or [server.pid]:
            os.kill(pid, signal.SIGKILL)

        with pytest.raises(ToolError) as failed:
            server.ask("endless", "answer", {}, timeout_s=20)

    assert failed.value.reason in {"ended", "cannot be reached"}


def test_a_rule_that_takes_all_memory_ends_its_server_only(small: Opa) -> None:
    bounded = replace(small, address_space_bytes=2 * 1024**3, memory_goal_bytes=200 * 1024**2)

    with bounded.serve(GREEDY) as server, pytest.raises(ToolError) as failed:
        server.ask("greedy", "answer", {"pad": "x" * 2000}, timeout_s=120)

    assert failed.value.reason == "out of memory"


def test_a_port_that_is_taken_is_told(small: Opa) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(ToolError) as failed, small.serve(DOUBLE, port=taken.getsockname()[1]):
            pass

    assert failed.value.reason == "port taken"


def test_two_servers_live_side_by_side(small: Opa) -> None:
    with small.serve(DOUBLE) as one, small.serve(DOUBLE) as two:
        assert one.ask("double", "answer", {"number": 1}) == two.ask("double", "answer", {"number": 1})


def test_a_missing_program_is_told(small: Opa) -> None:
    class Nowhere:
        def find(self, name: str) -> Program:
            reason = "not installed"
            raise ToolMissing(reasons.Reason(reason), name)

    with pytest.raises(ToolMissing), replace(small, programs=Nowhere()).serve(DOUBLE):
        pass


def test_a_server_that_the_user_names_gets_our_modules_and_loses_them_again(small: Opa) -> None:
    with small.serve({}, port=free_port()) as server:
        token = str(server._client.headers["Authorization"]).removeprefix("Bearer ")
        named = NamedOpa(host="127.0.0.1", port=port_of(server), token=token, policies=small.policies, tls=False)

        with named.serve(DOUBLE) as theirs:
            assert orjson.loads(theirs.ask("double", "answer", {"number": 4}))["result"] == 8
        after = orjson.loads(server.ask("double", "answer", {"number": 4}))

    assert "result" not in after
    assert named.use().version == f"at 127.0.0.1:{named.port}, not ours"


def test_a_named_server_with_another_token_does_not_let_us_in(small: Opa) -> None:
    with small.serve({}, port=free_port()) as server:
        named = NamedOpa(host="127.0.0.1", port=port_of(server), token="x", policies=small.policies, tls=False)

        with pytest.raises(ToolError) as failed, named.serve(DOUBLE):
            pass

    assert failed.value.reason == "not let in"


@pytest.mark.parametrize(
    "rule",
    [
        'http.send({"method": "POST", "url": "http://127.0.0.1:1", "body": input})',
        'net.lookup_ip_addr("example.com")',
        "opa.runtime()",
    ],
)
def test_rule_that_reaches_the_network_is_refused(small: Opa, rule: str) -> None:
    vetted = small.vet({"out.rego": f"package mine\n\nx := {rule}\n", "good.rego": "package good\n\nx := 1\n"})

    assert isinstance(vetted["out.rego"], ToolError)
    assert vetted["good.rego"] == ("good",)


def test_server_reaches_nothing_even_if_a_rule_is_let_through(small: Opa) -> None:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        there.listen()
        url = f"http://127.0.0.1:{there.getsockname()[1]}"
        rule = f'package out\n\nx := http.send({{"method": "GET", "url": "{url}", "raise_error": false}}).status_code\n'
        with small.serve({"out.rego": rule}) as server:
            answer = orjson.loads(server.ask("out", "x", {}))

    assert answer.get("result") in {0, None}


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ('package kubernetes["pod_privileged_absent"]\n', ("kubernetes", "pod_privileged_absent")),
        ('package system["authz"]\n', ("system", "authz")),
        ("package\\\n  kubernetes.x\n", None),
        ("# package mine\npackage kubernetes.x\n", ("kubernetes", "x")),
        ('package data["a b"]\n', ("data", "a b")),
        ("import rego.v1\n", None),
        ("x := ", None),
        ("", None),
    ],
)
def test_package_is_that_of_the_parse_of_opa(small: Opa, text: str, package: tuple[str, ...] | None) -> None:
    vetted = small.vet({"x.rego": text})["x.rego"]

    assert vetted == package if package else isinstance(vetted, ToolError)
