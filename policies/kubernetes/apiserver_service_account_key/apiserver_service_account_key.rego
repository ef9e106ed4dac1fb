# METADATA
# title: The API server has a key of its own for service account tokens
# description: The flag names a file, whatever its suffix; an external signer makes the control meaningless.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-service-account-key
#   title_zh: API Server 设置了服务账户公钥文件
#   problem:
#     en: 'The API server has no key of its own for service account tokens'
#     zh: 'API Server 未设置服务账户公钥文件'
#   why:
#     en: Otherwise tokens are checked with the TLS key, which cannot be changed without voiding all tokens.
#     zh: 否则将使用 TLS 私钥校验令牌，更换 TLS 密钥会使全部令牌失效。
#   remediation:
#     en: Set --service-account-key-file to the public key of the signing key pair.
#     zh: 将 --service-account-key-file 设置为签名密钥对中的公钥文件。
#   expected:
#     en: --service-account-key-file set
#     zh: 已设置 --service-account-key-file
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.22
#   controls:
#     cis-kubernetes: [1.2.22]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-B.4]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [321]
package kubernetes.apiserver_service_account_key

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "service-account-key-file")
}

not_applicable[c.subject] := {
	"en": "an external signer holds the keys (--service-account-signing-endpoint)",
	"zh": "密钥由外部签名服务保管（--service-account-signing-endpoint）",
} if {
	some c in settings.named("kube-apiserver")
	apiserver.signs_outside(c)
}

undecided[c.subject] := settings.unseen(c, ["service-account-key-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "service-account-key-file", texts.none) if {
	some c in settings.named("kube-apiserver")
}
