# METADATA
# title: The kubelet refuses anonymous requests
# description: Flag over drop-ins over file over default; the default is false with a configuration file and true without.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-anonymous-auth
#   title_zh: kubelet 拒绝匿名请求
#   problem:
#     en: 'The kubelet accepts anonymous requests'
#     zh: 'kubelet 接受匿名请求'
#   why:
#     en: The kubelet runs commands in every container of its node; anonymous requests must not reach it.
#     zh: kubelet 可在本节点任意容器内执行命令，不得接受匿名请求。
#   remediation:
#     en: 'Set authentication.anonymous.enabled: false in the kubelet configuration, and remove --anonymous-auth.'
#     zh: '在 kubelet 配置中设置 authentication.anonymous.enabled: false，并删除 --anonymous-auth 参数。'
#   expected: 'authentication.anonymous.enabled: false'
#   severity: critical
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.1
#   controls:
#     cis-kubernetes: [4.2.1]
#     gbt22239-2019-l3: [8.1.4.1.a, 8.1.4.2.a]
#     gbt39786-2021-l3: [39786-8.3.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.kubelet_anonymous_auth

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "anonymous-auth", "authentication.anonymous.enabled")
	settings.boolean(value) == false
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "anonymous-auth", "authentication.anonymous.enabled")
	settings.has_config(c)
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "anonymous-auth")
}

undecided[c.subject] := settings.unparsable_value("anonymous-auth", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "anonymous-auth", "authentication.anonymous.enabled")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.layered_reason(c, "anonymous-auth", "authentication.anonymous.enabled", kubelet.default_of(c, "false", "true")) if {
	some c in settings.named("kubelet")
}
