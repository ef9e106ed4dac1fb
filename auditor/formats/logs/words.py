"""Classes of words as data (``rulesets/auditlog/placeholders.yaml``): what says nothing, who is a machine."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.content import rulesets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
FILE: Final = "auditlog/placeholders.yaml"


class Words:
    """The lists, ready for use."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """Take the parsed file."""
        self.placeholders: Final = frozenset(said["placeholders"])
        self.anonymous: Final = frozenset(said["anonymous"])
        self.shared: Final = frozenset(said["shared"])
        self._shared_form = re.compile("|".join(said["shared_forms"]))
        self._no_name = re.compile("|".join(said["no_names"]))
        self.machines: Final = tuple(said["machines"])
        self.machine_names: Final = frozenset(said["machine_names"])
        self._machine = re.compile(rf"(?:^|[-_.:@])(?:{'|'.join(map(re.escape, said['machine_words']))})$")
        self._topics = tuple((name, re.compile(pattern)) for name, pattern in said["topics"].items())
        self._writes = re.compile(said["writes"])
        self.success: Final = frozenset(said["success"])
        self.failure: Final = frozenset(said["failure"])
        self.topics: Callable[[str], frozenset[str]] = lru_cache(maxsize=65536)(self._find_topics)
        self.says_nothing: Callable[[str], bool] = lru_cache(maxsize=65536)(self._says_nothing)
        self.principal: Callable[[str], str] = lru_cache(maxsize=65536)(self._principal)

    def _says_nothing(self, value: str) -> bool:
        text = value.strip().lower()
        inner = text.strip("<>()[]{}\"'").replace("_", " ").replace("-", " ")
        return text in self.placeholders or (inner != "" and inner in self.placeholders)

    def _find_topics(self, action: str) -> frozenset[str]:
        # createUser is create user: words are told apart before they are looked for
        text = _HUMPS.sub(" ", action[:200]).lower()
        found = {name for name, pattern in self._topics if pattern.search(text)}
        if self._writes.search(text):
            found.add("write")
        return frozenset(found)

    def _principal(self, name: str) -> str:
        """Return the class of a name: ``person``, ``service``, ``node``, ``shared``, ``anonymous`` or ``none``.

        Where a directory writes a name with more around it (an address, a domain, a distinguished name, an ARN), what
        the name itself is counts, too.
        """
        text = name.strip().lower()
        spellings = {text, _bare(text)}
        if spellings & self.anonymous:
            return "anonymous"
        if self.says_nothing(text) or self._no_name.fullmatch(text) or _is_address(text):
            return "none"
        if spellings & self.shared or any(self._shared_form.fullmatch(each) for each in spellings):
            return "shared"
        if text.startswith("system:node:"):
            return "node"
        if any(self._is_machine(each) for each in spellings) or text.endswith(_MACHINE_ENDS):
            return "service"
        return "person"

    def _is_machine(self, text: str) -> bool:
        if text.startswith(self.machines) or text in self.machine_names:
            return True
        # in an address the points are between the names of a person
        local, _, domain = text.partition("@")
        joined = f"{local.replace('.', ' ')}@{domain}" if domain else text
        return self._machine.search(joined) is not None


_MACHINE_ENDS: Final = ("$", "[bot]")
"""Accounts of Windows machines, and of apps on code hosts."""
_ARN: Final = re.compile(r"arn:[\w-]+:(?:iam|sts)::\d*:(?:.*/)?([^/]+)")
_DISTINGUISHED: Final = re.compile(r"(?:cn|uid)=([^,+]{1,200})(?:,.*)?")
_SHOWN: Final = re.compile("([^()\uff08\uff09]{1,100}?) ?[(\uff08][^()\uff08\uff09]{0,100}[)\uff09]")
"""A name with what is shown of it in brackets, as JumpServer has it: ``root(root)``."""
_DOMAIN: Final = re.compile(
    r"(?:[\w. -]+\\|user:|(?:oidc|ldap|ad|saml|cas|dex|keycloak|okta|azuread|github|gitlab)[:#/])(.+)"
)


def _bare(text: str) -> str:
    """Return a name without what a directory writes around it."""
    for pattern in (_SHOWN, _ARN, _DISTINGUISHED, _DOMAIN):
        if match := pattern.fullmatch(text):
            text = match[1]
            break
    local, _, domain = text.partition("@")
    return local.replace(".", " ") if domain and local else text


def _is_address(text: str) -> bool:
    """Tell whether what stands where a name should is the address of a host."""
    if text[:1].isalnum() or ":" in text:
        with suppress(ValueError):
            return bool(ip_address(text.strip("[]")))
    return False


@cache
def words() -> Words:
    """Return the lists of this version."""
    return Words(yaml.load((rulesets() / FILE).read_bytes(), Loader=yaml.CSafeLoader))
