"""The client of Vault and OpenBao against a server that answers as it likes."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from auditor import reasons
from auditor.errors import ConfigError
from auditor.formats.custody_snapshot import Answer
from auditor.model.fact import Gap
from auditor.model.secret import Secret
from auditor.stages.custody import reading as reading_module
from auditor.stages.custody.facts import CustodyKey, CustodySetting
from auditor.stages.custody.live import Live
from auditor.stages.custody.reading import ACCESSORS_LIMIT, read
from auditor.stages.custody.settings import Site
from auditor.tools import vault
from auditor.tools.vault import VaultApi, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "s.canary-of-the-token-0123456789"
Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(answer: Callable[[str, str], Reply]) -> Iterator[tuple[str, list[str]]]:
    """Serve on loopback; yield the address, and the requests as they come."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            seen.append(f"{self.command} {self.path} {self.headers.get('X-Vault-Token', '')}")
            status, headers, body = answer(self.command, self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_LIST = do_POST = respond  # noqa: N815 - names of the base class

        def log_message(self, *_arguments: Any) -> None:  # noqa: ANN401
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def api(address: str, pauses: list[float] | None = None) -> VaultApi:
    return VaultApi(address, Secret(TOKEN), sleep=(pauses if pauses is not None else []).append)


def data(value: object) -> bytes:
    return json.dumps({"request_id": "x", "data": value}).encode()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "refused request"),
        (403, "no permission"),
        (404, "not found"),
        (405, "not offered"),
        (500, "server error"),
        (503, "sealed or not available"),
        (473, "standby"),
        (418, "server error"),
    ],
)
def test_statuses_are_told_apart(status: int, reason: str) -> None:
    with serving(lambda _m, _p: (status, {}, b'{"errors": ["because"]}')) as (address, _seen):
        answer = api(address).ask("GET", "sys/audit")

    assert (answer.status, answer.reason, answer.is_good) == (status, reason, False)
    assert "because" in answer.detail


def test_list_of_nothing_is_empty_and_no_refusal() -> None:
    with serving(lambda _m, _p: (404, {}, b'{"errors": []}')) as (address, _seen):
        assert api(address).ask("LIST", "identity/entity/id").data == {"keys": []}


def test_busy_server_is_asked_again_as_late_as_it_wants() -> None:
    left = [3]

    def answer(_method: str, _path: str) -> Reply:
        left[0] -= 1
        return (429, {"Retry-After": "7"}, b"{}") if left[0] else (200, {}, data({"a": 1}))

    pauses: list[float] = []
    with serving(answer) as (address, seen):
        found = api(address, pauses).ask("GET", "sys/mounts")

    assert found.data == {"a": 1}
    assert pauses == [7.0, 7.0]
    assert len(seen) == 3


def test_server_that_stays_busy_is_left_alone_after_a_while() -> None:
    pauses: list[float] = []
    with serving(lambda _m, _p: (429, {}, b"{}")) as (address, seen):
        found = api(address, pauses).ask("GET", "sys/mounts")

    assert found.reason == "too many requests"
    assert len(seen) == vault.TRIES
    assert sum(pauses) < 60


def test_redirect_is_refused_and_the_token_goes_nowhere_else() -> None:
    with serving(lambda _m, _p: (200, {}, b"{}")) as (other, elsewhere):
        headers = {"Location": f"{other}/v1/sys/audit?x={TOKEN}"}
        with serving(lambda _m, _p: (307, headers, b"")) as (address, _seen):
            found = api(address).ask("GET", "sys/audit")

    assert found.reason == "redirected elsewhere"
    assert elsewhere == []
    assert TOKEN not in found.detail


@pytest.mark.parametrize("body", [b"<html>", b"[1, 2]", b'"text"', b"{"])
def test_answer_of_another_shape_is_not_understood(body: bytes) -> None:
    with serving(lambda _m, _p: (200, {}, body)) as (address, _seen):
        assert api(address).ask("GET", "sys/audit").reason == "answer not understood"


def test_answer_of_a_hundred_megabytes_is_refused_and_the_next_request_is_answered() -> None:
    def answer(_method: str, path: str) -> Reply:
        return (200, {}, b'{"a": "' + b"x" * 100_700_000 + b'"}' if path == "/v1/large" else data({"a": 1}))

    with serving(answer) as (address, _seen):
        asked = api(address)

        assert asked.ask("GET", "large").reason == "answer too large"
        assert asked.ask("GET", "small").data == {"a": 1}


