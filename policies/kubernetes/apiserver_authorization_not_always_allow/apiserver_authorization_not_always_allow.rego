# METADATA
# title: The API server authorizes requests
# description: The flag, or the authorizers of the structured configuration, must be there and lack AlwaysAllow.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-authorization-not-always-allow
#   title_zh: API Server 的鉴权模式不含 AlwaysAllow
#   problem:
#     en: 'The API server allows every request without authorization'
#     zh: 'API Server 不经鉴权即放行所有请求'
#   why:
#     en: AlwaysAllow gives every authenticated request every right; it is also the default where no mode is given.
#     zh: AlwaysAllow 会放行所有已认证请求；未指定鉴权模式时默认即为 AlwaysAllow。
#   remediation:
#     en: Set --authorization-mode=Node,RBAC, or list these authorizers in the file of --authorization-config.
#     zh: 设置 --authorization-mode=Node,RBAC，或在 --authorization-config 文件中列出相应鉴权器。
#   expected:
#     en: --authorization-mode without AlwaysAllow
#     zh: --authorization-mode 不包含 AlwaysAllow
#   severity: critical
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.6
#   controls:
#     cis-kubernetes: [1.2.6]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.1.4.2.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_authorization_not_always_allow

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not "AlwaysAllow" in apiserver.authorizers(c)
	count(apiserver.authorizers(c)) > 0
	not settings.is_unresolved(c, "authorization-mode")
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
