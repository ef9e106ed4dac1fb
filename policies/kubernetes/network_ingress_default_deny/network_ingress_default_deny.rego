# METADATA
# title: Every pod refuses ingress traffic that no policy allows
# description: Some policy of the namespace or of the cluster selects the pod for this direction.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-network-ingress-default-deny
#   title_zh: Pod 默认拒绝未授权的入站流量
#   problem:
#     en: 'A pod may be reached from anywhere'
#     zh: 'Pod 的入站流量未默认拒绝'
#   why:
#     en: Without it every pod of the cluster may talk to this one.
#     zh: 否则集群内任意 Pod 均可访问该工作负载。
#   remediation:
#     en: 'Add a NetworkPolicy with an empty podSelector and policyTypes: [Ingress], then allow what is needed.'
#     zh: 添加 podSelector 为空且 policyTypes 含 Ingress 的 NetworkPolicy，再逐项放行所需流量。
#   severity: high
#   source: Deployment gate of the auditor; NIST SP 800-207 (zero trust)
#   controls:
#     gbt22239-2019-l3: [8.1.3.2.a, 8.2.3.1.a, 8.1.2.1.d]
#   expected:
#     en: a network policy of type Ingress that selects the pod
#     zh: 存在 Ingress 类型且选中该 Pod 的网络策略
#   judges: KubeObject
#   needs: ['KubeObject:NetworkPolicy', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet',
#     'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeObject:CiliumNetworkPolicy', 'KubeObject:CiliumClusterwideNetworkPolicy', 'KubeObject:GlobalNetworkPolicy',
#     'KubeObject:AdminNetworkPolicy', 'KubeObject:BaselineAdminNetworkPolicy', 'KubeObject:ClusterNetworkPolicy']
#   asked: pods
#   sees: peers
#   covers: object
#   automation: full
#   cwe: [923]
package kubernetes.network_ingress_default_deny

import data.lib.network
import data.lib.pods

subject := pods.subjects

on_node_network := {pod.subject | some pod in input.pods; pod.spec.hostNetwork == true}

compliant := network.closed.ingress - on_node_network

# Policies do not hold for pods on the network of their node.
not_applicable := object.union_n([
	{name: on_node | some name in on_node_network},
	pods.of_no_namespace,
	{name: why | some name, why in pods.of_platform; not name in compliant},
])

on_node := {
	"en": "the pod uses the network of its node, where policies do not hold (see k8s-pod-host-network-absent)",
	"zh": "Pod 使用主机网络，网络策略不生效（参见 k8s-pod-host-network-absent）",
}

reason := {pod.subject: {"actual": network.why_open(pod, "ingress"), "pointer": pod.pointer} |
	some pod in input.pods
	not pod.subject in compliant
}
