"""The client of Vault and OpenBao against a server that answers as it likes."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ConfigError
from auditor.model.secret import Secret
from auditor.stages.custody.reading import read
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


def test_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "ANSWER_LIMIT_BYTES", 1 << 20)
    with serving(lambda _m, _p: (200, {}, b'{"a": "' + b"x" * (2 << 20) + b'"}')) as (address, _seen):
        assert api(address).ask("GET", "sys/audit").reason == "answer too large"


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


def test_numbers_as_text_and_lists_of_a_million_accessors_are_read() -> None:
    """Recorded in the shape of the public API documentation of Vault; versions as text sort "10" before "9"."""
    from auditor.stages.custody import reading as module  # noqa: PLC0415
    from auditor.stages.custody.live import Live  # noqa: PLC0415
    from auditor.stages.custody.settings import Site  # noqa: PLC0415

    versions = {str(number): 1700000000 + number for number in range(1, 11)}
    key = {
        "type": "aes256-gcm96",
        "keys": versions,
        "latest_version": "10",
        "min_decryption_version": "9",
        "exportable": "true",
    }
    answers = {
        "GET sys/seal-status": {
            "initialized": True,
            "sealed": False,
            "t": 3,
            "n": 5,
            "type": "shamir",
            "version": "1.20.4",
        },
        "GET sys/mounts": {"transit/": {"type": "transit"}},
        "LIST transit/keys": {"keys": ["k"]},
        "GET transit/keys/k": key,
        "LIST auth/token/accessors": {"keys": [f"a{number}" for number in range(30)]},
        "GET auth/token/lookup-self": {"policies": ["default"]},
        "POST auth/token/lookup-accessor": {"policies": ["default"], "ttl": 60, "type": "service"},
    }

    class Recorded:
        address = "https://recorded"

        def ask(self, method: str, path: str, body: Any = None, *, with_token: bool = True) -> Any:  # noqa: ANN401
            from auditor.formats.custody_snapshot import Answer  # noqa: PLC0415

            found = answers.get(f"{method} {path}")
            return Answer(200, found) if found is not None else Answer(404, None, "not found", path)

    limit = module.ACCESSORS_LIMIT
    module.ACCESSORS_LIMIT = 10  # type: ignore[misc]
    try:
        reading = read(Recorded(), "2026-11-28T12:00:00Z")
    finally:
        module.ACCESSORS_LIMIT = limit  # type: ignore[misc]
    items = list(Live(reading, "custody=x", Site()).facts())

    made = next(each for each in items if type(each).__name__ == "CustodyKey")
    assert (made.latest_version, made.min_decryption_version, made.is_exportable) == (10, 9, True)  # type: ignore[union-attr]
    assert made.newest_at == "2023-11-14T22:13:30Z"  # type: ignore[union-attr]
    cut = [each for each in items if getattr(each, "reason", "") == "too many"]
    assert [each.topic for each in cut] == ["token-survey"]