def test_token_that_a_server_echoes_is_taken_out() -> None:
    body = data({"id": TOKEN, "accessor": "a", "note": f"token {TOKEN}", "other": "hvs.AAAAAAAAAAAAAAAAAAAAAAAA"})
    with serving(lambda _m, _p: (200, {}, body)) as (address, seen):
        good = api(address).ask("GET", "auth/token/lookup-self")
    with serving(lambda _m, _p: (400, {}, json.dumps({"errors": [f"bad {TOKEN}"]}).encode())) as (address, _seen):
        bad = api(address).ask("GET", "sys/audit")

    assert seen == [f"GET /v1/auth/token/lookup-self {TOKEN}"]
    assert TOKEN not in repr(good)
    assert "hvs.AAAA" not in repr(good)
    assert "id" not in good.data
    assert TOKEN not in repr(bad)


def test_requests_without_the_token_have_none() -> None:
    with serving(lambda _m, _p: (200, {}, b"{}")) as (address, seen):
        api(address).ask("GET", "sys/rekey/init", with_token=False)

    assert seen == ["GET /v1/sys/rekey/init "]


@contextmanager
def talking(*replies: bytes, closes: bool) -> Iterator[tuple[str, list[int]]]:
    """Serve raw replies, one a request, in order; yield the address and how many requests each connection carried."""
    carried: list[int] = []
    left = list(replies)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while left:
            with contextlib.suppress(OSError):
                connection, _peer = listener.accept()
                carried.append(0)
                with connection:
                    while left and connection.recv(1 << 16):
                        carried[-1] += 1
                        connection.sendall(left.pop(0))
                        if closes:
                            break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", carried
    left.clear()
    listener.close()


GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"data":{"a": 1}}'


def test_one_connection_carries_many_requests() -> None:
    with talking(GOOD, GOOD, GOOD, closes=False) as (address, carried):
        asked = api(address)
        found = [asked.ask("GET", "sys/audit").data for _each in range(3)]

    assert found == [{"a": 1}] * 3
    assert carried == [3]


def test_connection_that_the_server_gave_up_meanwhile_is_made_anew() -> None:
    with talking(GOOD, GOOD, closes=True) as (address, carried):
        asked = api(address)
        found = [asked.ask("GET", "sys/audit").data for _each in range(2)]

    assert found == [{"a": 1}] * 2
    assert carried == [1, 1]


@pytest.mark.parametrize(
    "reply",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"data":',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"data":',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
    ],
)
def test_answer_that_ends_too_early_is_cut_off(reply: bytes) -> None:
    with talking(reply, closes=True) as (address, _carried):
        found = api(address).ask("GET", "sys/audit")

    assert (found.reason, found.data) == ("cut off", None)


def test_answer_that_goes_on_and_on_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "ANSWER_LIMIT_S", 0.0)
    with talking(GOOD, closes=True) as (address, _carried):
        assert api(address).ask("GET", "sys/audit").reason == "cut off"


@pytest.mark.parametrize("address", ["", "ftp://x", "https://[::1", "http://x:99999", "http://", "vault:8200"])
def test_address_that_is_none_is_said(address: str) -> None:
    assert api(address).ask("GET", "sys/audit").reason == "cannot be reached"


def test_address_with_a_path_keeps_it() -> None:
    with serving(lambda _m, _p: (200, {}, b"{}")) as (address, seen):
        api(f"{address}/behind/").ask("GET", "sys/audit")

    assert seen == [f"GET /behind/v1/sys/audit {TOKEN}"]


def test_nobody_at_the_address_is_said() -> None:
    assert api("http://127.0.0.1:1").ask("GET", "sys/audit").reason == "cannot be reached"


def test_token_comes_from_a_file_or_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("s.from-a-file\n")
    monkeypatch.setenv("AUDIT_TOKEN", "s.from-a-variable")

    assert token("AUDIT_TOKEN").reveal() == "s.from-a-variable"
    assert token("AUDIT_TOKEN", str(tmp_path / "token")).reveal() == "s.from-a-file"
    assert not token("UNSET_VARIABLE")
    with pytest.raises(ConfigError):
        token("AUDIT_TOKEN", str(tmp_path / "nowhere"))
    monkeypatch.setenv("AUDIT_TOKEN", "two words")
    with pytest.raises(ConfigError, match="no token"):
        token("AUDIT_TOKEN")


RECORDED = {
    "GET sys/seal-status": {
        "initialized": True,
        "sealed": False,
        "t": 3,
        "n": 5,
        "type": "shamir",
        "version": "1.20.4",
    },
    "GET auth/token/lookup-self": {"policies": ["default"]},
    "POST auth/token/lookup-accessor": {"policies": ["default"], "ttl": 60, "type": "service"},
}
"""In the shape of the public API documentation of Vault."""


