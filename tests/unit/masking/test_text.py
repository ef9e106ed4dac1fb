"""Hiding secrets in any text: by names in both languages, by shape, in pairs; and leaving alone what is none."""

from __future__ import annotations

import json
import string
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.masking import MASK, is_secret_name, mask_text, mask_value, secrets_in
from auditor.masking.text import _TELLING, may_hold_address

SECRET = "correct-horse!Staple9"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
RANDOM = "q7Zk2Xv9Lm4Tp8Rw3Ns6"


def test_lines_of_a_certificate_that_slashes_cut_to_pieces_stay() -> None:
    certificate = (Path(__file__).parents[2] / "data" / "node_facts" / "ca.crt").read_text()

    assert "/" in certificate
    assert mask_text(certificate) == certificate


@pytest.mark.parametrize(
    "text",
    [
        f"--password {SECRET}",
        f"--db-password={SECRET}",
        f"sh -c 'mysql -uroot -p{SECRET} shop'",
        f"mysqldump -h db -p {SECRET} shop",
        f"sshpass -p {SECRET} ssh me@host",
        f"redis-cli -h cache -a {SECRET} ping",
        f"curl -u admin:{SECRET} https://host/",
        f'curl -H "Authorization: Basic {SECRET}" https://host/',
        f'curl -H "X-Api-Key: {SECRET}" https://host/',
        f"Cookie: session={SECRET}; a=b",
        f"Authorization: Bearer {SECRET}",
        f"openssl enc -k {SECRET}",
        f"openssl rsa -passin pass:{SECRET}",
        f"postgres://me:{SECRET}@db/x",
        f"amqp://me:{SECRET}@a,me:{SECRET}@b/vhost",
        f"mongodb+srv://me:p/{SECRET}@cluster/x",
        f"Server=db;User Id=sa;Password={SECRET};",
        f"host=db user=me password={SECRET} dbname=x",
        f"DB_PASSWORD={SECRET}\nNEXT=1",
        f"export DB_PASSWORD='{SECRET}'",
        f"spring.datasource.password = {SECRET}",
        f"password: {SECRET}\nuser: me",
        f"password: |\n  {SECRET}\nuser: me",
        f"passwords:\n- {SECRET}\n- other\nuser: me",
        f"passwords: [{SECRET}, b]",
        f"- name: DB_PASSWORD\n  value: {SECRET}",
        f'{{"name": "DB_PASSWORD", "value": "{SECRET}"}}',
        f'<add key="DbPassword" value="{SECRET}"/>',
        f"<password>{SECRET}</password>",
        f'<connection password="{SECRET}"/>',
        json.dumps({"password": SECRET, "a": 1}),
        json.dumps({"inner": json.dumps({"password": SECRET})}),
        json.dumps({"a": json.dumps({"b": json.dumps({"secretKey": SECRET})})}),
        json.dumps({"passwords": [SECRET, "x"]}, indent=1),
        f"https://host/?access_token={SECRET}&x=1",
        f"machine host login me password {SECRET}",
        f"ENV DB_PASSWORD {SECRET}",
        f"数据库密码：{SECRET}",
        f"口令: {SECRET}",
        f"访问密钥={SECRET}",
        f'"令牌": "{SECRET}"',
        f"初始密码为 {SECRET}",
        f"the password is {SECRET}",
        f"sk: {SECRET}",
        f"dbPass: {SECRET}",
        f"requirepass: {SECRET}",
        f"execution error at (x/templates/a.yaml:3:4): password={SECRET} is too short",
    ],
)
def test_value_behind_a_telling_name_is_hidden(text: str) -> None:
    masked = mask_text(text)

    assert SECRET not in masked
    assert "Staple" not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "ghp_" + "a1B2" * 9,
        "github_pat_11ABCDEFG0" + "a1B2" * 9,
        "glpat-abcDEF123_456-7890ab",
        "AKIAIOSFODNN7EXAMPLE",
        "ACCAABCDEFGHIJKLMNOP",
        "LTAI5tAbCdEf1234567890Gh",
        "xoxb-123456789012-abcdefABCDEF",
        "sk-proj-abc123DEF456ghi789",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "hf_abcdefghijklmnopQRSTUV123456",
        "hvs.CAESIJ1234567890abcdefghij",
        "npm_abcdefghijklmnop0123456789ABCDEFGHIJ",
        "dckr_pat_abcDEF123456789012",
        "abcdef.0123456789abcdef",
        "SG.abcdefghijklmnop1234.qrstuvwxyz0123456789",
        "$6$rounds=5000$saltsalt$hashhashhashhashhash1234",
        "$2y$10$abcdefghijklmnopqrstuv",
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQ",
        RANDOM,
        "3f786850e387550fdab836ed7e6dc881",
        "wJ9lrXUtnF3MI/K7MD2NG/bPxRfi8YEX4MPLEK3Y",
        "dGhpcyBpcyBhIHNlY3JldCBrZXkgb2YgMzIgYnl0ZXM=",
    ],
)
@pytest.mark.parametrize("form", ["{}", "neutral: {}", "a {} b", '{{"x": "{}"}}', "run --with={}", "值是 {}"])
def test_secret_is_known_by_its_shape(secret: str, form: str) -> None:
    assert secret not in mask_text(form.format(secret))


