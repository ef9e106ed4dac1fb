"""No name leaves the house in any format, and what was shared still verifies for what it holds."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace as replace_check
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from msgspec.structs import replace

from auditor import sharing
from auditor.errors import ConfigError
from auditor.evidence import contents, sealing, store
from auditor.evidence.chain import Place
from auditor.evidence.verify import Anchors, Standing, verify
from auditor.model.artefact import Reference
from auditor.model.decision import ClaimRow, DecisionFile
from auditor.model.finding import Component, Fix, Location, Suppression, Vulnerability, Waiver
from auditor.model.record import Exclusion, MeasureRow
from auditor.model.text import Text
from auditor.report.json import render
from auditor.report.render import FILES
from auditor.rules import Rules
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import ALL

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.record import Record

HOST, NODE, IPV4, IPV6, USER, MAIL, PLAIN = (
    "canary-db.bank.cn",
    "canarynode-7",
    "10.77.66.55",
    "2001:db8:77::66",
    "canaryuser",
    "canary.mail@bank.cn",
    "Canaryword",
)
CANARIES = (HOST, "canary-db", NODE, IPV4, IPV6, USER, "canary.mail", PLAIN)
SAID = f"{HOST} {NODE} {IPV4} [{IPV6}]:443 /home/{USER}/x {MAIL} https://{HOST}:8443/ {PLAIN}"


def planted() -> Record:
    """Return a record with canaries in every field that comes from outside."""
    base = with_clauses(is_answered=True)
    said = Text(SAID, SAID)
    waiver = Waiver(id="W-1", owner=USER, approver=MAIL, reason=SAID, expires="2027-01-01")
    findings = tuple(
        replace(
            finding,
            target=f"node={NODE}.json",
            subject=f"kubelet@{NODE}",
            detail=said,
            expected=said,
            actual=said,
            location=Location(file=f"home/{HOST}/x.py", line=1, snippet=SAID),
            waived=waiver if index % 2 else None,
            suppression=Suppression(comment=SAID, author=f"{USER} <{MAIL}>"),
            patch=f'[{{"op":"add","path":"/x","value":"{HOST}"}}]',
            component=Component(name="x", version="1", type="deb", purl=f"pkg:deb/x@1?repository_url={HOST}"),
            vulnerability=Vulnerability(id="CVE-2026-1", aliases=(), fix=Fix(state="fixed", versions=("2",))),
        )
        for index, finding in enumerate(base.findings)
    )
    gaps = tuple(replace(gap, target=f"tls={HOST}:443", subject=f"{NODE}:443", detail=SAID) for gap in base.gaps)
    measure = MeasureRow(
        id="custody.who-can",
        stage="custody",
        target=f"custody=https://{HOST}:8200",
        subject=f"transit/{NODE}",
        value=1,
        undetermined=0,
        items=(f"use | transit/k | 1 | {USER} (auth/userpass): {SAID}",),
    )
    return replace(
        base,
        run=replace(base.run, arguments=("run", f"tls={HOST}:443", SAID), system=f"loan {HOST}"),
        targets=(f"tls={HOST}:443", f"node={NODE}.json", f"custody=https://{HOST}:8200"),
        findings=findings,
        gaps=gaps,
        measures=(measure,),
        left_out=(Exclusion(target=f"tls={HOST}:443", what=SAID, why=said),),
        references=(Reference(part=f"node={NODE}.json", path=f"{HOST}/a", digest="sha256:" + "1" * 64, size_bytes=1),),
        claims=(
            ClaimRow(
                id="C-1",
                claimed=said,
                by=USER,
                documented=SAID,
                observed="fail",
                findings={},
                standing="contradicted",
                parts=(said,),
            ),
        ),
        decided_by=(DecisionFile(kind="waivers", path=f"/home/{USER}/w.yaml", digest="sha256:" + "2" * 64),),
        outcomes=tuple(replace(outcome, reason=said) for outcome in base.outcomes),
    )


def sealed(tmp_path: Path, record: Record) -> Path:
    run = tmp_path / "run"
    store.add_reports(run, {"record.json": render(record), "captures/sha256/00/" + "0" * 64: b"raw"})
    sealing.seal_run(run, record, Place(position=1, previous=None), lambda seal: seal)
    return run


def write(tmp_path: Path, record: Record, into: Path) -> list[Path]:
    names = tmp_path / "names.txt"
    names.write_text(f"# ours\nuser {PLAIN}\n\nhost {NODE}  # node\n", encoding="utf-8")
    return sharing.write(
        record,
        Rules(checks=(replace_check(ALL[0], defined_in=f"/home/{USER}/p"), *ALL[1:]), frameworks=(FRAMEWORK,)).saved(),
        run=sealed(tmp_path, record),
        key_file=tmp_path / "key",
        names=sharing.names_in(names),
        formats=tuple(FILES),
        language="zh",
        into=into,
    )


def all_text(file: Path) -> str:
    """Return everything that a reader of a file can see, unpacked."""
    data = file.read_bytes()
    if file.suffix in {".xlsx", ".docx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if file.suffix == ".pdf":
        document = pypdfium2.PdfDocument(data)
        pages = "".join(page.get_textpage().get_text_bounded() for page in document)
        return pages.replace("\r\n", "").replace("\n", "") + str(document.get_metadata_dict())
    return data.decode("utf-8-sig")


def test_no_canary_is_left_in_any_format(tmp_path: Path) -> None:
    into = tmp_path / "shared"

    files = write(tmp_path, planted(), into)

    assert {file.suffix for file in files} >= {
        ".json",
        ".html",
        ".sarif",
        ".xml",
        ".md",
        ".xlsx",
        ".docx",
        ".pdf",
        ".csv",
    }
    assert len(files) >= len(FILES)
    for file in files:
        text = all_text(file).casefold()
        assert [canary for canary in CANARIES if canary.casefold() in text] == [], file.name
        assert "host-" in text or file.name in {"rules.json", "verdict.json", "findings.openvex.json"}


def test_the_canaries_are_there_where_nothing_is_shared(tmp_path: Path) -> None:
    run = sealed(tmp_path, planted())

    text = (run / "record.json").read_text("utf-8")

    assert [canary for canary in CANARIES if canary not in text] == []


def test_what_was_shared_verifies_and_names_the_seal_of_its_run(tmp_path: Path) -> None:
    into = tmp_path / "shared"
    write(tmp_path, planted(), into)
    own = contents.open_contents(tmp_path / "run")
    from auditor.evidence import seal  # noqa: PLC0415

    before = seal.from_bytes(contents.read(own, contents.SEAL, seal.SIZE_LIMIT_BYTES))

    account = verify(contents.open_contents(into), Anchors(now=datetime.now(UTC), previous=before))

    standing = {step.number: step.standing for step in account.steps}
    assert account.is_good
    assert [standing[number] for number in (1, 2, 3, 4)] == [Standing.OK] * 4
    assert not list(into.glob("captures*"))
    assert not list(into.glob("facts*"))


def test_a_byte_that_was_changed_in_what_was_shared_is_found(tmp_path: Path) -> None:
    into = tmp_path / "shared"
    write(tmp_path, planted(), into)
    file = into / "report.zh.xlsx"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))

    account = verify(contents.open_contents(into), Anchors(now=datetime.now(UTC)))

    assert not account.is_good
    assert "report.zh.xlsx" in account.steps[1].files


def test_a_run_itself_cannot_be_passed_off_as_shared_to_hide_lost_captures(tmp_path: Path) -> None:
    run = sealed(tmp_path, planted())
    (run / "captures/sha256/00" / ("0" * 64)).unlink()

    assert not verify(contents.open_contents(run), Anchors(now=datetime.now(UTC))).is_good


def test_the_key_and_the_list_of_pseudonyms_stay_with_their_owner(tmp_path: Path) -> None:
    into = tmp_path / "shared"

    write(tmp_path, planted(), into)

    key, names = tmp_path / "key", tmp_path / "key.names.json"
    assert oct(key.stat().st_mode)[-3:] == oct(names.stat().st_mode)[-3:] == "600"
    assert HOST in json.loads(names.read_text("utf-8")).values()
    secret = key.read_text("ascii").strip()
    assert not [file for file in into.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


def test_the_same_key_gives_the_same_names_in_a_later_run(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    write(tmp_path, planted(), first)
    (tmp_path / "run" / "evidence.json").unlink()

    write(tmp_path, planted(), second)

    assert (first / "record.json").read_bytes() == (second / "record.json").read_bytes()


def test_what_cannot_be_shared_is_told(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("x")
    bad = tmp_path / "bad.txt"
    bad.write_text("person zhangsan")

    with pytest.raises(ConfigError, match="fewer than 16"):
        sharing.key_of(short)
    with pytest.raises(ConfigError, match="cannot be read"):
        sharing.key_of(tmp_path)
    with pytest.raises(ConfigError, match=r"bad.txt:1: expected host, ip or user"):
        sharing.names_in(bad)
    with pytest.raises(ConfigError, match="cannot be read"):
        sharing.names_in(tmp_path / "gone")
    full = tmp_path / "full"
    full.mkdir()
    (full / "x").touch()
    with pytest.raises(ConfigError, match="is not empty"):
        write(tmp_path, with_clauses(), full)
