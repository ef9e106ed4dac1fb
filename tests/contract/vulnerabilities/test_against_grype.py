"""Our findings beside those of a plain grype over the same SBOM and database: no match is lost, none invented."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.tools.programs import Programs

pytestmark = [pytest.mark.tool("grype"), pytest.mark.tool("syft")]

ROOT = Path(__file__).parents[3]
FEED = ROOT / "auditor" / "demo" / "advisories" / "pypi-osv.jsonl.gz"
PINS = "jinja2==2.11.2\nurllib3==1.25.2\ndjango==2.2\nPyYAML==5.3\nZope.interface==5.0\nlangchain==0.0.100\nsix==1.16\n"


def auditor(*words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditor", *words],
        cwd=folder,
        env={**os.environ, "CI": "true", "AUDITOR_DB": str(folder / "cache"), **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with SBOMs of a small tree in both formats, and a database that was built and imported."""
    folder = tmp_path_factory.mktemp("grype")
    (folder / "tree").mkdir()
    (folder / "tree" / "requirements.txt").write_text(PINS)
    names = ("jinja2", "urllib3", "django", "pyyaml", "langchain")
    with gzip.open(FEED, "rt", encoding="utf-8") as feed:
        rows = [line for line in feed if any(f'"name":"{name}"' in line.replace(" ", "").lower() for name in names)]
    (folder / "feed.jsonl").write_text("".join(rows), encoding="utf-8")
    syft = Programs.here().find("syft").path
    subprocess.run(
        [str(syft), "scan", "dir:tree", "-q", "-o", "cyclonedx-json@1.6=a.cdx.json", "-o", "spdx-json@2.3=a.spdx.json"],
        cwd=folder,
        env={**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"},
        check=True,
        timeout=120,
    )
    built = auditor("db", "build", "feed.jsonl", "--output", "db", folder=folder)
    assert built.returncode == 0, built.stderr
    imported = auditor("db", "import", "db/vulnerability.db", folder=folder)
    assert imported.returncode == 0, imported.stderr
    return folder


@pytest.mark.parametrize("form", ["cdx", "spdx"])
def test_no_match_of_grype_is_lost_and_none_is_invented(place: Path, form: str) -> None:
    grype = Programs.here().find("grype").path
    plain = subprocess.run(
        [str(grype), "-q", f"sbom:a.{form}.json", "-o", "json"],
        cwd=place,
        env={
            **os.environ,
            "GRYPE_DB_CACHE_DIR": str(place / "cache"),
            "GRYPE_DB_AUTO_UPDATE": "false",
            "GRYPE_CHECK_FOR_APP_UPDATE": "false",
        },
        capture_output=True,
        check=True,
        timeout=120,
    )
    theirs = {(row["artifact"]["purl"], row["vulnerability"]["id"]) for row in json.loads(plain.stdout)["matches"]}

    run = auditor("run", f"sbom=a.{form}.json", "--only", "vulnerabilities", "--output", f"run-{form}", folder=place)

    assert run.returncode == 1, run.stderr
    record = json.loads((place / f"run-{form}" / "record.json").read_bytes())
    failed = [row for row in record["findings"] if row["id"] == "vuln-none-known" and row["verdict"] == "fail"]
    ours = [
        {(row["subject"], name) for name in (row["vulnerability"]["id"], *row["vulnerability"]["aliases"])}
        for row in failed
    ]
    assert len(theirs) > 40
    assert theirs <= {pair for each in ours for pair in each}
    assert all(each & theirs for each in ours)


@pytest.mark.parametrize("at", [0.3, 0.6])
def test_database_with_a_flipped_byte_gives_no_answer(place: Path, at: float) -> None:
    """What is changed after the import is found by grype's own hash, or by SQLite: never a silent result."""
    broken = place / f"broken-{at}"
    (broken / "6").mkdir(parents=True)
    for name in ("vulnerability.db", "import.json"):
        (broken / "6" / name).write_bytes((place / "cache" / "6" / name).read_bytes())
    data = bytearray((broken / "6" / "vulnerability.db").read_bytes())
    data[int(len(data) * at)] ^= 1
    (broken / "6" / "vulnerability.db").write_bytes(data)

    run = auditor(
        *("run", "sbom=a.cdx.json", "--only", "vulnerabilities", "--no-cache", "--output", f"run-{at}"),
        folder=place,
        AUDITOR_DB=str(broken),
    )

    assert run.returncode == 3, run.stdout
