"""Lines that prove themselves by the value that stands there and its use, and not by a name."""

from __future__ import annotations

import pytest

from auditor.stages.code.proofs import is_of_a_loader, is_unpacked_by_members, is_used_as_secret, lets_in, looks_random
from auditor.stages.code.refine import Module


def parsed(text: str) -> Module:
    module = Module.of(text.encode())
    assert module is not None
    return module


@pytest.mark.parametrize(
    ("text", "is_random"),
    [
        ("q8Zr2LmX0vT4bN7c", True),
        ("Pcc5NvlCrxl02pMw32kO6WrnhpS0pUZ9", True),
        ("9f86d081884c7d659a2feaa0c55ad015", True),
        ("api:default", False),
        ("unified:default", False),
        ("1password-cli", False),
        ("00000000-0000-0000-0000-000000000000", False),
        ("executed successfully", False),
        ("change-me-in-production", False),
        ("AzureOpenAIEndpoint2", False),
        ("__PASS__", False),
        ("x1Y2", False),
        ("", False),
    ],
)
def test_a_value_that_somebody_rolled(text: str, *, is_random: bool) -> None:
    assert looks_random(text) is is_random


@pytest.mark.parametrize(
    ("text", "line", "is_used"),
    [
        ("KEY = 'q8Zr2LmX0vT4bN7c'\n", 1, True),
        ("SECRET = 'letmein-please'\njwt.encode(claims, SECRET)\n", 1, True),
        ("SECRET = 'letmein-please'\nif given == SECRET:\n    enter()\n", 1, True),
        ("SECRET = 'letmein-please'\napp.secret_key = SECRET\n", 1, True),
        ("db = connect(user='root', password='letmein')\n", 1, True),
        ("if password == 'letmein':\n    enter()\n", 1, True),
        ("class Settings(BaseSettings):\n    JWT_SECRET: str = 'change-me'\n", 2, True),
        ("class Row(Base):\n    auth_key: str = 'auth:row'\n", 2, False),
        ("SESSION_KEY = 'api:default'\nstore.get(SESSION_KEY)\n", 1, False),
        ("def run(text, session_key='cli:direct'):\n    return load(text, session_key)\n", 1, False),
        ("NAMES = {'1password': '1password-cli'}\n", 1, False),
        ("prompt = PROMPT.format(exec_pass='went well')\n", 1, False),
    ],
)
def test_a_secret_is_random_or_used_as_one(text: str, line: int, *, is_used: bool) -> None:
    assert is_used_as_secret(parsed(text), line) is is_used


@pytest.mark.parametrize(
    ("text", "is_loader"),
    [
        ("AutoModel.from_pretrained(name, trust_remote_code=True)\n", True),
        ("AutoModel.from_pretrained(join(dirname(__file__), 'model'), trust_remote_code=True)\n", False),
        ("HERE = join(dirname(__file__), 'model')\nAutoModel.from_pretrained(HERE, trust_remote_code=True)\n", False),
        ("from vllm import Server\nServer(name, trust_remote_code=True)\n", True),
        ("import transformers\nOPTIONS = {'trust_remote_code': True}\n", True),
        ("import transformers\nWorkflow(name, trust_remote_code=True)\n", False),
        ("Agent(config, trust_remote_code=True)\n", False),
        ("OPTIONS = {'trust_remote_code': True}\n", False),
    ],
)
def test_code_of_others_is_trusted_where_a_model_is_loaded(text: str, *, is_loader: bool) -> None:
    assert is_of_a_loader(parsed(text), text.count("\n")) is is_loader


@pytest.mark.parametrize(
    ("text", "by_members"),
    [
        ("with zipfile.ZipFile(data) as held:\n    held.extractall(place)\n", False),
        ("with tarfile.open(data) as held:\n    held.extractall(place)\n", True),
        ("with zipfile.ZipFile(data) as held:\n    open(place + held.namelist()[0])\n", True),
        ("unpack(place)\n", True),
    ],
)
def test_zipfile_keeps_its_members_in(text: str, *, by_members: bool) -> None:
    assert is_unpacked_by_members(parsed(text), text.count("\n")) is by_members


@pytest.mark.parametrize("text", ["now_1234567890abcdef", "abcdefghijk123456789", "key-0123456789"])
def test_letters_in_the_order_of_the_alphabet_are_not_rolled(text: str) -> None:
    assert not looks_random(text)


def test_few_letters_that_are_in_order_by_chance_do_not_matter() -> None:
    assert looks_random("abcdQ7x1Zp0Lm9Vt")


@pytest.mark.parametrize(
    ("text", "line", "is_guard"),
    [
        ("if not path.startswith(root):\n    raise Bad\n", 1, True),
        ("if path.startswith(root):\n    return True\n", 1, True),
        ("for root in roots:\n    if path.startswith(root):\n        is_safe = True\n        break\n", 2, True),
        ("if path.startswith(root):\n    serve(path)\nelse:\n    raise Bad\n", 1, True),
        ("if path.startswith(root):\n    serve(path)\nelse:\n    return Response(status=403)\n", 1, True),
        ("return path.startswith(root)\n", 1, True),
        ("allowed = any(path.startswith(root) for root in roots)\n", 1, True),
        ("if path.startswith(root):\n    return FileResponse(path)\n", 1, True),
        ("if path.startswith(root):\n    return\n", 1, False),
        ("if path.startswith(root):\n    relative = path[len(root):]\n", 1, False),
        ("if path == root or path.startswith(root):\n    opened.add(path)\n    continue\n", 1, False),
        ("if path.startswith(root):\n    opened.add(path)\nelse:\n    closed.add(path)\n", 1, False),
    ],
)
def test_a_comparison_that_lets_nobody_in_guards_nothing(text: str, line: int, *, is_guard: bool) -> None:
    body = "".join(f"        {each}\n" for each in text.rstrip("\n").split("\n"))
    module = parsed(f"def x(path, root, roots):\n    while path:\n{body}")

    assert lets_in(module, line + 2) is is_guard
