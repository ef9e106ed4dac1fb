# METADATA
# title: The request timeout of the API server is within bounds
# description: Absent, or a Go duration above zero and within the parameter.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-request-timeout
#   title_zh: API Server 的请求超时时间设置合理
#   problem:
#     en: 'The request timeout of the API server is out of bounds'
#     zh: 'API Server 的请求超时时间设置不当'
#   why:
#     en: With a very long time-out slow clients can hold all connections of the API server.
#     zh: 超时时间过长时，慢速客户端可能耗尽 API Server 的连接。
#   remediation:
#     en: Leave --request-timeout at its default of 60s, or set at most 300s.
#     zh: 保持 --request-timeout 默认值 60s，或设置为不超过 300s。
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.20
#   controls:
#     cis-kubernetes: [1.2.20]
#     gbt22239-2019-l3: [8.1.2.1.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [400]
package kubernetes.apiserver_request_timeout

import data.lib.parameters
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "request-timeout")
	not settings.is_elsewhere(c, ["request-timeout"])
}

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	wait := settings.seconds(settings.flag(c, "request-timeout"))
	wait > 0
	wait <= parameters.value("request_timeout_max_seconds")
}

undecided[c.subject] := settings.unparsable(c, "request-timeout") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "request-timeout")
	not settings.reads_as_duration(settings.flag(c, "request-timeout"))
}

undecided[c.subject] := settings.unseen(c, ["request-timeout"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := object.union({"expected": expected}, settings.reason(c, "request-timeout", "1m0s")) if {
	some c in settings.named("kube-apiserver")
}

expected := texts.said(
	"a duration of at most %d s", "不超过 %d 秒的时长",
	[parameters.value("request_timeout_max_seconds")],
)
