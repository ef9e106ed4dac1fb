# METADATA
# title: The kubelet limits the rate of events
# description: The same 0 means "no limit" in the file and "the default" as a flag.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-event-rate
#   title_zh: kubelet 限制事件速率
#   problem:
#     en: 'The kubelet does not limit the rate of events'
#     zh: 'kubelet 未限制事件速率'
#   why:
#     en: Without a limit one node can flood the API server; with too low a limit security events are lost.
#     zh: 不限速时单个节点即可压垮 API Server；限速过低则会丢失安全事件。
#   remediation:
#     en: Set eventRecordQPS above 0 (the default is 50), and not 0, which means no limit in the file.
#     zh: 将 eventRecordQPS 设置为大于 0（默认 50）；配置文件中的 0 表示不限速。
#   expected:
#     en: eventRecordQPS above 0, or --event-qps of 0 or more
#     zh: eventRecordQPS 大于 0，或 --event-qps 不小于 0
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.8
#   controls:
#     cis-kubernetes: [4.2.8]
#     gbt22239-2019-l3: [8.1.4.3.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [770]
package kubernetes.kubelet_event_rate

import data.lib.kubelet
import data.lib.parameters
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	not settings.is_given(c, "event-qps")
	value := c.config.eventRecordQPS
	c.config_read
	settings.integer(value) >= parameters.value("kubelet_event_qps_min")
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.integer(settings.flag(c, "event-qps")) >= 0
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "event-qps", "eventRecordQPS")
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "event-qps")
}

undecided[c.subject] := settings.unparsable_value("event-qps", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "event-qps", "eventRecordQPS")
	value != null
	not settings.reads_as_integer(value)
}

reason[c.subject] := settings.layered_reason(c, "event-qps", "eventRecordQPS", {"en": "50 since v1.27", "zh": "v1.27 起为 50"}) if {
	some c in settings.named("kubelet")
}
