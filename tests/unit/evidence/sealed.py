"""A small run, sealed, for tests of what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.evidence import contents, manifest, seal
from auditor.evidence.contents import SEAL
from auditor.evidence.manifest import Link, Manifest
from auditor.evidence.verify import Account, Anchors, Standing, verify

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.evidence.seal import Seal, Signer

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CAPTURE = "5e" * 32


def record(run: str = "r1") -> dict[str, object]:
    return {
        "schema": "auditor-record/1",
        "run": {"id": run, "started": "2026-11-28T10:00:00+00:00", "rules": "sha256:00"},
        "gate": {"exit_code": 1},
        "findings": [{"evidence": [{"capture": f"sha256:{CAPTURE}", "pointer": "/0"}]}],
        "outcomes": [],
    }


def sealed_run(
    folder: Path, *, run: str = "r1", signers: tuple[Signer, ...] = (), previous: Link | None = None, position: int = 1
) -> Path:
    (folder / "captures" / "sha256" / "5e").mkdir(parents=True)
    (folder / "captures" / "sha256" / "5e" / CAPTURE).write_bytes(b'["raw"]')
    (folder / "facts").mkdir()
    (folder / "facts" / "CodeMatch.jsonl.zst").write_bytes(bytes(range(200)))
    (folder / "record.json").write_text(json.dumps(record(run)), encoding="utf-8")
    (folder / "report.zh.html").write_text("<p>报告</p>", encoding="utf-8")
    made = seal.make(
        Manifest(
            run=run,
            started="2026-11-28T10:00:00+00:00",
            system="loan-assistant",
            auditor="0.1.0",
            rules="sha256:00",
            exit_code=1,
            position=position,
            previous=previous,
            files=manifest.listed(contents.of_folder(folder)),
        )
    )
    for signer in signers:
        made = seal.signed_by(made, signer)
    seal.write(folder, made)
    return folder


def seal_of(folder: Path) -> Seal:
    return seal.from_bytes((folder / SEAL).read_bytes())


def account(place: Path, **given: object) -> Account:
    anchors = Anchors(**{"now": NOW, **given})  # type: ignore[arg-type]
    return verify(contents.open_contents(place), anchors)


def failed(place: Path, **given: object) -> list[tuple[str, tuple[str, ...]]]:
    return [(step.title.en, step.files) for step in account(place, **given).steps if step.standing is Standing.FAILED]
