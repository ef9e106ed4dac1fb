from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor import reasons
from auditor.errors import ConfigError, ToolError
from auditor.model.system import Part
from auditor.stages.kubernetes import clusters, live
from auditor.tools.kube import KubeApi
from tests.english import prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.snapshot import ClusterReading


class _Api:
    """An API of a few paths; what it does not know is not found."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = live.JSON) -> dict[str, Any]:
        del query
        self.asked.append((path, accept))
        answer = self.answers.get(path, ToolError(reasons.NOT_FOUND, path))
        if isinstance(answer, ToolError):
            raise answer
        assert isinstance(answer, dict)
        return answer

    def pages(
        self, path: str, query: Mapping[str, str] | None = None, accept: str = live.JSON
    ) -> Iterator[dict[str, Any]]:
        asked = f"{path}?{(query or {}).get('fieldSelector')}"
        path = asked if asked in self.answers else path
        answer = self.answers.get(path)
        if isinstance(answer, list):
            self.asked.append((path, accept))
            for page in answer:
                if isinstance(page, ToolError):
                    raise page
                yield page
        else:
            yield self.get(path, query, accept)


def _resource(kind: str, name: str, **more: object) -> dict[str, object]:
    return {"kind": kind, "name": name, "namespaced": True, "verbs": ["get", "list"], **more}


def _cluster(**answers: Any) -> _Api:  # noqa: ANN401 - JSON
    core = [_resource("Pod", "pods"), _resource("Pod", "pods/status"), _resource("Secret", "secrets"), _resource("Gadget", "gadgets"),  # noqa: E501 - an example
            _resource("Event", "events"), _resource("Binding", "bindings", verbs=["create"])]  # fmt: skip
    return _Api(
        {
            "/version": {"gitVersion": "v1.34.1"},
            "/apis": {"groups": []},
            "/api/v1": {"groupVersion": "v1", "resources": core},
            "/api/v1/pods": {"items": [{"metadata": {"name": "p", "namespace": "n"}}]},
            "/api/v1/secrets": {"columnDefinitions": [{"name": "Name"}, {"name": "Type"}], "rows": []},
            "/api/v1/namespaces/kube-system/secrets": {"items": []},
            "/api/v1/gadgets": {"items": None},
            **{path.replace("__", "/"): answer for path, answer in answers.items()},
        }
    )


def _refusals(api: _Api) -> list[tuple[str, str, str]]:
    return [(each.fact, each.topic, each.reason) for each in live.read(api).refusals]


def test_what_can_be_listed_is_listed_and_bookkeeping_is_not() -> None:
    api = _cluster()

    reading = live.read(api)

    assert reading.version == "v1.34.1"
    assert [each.path for each in reading.objects] == ["/api/v1/namespaces/n/pods/p"]
    assert {"Pod", "Secret", "Gadget", "Role", "NetworkPolicy"} <= set(reading.kinds_listed)
    assert ("/api/v1/gadgets", live.METADATA) in api.asked
    assert ("/api/v1/secrets", live.TABLE) in api.asked
    assert not any(path.endswith(("events", "bindings", "pods/status")) for path, _ in api.asked)


def test_without_a_version_nothing_else_is_tried() -> None:
    api = _Api({"/version": ToolError(reasons.NOT_AUTHENTICATED, "401")})

    assert _refusals(api) == [("KubeObject", "", "not authenticated")]
    assert len(api.asked) == 1


def test_a_refused_list_costs_its_own_kind() -> None:
    api = _cluster()
    api.answers["/api/v1/pods"] = ToolError(reasons.NO_PERMISSION, "403")
    api.answers["/api/v1/gadgets"] = ToolError(reasons.NO_PERMISSION, "403")

    assert _refusals(api) == [("KubeObject", "other", "no permission"), ("KubeObject", "Pod", "no permission")]
    assert "Pod" not in live.read(api).kinds_listed


def test_a_broken_group_costs_its_own_kinds() -> None:
    groups = [
        {"name": name, "preferredVersion": {"groupVersion": f"{name}/v1"}} for name in ("apps", "broken.example.com")
    ]
    api = _cluster(__apis={"groups": groups})
    api.answers["/apis/apps/v1"] = ToolError(reasons.SERVER_ERROR, "503")
    api.answers["/apis/broken.example.com/v1"] = ToolError(reasons.SERVER_ERROR, "503")

    refusals = _refusals(api)

    assert {topic for _, topic, _ in refusals} == {"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "other"}


def test_a_list_that_breaks_off_is_no_list() -> None:
    api = _cluster()
    api.answers["/api/v1/pods"] = {"kind": "Status"}

    assert ("KubeObject", "Pod", "not a list") in _refusals(api)
    assert live.read(api).objects == ()


def test_a_list_that_starts_over_counts_once() -> None:
    page = {"items": [{"metadata": {"name": "p", "namespace": "n"}}]}
    api = _cluster()
    api.answers["/api/v1/pods"] = [page, {"restarted": True}, page]

    assert len(live.read(api).objects) == 1


def test_secrets_have_a_type_and_no_data() -> None:
    row = {"cells": ["s", "kubernetes.io/tls", 2], "object": {"metadata": {"name": "s", "namespace": "n"}}}
    api = _cluster()
    api.answers["/api/v1/secrets"] = {
        "columnDefinitions": [{"name": "Name"}, {"name": "Type"}, {"name": "Data"}],
        "rows": [row],
    }

    (secret,) = (each.manifest for each in live.read(api).objects if each.manifest["kind"] == "Secret")

    assert (secret["type"], "data" in secret) == ("kubernetes.io/tls", False)


def test_a_server_that_answers_secrets_in_full_does_not_leak_them() -> None:
    api = _cluster()
    api.answers["/api/v1/secrets"] = {"items": [{"metadata": {"name": "s", "namespace": "n"}, "data": {"k": "CANARY"}}]}

    assert "CANARY" not in repr(live.read(api))


TLS = "/api/v1/secrets?type=kubernetes.io/tls"


def _tls(name: str, **more: object) -> dict[str, object]:
    return {"metadata": {"name": name, "namespace": "n"}, "type": "kubernetes.io/tls", **more}


def _with_tls(*names: str, answer: Any) -> _Api:  # noqa: ANN401 - JSON
    columns = [{"name": "Name"}, {"name": "Type"}]
    rows = [{"cells": [name, "kubernetes.io/tls"], "object": {"metadata": _tls(name)["metadata"]}} for name in names]
    return _cluster(**{"__api__v1__secrets": {"columnDefinitions": columns, "rows": rows}, TLS: answer})


def _said(reading: ClusterReading) -> dict[str, Any]:
    manifests = [each.manifest for each in reading.objects if each.manifest["kind"] == "Secret"]
    return {each["metadata"]["name"]: each.get("certificate") for each in manifests}


def test_of_tls_secrets_the_certificate_is_kept_and_nothing_else() -> None:
    data = {"tls.crt": "", "tls.key": "Q0FOQVJZ", "other": "Q0FOQVJZ"}
    unasked = {"metadata": {"name": "o", "namespace": "n"}, "type": "Opaque", "data": {"tls.crt": "Q0FOQVJZ"}}
    api = _with_tls("s", "late", answer={"items": [_tls("s", data=data), _tls("new", data=data), unasked]})

    reading = live.read(api)

    assert _said(reading) == {"s": {"names": [], "addresses": []}, "late": {"unread": "not collected"}}
    assert reading.objects[-1].manifest["data"] == {"tls.crt": "", "tls.key": "", "other": ""}
    assert "Q0FOQVJZ" not in repr(reading)


def test_without_certificates_no_data_is_asked_for() -> None:
    api = _with_tls("s", answer={"items": [_tls("s", data={"tls.crt": ""})]})

    reading = live.read(api, with_certificates=False)

    assert _said(reading) == {"s": {"unread": "not asked for"}}
    assert not any(path == TLS for path, _ in api.asked)


def test_a_server_that_shows_data_unasked_does_not_make_us_look() -> None:
    api = _with_tls("s", answer={})
    api.answers["/api/v1/secrets"] = {"items": [_tls("s", data={"tls.crt": ""})]}

    reading = live.read(api, with_certificates=False)

    assert _said(reading) == {"s": {"unread": "not asked for"}}
    assert "data" not in reading.objects[-1].manifest


def test_a_refused_list_of_certificates_costs_only_these() -> None:
    page = {"items": [_tls("a", data={"tls.crt": ""})]}
    api = _with_tls("a", "b", answer=[page, ToolError(reasons.NO_PERMISSION, "403")])

    reading = live.read(api)

    assert _said(reading) == {"a": {"names": [], "addresses": []}, "b": {"unread": "no permission"}}
    assert "Secret" in reading.kinds_listed
    assert reading.refusals == ()


def test_a_cluster_without_tls_secrets_is_not_asked_for_certificates() -> None:
    api = _with_tls(answer={"items": []})

    live.read(api)

    assert not any(path == TLS for path, _ in api.asked)


def test_kubelets_show_their_settings_where_that_is_allowed() -> None:
    api = _cluster()
    api.answers["/api/v1"]["resources"].append(_resource("Node", "nodes", namespaced=False))
    api.answers["/api/v1/nodes"] = {"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}
    api.answers["/api/v1/nodes/a/proxy/configz"] = {"kubeletconfig": {"readOnlyPort": 0}}
    api.answers["/api/v1/nodes/b/proxy/configz"] = ToolError(reasons.NO_PERMISSION, "403")

    reading = live.read(api)

    assert reading.kubelets == {"a": {"readOnlyPort": 0}}
    assert [(each.fact, each.topic) for each in reading.refusals] == [("KubeComponent", "kubelet")]


@pytest.mark.parametrize(
    "said",
    [
        "context 'nope': Invalid kube-config file. No configuration found.",
        "context 'nope': Invalid kube-config file. Expected object with name nope in /root/.kube/config/contexts list",
    ],
)
def test_a_context_that_is_not_there_is_told_in_both_languages(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_context(_api: KubeApi) -> None:
        raise ToolError(reasons.NO_SUCH_CONTEXT, said)

    monkeypatch.setattr(KubeApi, "find_context", find_context)

    with pytest.raises(ConfigError) as refused:
        clusters.ensure(Part(kind="kubernetes", where="context:nope"))

    assert said in refused.value.to("en")
    assert not prose(refused.value.to("zh"))
