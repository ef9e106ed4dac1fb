"""Hiding secrets in structured values: Kubernetes objects, command lines, custom resources."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.masking import MASK, mask_arguments, mask_tree

SECRET = "correct-horse!Staple9"


@pytest.mark.parametrize(
    "value",
    [
        {"env": [{"name": "DB_PASSWORD", "value": SECRET}]},
        {"args": ["--password", SECRET]},
        {"args": [f"--password={SECRET}"]},
        {"image": "mysql:8", "args": [f"-p{SECRET}"]},
        {"command": ["mysqladmin"], "args": ["-u", "root", "-p", SECRET]},
        {"command": ["sh", "-c", f"mysql -p{SECRET}"]},
        {"command": ["curl", "-u", f"me:{SECRET}"]},
        {"command": ["redis-cli", "-a", SECRET]},
        {"livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": SECRET}]}}},
        {"livenessProbe": {"exec": {"command": ["curl", "-H", f"X-Auth-Token: {SECRET}"]}}},
        {"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", f"export TOKEN={SECRET}"]}}}},
        {"metadata": {"annotations": {"example.com/db-password": SECRET}}},
        {"metadata": {"annotations": {"note": f"口令: {SECRET}"}}},
        {"data": {"app.yaml": f"db:\n  password: {SECRET}\n"}},
        {"data": {"app.json": json.dumps({"password": SECRET})}},
        {"data": {"数据库密码": SECRET}},
        {"spec": {"credentials": {"user": "me", "value": SECRET}}},
        {"spec": {"credentials": {"shop": {"main": SECRET}}}},
        {"spec": {"passwords": [SECRET]}},
        {"spec": {"auth": {"secretKey": SECRET}}},
        {"parameters": [{"name": "adminPassword", "default": SECRET}]},
        {"spec": {"token": 987654321987}},
        {"x": ("a", f"password={SECRET}")},
        {"credentials": f'{{"user": "joe", "value": "{SECRET}"}}'},
        {"token": f'{{"a": ["{SECRET}", {{"b": "{SECRET}"}}]}}'},
        {"credentials": f'{{"value": "{SECRET}", "value": ""}}'},
        {"credentials": f'{{"value": "{SECRET}"'},
        {"secret": f'{{"host": "postgres://u:{SECRET}@db/app"}}'},
    ],
)
def test_secret_is_hidden_wherever_it_stands(value: object) -> None:
    masked = str(mask_tree(value))

    assert SECRET not in masked
    assert "987654321987" not in masked


@pytest.mark.parametrize(
    "value",
    [
        {
            "env": [
                {"name": "A", "value": "b"},
                {"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
            ]
        },
        {
            "volumes": [
                {"secret": {"secretName": "db", "items": [{"key": "token", "path": "token"}], "defaultMode": 420}}
            ]
        },
        {"automountServiceAccountToken": False, "imagePullSecrets": [{"name": "registry"}]},
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600, "audience": "vault"}},
        {"image": "app:3f786850e387550fdab836ed7e6dc881de2aa001"},
        {"credentials": '{"storageSpecSecretName": "s", "s3": {"s3SecretAccessKeyName": "AWS_SECRET_ACCESS_KEY"}}'},
        {"token": "istio-token", "credentials": "aws-credentials"},
        {"password": "ENC[AES256_GCM,data:8Zf3kQ==,iv:Zm9vYmFyMTIzNDU2Nzg5MA==,tag:q1w2e3r4==,type:str]"},
        {"args": ["--dsn=$(DB_USER):$(DB_PASSWORD)@tcp($(DB_HOST):3306)/app?charset=utf8mb4"]},
        {"args": ["-p", "8080", "--port=1", "-v"]},
        {"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]},
        {"authorization": {"mode": "Webhook", "webhook": {"cacheAuthorizedTTL": "0s"}}},
        {"authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True}}},
        {"webhooks": [{"clientConfig": {"caBundle": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tq7Zk2Xv9Lm4Tp8Rw3Ns6"}}]},
        {
            "metadata": {
                "uid": "q7Zk2Xv9Lm4Tp8Rw3Ns6",
                "annotations": {"checksum/config": "3f786850e387550fdab836ed7e6dc881"},
            }
        },
    ],
)
def test_object_without_secrets_is_the_very_same(value: object) -> None:
    assert mask_tree(value) is value


def test_what_does_not_change_is_shared() -> None:
    untouched: dict[str, object] = {"a": ["b", {"c": "d"}]}
    value = {"one": untouched, "password": SECRET}

    masked = mask_tree(value)

    assert masked == {"one": untouched, "password": MASK}
    assert isinstance(masked, dict)
    assert masked["one"] is untouched


def test_arguments_of_a_known_program_are_told_by_their_option() -> None:
    assert mask_arguments(["-pabcdefgh"], hint="mysql") == [f"-p{MASK}"]
    assert mask_arguments(["-privileged"]) == ["-privileged"]
    assert mask_arguments(["-poolNamespace", "ml"]) == ["-poolNamespace", "ml"]
    assert mask_arguments(["mysql", "-poolNamespace"]) == ["mysql", f"-p{MASK}"]
    assert mask_arguments(["-pHunter22"]) == [f"-p{MASK}"]


def test_bottomless_value_comes_to_an_end() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]

    assert MASK in str(mask_tree(value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["password", "args", "name", "value"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_value_keeps_its_shape(value: object) -> None:
    masked = mask_tree(value)

    assert type(masked) is type(value)
    if isinstance(value, dict) and isinstance(masked, dict):
        assert masked.keys() == value.keys()


@pytest.mark.parametrize(
    "address",
    [
        "redis://:$(REDIS_PASSWORD)@cache:6379/0",
        "postgres://shop:${PG_PASSWORD}@db/shop",
        "amqp://{{ .Values.user }}:{{ .Values.password }}@queue:5672/",
        "redis://cache:6379/0",
    ],
)
def test_an_address_whose_password_stands_for_something_else_is_no_secret(address: str) -> None:
    told = {"name": "REDIS_CONNECTION_STRING", "value": address}

    assert mask_tree(told) == told


@pytest.mark.parametrize(
    "address",
    [
        "redis://:hunter22@cache:6379/0",
        "https://hooks.slack.com/services/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",
        "https://gate.example/?token=$(TOKEN)&key=4f9a8c7d",
        "https://4f9a8c7de1b24c0f9d3e5a6b7c8d9e0f@sentry.example/12",
    ],
)
def test_an_address_that_holds_a_secret_is_hidden(address: str) -> None:
    told = mask_tree({"name": "REDIS_CONNECTION_STRING", "value": address})

    assert address not in str(told)
