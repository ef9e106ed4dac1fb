"""ACL policies of Vault and OpenBao: what they say, and what they come to.

Everything here was compared with ``sys/capabilities`` of OpenBao 2.7.2 over thousands of policies and paths
(tests/contract/test_openbao_policies.py). The rules of priority are those of both products' documentation, "Policies",
section "Priority matching".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats import hcl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DENY: Final = "deny"
ROOT: Final = "root"
CAPABILITIES: Final = frozenset(
    {"create", "read", "update", "delete", "list", "sudo", "deny", "patch", "scan", "recover", "subscribe"}
)
_OLD_FORMS: Final[dict[str, frozenset[str]]] = {
    "deny": frozenset({"deny"}),
    "read": frozenset({"read", "list"}),
    "write": frozenset({"create", "read", "update", "delete", "list"}),
    "sudo": frozenset({"create", "read", "update", "delete", "list", "sudo"}),
}
"""``policy = "…"``, the form of before 0.5, which both products still take."""
_TEMPLATE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
PATH_LIMIT: Final = 4096


class PolicyError(ValueError):
    """The product would refuse this policy.

    Attributes:
        line: Where, counted from 1.
    """

    def __init__(self, problem: str, line: int) -> None:
        """Keep the line apart for the place of a gap."""
        super().__init__(f"line {line}: {problem}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Rule:
    """What a policy says of one pattern.

    Attributes:
        path: As written, without the leading slash.
        capabilities: Words; only ``deny`` where it is among them.
        line: In its file.
        is_narrowed: Parameters are required or forbidden besides.
    """

    path: str
    capabilities: frozenset[str]
    line: int = 1
    is_narrowed: bool = False

    @property
    def is_templated(self) -> bool:
        """Tell whether it depends on who asks."""
        return "{{" in self.path


def parse(data: bytes) -> tuple[Rule, ...]:
    """Return the rules of a policy, in the order of the file.

    Raises:
        PolicyError: The product would refuse it.
    """
    try:
        body = hcl.read(data)
    except hcl.HclError as error:
        raise PolicyError(str(error).partition(": ")[2], error.line) from error
    rules = []
    for item in body.items:
        if item.name != "path":
            if item.name == "name" and not item.labels:
                continue
            message = f"{item.name[:80]!r} is no part of a policy"
            raise PolicyError(message, item.line)
        for labels, rule, at in body_rules(item):
            rules.append(_rule(labels, rule, at))
    return tuple(rules)


def body_rules(item: hcl.Item) -> Iterator[tuple[str, hcl.Body, hcl.Item]]:
    """Iterate over the (path, body) pairs of one ``path`` item, HCL or JSON."""
    for labels, body, at in hcl.Body((item,)).blocks("path"):
        for found, below, place in hcl.nested(labels, body, at, 1):
            yield found[0], below, place


def _rule(path: str, body: hcl.Body, item: hcl.Item) -> Rule:
    path = path.removeprefix("/")
    if "+*" in path:
        message = f"{path[:80]!r}: '+*' is forbidden"
        raise PolicyError(message, item.line)
    if len(path) > PATH_LIMIT:
        message = f"a path of more than {PATH_LIMIT} characters"
        raise PolicyError(message, item.line)
    if any(each.name == "capabilities" for each in body.repeated()):
        message = f"{path[:80]!r} has capabilities twice"
        raise PolicyError(message, item.line)
    capabilities: set[str] = set()
    old = body.value("policy")
    if old not in (None, ""):
        if not isinstance(old, str) or old not in _OLD_FORMS:
            message = f"{path[:80]!r}: {str(old)[:80]!r} is no policy"
            raise PolicyError(message, item.line)
        capabilities |= _OLD_FORMS[old]
    said = body.value("capabilities")
    for each in said if isinstance(said, list) else [] if said is None else [said]:
        if not isinstance(each, str) or each not in CAPABILITIES:
            message = f"{path[:80]!r}: {str(each)[:80]!r} is no capability"
            raise PolicyError(message, item.line)
        capabilities.add(each)
    narrowed = any(body.item(name) for name in ("allowed_parameters", "denied_parameters", "required_parameters"))
    narrowed = narrowed or any(True for _each in body.blocks("allowed_parameters"))
    final = frozenset({DENY}) if DENY in capabilities else frozenset(capabilities)
    return Rule(path, final, item.line, narrowed)


Priority = tuple[int, bool, int, int, str]
"""Larger wins: place of the first wildcard, no glob at the end, fewer ``+``, length, order of letters."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern made ready to be compared with paths.

    Attributes:
        path: As written.
        kind: ``exact``, ``prefix`` (a glob at the end and no ``+``) or ``segments`` (a ``+`` somewhere).
        segments: Of the last kind, without the glob.
        is_glob: It ends in ``*``.
        priority: Larger wins.
    """

    path: str
    kind: str
    segments: tuple[str, ...]
    is_glob: bool
    priority: Priority

    @classmethod
    def of(cls, path: str) -> Pattern:
        """Make a pattern ready."""
        if path == "+" or "/+" in path or path.startswith("+/"):
            is_glob = path.endswith("*")
            bare = path[:-1] if is_glob else path
            segments = tuple(bare.split("/"))
            pluses = sum(each == "+" for each in segments)
            return cls(path, "segments", segments, is_glob, (path.index("+"), not is_glob, -pluses, len(bare), bare))
        if path.endswith("*"):
            bare = path[:-1]
            return cls(path, "prefix", (), is_glob=True, priority=(len(bare), False, 0, len(bare), bare))
        return cls(path, "exact", (), is_glob=False, priority=(len(path) + 1, True, 0, len(path), path))

    def matches(self, path: str) -> bool:
        """Tell whether a path falls under it; exact patterns are looked up instead."""
        if self.kind == "prefix":
            return path.startswith(self.path[:-1])
        if self.kind == "exact":
            return path == self.path
        parts = path.split("/")
        own = self.segments
        if len(parts) < len(own) or (not self.is_glob and len(parts) != len(own)):
            return False
        last = len(own) - 1
        return all(
            mine in ("+", given) or (self.is_glob and place == last and given.startswith(mine))
            for place, (mine, given) in enumerate(zip(own, parts, strict=False))
        )


@dataclass
class Acl:
    """Policies taken together, as one token has them.

    Attributes:
        exact: Capabilities by path.
        others: Patterns with their capabilities.
    """

    exact: dict[str, frozenset[str]] = field(default_factory=dict)
    others: dict[str, tuple[Pattern, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Acl:
        """Unite rules: of one pattern the capabilities add up, and ``deny`` takes all of them away."""
        acl = cls()
        for rule in rules:
            pattern = Pattern.of(rule.path)
            if pattern.kind == "exact":
                acl.exact[rule.path] = united(acl.exact.get(rule.path, frozenset()), rule.capabilities)
            else:
                before = acl.others.get(rule.path)
                acl.others[rule.path] = (pattern, united(before[1] if before else frozenset(), rule.capabilities))
        return acl

    def winner(self, path: str) -> tuple[str, frozenset[str]]:
        """Return the pattern that decides on a path, and its capabilities; ("", none) if there is none."""
        for exact in _as_listed(path):
            if exact in self.exact:
                return exact, self.exact[exact]
        best: tuple[Pattern, frozenset[str]] | None = None
        for tried in _as_listed(path):
            for found in self.others.values():
                if (best is None or found[0].priority > best[0].priority) and found[0].matches(tried):
                    best = found
            if best:
                return best[0].path, best[1]
        return "", frozenset()

    def capabilities(self, path: str) -> frozenset[str]:
        """Return what a token with these policies may do at a path; empty for nothing."""
        return self.winner(path)[1] - {DENY}


def _as_listed(path: str) -> tuple[str, ...]:
    """Return a path, and where it ends in a slash what a LIST of it falls back to."""
    return (path, path[:-1]) if path.endswith("/") else (path,)


def united(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Return the capabilities of two rules for one pattern."""
    return frozenset({DENY}) if DENY in one or DENY in other else one | other


