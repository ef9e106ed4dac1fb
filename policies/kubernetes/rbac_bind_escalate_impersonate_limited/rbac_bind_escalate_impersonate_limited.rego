# METADATA
# title: Few subjects can bind, escalate or impersonate
# description: bind and escalate on roles, impersonate on users, groups, service accounts, extras and uids.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-bind-escalate-impersonate-limited
#   shares: roles
#   title_zh: 限制 bind、escalate 与 impersonate 权限
#   problem:
#     en: 'A subject that nobody accepted can bind, escalate or impersonate'
#     zh: '未经批准的主体拥有 bind、escalate 或 impersonate 权限'
#   why:
#     en: With these verbs a subject gives itself every right that it lacks.
#     zh: 拥有这些权限的主体可以为自己授予任意权限。
#   remediation:
#     en: Take these verbs out of the role; name who must stay in the parameter accepted_subjects.
#     zh: 从角色中去掉这些操作；确需保留的主体列入参数 accepted_subjects。
#   expected:
#     en: only accepted subjects may bind, escalate or impersonate
#     zh: 仅经批准的主体可绑定、提权或冒充
#   decided:
#     en: 'A role that holds the right and that no binding in files or a chart names fails with low severity: whoever is bound to it may do it. In a whole cluster it is advice. Built-in roles count by their rules.'
#     zh: '清单或 Chart 中含有该权限、但未见任何绑定引用的角色，以低严重级别判为不通过：被绑定者即可获得该权限；在完整集群中仅作提示。内置角色按其规则判定。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.8
#   controls:
#     cis-kubernetes: [5.1.8]
#     gbt22239-2019-l3: [8.1.4.2.d, 8.1.4.2.e]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_bind_escalate_impersonate_limited

import data.lib.rbac

subject contains b.subject if some b in rbac.bindings

subject contains name if some name in object.keys(rbac.loose)

# Roles that give the right; who has them follows from the bindings.
# Users, groups and the rules of cluster roles lie in no namespace; a RoleBinding does not reach them.
giving_within := rbac.roles_giving({
	{"group": "rbac.authorization.k8s.io", "resource": "clusterroles", "verbs": {"bind"}},
	{"group": "rbac.authorization.k8s.io", "resource": "roles", "verbs": {"bind", "escalate"}},
	{"group": "", "resource": "serviceaccounts", "verbs": {"impersonate"}},
})

giving := giving_within | rbac.roles_giving({
	{"group": "rbac.authorization.k8s.io", "resource": "clusterroles", "verbs": {"escalate"}},
	{"group": "", "resource": "users", "verbs": {"impersonate"}},
	{"group": "", "resource": "groups", "verbs": {"impersonate"}},
	{"group": "authentication.k8s.io", "resource": "userextras", "verbs": {"impersonate"}},
	{"group": "authentication.k8s.io", "resource": "uids", "verbs": {"impersonate"}},
})

has(b) if rbac.role_of(b) in giving_within

has(b) if {
	rbac.role_of(b) in giving
	b.subject in rbac.reaches_cluster
}

bad contains b.subject if {
	some b in rbac.bindings
	has(b)
	count(rbac.offenders("5.1.8", b)) > 0
}

compliant contains b.subject if {
	some b in rbac.bindings
	not has(b)
	not rbac.role_unknown(b)
}

compliant contains b.subject if {
	some b in rbac.bindings
	has(b)
	not b.subject in bad
	not rbac.is_built_in(b)
}

compliant contains name if {
	some name in rbac.loose_good(giving_within)
	name in rbac.loose_good_of_cluster(giving)
}

not_applicable := {b.subject: rbac.exempt_reason |
	some b in rbac.bindings
	has(b)
	not b.subject in bad
	rbac.is_built_in(b)
}

undecided := {b.subject: rbac.unknown_reason(b) |
	some b in rbac.bindings
	rbac.role_unknown(b)
}

reason := object.union(
	rbac.loose_reasons(giving_within, what),
	object.union(rbac.loose_reasons_of_cluster(giving, what), of_bindings),
)

what := {"en": "bind, escalate or impersonate", "zh": "绑定、提权或冒充"}

of_bindings := {b.subject: object.union(rbac.reason(b, "5.1.8", what), weight(b)) |
	some b in rbac.bindings
	b.subject in bad
}

# The built-in roles for users are made to be bound in a namespace: what they give there reaches no further.
weight(b) := {"severity": "low"} if {
	not b.subject in rbac.reaches_cluster
	b.manifest.roleRef.name in {"admin", "edit"}
	b.manifest.roleRef.kind == "ClusterRole"
} else := {}
