# METADATA
# title: The serving certificate of the kubelet is issued by a CA
# description: Both files are named, by flag or configuration, or certificates come from the cluster by serverTLSBootstrap.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-serving-certificate
#   title_zh: kubelet 设置了服务端证书与私钥
#   problem:
#     en: 'The serving certificate of the kubelet is not issued by a CA'
#     zh: 'kubelet 未使用由 CA 签发的服务端证书'
#   why:
#     en: A certificate that the kubelet signs itself cannot be verified by the API server.
#     zh: kubelet 自签名的证书无法被 API Server 校验。
#   remediation:
#     en: 'Set serverTLSBootstrap: true and approve the requests, or set tlsCertFile and tlsPrivateKeyFile.'
#     zh: '设置 serverTLSBootstrap: true 并审批证书请求，或设置 tlsCertFile 与 tlsPrivateKeyFile。'
#   expected:
#     en: 'tlsCertFile and tlsPrivateKeyFile, or serverTLSBootstrap: true'
#     zh: '已设置 tlsCertFile 与 tlsPrivateKeyFile，或 serverTLSBootstrap: true'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.9
#   controls:
#     cis-kubernetes: [4.2.9]
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.kubelet_serving_certificate

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	some_path(settings.layered(c, "tls-cert-file", "tlsCertFile"))
	some_path(settings.layered(c, "tls-private-key-file", "tlsPrivateKeyFile"))
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.boolean(settings.layered(c, "rotate-server-certificates", "serverTLSBootstrap")) == true
}

some_path(value) if {
	is_string(value)
	value != ""
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "tls-cert-file")
}

reason[c.subject] := {
	"actual": texts.commas([
		settings.layered_reason(c, "tls-cert-file", "tlsCertFile", {"en": "self-signed", "zh": "自签名"}).actual,
		settings.layered_reason(c, "tls-private-key-file", "tlsPrivateKeyFile", texts.none).actual,
		settings.layered_reason(c, "rotate-server-certificates", "serverTLSBootstrap", "false").actual,
	]),
	"pointer": "/config/tlsCertFile",
} if some c in settings.named("kubelet")
