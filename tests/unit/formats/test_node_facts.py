from __future__ import annotations

import json

import pytest

from auditor.formats.node_facts import NodeFacts, read


def _read(**keys: object) -> tuple[NodeFacts, list[str]]:
    facts, problems = read(json.dumps({"schema": "node-facts/1", **keys}).encode())
    assert facts is not None
    return facts, [f"{each.section}|{each.subject}|{each.reason}|{each.detail}" for each in problems]


def test_only_the_schema_is_required() -> None:
    facts, problems = _read()

    assert problems == []
    assert (facts.node, facts.files, facts.processes, facts.cni) == ("", None, None, None)


def test_nulls_are_as_good_as_absent() -> None:
    facts, problems = _read(node=None, collected_at=None, files=[{"path": None, "roles": ["pki_all"], "uid": None}])

    assert problems == []
    assert facts.files is not None
    assert (facts.files[0].path, facts.files[0].uid, facts.files[0].roles) == ("", None, ("pki_all",))


@pytest.mark.parametrize(("mode", "bits"), [("0600", 0o600), ("600", 0o600), ("0o640", 0o640), ("4755", 0o4755)])
def test_modes_are_octal_digits(mode: str, bits: int) -> None:
    facts, _ = _read(files=[{"path": "/a", "mode": mode}])

    assert facts.files is not None
    assert facts.files[0].mode == bits


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "0888"},
        {"mode": 600},
        {"mode": "rw-"},
        {"mode": "77777"},
        {"uid": -1},
        {"uid": True},
        {"uid": "0"},
        {"gid": 2**32},
        {"content": 7},
        {"roles": "x"},
    ],
)
def test_impossible_values_cost_the_file(wrong: dict[str, object]) -> None:
    facts, problems = _read(files=[{"path": "/a", "roles": ["kubelet_config"], **wrong}, {"path": "/b"}])

    assert facts.files is not None
    assert [file.path for file in facts.files] == ["/b"]
    assert len(problems) == 1
    assert problems[0].startswith("files|/a|impossible value")


def test_a_file_listed_twice_with_different_values_is_no_fact() -> None:
    facts, problems = _read(files=[{"path": "/a", "mode": "0600"}, {"path": "/a", "mode": "0644"}])

    assert facts.files == ()
    assert "contradiction" in problems[0]


def test_a_file_listed_twice_alike_counts_once() -> None:
    facts, problems = _read(files=[{"path": "/a", "mode": "0600"}, {"path": "/a", "mode": "0600"}])

    assert facts.files is not None
    assert (len(facts.files), problems) == (1, [])


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"\0", b"null", b'{"schema": "node-facts/2"}', b'{"schema": 1}', b"{}", b"\xff\xff"],
)
def test_other_documents_are_refused(data: bytes) -> None:
    facts, problems = read(data)

    assert facts is None
    assert len(problems) == 1


def test_a_key_given_twice_is_a_problem() -> None:
    _, problems = read(b'{"schema": "node-facts/1", "files": [], "files": []}')

    assert (problems[0].section, problems[0].reason) == ("files", "key given twice")


def test_sections_of_the_wrong_kind_are_problems() -> None:
    facts, problems = _read(files={}, processes="x", cni={"plugins": ["calico"]})

    assert (facts.files, facts.processes, facts.cni) == (None, None, None)
    assert len(problems) == 3


def test_a_process_without_a_list_of_arguments_is_a_problem() -> None:
    facts, problems = _read(processes=[{"name": "kubelet", "args": "kubelet --x"}, {"args": ["etcd"]}])

    assert facts.processes is not None
    assert [process.arguments for process in facts.processes] == [("etcd",)]
    assert problems[0].startswith("processes|kubelet|")


def test_lines_of_the_document_are_known() -> None:
    facts, _ = read(b'{\n "schema": "node-facts/1",\n "files": [\n  {"path": "/a"}\n ]\n}')

    assert facts is not None
    assert facts.lines["/files/0"] == 4
