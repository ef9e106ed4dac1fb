"""Secrets that are written out in objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.judging import judge
from auditor.model.fact import Facts
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes.checks import checks
from auditor.stages.kubernetes.facts import LiteralSecret
from tests.unit.stages.kubernetes.test_observe import _observe

if TYPE_CHECKING:
    from pathlib import Path

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\n"
    "spec:\n  containers:\n  - name: c\n    image: r/c:1\n"
)


def found(tmp_path: Path, text: str) -> list[LiteralSecret]:
    (tmp_path / "o.yaml").write_text(text)
    return list(_observe(tmp_path).facts.of(LiteralSecret))


@pytest.mark.parametrize(
    ("below", "name", "line"),
    [
        ("    env:\n    - {name: POSTGRES_PASSWORD, value: difyai123456}\n", "POSTGRES_PASSWORD", 9),
        ("    env:\n    - name: DATABASE_URL\n      value: postgres://app:s3cr3tpw@db:5432/app\n", "DATABASE_URL", 10),
        ("    args: [--requirepass, difyai123456]\n", "--requirepass", 8),
        ("    command: [redis-server, --requirepass=difyai123456]\n", "--requirepass", 8),
        ("    env:\n    - {name: OPENAI_API_KEY, value: sk-proj-Ab12Cd34Ef56Gh78Ij90Kl12}\n", "OPENAI_API_KEY", 9),
        ("    env:\n    - {name: ADMIN_API_KEY, value: admin-api-key}\n", "ADMIN_API_KEY", 9),
        ("    env:\n    - {name: JWT_TOKEN, value: jwt-token}\n", "JWT_TOKEN", 9),
        ("    env:\n    - {name: DB_PASSWORD, value: db_password}\n", "DB_PASSWORD", 9),
        (
            "    env:\n    - {name: ACME__company_key, value: d1bd92a3b039400cbafc60a7a5b1e52b}\n",
            "ACME__company_key",
            9,
        ),
    ],
)
def test_a_secret_of_a_container_is_named_and_masked(tmp_path: Path, below: str, name: str, line: int) -> None:
    (secret,) = found(tmp_path, POD + below)

    assert (secret.subject, secret.name, secret.origin.line) == ("Pod/shop/p", name, line)
    assert "(masked)" in secret.value
    assert not any(word in secret.value for word in ("difyai", "s3cr3t", "sk-proj"))


@pytest.mark.parametrize(
    "below",
    [
        "    env:\n    - {name: SECRETS_DIR, value: /mnt/secrets}\n",
        "    env:\n    - {name: MAX_TOKENS, value: '4096'}\n",
        "    env:\n    - {name: GITLAB_PRIVATE_TOKEN, value: $(GITLAB_TOKEN)}\n",
        "    env:\n    - name: DB_PASSWORD\n      valueFrom: {secretKeyRef: {name: db, key: password}}\n",
        "    args: [--requirepass, $(REDIS_PASSWORD)]\n",
        "    env:\n    - {name: LANGSMITH_API_KEY, value: langsmith-api-key}\n",
        "    env:\n    - {name: ACME_API_SECRET_KEY, value: Acme API Secret Key}\n",
        "    env:\n    - {name: ACME__default_company_name, value: d1bd92a3b039400cbafc60a7a5b1e52b}\n",
        "    args: [-poolName, agents, -poolNamespace, ml]\n",
        "",
    ],
)
def test_what_only_refers_to_a_secret_is_none(tmp_path: Path, below: str) -> None:
    assert found(tmp_path, POD + below) == []


def test_secrets_of_other_kinds_and_of_config_maps_are_found(tmp_path: Path) -> None:
    workflow = (
        "---\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n"
        "  - container: {image: r/a:1, env: [{name: DB_PASSWORD, value: hunter22}]}\n"
    )
    head = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata:\n"
    config = head % "m" + "  app.ini: |\n    [db]\n    password = hunter22\n"
    script = head % "s" + "  run.sh: SECRET=$(cat /etc/secretkey) ; echo\n"
    held = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: k}\nstringData: {password: hunter22}\n"

    secrets = found(tmp_path, workflow + config + script + held)

    assert [(each.subject, each.name) for each in secrets] == [
        ("ConfigMap/default/m", "data.app.ini"),
        ("Workflow/default/w", "DB_PASSWORD"),
    ]


def test_a_secret_that_is_written_out_fails_at_its_line_and_nothing_else_passes(tmp_path: Path) -> None:
    secrets = found(tmp_path, POD + "    env:\n    - {name: DB_PASSWORD, value: hunter22}\n")
    target = System(name="t", parts=(Part(kind="kubernetes", where=str(tmp_path)),))
    asked = [each for each in checks() if each.id == "k8s-literal-secrets-absent"]

    (failed,) = judge(asked, Facts(secrets), target)
    (nothing,) = judge(asked, Facts(), target)

    assert failed.verdict is Verdict.FAIL
    assert failed.location is not None
    assert failed.location.line == 9
    assert "DB_PASSWORD" in failed.detail.en
    assert nothing.verdict is Verdict.NOT_APPLICABLE


HEAD = "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: shop}}\n"


@pytest.mark.parametrize(
    ("version", "kind", "below", "name"),
    [
        ("kubeai.org/v1", "Model", "spec: {env: {HF_TOKEN: hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345}}", "HF_TOKEN"),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec: {values: {auth: {password: s3cr3t-Pa55}}}", "password"),
        (
            "helm.cattle.io/v1",
            "HelmChart",
            "spec:\n  valuesContent: |-\n    adminPassword: s3cr3t-Pa55",
            "valuesContent",
        ),
        (
            "argoproj.io/v1alpha1",
            "Application",
            "spec: {source: {helm: {parameters: [{name: auth.password, value: s3cr3t-Pa55}]}}}",
            "auth.password",
        ),
        (
            "monitoring.coreos.com/v1",
            "Alertmanager",
            "spec: {externalUrl: 'https://user:s3cr3tPa55@am.example'}",
            "externalUrl",
        ),
        (
            "v1",
            "Pod",
            (
                "spec: {containers: [{name: c, image: i, livenessProbe: {httpGet: {port: 80, httpHeaders: "
                "[{name: Authorization, value: 'Basic dXNlcjpzM2NyM3RQdzByZA=='}]}}}]}"
            ),
            "Authorization",
        ),
        (
            "networking.k8s.io/v1",
            "Ingress",
            "  annotations: {x/configuration-snippet: 'proxy_set_header X-Key \"Basic dXNlcjpzM2NyM3RQ\";'}",
            "x/configuration-snippet",
        ),
    ],
)
def test_a_secret_given_to_a_program_or_a_chart_is_found_in_any_kind(
    tmp_path: Path, version: str, kind: str, below: str, name: str
) -> None:
    head = HEAD.format(version=version, kind=kind)
    if below.startswith("  annotations"):
        head = head.replace("{name: x, namespace: shop}", "\n  name: x\n  namespace: shop")

    (secret,) = found(tmp_path, head + below + "\n")

    assert secret.name == name
    assert "(masked)" in secret.value
    assert "s3cr3t" not in secret.value


@pytest.mark.parametrize(
    ("version", "kind", "below"),
    [
        ("v1", "Pod", "spec: {containers: [{name: c, args: [--max-num-batched-token=8192]}]}"),
        (
            "v1",
            "Pod",
            f"spec: {{containers: [{{name: c, env: [{{name: SENTINEL_ID_0, value: {'3c0d9c0320bb34888c2d' * 2}}}]}}]}}",
        ),
        ("v1", "ConfigMap", f"data: {{system.yaml: 'tpu: vllm/vllm-tpu:{'9bf5b1a0c2d4e6f8a1b3' * 2}'}}"),
        ("v1", "ConfigMap", 'data: {board.json: \'{"uid": "Qx7ZkLm93RtYvBn2Wp"}\'}'),
        (
            "ray.io/v1",
            "RayService",
            f"spec: {{values: {{dir: 'https://github.com/ray-project/{'c4d46d5b1a0c2d4e6f8a' * 2}.zip'}}}}",
        ),
        (
            "tekton.dev/v1",
            "Task",
            "spec: {steps: [{name: s, image: i, env: [{name: SSH_KEY, value: $(params.SSH_KEY)}]}]}",
        ),
        ("bitnami.com/v1alpha1", "SealedSecret", f"spec: {{encryptedData: {{password: AgB{'y4T9kQ0x' * 9}}}}}"),
        (
            "external-secrets.io/v1",
            "ExternalSecret",
            "spec: {target: {template: {data: {password: 'x{{ .password }}y'}}}}",
        ),
        (
            "helm.toolkit.fluxcd.io/v2",
            "HelmRelease",
            "spec: {values: {db: {password: 'ENC[AES256_GCM,data:8Zf3kQ==,iv:Zm9vYmFyMTIzNDU2Nzg5MA==,tag:q1w2e3r4t5==,type:str]'}}}",  # noqa: E501 - an example
        ),
        (
            "v1",
            "ConfigMap",
            "data: {e.env: 'TOKEN=ENC[AES256_GCM,data:8Zf3kQ==,iv:Zm9vYmFyMTIzNDU2Nzg5MA==,tag:q1w2e3==,type:str]'}",
        ),
        (
            "redis.redis.opstreelabs.in/v1beta2",
            "Redis",
            "spec: {kubernetesConfig: {redisSecret: {name: a, key: password}}}",
        ),
        ("v1", "Pod", "spec: {containers: [{name: c, command: [sh, -c, 'mysql -p$$MYSQL_ROOT_PASSWORD -e x']}]}"),
    ],
)
def test_an_identifier_and_a_reference_are_no_secrets(tmp_path: Path, version: str, kind: str, below: str) -> None:
    assert found(tmp_path, HEAD.format(version=version, kind=kind) + below + "\n") == []


def config_map(text: str, key: str = "config.yaml") -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m, namespace: shop}}\ndata:\n  {key}: |\n{lines}"


@pytest.mark.parametrize(
    "text",
    [
        "issuer: https://dex.example/dex\nstaticClients:\n- {id: a, secretEnv: CLIENT_SECRET}\n- id: b\n  secret: $SECRET",  # noqa: E501 - an example
        "oauth2: {passwordConnector: local}\nexpiry: {idTokens: 24h}",
        "spring.datasource.password: ${DB_PASSWORD:}",
        "fernet_key: {{ .Values.fernetKey }}\nsecret_key: __SECRET__\ntoken: '@@TOKEN@@'",
        "password: <your-password>",
        "password = $__file{/etc/secrets/password}\nclient_secret = $__env{SECRET}",
        "password: vault:secret/data/db#password\napi_key: ref+awsssm://team/key",
        "existingSecret: foo-credentials\nimagePullSecret: regcred",
        "pub_key: |\n  -----BEGIN PUBLIC KEY-----\n  MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\n  -----END PUBLIC KEY-----",  # noqa: E501 - an example
        '{"keys":[{"kty":"RSA","kid":"DHFbpoIUqrY8t2zpA2qXfCmr5VO5ZEr4RzHU_-envvQ","e":"AQAB","n":"xAE7eB6qugXyCAG3yhh7pkDkT65p"}]}',
        '"imagePullSecrets": [],\n"sts": {\n  "token": {\n    "aud": "istio-ca"\n  }\n}',
        '"channel_creds": [{"type": "insecure"}],',
        "volumes:\n- projected:\n    sources:\n    - serviceAccountToken:\n        audience: istio-ca\n        path: istio-token",  # noqa: E501 - an example
        "passwordSecretKey: redis-password\nuserPasswordKey: password\ntokenKey: access_token",
        "token: istio-token\nserviceAccountToken: vault-token\ncredentials: aws-credentials",
        "credentials_file: creds.json\nbearer_token_file: tok\napi_key_header: X-API-Key",
        "passwordFromSecret: db\ntlsSecret: web\nsecretVolume: keys\ncredentialsSecret: cloud",
        "# set by a variable\n# secret: placeholder\n// password: example1\n; token = example2",
        "staticPasswords:\n- email: a@b.example\n  hashFromEnv: DEX_USER_PASSWORD\n  username: user",
        "metrics:\n- labels:\n    secret: [ status, secret ]\n    token: [spec, token, name]",
        "dsn: $(DB_USER):$(DB_PASSWORD)@tcp($(DB_HOST):3306)/app?charset=utf8mb4",
        '{"panels":[{"id":1}],"schemaVersion":39,"uid":"ff635a025bcfea7bc3dd4f508990a3e9","token":"kubernetes-mixin9"}',
    ],
)
def test_a_file_that_only_speaks_of_secrets_holds_none(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, config_map(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "staticPasswords:\n- email: a@b.example\n  password: Sup3rS3cret",
        "api_keys:\n- 7f3c9a1be0d24\n- 81c2d3e4f5a60",
        "spring.datasource.password: ${DB_PASSWORD:Fall8ack!pw}",
        "# the next one is in force\npassword: hunter22",
        "dsn: app:hunter22@tcp(db:3306)/app",
        "secret: [hunter22, secret]",
        "JWT_TOKEN_KEY: 8f14e45fceea167a",
        '{"keys":[{"kty":"oct","k":"x"}], "clientSecret": "8f14e45fceea167a5a36dedd4bea2543"}',
        '{"apiKey": "sk-proj-abcdEFGH1234567890abcdEFGH1234567890"}',
    ],
)
def test_a_file_that_holds_one_beside_them_is_told(tmp_path: Path, text: str) -> None:
    assert len(found(tmp_path, config_map(text))) == 1


@pytest.mark.parametrize(
    "key", ["checksum_hook", "hub-existing-secret-or-default", "SECRETS_MANAGER_REGION", "SECRET_BACKEND"]
)
def test_a_key_that_names_where_a_secret_is_holds_none(tmp_path: Path, key: str) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{{key}: f1d2d2f924e986ac86fdf7b36c94bcdf32beec15}}\n"  # noqa: E501 - an example

    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    ("key", "document", "count"),
    [
        ("credentials", {"storageSpecSecretName": "s", "s3": {"s3SecretAccessKeyName": "AWS_SECRET_ACCESS_KEY"}}, 0),
        ("secrets", {"provider": "vault", "mount": "/vault", "ttl": "1h"}, 0),
        ("credentials", {"user": "joe", "value": "hunter22"}, 1),
        ("token", {"a": "hunter22"}, 1),
        ("_example", {"password": "hunter22"}, 0),
    ],
)
def test_of_a_document_under_a_telling_key_each_value_is_looked_at(
    tmp_path: Path, key: str, document: dict[str, object], count: int
) -> None:
    said = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {key: json.dumps(document)}}

    secrets = found(tmp_path, json.dumps(said))

    assert len(secrets) == count
    assert not any("hunter22" in each.value for each in secrets)


def test_of_a_document_with_a_key_twice_all_is_hidden(tmp_path: Path) -> None:
    text = config_map('{"value": "hunter22", "value": ""}', "credentials")

    (secret,) = found(tmp_path, text)

    assert secret.value == "(masked)"
