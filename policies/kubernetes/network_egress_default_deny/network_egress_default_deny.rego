# METADATA
# title: Every pod refuses egress traffic that no policy allows
# description: Some policy of the namespace or of the cluster selects the pod for this direction.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-network-egress-default-deny
#   title_zh: Pod 默认拒绝未授权的出站流量
#   why:
#     en: Without it a pod that was taken over reaches the internet, the metadata service and every other pod.
#     zh: 否则被攻陷的 Pod 可访问互联网、元数据服务及其他所有 Pod。
#   remediation:
#     en: 'Add a NetworkPolicy with an empty podSelector and policyTypes: [Egress], then allow what is needed.'
#     zh: 添加 podSelector 为空且 policyTypes 含 Egress 的 NetworkPolicy，再逐项放行所需流量。
#   severity: medium
#   source: Deployment gate of the auditor; NIST SP 800-207 (zero trust)
#   controls:
#     gbt22239-2019-l3: [8.1.3.2.a, 8.1.3.1.c]
#   judges: KubeObject
#   needs: ['KubeObject:NetworkPolicy', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet',
#     'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeObject:CiliumNetworkPolicy', 'KubeObject:CiliumClusterwideNetworkPolicy', 'KubeObject:GlobalNetworkPolicy',
#     'KubeObject:AdminNetworkPolicy', 'KubeObject:BaselineAdminNetworkPolicy', 'KubeObject:ClusterNetworkPolicy']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [923]
package kubernetes.network_egress_default_deny

import data.lib.network
import data.lib.objects

subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	network.is_closed(pod, "egress")
	not pod.spec.hostNetwork == true
}

not_applicable[pod.subject] := objects.platform_reason(pod.namespace) if {
	some pod in input.pods
	objects.is_platform(pod.namespace)
	not pod.subject in compliant
}

# Policies do not hold for pods on the network of their node.
not_applicable[pod.subject] := {
	"en": "the pod uses the network of its node, where policies do not hold (see k8s-pod-host-network-absent)",
	"zh": "Pod 使用主机网络，网络策略不生效（参见 k8s-pod-host-network-absent）",
} if {
	some pod in input.pods
	not objects.is_platform(pod.namespace)
	pod.spec.hostNetwork == true
}

reason[pod.subject] := {
	"expected": "a network policy of type Egress that selects the pod",
	"actual": sprintf("none of the %d policies of its namespace does", [count(network.of(pod.namespace))]),
	"pointer": pod.pointer,
} if {
	some pod in input.pods
	not pod.subject in compliant
}
