# METADATA
# title: kube-proxy serves its metrics on loopback only
# description: With --config the flag is ignored; an empty or absent value means the default on loopback.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kube-proxy-metrics-address
#   title_zh: kube-proxy 指标端口仅监听回环地址
#   problem:
#     en: 'kube-proxy serves its metrics on more than loopback'
#     zh: 'kube-proxy 指标端口监听了回环以外的地址'
#   why:
#     en: Metrics show which services talk to whom to everyone on the network.
#     zh: 指标会向网络中所有人暴露服务间的通信关系。
#   remediation:
#     en: 'Set metricsBindAddress: 127.0.0.1:10249 in the KubeProxyConfiguration, or leave it empty.'
#     zh: '在 KubeProxyConfiguration 中设置 metricsBindAddress: 127.0.0.1:10249，或留空。'
#   expected:
#     en: 'metricsBindAddress on a loopback address'
#     zh: 'metricsBindAddress 为回环地址'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 4.3.1
#   controls:
#     cis-kubernetes: [4.3.1]
#     gbt22239-2019-l3: [8.1.4.4.b, 8.1.4.4.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-proxy']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [668]
package kubernetes.kube_proxy_metrics_address

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-proxy")

compliant contains c.subject if {
	some c in settings.named("kube-proxy")
	is_loopback(settings.exclusive(c, "metrics-bind-address", "metricsBindAddress"))
}

compliant contains c.subject if {
	some c in settings.named("kube-proxy")
	settings.exclusive_absent(c, "metrics-bind-address", "metricsBindAddress")
}

is_loopback("")

is_loopback(address) if regex.match(`^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)(:\d+)?$`, address)

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kube-proxy")
	settings.exclusive_unread(c)
}

reason[c.subject] := settings.exclusive_reason(c, "metrics-bind-address", "metricsBindAddress", "127.0.0.1:10249") if {
	some c in settings.named("kube-proxy")
}
