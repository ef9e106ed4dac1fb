# METADATA
# title: The API server does not lengthen the life of service account tokens
# description: The default is true. Control of benchmark 1.11 and later.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-token-extension-off
#   title_zh: API Server 关闭服务账户令牌自动延期
#   problem:
#     en: 'Service account tokens live longer than they were asked for'
#     zh: '服务账户令牌的有效期被自动延长'
#   why:
#     en: Injected tokens otherwise live for a year instead of an hour.
#     zh: 否则注入的令牌有效期会从一小时延长至一年。
#   remediation:
#     en: Set --service-account-extend-token-expiration=false after clients were seen to reload their tokens.
#     zh: 确认客户端会重新加载令牌后，设置 --service-account-extend-token-expiration=false。
#   expected: --service-account-extend-token-expiration=false
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.30
#   controls:
#     cis-kubernetes: [1.2.30]
#     gbt22239-2019-l3: [8.1.4.1.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [613]
package kubernetes.apiserver_token_extension_off

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.boolean(settings.flag(c, "service-account-extend-token-expiration")) == false
}

undecided[c.subject] := settings.unparsable(c, "service-account-extend-token-expiration") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "service-account-extend-token-expiration")
	not settings.reads_as_boolean(settings.flag(c, "service-account-extend-token-expiration"))
}

undecided[c.subject] := settings.unseen(c, ["service-account-extend-token-expiration"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "service-account-extend-token-expiration", "true") if {
	some c in settings.named("kube-apiserver")
}
