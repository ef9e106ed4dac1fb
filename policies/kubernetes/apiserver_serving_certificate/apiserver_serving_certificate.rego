# METADATA
# title: The API server has a serving certificate
# description: Both flags name files; --tls-sni-cert-key does not replace them.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-serving-certificate
#   title_zh: API Server 设置了 TLS 证书与私钥
#   problem:
#     en: 'The API server has no serving certificate'
#     zh: 'API Server 未设置 TLS 证书与私钥'
#   why:
#     en: Without one it signs its own, which no client can verify.
#     zh: 否则会使用自签名证书，客户端无法验证其身份。
#   remediation:
#     en: Set --tls-cert-file and --tls-private-key-file.
#     zh: 设置 --tls-cert-file 与 --tls-private-key-file。
#   expected:
#     en: --tls-cert-file set and --tls-private-key-file set
#     zh: 已设置 --tls-cert-file 与 --tls-private-key-file
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.24
#   controls:
#     cis-kubernetes: [1.2.24]
#     gbt22239-2019-l3: [8.1.2.2.a, 8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.a, 39786-8.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.apiserver_serving_certificate

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "tls-cert-file")
	settings.is_set(c, "tls-private-key-file")
}

undecided[c.subject] := settings.unseen(c, ["tls-cert-file", "tls-private-key-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reasons(c, ["tls-cert-file", "tls-private-key-file"]) if {
	some c in settings.named("kube-apiserver")
}
