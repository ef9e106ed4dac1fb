# METADATA
# title: The API server refuses anonymous requests
# description: The flag or the structured authentication configuration decides; the default is true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-anonymous-auth
#   title_zh: API Server 拒绝匿名请求
#   problem:
#     en: 'The API server accepts anonymous requests'
#     zh: 'API Server 接受匿名请求'
#   why:
#     en: Anonymous requests reach every path that RBAC grants to system:unauthenticated, and every new flaw of the
#       API server is reachable without credentials.
#     zh: 匿名请求可访问授予 system:unauthenticated 的所有路径；API Server 一旦出现漏洞，攻击者无需任何凭据即可利用。
#   remediation:
#     en: 'Set --anonymous-auth=false, or anonymous.enabled: false in the file of --authentication-config. Give health
#       probes a client certificate or token first: those of kubeadm are anonymous.'
#     zh: '设置 --anonymous-auth=false，或在 --authentication-config 文件中设置 anonymous.enabled: false。kubeadm 的健康检查默认使用匿名访问，请先为其配置证书或令牌。'
#   expected:
#     en: '--anonymous-auth=false, or anonymous.enabled: false in AuthenticationConfiguration'
#     zh: '--anonymous-auth=false，或 AuthenticationConfiguration 中 anonymous.enabled: false'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.1
#   controls:
#     cis-kubernetes: [1.2.1]
#     gbt22239-2019-l3: [8.1.4.1.a, 8.1.4.2.a]
#     gbt39786-2021-l3: [39786-8.3.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.apiserver_anonymous_auth

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.boolean(settings.flag(c, "anonymous-auth")) == false
}

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	c.files.authentication_config.anonymous.enabled == false
}

undecided[c.subject] := settings.unparsable(c, "anonymous-auth") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "anonymous-auth")
	not settings.reads_as_boolean(settings.flag(c, "anonymous-auth"))
}

undecided[c.subject] := settings.file_unread(c, "authentication-config") if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "authentication-config")
	not settings.is_given(c, "anonymous-auth")
	not c.files.authentication_config
}

undecided[c.subject] := settings.unseen(c, ["anonymous-auth"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "authentication-config")
}

reason[c.subject] := {
	"actual": actual(c),
	"pointer": "/flags/anonymous-auth",
} if some c in settings.named("kube-apiserver")

actual(c) := texts.said("anonymous requests limited to %s", "匿名请求仅限于 %s", [concat(", ", paths)]) if {
	c.files.authentication_config.anonymous.enabled == true
	paths := [condition.path | some condition in c.files.authentication_config.anonymous.conditions]
	count(paths) > 0
} else := "anonymous.enabled: false (--authentication-config)" if {
	c.files.authentication_config.anonymous.enabled == false
} else := settings.shown(c, "anonymous-auth", "true")
