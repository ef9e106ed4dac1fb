# METADATA
# title: The API server denies Services with external IPs
# description: The plug-in is off by default; the list adds to the default set and may be split over several flags.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-deny-external-ips
#   title_zh: API Server 启用 DenyServiceExternalIPs 准入插件
#   problem:
#     en: 'A Service may take over external IP addresses'
#     zh: 'Service 可占用任意外部 IP 地址'
#   why:
#     en: Whoever may create a Service can claim any address by externalIPs and so read traffic of other workloads (CVE-2020-8554).
#     zh: 有权创建 Service 的用户可通过 externalIPs 声明任意地址，从而劫持其他工作负载的流量（CVE-2020-8554）。
#   remediation:
#     en: Add DenyServiceExternalIPs to --enable-admission-plugins. An enforcing policy on spec.externalIPs is an equal
#       control; confirm it as such.
#     zh: 在 --enable-admission-plugins 中加入 DenyServiceExternalIPs；如已用准入策略强制限制 spec.externalIPs，可作为等效措施予以确认。
#   expected:
#     en: DenyServiceExternalIPs in --enable-admission-plugins
#     zh: --enable-admission-plugins 包含 DenyServiceExternalIPs
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.3
#   controls:
#     cis-kubernetes: [1.2.3]
#     gbt22239-2019-l3: [8.1.3.1.a, 8.1.4.2.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [923]
package kubernetes.apiserver_deny_external_ips

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"DenyServiceExternalIPs" in apiserver.enabled(c)
	not "DenyServiceExternalIPs" in apiserver.disabled(c)
}

undecided[c.subject] := settings.unseen(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["enable-admission-plugins"])
}

reason[c.subject] := apiserver.plugin_reason(c, "DenyServiceExternalIPs") if {
	some c in settings.named("kube-apiserver")
}
