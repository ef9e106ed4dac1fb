"""Files of one log are one source, however they were rotated or exported; those of two hosts are two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.stages.auditlog import sources

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {"kind": "Event", "auditID": "a", "stage": "ResponseComplete", "verb": "get"}

TOGETHER = [
    ("audit-2026-05-01T08-00-00.123.log", "audit-2026-06-01T08-00-00.004.log.gz", "audit.log"),
    ("audit.log.2.gz", "audit.log.1", "audit.log-20260501", "audit.log"),
    ("audit.1.log", "audit.2.log"),
    ("audit_2026_05_01.log", "audit_2026_05_02.log"),
    ("app.2026-05-01.0.log", "app-2026-05-01.1.log.gz", "app.log"),
    ("postgresql-Mon.log", "postgresql-Tue.log"),
    ("postgresql-2026-05-01_000000.csv", "postgresql-2026-05-02_000000.csv"),
    ("2026/05/01/audit.log", "2026/05/02/audit.log"),
    ("k8s/dt=2026-05-01/hour=03/audit.json", "k8s/dt=2026-05-02/hour=04/audit.json"),
    ("k8s/2026-05-01/audit.json", "k8s/2026-05-02/audit.json"),
    ("events-00001.jsonl", "events-00002.jsonl"),
    ("part-00000-c0ffee.json.gz", "part-00001-c0ffee.json.gz"),
]
APART = [
    ("master-1.log", "master-2.log"),
    ("node1/audit.log", "node2/audit.log"),
    ("10.0.0.1/audit.log", "10.0.0.2/audit.log"),
    ("audit.log", "access.log"),
    ("eu/2026/05/01/audit.log", "cn/2026/05/01/audit.log"),
]


def found(tmp_path: Path, names: tuple[str, ...]) -> dict[str, tuple[str, list[sources.Found]]]:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(EVENT) + "\n")
    groups, _yamls, _refused = sources.in_folder(tmp_path)
    return groups


@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: names[0])
def test_files_of_one_log(tmp_path: Path, names: tuple[str, ...]) -> None:
    ((_name, (_form, files)),) = found(tmp_path, names).items()

    assert {each.name for each in files} == set(names)


@pytest.mark.parametrize("names", APART, ids=lambda names: names[0])
def test_logs_of_two_hosts_or_of_two_kinds(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert len(found(tmp_path, names)) == len(names)


RECORD = {"op_time": "2026-09-01T02:00:00Z", "operation": "delete", "username": "li.wei"}
LOGS = {
    "audit.jsonl": json.dumps({"createdAt": "2026-09-01T02:00:00Z", "x": 1}),
    "trail.json": json.dumps(
        {"Records": [{"eventTime": "2026-09-01T02:00:00Z", "eventName": "x", "sourceIPAddress": "1.1.1.1"}]}
    ),
    "harbor.json": json.dumps([RECORD, RECORD], indent=1),
    "lines.json": f"{json.dumps(RECORD)}\n{json.dumps(RECORD)}",
}
NO_LOGS = {
    "package.json": json.dumps({"name": "x", "version": "1", "type": "module", "date": "2026-09-01"}, indent=1),
    "values.json": json.dumps({"user": "postgres", "action": "none"}),
    "rows.jsonl": json.dumps({"id": 1, "text": "x"}),
}


@pytest.mark.parametrize("name", sorted({**LOGS, **NO_LOGS}))
def test_records_are_told_from_documents(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text({**LOGS, **NO_LOGS}[name] + "\n")

    groups, _yamls, _refused = sources.in_folder(tmp_path)

    assert list(groups) == ([name] if name in LOGS else [])
