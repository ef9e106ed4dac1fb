# METADATA
# title: Sandboxes of agents have a kernel of their own and a seccomp profile
# description: Workloads known as sandboxes by the parameter agent_sandboxes.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-agent-sandbox-confined
#   title_zh: 智能体沙箱使用独立内核运行时并启用 seccomp
#   problem:
#     en: 'A sandbox of agents shares the kernel of its node or has no seccomp profile'
#     zh: '智能体沙箱与节点共用内核，或未启用 seccomp'
#   why:
#     en: 'They run code that a model wrote, on request of strangers: a shared kernel is one flaw away from the node.'
#     zh: 沙箱运行由模型生成、由外部请求触发的代码；共享内核时，一个漏洞即可危及节点。
#   remediation:
#     en: 'Set runtimeClassName to gVisor or Kata Containers and seccompProfile.type: RuntimeDefault.'
#     zh: '将 runtimeClassName 设置为 gVisor 或 Kata Containers，并设置 seccompProfile.type: RuntimeDefault。'
#   severity: high
#   source: Deployment gate of the auditor; OWASP Top 10 for LLM Applications LLM06
#   controls:
#     gbt22239-2019-l3: [8.2.4.3.a, 8.1.4.2.f]
#   expected:
#     en: 'a runtime class with a kernel of its own (gVisor, Kata) and a seccomp profile'
#     zh: '使用具有独立内核的运行时类（gVisor、Kata）并设置 seccomp 配置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:RuntimeClass']
#   asked: once
#   subjects: pods
#   covers: object
#   automation: full
#   cwe: [653]
package kubernetes.agent_sandbox_confined

import data.lib.objects
import data.lib.parameters
import data.lib.pods
import data.lib.texts

subject contains pod.subject if some pod in sandboxes

# Workloads that run code written by a model, known by a word in their name, image or labels. What runs once on every
# node (a plug-in for virtual machines, NVIDIA's "sandbox workloads") is of the platform.
sandboxes := [pod |
	some pod in input.pods
	pod.kind != "DaemonSet"
	regex.match(pattern, lower(concat(" ", traces(pod))))
]

pattern := concat("|", parameters.value("agent_sandboxes"))

traces(pod) := array.concat(
	[pod.name],
	array.concat([c.image | some c in pod.containers], [value | some value in pod.labels; is_string(value)]),
)

compliant contains pod.subject if {
	some pod in sandboxes
	has_runtime(pod)
	every c in pod.containers { has_seccomp(pod, c) }
}

# A kernel or a virtual machine of its own; the handler of the class says so, or its name where the class was not seen.
has_runtime(pod) if {
	not pod.spec.runtimeClassName in object.keys(handlers)
	is_sandboxed(pod.spec.runtimeClassName)
}

has_runtime(pod) if is_sandboxed(handlers[pod.spec.runtimeClassName])

handlers := {o.name: object.get(o.manifest, "handler", "") | some o in objects.in_group("RuntimeClass", "node.k8s.io")}

is_sandboxed(name) if {
	some word in parameters.value("sandbox_runtimes")
	startswith(lower(name), word)
}

has_seccomp(pod, c) if pods.in_force(pod, c, "seccompProfile").type in {"RuntimeDefault", "Localhost"}

runtime(pod) := sprintf("runtimeClassName: %s (handler: %s)", [name, handlers[name]]) if {
	name := pod.spec.runtimeClassName
	handlers[name]
} else := sprintf("runtimeClassName: %v", [pod.spec.runtimeClassName]) if {
	pod.spec.runtimeClassName
} else := {"en": "no runtimeClassName", "zh": "未设置 runtimeClassName"}

no_seccomp := {"en": "no seccompProfile", "zh": "未设置 seccompProfile"}

reason := {pod.subject: {
	"actual": texts.commas(array.concat(
		[runtime(pod)],
		[no_seccomp | count([c | some c in pod.containers; not has_seccomp(pod, c)]) > 0],
	)),
	"pointer": pod.pointer,
} |
	some pod in sandboxes
}