def filled_in(rule: Rule, identity: Mapping[str, str]) -> Rule | None:
    """Return a templated rule as it reads for one identity, None where the identity lacks what it names.

    Args:
        rule: With or without templates.
        identity: Values by name (``identity.entity.name``).
    """
    if not rule.is_templated:
        return rule
    names = _TEMPLATE.findall(rule.path)
    if any(name not in identity or not identity[name] for name in names):
        return None
    made = _TEMPLATE.sub(lambda found: identity[found[1]], rule.path)
    return Rule(made, rule.capabilities, rule.line, rule.is_narrowed)


# --- What a single policy gives away ----------------------------------------------------------------------------------

FRESH: Final = "some-name"
"""Stands in for a name that no rule mentions."""


def witnesses(rule_path: str, wanted: str) -> Iterator[str]:
    """Yield a path that falls under a rule's pattern and under a wanted pattern; nothing where none does.

    Args:
        rule_path: Pattern of a rule.
        wanted: Pattern of the same language; a ``+`` in it stands for any name, a ``*`` at its end for any rest.
    """
    rule_path = _TEMPLATE.sub(FRESH, rule_path)
    mine, own_glob = _cut(rule_path)
    theirs, their_glob = _cut(wanted)
    made: list[str] = []
    for place in range(max(len(mine), len(theirs))):
        one = mine[place] if place < len(mine) else None
        other = theirs[place] if place < len(theirs) else None
        if one is None and not own_glob:
            return
        if other is None and not their_glob:
            return
        part = _both(
            one,
            other,
            is_one_open=own_glob and place == len(mine) - 1,
            is_other_open=their_glob and place == len(theirs) - 1,
        )
        if part is None:
            return
        made.append(part)
    yield "/".join(made)


