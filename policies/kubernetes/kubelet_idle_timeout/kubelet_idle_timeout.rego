# METADATA
# title: The kubelet ends idle streaming connections
# description: A Go duration above zero; "0", "0s" and "0h0m0s" are all zero.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-idle-timeout
#   title_zh: kubelet 会断开空闲的流式连接
#   problem:
#     en: 'The kubelet keeps idle streaming connections open forever'
#     zh: 'kubelet 不会断开空闲的流式连接'
#   why:
#     en: Connections that never end keep a session open that nobody watches.
#     zh: 永不断开的连接会留下无人看管的会话。
#   remediation:
#     en: Set streamingConnectionIdleTimeout to a duration above 0, or leave the default of 4h.
#     zh: 将 streamingConnectionIdleTimeout 设置为大于 0 的时长，或保持默认值 4h。
#   expected:
#     en: 'streamingConnectionIdleTimeout above 0'
#     zh: 'streamingConnectionIdleTimeout 大于 0'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.5
#   controls:
#     cis-kubernetes: [4.2.5]
#     gbt22239-2019-l3: [8.1.4.1.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [613]
package kubernetes.kubelet_idle_timeout

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "streaming-connection-idle-timeout", "streamingConnectionIdleTimeout")
	settings.seconds(value) > 0
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "streaming-connection-idle-timeout", "streamingConnectionIdleTimeout")
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "streaming-connection-idle-timeout")
}

undecided[c.subject] := settings.unparsable_value("streaming-connection-idle-timeout", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "streaming-connection-idle-timeout", "streamingConnectionIdleTimeout")
	value != null
	not settings.reads_as_duration(value)
}

reason[c.subject] := settings.layered_reason(c, "streaming-connection-idle-timeout", "streamingConnectionIdleTimeout", "4h0m0s") if {
	some c in settings.named("kubelet")
}
