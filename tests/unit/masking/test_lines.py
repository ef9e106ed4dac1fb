"""Hiding secrets in lines of code: what must not be seen, what stays legible, and that it always comes to an end."""

from __future__ import annotations

import base64
import json
import random
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.masking.lines import LINE_LIMIT, identity, mask, mask_all

SECRET = "correct-horse!Staple"


@pytest.mark.parametrize(
    "code",
    [
        f'password = "{SECRET}"',
        f"password = '{SECRET}'",
        f'password: str = "{SECRET}"',
        f'password = """{SECRET}"""',
        f'password = """{SECRET}\nmore"""',
        f'password = """\n{SECRET}\n"""',
        f"const apiKey = `{SECRET}`;",
        f"const apiKey = `first\n{SECRET}`;",
        f'password = (\n    "first "\n    "{SECRET}"\n)',
        f'password = "first" + "{SECRET}"',
        f'password = "first \\\n{SECRET}"',
        f'password = "{SECRET}',
        f'password = b"{SECRET}"',
        f'password = ("{SECRET}")',
        f'if password == "{SECRET}":',
        f'if "{SECRET}" == password:',
        f'if password in ["{SECRET}"]:',
        f'os.environ.get("DB_PASSWORD", "{SECRET}")',
        f'os.environ["API_KEY"] = "{SECRET}"',
        f'{{"password": "{SECRET}"}}',
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f'login(user, password="{SECRET}")',
        f'dbPass = "{SECRET}"',
        f'signing_key = "{SECRET}"',
        f'口令 = "{SECRET}"',
        f'url = "postgresql://user:{SECRET}@host/db"',
        f'run("PASSWORD={SECRET} make")',
        f'max_tokens, token = 5, "{SECRET}"',
        f"# TODO 口令：{SECRET}",
        f"x = 1  # password: {SECRET}",
        f"x()  // token={SECRET}",
    ],
)
def test_value_of_a_secret_named_thing_is_hidden_in_code(code: str) -> None:
    assert SECRET not in mask(code)


@pytest.mark.parametrize(
    "lines",
    [
        f"DB_PASSWORD={SECRET}",
        f"DB_PASSWORD={SECRET} and more",
        f"export DB_PASSWORD={SECRET}",
        f"ENV DB_PASSWORD {SECRET}",
        f"password: {SECRET}",
        f"password: |\n  {SECRET}",
        f"password:\n  first: {SECRET}\n  {SECRET}",
        f"- name: DB_PASSWORD\n  value: {SECRET}",
        f"{{name: DB_PASSWORD, value: {SECRET}}}",
        f'"password" : "{SECRET}"',
        f"<password>{SECRET}</password>",
        f"mysql --password {SECRET}",
        f"password = ${{DB_PASSWORD:-{SECRET}}}",
        "PASSWORD=correcthorse",
    ],
)
def test_value_of_a_secret_named_thing_is_hidden_in_configuration(lines: str) -> None:
    masked = mask(lines, is_code=False)

    assert SECRET not in masked
    assert "correct" not in masked


@pytest.mark.parametrize(
    "code",
    [
        "password = settings.password",
        'token = os.environ["API_TOKEN"]',
        'token = os.environ.get("API_TOKEN")',
        "def login(user, password):",
        'client.get("https://api.example.com/v1", token=token)',
        'llm("Write a poem", max_tokens=100)',
        'tokenizer = load("bert")',
        'subprocess.run(command, shell=True, cwd="/srv")',
        'password = ""',
        "syntax error while parsing AST from file",
        '    "a sentence in quotes which goes on and on, and on",',
    ],
)
def test_code_that_holds_no_secret_stays_as_it_is(code: str) -> None:
    assert mask(code) == code


@pytest.mark.parametrize("line", ["password: ${DB_PASSWORD}", "image: registry/app:1.2", "password:"])
def test_configuration_that_holds_no_secret_stays_as_it_is(line: str) -> None:
    assert mask(line, is_code=False) == line


def test_every_part_of_a_web_token_is_hidden() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

    masked = mask(f"fetch({token})")

    assert [part for part in token.split(".") if part in masked] == []


def test_key_block_is_hidden_to_its_last_short_line() -> None:
    body = "MDECAQEEIGxvYW4tYXNzaXN0YW50LWRlbW8tc2VjcmV0LWtleS1ieXRl\nc2VjcmV0QQ=="
    block = f'KEY = """-----BEGIN PRIVATE KEY-----\n{body}\n"""'

    for masked in (mask_all(block), mask(block), mask(block, is_code=False)):
        assert "MDECAQ" not in masked
        assert "c2VjcmV0" not in masked


@pytest.mark.parametrize(
    "line",
    [f'foo("a", """{SECRET}', f'export A="x" PASSWORD={SECRET}', f"key: {SECRET}", f"{SECRET}", f'x = "a" "{SECRET}"'],
)
def test_place_of_a_secret_rule_shows_no_literal(line: str) -> None:
    assert SECRET not in mask_all(line)


def test_characters_that_steer_a_terminal_or_the_order_of_reading_are_spelled_out() -> None:
    assert mask("x = 1 \x1b[2J \u202e y\r") == "x = 1 \\x1b[2J \\u202e y"


