from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.detect import detect
from auditor.formats.custody_snapshot import Answer, Reading, packed
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, GapClass
from auditor.model.system import Part, System
from auditor.stages.custody.checks import checks
from auditor.stages.custody.facts import CustodySetting
from auditor.stages.custody.observe import CustodyStage
from tests.unit.stages.custody.conftest import Company, clock, no_api, observed, verdicts, write

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.finding import Finding

GOOD = """
# OpenBao
listener "tcp" {
  address = "10.0.0.5:8200"
  tls_cert_file = "/c"
  tls_key_file = "/k"
  custom_response_headers { "default" = { "Strict-Transport-Security" = ["max-age=31536000"] } }
}
storage "raft" { path = "/d" }
max_lease_ttl = "24h"
audit "file" "a" { options = { file_path = "/a/audit.log" } }
audit "socket" "b" { options = { address = "10.0.0.9:9000" } }
"""
LIVE_ONLY = {1, 2, 3, 5, 7, 9, 10, 23, 24, 39, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 70, 71}
RECORDS = {6, 8, 28, 29, 62, 63, 64, 65, 67, 68}
OTHER_FILES = {15, 26, 27, 30, 31, 32, 42, 43, 44, 61}
"""Host facts, snapshots, policies and packages, which a configuration alone does not hold."""


def keys(found: dict[str, list[object]], verdict: str) -> set[int]:
    return {int(key[4:]) for key, findings in found.items() if any(f.verdict == verdict for f in findings)}  # type: ignore[attr-defined]


def test_configuration_alone_leaves_what_only_others_show_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "openbao.hcl").write_text(GOOD)

    found, facts, _items = observed(tmp_path)

    assert keys(found, "fail") == set()  # type: ignore[arg-type]
    assert keys(found, "not_assessed") == LIVE_ONLY | RECORDS | OTHER_FILES  # type: ignore[arg-type]
    assert {gap.gap_class for gap in facts.gaps if gap.topic != "memory"} == {GapClass.OUT_OF_REACH}


def test_files_are_audited_in_a_second(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"p{number}.hcl").write_text(f'path "secret/data/app{number}/*" {{ capabilities = ["read"] }}')
    (tmp_path / "openbao.hcl").write_text(GOOD)
    before = time.process_time()

    observed(tmp_path)

    assert time.process_time() - before < 1.5


def test_two_files_that_set_one_thing_differently_leave_it_open(tmp_path: Path) -> None:
    (tmp_path / "a.hcl").write_text('log_level = "info"\nui = true\nmax_lease_ttl = "1h"\nlistener "unix" {}')
    (tmp_path / "b.hcl").write_text('log_level = "trace"\nui = false\nmax_lease_ttl = "9000h"\nlistener "tcp" {}')

    found, facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-035") == {"log_level": "not_assessed"}
    assert verdicts(found, "KEY-036")["ui"] == "fail"  # a switch that one turns on stays on
    assert verdicts(found, "KEY-040") == {"max_lease_ttl": "fail"}  # the longer time counts
    assert "contradiction" in {gap.reason for gap in facts.gaps}


def test_environment_wins_over_files(tmp_path: Path) -> None:
    (tmp_path / "vault.hcl").write_text('log_level = "info"\nlistener "tcp" {}')
    (tmp_path / "vault.env").write_text("export VAULT_LOG_LEVEL='debug'\n# VAULT_UI=true\nVAULT_TOKEN=s.planted\n")

    found, _facts, items = observed(tmp_path)

    assert verdicts(found, "KEY-035") == {"log_level": "fail"}
    assert verdicts(found, "KEY-033") == {
        "VAULT_TOKEN": "fail",
        "secrets in vault.hcl": "pass",
    }
    assert "s.planted" not in repr(items)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ('seal "pkcs11" {\n lib = "/l"\n pin = "1234"\n}', "seal.pkcs11.pin"),
        (
            'seal "static" {\n current_key = "c2VjcmV0LWtleS1vZi10aGlydHktdHdvLW9jdGV0cw=="\n}',
            "seal.static.current_key",
        ),
        ('seal "transit" {\n token = "s.abc"\n}', "seal.transit.token"),
        (
            'storage "postgresql" {\n connection_url = "postgres://u:hunter2@db/v"\n}',
            "storage.postgresql.connection_url",
        ),
        ('storage "consul" {\n token = "a-b-c"\n}', "storage.consul.token"),
        ('telemetry {\n circonus_api_token = "abc"\n}', "telemetry.circonus_api_token"),
        ('seal "azurekeyvault" {\n client_secret = "x"\n}', "seal.azurekeyvault.client_secret"),
        ('seal "awskms" {\n secret_key = "x"\n}', "seal.awskms.secret_key"),
    ],
)
def test_secrets_in_a_configuration_are_found_and_never_shown(tmp_path: Path, setting: str, name: str) -> None:
    (tmp_path / "v.hcl").write_text(f'listener "tcp" {{}}\n{setting}\n')

    found, _facts, items = observed(tmp_path)

    assert verdicts(found, "KEY-033") == {name: "fail"}
    secret = setting.rpartition('"')[0].rpartition('"')[2]
    shown = secret.partition("@")[0].rpartition(":")[2] if "@" in secret else secret
    assert shown not in repr(items).replace(f"'{shown}': ", "") or len(shown) < 2


