"""What rules know of the roles that every cluster has, against the rules that a real API server holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from auditor.check import judge
from auditor.content import policies
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
