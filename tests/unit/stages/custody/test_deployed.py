"""Servers that Compose files, pods, charts and operators start; shares and tokens in files; policies by effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.stages.custody.leaks import found_in
from tests.unit.stages.custody.conftest import observed

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "hvs.CAESIJk3mN8pQ7wErTyUiOpAsDfGhJkLzXcVbNm"
SHARE = "Jk3mN8pQ7wErTyUiOpAsDfGhJkLzXcVbNm12345678="
OPEN = 'storage "file" { path = "/d" }\nlistener "tcp" { address = "0.0.0.0:8200" tls_disable = 1 }\n'
CLOSED = OPEN.replace("tls_disable = 1", 'tls_cert_file = "/t/c.pem" tls_key_file = "/t/k.pem"')
LOCAL = json.dumps(
    {"storage": {"file": {"path": "/d"}}, "listener": [{"tcp": {"address": "0.0.0.0:8200", "tls_disable": True}}]}
)


def found(folder: Path, key: str, **files: str | bytes) -> set[str]:
    for name, data in files.items():
        path = folder / name.replace("__", ".").replace("_-", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return {str(each.verdict) for each in observed(folder)[0][key]}


def compose(more: str, image: str = "hashicorp/vault:1.20") -> str:
    return f"services:\n  vault:\n    image: {image}\n{more}"


def pod(more: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: vault}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n      - name: vault\n        image: hashicorp/vault:1.20\n{more}"
    )


DEVELOPMENT = [
    compose("    command: server -dev -dev-root-token-id=root\n"),
    compose('    command: ["vault", "server", "-dev"]\n'),
    compose("    ports: ['8200:8200']\n"),
    compose("    environment:\n      - BAO_DEV_ROOT_TOKEN_ID=root\n    command: server\n", "openbao/openbao:2.4"),
    pod('        args: ["server", "-dev"]\n'),
    "openbao:\n  server:\n    dev: {enabled: true}\n",
]


@pytest.mark.parametrize("text", DEVELOPMENT)
def test_a_container_in_development_mode(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "KEY-022", compose__yaml=text) == {"fail"}


@pytest.mark.parametrize(
    "text",
    [
        compose("    command: vault server -config=/vault/config\n"),
        compose("    command: agent -config=/a.hcl\n"),
        compose("", image="nginx:1.27"),
        compose("    command: run -dev\n    environment: {VAULT_ADDR: 'https://v:8200'}\n", image="dify-api:1.0"),
    ],
)
def test_a_container_that_is_no_server_or_has_its_configuration(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "KEY-022", compose__yaml=text) == {"not_assessed"}


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


EMBEDDED = [
    lambda text: (
        compose("    command: server\n", image="vault") + "configs:\n  v:\n    content: |\n" + indented(text, 6)
    ),
    lambda text: "vault:\n  server:\n    standalone:\n      enabled: true\n      config: |\n" + indented(text, 8),
    lambda text: "kind: Vault\nspec:\n  config: |\n" + indented(text, 4),
]


@pytest.mark.parametrize("put", EMBEDDED)
def test_a_configuration_within_another_file(tmp_path: Path, put: object) -> None:
    assert callable(put)
    assert found(tmp_path / "bad", "KEY-016", values__yaml=put(OPEN)) == {"fail"}
    assert found(tmp_path / "good", "KEY-016", values__yaml=put(CLOSED)) == {"pass"}


@pytest.mark.parametrize("name", ["VAULT_LOCAL_CONFIG", "BAO_LOCAL_CONFIG"])
def test_a_configuration_in_a_variable_of_a_container(tmp_path: Path, name: str) -> None:
    for number, text in enumerate(
        (
            compose(f"    command: server\n    environment:\n      {name}: '{LOCAL}'\n"),
            compose(f"    command: server\n    environment:\n      - '{name}={LOCAL}'\n"),
            pod(f"        args: [server]\n        env:\n        - name: {name}\n          value: '{LOCAL}'\n"),
        )
    ):
        assert found(tmp_path / str(number), "KEY-016", vault__yaml=text) == {"fail"}


def test_secrets_in_the_variables_of_containers(tmp_path: Path) -> None:
    bad = compose("    command: server\n    environment: {VAULT_HSM_PIN: '87654321'}\n")
    other = compose(f"    environment: {{VAULT_TOKEN: {TOKEN}}}\n", image="dify-api")
    good = compose("    command: server\n    environment: {VAULT_TOKEN: '${VAULT_TOKEN}'}\n")
    named = pod("        env:\n        - name: VAULT_TOKEN\n          valueFrom: {secretKeyRef: {name: v, key: t}}\n")

    assert found(tmp_path / "bad", "KEY-033", compose__yaml=bad) == {"fail"}
    assert found(tmp_path / "other", "KEY-033", compose__yaml=other) == {"fail"}
    assert found(tmp_path / "good", "KEY-033", compose__yaml=good) == {"not_assessed"}
    assert found(tmp_path / "named", "KEY-033", pod__yaml=named) == {"not_assessed"}


LEAKS = [
    json.dumps({"unseal_keys_b64": [SHARE] * 5, "unseal_threshold": 3, "root_token": TOKEN}),
    json.dumps({"keys": ["ab" * 33], "keys_base64": [SHARE], "root_token": "s.Jk3mN8pQ7wErTyUiOpAsDfGh"}, indent=1),
    f"Unseal Key 1: {SHARE}\nUnseal Key 2: {SHARE}\n",
    f"Recovery Key 1: {SHARE}\n",
    f"Initial Root Token: {TOKEN}\n",
    f"export VAULT_TOKEN={TOKEN}\n",
    "VAULT_TOKEN=s.Jk3mN8pQ7wErTyUiOpAsDfGh\n",
    f"vault operator unseal {SHARE}\n",
]
NO_LEAKS = [
    'vault operator unseal "$KEY1"\n',
    "Unseal Key 1: (given to custodian 1)\n",
    json.dumps({"unseal_shares": 5, "unseal_keys_b64": [], "root_token": ""}),
    json.dumps({"client_token": "hmac-sha256:" + "ab" * 32}),
    "VAULT_TOKEN=${VAULT_TOKEN}\nVAULT_ADDR=https://v:8200\n",
    "hvs.<token>\n",
]


@pytest.mark.parametrize("text", LEAKS)
def test_shares_and_tokens_that_lie_in_a_file(tmp_path: Path, text: str) -> None:
    assert list(found_in(text))
    assert "fail" in found(tmp_path, "KEY-033", bao__hcl=CLOSED, notes__txt=text)
    assert "fail" in found(tmp_path, "KEY-033", bao__hcl=CLOSED, notes__txt=text.encode("utf-16"))


@pytest.mark.parametrize("text", NO_LEAKS)
def test_what_speaks_of_shares_and_tokens_and_is_none(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "KEY-033", bao__hcl=CLOSED, notes__txt=text) == {"pass"}


def test_a_policy_in_a_map_of_kubernetes_and_in_an_operator(tmp_path: Path) -> None:
    rule = 'path "*" { capabilities = ["create", "read", "update", "sudo"] }'
    kept = f"kind: ConfigMap\nmetadata: {{name: vault}}\ndata:\n  admin.hcl: |\n    {rule}\n"
    operated = f"kind: Vault\nspec:\n  externalConfig:\n    policies:\n    - name: admin\n      rules: '{rule}'\n"

    assert found(tmp_path / "kept", "KEY-042", map__yaml=kept) == {"fail"}
    assert found(tmp_path / "operated", "KEY-043", vault__yaml=operated) == {"fail"}
    assert found(tmp_path / "narrow", "KEY-042", map__yaml=kept.replace('"*"', '"secret/data/a"')) == {"pass"}


def test_a_level_of_the_log_that_the_start_says(tmp_path: Path) -> None:
    unit = "[Service]\nUser=bao\nExecStart=/usr/bin/bao server -config=/etc/bao.hcl -log-level={}\n"

    assert found(tmp_path / "loud", "KEY-035", bao__hcl=CLOSED, bao__service=unit.format("debug")) == {"fail"}
    assert found(tmp_path / "quiet", "KEY-035", bao__hcl=CLOSED, bao__service=unit.format("info")) == {"pass"}


@pytest.mark.parametrize(
    ("path", "capability", "verdict"),
    [
        ("transit/keys/+/config", "update", "fail"),
        ("transit/keys/loan/rotate", "update", "pass"),
        ("transit/byok-export/*", "read", "fail"),
        ("identity/entity/*", "update", "fail"),
        ("identity/entity/*", "read", "pass"),
        ("auth/token/roles/*", "create", "fail"),
        ("auth/approle/role/*", "update", "fail"),
        ("auth/approle/role/agent/secret-id", "update", "pass"),
        ("auth/userpass/users/+", "update", "fail"),
    ],
)
def test_ways_to_widen_ones_own_rights(tmp_path: Path, path: str, capability: str, verdict: str) -> None:
    rule = f'path "{path}" {{ capabilities = ["{capability}"] }}\n'

    assert found(tmp_path, "KEY-044", policy__hcl=rule) == {verdict}
