"""What rules know of roles, against a real API server: built-in ones that it holds, and what it grants by a rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.content import policies
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeCluster, KubeObject
from auditor.stages.policy.checks import checks
from auditor.stages.policy.metadata import built_in
from auditor.stages.policy.observe import PolicyStage
from auditor.tools.opa import Opa
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.kubernetes.conftest import Server

pytestmark = [pytest.mark.tool("kube-apiserver"), pytest.mark.tool("kubectl"), pytest.mark.tool("opa")]
GROUP = "rbac.authorization.k8s.io/v1"
TARGET = System(name="roles", parts=(Part(kind="kubernetes", where="x"),))
_PLACE = Origin(part=TARGET.parts[0].argument, file="x.yaml", line=1)


@pytest.fixture(scope="module")
def roles(server: Server) -> tuple[dict[str, Any], ...]:
    """All roles of a new cluster; the controller that fills in the aggregated ones does not run here."""
    held = json.loads(server.kubectl("get", "clusterroles,roles", "-A", "-o", "json"))["items"]
    own = [each for each in held if "kubernetes.io/bootstrapping" in _labels(each)]
    return tuple({**each, "rules": list(_rules(each, own))} for each in own)


def _rules(role: dict[str, Any], roles: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rules of a role and of those that it takes in; edit is within admin, and view within edit."""
    yield from role.get("rules") or ()
    for selector in (role.get("aggregationRule") or {}).get("clusterRoleSelectors", ()):
        for other in roles:
            if selector["matchLabels"].items() <= _labels(other).items():
                yield from _rules(other, roles)


def _labels(role: dict[str, Any]) -> dict[str, str]:
    return role["metadata"].get("labels") or {}


def test_bound_roles_are_judged_unseen_as_by_the_rules_that_the_server_holds(
    roles: tuple[dict[str, Any], ...],
) -> None:
    bindings = [binding for role in roles for binding in _bindings(role)]

    unseen = _verdicts(bindings)
    seen = _verdicts([*bindings, *(_object({**role, "apiVersion": GROUP}) for role in roles)])

    known = {role["metadata"]["name"] for role in roles}
    assert {"admin", "edit", "view", "cluster-admin", "system:auth-delegator"} <= known
    assert len(roles) > 70
    names = {binding.subject for binding in bindings}
    by_rules = {key: verdict for key, verdict in seen.items() if key[1] in names}
    assert {key: unseen.get(key) for key in by_rules} == by_rules
    about_each = {check for check, _ in by_rules}
    assert len(about_each) >= 9
    assert len(by_rules) == len(about_each) * len(names)
    assert set(by_rules.values()) == {"fail", "pass"}


def test_who_may_edit_may_act_as_service_accounts(roles: tuple[dict[str, Any], ...]) -> None:
    unseen = _verdicts([binding for role in roles for binding in _bindings(role)])

    check = "k8s-rbac-bind-escalate-impersonate-limited"
    said = {name: unseen[check, f"ClusterRoleBinding/{name}"] for name in ("edit", "admin", "view")}
    assert said == {"edit": "fail", "admin": "fail", "view": "pass"}


