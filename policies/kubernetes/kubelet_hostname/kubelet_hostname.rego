# METADATA
# title: The kubelet keeps the host name of its node
# description: The flag is absent; there is no such field in the configuration file.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-hostname
#   title_zh: kubelet 未覆盖主机名
#   problem:
#     en: 'The host name of the node is overridden'
#     zh: '节点主机名被覆盖'
#   why:
#     en: A name that differs from the host breaks the tie between node, certificate and log.
#     zh: 名称与主机不一致会破坏节点、证书与日志之间的对应关系。
#   remediation:
#     en: Remove --hostname-override, unless the cloud or distribution needs it (then waive it with that reason).
#     zh: 删除 --hostname-override；若云平台或发行版确需使用，请以此理由申请豁免。
#   expected:
#     en: --hostname-override absent
#     zh: 未设置 --hostname-override
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.7
#   controls:
#     cis-kubernetes: [4.2.7]
#     gbt22239-2019-l3: [8.1.4.1.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [290]
package kubernetes.kubelet_hostname

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	not settings.is_given(c, "hostname-override")
}

reason[c.subject] := settings.reason(c, "hostname-override", texts.none) if {
	some c in settings.named("kubelet")
}
