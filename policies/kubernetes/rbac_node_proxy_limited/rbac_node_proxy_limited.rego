# METADATA
# title: Few subjects can use the proxy of nodes
# description: Any verb on nodes/proxy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-node-proxy-limited
#   shares: roles
#   title_zh: 限制访问 nodes/proxy
#   problem:
#     en: 'A subject that nobody accepted can use the proxy of nodes'
#     zh: '未经批准的主体可访问 nodes/proxy'
#   why:
#     en: 'The proxy reaches the kubelet API: get alone is enough to run commands in every container.'
#     zh: 该代理可直达 kubelet API，仅 get 权限即可在任意容器内执行命令。
#   remediation:
#     en: Give nodes/metrics, nodes/stats or the fine-grained subresources of the kubelet instead.
#     zh: 改为授予 nodes/metrics、nodes/stats 等细粒度子资源；确需保留的主体列入参数 accepted_subjects。
#   expected:
#     en: only accepted subjects may use nodes/proxy
#     zh: 仅经批准的主体可使用 nodes/proxy
#   decided:
#     en: 'A role that holds the right and that no binding in files or a chart names fails with low severity: whoever is bound to it may do it. In a whole cluster it is advice. Built-in roles count by their rules. As for the API server, nodes/* gives nothing, and resourceNames hold the right back.'
#     zh: '清单或 Chart 中含有该权限、但未见任何绑定引用的角色，以低严重级别判为不通过：被绑定者即可获得该权限；在完整集群中仅作提示。内置角色按其规则判定。与 API Server 一致：nodes/* 不授予任何权限，resourceNames 会限制该权限。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.10
#   controls:
#     cis-kubernetes: [5.1.10]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_node_proxy_limited

import data.lib.rbac

subject contains b.subject if some b in rbac.bindings

subject contains name if some name in object.keys(rbac.loose)

# Roles that give the right; who has them follows from the bindings.
giving := rbac.roles_giving({
	{"group": "", "resource": "nodes/proxy", "verbs": {"get", "list", "watch", "create", "update", "patch", "delete"}},
})

bad contains b.subject if {
	some b in rbac.bindings
	b.subject in rbac.reaches_cluster
	rbac.role_of(b) in giving
	count(rbac.offenders("5.1.10", b)) > 0
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

what := {"en": "use nodes/proxy", "zh": "使用 nodes/proxy"}

of_bindings := {b.subject: rbac.reason(b, "5.1.10", what) |
	some b in rbac.bindings
	b.subject in bad
}
