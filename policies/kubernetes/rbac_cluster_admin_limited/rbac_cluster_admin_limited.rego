# METADATA
# title: cluster-admin is held by accepted subjects only
# description: ClusterRoleBindings to cluster-admin, or to a role that equals it, for anyone but the built-in groups.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-cluster-admin-limited
#   title_zh: 仅经批准的主体持有 cluster-admin 权限
#   problem:
#     en: 'A subject that nobody accepted holds cluster-admin'
#     zh: '未经批准的主体持有 cluster-admin 权限'
#   why:
#     en: Whoever holds it owns the cluster, and nothing that they do can be refused.
#     zh: 持有者可完全控制集群，任何操作都不会被拒绝。
#   remediation:
#     en: Bind a role with the rights that are needed; name who must stay in the parameter accepted_subjects.
#     zh: 改为绑定仅含所需权限的角色；确需保留的主体列入参数 accepted_subjects。
#   expected:
#     en: only accepted subjects may hold every right
#     zh: 仅经批准的主体可拥有全部权限
#   severity: critical
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.1
#   controls:
#     cis-kubernetes: [5.1.1]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_cluster_admin_limited

import data.lib.rbac

subject contains b.subject if some b in rbac.bindings

subject contains name if some name in object.keys(rbac.loose)

# cluster-admin itself, and every role that equals it.
giving contains role if {
	some role, rules in rbac.all_rules
	some rule in rules
	every words in [rule.apiGroups, rule.resources, rule.verbs] { "*" in words }
}

bad contains b.subject if {
	some b in rbac.bindings
	b.subject in rbac.reaches_cluster
	rbac.role_of(b) in giving
	count(rbac.offenders("5.1.1", b)) > 0
}

compliant contains b.subject if {
	some b in rbac.bindings
	not rbac.role_of(b) in giving
	not rbac.role_unknown(b)
}

# In one namespace it is no right over the cluster; what it gives there is for 5.1.2, 5.1.4, 5.1.8 and 5.1.13 to judge.
compliant contains b.subject if {
	some b in rbac.bindings
	not b.subject in rbac.reaches_cluster
}

compliant contains b.subject if {
	some b in rbac.bindings
	rbac.role_of(b) in giving
	not b.subject in bad
	not is_own(b)
}

compliant contains name if some name in rbac.loose_good_of_cluster(giving)

# The bindings of the API server and of kubeadm, for their own groups only.
not_applicable := {b.subject: rbac.exempt_reason |
	some b in rbac.bindings
	rbac.role_of(b) in giving
	not b.subject in bad
	is_own(b)
}

is_own(b) if rbac.is_built_in(b)

is_own(b) if b.name == "cluster-admin"

undecided := {b.subject: rbac.unknown_reason(b) |
	some b in rbac.bindings
	rbac.role_unknown(b)
}

reason := object.union(rbac.loose_reasons_of_cluster(giving, what), of_bindings)

what := {"en": "hold every right", "zh": "拥有全部权限"}

of_bindings := {b.subject: rbac.reason(b, "5.1.1", held(b)) |
	some b in rbac.bindings
	rbac.role_of(b) in giving
	count(rbac.offenders("5.1.1", b)) > 0
}

held(b) := {"en": "hold every right", "zh": "拥有全部权限"} if b.subject in rbac.reaches_cluster

held(b) := {
	"en": sprintf("hold every right in the namespace %s", [b.namespace]),
	"zh": sprintf("在命名空间 %s 内拥有全部权限", [b.namespace]),
} if not b.subject in rbac.reaches_cluster
