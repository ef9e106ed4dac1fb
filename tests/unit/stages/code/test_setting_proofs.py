"""What a credential in a file of settings proves."""

from __future__ import annotations

import pytest

from auditor.stages.code import languages
from auditor.stages.code.setting_proofs import is_while_developed, lets_in
from tests.unit.stages.code.fakes import source

COMPOSE = """services:
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: postgres
    ports:
      - "{port}"
  app:
    environment:
      JWT_SECRET: change-me
      GREETING: hello
"""


def found(text: str, path: str, line: int) -> bool:
    return lets_in(source(path=path, text=text, language=languages.YAML), line)


@pytest.mark.parametrize(
    ("port", "expected"),
    [("5432:5432", True), ("127.0.0.1:5432:5432", False), ("${BIND:-127.0.0.1}:${PORT:-5432}:5432", False)],
)
def test_the_password_of_a_store_matters_where_others_reach_it(port: str, *, expected: bool) -> None:
    assert found(COMPOSE.format(port=port), "docker-compose.yml", 5) is expected


def test_without_a_port_only_its_own_network_reaches_it() -> None:
    text = COMPOSE.replace('    ports:\n      - "{port}"\n', "")

    assert not found(text, "docker-compose.yml", 5)
    assert found(text.replace("    image: postgres", "    network_mode: host"), "docker-compose.yml", 5)


def test_the_key_of_a_program_is_everybodys() -> None:
    assert found(COMPOSE, "docker-compose.yml", 10)
    assert not found(COMPOSE, "docker-compose.yml", 11)
    assert not found(COMPOSE, "docker-compose.yml", 99)


@pytest.mark.parametrize(
    "path",
    [
        "docker-compose.dev.yml",
        ".env.example",
        "dev/compose.yml",
        ".devcontainer/compose.yml",
        "docker-compose.test.yaml",
    ],
)
def test_what_is_to_be_copied_or_developed_with_is_a_hint(path: str) -> None:
    assert not found("JWT_SECRET=change-me\n", path, 1)


def test_who_opens_a_store_does_not_say_whether_others_reach_it() -> None:
    text = COMPOSE.format(port="80:80").replace("POSTGRES_PASSWORD", "DB_PASS").replace("image: postgres", "image: app")

    assert not found(text, "docker-compose.yml", 5)
    assert found(text.replace("image: app", "image: mysql:8"), "docker-compose.yml", 5)
    assert not found("DATABASE_URL=postgres://postgres:postgres@db/app\n", ".env", 1)


@pytest.mark.parametrize(
    ("path", "row", "expected"),
    [
        ("web/.env", "APP_DEV_SERVER_URL=http://a.example", True),
        (".env.development", "API_URL=http://a.example", True),
        ("web/.env", "API_URL=http://a.example", False),
        ("web/.env", "DEVICE_URL=http://a.example", False),
    ],
)
def test_setting_that_counts_while_the_program_is_developed(path: str, row: str, *, expected: bool) -> None:
    assert is_while_developed(source(path, f"# a remark\n{row}\n"), 2) is expected


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ('profiles: ["frontend-dev", "ci"]', False),
        ("profiles:\n      - dev\n      - test", False),
        ('profiles: ["dev", "production"]', True),
        ('profiles: ["observability"]', True),
        ("profiles:\n      - observability", True),
        ("profiles: []", True),
    ],
)
def test_service_that_only_developers_start(profiles: str, *, expected: bool) -> None:
    text = COMPOSE.format(port="5432:5432").replace("image: postgres", f"image: postgres\n    {profiles}")

    assert found(text, "docker-compose.yml", 5 + profiles.count("\n") + 1) is expected


def test_key_by_which_a_service_tells_people_from_machines_opens_nothing() -> None:
    assert not found("CLOUDFLARE_CAPTCHA_SECRET_KEY=1x0000000000000000000000000000000AA\n", ".env", 1)
    assert not found("      - TURNSTILE_SECRET_KEY=1x000000000000000AA\n", "deploy/app.yml", 1)
    assert found("APP_SECRET_KEY=00000000000000000000\n", ".env", 1)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("deploy/default.env", True),
        ("deploy/defaults.yml", True),
        (".env.default", False),
        ("app.default.yml", False),
        ("env.defaults", False),
        ("default.env.example", False),
    ],
)
def test_defaults_are_in_force_where_nothing_is_to_be_copied(path: str, *, expected: bool) -> None:
    assert found('APP_API_KEY_SECRET="5a41b090758b39b226603177ef48d73a"\n', path, 1) is expected