def test_key_block_is_hidden_whole_and_a_certificate_stays() -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nq7Zk2Xv9Lm4Tp8Rw3Ns6q7Zk2Xv9Lm4T\n"
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n"
    certificate = f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"

    assert mask_text(key + "rest") == f"{MASK}\nrest"
    assert "q7Zk2" not in mask_text(key.partition("-----END")[0])
    assert mask_text(certificate) == certificate


@pytest.mark.parametrize(
    "text",
    [
        "registry.example.com/team/app:1.2.3@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "https://host.example.com:8443/path@v2?x=1",
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        "--token-auth-file=/etc/kubernetes/tokens.csv",
        "--enable-bootstrap-token-auth=true",
        "--authentication-token-webhook-cache-ttl=2m0s",
        "--concurrent-serviceaccount-token-syncs=5",
        "--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "-profiling=false",
        "-p 8080:80",
        "mkdir -p /var/lib/data",
        "--max_tokens=4096",
        "password: ${DB_PASSWORD}",
        "password: $(DB_PASSWORD)",
        "password: {{ .Values.password }}",
        "passwordFile: /run/secrets/db",
        "DB_PASSWORD_FILE=/run/secrets/db",
        "secretName: shop-db",
        "basic authentication is refused",
        "the password is wrong",
        "bearer tokens are not accepted here",
        "ValidatingAdmissionPolicyBindingV1Beta1Status",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "7d9f8b6c5d-x2x4z.ingress-nginx-controller",
        "123e4567-e89b-12d3-a456-426614174000",
        "2026-11-28T22:44:17.123456789Z",
        "/var/lib/kubelet/pods/volumes/kubernetes.io~projected/kube-api-access",
        "authorization:\n  mode: Webhook\n  webhook:\n    cacheAuthorizedTTL: 0s\n",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db\n      key: password\n",
        "密码长度: 12",
        "密码策略: 强",
        "parse error at (chart/templates/api-secret.yaml:112:7): unexpected end",
        'template: chart/templates/credentials.tpl:83:12: executing "x" at <.sentinel.enabled>',
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        ("kubectl create secret generic s --from-literal=client-secret=your-client-secret", True),
        ('curl -H "Authorization: Bearer your-access-token" https://api.example', True),
        ("GITHUB_TOKEN=your-github-token", True),
        ('  hf_token: "<your hf token here>"', True),
        ("jwt_secret: your-secret-key", False),  # it works, and everybody knows it
        ("SESSION_TOKEN=your-session-token", False),
        ("db_password: your-password", False),
        (f"run --token=your-{SECRET}", False),
        ("kubectl create secret generic s --from-literal=client-secret=your-h0rse", False),
    ],
)
def test_what_a_description_asks_for_is_none_but_a_weak_secret_is(line: str, *, is_shown: bool) -> None:
    assert (mask_text(f"# How to begin\n{line}\n") == f"# How to begin\n{line}\n") is is_shown
    assert mask_text("API_TOKEN=your-api-token") == f"API_TOKEN={MASK}"  # of one value nobody knows what it is for


