"""``auditor waive``: what may be added, what counts today, and what became of each waiver in a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_evidence import POD, auditor

if TYPE_CHECKING:
    from pathlib import Path

CHECK = "k8s-pod-privileged-absent"
SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
GIVEN = {
    "--check": CHECK,
    "--target": "kubernetes=deploy/",
    "--id": "W-1",
    "--reason": "is replaced",
    "--owner": "Li Wei <li@bank.cn>",
    "--approver": "Zhang Min <zhang@bank.cn>",
    "--expires": SOON,
    "--zone": "Asia/Shanghai",
}


def add(folder: Path, **changed: str) -> tuple[int, str]:
    given = {**GIVEN, **{f"--{name}": value for name, value in changed.items()}}
    done = auditor(folder, "waive", "add", *(word for pair in given.items() for word in pair if pair[1]))
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"approver": "li wei"}, "the same person"),
        ({"expires": "2020-01-01"}, "before it was created"),
        ({"expires": "2099-01-01"}, "at most 365"),
        ({"expires": "soon"}, "expires is not a date"),
        ({"zone": "Mars"}, "Mars"),
        ({"target": "", "subject": "*"}, "too broad"),
        ({"check": "k8s-*"}, "too broad"),
    ],
)
def test_a_waiver_that_would_not_count_is_not_added(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    code, said = add(tmp_path, **changed)

    assert code == 2
    assert told in said
    assert not (tmp_path / "waivers.yaml").exists()


def test_what_became_of_each_waiver_is_told(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    auditor(tmp_path, "run", "kubernetes=deploy/", "--quiet", "--format", "json", "--output", "out")

    assert add(tmp_path)[0] == 0
    assert "twice" in add(tmp_path)[1]
    used = auditor(tmp_path, "waive", "audit", "out")
    assert add(tmp_path, id="W-2", check="k8s-ingress-tls")[0] == 0
    (tmp_path / "waivers.yaml").write_text(
        (tmp_path / "waivers.yaml").read_text(encoding="utf-8") + "- {id: W-3, reason: r}\n", encoding="utf-8"
    )
    listed = auditor(tmp_path, "waive", "list")
    audited = auditor(tmp_path, "waive", "audit", "out")

    assert (used.returncode, used.stdout.split()[:3]) == (0, ["W-1", "used", "1"])
    assert audited.returncode == 1
    assert [line.split()[:2] for line in audited.stdout.splitlines()] == [
        ["W-1", "used"],
        ["W-2", "unused"],
        ["W-3", "invalid"],
    ]
    assert "W-3" in listed.stdout
    assert "invalid" in listed.stdout
    in_chinese = auditor(tmp_path, "waive", "audit", "out", "--lang", "zh")
    assert [line.split()[1] for line in in_chinese.stdout.splitlines()] == ["有效", "未使用", "无效"]
