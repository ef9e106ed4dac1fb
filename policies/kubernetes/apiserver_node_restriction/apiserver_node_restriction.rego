# METADATA
# title: The API server confines what a kubelet may change
# description: The plug-in is off by default and must not be disabled by the other flag.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-node-restriction
#   title_zh: API Server 启用 NodeRestriction 准入插件
#   problem:
#     en: 'A kubelet may change other nodes and their pods'
#     zh: 'kubelet 可修改其他节点及其 Pod'
#   why:
#     en: Without it a kubelet that was taken over may label other nodes and draw their workloads to itself.
#     zh: 缺少该插件时，被攻陷的 kubelet 可以修改其他节点的标签，将工作负载吸引到自身。
#   remediation:
#     en: Add NodeRestriction to --enable-admission-plugins, together with the Node authorizer.
#     zh: 在 --enable-admission-plugins 中加入 NodeRestriction，并同时启用 Node 鉴权器。
#   expected:
#     en: NodeRestriction in --enable-admission-plugins
#     zh: --enable-admission-plugins 包含 NodeRestriction
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.14
#   controls:
#     cis-kubernetes: [1.2.14]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [269]
package kubernetes.apiserver_node_restriction

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"NodeRestriction" in apiserver.enabled(c)
	not "NodeRestriction" in apiserver.disabled(c)
	not settings.is_unresolved(c, "disable-admission-plugins")
}

undecided[c.subject] := settings.unseen(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["enable-admission-plugins", "disable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["enable-admission-plugins"])
}

reason[c.subject] := apiserver.plugin_reason(c, "NodeRestriction") if {
	some c in settings.named("kube-apiserver")
}
