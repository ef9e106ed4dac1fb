# METADATA
# title: The kubelet keeps the iptables chains of the node
# description: The default is true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-iptables-chains
#   title_zh: kubelet 管理 iptables 链
#   problem:
#     en: 'The kubelet leaves the iptables chains of the node alone'
#     zh: 'kubelet 未管理 iptables 链'
#   why:
#     en: Chains kept by hand drift away from what pods need, and leave ways open.
#     zh: 手工维护的规则容易与实际需求脱节，留下未受控的通路。
#   remediation:
#     en: 'Set makeIPTablesUtilChains: true or leave it out.'
#     zh: '设置 makeIPTablesUtilChains: true，或不作设置。'
#   expected: 'makeIPTablesUtilChains: true'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.6
#   controls:
#     cis-kubernetes: [4.2.6]
#     gbt22239-2019-l3: [8.1.3.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [1188]
package kubernetes.kubelet_iptables_chains

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "make-iptables-util-chains", "makeIPTablesUtilChains")
	settings.boolean(value) == true
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "make-iptables-util-chains", "makeIPTablesUtilChains")
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "make-iptables-util-chains")
}

undecided[c.subject] := settings.unparsable_value("make-iptables-util-chains", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "make-iptables-util-chains", "makeIPTablesUtilChains")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.layered_reason(c, "make-iptables-util-chains", "makeIPTablesUtilChains", "true") if {
	some c in settings.named("kubelet")
}
