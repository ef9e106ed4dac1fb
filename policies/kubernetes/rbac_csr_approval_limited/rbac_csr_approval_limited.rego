# METADATA
# title: Few subjects can approve certificate requests
# description: update or patch on certificatesigningrequests/approval; together with approve on a signer it is complete.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-csr-approval-limited
#   shares: roles
#   title_zh: 限制审批证书签名请求的权限
#   problem:
#     en: 'A subject that nobody accepted can approve certificate requests'
#     zh: '未经批准的主体可审批证书签名请求'
#   why:
#     en: Whoever approves requests can make a certificate for any user or group.
#     zh: 能审批请求的主体可以为任意用户或组签发证书。
#   remediation:
#     en: Take certificatesigningrequests/approval out of the role; name approvers in the parameter accepted_subjects.
#     zh: 从角色中去掉 certificatesigningrequests/approval；审批主体列入参数 accepted_subjects。
#   expected:
#     en: only accepted subjects may approve certificate requests
#     zh: 仅经批准的主体可批准证书请求
#   decided:
#     en: 'A role that holds the right and that no binding in files or a chart names fails with low severity: whoever is bound to it may do it. In a whole cluster it is advice. Built-in roles count by their rules. As for the API server, certificatesigningrequests/* gives nothing, and resourceNames hold the right back.'
#     zh: '清单或 Chart 中含有该权限、但未见任何绑定引用的角色，以低严重级别判为不通过：被绑定者即可获得该权限；在完整集群中仅作提示。内置角色按其规则判定。与 API Server 一致：certificatesigningrequests/* 不授予任何权限，resourceNames 会限制该权限。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.11
#   controls:
#     cis-kubernetes: [5.1.11]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_csr_approval_limited

import data.lib.rbac

subject contains b.subject if some b in rbac.bindings

subject contains name if some name in object.keys(rbac.loose)

# Roles that give the right; who has them follows from the bindings.
giving := rbac.roles_giving({
	{"group": "certificates.k8s.io", "resource": "certificatesigningrequests/approval", "verbs": {"update", "patch"}},
})

bad contains b.subject if {
	some b in rbac.bindings
	b.subject in rbac.reaches_cluster
	rbac.role_of(b) in giving
	count(rbac.offenders("5.1.11", b)) > 0
}

compliant contains b.subject if {
	some b in rbac.bindings
	not rbac.role_of(b) in giving
	not rbac.role_unknown(b)
}

# What the right is about lies in no namespace.
compliant contains b.subject if {
	some b in rbac.bindings
	not b.subject in rbac.reaches_cluster
}

compliant contains b.subject if {
	some b in rbac.bindings
	rbac.role_of(b) in giving
	not b.subject in bad
	not rbac.is_built_in(b)
}

compliant contains name if some name in rbac.loose_good_of_cluster(giving)

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

reason := object.union(rbac.loose_reasons_of_cluster(giving, what), of_bindings)

what := {"en": "approve certificate requests", "zh": "批准证书请求"}

of_bindings := {b.subject: rbac.reason(b, "5.1.11", what) |
	some b in rbac.bindings
	b.subject in bad
}
