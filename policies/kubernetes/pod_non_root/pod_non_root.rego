# METADATA
# title: No container runs as root
# description: What the container says wins over what the pod says; unset fails, because the image may run as root.
#   Namespaces that refuse such pods are told, too; those that do not fail once for each level.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-non-root
#   part_of: k8s-pod-security-context
#   title_zh: 容器不以 root 身份运行
#   problem:
#     en: 'A container may run as root'
#     zh: '容器可能以 root 身份运行'
#   why:
#     en: Root in a container is root on the node as soon as one flaw lets it out.
#     zh: 容器内的 root 一旦逃逸，即成为节点 root。
#   remediation:
#     en: 'Set runAsNonRoot: true, or runAsUser above 0, on the pod or on every container; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '在 Pod 或每个容器上设置 runAsNonRoot: true 或大于 0 的 runAsUser；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.7
#   controls:
#     cis-kubernetes: [5.2.7]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'runAsNonRoot: true or runAsUser above 0'
#     zh: 'runAsNonRoot 为 true，或 runAsUser 大于 0'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_non_root

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("runAsNonRoot")

bad := {pod.subject: found |
	some pod in input.pods
	not pod.subject in pods.windows
	found := [c | some c in pod.containers; not is_good(pod, c)]
	count(found) > 0
}

is_good(pod, c) if pods.in_force(pod, c, "runAsUser") > 0

is_good(pod, c) if {
	pods.in_force(pod, c, "runAsNonRoot") == true
	not pods.is_user_0(pod, c)
}

compliant := (pods.linux - object.keys(bad)) | admission.forbidding("runAsNonRoot")

not_applicable := pods.exempt_or_windows(object.keys(bad))

undecided := admission.doubted_apart("runAsNonRoot")

reason := {pod.subject: object.union(
	pods.reason(found, "runAsNonRoot", true),
	{
		"actual": pods.of_containers(decided(pod, found[0]).what, pods.names(found)),
		"pointer": pods.place(pod, found[0], decided(pod, found[0]).field),
		"patch": [op | some c in found; not c.from; some op in pods.patches(c, pods.as_somebody(pod, c))],
	},
) |
	some pod in input.pods
	found := bad[pod.subject]
}

# The field that decided: a user 0 is root whatever else is said.
decided(pod, c) := {"what": "runAsUser 0", "field": "runAsUser"} if {
	pods.is_user_0(pod, c)
} else := {"what": sprintf("runAsNonRoot %s", [json.marshal(said)]), "field": "runAsNonRoot"} if {
	said := pods.in_force(pod, c, "runAsNonRoot")
} else := {
	"what": {"en": "no runAsNonRoot and no runAsUser", "zh": "未设置 runAsNonRoot 与 runAsUser"},
	"field": "runAsNonRoot",
}
