"""Our reading of ACL policies against ``sys/capabilities`` of the real server."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from auditor.formats.vault_policy import Acl, Holders, PolicyError, parse

if TYPE_CHECKING:
    from tests.contract.custody.conftest import Bao

SEGMENTS = ("a", "b", "ab", "+", "a*", "*", "+", "")
WORDS = ("create", "read", "update", "delete", "list", "sudo", "deny", "patch")


def a_pattern(chance: random.Random) -> str:
    made = [chance.choice(SEGMENTS[:-1])]
    made += [chance.choice(SEGMENTS) for _each in range(chance.randrange(4))]
    path = "/".join(made)
    return path.rstrip("*") + "*" if "*" in path[:-1] else path


def a_policy(chance: random.Random) -> str:
    rules = []
    for _each in range(chance.randrange(1, 7)):
        words = chance.sample(WORDS[:-2], chance.randrange(1, 4))
        words += ["deny"] if chance.random() < 0.15 else []
        rules.append(
            f'path "{a_pattern(chance)}" {{ capabilities = [{", ".join(map(repr, words))}] }}'.replace("'", '"')
        )
    return "\n".join(rules)


@pytest.mark.tool("openbao")
def test_effect_of_random_policies_is_what_the_server_says(dev: Bao) -> None:
    chance = random.Random(14)  # noqa: S311 - the same policies each time
    paths = [
        "/".join(chance.choice(("a", "b", "ab", "abc", "")) for _n in range(chance.randrange(1, 5))) for _p in range(60)
    ]
    paths = sorted({path.lstrip("/").replace("//", "/") for path in paths} - {""})
    compared = 0
    for number in range(60):
        texts = {f"p{number}-{each}": a_policy(chance) for each in range(chance.randrange(1, 4))}
        texts = {name: text for name, text in texts.items() if "+*" not in text and '"*/' not in text}
        for name, text in texts.items():
            dev.call("PUT", f"sys/policies/acl/{name}", {"policy": text})
        if not texts:
            continue
        made = dev.call("POST", "auth/token/create", {"policies": list(texts), "no_default_policy": True})
        asked = dev.call("POST", "sys/capabilities", {"token": made["auth"]["client_token"], "paths": paths})
        rules = {name: parse(text.encode()) for name, text in texts.items()}
        acl = Acl.of(rule for each in rules.values() for rule in each)
        together = Holders(rules, [frozenset(texts)])
        for path in paths:
            said = set(asked["data"][path]) - {"deny"}
            assert acl.capabilities(path) == said, (path, texts)
            assert {word for word in WORDS if together.able(path, word)} == said, (path, texts)
            compared += 1

    assert compared > 1000


@pytest.mark.tool("openbao")
@pytest.mark.parametrize(
    "text",
    [
        'path "a/+*" { capabilities = ["read"] }',
        'path "a" { capabilities = ["fly"] }',
        'path "a" { policy = "wrong" }',
        'path "a" { capabilities = ["read"]',
        'paths "a" { capabilities = ["read"] }',
        'path "a" { capabilities = file("x") }',
    ],
)
def test_policy_that_the_server_refuses_is_refused(dev: Bao, text: str) -> None:
    with pytest.raises(AssertionError, match="400"):
        dev.call("PUT", "sys/policies/acl/refused", {"policy": text})
    with pytest.raises(PolicyError):
        parse(text.encode())


@pytest.mark.tool("openbao")
@pytest.mark.parametrize(
    "text",
    [
        'path "/a/b" { capabilities = ["read"] }',
        'path "a/b" { policy = "write" }',
        'path "a/b" { capabilities = ["read"] policy = "sudo" }',
        'path "a/b" { capabilities = ["read"] }\npath "a/b" { capabilities = ["list"] }',
        '{"path": {"a/b": {"capabilities": ["read", "list"]}}}',
        '{"path": [{"a/b": {"policy": "read"}}]}',
        'path "a/b" { capabilities = ["read",], }',
        '/* x */ path "a/b" { # y\n capabilities = ["read"] // z\n}',
        'path "a/b" { capabilities = ["create", "update"]\n allowed_parameters = { "x" = [] "*" = [] } }',
        'name = "x"\npath "a/b" { capabilities = ["list"] }',
        'path "a/b" { capabilities = [<<E\nread\nE\n] }',
    ],
)
def test_policy_in_every_form_comes_to_what_the_server_says(dev: Bao, text: str) -> None:
    try:
        dev.call("PUT", "sys/policies/acl/forms", {"policy": text})
    except AssertionError:
        with pytest.raises(PolicyError):
            parse(text.encode())
        return
    token = dev.call("POST", "auth/token/create", {"policies": ["forms"], "no_default_policy": True})
    asked = dev.call("POST", "sys/capabilities", {"token": token["auth"]["client_token"], "paths": ["a/b"]})

    assert Acl.of(parse(text.encode())).capabilities("a/b") == set(asked["data"]["a/b"]) - {"deny"}
