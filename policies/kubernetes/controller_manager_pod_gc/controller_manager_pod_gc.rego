# METADATA
# title: The controller manager collects terminated pods
# description: An explicit number above zero; the default of 12500 does not count by the text.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-pod-gc
#   title_zh: Controller Manager 设置了已终止 Pod 的回收阈值
#   problem:
#     en: 'The threshold for collecting terminated pods is not set sensibly'
#     zh: '已终止 Pod 的回收阈值未设置或设置不当'
#   why:
#     en: Terminated pods fill etcd until the API server slows down.
#     zh: 已终止的 Pod 会不断占用 etcd，最终拖慢 API Server。
#   remediation:
#     en: Set --terminated-pod-gc-threshold to a number that fits the size of the cluster (12500 or less).
#     zh: 将 --terminated-pod-gc-threshold 设置为与集群规模相符的数值（不超过 12500）。
#   expected:
#     en: '--terminated-pod-gc-threshold set to a whole number above 0, at best not above 12500'
#     zh: '已设置 --terminated-pod-gc-threshold，为大于 0 的整数，宜不超过 12500'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.1
#   controls:
#     cis-kubernetes: [1.3.1]
#     gbt22239-2019-l3: [8.2.5.1.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [400]
package kubernetes.controller_manager_pod_gc

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.integer(settings.flag(c, "terminated-pod-gc-threshold")) > 0
}

undecided[c.subject] := settings.unparsable(c, "terminated-pod-gc-threshold") if {
	some c in settings.named("kube-controller-manager")
	settings.is_given(c, "terminated-pod-gc-threshold")
	not settings.reads_as_integer(settings.flag(c, "terminated-pod-gc-threshold"))
}

undecided[c.subject] := settings.unseen(c, ["terminated-pod-gc-threshold"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "terminated-pod-gc-threshold", "12500") if {
	some c in settings.named("kube-controller-manager")
}
