"""The path of files and records is small enough to carry in: it needs nothing that the rest does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[4]
BASE: Final = {"cryptography", "msgspec", "orjson", "yaml"}
"""Packages that every audit loads."""
LIMIT_BYTES: Final = 5 << 20

PROGRAM: Final = """
import json, sys
from pathlib import Path
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.custody.observe import CustodyStage
part = Part(kind="custody", where=sys.argv[1])
items = list(CustodyStage(apis=None).observe(System(name="x", parts=(part,)), Facts()))
files = [file for each in list(sys.modules.values()) if (file := getattr(each, "__file__", None))]
print(json.dumps({"items": len(items), "files": files}))
"""


def test_files_and_records_need_no_package_of_their_own_and_little_space() -> None:
    where = ROOT / "auditor/demo/platform/custody"

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(where)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    said = json.loads(done.stdout)
    files = [Path(each) for each in said["files"]]
    packages = {each.parts[each.parts.index("site-packages") + 1] for each in files if "site-packages" in each.parts}
    own = [each for each in files if each.is_relative_to(ROOT / "auditor")]
    data = [each for each in (ROOT / "rulesets/custody").iterdir() if each.is_file()]
    assert said["items"] > 50
    assert {each for each in packages if each in {"hvac", "requests", "hcl2", "duckdb", "pydantic"}} == set()
    helpers = {
        "_distutils_hack",
        "typing_extensions.py",
        "bcrypt",
    }  # cryptography loads bcrypt where a test tool brings it
    assert {each for each in packages if not each.startswith(("_cffi_backend", "__editable__"))} <= BASE | helpers
    # even counted as if all of it were its own, with every module of ours that it loads
    assert sum(each.stat().st_size for each in (*own, *data)) <= LIMIT_BYTES