# A rule, and what may be in question by it: verb, group, resource, subresource, name; no role here names "other".
_TOKENS: Final = [("create", "", "serviceaccounts", "token", "other")]
_PROXY: Final = [(verb, "", "nodes", "proxy", "other") for verb in ("get", "create")]
_APPROVAL: Final = [
    (verb, "certificates.k8s.io", "certificatesigningrequests", "approval", "other") for verb in ("update", "patch")
]
_ASKED: Final = {
    "k8s-rbac-token-creation-limited": _TOKENS,
    "k8s-rbac-node-proxy-limited": _PROXY,
    "k8s-rbac-csr-approval-limited": _APPROVAL,
    "k8s-rbac-secrets-limited": [(verb, "", "secrets", "", "other" * (verb == "get")) for verb in ("get", "list")],
    "k8s-rbac-pod-creation-limited": [("create", "", "pods", "", "")],
    "k8s-rbac-persistent-volume-creation-limited": [("create", "", "persistentvolumes", "", "")],
}
_RULES: Final = [
    {"resources": ["serviceaccounts/token"], "verbs": ["create"]},
    {"resources": ["serviceaccounts/*"], "verbs": ["create"]},
    {"resources": ["serviceaccounts/*", "nodes/*", "pods/*", "secrets/*"], "verbs": ["*"]},
    {"resources": ["*/token"], "verbs": ["create"]},
    {"resources": ["*/*"], "verbs": ["*"]},
    {"resources": ["*"], "verbs": ["create"]},
    {"resources": ["serviceaccounts"], "verbs": ["*"]},
    {"resources": ["serviceaccounts/token"], "verbs": ["create"], "resourceNames": ["ci"]},
    {"resources": ["serviceaccounts/token", "nodes/proxy"], "verbs": ["*"], "resourceNames": ["ci"]},
    {"resources": ["*/token"], "verbs": ["create"], "resourceNames": ["ci"]},
    {"resources": ["serviceaccounts/token"], "verbs": ["CREATE"]},
    {"resources": ["ServiceAccounts/Token", "Secrets"], "verbs": ["*"]},
    {"apiGroups": ["core"], "resources": ["serviceaccounts/token", "secrets", "pods"], "verbs": ["*"]},
    {"apiGroups": ["*"], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
    {"resources": ["nodes/proxy"], "verbs": ["get"]},
    {"resources": ["nodes/*"], "verbs": ["get", "create"]},
    {"resources": ["nodes"], "verbs": ["*"]},
    {"resources": ["*/proxy"], "verbs": ["create"]},
    {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/*"], "verbs": ["update"]},
    {"apiGroups": ["certificates.k8s.io"], "resources": ["*/approval"], "verbs": ["patch"]},
    {"resources": ["secrets"], "verbs": ["get"], "resourceNames": ["ci"]},
    {"resources": ["secrets"], "verbs": ["list"]},
    {"resources": ["pods/exec", "pods/eviction"], "verbs": ["create"]},
    {"resources": ["persistentvolumes/status"], "verbs": ["create"]},
]


def test_rule_gives_in_our_words_what_the_server_grants_by_it(server: Server) -> None:
    roles: list[dict[str, Any]] = [
        {
            "apiVersion": GROUP,
            "kind": "ClusterRole",
            "metadata": {"name": f"granting-{number}"},
            "rules": [{"apiGroups": [""], **rule}],
        }
        for number, rule in enumerate(_RULES)
    ]
    bindings: list[dict[str, Any]] = [
        {
            "apiVersion": GROUP,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role["metadata"]["name"]},
            "roleRef": {"apiGroup": GROUP.partition("/")[0], "kind": "ClusterRole", "name": role["metadata"]["name"]},
            "subjects": [{"kind": "User", "apiGroup": GROUP.partition("/")[0], "name": role["metadata"]["name"]}],
        }
        for role in roles
    ]
    server.kubectl("create", "-f", "-", stdin=_listed([*roles, *bindings]))
    try:
        granted = _granted(server, [role["metadata"]["name"] for role in roles])
    finally:
        for kind in ("clusterrolebinding", "clusterrole"):
            server.kubectl("delete", kind, *(role["metadata"]["name"] for role in roles))

    said = _verdicts([_object(each) for each in (*roles, *bindings)])

    by_us = {
        (check, name): said[check, f"ClusterRoleBinding/{name}"] == "fail" for check, name in granted if check in _ASKED
    }
    assert by_us == granted
    assert {check for (check, _), is_granted in granted.items() if is_granted} == _ASKED.keys()
    stars = [number for number, rule in enumerate(_RULES) if "serviceaccounts/*" in rule["resources"]]
    assert not any(granted["k8s-rbac-token-creation-limited", f"granting-{number}"] for number in stars)


def _granted(server: Server, users: list[str]) -> dict[tuple[str, str], bool]:
    """Ask the server whether each user may do one of the things that a check is about."""
    asked = [(check, user, request) for check, requests in _ASKED.items() for user in users for request in requests]
    reviews = [
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": user,
                "resourceAttributes": dict(
                    zip(("verb", "group", "resource", "subresource", "name"), request, strict=True)
                ),
            },
        }
        for _, user, request in asked
    ]
    answers = server.kubectl("create", "-f", "-", "-o", r"jsonpath={.status.allowed}{'\n'}", stdin=_listed(reviews))
    found: dict[tuple[str, str], bool] = {}
    for (check, user, _), answer in zip(asked, answers.split(), strict=True):
        found[check, user] = found.get((check, user), False) or answer == "true"
    return found


def _listed(objects: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def _bindings(role: dict[str, Any]) -> Iterator[KubeObject]:
    """Yield bindings of a role to somebody who is nobody's exception: in a namespace, and in the whole cluster."""
    name, namespace = role["metadata"]["name"], role["metadata"].get("namespace", "")
    for kind in ("RoleBinding",) if namespace else ("RoleBinding", "ClusterRoleBinding"):
        place = {"namespace": namespace or "shop"} if kind == "RoleBinding" else {}
        yield _object(
            {
                "apiVersion": GROUP,
                "kind": kind,
                "metadata": {"name": name.replace(":", "-"), **place},
                "roleRef": {"apiGroup": GROUP.partition("/")[0], "kind": role["kind"], "name": name},
                "subjects": [{"kind": "User", "name": "jane"}],
            }
        )


def _object(manifest: dict[str, Any]) -> KubeObject:
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace", "")
    return KubeObject(
        subject="/".join(filter(None, (manifest["kind"], namespace, metadata["name"]))),
        origin=_PLACE,
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        namespace=namespace,
        name=metadata["name"],
        manifest=manifest,
    )


def _verdicts(objects: list[KubeObject]) -> dict[tuple[str, str], str]:
    """Return what the rules on roles say, by check and subject, of a cluster of the version of the real server."""
    cluster = KubeCluster(
        subject="cluster",
        origin=_PLACE,
        version="1.36.3",
        distribution="",
        is_managed=False,
        is_complete=False,
        kinds_listed=(),
    )
    stage = PolicyStage(engine=Opa(programs=Programs.here(), policies=policies()), policies=built_in)
    try:
        said = list(stage.observe(TARGET, Facts([cluster, *objects])))
    finally:
        stage.close()
    facts = [each for each in said if isinstance(each, Fact)]
    gaps = [each for each in said if isinstance(each, Gap)]
    about_roles = [
        each for each in checks(built_in()) if each.id.startswith("k8s-rbac-") and each.id.endswith("-limited")
    ]
    found = judge(about_roles, Facts([cluster, *objects, *facts], gaps), TARGET)
    return {(each.id, each.subject): each.verdict.value for each in found}
