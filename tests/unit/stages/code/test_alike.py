from __future__ import annotations

import pytest

from auditor.stages.code.alike import flaw_of, flaw_of_way
from auditor.stages.code.reading import Match
from auditor.stages.code.rules import rule_pack

RULES = rule_pack().rules


def flaw(rule: str, text: str, path: str = "a.py", comment: str = "", default: str = "") -> str:
    match = Match(
        rule=rule, line=1, end_line=1, evidence=text, snippet=text, comment=comment, comment_line=0, default=default
    )
    return flaw_of(RULES[rule], match, path)


LOG_IN = "web-state-changing-route-authenticated"
OFF = "crypto-tls-verification-on"
CLEAR = "crypto-endpoint-not-clear-text"
LOADER = "bandit-yaml-safe-load"


@pytest.mark.parametrize(
    ("rule", "one", "other"),
    [
        (LOG_IN, '@router.post("/a") def a(): ...', '@router.delete("/b") async def b(): ...'),
        (LOG_IN, 'router.post("/a", async (req, res) => {', 'router.delete("/b", (req, res) => {'),
        (OFF, "requests.get(url, verify=False)", "httpx.Client(verify=False)"),
        ("log-no-personal-data", 'logger.info(f"Prompt: {prompt}")', 'logger.info(f"Prompt: {prompt}")'),
        (OFF, "verify=False,", "httpx.Client(verify=False)"),
        ("bandit-file-permissions-narrow", "os.chmod(place, 0o777)", "os.chmod(other, 0o777)"),
        (CLEAR, 'base = "http://models.example.com/v1"', 'other = "http://models.example.com/v2"'),
        (LOADER, "yaml.load(text, Loader=Own)", "yaml.load(file, Loader = Own)"),
        (LOG_IN, "def post(self, name): ...", "async def delete(self): ..."),
        ("crypto-secrets-from-secure-random", "token = str(random.randint(1, 9))", "task.token = str(random.random())"),
        (
            "agent-tool-server-authenticated",
            "@router.put('/config/mcp') async",
            "@router.delete('/config/mcp/x') async",
        ),
        ("crypto-password-hash-slow", "hashlib.sha256(password)", "hashlib.sha256(given)"),
        ("agent-retrieved-text-marked", "HumanMessage(content=pages)", "model.invoke(messages)"),
        (
            "web-path-prefix-whole-folder",
            "if not str(target).startswith(str(self.base)): raise ValueError",
            "if not str(place).startswith(str(self.base)):",
        ),
    ],
)
def test_places_of_one_flaw_in_a_file(rule: str, one: str, other: str) -> None:
    assert flaw(rule, one)
    assert flaw(rule, one) == flaw(rule, other)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("agent-approval-required", "interpreter.auto_run = True"),
        (CLEAR, 'base = "http://models.example.com/v1"'),
        (LOADER, "yaml.load(text, Loader=Own)"),
        ("secret-environment-no-fallback", "<digest 1>"),
        ("secret-provider-key-absent", "<digest 1>"),
    ],
)
def test_places_of_one_flaw_in_many_files(rule: str, text: str) -> None:
    assert flaw(rule, text, "a.py")
    assert flaw(rule, text, "a.py") == flaw(rule, text, "b.py")


@pytest.mark.parametrize(
    ("rule", "one", "other"),
    [
        (LOG_IN, '@router.post("/a") def a(): ...', '@admin.post("/b") def b(): ...'),
        (CLEAR, 'base = "http://models.example.com/v1"', 'base = "http://other.example.com/v1"'),
        (LOADER, "yaml.load(text, Loader=Own)", "yaml.load(text, Loader=Other)"),
        ("agent-approval-required", "interpreter.auto_run = True", "agent.approve_all = True"),
        ("log-no-personal-data", 'logger.info(f"Prompt: {prompt}")', 'logger.info(f"Question: {question}")'),
        ("web-path-prefix-whole-folder", "if a.startswith(self.base):", "if a.startswith(self.other):"),
        ("secret-environment-no-fallback", "<digest 1>", "<digest 2>"),
    ],
)
def test_places_of_two_flaws(rule: str, one: str, other: str) -> None:
    assert flaw(rule, one) != flaw(rule, other)


def test_routers_and_calls_of_two_files_are_two() -> None:
    route = '@router.post("/a") def a(): ...'

    assert flaw(LOG_IN, route, "a.py") != flaw(LOG_IN, route, "b.py")
    assert flaw(OFF, "get(url, verify=False)", "a.py") != flaw(OFF, "get(url, verify=False)", "b.py")


@pytest.mark.parametrize(
    ("rule", "text"), [("data-pickle-not-loaded", "pickle.load(file)"), ("web-sql-parameterised", 'run(f"{a}")')]
)
def test_what_follows_a_value_stands_for_itself(rule: str, text: str) -> None:
    assert flaw(rule, text) == ""


def way(*places: tuple[str, int]) -> tuple[tuple[str, int, str], ...]:
    return tuple((file, line, "x") for file, line in places)


def test_what_one_function_does_with_a_value_that_one_call_hands_it_is_one_flaw() -> None:
    first = flaw_of_way(way(("r.py", 3), ("r.py", 4), ("a.py", 9)), "flow", "a.py")

    assert first
    assert first == flaw_of_way(way(("r.py", 3), ("r.py", 4), ("a.py", 12)), "flow", "a.py")
    assert first != flaw_of_way(way(("r.py", 3), ("r.py", 5), ("a.py", 9)), "flow", "a.py")
    assert first != flaw_of_way(way(("r.py", 3), ("r.py", 4), ("b.py", 9)), "flow", "b.py")


def test_what_one_function_does_with_one_of_its_parameters_is_one_flaw() -> None:
    first = flaw_of_way(way(("a.py", 3), ("a.py", 9)), "flow", "a.py")

    assert first
    assert first == flaw_of_way(way(("a.py", 3), ("a.py", 12)), "flow", "a.py")
    assert first != flaw_of_way(way(("a.py", 13), ("a.py", 19)), "flow", "a.py")
    assert flaw_of_way((), "flow", "a.py") == ""
    assert flaw_of_way(way(("a.py", 3), ("a.py", 9)), "none", "a.py") == ""


def test_executors_on_this_machine_are_one_flaw_of_their_file() -> None:
    def executor(ground: str, path: str = "a.py") -> str:
        match = Match(
            rule="x", line=1, end_line=1, evidence="Local()", snippet="", comment="", comment_line=0, ground=ground
        )
        return flaw_of(RULES["os-code-not-evaluated"], match, path)

    assert executor("text") == executor("text") != ""
    assert executor("text") != executor("text", "b.py")
    assert executor("none") == ""


def test_what_asks_for_silence_stands_for_itself() -> None:
    assert flaw(LOADER, "yaml.load(text, Loader=Own)", comment="nosec") == ""


def test_a_default_password_is_told_by_its_digest() -> None:
    assert flaw("secret-default-credential-absent", "PASSWORD: ***", default="d1") == "password d1"
