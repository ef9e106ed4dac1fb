# METADATA
# title: The kubelet has no read-only port
# description: The default is 0 with a configuration file and 10255 without.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-read-only-port
#   title_zh: kubelet 关闭只读端口
#   problem:
#     en: 'The kubelet answers on a read-only port without a login'
#     zh: 'kubelet 开放了无需认证的只读端口'
#   why:
#     en: The read-only port shows pods and metrics of the node to anyone without credentials.
#     zh: 只读端口会向任何人公开本节点的 Pod 与指标信息，无需认证。
#   remediation:
#     en: 'Set readOnlyPort: 0 in the kubelet configuration, and remove --read-only-port.'
#     zh: '在 kubelet 配置中设置 readOnlyPort: 0，并删除 --read-only-port 参数。'
#   expected: 'readOnlyPort: 0'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.4
#   controls:
#     cis-kubernetes: [4.2.4]
#     gbt22239-2019-l3: [8.1.4.4.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.kubelet_read_only_port

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "read-only-port", "readOnlyPort")
	settings.integer(value) == 0
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "read-only-port", "readOnlyPort")
	settings.has_config(c)
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "read-only-port")
}

undecided[c.subject] := settings.unparsable_value("read-only-port", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "read-only-port", "readOnlyPort")
	value != null
	not settings.reads_as_integer(value)
}

reason[c.subject] := settings.layered_reason(c, "read-only-port", "readOnlyPort", kubelet.default_of(c, "0", "10255")) if {
	some c in settings.named("kubelet")
}
