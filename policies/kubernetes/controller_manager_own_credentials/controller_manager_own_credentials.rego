# METADATA
# title: Each controller has credentials of its own
# description: The default is false.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-own-credentials
#   title_zh: 各控制器使用独立的服务账户凭据
#   problem:
#     en: 'Controllers share the credentials of the controller manager'
#     zh: '各控制器共用 Controller Manager 的凭据'
#   why:
#     en: Otherwise every controller acts with the rights of all controllers together.
#     zh: 否则每个控制器都拥有全部控制器的权限总和。
#   remediation:
#     en: Set --use-service-account-credentials=true.
#     zh: 设置 --use-service-account-credentials=true。
#   expected: --use-service-account-credentials=true
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.3
#   controls:
#     cis-kubernetes: [1.3.3]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.controller_manager_own_credentials

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.boolean(settings.flag(c, "use-service-account-credentials")) == true
}

undecided[c.subject] := settings.unparsable(c, "use-service-account-credentials") if {
	some c in settings.named("kube-controller-manager")
	settings.is_given(c, "use-service-account-credentials")
	not settings.reads_as_boolean(settings.flag(c, "use-service-account-credentials"))
}

undecided[c.subject] := settings.unseen(c, ["use-service-account-credentials"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "use-service-account-credentials", "false") if {
	some c in settings.named("kube-controller-manager")
}
