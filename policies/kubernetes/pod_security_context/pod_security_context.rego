# METADATA
# title: Pods and containers set their security context
# description: 'The published set of effective fields: not privileged, not root, no privilege escalation, all capabilities
#   dropped, a seccomp profile.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-security-context
#   title_zh: 为 Pod 与容器设置安全上下文
#   problem:
#     en: 'A pod or container lacks a part of its security context'
#     zh: 'Pod 或容器的安全上下文不完整'
#   why:
#     en: Every field that is left out takes a default that favours convenience over safety.
#     zh: 未设置的字段会采用偏向便利而非安全的默认值。
#   remediation:
#     en: 'Set runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL] and seccompProfile RuntimeDefault;
#       readOnlyRootFilesystem is advised.'
#     zh: '设置 runAsNonRoot、allowPrivilegeEscalation: false、capabilities.drop: [ALL] 与 seccompProfile RuntimeDefault；建议同时启用
#       readOnlyRootFilesystem。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.6.3
#   controls:
#     cis-kubernetes: [5.6.3]
#     gbt22239-2019-l3: [8.1.4.2.e]
#   expected:
#     en: 'not privileged, not root, no privilege escalation, drop ALL, seccomp profile'
#     zh: '非特权、非 root、禁止特权提升、移除全部权能（drop ALL）、设置 seccomp 配置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_security_context

import data.lib.objects
import data.lib.pods
import data.lib.texts

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	not pod.subject in pods.windows
	found := [c | some c in pod.containers; not is_good(pod, c)]
	count(found) > 0
}

# The published set; which of it is lacking is worked out for failures only.
is_good(pod, c) if {
	c.securityContext.allowPrivilegeEscalation == false
	holds(pod, c, "privileged")
	holds(pod, c, "capabilities")
	holds(pod, c, "runAsNonRoot")
	holds(pod, c, "seccompProfile")
}

wanted := {
	"allowPrivilegeEscalation": "allowPrivilegeEscalation: false", "capabilities": "capabilities.drop: [ALL]",
	"privileged": "privileged: false", "runAsNonRoot": "runAsNonRoot: true", "seccompProfile": "seccompProfile",
}

required := ["allowPrivilegeEscalation", "capabilities", "privileged", "runAsNonRoot", "seccompProfile"]

lacking(pod, c) := [field | some field in required; not holds(pod, c, field)]

holds(_, c, "privileged") if object.get(c, ["securityContext", "privileged"], false) in {false, null}

holds(pod, c, "runAsNonRoot") if pods.in_force(pod, c, "runAsUser") > 0

holds(pod, c, "runAsNonRoot") if {
	pods.in_force(pod, c, "runAsNonRoot") == true
	not pods.is_user_0(pod, c)
}

holds(_, c, "allowPrivilegeEscalation") if c.securityContext.allowPrivilegeEscalation == false

# What most say, told without a look at every spelling.
holds(_, c, "capabilities") if {
	c.securityContext.capabilities.drop == ["ALL"]
	not c.securityContext.capabilities.add
}

# What is added back is not dropped.
holds(_, c, "capabilities") if {
	"ALL" in pods.dropped(c)
	count(pods.added(c) - {"NET_BIND_SERVICE"}) == 0
}

holds(pod, c, "seccompProfile") if pods.in_force(pod, c, "seccompProfile").type in {"RuntimeDefault", "Localhost"}

compliant := pods.linux - object.keys(bad)

not_applicable := pods.exempt_or_windows(object.keys(bad))

lacks(who, fields) := texts.said("%s lacks %s", "%s 缺少 %s", [who, fields])

reason := {pod.subject: {
	"actual": lacks(pods.names([found[0]]), concat(", ", [wanted[field] | some field in lacking(pod, found[0])])),
	"pointer": pods.pointer(found[0], "runAsNonRoot"),
	"patch": [{
		"op": "add",
		"path": pods.context(c),
		"value": object.union_n([
			object.remove(objects.mapping(c, ["securityContext"]), ["capabilities"]),
			mended,
			{"capabilities": left(c)},
			pods.as_somebody(pod, c),
		]),
	} |
		some c in found
		not c.from
	],
} |
	some pod in input.pods
	found := bad[pod.subject]
}

mended := {
	"privileged": false, "allowPrivilegeEscalation": false,
	"seccompProfile": {"type": "RuntimeDefault"},
}

# The one capability that may stay stays.
left(c) := {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]} if {
	"NET_BIND_SERVICE" in pods.added(c)
} else := {"drop": ["ALL"]}
