# METADATA
# title: The kubelet verifies client certificates
# description: A file is named by flag or configuration.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-client-ca
#   title_zh: kubelet 设置了客户端 CA
#   problem:
#     en: 'The kubelet verifies no client certificates'
#     zh: 'kubelet 未设置客户端 CA'
#   why:
#     en: Without a CA the kubelet cannot tell the API server from anyone else.
#     zh: 缺少 CA 时 kubelet 无法确认请求是否来自 API Server。
#   remediation:
#     en: Set authentication.x509.clientCAFile in the kubelet configuration.
#     zh: 在 kubelet 配置中设置 authentication.x509.clientCAFile。
#   expected:
#     en: 'authentication.x509.clientCAFile set'
#     zh: '已设置 authentication.x509.clientCAFile'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.3
#   controls:
#     cis-kubernetes: [4.2.3]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.kubelet_client_ca

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "client-ca-file", "authentication.x509.clientCAFile")
	is_string(value)
	value != ""
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "client-ca-file")
}

reason[c.subject] := settings.layered_reason(c, "client-ca-file", "authentication.x509.clientCAFile", texts.none) if {
	some c in settings.named("kubelet")
}