@pytest.mark.parametrize("value", ["file:///run/pin", "env://PIN", "/etc/vault/key", "$PIN", "{{ .Values.pin }}", ""])
def test_place_of_a_secret_is_no_secret(tmp_path: Path, value: str) -> None:
    (tmp_path / "v.hcl").write_text(
        f'listener "tcp" {{}}\nseal "pkcs11" {{\n pin = "{value}"\n lib = "/l"\n slot = "0"\n}}\n'
    )

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-033") == {"secrets in v.hcl": "pass"}


def test_values_of_a_chart_and_its_lines(tmp_path: Path) -> None:
    text = """
server:
  dev: {enabled: true}
  standalone:
    config: |
      listener "tcp" {
        address = "[::]:8200"
        tls_disable = 1
      }
"""
    (tmp_path / "values.yaml").write_text(text)

    found, _facts, _items = observed(tmp_path)

    (listener,) = found["KEY-016"]
    assert listener.verdict == "fail"
    assert listener.location is not None
    assert (listener.location.file, listener.location.line) == ("values.yaml", 6)
    assert verdicts(found, "KEY-022") == {"development mode": "fail"}


def test_unit_of_the_service(tmp_path: Path) -> None:
    lines = ["[Service]", "User=vault", "LimitCORE=0", "NoNewPrivileges=yes", "MemorySwapMax=0"]
    (tmp_path / "vault.service").write_text("\n".join([*lines, "ExecStart=/usr/bin/vault server -config=/etc"]))
    (tmp_path / "vault.hcl").write_text('disable_mlock = true\nlistener "tcp" {}')

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-031") == {"process vault.service": "pass"}
    assert verdicts(found, "KEY-030") == {"memory": "pass"}


def test_facts_of_a_host(tmp_path: Path) -> None:
    host = {
        "schema": "custody-host/1",
        "host": "n1",
        "swap": {"on": True, "encrypted": False},
        "process": {"user": "bao", "core_dumps": False, "no_new_privileges": True, "other_services": ["nginx"]},
        "files": [{"path": "/usr/bin/bao", "mode": "0755", "owner": "bao", "group": "bao"}],
        "audit_logs": [{"path": "/a", "rotated": True, "remote_copy": False}],
    }
    (tmp_path / "host.json").write_text(json.dumps(host))
    (tmp_path / "bao.hcl").write_text('listener "tcp" {}')

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-030") == {"memory": "fail"}
    assert verdicts(found, "KEY-031") == {"process on n1": "fail"}
    assert verdicts(found, "KEY-032") == {"/usr/bin/bao on n1": "fail"}
    assert verdicts(found, "KEY-015") == {"audit log /a on n1": "fail"}


def test_files_that_no_server_reads_are_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.hcl").write_text('listener "unix" { address = "/s" }')
    for name in ("b.hcl.bak", "c.hcl~", ".#d.hcl", "e.txt"):
        (tmp_path / name).write_text('listener "tcp" { address = "0.0.0.0:1" tls_disable = 1 }')

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-016") == {"listener unix /s": "pass"}


def test_agent_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "agent.hcl").write_text('auto_auth {}\nlistener "tcp" { tls_disable = true address = "0.0.0.0:1" }')

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-016") == {"custody=" + str(tmp_path): "not_assessed"} or "fail" not in str(
        found["KEY-016"]
    )


# --- Raft snapshots ---------------------------------------------------------------------------------------------------