class Recorded:
    """Answers from what is recorded; accessors are listed by a server, where there is one."""

    address = "https://recorded"

    def __init__(self, answers: dict[str, Any], server: VaultApi | None = None) -> None:
        self._answers = {**RECORDED, **answers}
        self._server = server

    def ask(self, method: str, path: str, body: Any = None, *, with_token: bool = True) -> Answer:  # noqa: ANN401
        if self._server is not None and path == "auth/token/accessors":
            return self._server.ask(method, path, body, with_token=with_token)
        found = self._answers.get(f"{method} {path}")
        return Answer(200, found) if found is not None else Answer(404, None, reasons.NOT_FOUND, path)


def test_versions_as_text_sort_as_numbers() -> None:
    key = {
        "type": "aes256-gcm96",
        "keys": {str(number): 1700000000 + number for number in range(1, 11)},
        "latest_version": "10",
        "min_decryption_version": "9",
        "exportable": "true",
    }
    answers = {
        "GET sys/mounts": {"transit/": {"type": "transit"}},
        "LIST transit/keys": {"keys": ["k"]},
        "GET transit/keys/k": key,
    }

    items = list(Live(read(Recorded(answers), "2026-11-28T12:00:00Z"), "custody=x", Site()).facts())

    (made,) = [each for each in items if isinstance(each, CustodyKey)]
    assert (made.latest_version, made.min_decryption_version, made.is_exportable) == (10, 9, True)
    assert made.newest_at == "2023-11-14T22:13:30Z"


def test_million_accessors_are_listed_and_what_is_beyond_the_bound_is_a_gap() -> None:
    million = data({"keys": [f"accessor-of-{number:012d}" for number in range(1_000_000)]})

    with serving(lambda _m, _p: (200, {}, million)) as (address, _seen):
        reading = read(Recorded({}, api(address)), "2026-11-28T12:00:00Z")
    gaps = [each for each in Live(reading, "custody=x", Site()).facts() if isinstance(each, Gap)]

    assert len(reading.below("TOKEN", "")) == ACCESSORS_LIMIT
    cut = [each for each in gaps if each.reason == "too many"]
    assert {each.topic or each.kind for each in cut} == {"token-survey", "KeyRight"}
    assert all(f"{ACCESSORS_LIMIT} of 1000000" in each.detail for each in cut)


def listed(*names: str) -> dict[str, list[str]]:
    return {"keys": list(names)}


@pytest.mark.parametrize(
    ("answers", "kind", "topic", "subject"),
    [
        ({"LIST sys/policies/acl": listed("a", "b", "c")}, "KeyPolicy", "", ""),
        ({"LIST identity/entity/id": listed("a", "b", "c")}, "CustodySetting", "identity", ""),
        ({"LIST auth/token/accessors": listed("a", "b", "c")}, "KeyRight", "", ""),
        ({"LIST auth/token/roles": listed("a", "b", "c")}, "KeyRight", "", ""),
        ({"LIST pki/roles": listed("a", "b", "c")}, "CustodySetting", "pki-role", ""),
        ({"LIST auth/approle/role": listed("a", "b", "c")}, "KeyRight", "", ""),
        (
            {"LIST kv/metadata": listed("deep/"), "LIST kv/metadata/deep": listed("a", "b", "c")},
            "CustodySetting",
            "kv-names",
            "names in kv",
        ),
    ],
)
def test_list_that_is_longer_than_the_bound_is_a_gap(
    answers: dict[str, Any], kind: str, topic: str, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POLICIES", "IDENTITIES", "ACCESSORS", "ROLES", "NAMES"):
        monkeypatch.setattr(reading_module, f"{name}_LIMIT", 2)
    mounts = {"pki/": {"type": "pki"}, "kv/": {"type": "kv", "options": {"version": "2"}}}
    answers = {**answers, "GET sys/mounts": mounts, "GET sys/auth": {"approle/": {"type": "approle"}}}

    items = list(Live(read(Recorded(answers), "2026-11-28T12:00:00Z"), "custody=x", Site()).facts())

    cut = [
        (each.kind, each.topic, each.subject) for each in items if isinstance(each, Gap) and each.reason == "too many"
    ]
    assert (kind, topic, subject) in cut


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        ({"core": "info", "audit": "warn"}, ["info, warn", []]),
        ({"core": "info", "audit": "TRACE"}, ["trace", ["audit"]]),
        (None, None),
        ({}, None),
    ],
)
def test_levels_of_the_running_loggers_are_read(levels: Any, wanted: Any) -> None:  # noqa: ANN401
    answers = {"GET sys/loggers": levels} if levels is not None else {}
    live = Live(read(Recorded(answers), "2026-11-28T12:00:00Z"), "custody=x", Site())

    items = [each for each in live.facts() if each.topic == "log-level"]

    found = [each for each in items if isinstance(each, CustodySetting)]
    assert [[each.values["level"], each.values["loggers"]] for each in found] == ([wanted] if wanted else [])
    assert bool([each for each in items if isinstance(each, Gap) and "sys/loggers" in each.detail]) is not bool(wanted)
