# METADATA
# title: The API server does not switch NamespaceLifecycle off
# description: The plug-in is on by default; the enable list need not repeat it.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-namespace-lifecycle
#   title_zh: API Server 未禁用 NamespaceLifecycle 准入插件
#   problem:
#     en: 'NamespaceLifecycle admission is switched off'
#     zh: 'NamespaceLifecycle 准入插件已被禁用'
#   why:
#     en: Without it objects can be created in namespaces that do not exist or are being deleted.
#     zh: 禁用后可在不存在或正在删除的命名空间中创建对象。
#   remediation:
#     en: Remove NamespaceLifecycle from --disable-admission-plugins.
#     zh: 从 --disable-admission-plugins 中删除 NamespaceLifecycle。
#   expected:
#     en: NamespaceLifecycle not in --disable-admission-plugins
#     zh: --disable-admission-plugins 不包含 NamespaceLifecycle
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.13
#   controls:
#     cis-kubernetes: [1.2.13]
#     gbt22239-2019-l3: [8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_namespace_lifecycle

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not "NamespaceLifecycle" in apiserver.disabled(c)
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
