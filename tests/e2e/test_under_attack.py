"""What files of strangers must not do: lose a run, break a stage, write elsewhere, steer a terminal, end in a traceback."""
# ruff: noqa: E501 - inputs stand as they are

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

HUGE = "9" * 5000
DEEP = "[" * 50_000
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e"


# --- 9: whatever happens to the place of a run, its record is somewhere ---


SPOILED = {
    "another run was written there": "os.makedirs({out!r}, exist_ok=True); open({out!r} + '/record.json', 'w').write('x')",
    "a link leads out of there": "os.symlink('/dev/null', {out!r} + '/record.json')",
    "it is gone": "import shutil; shutil.rmtree({out!r})",
    "a file is in its place": "import shutil; shutil.rmtree({out!r}); open({out!r}, 'w').write('x')",
}


@pytest.mark.parametrize("what", SPOILED)
def test_record_is_somewhere_whatever_happened_to_the_place_of_the_run(bench: Bench, what: str) -> None:
    (bench.root / "tmp").mkdir()
    bench.environment["TMPDIR"] = str(bench.root / "tmp")
    bench.write("a.py")
    bench.fake_semgrep(SPOILED[what].format(out=str(bench.root / "out")) + "\n")

    done = bench.run("--output", "out")

    (rescued,) = (bench.root / "tmp").glob("auditor-run-*/record.json")
    assert done.exit_code == 2
    assert str(rescued) in done.stderr
    record = json.loads(rescued.read_bytes())
    assert record["gaps"] or [row["id"] for row in record["findings"] if row["verdict"] == "fail"]


def test_run_without_any_place_left_gives_its_record_to_stdout(bench: Bench) -> None:
    bench.write("a.py")
    bench.fake_semgrep(SPOILED["it is gone"].format(out=str(bench.root / "out")) + "\n")
    bench.prefix = ("prlimit", "--fsize=60000")

    done = bench.run("--output", "out")

    assert done.exit_code in {2, 3}
    assert b'"auditor-record/1"' in done.stdout or list((bench.root).rglob("record.json")) or "record" in done.stderr


# --- 10: one value costs itself ---


def looped(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "loop").symlink_to("loop")
    (place / "up").symlink_to("..")
    os.mkfifo(place / "pipe.json")
    os.mkfifo(place / "pipe.yaml")
    os.mkfifo(place / "pipe.log")


UNEXPECTED = (
    ("node", "n.json", (f'{{"schema": "node-facts/1", "node": {HUGE}}}', DEEP, "\0", "null", '"\\ud800"')),
    ("sbom", "a.cdx.json", (f'{{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": {HUGE}}}', DEEP, "\0", "1e999",
        '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [1, null, {"name": []}]}')),
    ("custody", "vault.hcl", (f'listener "tcp" {{ a = {HUGE} }}', f"a = {DEEP}", "\0", 'a = "${' * 9000,
        f'seal "x" {{ a = 1{"+1" * 40_000} }}')),
    ("custody", "records/r.json", (f'{{"schema": "ceremony/1", "id": {HUGE}}}', DEEP, "[]", "\0")),
    ("auditlog", "logs/a.log", (f'{{"time": {HUGE}}}\n', DEEP, "\0" * 9000, "x" * 3_000_000,
        '{"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": [], "auditID": {}, "verb": 1}\n')),
    ("lineage", "events/e.ndjson", (f'{{"eventTime": {HUGE}}}\n', DEEP, '{"run": [], "job": 1}\n', "\0",
        '{"eventTime": "99999-01-01T00:00:00Z", "run": {"runId": 1}, "job": {"namespace": {}, "name": []}}\n')),
    ("tls", "c.pem", ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" * 50, "\0",
        "-----BEGIN CERTIFICATE-----\n" + "MIAwgDCAMIAw" * 4000 + "\n-----END CERTIFICATE-----\n")),
    ("kubernetes", "m/a.yaml", (f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {HUGE}}}\n", f"a: {DEEP}", "a: *b\n", "? [a]\n: b\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: .nan, labels: {1: 2, null: ~}}\nspec: {containers: 1}\n")),
)  # fmt: skip


def test_value_that_nobody_expects_breaks_no_stage_and_passes_nowhere(bench: Bench) -> None:
    targets = []
    for kind, name, texts in UNEXPECTED:
        for number, text in enumerate(texts):
            place = bench.write(f"{kind}{number}/{name}", text.encode("utf-8", "surrogatepass"))
            if "/" in name:
                looped(place.parent)
                place = place.parent
            targets.append(f"{kind}={place.relative_to(bench.root)}")

    done = bench.auditor("run", "--format", "json", *targets, limit_s=400)

    assert done.exit_code in {1, 3}
    assert [(each["target"], each["problem"]) for each in done.record["run"]["stages"] if each["problem"]] == []
    assert [gap for gap in done.record["gaps"] if gap["reason"] in {"stage broken", "check broken"}] == []
    told = {gap["target"] for gap in done.record["gaps"]}
    told |= {each["target"] for each in done.record["findings"] if each["verdict"] in {"fail", "not_assessed"}}
    assert set(targets) - told == set()


