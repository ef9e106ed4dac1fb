# METADATA
# title: The API server verifies client certificates
# description: The flag names a file.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-client-ca
#   title_zh: API Server 设置了客户端 CA
#   problem:
#     en: 'The API server verifies no client certificates'
#     zh: 'API Server 未设置客户端 CA'
#   why:
#     en: Without a CA no client certificate is accepted, and components fall back on weaker credentials.
#     zh: 未设置客户端 CA 则无法使用客户端证书认证，组件只能退而使用较弱的凭据。
#   remediation:
#     en: Set --client-ca-file.
#     zh: 设置 --client-ca-file。
#   expected:
#     en: --client-ca-file set
#     zh: 已设置 --client-ca-file
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.25
#   controls:
#     cis-kubernetes: [1.2.25]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.apiserver_client_ca

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "client-ca-file")
}

undecided[c.subject] := settings.unseen(c, ["client-ca-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "client-ca-file", texts.none) if {
	some c in settings.named("kube-apiserver")
}
