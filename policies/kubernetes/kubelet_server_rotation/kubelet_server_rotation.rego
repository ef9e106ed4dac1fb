# METADATA
# title: The kubelet does not switch server certificate rotation off
# description: 'The gate has been on since v1.12: only an explicit false fails, unless serverTLSBootstrap is on.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-server-rotation
#   title_zh: kubelet 未关闭服务端证书轮换特性
#   problem:
#     en: 'The rotation of the kubelet''s serving certificate is switched off'
#     zh: 'kubelet 服务端证书轮换特性已被关闭'
#   why:
#     en: A serving certificate that is not rotated expires or is made to live too long.
#     zh: 服务端证书不轮换会到期，或被迫使用过长有效期。
#   remediation:
#     en: 'Remove RotateKubeletServerCertificate: false from featureGates; set serverTLSBootstrap: true to use it.'
#     zh: '从 featureGates 中删除 RotateKubeletServerCertificate: false；如需启用请设置 serverTLSBootstrap: true。'
#   expected:
#     en: 'RotateKubeletServerCertificate not false, or serverTLSBootstrap: true'
#     zh: 'RotateKubeletServerCertificate 不为 false，或 serverTLSBootstrap: true'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.11
#   controls:
#     cis-kubernetes: [4.2.11]
#     gbt22239-2019-l3: [8.1.10.6.d]
#     gbt39786-2021-l3: [39786-B.5]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [324]
package kubernetes.kubelet_server_rotation

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	not off(c)
	known(c)
	kubelet.accepts_defaults
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	bootstraps(c)
}

bootstraps(c) if settings.boolean(settings.layered(c, "rotate-server-certificates", "serverTLSBootstrap")) == true

compliant contains c.subject if {
	some c in settings.named("kubelet")
	gate(c) == true
}

known(c) if c.config_read

known(c) if in_flags(c)

in_flags(c) if is_boolean(settings.gates(c).RotateKubeletServerCertificate)

gate(c) := settings.gates(c).RotateKubeletServerCertificate

gate(c) := settings.boolean(c.config["featureGates.RotateKubeletServerCertificate"]) if {
	not in_flags(c)
	c.config_read
}

off(c) if gate(c) == false

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	not known(c)
	not settings.is_given(c, "rotate-server-certificates")
}

reason[c.subject] := settings.layered_reason(c, "rotate-server-certificates", "serverTLSBootstrap", "false") if {
	some c in settings.named("kubelet")
	bootstraps(c)
}

reason[c.subject] := settings.layered_reason(c, "feature-gates", "featureGates.RotateKubeletServerCertificate", {"en": "true since v1.12", "zh": "v1.12 起为 true"}) if {
	some c in settings.named("kubelet")
	not bootstraps(c)
}
