# METADATA
# title: Few subjects can make service account tokens
# description: create on serviceaccounts/token; nodes get it by the Node authorizer, not by RBAC.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-token-creation-limited
#   shares: roles
#   title_zh: 限制创建服务账户令牌的权限
#   problem:
#     en: 'A subject that nobody accepted can make service account tokens'
#     zh: '未经批准的主体可创建服务账户令牌'
#   why:
#     en: Whoever makes tokens can act as every service account.
#     zh: 能签发令牌的主体可以冒用任意服务账户。
#   remediation:
#     en: Take create on serviceaccounts/token out of the role; name who must stay in the parameter accepted_subjects.
#     zh: 从角色中去掉对 serviceaccounts/token 的 create 权限；确需保留的主体列入参数 accepted_subjects。
#   expected:
#     en: only accepted subjects may make service account tokens
#     zh: 仅经批准的主体可签发服务账户令牌
#   decided:
#     en: 'A role that holds the right and that no binding in files or a chart names fails with low severity: whoever is bound to it may do it. In a whole cluster it is advice. Built-in roles count by their rules. As for the API server, serviceaccounts/* gives nothing, and resourceNames hold the right back.'
#     zh: '清单或 Chart 中含有该权限、但未见任何绑定引用的角色，以低严重级别判为不通过：被绑定者即可获得该权限；在完整集群中仅作提示。内置角色按其规则判定。与 API Server 一致：serviceaccounts/* 不授予任何权限，resourceNames 会限制该权限。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.13
#   controls:
#     cis-kubernetes: [5.1.13]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_token_creation_limited

import data.lib.rbac

subject contains b.subject if some b in rbac.bindings

subject contains name if some name in object.keys(rbac.loose)

# Roles that give the right; who has them follows from the bindings.
giving := rbac.roles_giving({
	{"group": "", "resource": "serviceaccounts/token", "verbs": {"create"}},
})

bad contains b.subject if {
	some b in rbac.bindings
	rbac.role_of(b) in giving
	count(rbac.offenders("5.1.13", b)) > 0
}

compliant contains b.subject if {
	some b in rbac.bindings
	not rbac.role_of(b) in giving
	not rbac.role_unknown(b)
}

compliant contains b.subject if {
	some b in rbac.bindings
	rbac.role_of(b) in giving
	not b.subject in bad
	not rbac.is_built_in(b)
}

compliant contains name if some name in rbac.loose_good(giving)

not_applicable := {b.subject: rbac.exempt_reason |
	some b in rbac.bindings
	rbac.role_of(b) in giving
	not b.subject in bad
	rbac.is_built_in(b)
}

undecided := {b.subject: rbac.unknown_reason(b) |
	some b in rbac.bindings
	rbac.role_unknown(b)
}

reason := object.union(rbac.loose_reasons(giving, what), of_bindings)

what := {"en": "make service account tokens", "zh": "签发服务账户令牌"}

of_bindings := {b.subject: rbac.reason(b, "5.1.13", what) |
	some b in rbac.bindings
	b.subject in bad
}
