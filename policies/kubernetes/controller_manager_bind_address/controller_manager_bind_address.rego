# METADATA
# title: The controller manager listens on loopback only
# description: 'The default is 0.0.0.0: an absent flag fails.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-bind-address
#   title_zh: Controller Manager 仅监听回环地址
#   problem:
#     en: 'The controller manager listens on more than loopback'
#     zh: 'Controller Manager 监听了回环以外的地址'
#   why:
#     en: Its port serves health and metrics, and past flaws have made it a way in.
#     zh: 该端口提供健康检查与指标数据，历史上曾因漏洞成为攻击入口。
#   remediation:
#     en: Set --bind-address=127.0.0.1 and let monitoring scrape it from the node itself.
#     zh: 设置 --bind-address=127.0.0.1，并由节点本机的采集组件抓取指标。
#   expected:
#     en: '--bind-address=127.0.0.1 (::1 on nodes with IPv6 only)'
#     zh: '--bind-address=127.0.0.1（仅有 IPv6 的节点为 ::1）'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.7
#   controls:
#     cis-kubernetes: [1.3.7]
#     gbt22239-2019-l3: [8.1.4.4.c, 8.1.4.4.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [668]
package kubernetes.controller_manager_bind_address

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.flag(c, "bind-address") in {"127.0.0.1", "::1"}
}

undecided[c.subject] := settings.unseen(c, ["bind-address"]) if {
	some c in settings.named("kube-controller-manager")
}

undecided[c.subject] := settings.unresolved(c, ["bind-address"]) if {
	some c in settings.named("kube-controller-manager")
	not settings.is_elsewhere(c, ["bind-address"])
}

reason[c.subject] := settings.reason(c, "bind-address", "0.0.0.0") if {
	some c in settings.named("kube-controller-manager")
}
