# METADATA
# title: Every container has the seccomp profile of the runtime
# description: What the container says wins over the pod; annotations no longer work; privileged containers are never
#   confined.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-seccomp-runtime-default
#   part_of: k8s-pod-security-context
#   title_zh: 容器使用 RuntimeDefault seccomp 配置
#   problem:
#     en: 'A container runs without the seccomp profile of the runtime'
#     zh: '容器未使用 RuntimeDefault seccomp 配置'
#   why:
#     en: The profile takes away system calls that container escapes have used.
#     zh: 该配置禁用了历次容器逃逸所利用的系统调用。
#   remediation:
#     en: 'Set securityContext.seccompProfile.type: RuntimeDefault on the pod, or on every container.'
#     zh: '在 Pod 或每个容器上设置 securityContext.seccompProfile.type: RuntimeDefault。'
#   decided:
#     en: 'A Localhost profile passes by the parameter only; a privileged container is never confined. Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: 'Localhost 配置仅在参数允许时通过；特权容器不受任何 seccomp 配置约束。包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.6.2
#   controls:
#     cis-kubernetes: [5.6.2]
#     gbt22239-2019-l3: [8.1.4.2.f]
#   expected:
#     en: 'seccompProfile.type RuntimeDefault'
#     zh: 'seccompProfile.type 为 RuntimeDefault'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeComponent:kubelet']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [693]
package kubernetes.pod_seccomp_runtime_default

import data.lib.parameters
import data.lib.pods
import data.lib.settings

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	not pod.subject in pods.windows
	found := [c | some c in pod.containers; not is_good(pod, c)]
	count(found) > 0
}

is_good(pod, c) if {
	profile(pod, c) in accepted
	not c.securityContext.privileged == true
}

is_good(pod, c) if {
	not has_profile(pod, c)
	kubelets_have_default
	not c.securityContext.privileged == true
}

profile(pod, c) := pods.in_force(pod, c, "seccompProfile").type

has_profile(pod, c) if pods.in_force(pod, c, "seccompProfile")

accepted contains "RuntimeDefault"

accepted contains "Localhost" if parameters.value("seccomp_localhost_accepted") == true

# Unset is as good as RuntimeDefault where every kubelet has seccompDefault on (4.2.14).
kubelets_have_default if {
	count(settings.named("kubelet")) > 0
	every c in settings.named("kubelet") {
		settings.boolean(settings.layered(c, "seccomp-default", "seccompDefault")) == true
	}
}

compliant := pods.linux - object.keys(bad)

not_applicable := pods.exempt_or_windows(object.keys(bad))

reason := {pod.subject: object.union(
	pods.reason(found, "seccompProfile", {"type": "RuntimeDefault"}),
	{
		"actual": pods.of_containers(decided(pod, found[0]).what, pods.names(found)),
		"pointer": pods.place(pod, found[0], decided(pod, found[0]).field),
		"patch": [op | some c in found; not c.from; some op in pods.patches(c, mended(c))],
	},
) |
	some pod in input.pods
	found := bad[pod.subject]
}

decided(_, c) := {
	"what": {"en": "privileged true, which no profile confines,", "zh": "privileged 为 true，任何 seccomp 配置均不生效"},
	"field": "privileged",
} if {
	c.securityContext.privileged == true
}

decided(pod, c) := {"what": sprintf("seccompProfile %v", [profile(pod, c)]), "field": "seccompProfile"} if {
	not c.securityContext.privileged == true
	profile(pod, c)
}

decided(pod, c) := {"what": {"en": "no seccompProfile", "zh": "未设置 seccompProfile"}, "field": "seccompProfile"} if {
	not c.securityContext.privileged == true
	not profile(pod, c)
}

# A privileged container runs unconfined whatever its profile says.
mended(c) := {"privileged": false, "seccompProfile": {"type": "RuntimeDefault"}} if c.securityContext.privileged == true

mended(c) := {"seccompProfile": {"type": "RuntimeDefault"}} if not c.securityContext.privileged == true
