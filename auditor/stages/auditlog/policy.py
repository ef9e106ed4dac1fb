"""What a Kubernetes audit policy records: the API server's own rules of matching, run on made-up requests.

Source: ``k8s.io/apiserver/pkg/audit/policy/checker.go`` (1.36), told in ``lineage-and-audit-log.md`` §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

LEVELS: Final = ("None", "Metadata", "Request", "RequestResponse")
STAGES: Final = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")
LONG_RUNNING: Final = frozenset({"exec", "attach", "portforward", "proxy"})
GROUPS: Final = ("audit.k8s.io/v1", "audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1")


class GroupResources(Struct, frozen=True, kw_only=True):
    """Resources of one API group."""

    group: str = ""
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Rule(Struct, frozen=True, kw_only=True):
    """One rule of a policy."""

    number: int
    level: str
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    resources: tuple[GroupResources, ...] = ()
    namespaces: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    omit: frozenset[str] = frozenset()


class Policy(Struct, frozen=True, kw_only=True):
    """A policy.

    Attributes:
        rules: In order; the first that matches decides.
        omit: Stages that no rule records.
        problems: What an API server would refuse.
    """

    rules: tuple[Rule, ...]
    omit: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


class Request(Struct, frozen=True, kw_only=True):
    """A made-up request.

    Attributes:
        user: Who.
        groups: Groups of the user.
        verb: ``create``, or ``get`` for a URL.
        group: API group, empty for the core.
        resource: Plural; empty for a URL that is no resource.
        subresource: ``exec`` …
        namespace: Empty for cluster-scoped.
        name: Of the object.
        url: Of a request for no resource.
    """

    user: str
    groups: tuple[str, ...]
    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    url: str = ""


class Decision(Struct, frozen=True, kw_only=True):
    """What is recorded of a request.

    Attributes:
        level: One of `LEVELS`.
        rule: Number of the rule that decided, from 1; 0 if none matched.
        omit: Stages that are left out.
    """

    level: str
    rule: int
    omit: frozenset[str]


PRINCIPALS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "person": ("zhang.san", ("system:authenticated",)),
    "service account": (
        "system:serviceaccount:agents:runner",
        ("system:serviceaccounts", "system:serviceaccounts:agents", "system:authenticated"),
    ),
    "node": ("system:node:worker-1", ("system:nodes", "system:authenticated")),
    "system:masters": ("kubernetes-admin", ("system:masters", "system:authenticated")),
    "anonymous": ("system:anonymous", ("system:unauthenticated",)),
}


def parse(value: object) -> Policy | None:
    """Return the policy in a parsed document; None if it is none."""
    if not isinstance(value, dict) or value.get("kind") != "Policy" or value.get("apiVersion") not in GROUPS:
        return None
    problems: list[str] = []
    rules = []
    given = value.get("rules")
    if not isinstance(given, list) or not given:
        problems.append("no rules")
        given = []
    for number, each in enumerate(given, 1):
        if not isinstance(each, dict):
            problems.append(f"rule {number} is no mapping")
            continue
        level = each.get("level")
        if level not in LEVELS:
            problems.append(f"rule {number}: level {level!r}")
            level = "None"
        resources = each.get("resources")
        rules.append(
            Rule(
                number=number,
                level=level,
                users=_texts(each.get("users")),
                groups=_texts(each.get("userGroups")),
                verbs=_texts(each.get("verbs")),
                resources=tuple(
                    GroupResources(
                        group=given_group if isinstance(given_group := entry.get("group"), str) else "",
                        resources=_texts(entry.get("resources")),
                        names=_texts(entry.get("resourceNames")),
                    )
                    for entry in (resources if isinstance(resources, list) else [])
                    if isinstance(entry, dict)
                ),
                namespaces=_texts(each.get("namespaces")),
                urls=_texts(each.get("nonResourceURLs")),
                omit=frozenset(_texts(each.get("omitStages"))),
            )
        )
        last = rules[-1]
        if last.urls and (last.resources or last.namespaces):
            problems.append(f"rule {number}: resources and nonResourceURLs together")
    return Policy(rules=tuple(rules), omit=frozenset(_texts(value.get("omitStages"))), problems=tuple(problems))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def decide(policy: Policy, request: Request) -> Decision:
    """Return what is recorded of a request: by the first rule that matches, else nothing."""
    for rule in policy.rules:
        if _matches(rule, request):
            return Decision(level=rule.level, rule=rule.number, omit=policy.omit | rule.omit)
    return Decision(level="None", rule=0, omit=policy.omit)


def is_recorded(policy: Policy, request: Request) -> bool:
    """Tell whether a request leaves a record that says how it ended."""
    decision = decide(policy, request)
    if decision.level == "None":
        return False
    if "ResponseComplete" not in decision.omit:
        return True
    is_long = request.subresource in LONG_RUNNING or request.verb in {"watch", "proxy"}
    return is_long and "ResponseStarted" not in decision.omit


def _matches(rule: Rule, request: Request) -> bool:
    if rule.users and request.user not in rule.users:
        return False
    if rule.groups and not set(rule.groups) & set(request.groups):
        return False
    if rule.verbs and request.verb not in rule.verbs:
        return False
    if rule.namespaces or rule.resources:
        return _matches_resource(rule, request)
    if rule.urls:
        return not request.resource and any(_matches_url(each, request.url) for each in rule.urls)
    return True


def _matches_resource(rule: Rule, request: Request) -> bool:
    if not request.resource:
        return False
    if rule.namespaces and request.namespace not in rule.namespaces:
        return False
    if not rule.resources:
        return True
    return any(_matches_entry(each, request) for each in rule.resources)


def _matches_entry(entry: GroupResources, request: Request) -> bool:
    if entry.group not in {"*", request.group}:  # measured on kube-apiserver 1.36.3: "*" is every group
        return False
    if not entry.resources:
        return True
    if entry.names and request.name not in entry.names:
        return False
    return any(matches_pattern(each, request.resource, request.subresource) for each in entry.resources)


def matches_pattern(pattern: str, resource: str, subresource: str) -> bool:
    """Tell whether ``pods``, ``pods/exec``, ``*``, ``*/exec`` or ``pods/*`` takes it; ``pods`` takes no subresource."""
    whole = f"{resource}/{subresource}" if subresource else resource
    if pattern in {"*", whole}:
        return True
    if pattern.startswith("*/"):
        return bool(subresource) and pattern[2:] == subresource
    return pattern.endswith("/*") and pattern[:-2] == resource


