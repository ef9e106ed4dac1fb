# METADATA
# title: The kubelet limits the processes of a pod
# description: A whole number above zero; -1 is no limit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-pid-limit
#   title_zh: kubelet 限制单个 Pod 的进程数
#   problem:
#     en: 'A pod can start any number of processes'
#     zh: '单个 Pod 的进程数不受限制'
#   why:
#     en: A fork bomb in one pod otherwise takes the whole node down.
#     zh: 否则单个 Pod 内的进程炸弹即可拖垮整个节点。
#   remediation:
#     en: Set podPidsLimit to a number that fits the workloads (4096 is common).
#     zh: 将 podPidsLimit 设置为与业务相符的数值（常用 4096）。
#   expected:
#     en: 'podPidsLimit set to a whole number above 0'
#     zh: 'podPidsLimit 设为大于 0 的整数'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.13
#   controls:
#     cis-kubernetes: [4.2.13]
#     gbt22239-2019-l3: [8.2.5.1.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [400]
package kubernetes.kubelet_pid_limit

import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "pod-max-pids", "podPidsLimit")
	settings.integer(value) > 0
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "pod-max-pids")
}

undecided[c.subject] := settings.unparsable_value("pod-max-pids", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "pod-max-pids", "podPidsLimit")
	value != null
	not settings.reads_as_integer(value)
}

reason[c.subject] := settings.layered_reason(c, "pod-max-pids", "podPidsLimit", {"en": "-1, no limit", "zh": "-1，不限制"}) if {
	some c in settings.named("kubelet")
}
