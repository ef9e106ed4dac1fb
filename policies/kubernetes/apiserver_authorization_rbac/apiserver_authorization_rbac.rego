# METADATA
# title: The API server authorizes by RBAC
# description: RBAC is an element of the list of authorizers, whichever source it comes from.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-authorization-rbac
#   title_zh: API Server 的鉴权模式包含 RBAC
#   problem:
#     en: 'The API server does not authorize by RBAC'
#     zh: 'API Server 未启用 RBAC 鉴权'
#   why:
#     en: Without RBAC rights cannot be given by role and reviewed as objects.
#     zh: 缺少 RBAC 时，无法按角色授权，也无法以对象形式审查权限。
#   remediation:
#     en: Add RBAC to --authorization-mode or to the authorizers of --authorization-config.
#     zh: 在 --authorization-mode 或 --authorization-config 的鉴权器列表中加入 RBAC。
#   expected:
#     en: RBAC among the authorizers
#     zh: 授权方式包含 RBAC
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.8
#   controls:
#     cis-kubernetes: [1.2.8]
#     gbt22239-2019-l3: [8.1.4.2.d, 8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_authorization_rbac

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"RBAC" in apiserver.authorizers(c)
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
