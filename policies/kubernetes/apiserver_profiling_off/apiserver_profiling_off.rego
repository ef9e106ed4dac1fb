# METADATA
# title: The API server offers no profiling
# description: The default is true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-profiling-off
#   title_zh: API Server 关闭性能分析接口
#   problem:
#     en: 'The API server offers profiling'
#     zh: 'API Server 开启了性能分析接口'
#   why:
#     en: Profiling shows the inner state of the program and costs time when called.
#     zh: 性能分析接口会暴露程序内部状态，调用时还会占用资源。
#   remediation:
#     en: Set --profiling=false.
#     zh: 设置 --profiling=false。
#   expected: --profiling=false
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.15
#   controls:
#     cis-kubernetes: [1.2.15]
#     gbt22239-2019-l3: [8.1.4.4.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [489]
package kubernetes.apiserver_profiling_off

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.boolean(settings.flag(c, "profiling")) == false
}

undecided[c.subject] := settings.unparsable(c, "profiling") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "profiling")
	not settings.reads_as_boolean(settings.flag(c, "profiling"))
}

undecided[c.subject] := settings.unseen(c, ["profiling"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "profiling", "true") if {
	some c in settings.named("kube-apiserver")
}
