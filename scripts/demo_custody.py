"""Makes the ceremony records of the example platform anew; run by hand from a checkout, the result is committed.

    .venv/bin/python scripts/demo_custody.py

Keys live only while it runs. Planted: nobody wrapped the shares of the first ceremony for their custodians, one
custodian is also the operator, the drills are long ago, and the last record is short of its quorum. The chain is whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.unit.stages.custody.conftest import Company, issued, pem  # noqa: E402

FOLDER = ROOT / "auditor/demo/platform/custody/records"


def made() -> list[dict[str, Any]]:
    """Return the records in their order."""
    root = issued("Loan Bank ceremony root", is_ca=True)
    names = ("zhang.wei", "li.na", "wang.fang", "liu.yang", "chen.jie")
    company = Company(
        root, tuple(issued(name, root) for name in names), issued("zhao.lei", root), issued("sun.li", root)
    )
    (FOLDER / "root.pem").write_bytes(pem(root))
    known: dict[str, Any] = {"cluster_id": "8f4f2a6e-0c57-4f0e-9a44-4b6d1f0c7a11", "seal": "pkcs11", "version": "2.6.2"}
    first = company.record("init", "2025-03-10", place="Beijing, room 4", **known)
    for share in first["shares_map"]:
        share |= {"wrapped_for_fingerprint": "", "wrapped_share_sm3": ""}
    first["participants"].append({**first["participants"][0], "role": "operator"})
    first = company.signed(first)
    second = company.signed(company.record("unseal_drill", "2025-06-12", first, **known))
    snapshot = {"sm3": "5b" * 32, "index": 48211, "term": 7, "restored_to": "lab cluster", "result": "ok"}
    third = company.signed(company.record("restore_drill", "2025-06-13", second, snapshot=snapshot, **known))
    fourth = company.record("rotate", "2026-03-02", third, **known)
    fourth = company.signed(fourth, *company.custodians[:2], company.witness)
    return [first, second, third, fourth]


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for record in made():
        name = f"{record['sequence']:03}-{record['kind']}.json"
        (FOLDER / name).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(name)
