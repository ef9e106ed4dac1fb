# METADATA
# title: The API server does not switch ServiceAccount admission off
# description: The plug-in is on by default; the enable list need not repeat it.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-service-account-admission
#   title_zh: API Server 未禁用 ServiceAccount 准入插件
#   problem:
#     en: 'ServiceAccount admission is switched off'
#     zh: 'ServiceAccount 准入插件已被禁用'
#   why:
#     en: Without it pods run without a service account of their own, and the rules on tokens do not hold.
#     zh: 禁用后 Pod 将没有独立的服务账户，令牌相关的约束也随之失效。
#   remediation:
#     en: Remove ServiceAccount from --disable-admission-plugins.
#     zh: 从 --disable-admission-plugins 中删除 ServiceAccount。
#   expected:
#     en: ServiceAccount not in --disable-admission-plugins
#     zh: --disable-admission-plugins 不包含 ServiceAccount
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.12
#   controls:
#     cis-kubernetes: [1.2.12]
#     gbt22239-2019-l3: [8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_service_account_admission

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not "ServiceAccount" in apiserver.disabled(c)
	not settings.is_elsewhere(c, ["disable-admission-plugins"])
	not settings.is_unresolved(c, "disable-admission-plugins")
}

undecided[c.subject] := settings.unseen(c, ["disable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["disable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["disable-admission-plugins"])
}

reason[c.subject] := settings.reason(c, "disable-admission-plugins", {"en": "none disabled", "zh": "未停用任何插件"}) if {
	some c in settings.named("kube-apiserver")
}
