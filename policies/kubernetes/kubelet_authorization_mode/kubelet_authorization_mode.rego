# METADATA
# title: The kubelet authorizes requests
# description: The default is Webhook with a configuration file and AlwaysAllow without.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-authorization-mode
#   title_zh: kubelet 鉴权模式不为 AlwaysAllow
#   problem:
#     en: 'The kubelet allows every request without authorization'
#     zh: 'kubelet 不经鉴权即放行所有请求'
#   why:
#     en: AlwaysAllow lets every authenticated client run commands in every container of the node.
#     zh: AlwaysAllow 允许任何已认证的客户端在本节点任意容器内执行命令。
#   remediation:
#     en: 'Set authorization.mode: Webhook in the kubelet configuration.'
#     zh: '在 kubelet 配置中设置 authorization.mode: Webhook。'
#   expected: 'authorization.mode: Webhook'
#   severity: critical
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.2
#   controls:
#     cis-kubernetes: [4.2.2]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.1.4.2.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.kubelet_authorization_mode

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "authorization-mode", "authorization.mode")
	value != "AlwaysAllow"
	value != ""
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "authorization-mode", "authorization.mode")
	settings.has_config(c)
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "authorization-mode")
}

reason[c.subject] := settings.layered_reason(c, "authorization-mode", "authorization.mode", kubelet.default_of(c, "Webhook", "AlwaysAllow")) if {
	some c in settings.named("kubelet")
}
