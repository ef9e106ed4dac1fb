# METADATA
# title: The kubelet gives containers a seccomp profile by default
# description: The default is false. Control of benchmark 1.11 and later.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-seccomp-default
#   title_zh: kubelet 默认启用 seccomp 配置
#   problem:
#     en: 'Containers get no seccomp profile by default'
#     zh: '容器默认不启用 seccomp 配置'
#   why:
#     en: Without it containers that name no profile may make every system call.
#     zh: 否则未指定配置的容器可以使用全部系统调用。
#   remediation:
#     en: 'Set seccompDefault: true in the kubelet configuration.'
#     zh: '在 kubelet 配置中设置 seccompDefault: true。'
#   expected: 'seccompDefault: true'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.14
#   controls:
#     cis-kubernetes: [4.2.14]
#     gbt22239-2019-l3: [8.1.4.2.f]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [693]
package kubernetes.kubelet_seccomp_default

import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "seccomp-default", "seccompDefault")
	settings.boolean(value) == true
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "seccomp-default")
}

undecided[c.subject] := settings.unparsable_value("seccomp-default", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "seccomp-default", "seccompDefault")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.layered_reason(c, "seccomp-default", "seccompDefault", "false") if {
	some c in settings.named("kubelet")
}