def _cut(path: str) -> tuple[list[str], bool]:
    is_glob = path.endswith("*")
    return (path[:-1] if is_glob else path).split("/"), is_glob


def _both(one: str | None, other: str | None, *, is_one_open: bool, is_other_open: bool) -> str | None:
    """Return a segment that falls under both, None where there is none; None as argument is any rest."""
    if one is None or other is None:
        found = other if one is None else one
        return FRESH if found == "+" else f"{found}{FRESH}" if (is_one_open or is_other_open) and not found else found
    if one == "+":
        return FRESH if other == "+" else f"{other}{FRESH}" if is_other_open else other
    if other == "+":
        return f"{one}{FRESH}" if is_one_open else one
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    is_shorter_open = is_other_open if longer is one else is_one_open
    is_longer_open = is_one_open if longer is one else is_other_open
    if longer == shorter:
        return f"{longer}{FRESH}" if is_one_open and is_other_open and not longer else longer
    if not (is_shorter_open and longer.startswith(shorter)):
        return None
    return f"{longer}{FRESH}" if is_longer_open and not longer else longer


def granted(
    rules: Iterable[Rule], wanted: str, capabilities: frozenset[str]
) -> Iterator[tuple[Rule, str, frozenset[str]]]:
    """Yield the rules of a policy that let its holder do something at a path of a wanted pattern, by effect.

    A path is made up that falls under both, and all rules of the policy are asked about it: where another of them wins
    and forbids it, nothing is given away.

    Args:
        rules: Of one policy.
        wanted: Pattern of paths that are dangerous.
        capabilities: Any of these matters.
    """
    known = tuple(rules)
    acl = Acl.of(known)
    for rule in known:
        if rule.capabilities.isdisjoint(capabilities):
            continue
        for path in witnesses(rule.path, wanted):
            _pattern, given = acl.winner(path)
            if given & capabilities and DENY not in given:
                yield rule, path, given & capabilities


# --- Who can: many holders, many paths --------------------------------------------------------------------------------


@dataclass
class _Said:
    """What all policies say of one pattern.

    Attributes:
        pattern: The pattern.
        masks: Which sets of policies have it, by capabilities.
        policies: Capabilities by policy.
    """

    pattern: Pattern
    masks: dict[frozenset[str], int] = field(default_factory=dict)
    policies: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class _Node:
    """A place in the tree of patterns with ``+``: what comes next, what ends here, and what goes on with a glob."""

    inner: dict[str, _Node] = field(default_factory=dict)
    ends: list[_Said] = field(default_factory=list)
    globs: list[tuple[str, _Said]] = field(default_factory=list)


