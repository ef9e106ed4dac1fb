# METADATA
# title: The controller manager offers no profiling
# description: The default is true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-profiling-off
#   title_zh: Controller Manager 关闭性能分析接口
#   problem:
#     en: 'The controller manager offers profiling'
#     zh: 'Controller Manager 开启了性能分析接口'
#   why:
#     en: Profiling shows the inner state of the program and costs time when called.
#     zh: 性能分析接口会暴露程序内部状态，调用时还会占用资源。
#   remediation:
#     en: Set --profiling=false.
#     zh: 设置 --profiling=false。
#   expected: --profiling=false
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.2
#   controls:
#     cis-kubernetes: [1.3.2]
#     gbt22239-2019-l3: [8.1.4.4.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [489]
package kubernetes.controller_manager_profiling_off

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.boolean(settings.flag(c, "profiling")) == false
}

undecided[c.subject] := settings.unparsable(c, "profiling") if {
	some c in settings.named("kube-controller-manager")
	settings.is_given(c, "profiling")
	not settings.reads_as_boolean(settings.flag(c, "profiling"))
}

undecided[c.subject] := settings.unseen(c, ["profiling"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "profiling", "true") if {
	some c in settings.named("kube-controller-manager")
}
