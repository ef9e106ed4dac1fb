# METADATA
# title: Bindings name service accounts that exist
# description: Every ServiceAccount that a binding names is among the objects.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-subject-exists
#   title_zh: 角色绑定的服务账户均存在
#   problem:
#     en: 'A binding names a service account that does not exist'
#     zh: '角色绑定了不存在的服务账户'
#   why:
#     en: Whoever creates the missing account inherits the rights that wait for it.
#     zh: 创建该缺失账户的人会直接获得预留的权限。
#   remediation:
#     en: Remove the subject, or the whole binding.
#     zh: 删除该主体或整个绑定。
#   expected:
#     en: service accounts that exist
#     zh: 绑定中的服务账户均存在
#   severity: medium
#   source: Deployment gate of the auditor; dangling objects
#   controls:
#     gbt22239-2019-l3: [8.1.4.2.c]
#   judges: KubeObject
#   needs: ['KubeObject:ClusterRole', 'KubeObject:ClusterRoleBinding', 'KubeObject:Role', 'KubeObject:RoleBinding',
#     'KubeObject:ServiceAccount', 'KubeObject:Namespace']
#   asked: once
#   covers: object
#   automation: full
#   fails_by: absence
#   cwe: [269]
package kubernetes.rbac_subject_exists

import data.lib.objects
import data.lib.rbac
import data.lib.texts

subject contains b.subject if {
	some b in rbac.bindings
	not rbac.is_built_in(b)
}

dangling(b) := [name |
	some s in rbac.subjects_of(b)
	s.kind == "ServiceAccount"
	not is_there(object.get(s, "namespace", b.namespace), s.name)
	name := rbac.shown(s, b)
]

is_there(namespace, name) if sprintf("%s/%s", [namespace, name]) in known

# Each namespace has it, whether the files that make the namespace were given or not.
is_there(_, "default") if not objects.is_complete

# Namespaces whose accounts are among the objects: who is not among them does not exist.
shown_namespaces := {o.namespace | some o in objects.of("ServiceAccount")}

# Accounts that may exist where nobody looked.
elsewhere(b) := [name |
	some s in rbac.subjects_of(b)
	s.kind == "ServiceAccount"
	namespace := object.get(s, "namespace", b.namespace)
	not is_there(namespace, s.name)
	not namespace in shown_namespaces
	name := rbac.shown(s, b)
]

known := {sprintf("%s/%s", [o.namespace, o.name]) | some o in objects.of("ServiceAccount")} | {sprintf("%s/default", [o.name]) |
	some o in objects.of("Namespace")
}

compliant contains b.subject if {
	some b in rbac.bindings
	not rbac.is_built_in(b)
	count(dangling(b)) == 0
}

undecided := {b.subject: {
	"en": sprintf("not among the objects: %s", [concat(", ", dangling(b))]),
	"zh": sprintf("不在所采集的对象中：%s", [concat(", ", dangling(b))]),
} |
	some b in rbac.bindings
	not objects.is_complete
	count(dangling(b)) > 0
	count(dangling(b)) == count(elsewhere(b))
}

reason := {b.subject: {
	"actual": texts.said("%s does not exist", "%s 不存在", [concat(", ", dangling(b))]),
	"pointer": "/subjects",
} |
	some b in rbac.bindings
	count(dangling(b)) > 0
}
