# METADATA
# title: Default service accounts are not used
# description: 'Per namespace: the token is not mounted, no binding names the account, no pod runs as it.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-account-default-unused
#   title_zh: 不使用默认服务账户
#   problem:
#     en: 'A default service account is used, or its token is mounted'
#     zh: '使用了默认服务账户，或挂载了其令牌'
#   why:
#     en: Rights given to the default account reach every pod of the namespace that names no other.
#     zh: 授予默认账户的权限会惠及命名空间内所有未指定账户的 Pod。
#   remediation:
#     en: 'Set automountServiceAccountToken: false on the ServiceAccount default, remove its bindings, and give each
#       workload an account of its own.'
#     zh: '为 ServiceAccount default 设置 automountServiceAccountToken: false，移除其绑定，并为每个工作负载创建独立账户。'
#   expected:
#     en: 'automountServiceAccountToken: false, no binding, no pod that runs as it'
#     zh: 'automountServiceAccountToken: false，没有绑定，没有 Pod 以该账户运行'
#   decided:
#     en: 'The account default counts where it was seen; where it was not, it is not assessed here and in 5.1.6 alike.'
#     zh: '仅对采集到的 default 账户作出判定；未采集到时，本项与 5.1.6 同样列为未评估。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.5
#   controls:
#     cis-kubernetes: [5.1.5]
#     gbt22239-2019-l3: [8.1.4.2.a, 8.1.4.2.b]
#   judges: KubeObject
#   needs: ['KubeObject:Namespace', 'KubeObject:ServiceAccount', 'KubeObject:RoleBinding', 'KubeObject:ClusterRoleBinding',
#     'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: full
#   cwe: [269]
package kubernetes.service_account_default_unused

import data.lib.accounts
import data.lib.objects
import data.lib.rbac
import data.lib.texts

subject contains subject_of(name) if some name in names

# Every namespace has the account, seen or not; one that is being deleted is left out.
names contains o.name if {
	some o in objects.of("Namespace")
	not objects.is_leaving(o)
}

names contains o.namespace if {
	some o in objects.of("ServiceAccount")
	o.name == "default"
	not o.namespace in leaving
}

leaving := {o.name | some o in objects.of("Namespace"); objects.is_leaving(o)}

subject_of(name) := sprintf("ServiceAccount/%s/default", [name])

mounts_nothing contains o.namespace if {
	some o in objects.of("ServiceAccount")
	o.name == "default"
	o.manifest.automountServiceAccountToken == false
}

used := uses

uses[pod.namespace] contains pod.subject if {
	some pod in input.pods
	accounts.name_of(pod) == "default"
}

compliant contains subject_of(name) if {
	some name in names
	name in mounts_nothing
	not rbac.has_grant(name, "default")
	not used[name]
}

reason := {subject_of(name): {
	"actual": texts.semicolons(actual(name)),
	"pointer": "/automountServiceAccountToken",
	"cites": [objects.namespace_subject(name)],
	"patch": [{"op": "add", "path": "/automountServiceAccountToken", "value": false} | mends(name)],
} |
	some name in names
}

# The field alone mends it where nobody uses the account.
mends(name) if {
	not rbac.has_grant(name, "default")
	not used[name]
}

mounted := {"en": "automountServiceAccountToken is not false", "zh": "automountServiceAccountToken 不为 false"}

bound := {"en": "a binding names it", "zh": "有绑定引用该账户"}

actual(name) := array.concat(
	array.concat(
		[mounted | not name in mounts_nothing],
		[bound | rbac.has_grant(name, "default")],
	),
	[texts.said("used by %s%s", "%s%s以该账户运行", [concat(", ", array.slice(ones, 0, most)), rest(count(ones))]) |
		ones := sort(object.get(used, name, set()))
		count(ones) > 0
	],
)

# Workloads that are named; of more it is said how many.
most := 3

rest(all) := texts.said(" and %d more", " 及另外 %d 个对象", [all - most]) if {
	all > most
} else := {"en": "", "zh": " "}