class Holders:
    """Sets of policies, asked all at once what they may do at a path.

    Each set of policies is one bit; a path is decided for all of them by going through its patterns from the one with
    the highest priority downwards. So the work grows with the patterns that fit a path, not with holders.
    """

    def __init__(self, policies: Mapping[str, Iterable[Rule]], sets: Iterable[frozenset[str]]) -> None:
        """Index the policies.

        Args:
            policies: Rules by name; without templates.
            sets: Names of policies that are held together; one that is in no policy is taken as empty.
        """
        self.sets = tuple(sets)
        having: dict[str, int] = defaultdict(int)
        for number, names in enumerate(self.sets):
            for name in names:
                having[name] |= 1 << number
        self._all = (1 << len(self.sets)) - 1
        self._root = having.get(ROOT, 0)
        self._exact: dict[str, _Said] = {}
        self._prefix: dict[str, _Said] = {}
        self._tree = _Node()
        known: dict[str, _Said] = {}
        for name, rules in policies.items():
            if mask := having.get(name, 0):
                for rule in rules:
                    if rule.path not in known:
                        known[rule.path] = self._indexed(rule.path)
                    said = known[rule.path]
                    said.masks[rule.capabilities] = said.masks.get(rule.capabilities, 0) | mask
                    said.policies[name] = united(said.policies.get(name, frozenset()), rule.capabilities)

    def _indexed(self, path: str) -> _Said:
        said = _Said(Pattern.of(path))
        match said.pattern.kind:
            case "exact":
                self._exact[path] = said
            case "prefix":
                self._prefix[path[:-1]] = said
            case _:
                node = self._tree
                segments = said.pattern.segments
                for segment in segments[:-1] if said.pattern.is_glob else segments:
                    node = node.inner.setdefault(segment, _Node())
                if said.pattern.is_glob:
                    node.globs.append((segments[-1], said))
                else:
                    node.ends.append(said)
        return said

    def _fitting(self, path: str) -> list[_Said]:
        """Return the patterns other than exact ones that a path falls under, those that win first."""
        found = [self._prefix[path[:end]] for end in range(len(path) + 1) if path[:end] in self._prefix]
        parts = path.split("/")
        nodes = [self._tree]
        for place, part in enumerate(parts):
            for node in nodes:
                found += [said for head, said in node.globs if head == "+" or part.startswith(head)]
            nodes = [node.inner[each] for node in nodes for each in {part, "+"} & node.inner.keys()]
            if not nodes:
                break
            if place == len(parts) - 1:
                found += [said for node in nodes for said in node.ends]
        return sorted(found, key=lambda said: said.pattern.priority, reverse=True)

    def able(self, path: str, capability: str) -> int:
        """Return as bits which sets may do something at a path."""
        able = self._root
        left = self._all & ~able
        for said in self._deciding(path):
            able, left = _decided(said.masks, capability, able, left)
            if not left:
                break
        return able

    def _deciding(self, path: str) -> Iterator[_Said]:
        """Iterate over all that a path falls under, in the order in which it decides."""
        for exact in _as_listed(path):
            if exact in self._exact:
                yield self._exact[exact]
        for tried in _as_listed(path):
            yield from self._fitting(tried)

    def given_by(self, path: str) -> dict[str, frozenset[str]]:
        """Return what each policy by itself gives at a path; those that say nothing of it are left out."""
        found: dict[str, frozenset[str]] = {}
        for said in self._deciding(path):
            for policy, capabilities in said.policies.items():
                found.setdefault(policy, capabilities)
        return found

    def members(self, bits: int) -> Iterator[int]:
        """Iterate over the numbers of the sets in an answer."""
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest


def _decided(said: Mapping[frozenset[str], int], capability: str, able: int, left: int) -> tuple[int, int]:
    """Take one pattern into account: who has it is decided by it."""
    having = granting = denying = 0
    for capabilities, mask in said.items():
        having |= mask
        if DENY in capabilities:
            denying |= mask
        elif capability in capabilities:
            granting |= mask
    return able | (left & granting & ~denying), left & ~having
