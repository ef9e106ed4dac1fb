"""A configuration that was merely found: what of it takes effect, what does not, and that both are told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor import config, plan, trust
from auditor.config import Targets, Trust, load, load_gate
from auditor.errors import ConfigError
from auditor.model.finding import Severity
from auditor.request import Request
from auditor.stages import target_kinds
from auditor.trust import held

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inner = tmp_path / "repo"
    (inner / "deploy").mkdir(parents=True)
    (inner / "src").mkdir()
    (tmp_path / "outside").mkdir()
    (inner / "link").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(inner)
    return inner


def written(folder: Path, text: str) -> Path:
    place = folder / "auditor.yaml"
    place.write_text(f"system: {{name: s}}\n{text}")
    return place


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("kubernetes: ['context:prod']", "a context"),
        ("kubernetes: [{where: 'context:prod'}]", "a context"),
        ("kubernetes: [{where: deploy, parameters: {allowed_registries: ['*']}}]", "parameters"),
        ("kubernetes: [{where: deploy, values: [/etc/passwd]}]", "a place outside its folder"),
        ("kubernetes: [{where: deploy, values: [link/x.yaml]}]", "a place outside its folder"),
        ("code: [..]", "a place outside its folder"),
        ("code: [/etc]", "a place outside its folder"),
        ("code: [link]", "a place outside its folder"),
        ("code: [src/../../outside]", "a place outside its folder"),
        ("image: ['oci:../x']", "a place outside its folder"),
        ("tls: ['host:443']", "a server"),
        ("tls: [{endpoint: 'host:443'}]", "a server"),
        ("custody: ['https://vault:8200']", "a server"),
        ("custody: [{address: 'https://vault:8200', token_env: GITHUB_TOKEN}]", "address"),
        ("lineage: [{events: src, traces: {path: ../x}}]", "a place outside its folder"),
        ("node: ['../node.json']", "a place outside its folder"),
    ],
)
def test_found_configuration_names_no_target_outside_its_folder(folder: Path, target: str, why: str) -> None:
    place = written(folder, f"targets: {{{target}, sbom: [inside.cdx.json]}}\n")

    limited = held(load(place, Trust.FOUND))

    assert [reason for _kind, _where, reason in limited.refused] == [why]
    assert limited.config.document.targets.sbom == ("inside.cdx.json",)
    assert held(load(place)).refused == ()
    assert held(load(place, Trust.TRUSTED)).refused == ()


def test_refused_target_is_seen_and_nothing_of_it_is_observed(folder: Path) -> None:
    written(folder, "targets: {code: [src, ..]}\n")

    planned = plan.make(Request())

    assert [(p.kind, p.argument) for t in planned.assignment.systems for p in t.parts] == [
        ("code", "code=src"), ("refused", "code=.."),
    ]  # fmt: skip
    assert planned.configuration is not None
    assert planned.configuration.ignored == ("code=..",)


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("opa: {host: evil.example, port: 1, token_env: GITHUB_TOKEN}", "opa"),
        ("policies: [rules]", "policies"),
        ("waivers: waivers.yaml", "waivers"),
        ("answers: answers.yaml", "answers"),
        ("claims: claims.yaml", "claims"),
        ("engine: {spark: {master: 'spark://evil.example:7077', settings: {a: b}}}", "engine"),
        ("parameters: {gbt22239-2019-l3: {x: 1}}", "parameters"),
        ("gate: {rego: gate.rego}", "gate.rego"),
        ("gate: {fail_on: critical}", "gate.fail_on"),
        ("gate: {max_not_assessed: 5}", "gate.max_not_assessed"),
    ],
)
def test_what_reaches_out_or_loosens_takes_no_effect(folder: Path, text: str, ignored: str) -> None:
    written(folder, f"targets: {{code: [src]}}\n{text}\n")

    planned = plan.make(Request())

    configuration = planned.configuration
    assert configuration is not None
    assert configuration.ignored == (ignored,)
    assert configuration.trust == "found"
    assert configuration.judge == ""
    assert planned.gate.fail_on is Severity.LOW
    assert planned.gate.max_not_assessed == 0
    assert ignored in [left.what for left in planned.left]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("code", "where: src, exclude: ['**/evil.py']"),
        ("code", "where: src, tests: skip"),
        ("code", "where: src, tests: lower"),
        ("code", "where: src, severities: {code-eval-not-used: info}"),
        ("code", "where: src, history: false"),
        ("image", "where: 'oci:src', keys: [src/mine.pub]"),
        ("image", "where: 'oci:src', platform: linux/s390x"),
        ("image", "where: 'oci:src', signed: false"),
        ("image", "where: 'oci:src', trusted_base: ['sha256:00']"),
        ("sbom", "where: a.cdx.json, vex: [mine.vex.json]"),
        ("sbom", "where: a.cdx.json, licences: all.yaml"),
        ("sbom", "where: a.cdx.json, keys: [src/mine.pub]"),
        ("sbom", "where: a.cdx.json, profiles: [ntia-2021]"),
        ("kubernetes", "where: deploy, benchmark: '1.0'"),
        ("custody", "file: vault.hcl, air_gapped: false"),
        ("custody", "file: vault.hcl, sm: false"),
        ("custody", "file: vault.hcl, module: false"),
        ("custody", "file: vault.hcl, inside: ['0.0.0.0/0']"),
        ("custody", "file: vault.hcl, ui: true"),
        ("custody", "file: vault.hcl, tlcp_gateway: gw.example"),
        ("custody", "records: src, roots: [src/mine.pem]"),
        ("custody", "records: src, quorum: 1"),
        ("custody", "records: src, algorithms: [RSA-SHA256]"),
        ("auditlog", "logs: src, anchor: src/anchor.json"),
    ],
)
def test_found_configuration_does_not_excuse_its_own_targets(folder: Path, kind: str, fields: str) -> None:
    place = written(folder, f"targets: {{{kind}: [{{{fields}}}]}}\n")
    name = fields.partition(", ")[2].partition(":")[0]

    limited = held(load(place, Trust.FOUND))

    (target,) = getattr(limited.config.document.targets, kind)
    assert limited.refused == ()
    assert limited.ignored == (f"targets.{kind}.{name}",)
    assert not getattr(target, name)
    assert held(load(place)).ignored == ()
    assert getattr(getattr(held(load(place)).config.document.targets, kind)[0], name) is not None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("code", "where: src, tests: judge"),
        ("image", "where: 'oci:src', signed: true"),
        ("sbom", "where: a.cdx.json, signed: true"),
        ("custody", "file: vault.hcl, sm: true, module: true, air_gapped: true, ui: false"),
    ],
)
def test_what_makes_the_audit_of_a_target_stricter_counts(folder: Path, kind: str, fields: str) -> None:
    place = written(folder, f"targets: {{{kind}: [{{{fields}}}]}}\n")

    limited = held(load(place, Trust.FOUND))

    assert limited.ignored == ()
    assert limited.config.document.targets == load(place).document.targets


def test_every_field_of_a_target_is_known_to_reach_to_loosen_or_to_name_a_place() -> None:
    """A key of a new stage is thought about before a stranger may set it."""
    harmless = {
        "code": {"where"},
        "image": {"where"},
        "sbom": {"where"},
        "kubernetes": {"where", "namespace", "release", "values", "kube_version", "api_versions"},
        "custody": {"token_file", "ca", "namespace", "records", "file"},
        "lineage": {"inventory", "events", "traces", "trace_ids", "dbt", "sql", "catalogue", "dialect"},
        "auditlog": {"inventory", "logs", "format"},
    }
    for kind in Targets.model_fields:
        model = config.MODELS.get(kind)
        if model is None or target_kinds()[kind].is_server:
            continue
        known = harmless[kind] | trust.REACHING | set(target_kinds()[kind].loosening)
        assert set(model.model_fields) <= known, kind


def test_stricter_gate_and_frameworks_of_a_found_configuration_count(folder: Path) -> None:
    written(
        folder,
        "targets: {code: [src]}\nframeworks: [cis-kubernetes]\n"
        "gate: {fail_on: info, frameworks: {cis-kubernetes: {max_fail: 0}}}\n",
    )

    planned = plan.make(Request())

    assert planned.gate.fail_on is Severity.INFO
    assert planned.gate.frameworks["cis-kubernetes"].max_fail == 0
    assert planned.configuration is not None
    assert planned.configuration.ignored == ()


def test_named_and_trusted_configurations_take_full_effect(folder: Path) -> None:
    place = written(folder, "targets: {code: [..]}\ngate: {fail_on: critical, max_not_assessed: 5}\n")

    for request in (Request(config=place), Request(trusts_config=True)):
        planned = plan.make(request)

        assert planned.gate.fail_on is Severity.CRITICAL
        assert planned.gate.max_not_assessed == 5
        assert planned.configuration is not None
        assert planned.configuration.digest.startswith("sha256:")


def test_gate_of_the_caller_beats_that_of_the_configuration(folder: Path) -> None:
    place = written(folder, "targets: {code: [src]}\ngate: {fail_on: critical}\n")
    gate = folder.parent / "gate.yaml"
    gate.write_text("gate: {fail_on: high, max_not_assessed: 2}\n")

    planned = plan.make(Request(config=place, gate=gate))

    assert (planned.gate.fail_on, planned.gate.max_not_assessed) == (Severity.HIGH, 2)
    gate.write_text("fail_onn: high\n")
    with pytest.raises(ConfigError, match="fail_on"):
        load_gate(gate)


@pytest.mark.parametrize("host", ["opa.example", "10.0.0.1", "127.0.0.1.evil.example", "0.0.0.0"])  # noqa: S104 - refused
def test_judge_elsewhere_is_asked_over_tls_only(folder: Path, host: str) -> None:
    place = written(folder, f"targets: {{code: [src]}}\nopa: {{host: {host}, port: 1, tls: false}}\n")

    with pytest.raises(ConfigError, match="this machine only"):
        load(place)
    assert load(written(folder, "targets: {code: [src]}\nopa: {host: 127.0.0.1, port: 1, tls: false}\n"))


def test_secrets_of_the_command_line_are_masked(folder: Path) -> None:
    assert folder

    planned = plan.make(Request(targets=("code=src",), arguments=("run", "--token=hunter2hunter2", "code=src")))

    assert json.dumps(planned.arguments) == '["run", "--token=(masked)", "code=src"]'
