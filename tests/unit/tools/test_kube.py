from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import yaml

from auditor.tools.kube import PAGE, TRIES, ApiError, KubeApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Answer = tuple[int, bytes, dict[str, str]]


class _Script:
    """Answers of a server, one after another; the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def next(self, path: str) -> Answer:
        self.asked.append(path)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def _serving(script: _Script, folder: Path) -> Iterator[tuple[KubeApi, list[float]]]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = script.next(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "c",
                "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
                "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            }
        )
    )
    pauses: list[float] = []
    try:
        yield KubeApi(context="c", kubeconfig=kubeconfig, pause=pauses.append), pauses
    finally:
        server.shutdown()
        server.server_close()


def _ok(**value: object) -> Answer:
    return 200, json.dumps(value).encode(), {}


def _page(count: int, following: str = "") -> Answer:
    return _ok(items=[{"n": number} for number in range(count)], metadata={"continue": following})


@pytest.mark.parametrize(
    ("answer", "reason", "tries"),
    [
        ((401, b"{}", {}), "not authenticated", 1),
        ((403, b'{"message": "pods is forbidden"}', {}), "no permission", 1),
        ((404, b"", {}), "not found", 1),
        ((429, b"", {}), "server error", TRIES),
        ((500, b"oops", {}), "server error", TRIES),
        ((503, b"<html>", {}), "server error", TRIES),
        ((302, b"", {"Location": "http://example.com"}), "server error", 1),
        ((200, b"<html>", {}), "not JSON", 1),
        ((200, b"[]", {}), "not JSON", 1),
        ((200, b"{}", {"Content-Length": "500"}), "no answer", TRIES),
    ],
)
def test_an_answer_that_says_no_is_an_error_with_its_cause(
    tmp_path: Path, answer: Answer, reason: str, tries: int
) -> None:
    script = _Script(answer)

    with _serving(script, tmp_path) as (api, pauses), pytest.raises(ApiError) as raised:
        api.get("/api/v1/pods")

    assert raised.value.reason == reason
    assert (len(script.asked), len(pauses)) == (tries, tries - 1)


def test_a_request_is_repeated_after_the_pause_that_the_server_asks_for(tmp_path: Path) -> None:
    script = _Script((429, b"{}", {"Retry-After": "7"}), (503, b"", {}), _ok(gitVersion="v1"))

    with _serving(script, tmp_path) as (api, pauses):
        assert api.get("/version") == {"gitVersion": "v1"}

    assert pauses == [7.0, 1.0]


def test_a_list_is_read_page_by_page(tmp_path: Path) -> None:
    script = _Script(_page(2, "a b"), _page(1))

    with _serving(script, tmp_path) as (api, _):
        pages = list(api.pages("/api/v1/pods"))

    assert [len(page["items"]) for page in pages] == [2, 1]
    assert script.asked == [f"/api/v1/pods?limit={PAGE}", f"/api/v1/pods?limit={PAGE}&continue=a+b"]


def test_a_list_that_expires_is_begun_anew_once(tmp_path: Path) -> None:
    gone: Answer = (410, b"{}", {})
    script = _Script(_page(2, "a"), gone, _page(3))

    with _serving(script, tmp_path) as (api, _):
        assert [page.get("restarted") for page in api.pages("/x")] == [None, True, None]

    script = _Script(_page(2, "a"), gone, _page(2, "a"), gone)
    with _serving(script, tmp_path) as (api, _), pytest.raises(ApiError, match="list expired"):
        list(api.pages("/x"))


def test_a_list_without_end_is_given_up(tmp_path: Path) -> None:
    script = _Script(_page(50, "more"))

    with _serving(script, tmp_path) as (api, _):
        api.objects_limit = 100
        with pytest.raises(ApiError, match="too many objects"):
            list(api.pages("/x"))

    assert len(script.asked) == 2


@pytest.mark.parametrize("text", ["", "[", "a: b", "contexts: 1", "contexts: [{}]", "current-context: x\ncontexts: []"])
def test_a_kubeconfig_that_is_none_is_an_error(tmp_path: Path, text: str) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(text)

    with pytest.raises(ApiError, match="no such context"):
        KubeApi(context="x", kubeconfig=kubeconfig).get("/version")


def test_nobody_there_is_an_error(tmp_path: Path) -> None:
    with _serving(_Script(_ok()), tmp_path) as (api, _):
        pass

    with pytest.raises(ApiError, match="no answer"):
        api.get("/version")
