# ruff: noqa: E501 - lines of programs
"""What lines of a script are for, where no value is followed."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_purpose import (
    is_answer,
    is_for_developers,
    is_mark,
    is_of_old,
    is_only_read,
    is_salt_of_program,
    refused_before,
)
from auditor.stages.code.script_tree import Script


def at(text: str, mark: str, path: str = "a.ts") -> tuple[Script, int, int]:
    script = Script.of(path, text.encode())
    assert script is not None
    line = text.count("\n", 0, text.index(mark)) + 1
    return script, line, line


@pytest.mark.parametrize(
    "condition",
    ["import.meta.env.DEV", "process.env.NODE_ENV === 'development'", "isDev", "__DEV__", "app.isDevelopment()"],
)
def test_what_runs_only_while_the_program_is_developed(condition: str) -> None:
    assert is_for_developers(*at(f"if ({condition}) {{\n  agent(false)\n}}", "agent("))
    assert not is_for_developers(*at(f"if ({condition}) {{\n  other()\n}} else {{\n  agent(false)\n}}", "agent("))


@pytest.mark.parametrize(
    "condition", ["process.env.NODE_ENV === 'production'", "deviceId", "options.devices", "!isDev"]
)
def test_other_conditions_are_none_of_development(condition: str) -> None:
    assert not is_for_developers(*at(f"if ({condition}) {{\n  agent(false)\n}}", "agent("))


def test_service_that_stands_in_for_another_is_one_of_developers() -> None:
    text = "const make%s = (host) => {\n  return transport({ tls: off(host) })\n}\n"

    assert is_for_developers(*at(text % "Mailpit", "tls"))
    assert not is_for_developers(*at(text % "Mailer", "tls"))


@pytest.mark.parametrize("condition", ["IS_TEST_BUILD", "config.IS_TEST"])
def test_what_runs_only_in_tests_is_for_developers(condition: str) -> None:
    assert is_for_developers(*at(f"if ({condition}) {{\n  save('x')\n}}", "save"))
    assert is_for_developers(*at(f"function f() {{\n  if (!{condition}) return\n  save('x')\n}}", "save"))
    assert not is_for_developers(*at(f"function f() {{\n  if ({condition}) return\n  save('x')\n}}", "save"))
    assert not is_for_developers(*at(f"if (!{condition}) {{\n  save('x')\n}}", "save"))


def test_function_for_what_an_earlier_version_wrote() -> None:
    assert is_of_old(*at("function deriveLegacyKey(p) {\n  return pbkdf2Sync(p, 'salt')\n}", "pbkdf2Sync"))
    assert not is_of_old(*at("function deriveKey(p) {\n  return pbkdf2Sync(p, 'salt')\n}", "pbkdf2Sync"))


def test_conditions_by_which_a_function_is_left_before() -> None:
    text = "function go(c) {\n  if (!c.insecure) {\n    return\n  }\n  if (c.log) {\n    say(c)\n  }\n  if (c.no) throw e\n  off()\n  if (c.later) return\n}"

    assert list(refused_before(*at(text, "off()"))) == ["(!c.insecure)", "(c.no)"]


@pytest.mark.parametrize(
    "use",
    [
        "root.setAttribute('data-x', token)",
        "document.getElementById(`a-${token}`)",
        "style.id = token",
        "box.className = 'a ' + token",
    ],
)
def test_what_tells_elements_of_a_page_apart_is_a_mark(use: str) -> None:
    assert is_mark(*at(f"const token = 'a' + Math.random()\n{use}\n", "Math"))
    assert is_mark(*at(f"const token = 'a' + Math.random()\n{use}\nsave({{ token }})\n", "save"))


@pytest.mark.parametrize(
    "use", ["reset.token = token", "mail(token)", "res.json({ token })", "session.set('id', token)", ""]
)
def test_what_others_use_is_none(use: str) -> None:
    assert not is_mark(*at(f"const token = 'a' + Math.random()\n{use}\n", "Math"))


def test_what_a_component_keeps_for_itself_is_a_mark() -> None:
    assert is_mark(*at("const session = useRef(\n  `${Math.random()}`,\n)\n", "Math"))
    assert is_mark(*at("const session = useRef(`${Math.random()}`)\nlog({ session: session.current })\n", "log"))
    assert not is_mark(*at("const session = useRef(null)\nlog({ session: session.current })\n", "log"))
    assert not is_mark(*at("const session = useRef(null)\nsave(Math.random())\n", "Math"))
    assert not is_mark(*at("useEffect(() => {\n  save(Math.random())\n})\n", "Math"))


def test_what_only_a_log_tells_apart_is_a_mark() -> None:
    text = "const sessionId = Math.random().toString(36)\n"

    assert is_mark(*at(text, "Math", "src/utils/debugLogger.ts"))
    assert not is_mark(*at(text, "Math", "src/utils/login.ts"))


@pytest.mark.parametrize(
    ("text", "is_of_program"),
    [
        ("const secret = config.get('jwt.secret')\nconst key = scryptSync(secret, 'salt', 32)", True),
        ("const key = crypto.pbkdf2Sync(process.env.MASTER_KEY, 'salt', 1, 32, 'sha256')", True),
        ("const key = scryptSync(password, 'salt', 32)", False),
        ("const key = scryptSync(user.secretPassword, 'salt', 32)", False),
        ("const key = scryptSync(given, 'salt', 32)", False),
        ("const key = make('salt')", False),
    ],
)
def test_salt_of_a_key_that_is_made_of_a_secret_of_the_program(text: str, *, is_of_program: bool) -> None:
    assert is_salt_of_program(*at(text, "'salt'")) is is_of_program


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("function may() {\n  return { go: true, requiresApproval: false }\n}", True),
        ("function make() {\n  return { name: 'rm', description: 'd', requiresApproval: false }\n}", False),
        ("const options = { requiresApproval: false }", False),
        ("start({ requiresApproval: false })", False),
    ],
)
def test_answer_of_a_function_is_no_setting(text: str, *, answers: bool) -> None:
    assert is_answer(*at(text, "requiresApproval")) is answers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const key = pbkdf2Sync(p, 'salt', 1003, 16, 'sha1')\ncreateDecipheriv('aes-128-cbc', key, iv)", True),
        ("const key = pbkdf2Sync(p, 'salt')\nCryptoJS.AES.decrypt(text, key)", True),
        ("const key = pbkdf2Sync(p, 'salt')\ncreateDecipheriv(a, key, iv)\ncreateCipheriv(a, key, iv)", False),
        ("const key = pbkdf2Sync(p, 'salt')\ncreateDecipheriv(a, key, iv)\nbox.encrypt(text)", False),
        ("const key = pbkdf2Sync(p, 'salt')\nsave(key)", False),
        ("const key = pbkdf2Sync(p, 'salt')\ncreateDecipheriv(a, key, iv)\nexport { key }", False),
    ],
)
def test_what_is_only_deciphered_somebody_else_wrote(text: str, *, expected: bool) -> None:
    assert is_only_read(*at(text, "pbkdf2Sync")) is expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("join(root, `payload-${nonce}.json`)", True),
        ("path.resolve(root, 'a-' + nonce)", True),
        ("write(`nonce=${nonce}`)", False),
        ("join(root, nonce)\nres.json({ nonce })", False),
        ("names.join(nonce)", False),
    ],
)
def test_part_of_the_name_of_a_file_is_a_mark(use: str, *, expected: bool) -> None:
    assert is_mark(*at(f"const nonce = Math.random().toString(36)\n{use}\n", "Math")) is expected
