# METADATA
# title: The controller manager has a signing key for service accounts
# description: The flag names a file, whatever its suffix; an external signer makes the control meaningless.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-signing-key
#   title_zh: Controller Manager 设置了服务账户签名私钥
#   problem:
#     en: 'The controller manager has no signing key for service accounts'
#     zh: 'Controller Manager 未设置服务账户签名私钥'
#   why:
#     en: Without a key of its own tokens are signed with none or with the TLS key.
#     zh: 缺少独立签名密钥时，令牌可能无法签发，或与 TLS 共用密钥。
#   remediation:
#     en: Set --service-account-private-key-file.
#     zh: 设置 --service-account-private-key-file。
#   expected:
#     en: --service-account-private-key-file set
#     zh: 已设置 --service-account-private-key-file
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.4
#   controls:
#     cis-kubernetes: [1.3.4]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-B.4]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [321]
package kubernetes.controller_manager_signing_key

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.is_set(c, "service-account-private-key-file")
}

not_applicable[c.subject] := {
	"en": "an external signer holds the keys (--service-account-signing-endpoint of the API server)",
	"zh": "密钥由外部签名服务保管（API Server 的 --service-account-signing-endpoint）",
} if {
	some c in settings.named("kube-controller-manager")
	some server in settings.named("kube-apiserver")
	apiserver.signs_outside(server)
}

undecided[c.subject] := settings.unseen(c, ["service-account-private-key-file"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "service-account-private-key-file", texts.none) if {
	some c in settings.named("kube-controller-manager")
}
