# METADATA
# title: The API server confines nodes by the Node authorizer
# description: Node is an element of the list of authorizers, whichever source it comes from.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-authorization-node
#   title_zh: API Server 的鉴权模式包含 Node
#   problem:
#     en: 'Kubelets are not confined to their own node'
#     zh: 'kubelet 的权限未限定于所在节点'
#   why:
#     en: Without it a kubelet may read the Secrets of pods on other nodes.
#     zh: 缺少 Node 鉴权器时，kubelet 可以读取其他节点上 Pod 的 Secret。
#   remediation:
#     en: Add Node to --authorization-mode or to the authorizers of --authorization-config.
#     zh: 在 --authorization-mode 或 --authorization-config 的鉴权器列表中加入 Node。
#   expected:
#     en: Node among the authorizers
#     zh: 授权方式包含 Node
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.7
#   controls:
#     cis-kubernetes: [1.2.7]
#     gbt22239-2019-l3: [8.1.4.2.d, 8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_authorization_node

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"Node" in apiserver.authorizers(c)
}

undecided[c.subject] := settings.file_unread(c, "authorization-config") if {
	some c in settings.named("kube-apiserver")
	apiserver.authorizers_unread(c)
}

undecided[c.subject] := settings.unseen(c, ["authorization-mode"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "authorization-config")
}

undecided[c.subject] := settings.unresolved(c, ["authorization-mode"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "authorization-config")
	not settings.is_elsewhere(c, ["authorization-mode"])
}

reason[c.subject] := apiserver.authorizers_reason(c) if {
	some c in settings.named("kube-apiserver")
}