def test_masked_document_can_still_be_read() -> None:
    document = {"token": 1234567, "secret": "abc", "deep": {"password": "x\ny", "n": 1}}

    assert json.loads(mask_text(json.dumps(document))) == {
        "token": MASK, "secret": MASK, "deep": {"password": MASK, "n": 1},
    }  # fmt: skip
    assert json.loads(mask_text(json.dumps(document, indent=1)))["deep"]["password"] == MASK


def test_found_secret_says_what_and_where() -> None:
    text = f"ENV A=1 DB_PASSWORD={SECRET} URL=https://me:{RANDOM}@host TOKEN2 ghp_{'a1B2' * 9}"

    found = [(each.kind, text[each.start : each.end], each.name) for each in secrets_in(text)]

    assert found == [
        ("named", SECRET, "DB_PASSWORD"),
        ("password in address", RANDOM, ""),
        ("github token", f"ghp_{'a1B2' * 9}", ""),
    ]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("DB_PASSWORD", "x", MASK),
        ("DB_PASSWORD", "", ""),
        ("DB_PASSWORD", "true", "true"),
        ("DB_PASSWORD", "$(OTHER)", "$(OTHER)"),
        ("PASSWORD_FILE", "/run/x", "/run/x"),
        ("数据库口令", "abc", MASK),
        ("neutral", TOKEN, MASK),
        ("neutral", "plain", "plain"),
        ("PWD", "/var/www/html", "/var/www/html"),
    ],
)
def test_value_is_judged_by_its_name(name: str, value: str, shown: str) -> None:
    assert mask_value(name, value) == shown


BAIT = (
    *((piece, "") for piece in (
        "a1B", "secret", "secret:\n- ", "password='", 'password="\\', "x://a:b", "mysql -", "-p", "-p12345 ", "(-pa",
        "mysql -p{{", "-----BEGIN PRIVATE KEY-----", "-----BEGIN A", "-----BEGIN CERTIFICATE-----\na1B2c3\n", "eyJ",
        "-eyJabc", "name: password ", "name: a value: b ", "<password", "<password>", "密码为", "口令 ",
        "login ",         "sk-", "{{", "${", "password: {{", "password={{a}} ", "password: {name: ",
        "s.a1b2c3", "x-a", "x-auth-", "session-",
        "Server=a;Password=", "Cookie: a ", "(-u=", "-u a:", "://a", "a1B2c3D4e5F6g7H8i9J0-", "=a1B2", "/a1B2c3",
        "secret:\n  name:\n", "password:\n\n", "'password=a ", '{"password": ', "$pbkdf2-", "{SHA-", "bearer ",
    )),
    *((piece, start) for start in ("name: a", "name: PASSWORD", "password:", "login x", "redis-cli") for piece in (
        "\\", " ", "\n", "1", "/a", "{",
    )),
)  # fmt: skip


def cost_s(text: str) -> float:
    """Return the CPU time of masking a text, of two tries the less."""
    tries = []
    for _ in range(2):
        began = time.process_time()
        mask_text(text)
        tries.append(time.process_time() - began)
    return min(tries)


@pytest.mark.parametrize(("piece", "start"), BAIT, ids=lambda text: ascii(text)[1:-1][:24])
def test_cost_grows_as_the_text_does(piece: str, start: str) -> None:
    few, many = (f"{start}{piece * (size // len(piece))}!" for size in (2_000, 16_000))

    grown = (cost_s(many) / cost_s(few) for _ in range(3))  # another program may have disturbed one of them

    assert any(each < 30 for each in grown)  # 8 times as much text: 8 times the cost, by the square it were 64


