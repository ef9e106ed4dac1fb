# METADATA
# title: The API server takes no static tokens from a file
# description: The presence of --token-auth-file decides, whatever its value.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-token-file-absent
#   title_zh: API Server 不使用静态令牌文件认证
#   problem:
#     en: 'The API server takes static tokens from a file'
#     zh: 'API Server 使用静态令牌文件认证'
#   why:
#     en: Static tokens lie in clear text, never expire and can only be revoked by a restart of the API server.
#     zh: 静态令牌以明文存放、永不过期，且只有重启 API Server 才能吊销。
#   remediation:
#     en: Remove --token-auth-file and give users OIDC or short-lived certificates.
#     zh: 删除 --token-auth-file 参数，改用 OIDC 或短期证书认证用户。
#   expected:
#     en: --token-auth-file absent
#     zh: 未设置 --token-auth-file
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.2
#   controls:
#     cis-kubernetes: [1.2.2]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-8.3.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [798]
package kubernetes.apiserver_token_file_absent

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "token-auth-file")
	not settings.is_elsewhere(c, ["token-auth-file"])
}

undecided[c.subject] := settings.unseen(c, ["token-auth-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "token-auth-file", texts.none) if {
	some c in settings.named("kube-apiserver")
}
