"""Which matches are one flaw that stands in many places: who mends it mends it once, and reads of it once.

1. A setting that switches something off: the same statement wherever it stands, or in one file.
2. A loader that some data are read with, by its name.
3. The routes of one router that ask nobody while others of their file do.
4. A host that is spoken to in clear text.
5. What makes tokens by chance, or digests of passwords, in one file; one folder that paths are compared with by the
   beginning of its name.
6. A default password that everybody knows (`defaults`), or one line with a secret that was copied.
7. Text that was looked up and goes into the prompts of one file unmarked.
8. A value that comes in at one place, and that one function uses more than once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.severity import Ground, Needs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from auditor.stages.code.reading import Match
    from auditor.stages.code.rules import Rule

PASSWORD: Final = "password"  # noqa: S105 - a word
"""How the flaws that are default passwords begin."""
_STEPS: Final = 3
"""Of a way that ends in another function than it begins in."""
_SETTINGS: Final = frozenset(
    {
        "tls-verification",
        "remote-code-loading",
        "approval-disabled",
        "debug-server",
        "cors",
        "cookie-protection",
        "ssh-host-key",
        "privileged-sandbox",
        "request-forgery",
        "desktop-isolation",
        "file-permissions",
    }
)
"""What a setting takes away, and gives back where it is turned."""
_SET: Final = re.compile(r"[\w.\[\]\"'-]+\s*(?::\s*[\w.\[\]]+\s*)?[=:]\s*[\w.\"'*-]+;?")
"""A statement, or a line of a configuration, that does nothing but set one thing."""
_LOADER: Final = re.compile(r"\bLoader\s*=\s*([\w.]+)")
_METHOD: Final = re.compile(r"(?:async )?def (?:post|put|patch|delete)\(self\b")
_ROUTER: Final = re.compile(r"@([\w.]+)\.\w+\(|\b([\w.]+)\.(?:post|put|patch|delete|all)\(")
_HOST: Final = re.compile(r"\b(?:http|ws|ftp|telnet|ldap|mqtt|amqp|redis)://(?:[^\s/@\"'`]*@)?([\w.-]+)")


def flaw_of_way(steps: Sequence[tuple[str, int, str]], ground: str, path: str) -> str:
    """Return which flaw a value makes that is used in more than one place; empty where its way is not known.

    Args:
        steps: From where it comes in to the match, as (file, line, function).
        ground: What the match rests on.
        path: Its file.
    """
    if len(steps) >= _STEPS:
        return f"way {' '.join(f'{file}:{line}' for file, line, _name in steps[:-1])} {path}"
    return f"value {steps[0][1]} {path}" if steps and ground == Ground.FLOW else ""


def flaw_of(rule: Rule, match: Match, path: str) -> str:
    """Return which flaw a match is a place of; empty where it stands for itself.

    Args:
        rule: What matched.
        match: The match.
        path: Its file.
    """
    if match.comment:
        return ""  # somebody asked for silence here, and not elsewhere
    if match.default:
        return f"{PASSWORD} {match.default}"
    if rule.capability == "code-execution" and match.ground in {Ground.TEXT, Ground.BRANCH}:
        return f"file {path}"  # an executor that its file makes on this machine
    of_capability = _BY_CAPABILITY.get(rule.capability)
    return of_capability(rule, match.evidence.strip(), path) if of_capability is not None else ""


def _setting(rule: Rule, text: str, path: str) -> str:
    if rule.rests_on != Needs.TEXT:
        return ""
    return f"setting {''.join(text.split())}" if _SET.fullmatch(text) else f"file {path}"


def _loader(_rule: Rule, text: str, _path: str) -> str:
    found = _LOADER.search(text)
    return f"loader {found[1]}" if found else ""


def _router(rule: Rule, text: str, path: str) -> str:
    if _METHOD.match(text) and rule.rests_on == Needs.CONTRAST:
        return f"router {path} methods"
    found = _ROUTER.search(text) if rule.rests_on in {Needs.CONTRAST, Needs.TEXT} else None
    if found is None and rule.rests_on == Needs.TEXT:
        return f"server {path}"  # its transports have one door
    return f"router {path} {found[1] or found[2]}" if found else ""


def _host(_rule: Rule, text: str, _path: str) -> str:
    hosts = {each.lower() for each in _HOST.findall(text)}
    return f"host {hosts.pop()}" if len(hosts) == 1 else ""


def _random(_rule: Rule, _text: str, path: str) -> str:
    return f"file {path}"  # one maker of tokens is missing there


_FOLDER: Final = re.compile(r"\.startswith\((.*?)\)+(?:\s|:|$)")


def _folder(_rule: Rule, text: str, path: str) -> str:
    found = _FOLDER.search(text)
    return f"folder {path} {found[1]}" if found else ""


def _prompt(rule: Rule, _text: str, path: str) -> str:
    return f"prompts {rule.id} {path}" if rule.rests_on == Needs.FLOW else ""


def _logged(_rule: Rule, text: str, path: str) -> str:
    return f"line {path} {text}"  # the same line, copied


def _line(_rule: Rule, text: str, _path: str) -> str:
    return f"line {text}"  # of a secret its evidence is a digest: the same value under the same name


_BY_CAPABILITY: Final[Mapping[str, Callable[[Rule, str, str], str]]] = {
    **dict.fromkeys(_SETTINGS, _setting),
    "deserialization": _loader,
    "missing-authentication": _router,
    "clear-text": _host,
    "weak-random": _random,
    "password-hash": _random,
    "personal-data-logged": _logged,
    "path-prefix": _folder,
    "prompt-injection": _prompt,
    **dict.fromkeys(
        ("secret-fallback", "hardcoded-password", "hardcoded-key", "literal-cipher-key", "provider-key"), _line
    ),
}