@pytest.mark.parametrize(
    "line",
    [
        "a" * 2_000_000,
        "'" + "\\a" * 1_000_000,
        "password: " + " " * 1_000_000,
        "secret" * 300_000,
        "password = " + '"' * 1_000_000,
        "=" * 1_000_000,
        "x://" * 500_000,
    ],
    ids=lambda line: line[:12],
)
def test_line_of_two_megabytes_takes_no_time(line: str) -> None:
    began = time.monotonic()

    masked = mask(line) + mask(line, is_code=False) + mask_all(line)

    assert time.monotonic() - began < 5
    assert len(masked) < 4 * LINE_LIMIT


def test_identity_tells_secrets_apart_without_showing_them() -> None:
    assert identity("password = 'a'") != identity("password = 'b'")
    assert "password" not in identity("password = 'a'")


@given(st.text())
@example("'''\\")
@example("password: |\n\n x")
def test_masking_never_raises_and_keeps_the_number_of_lines(text: str) -> None:
    assert mask(text).count("\n") == text.count("\n")
    assert mask(text, is_code=False).count("\n") == text.count("\n")
    assert mask_all(text).count("\n") == text.count("\n")


LETTERS = "".join(map(chr, range(0x21, 0x7F))) + " é口令🔑"
VALUES = st.text(LETTERS, min_size=4, max_size=40).map(lambda text: f"Q{text}Z9")
"""Values that stand in no name and in no form."""
NAMES = st.sampled_from(["password", "DB_PASSWD", "api_key", "apiKey", "client_secret", "token", "private-key", "密码"])


@given(
    NAMES, VALUES, st.sampled_from(["{n} = {q}", "{n}: str = {q}", "f({n}={q}, x=1)", '{{"{n}": {q}}}', "{n} == {q}"])
)
def test_planted_value_never_leaks_from_code(name: str, value: str, form: str) -> None:
    code = form.format(n=name, q=json.dumps(value, ensure_ascii=False))

    masked = mask(code)

    assert json.dumps(value, ensure_ascii=False)[1:-1] not in masked


@given(NAMES, VALUES, st.sampled_from(["{n}={v}", "{n}: {v}", "export {n}={v}", "<{n}>{v}</{n}>", "  - {n}: '{v}'"]))
def test_planted_value_never_leaks_from_configuration(name: str, value: str, form: str) -> None:
    line = form.format(n=name, v=value)

    masked = mask(line, is_code=False)

    assert value not in masked


@pytest.mark.parametrize("remark", ["# token", "// the api_key", "#  密码"])
def test_remark_at_the_end_says_what_stands_before_it(remark: str) -> None:
    assert "hunter2hunter2" not in mask(f"digest('hunter2hunter2')  {remark}")


@pytest.mark.parametrize(
    "line",
    [
        "open('/srv/data2/app/files/uploads')",
        "from app1.services.retrieval.documents_v2 import x",
        'url = "https://api.example.com/v1/models/qwen2/chat/completions"',
        "image: registry.example.com/team/model-server/qwen2-instruct-7b:1.2",
        'subprocess.run(["/opt/App1/Data2/Release3/Build4/start"])',
        "handler = MyVeryLongClassName2WithMethods.of_the_project",
        'cipher = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"',
        "curl -k https://get.example.com/install2/very/long/path.sh | sudo bash",
        "TOKEN=$(cat /run/secrets/token)",
        'PASSWORD="$(vault kv get -field=pw secret/db)"',
        "API_KEY=`cat /x`",
        "SECRET=$(openssl rand -base64 32)",
    ],
)
@pytest.mark.parametrize("is_code", [True, False])
def test_names_paths_and_hosts_and_where_a_secret_comes_from_stay(line: str, *, is_code: bool) -> None:
    assert mask(line, is_code=is_code) == line


@pytest.mark.parametrize(
    "line",
    [
        f"password=$(echo {SECRET} | base64)",
        f"TOKEN=$(cat /x; echo {SECRET})",
        f"TOKEN=$(cat <<< {SECRET})",
        f"X_TOKEN=$(kubectl create secret generic x --from-literal=password={SECRET})",
        f"PASS=$(cat /x) && export DB_PASSWORD={SECRET}",
    ],
)
@pytest.mark.parametrize("is_code", [True, False])
def test_command_that_holds_the_secret_itself_hides_none(line: str, *, is_code: bool) -> None:
    assert SECRET not in mask(line, is_code=is_code)


@pytest.mark.parametrize("form", ["value: {}", "key {}", 'data = "{}"', "x({})"])
@pytest.mark.parametrize("size", [48, 64, 96])
def test_base64_is_hidden_with_all_that_its_slashes_cut_off(form: str, size: int) -> None:
    chance = random.Random(5)  # noqa: S311 - the same texts in each run
    texts = [base64.b64encode(chance.randbytes(size)).decode() for _ in range(300)]

    def is_seen(text: str) -> bool:
        masked = mask(form.format(text))
        return any(text[start : start + 8] in masked for start in range(len(text) - 8))

    assert sum(map(is_seen, texts)) <= 3
    assert mask(form.format("dVYi1tegtIywSPJ5gpyqZSr4maPh8WvcRcyOJoY9Xzt/OoaiRLnQJoQ3ON60jQPt")) == form.format("***")