# --- 16 and 17: records, configurations and names of strangers ---


def wrong(record: dict[str, Any], place: str, value: object) -> bytes:
    at: Any = record
    *path, last = place.split(".")
    for step in path:
        at = at[int(step)] if step.isdigit() else at[step]
    at[last] = value
    return json.dumps(record).encode()


@pytest.fixture
def written(bench: Bench) -> dict[str, Any]:
    bench.write("a.py")
    record: dict[str, Any] = bench.run("--output", "run").record or json.loads(
        (bench.root / "run/record.json").read_bytes()
    )
    return record


def test_record_of_wrong_types_is_a_usage_error_of_every_command(bench: Bench, written: dict[str, Any]) -> None:
    place = bench.root / "run" / "record.json"
    kept = json.dumps(written)
    for number, (where, value) in enumerate(
        [("findings", {"a": 1}), ("findings.0.verdict", 5), ("run.targets", "x"), ("findings.0.controls", [1]),
         ("findings.0.evidence", 7), ("gate", [])]
    ):  # fmt: skip
        place.write_bytes(wrong(json.loads(kept), where, value))
        words = (("report", "run/"), ("gate", "run/"), ("diff", "run/", "run/"))[number % 3]

        done = bench.auditor(*words)

        assert done.exit_code in {2, 4}, (where, words, done.stderr)  # a sealed run that was changed is told as such
        assert "record.json" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\n"{ESCAPES}": 1\n',
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\nframeworks: ["{ESCAPES}"]\n',
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\nwaivers: "{ESCAPES}"\n',
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\npolicies: ["{ESCAPES}"]\n',
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\ngate: {{fail_on: "{ESCAPES}", rego: "{ESCAPES}"}}\n',
        f'system: {{name: s}}\ntargets: {{image: ["oci:{ESCAPES}"], "{ESCAPES}": []}}\n',
        f'system: {{name: s}}\ntargets: {{code: [tree]}}\nparameters: {{"{ESCAPES}": {{a: 1}}}}\n',
        f'system: {{name: "{ESCAPES}"}}\ntargets: {{code: [tree]}}\njoin: [["{ESCAPES}", b]]\n',
    ],
)  # fmt: skip
def test_name_in_a_configuration_never_steers_the_terminal(bench: Bench, text: str) -> None:
    (bench.root / "auditor.yaml").write_text(
        text.replace("\x1b", "\\e").replace("\x07", "\\a").replace("\u202e", "\\u202e")
    )

    done = bench.auditor("run", "--config", "auditor.yaml", "--format", "json")

    said = done.stderr + done.stdout.decode()
    assert done.exit_code == 2
    assert not [sign for sign in ("\x1b]0", "\x1b[2J", "\x07", "\u202e") if sign in said]


@pytest.mark.parametrize(
    "words",
    [
        ("run", f"{ESCAPES}=x"), ("report", ESCAPES), ("explain", ESCAPES), ("diff", ESCAPES, "b"),
        ("run", "code=tree", "--only", ESCAPES), ("run", "code=tree", "--new-since", ESCAPES), ("verify", ESCAPES),
        ("run", "code=tree", "--framework", ESCAPES), ("gate", ESCAPES), ("replay", ESCAPES),
    ],
)  # fmt: skip
def test_word_of_the_command_line_never_steers_the_terminal(bench: Bench, words: tuple[str, ...]) -> None:
    bench.write("a.py")

    done = bench.auditor(*words)

    assert done.exit_code == 2
    assert not [sign for sign in ("\x1b]0", "\x1b[2J", "\x07", "\u202e") if sign in done.stderr + done.stdout.decode()]


# --- 19: what breaks a scanner costs itself ---


BREAKS = {
    "it ends with an error": "if any('evil' in path for path in files): sys.exit(2)\n",
    "it is killed": "if any('evil' in path for path in files): os._exit(137)\n",
    "its report is half of one": "if any('evil' in path for path in files): open(out, 'w').write('{\"results\": ['); sys.exit(0)\n",
}


@pytest.mark.parametrize(
    ("scanner", "how"), [*(("semgrep", how) for how in BREAKS), ("bandit", "it ends with an error")]
)
def test_file_that_breaks_its_scanner_costs_itself(bench: Bench, how: str, scanner: str) -> None:
    for number in range(6):
        bench.write(f"src{number}/a.py")
    bench.write("src3/evil.py")
    (bench.fake_semgrep if scanner == "semgrep" else bench.fake_bandit)(BREAKS[how])

    done = bench.run()

    assert {subject for subject, _reason in done.gaps} == {"src3/evil.py"}
    assert {f"src{number}/a.py:2" for number in range(6)} <= set(done.failures)
    assert done.exit_code == 1
