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
#   decided:
#     en: 'Every role that is not built in counts, bound or not. One that no binding in view names, and that no other role takes in, fails with low severity.'
#     zh: '除内置角色外，所有角色均予判定，无论是否已被绑定。未见任何绑定引用、也未被其他角色聚合的角色，以低严重级别判为不通过。'
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

reason := {name: weighed(name, found) | some name, found in bad}

weighed(name, found) := {
	"actual": texts.said("%s; %s", "%s；%s", [texts.once(found), unbound]),
	"pointer": "/rules",
	"severity": "low",
} if {
	name in loose
} else := {"actual": texts.once(found), "pointer": "/rules"}

unbound := {"en": "nobody is bound to it", "zh": "没有主体绑定到该角色"} if {
	objects.is_complete
} else := {"en": "no binding in what was given", "zh": "所提供的内容中没有绑定"}

# Roles without a binding in view, and that no other role takes in.
loose := {o.subject |
	some key, held in rbac.roles
	not key in rbac.bound
	some o in held
} - given_on

# Roles that are added to others by their labels need no binding of their own.
given_on := {role.subject |
	some role in roles
	some label in object.keys(objects.labels(role))
	startswith(label, "rbac.authorization.k8s.io/aggregate-to-")
} | {other.subject | some names in rbac.aggregation; some other in roles; other.name in names}