@given(st.text(max_size=30) | st.sampled_from(["x-my-signatures", "sessionKey", "userPat", "SID", "dbOtp", "a_pw"]))
def test_name_that_is_telling_is_one_that_texts_are_searched_for(name: str) -> None:
    if is_secret_name(name) and "\\" not in name and "ſ" not in name:
        assert _TELLING.search(name.lower())


def test_first_line_of_a_certificate_hides_nothing_behind_it() -> None:
    for opened in ("-----BEGIN ", "-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nx: y\n"):
        assert RANDOM not in mask_text(f"{opened}neutral {RANDOM} more, -----END CERTIFICATE-----")
        assert RANDOM not in mask_text(f"{opened}neutral {RANDOM}")


ANY = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["password", "token", " ", ": ", "=", '"', "'", "\\", "\n", "  ", "- ", "|", "{", "}", "[", "]", ",", "@",
         "://", "-p", "Bearer ", "eyJ", ".", "a1B2c3D4e5F6g7H8i9J0", "-----BEGIN PRIVATE KEY-----", "密码", "为",
         "<", ">", "name", "value", MASK, "***", "0", "mysql "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(ANY)
@example("password: ")
@example('"password":1')
def test_masking_any_text_ends_and_masking_it_again_changes_nothing(text: str) -> None:
    once = mask_text(text)

    assert mask_text(mask_text(once)) == mask_text(once)
    places = [(each.start, each.end) for each in secrets_in(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


PLANTED = st.text(string.ascii_letters + string.digits + "!@%+_.~^-", min_size=6, max_size=40).map(
    lambda text: f"Q{text}z9Z"
)
FORMS = st.sampled_from([
    "{n}={v}", "{n}: {v}", "--{n} {v}", "--{n}={v}", '"{n}": "{v}"', "<{n}>{v}</{n}>", "{n}：{v}", "x=1&{n}={v}&y=2",
    "{n}:\n  - {v}\n", "{n}: >-\n  {v}\n", "- name: {n}\n  value: {v}\n", "{{{n}: {v}, b: c}}", "{n} = '{v}'",
])  # fmt: skip
NAMES = st.sampled_from(
    [
        "password",
        "DB_PASSWD",
        "api_key",
        "apiKey",
        "client_secret",
        "token",
        "private-key",
        "密码",
        "访问密钥",
        "redisPwd",
    ]
)


@given(NAMES, PLANTED, FORMS, st.sampled_from(["", "first line\n", "# "]))
def test_planted_value_never_leaks(name: str, value: str, form: str, before: str) -> None:
    assert value not in mask_text(before + form.format(n=name, v=value))


@pytest.mark.parametrize(
    "text",
    [
        "--anonymous-auth=nope",
        "--client-cert-auth=F",
        "    '--token=(masked)' \\",
        "PASSWORD: ${DB_PASSWORD:?set it in .env}",
        '{"anonymous-auth": ["false"]}',
    ],
)
def test_what_rules_must_see_stays(text: str) -> None:
    assert mask_text(text) == text


def test_quotes_around_name_and_value_stay() -> None:
    assert mask_text("  '--token=hunter2hunter2' \\\n  '--x=1'") == "  '--token=(masked)' \\\n  '--x=1'"


@pytest.mark.parametrize(
    ("data", "may_hold"),
    [
        (b"postgres://u:p@h", True),
        (b"HTTPS://a:b@c", True),
        (b"x%3A//u:p%40h", True),
        (b"a:%2F%2fu:p@h", True),
        (b"%3a%2f%2fu@", True),
        (b"redis://:p%40h", True),
        (b"http://h/ x@y", False),
        (b"r/app@sha256:0", False),
        (b"%253A%252F u@h", False),
        (b"", False),
    ],
)
def test_an_address_is_looked_for_however_it_is_encoded(data: bytes, *, may_hold: bool) -> None:
    assert may_hold_address(data) is may_hold
