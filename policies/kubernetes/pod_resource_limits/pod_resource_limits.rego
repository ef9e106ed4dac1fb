# METADATA
# title: Every container has limits for memory and CPU
# description: limits.memory, and a limit or request for CPU; limits of the pod count.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-resource-limits
#   title_zh: 容器设置内存与 CPU 限制
#   problem:
#     en: 'A container has no limit for memory or CPU'
#     zh: '容器未设置内存或 CPU 限制'
#   why:
#     en: One container without limits can starve all others on its node; model servers are greedy.
#     zh: 未设限制的容器可能耗尽节点资源，影响其他业务；模型推理服务尤为明显。
#   remediation:
#     en: Set resources.limits.memory and resources.requests.cpu (or limits.cpu).
#     zh: 设置 resources.limits.memory 以及 resources.requests.cpu（或 limits.cpu）。
#   severity: medium
#   source: Deployment gate of the auditor; NSA/CISA Kubernetes Hardening Guide 1.2
#   controls:
#     gbt22239-2019-l3: [8.2.5.1.a, 8.1.2.1.a]
#   expected:
#     en: 'limits.memory, and limits.cpu or requests.cpu'
#     zh: '设置 limits.memory，以及 limits.cpu 或 requests.cpu'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: pods
#   sees: supplies
#   covers: object
#   automation: full
#   cwe: [770]
package kubernetes.pod_resource_limits

import data.lib.objects
import data.lib.pods

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	found := [c | some c in pod.containers; c.type != "ephemeral"; not is_limited(pod, c)]
	count(found) > 0
}

# Limits of the whole pod (Kubernetes 1.34) hold for each container.
is_limited(pod, c) if {
	is_given(pod, c, [["limits", "memory"]])
	is_given(pod, c, [["limits", "cpu"], ["requests", "cpu"]])
}

is_given(pod, c, fields) if {
	some field in fields
	some owner in [c, pod.spec]
	is_some(object.get(objects.mapping(owner, ["resources"]), field, null))
}

# Nothing, in whatever unit, is no limit.
is_some(quantity) if {
	is_number(quantity)
	quantity > 0
}

is_some(quantity) if {
	is_string(quantity)
	regex.match(`[1-9]`, split(lower(quantity), "e")[0])
}

compliant := pods.subjects - object.keys(bad)

not_applicable := pods.exempt(object.keys(bad))

reason := {name: {
	"actual": pods.of_containers(shown(found[0]), pods.names(found)),
	"pointer": sprintf("%s/resources", [found[0].pointer]),
} |
	some name, found in bad
}

shown(c) := sprintf("resources %s", [json.marshal(c.resources)]) if {
	count(objects.mapping(c, ["resources"])) > 0
} else := {"en": "no limits", "zh": "未设置资源限制"}
