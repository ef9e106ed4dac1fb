# ruff: noqa: E501 - whole programs as literals
"""Pairs of a faulty and a fixed program, other than the shared samples: the real scanners tell the two apart."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from auditor.cache import ObservationCache
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.code.facts import CodeMatch
from auditor.stages.code.flow import FlowScanner
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.tools import bandit, pysa, semgrep
from auditor.tools.git import Repository
from auditor.tools.process import quick_scratch_folder, scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.search import occurring
from tests.unit.stages.code.fakes import FakeCommits

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("pysa"), pytest.mark.tool("bandit")]

_FETCH: Final = """
    import httpx
    from flask import Flask, request
    from {name}.net import load

    app = Flask(__name__)

    @app.post("/preview")
    def preview():
        return load(request.get_json()["link"])
"""
PAIRS: Final[Mapping[str, tuple[frozenset[int], Mapping[str, str], Mapping[str, str]]]] = {
    "fetch_helper": (
        frozenset({918}),
        {"app.py": _FETCH, "net.py": "import httpx\n\ndef load(link):\n    return httpx.get(link).text\n"},
        {
            "app.py": _FETCH,
            "net.py": """
                import httpx
                from urllib.parse import urlparse

                HOSTS = {"docs.corp.cn"}

                def load(link):
                    if urlparse(link).hostname not in HOSTS:
                        raise ValueError("host")
                    return httpx.get(link).text
            """,
        },
    ),
    "fetch_configured": (
        frozenset({918}),
        {
            "app.py": """
                import aiohttp
                from fastapi import APIRouter

                router = APIRouter()

                @router.post("/models")
                async def models(base: str, user=Depends(get_verified_user)):
                    async with aiohttp.ClientSession() as session:
                        async with session.get(f"{base}/models") as answer:
                            return await answer.json()
            """
        },
        {
            "app.py": """
                import aiohttp
                from fastapi import APIRouter, Request

                router = APIRouter()

                @router.post("/models")
                async def models(request: Request, index: int, path: str, user=Depends(get_verified_user)):
                    base = request.app.state.config.BASE_URLS[index]
                    base = base.rstrip("/")
                    async with aiohttp.ClientSession() as session:
                        async with session.get(f"{base}/models/{path}") as answer:
                            return await answer.json()
            """
        },
    ),
    "unasked": (
        frozenset({306}),
        {
            "app.py": """
                from fastapi import APIRouter, Depends
                from unasked.wiring import get_rooms

                router = APIRouter()

                @router.delete("/rooms/{room_id}")
                async def remove(room_id: int, rooms=Depends(get_rooms)):
                    await rooms.remove(room_id)
            """,
            "wiring.py": "def get_rooms():\n    return Rooms()\n",
        },
        {
            "app.py": """
                from fastapi import APIRouter, Depends
                from unasked.wiring import get_rooms

                router = APIRouter()

                @router.delete("/rooms/{room_id}")
                async def remove(room_id: int, rooms=Depends(get_rooms)):
                    await rooms.remove(room_id)
            """,
            "wiring.py": "def get_rooms(user=Depends(get_current_user)):\n    return Rooms(user)\n",
        },
    ),
    "clause": (
        frozenset({89}),
        {
            "store.py": """
                def remove(cursor, wanted):
                    clause = " OR ".join(f"name = '{each}'" for each in wanted)
                    cursor.execute(f"DELETE FROM notes WHERE {clause}")
            """
        },
        {
            "store.py": """
                def built(wanted):
                    parts, params = [], []
                    for each in wanted:
                        parts.append("name = ?")
                        params.append(each)
                    return " OR ".join(parts), params

                def remove(cursor, wanted):
                    clause, params = built(wanted)
                    cursor.execute(f"DELETE FROM notes WHERE {clause}", params)
            """
        },
    ),
    "digest": (
        frozenset({327, 328, 916}),
        {"pay.py": "import hashlib\n\ndef sign(body, key):\n    return hashlib.md5((body + key).encode()).hexdigest()\n"},
        {"page.py": "import hashlib\n\ndef etag(body):\n    return hashlib.md5(body, usedforsecurity=False).hexdigest()\n"},
    ),
    "vue_answer": (
        frozenset({79}),
        {"Answer.vue": '<template>\n  <div v-html="message.content"></div>\n</template>\n<script setup>\n'
                       "const props = defineProps(['message'])\nconst message = props.message\n</script>\n"},
        {"Menu.vue": '<template>\n  <span v-html="entry.icon"></span>\n</template>\n<script setup>\n'
                     "const props = defineProps(['entry'])\nconst entry = props.entry\n</script>\n"},
    ),
    "jump": (
        frozenset({79, 601}),
        {"next.ts": "const next = new URLSearchParams(window.location.search).get('next');\nwindow.location.href = next;\n"},
        {
            "next.ts": "const code = new URLSearchParams(window.location.search).get('code');\n"
            "window.location.href = `${authorise}?code=${encodeURIComponent(code)}`;\n"
        },
    ),
    "stored_file": (
        frozenset({22, 73}),
        {
            "files.py": """
                import os
                from flask import Flask, request, send_file

                app = Flask(__name__)

                @app.get("/files")
                def content():
                    return send_file(os.path.join("/srv/files", request.args["name"]))
            """
        },
        {
            "files.py": """
                from fastapi import APIRouter
                from fastapi.responses import FileResponse

                router = APIRouter()

                @router.get("/files/{id}")
                async def content(id: str, user=Depends(get_verified_user)):
                    file = await Files.get_file_by_id(id)
                    return FileResponse(file.path)
            """
        },
    ),
    "derived_key": (
        frozenset({321, 798}),
        {"vault.py": 'from cryptography.fernet import Fernet\n\nBOX = Fernet(b"kZc3NqzY0o1m6rW8aJp4s2v5x7y9B1D3F5H7J9L1N3A=")\n'},
        {
            "vault.py": """
                import base64
                from cryptography.fernet import Fernet
                from cryptography.hazmat.primitives.kdf.hkdf import HKDF
                from settings import APP_SECRET

                def box():
                    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"box").derive(APP_SECRET.encode())
                    return Fernet(base64.urlsafe_b64encode(key))
            """
        },
    ),
    "said": (
        frozenset({532}),
        {"chat.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\ndef f(prompt):\n    logger.info("prompt: %s", prompt)\n'},
        {
            "chat.py": "import logging\n\nlogger = logging.getLogger(__name__)\n\n"
            'def f(messages):\n    for message in messages:\n        logger.info("role %s skipped", message.role)\n'
        },
    ),
}  # fmt: skip


_FOLDER: Final = Path(__file__).parents[1] / "data" / "code_pairs"


def _written(file: Path) -> dict[str, tuple[frozenset[int], dict[str, str], dict[str, str]]]:
    """Return the pairs of a file; its README says how they are written."""
    pairs: dict[str, tuple[frozenset[int], dict[str, str], dict[str, str]]] = {}
    for pair in f"\n{file.read_text(encoding='utf-8')}".split("\n=== ")[1:]:
        head, *sides = pair.split("\n--- ")
        name, weaknesses = head.split()
        both: dict[str, dict[str, str]] = {"bad": {}, "good": {}}
        for side in sides:
            first, text = side.split("\n", 1)
            which, place = first.split()
            for twin in both if which == "both" else (which,):
                both[twin][place] = text + "\n"
        pairs[name] = frozenset(map(int, weaknesses.split(","))), both["bad"], both["good"]
    return pairs


ALL: Final[Mapping[str, tuple[frozenset[int], Mapping[str, str], Mapping[str, str]]]] = {
    **PAIRS,
    **{name: pair for file in sorted(_FOLDER.glob("*.txt")) for name, pair in _written(file).items()},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], list[tuple[str, frozenset[int]]]]:
    """By side and pair: check and weaknesses of each match above ``info``, of one run for each side."""
    programs = Programs.here()
    pack = rule_pack().chosen(frozenset())
    all_found: dict[tuple[str, str], list[tuple[str, frozenset[int]]]] = defaultdict(list)
    for side in ("bad", "good"):
        root = tmp_path_factory.mktemp("tree") / "src"
        for name, (_cwe, bad, good) in ALL.items():
            for file, text in (bad if side == "bad" else good).items():
                place = root / name / file
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(dedent(text).replace("{name}", name if name in PAIRS else "{name}"))
        stage = CodeStage(
            scanners=(
                SemgrepScanner(semgrep.Semgrep(programs), semgrep.SWITCHES, occurring),
                BanditScanner(bandit.Bandit(programs), bandit.SWITCHES),
                FlowScanner(pysa.Pysa(programs), pysa.SWITCHES, ObservationCache(None)),
            ),
            pack=lambda: pack,
            cache=ObservationCache(None),
            history=Repository,
            commits=FakeCommits(),
            scratch=scratch_folder,
            copies=quick_scratch_folder,
        )
        for fact in stage.observe(System(name="pairs", parts=(Part(kind="code", where=str(root)),)), Facts()):
            if isinstance(fact, CodeMatch) and (fact.severity or pack.rules[fact.rule].severity) != "info":
                rule = pack.rules[fact.rule]
                all_found[side, fact.subject.split("/", 1)[0]].append((rule.id, frozenset(rule.cwe)))
    return all_found


_SHARED: Final = Path(__file__).parents[3] / "shared" / "samples" / "reports"
KINDS: Final = (
    *(
        "01",
        "02",
        "04",
        "05",
        "07",
        "08",
        "09",
        "11",
        "13",
        "15",
        "19",
        "21",
        "23",
        "25",
        "26",
        "28",
        "29",
        "31",
        "32",
        "33",
    ),
    *("35", "37", "38", "40", "42", "43", "44", "47", "48", "50", "51", "52", "54", "56", "57"),
)
"""Numbers of the shared cases of code; each of their kinds has a pair of our own."""
CASES: Final = tuple(sorted(folder.name for folder in _SHARED.glob("code-*")))
"""None where the folder does not lie beside the repository; then the pairs of our own stand for them."""


def test_each_kind_of_the_shared_cases_has_a_pair_of_its_own() -> None:
    own = sorted(name.split("_")[1] for name in _written(_FOLDER / "shared_kinds.txt"))

    assert own == sorted(KINDS)
    assert sorted(case.split("-")[1] for case in CASES) in ([], own)


@pytest.mark.parametrize("case", CASES or ("",))
@pytest.mark.parametrize("side", ["bad", "good"])
def test_each_shared_case_is_right_by_the_command(case: str, side: str, tmp_path: Path) -> None:
    """Run the command on each twin as a tree of its own, under a neutral name."""
    if not case:
        assert not _SHARED.exists()
        return
    tree = tmp_path / "src"
    weaknesses = set(yaml.safe_load((_SHARED / case / "case.yaml").read_text(encoding="utf-8"))["cwe"])
    tree.mkdir()
    if (_SHARED / case / side).is_dir():
        shutil.copytree(_SHARED / case / side, tree, dirs_exist_ok=True)
    else:
        (file,) = (_SHARED / case).glob(f"{side}.*")
        shutil.copy(file, tree / f"module{file.suffix}")

    run = subprocess.run(
        [sys.executable, "-m", "auditor", "run", f"code={tree}", "--only", "code", "--output", tmp_path / "run"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    record = json.loads((tmp_path / "run" / "record.json").read_bytes())
    failed = [
        finding
        for finding in record["findings"]
        if finding["verdict"] == "fail" and finding["severity"] != "info" and weaknesses & set(finding.get("cwe", ()))
    ]
    assert run.returncode in {0, 1}, run.stderr
    # what a small program has nothing of, or hands to a package without a model, is out of the reach of the data flow
    assert [gap for gap in record["gaps"] if gap["class"] != "out_of_reach"] == []
    assert bool(failed) is (side == "bad")
    assert all(finding["location"]["file"] and finding["location"]["line"] for finding in failed)
    assert not any(finding["verdict"] == "pass" for finding in record["findings"])


@pytest.mark.parametrize("name", ALL)
def test_the_faulty_program_fails_and_the_fixed_one_does_not(
    name: str, found: Mapping[tuple[str, str], list[tuple[str, frozenset[int]]]]
) -> None:
    cwe = ALL[name][0]

    assert [rule for rule, weaknesses in found.get(("bad", name), []) if weaknesses & cwe]
    assert [rule for rule, weaknesses in found.get(("good", name), []) if weaknesses & cwe] == []
