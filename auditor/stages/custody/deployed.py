"""How a Vault or OpenBao is started where no unit says so: services of Compose files, containers of pods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.documents import Document

_IMAGE: Final = re.compile(r"(?:^|/)(?:vault|vault-enterprise|openbao|openbao-ubi|openbao-hsm-ubi|bao)(?:[:@]|$)")
_PROGRAM: Final = re.compile(r"(?:^|[\s/\"'])(?:vault|bao|openbao)\s")
_SERVER: Final = re.compile(r"\bserver\b")
_DEVELOPMENT: Final = re.compile(r"\bserver\b.*\s-{1,2}dev\b|\s-{1,2}dev(?:-[\w-]+)?\b.*\bserver\b")
_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Container:
    """A container that runs one of both products, or is told how to reach one.

    Attributes:
        name: Its name in the file.
        line: Where it is said.
        command: Command line, empty for what the image starts by itself.
        variables: Value and line of each variable that stands there; references to other places are none.
        is_server: It runs a server.
        development: Why it runs in development mode; empty if it does not.
    """

    name: str
    line: int
    command: str
    variables: dict[str, tuple[str, int]]
    is_server: bool
    development: str


def containers(document: Document) -> Iterator[Container]:
    """Yield the containers of a Compose file or of a Kubernetes object that have to do with either product."""
    value = document.value
    if not isinstance(value, dict):
        return
    services = value.get("services")
    if isinstance(services, dict) and "kind" not in value:
        for name, said in services.items():
            if isinstance(said, dict):
                yield from _container(str(name), said, document, f"/services/{name}")
        return
    yield from _of_pods(value, document, "", 0)


def _of_pods(value: object, document: Document, pointer: str, depth: int) -> Iterator[Container]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _of_pods(each, document, f"{pointer}/{number}", depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            at = f"{pointer}/{key}"
            if key in {"containers", "initContainers"} and isinstance(inner, list):
                for number, each in enumerate(inner):
                    if isinstance(each, dict):
                        yield from _container(str(each.get("name", number)), each, document, f"{at}/{number}")
            elif isinstance(inner, dict | list):
                yield from _of_pods(inner, document, at, depth + 1)


def _container(name: str, said: dict[str, Any], document: Document, pointer: str) -> Iterator[Container]:
    line = document.lines.get(pointer, document.line)
    names = ("command", "args") if pointer.startswith("/spec") or "env" in said else ("entrypoint", "command", "args")
    command = " ".join(_words(said.get(each)) for each in names).strip()
    variables = dict(_variables(said, document, pointer, line))
    is_image = bool(_IMAGE.search(str(said.get("image", ""))))
    if not (
        is_image or _PROGRAM.search(f"{command} ") or any(each.startswith(("VAULT_", "BAO_")) for each in variables)
    ):
        return
    is_server = bool(is_image and (not command or _SERVER.search(command))) or bool(
        _PROGRAM.search(f"{command} ") and _SERVER.search(command)
    )
    yield Container(name, line, command, variables, is_server, _development(command, variables) if is_server else "")


def _development(command: str, variables: dict[str, tuple[str, int]]) -> str:
    if _DEVELOPMENT.search(command):
        return "-dev"
    told = next((each for each in variables if re.fullmatch(r"(?:VAULT|BAO)_DEV_\w+", each)), "")
    if told:
        return told
    # images of both products start "server -dev" where nothing else is asked for
    return "" if command else "server -dev"


def _words(given: object) -> str:
    if isinstance(given, list):
        return " ".join(str(each) for each in given)
    return given if isinstance(given, str) else ""


def _variables(
    said: dict[str, Any], document: Document, pointer: str, line: int
) -> Iterator[tuple[str, tuple[str, int]]]:
    for key in ("environment", "env"):
        given = said.get(key)
        if isinstance(given, dict):
            for name, value in given.items():
                if isinstance(value, str | int | float):
                    yield str(name), (str(value), document.lines.get(f"{pointer}/{key}/{name}", line))
        for number, each in enumerate(given if isinstance(given, list) else []):
            at = document.lines.get(f"{pointer}/{key}/{number}", line)
            if isinstance(each, str):
                name, mark, value = each.partition("=")
                if mark:
                    yield name, (value, at)
            elif isinstance(each, dict) and isinstance(each.get("value"), str | int | float):
                yield str(each.get("name")), (str(each["value"]), at)
