# METADATA
# title: Roles hold no wildcards
# description: Every rule of a role that is not built in; */sub counts as well.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-wildcards-absent
#   title_zh: 角色中不使用通配符
#   problem:
#     en: 'A role holds a wildcard'
#     zh: '角色中使用了通配符'
#   why:
#     en: 'A wildcard also gives what does not exist yet: every new kind of object is granted unread.'
#     zh: 通配符会连同将来新增的资源一并授权，权限范围无法预知。
#   remediation:
#     en: List the groups, resources and verbs that are needed.
#     zh: 逐一列出所需的 API 组、资源与操作。
#   expected:
#     en: no wildcard in apiGroups, resources, verbs or nonResourceURLs
#     zh: apiGroups、resources、verbs、nonResourceURLs 中没有通配符
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.3
#   controls:
#     cis-kubernetes: [5.1.3]
#     gbt22239-2019-l3: [8.1.4.2.d, 8.1.4.2.e]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:Role']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [269]
package kubernetes.rbac_wildcards_absent

import data.lib.objects
import data.lib.rbac
import data.lib.texts

subject contains role.subject if some role in roles

roles := array.concat(
	objects.in_group("ClusterRole", "rbac.authorization.k8s.io"),
	objects.in_group("Role", "rbac.authorization.k8s.io"),
)

bad := {role.subject: found |
	some role in roles
	not is_built_in(role)
	found := [sprintf("%s %s", [field, word]) |
		some rule in rbac.own_rules(role)
		some field in ["apiGroups", "resources", "verbs", "nonResourceURLs"]
		some word in rule[field]
		contains(word, "*")
	]
	count(found) > 0
}

is_built_in(role) if objects.labels(role)["kubernetes.io/bootstrapping"] == "rbac-defaults"

is_built_in(role) if startswith(role.name, "system:")

compliant contains role.subject if {
	some role in roles
	not bad[role.subject]
	not is_built_in(role)
}

not_applicable := {role.subject: {"en": "a built-in role", "zh": "平台内置角色，予以豁免"} |
	some role in roles
	is_built_in(role)
}

reason := {name: {
	"actual": texts.once(found),
	"pointer": "/rules",
} |
	some name, found in bad
}
