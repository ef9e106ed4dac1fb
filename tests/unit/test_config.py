"""``auditor.yaml``: what is read, and that every error names file, line and the nearest thing that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from auditor.config import SIZE_LIMIT_BYTES, Config, GateSection, gate_in_words, load, schema
from auditor.errors import ConfigError
from auditor.gate import GatePolicy
from auditor.gating import usual_gate
from auditor.model.finding import Severity

HEAD = "system: {name: loan}\n"


def read(tmp_path: Path, text: str | bytes) -> Config:
    place = tmp_path / "auditor.yaml"
    place.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(place)


def refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    return str(raised.value).replace(str(tmp_path), "")


def test_whole_example_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
system: {name: loan-assistant, level: 3, owner: risk-it}
targets:
  code: [services/]
  kubernetes: [deploy/chart, {where: deploy/k, namespace: x, values: [a.yaml]}]
  tls: [{endpoint: "gw.bank.cn:443", profile: sm-only, trust: [ca.pem]}]
frameworks: [gbt22239-2019-l3]
gate: {fail_on: high, max_not_assessed: 2, frameworks: {cis-kubernetes: {max_fail: 0}}}
""",
    )

    assert config.document.system.level == 3
    assert config.document.targets.code == ("services/",)
    assert config.fail_on is Severity.HIGH
    assert config.folder == tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sytem: {name: x}\ntargets: {}\n", "/auditor.yaml:1: unknown key 'sytem': did you mean 'system'?"),
        (
            HEAD + "targets:\n  code: [a]\n  cod: [b]\n",
            "/auditor.yaml:4: unknown key 'targets.cod': did you mean 'code'?",
        ),
        (
            HEAD + "targets: {}\ngate:\n  failon: high\n",
            "/auditor.yaml:4: unknown key 'gate.failon': did you mean 'fail_on'?",
        ),
        (HEAD + "targets: {}\nsystem2: 1\n", "/auditor.yaml:3: unknown key 'system2': did you mean 'system'?"),
        (HEAD + "targets: {}\nzzzzzz: 1\n", "/auditor.yaml:3: unknown key 'zzzzzz': known here: "),
        (
            HEAD + "targets:\n  tls:\n  - {endpoint: x, profil: y}\n",
            "/auditor.yaml:4: unknown key 'targets.tls.0.profil': did you mean 'profile'?",
        ),
        (
            HEAD + "targets: {}\ngate: {frameworks: {cis: {max_fails: 0}}}\n",
            "unknown key 'gate.frameworks.cis.max_fails': did you mean 'max_fail'?",
        ),
    ],
)
def test_unknown_key_is_named_with_its_line_and_the_nearest(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("system: {name: 3}\ntargets: {}\n", "/auditor.yaml:1: 'system.name' is no text"),
        ("system: {name: x, level: high}\ntargets: {}\n", "'system.level' is no whole number"),
        ("system: {name: x, level: 9}\ntargets: {}\n", "'system.level' is more than 5"),
        ("system: {name: ''}\ntargets: {}\n", "'system.name'"),
        (HEAD + "targets:\n  code: src\n", "/auditor.yaml:3: 'targets.code'"),
        (HEAD + "targets:\n  code:\n    - a\n    - 7\n", "/auditor.yaml:5: 'targets.code.1'"),
        (
            HEAD + "targets: {}\ngate: {fail_on: dreadful}\n",
            "'gate.fail_on' is none of 'critical', 'high', ",
        ),
        (HEAD, "'targets' is missing"),
        (HEAD + 'targets: {code: ["a\\0b"]}\n', "'targets.code.0'"),
        (HEAD + "targets: {code: [2026-01-01, .inf]}\n", "'targets.code.1'"),
    ],
)
def test_wrong_type_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_wrong_key_of_a_target_is_said_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, HEAD + "targets:\n  kubernetes:\n  - {where: x, namespac: y}\n")

    assert said == "/auditor.yaml:4: unknown key 'targets.kubernetes.0.namespac': did you mean 'namespace'?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: expected a mapping"),
        ("[]", ":1: expected a mapping"),
        ("just text", ":1: expected a mapping"),
        ("a: [", ": not YAML"),
        ("a: b: c", ":1: not YAML"),
        ("\tsystem: x", "not YAML"),
        ("a: 1\n---\nb: 2\n", ": not YAML"),
        (b"\xff\xfe\xff", "not YAML"),
        (b"system: {name: \xff}", "not YAML"),
        ("system: {name: a}\nsystem: {name: b}\n", ":2: key 'system' stands here twice"),
        ("? [a]\n: b\n", ":1: keys are plain words here"),
        ("<<: {a: b}\n", ":1: keys are plain words here"),
        ("system: !!python/object/apply:os.system ['true']\n", "'system'"),
        ("system: {name: !!int abc}\n", ":1: 'abc' cannot be read"),
        ("x" * (SIZE_LIMIT_BYTES + 1), "is larger than"),
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert "values once aliases are written out" in refusal(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "&a [*a, *a, *a]"])
def test_anchor_that_holds_itself_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested more than" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    ["[" * 300_000, "{a: " * 200_000, "- " * 300_000, "a:\n" + "".join(" " * n + "a:\n" for n in range(1, 1200))],
)
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text)


def test_number_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert "level" in refusal(tmp_path, f"system: {{name: x, level: 0x{'f' * 5000}}}\ntargets: {{}}\n")


def test_place_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "auditor.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_schema_takes_what_is_read_and_refuses_the_rest() -> None:
    checker = Draft202012Validator(schema())

    assert checker.is_valid({"system": {"name": "x"}, "targets": {"code": ["src"]}})
    assert not checker.is_valid({"system": {"name": "x"}, "targets": {"cod": ["src"]}})
    assert not checker.is_valid({"targets": {}})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["system", "targets", "name", "code", "gate", "tls", "kubernetes", "where", "level", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80)
@given(VALUES | st.builds(lambda targets: {"system": {"name": "x"}, "targets": targets}, VALUES))
def test_any_document_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    place = tmp_path_factory.mktemp("config") / "auditor.yaml"
    place.write_text(yaml.safe_dump(value), encoding="utf-8")

    try:
        config = load(place)
    except ConfigError:
        return

    assert json.loads(config.document.model_dump_json())


@settings(max_examples=80)
@given(st.text(alphabet="ab:{}[]&*!|>-? \n\t#'\"%@`,0<~"))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    place = Path(tmp_path_factory.mktemp("config"), "auditor.yaml")
    place.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError):
        load(place)


def test_gate_that_nobody_wrote_is_said_as_the_usual_one() -> None:
    for severity in Severity:
        written = GateSection().model_copy(update={"fail_on": severity.value})
        assert usual_gate(severity) == gate_in_words(written)
    assert (GatePolicy().max_not_assessed, GatePolicy().accept_waived, GatePolicy().new_only) == (
        GateSection().max_not_assessed,
        GateSection().accept_waived,
        GateSection().new_only,
    )