def raft(path: Path, index: int = 7, *, damage: str = "") -> None:
    meta = json.dumps({"Index": index, "Term": 2, "Configuration": {"Servers": [{"ID": "n1"}]}}).encode()
    state = b"encrypted by the barrier"
    sums = f"{hashlib.sha256(meta).hexdigest()}  meta.json\n{hashlib.sha256(state).hexdigest()}  state.bin\n".encode()
    members = {"meta.json": meta, "state.bin": b"other" if damage == "state" else state, "SHA256SUMS": sums}
    if damage == "sums":
        del members["SHA256SUMS"]
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    whole = data.getvalue()
    path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else whole)
    path.chmod(0o600)
    os.utime(path, (1795860000, 1795860000))  # two hours before the run


def test_whole_and_fresh_snapshot_passes(tmp_path: Path) -> None:
    raft(tmp_path / "a.snap")

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-026") == {"raft snapshots": "pass"}
    assert verdicts(found, "KEY-027") == {"snapshot a.snap": "pass"}


@pytest.mark.parametrize("damage", ["state", "sums", "cut"])
def test_damaged_snapshot_fails(tmp_path: Path, damage: str) -> None:
    raft(tmp_path / "a.snap", damage=damage)

    found, _facts, _items = observed(tmp_path)

    assert "pass" not in verdicts(found, "KEY-026").values()


def test_old_snapshot_that_others_can_read_fails_and_so_does_an_index_that_shrinks(tmp_path: Path) -> None:
    raft(tmp_path / "old.snap", 9)
    raft(tmp_path / "new.snap", 8)
    (tmp_path / "new.snap").chmod(0o644)
    os.utime(tmp_path / "old.snap", (1795000000, 1795000000))

    found, _facts, _items = observed(tmp_path)

    (finding,) = found["KEY-026"]
    assert "index does not grow" in str(finding.actual)
    assert verdicts(found, "KEY-027") == {"snapshot new.snap": "fail", "snapshot old.snap": "pass"}


def test_gzip_of_something_else_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"hello"))
    (tmp_path / "p.hcl").write_text('path "a" { capabilities = ["read"] }')

    _found, facts, _items = observed(tmp_path)

    assert not facts.of(CustodySetting, "raft-snapshot")


# --- Other stores -----------------------------------------------------------------------------------------------------


def test_other_stores_are_keys_too(tmp_path: Path) -> None:
    (tmp_path / "encryption.yaml").write_text(
        "kind: EncryptionConfiguration\n"
        "resources: [{resources: [secrets], providers: [{identity: {}}, {aescbc: {}}]}]\n"
    )
    (tmp_path / "s.yaml").write_text(
        "a: ENC[x]\nsops:\n  age: [{recipient: age1}]\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: x\n"
    )
    inventory = {
        "schema": "module-inventory/1",
        "module": "m",
        "keys": [{"label": "pay", "algorithm": "SM2", "extractable": True, "backup": "b"}],
    }
    (tmp_path / "module.json").write_text(json.dumps(inventory))

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-051")["kubernetes encryption.yaml 0"] == "fail"
    assert verdicts(found, "KEY-046")["module key pay"] == "fail"
    assert verdicts(found, "KEY-046")["sops s.yaml"] == "not_applicable"


# --- Hostile input ----------------------------------------------------------------------------------------------------


def test_what_is_not_there_or_empty_or_unreadable_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/v.hcl").write_text('listener "tcp" {\n')
    for where in (tmp_path / "nowhere", tmp_path / "empty", tmp_path / "broken"):
        found, facts, _items = observed(where)

        assert [gap for gap in facts.gaps if gap.gap_class is GapClass.LOST]
        assert "pass" not in {str(f.verdict) for findings in found.values() for f in findings}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.hcl").write_text('listener "tcp" { address = "0.0.0.0:1" tls_disable = 1 }')
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.hcl").symlink_to(tmp_path / "outside.hcl")
    (folder / "loop").symlink_to(folder)

    found, facts, _items = observed(folder)

    assert "link out of the tree" in {gap.reason for gap in facts.gaps}
    assert "fail" not in verdicts(found, "KEY-016").values()


def test_snapshot_of_another_schema_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"schema": "custody-snapshot/2", "reading": {}}')

    _found, facts, _items = observed(tmp_path)

    assert "snapshot cannot be used" in {gap.reason for gap in facts.gaps}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200),
    st.sampled_from(["a.hcl", "a.json", "values.yaml", "vault.service", "vault.env", "a.snap", "r.pem"]),
)
def test_any_file_is_read_or_a_gap(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)

    observed(tmp_path)

    (tmp_path / name).unlink()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "listener",
                "storage",
                "seal",
                "audit",
                "telemetry",
                "ui",
                "max_lease_ttl",
                "plugin",
                "reporting",
                "user_lockout",
            ]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["tcp", "raft", "retry_join", "options", "address", "x"]), inner, max_size=2
                )
            ),
            max_leaves=8,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_configuration_of_any_shape_is_read(tmp_path: Path, value: dict[str, object]) -> None:
    (tmp_path / "v.json").write_text(json.dumps(value))

    observed(tmp_path)


