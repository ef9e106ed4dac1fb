"""Measures the stage ``custody`` at the sizes of issue 14: run by hand, prints its table.

    .venv/bin/python benchmarks/custody.py [live]

Without ``live``: the who-can matrix (1,000 policies, 5,000 entities, 500 keys, 20,000 tokens) and an audit of files. With
it: a real OpenBao is filled with as much and read over loopback, which takes minutes to fill.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from auditor.formats.custody_snapshot import Answer, Reading  # noqa: E402
from auditor.model.fact import Facts  # noqa: E402
from auditor.model.secret import Secret  # noqa: E402
from auditor.model.system import Part, System  # noqa: E402
from auditor.stages.custody import rights  # noqa: E402
from auditor.stages.custody.facts import PolicyRule  # noqa: E402
from auditor.stages.custody.observe import CustodyStage  # noqa: E402
from auditor.stages.custody.reading import read  # noqa: E402
from auditor.tools.vault import VaultApi  # noqa: E402

POLICIES, ENTITIES, KEYS, TOKENS = 1_000, 5_000, 500, 20_000


def filled() -> tuple[Reading, dict[str, tuple[PolicyRule, ...]]]:
    """Return a reading of full size, made up."""
    answers: dict[str, Answer] = {}
    for number in range(KEYS):
        data = {"type": "aes256-gcm96", "supports_encryption": True, "supports_signing": False}
        answers[f"GET transit/keys/k{number}"] = Answer(200, data)
    for number in range(ENTITIES):
        names = [f"p{(number * step) % POLICIES}" for step in (1, 7, 13)]
        data = {"id": f"e{number}", "name": f"entity-{number}", "policies": names}
        answers[f"GET identity/entity/id/e{number}"] = Answer(200, data)
    for number in range(TOKENS):
        data = {
            "policies": ["default", f"p{number % POLICIES}"],
            "entity_id": f"e{number % ENTITIES}",
            "path": "auth/x",
        }
        answers[f"TOKEN {number:016x}"] = Answer(200, data)
    policies: dict[str, tuple[PolicyRule, ...]] = {
        f"p{number}": (
            PolicyRule(path=f"transit/+/k{number % KEYS}", capabilities=("read", "update"), line=1),
            PolicyRule(path=f"transit/keys/k{number % KEYS}*", capabilities=("delete", "update"), line=2),
            PolicyRule(path="transit/export/+/k1*", capabilities=("deny",), line=3),
        )
        for number in range(POLICIES)
    }
    return Reading(address="https://x", answers=answers, collected_at="2026-01-01T00:00:00Z"), policies


def matrix() -> None:
    """Measure the who-can matrix."""
    reading, policies = filled()
    begun = time.perf_counter()
    lines = list(rights.matrix(reading, "custody=x", policies, ("transit",)))
    print(
        f"matrix: {len(lines)} lines for {POLICIES} policies, {ENTITIES} entities, {KEYS} keys, {TOKENS} tokens: {time.perf_counter() - begun:.1f} s"
    )


def files() -> None:
    """Measure an audit without a server."""
    folder = ROOT / "auditor/demo/platform/custody"
    part = Part(kind="custody", where=str(folder))
    begun = time.perf_counter()
    stage = CustodyStage(apis=lambda _part: VaultApi("", Secret("")))
    items = list(stage.observe(System(name="x", parts=(part,)), Facts()))
    print(f"files and records of the demo: {len(items)} facts and gaps: {time.perf_counter() - begun:.2f} s")


def live() -> None:
    """Measure the reading of a real server."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from tests.contract.custody.conftest import WEAK, start, unsealed  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        bao = start(Path(name, "bao"), WEAK.replace('log_level     = "trace"', 'log_level = "error"'), is_tls=False)
        try:
            unsealed(bao, 1, 1)
            bao.call("POST", "sys/mounts/transit", {"type": "transit"})
            api = VaultApi(bao.address, Secret(bao.token))

            def fill(job: tuple[str, Any]) -> None:
                api.ask("POST", *job)

            jobs: list[tuple[str, Any]] = [(f"transit/keys/k{n}", {}) for n in range(KEYS)]
            text = 'path "transit/+/k{}" {{ capabilities = ["read", "update"] }}'
            jobs += [(f"sys/policies/acl/p{n}", {"policy": text.format(n % KEYS)}) for n in range(POLICIES)]
            jobs += [("identity/entity", {"name": f"e{n}", "policies": [f"p{n % POLICIES}"]}) for n in range(ENTITIES)]
            jobs += [("auth/token/create", {"policies": [f"p{n % POLICIES}"], "ttl": "12h"}) for n in range(TOKENS)]
            begun = time.perf_counter()
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(fill, jobs))
            print(f"filled in {time.perf_counter() - begun:.0f} s")
            begun, used = time.perf_counter(), time.process_time()
            reading = read(api, "2026-01-01T00:00:00Z")
            took, busy = time.perf_counter() - begun, time.process_time() - used
            print(f"read {len(reading.answers)} answers in {took:.1f} s ({busy:.1f} s of processor)")
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"largest memory: {memory:.0f} MiB")
        finally:
            bao.stop()


if __name__ == "__main__":
    matrix()
    files()
    if "live" in sys.argv[1:]:
        live()
