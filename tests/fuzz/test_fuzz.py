"""Whatever stands in an input: no traceback, and a planted fault is never unseen; the seeds lie in ``corpus/``.

Everyday runs take some seconds a test; ``AUDITOR_FUZZ_EXAMPLES=20000`` takes a night.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import reasons
from auditor.config import Trust, load
from auditor.errors import ConfigError
from auditor.evidence.load import load as load_record
from auditor.formats import documents, node_facts
from auditor.formats.kubernetes import Entry, entries
from auditor.masking import mask_text, mask_tree
from auditor.model.fact import Facts, Gap
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.stages.policy.metadata import from_folder
from auditor.trust import held

CORPUS: Final = Path(__file__).with_name("corpus")
bounded = settings(
    max_examples=int(os.environ.get("AUDITOR_FUZZ_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PLANTED: Final = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: planted}\n"
    "spec: {containers: [{name: c, image: x, securityContext: {privileged: true}}]}\n"
)
PLACES: Final = ("p.yaml", "templates/p.yaml", "crds/p.yaml", "charts/p.yaml", "x/p.yaml")
PIECES: Final = (
    b"{{", b"}}", b"\0", b"\xff\xfe", b"\\u006e", b"&a ", b"*a", b"<<: ", b"!!binary ", b"---\n", b"...\n", b"- ",
    b": ", b"|\n ", b"9" * 5000, b"0x" + b"f" * 5000, b"1e999", b".nan", b"[" * 300, b"{" * 300, b"\x1b[2J",
    "密码".encode(),
    b"null", b"~", b"../", b"/etc/passwd", b"%YAML 9\n", b"\r", b"\t", b"? ", b"'", b'"', b"\xed\xa0\x80", b"true",
    b"-1", b"[]", b"{}",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """Return a seed with pieces put in, cut out and repeated."""
    data = (CORPUS / name).read_bytes()
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(("insert", "cut", "repeat", "byte"))):
            case "insert":
                data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
            case "cut":
                data = data[:at] + data[at + draw(st.integers(1, 40)) :]
            case "repeat":
                data = data[:at] + data[max(0, at - 30) : at] * draw(st.integers(1, 20)) + data[at:]
            case _:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
    return data


class NoTool:
    """Neither helm nor kustomize is here, and no cluster."""

    def render(self, *_: object, **__: object) -> tuple[bytes, Any]:
        """Refuse."""
        from auditor.errors import ToolMissing  # noqa: PLC0415

        raise ToolMissing(reasons.NOT_INSTALLED, "x")

    build = render

    def api(self, context: str) -> Any:  # noqa: ANN401 - nobody asks
        """Refuse."""
        raise AssertionError(context)


def observed(root: Path) -> list[object]:
    stage = KubernetesStage(charts=NoTool(), builds=NoTool(), apis=NoTool().api)
    part = Part(kind="kubernetes", where=str(root))
    return list(stage.observe(System(name="t", parts=(part,)), Facts()))


def assert_planted_is_seen(items: list[object]) -> None:
    assert [item for item in items if isinstance(item, KubeObject) and item.name == "planted"]


@bounded
@given(data=mutated("pod.yaml"))
def test_manifests(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    (tmp_path / "planted.yaml").write_text(PLANTED)

    assert_planted_is_seen(observed(tmp_path))


@bounded
@given(data=mutated("pod.yaml"))
def test_planted_fault_behind_anything_is_seen_or_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(data + b"\n---\n" + PLANTED.encode())

    items = observed(tmp_path)

    told = [item for item in items if isinstance(item, Gap) and item.kind == "KubeObject"]
    left = [item for item in items if isinstance(item, Exclusion)]
    seen = [item for item in items if isinstance(item, KubeObject) and item.name == "planted"]
    assert seen or told or left


@bounded
@given(
    data=mutated("Chart.yaml"),
    place=st.sampled_from(PLACES),
)
def test_charts(tmp_path: Path, data: bytes, place: str) -> None:
    (tmp_path / "Chart.yaml").write_bytes(data)
    for folder in ("templates", "crds", "charts", "x"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / place).write_text(PLANTED)

    assert_planted_is_seen(observed(tmp_path))
    (tmp_path / place).unlink()


@bounded
@given(data=mutated("kustomization.yaml"), name=st.sampled_from(["patch.yaml", "other.yaml", "seed.yaml", "free.yaml"]))
def test_kustomizations(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / "kustomization.yaml").write_bytes(data)
    (tmp_path / name).write_text(PLANTED)

    items = observed(tmp_path)

    seen = [item for item in items if isinstance(item, KubeObject) and item.name == "planted"]
    told = [item for item in items if isinstance(item, Gap) and item.kind == "KubeObject"]
    assert seen or told
    (tmp_path / name).unlink()


@bounded
@given(data=mutated("node.json"))
def test_node_facts(data: bytes) -> None:
    facts, problems = node_facts.read(data)

    assert facts is not None or problems


@bounded
@given(data=mutated("auditor.yaml"))
def test_configuration(tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "auditor.yaml"
    place.write_bytes(data)
    try:
        config = load(place, Trust.FOUND)
    except ConfigError:
        return

    limited = held(config)

    assert limited.config.document.opa is None
    assert limited.config.document.targets.tls == ()
    assert limited.config.document.gate.max_not_assessed == 0


@bounded
@given(data=mutated("rule.rego"))
def test_rego_of_users(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "rule.rego").write_bytes(data)
    try:
        found = from_folder(tmp_path)
    except ConfigError:
        return

    assert all(policy.is_users for policy in found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A record of a real run."""
    from auditor.__main__ import main  # noqa: F401, PLC0415 - that it can be imported is part of the claim

    folder = tmp_path_factory.mktemp("record")
    (folder / "in").mkdir()
    (folder / "in" / "p.yaml").write_text(PLANTED)
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    subprocess.run(
        [sys.executable, "-m", "auditor", "run", f"kubernetes={folder / 'in'}", "--only", "kubernetes",
         "--format", "json", "--output", str(folder / "out"), "--quiet"],
        check=False, cwd=folder, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "out" / "record.json").read_bytes()


@bounded
@given(choices=st.data(), value=JSON)
def test_records_of_wrong_types(tmp_path: Path, record: bytes, choices: st.DataObject, value: object) -> None:
    data: Any = json.loads(record)
    at, steps = data, choices.draw(st.integers(1, 5))
    for step in range(steps):
        keys: list[Any] = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            break
        key = choices.draw(st.sampled_from(keys))
        if step == steps - 1 or not isinstance(at[key], dict | list) or not at[key]:
            if choices.draw(st.booleans()) and isinstance(at, dict):
                del at[key]
            else:
                at[key] = value
            break
        at = at[key]
    (tmp_path / "record.json").write_text(json.dumps(data), encoding="utf-8", errors="surrogatepass")

    try:
        load_record(tmp_path)
    except ConfigError:
        return


@bounded
@given(data=mutated("pod.yaml"))
def test_masker(data: bytes) -> None:
    text = data.decode("utf-8", "replace")

    mask_text(text)
    for document in documents.read(data):
        for entry in entries(document) if isinstance(document, documents.Document) else ():
            if isinstance(entry, Entry):
                mask_tree(dict(entry.manifest))