# --- Systems of several parts -----------------------------------------------------------------------------------------


def recorded(folder: Path, **changed: Any) -> Path:  # noqa: ANN401
    """Write the snapshot of a server in which little was asked."""
    status = {
        "initialized": True,
        "sealed": False,
        "t": 3,
        "n": 5,
        "type": "shamir",
        "version": "2.7.2",
        "cluster_id": "c-1",
    }
    sanitized = {
        "listeners": [{"type": "tcp", "config": {"address": "10.0.0.5:8200"}}],
        "storage": {"type": "raft"},
        "max_lease_ttl": 86400,
        "log_level": "info",
        "raw_storage_endpoint": False,
    }
    answers = {
        "GET sys/seal-status": Answer(200, {**status, **changed}),
        "GET auth/token/lookup-self": Answer(200, {"policies": ["auditor-custody"]}),
        "GET sys/config/state/sanitized": Answer(200, sanitized),
    }
    file = folder / "server.json"
    file.write_bytes(packed(Reading(address="https://x", answers=answers, collected_at="2026-11-28T11:00:00Z")))
    return file


def joined(*parts: Part) -> dict[str, list[Finding]]:
    system = System(name="together", parts=parts)
    items = list(CustodyStage(apis=no_api).observe(system, Facts()))
    facts = Facts([clock(), *(i for i in items if isinstance(i, Fact))], [i for i in items if isinstance(i, Gap)])
    found: dict[str, list[Finding]] = {}
    for finding in judge(checks(), facts, system).findings:
        if finding.aliases:
            found.setdefault(finding.aliases[0], []).append(finding)
    return found


def test_server_files_and_records_that_agree_are_compared(company: Company, tmp_path: Path) -> None:
    records = write(tmp_path / "records", company.signed(company.record("init", seal="shamir")), root=company.root)
    (tmp_path / "bao.hcl").write_text(
        'listener "tcp" { address = "10.0.0.5:8200" }\nstorage "raft" {}\nmax_lease_ttl = "24h"\nlog_level = "info"'
    )

    found = joined(
        Part(kind="custody", where=str(recorded(tmp_path))),
        Part(kind="custody", where=str(tmp_path / "bao.hcl")),
        Part(kind="custody", where=str(records)),
    )

    assert set(verdicts(found, "KEY-063").values()) == {"pass"}
    assert set(verdicts(found, "KEY-069").values()) == {"pass"}
    # what the one part does not show costs the other nothing
    assert "not_assessed" not in verdicts(found, "KEY-016").values()


def test_server_that_contradicts_its_records_and_files_fails(company: Company, tmp_path: Path) -> None:
    records = write(tmp_path / "records", company.signed(company.record("init", seal="shamir")), root=company.root)
    (tmp_path / "bao.hcl").write_text(
        'listener "tcp" { address = "0.0.0.0:8200" }\nstorage "raft" {}\nlog_level = "warn"'
    )

    found = joined(
        Part(kind="custody", where=str(recorded(tmp_path, n=1, t=1, cluster_id="another"))),
        Part(kind="custody", where=str(tmp_path / "bao.hcl")),
        Part(kind="custody", where=str(records)),
    )

    (chain,) = found["KEY-063"]
    assert "threshold = 3" in str(chain.actual)
    assert "cluster_id" in str(chain.actual)
    drift = " ".join(str(each.actual) for each in found["KEY-069"] if each.verdict == "fail")
    assert "log_level: warn on disk, info in the server" in drift
    assert "0.0.0.0:8200" in drift


def test_records_alone_tell_of_the_quorum(company: Company, tmp_path: Path) -> None:
    found, _facts, _items = observed(write(tmp_path, company.signed(company.record("init")), root=company.root))

    assert verdicts(found, "KEY-005") == {"shares of 1 init": "pass"}


def test_entry_that_names_a_file_and_records_is_both(company: Company, tmp_path: Path) -> None:
    records = write(tmp_path / "records", company.signed(company.record("init")), root=company.root)
    (tmp_path / "bao.hcl").write_text('listener "unix" {}')

    found, _facts, _items = observed(tmp_path / "bao.hcl", file=str(tmp_path / "bao.hcl"), records=str(records))

    assert set(verdicts(found, "KEY-016").values()) == {"pass"}
    assert set(verdicts(found, "KEY-062").values()) == {"pass"}


