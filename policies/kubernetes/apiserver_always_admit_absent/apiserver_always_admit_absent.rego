# METADATA
# title: The API server does not admit everything
# description: The plug-in is off by default.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-always-admit-absent
#   title_zh: API Server 未启用 AlwaysAdmit 准入插件
#   problem:
#     en: 'The API server admits every request'
#     zh: 'API Server 启用了 AlwaysAdmit 准入插件'
#   why:
#     en: AlwaysAdmit lets every request through admission unexamined.
#     zh: AlwaysAdmit 会使所有请求不经检查即通过准入。
#   remediation:
#     en: Remove AlwaysAdmit from --enable-admission-plugins.
#     zh: 从 --enable-admission-plugins 中删除 AlwaysAdmit。
#   expected:
#     en: AlwaysAdmit not in --enable-admission-plugins
#     zh: --enable-admission-plugins 不包含 AlwaysAdmit
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.10
#   controls:
#     cis-kubernetes: [1.2.10]
#     gbt22239-2019-l3: [8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_always_admit_absent

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not "AlwaysAdmit" in apiserver.enabled(c)
	not settings.is_elsewhere(c, ["enable-admission-plugins"])
	not settings.is_unresolved(c, "enable-admission-plugins")
}

undecided[c.subject] := settings.unseen(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["enable-admission-plugins"])
}

reason[c.subject] := settings.reason(c, "enable-admission-plugins", settings.off("AlwaysAdmit")) if {
	some c in settings.named("kube-apiserver")
}