def _matches_url(pattern: str, url: str) -> bool:
    if pattern in {"*", url}:
        return True
    return pattern.endswith("*") and url.startswith(pattern[:-1])


def principals(policy: Policy) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (class, user, groups) of everybody for whom a policy may decide differently."""
    for name, (user, groups) in PRINCIPALS.items():
        yield name, user, groups
    named = sorted({user for rule in policy.rules for user in rule.users})
    for user in named[:200]:
        yield user, user, groups_of(user)
    for group in sorted({group for rule in policy.rules for group in rule.groups}):
        if not group.startswith("system:"):
            yield f"group {group}", "zhang.san", (group, "system:authenticated")


def groups_of(user: str) -> tuple[str, ...]:
    """Return the groups that the API server gives an account by its name."""
    if user.startswith("system:serviceaccount:"):
        namespace = user.split(":")[2] if user.count(":") > 2 else ""  # noqa: PLR2004 - said beside it
        return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    if user.startswith("system:node:"):
        return ("system:nodes", "system:authenticated")
    if user == "system:anonymous":
        return ("system:unauthenticated",)
    return ("system:authenticated",)


class Served(Struct, frozen=True, kw_only=True):
    """What a cluster serves.

    Attributes:
        resources: (group, resource or resource/subresource) to its verbs.
        cluster_scoped: Those that lie in no namespace.
        is_exact: It was asked for; else it is what every cluster of this version serves, and add-ons may serve more.
    """

    resources: Mapping[tuple[str, str], tuple[str, ...]]
    cluster_scoped: frozenset[tuple[str, str]] = frozenset()
    is_exact: bool = False

    def groups(self) -> frozenset[str]:
        """Return the API groups."""
        return frozenset(group for group, _resource in self.resources)


def requests_for(
    group: str, path: str, verb: str, policy: Policy, *, scoped: bool = True
) -> Iterator[tuple[str, Request]]:
    """Yield (principal, request) for everybody, in every namespace and for every name that a policy tells apart."""
    resource, _, subresource = path.partition("/")
    spaces = (
        ["agents", "kube-system", *sorted({each for rule in policy.rules for each in rule.namespaces})]
        if scoped
        else [""]
    )
    names = [
        "x",
        *sorted(
            {
                name
                for rule in policy.rules
                for entry in rule.resources
                if entry.group == group
                and any(matches_pattern(each, resource, subresource) for each in entry.resources)
                for name in entry.names
            }
        )[:50],
    ]
    for who, user, groups in principals(policy):
        for space in dict.fromkeys(spaces[:50]):
            for name in names:
                yield (
                    who,
                    Request(
                        user=user,
                        groups=groups,
                        verb=verb,
                        group=group,
                        resource=resource,
                        subresource=subresource,
                        namespace=space,
                        name=name,
                    ),
                )


def unrecorded(policy: Policy, actions: Iterable[tuple[str, str, str, bool]]) -> list[str]:
    """Return the actions that leave no record, with the first principal for whom that is so, sorted.

    Args:
        policy: The policy.
        actions: (group, resource path, verb, is namespaced).
    """
    found = []
    for group, path, verb, scoped in actions:
        for who, request in requests_for(group, path, verb, policy, scoped=scoped):
            if not is_recorded(policy, request):
                where = f", namespace {request.namespace}" if request.namespace not in {"", "agents"} else ""
                name = f", name {request.name}" if request.name != "x" else ""
                found.append(f"{verb} {f'{group}/' if group else ''}{path} ({who}{where}{name})")
                break
    return sorted(found)


def dead(policy: Policy, served: Served) -> tuple[list[str], list[str]]:
    """Return what in a policy matches nothing that is served, and what may (groups of add-ons)."""
    none: list[str] = []
    maybe: list[str] = []
    known = served.groups()
    for rule in policy.rules:
        for entry in rule.resources:
            label = f"rule {rule.number}: group {entry.group or 'core'}"
            if entry.group not in known:
                (none if served.is_exact or entry.group in REMOVED else maybe).append(label)
                continue
            for pattern in entry.resources:
                hit = any(
                    group == entry.group and matches_pattern(pattern, *_split(path)) for group, path in served.resources
                )
                if not hit:
                    none.append(f"rule {rule.number}: {f'{entry.group}/' if entry.group else ''}{pattern}")
    return sorted(none), sorted(maybe)


def shadowed(policy: Policy) -> list[int]:
    """Return the numbers of rules that an earlier rule, which takes everything, leaves nothing."""
    found = []
    takes_all = False
    for rule in policy.rules:
        if takes_all:
            found.append(rule.number)
        if not (rule.users or rule.groups or rule.verbs or rule.resources or rule.namespaces or rule.urls):
            takes_all = True
    return found


REMOVED: Final = frozenset({"extensions", "settings.k8s.io", "auditregistration.k8s.io"})
"""API groups that no supported cluster serves any more."""
SECRET_PATHS: Final = (
    ("", "secrets", ("get", "list", "create", "update", "patch", "delete")),
    ("", "serviceaccounts/token", ("create",)),
    ("authentication.k8s.io", "tokenreviews", ("create",)),
)


def leaks(policy: Policy) -> list[str]:
    """Return the requests whose bodies, with a secret in them, go into the log, sorted."""
    found = set()
    for group, path, verbs in SECRET_PATHS:
        for verb in verbs:
            for _who, request in requests_for(group, path, verb, policy, scoped=path != "tokenreviews"):
                decision = decide(policy, request)
                # what is asked for stands in the response alone, what is written in the request already
                bodies = {"RequestResponse"} if verb in {"get", "list"} else {"Request", "RequestResponse"}
                if decision.level in bodies:
                    found.add(f"rule {decision.rule}: {verb} {f'{group}/' if group else ''}{path} at {decision.level}")
    return sorted(found)


def _split(path: str) -> tuple[str, str]:
    resource, _, subresource = path.partition("/")
    return resource, subresource


def served_of(said: Mapping[str, Any]) -> Served:
    """Return what every cluster serves, from ``rulesets/auditlog/served.yaml``."""
    resources: dict[tuple[str, str], tuple[str, ...]] = {}
    scoped: set[tuple[str, str]] = set()
    for group, entries in said["groups"].items():
        name = "" if group == "core" else group
        for path, options in entries.items():
            resources[name, path] = tuple((options or {}).get("verbs", ()))
            if (options or {}).get("cluster"):
                scoped.add((name, path))
    return Served(resources=resources, cluster_scoped=frozenset(scoped))