def test_folder_of_a_key_store_is_found_by_searching(tmp_path: Path) -> None:
    (tmp_path / "deploy/vault/policies").mkdir(parents=True)
    (tmp_path / "deploy/vault/v.hcl").write_text('ui = false\nlistener "tcp" {}')
    (tmp_path / "deploy/vault/policies/p.hcl").write_text('path "a" { capabilities = ["read"] }')
    (tmp_path / "job.hcl").write_text('job "x" { group "y" {} }')

    parts = [(part.kind, part.where) for part in detect(str(tmp_path)).parts]

    assert parts == [("custody", str(tmp_path / "deploy/vault"))]


# --- What others get wrong --------------------------------------------------------------------------------------------


def policy(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.hcl").write_text(text)


def test_policies_of_a_namespace_and_of_deep_mounts_are_judged_alike(tmp_path: Path) -> None:
    policy(tmp_path, "namespace", 'path "team-a/sys/policies/acl/*" { capabilities = ["create", "update"] }')
    policy(tmp_path, "whole", 'path "team-a/sys/*" { capabilities = ["update"] }')
    policy(tmp_path, "deep", 'path "teams/a/transit/export/*" { capabilities = ["read"] }')
    policy(tmp_path, "wild", 'path "+/+/export/*" { capabilities = ["read"] }')
    policy(tmp_path, "data", 'path "secret/data/sys/*" { capabilities = ["update"] }')

    found, _facts, _items = observed(tmp_path)

    assert verdicts(found, "KEY-044") == {
        "namespace": "fail",
        "whole": "fail",
        "deep": "fail",
        "wild": "fail",
        "data": "pass",
    }
    assert verdicts(found, "KEY-042") == {
        "namespace": "pass",
        "whole": "fail",
        "deep": "pass",
        "wild": "pass",
        "data": "pass",
    }


def test_sudo_that_another_rule_denies_is_none(tmp_path: Path) -> None:
    rule = 'path "sys/mounts/kv" { capabilities = [%s] }\n'
    policy(tmp_path, "denied", rule % '"sudo", "update"' + rule % '"deny"')
    policy(tmp_path, "given", rule % '"sudo", "update"')

    assert verdicts(observed(tmp_path)[0], "KEY-043") == {"denied": "pass", "given": "fail"}


@pytest.mark.parametrize(
    ("storage", "due"),
    [
        ('storage "consul" { address = "10.0.0.7:8500" }', "fail"),
        ('storage "consul" { address = "10.0.0.7:8500"\n scheme = "https" }', "pass"),
        ('storage "consul" { address = "127.0.0.1:8500" }', "pass"),
        ('storage "consul" { address = "unix:///run/consul.sock" }', "pass"),
        ('storage "etcd" { address = "http://10.0.0.7:2379,http://10.0.0.8:2379" }', "fail"),
        ('storage "etcd" { address = "https://10.0.0.7:2379" }', "pass"),
        ('storage "mysql" { address = "10.0.0.7:3306" }', "fail"),
        ('storage "mysql" { address = "10.0.0.7:3306"\n tls_ca_file = "/ca" }', "pass"),
    ],
)
def test_storage_of_another_machine_is_reached_by_tls(storage: str, due: str, tmp_path: Path) -> None:
    (tmp_path / "vault.hcl").write_text(f"# vault\n{storage}\n")

    assert set(verdicts(observed(tmp_path)[0], "KEY-021").values()) == {due}


def test_policy_fails_at_the_line_of_its_first_bad_rule(tmp_path: Path) -> None:
    good = 'path "secret/data/app" {\n  capabilities = ["read"]\n}\n'
    policy(tmp_path, "mixed", good + 'path "sys/*" {\n  capabilities = ["update", "sudo"]\n}\n')

    found, _facts, _items = observed(tmp_path)

    for key in ("KEY-042", "KEY-043", "KEY-044"):
        (said,) = found[key]
        assert said.location is not None
        assert (said.location.file, said.location.line) == ("mixed.hcl", 4)


def test_policies_are_found_under_the_suffixes_that_people_use(tmp_path: Path) -> None:
    for name in ("a.hcl", "b.policy", "c.json"):
        text = 'path "sys/*" { capabilities = ["update"] }'
        (tmp_path / name).write_text('{"path": {"sys/*": {"capabilities": ["update"]}}}' if "json" in name else text)

    assert verdicts(observed(tmp_path)[0], "KEY-042") == {"a": "fail", "b": "fail", "c": "fail"}
