# METADATA
# title: Every namespace has a network policy
# description: At least one policy of the namespace, or of the cluster for it, selects a pod; Cilium, Calico and the
#   admin kinds count.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-namespace-network-policy
#   title_zh: 每个命名空间均定义网络策略
#   problem:
#     en: 'A namespace has no network policy'
#     zh: '命名空间未定义网络策略'
#   why:
#     en: Without one every pod of the cluster reaches every pod of the namespace.
#     zh: 缺少网络策略时，集群内任意 Pod 均可访问该命名空间的所有 Pod。
#   remediation:
#     en: Add a NetworkPolicy with an empty podSelector that denies both ways, then allow what is needed.
#     zh: 添加 podSelector 为空、双向拒绝的 NetworkPolicy，再逐项放行所需流量。
#   decided:
#     en: 'A policy that selects no pod does not count; a cluster-wide one (Cilium, Calico, AdminNetworkPolicy) counts where it refuses something by default, for all pods of the namespace.'
#     zh: '未选中任何 Pod 的策略不计；集群级策略（Cilium、Calico、AdminNetworkPolicy）须默认拒绝某一方向的流量，且选中该命名空间的全部 Pod，方计入。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.3.2
#   controls:
#     cis-kubernetes: [5.3.2]
#     gbt22239-2019-l3: [8.1.3.2.a, 8.2.3.1.a, 8.2.2.1.b]
#   expected:
#     en: a network policy that selects pods of the namespace
#     zh: 存在选中该命名空间内 Pod 的网络策略
#   judges: KubeObject
#   needs: ['KubeObject:NetworkPolicy', 'KubeObject:Namespace', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet',
#     'KubeObject:StatefulSet', 'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:CiliumNetworkPolicy', 'KubeObject:CiliumClusterwideNetworkPolicy', 'KubeObject:GlobalNetworkPolicy',
#     'KubeObject:AdminNetworkPolicy', 'KubeObject:BaselineAdminNetworkPolicy', 'KubeObject:ClusterNetworkPolicy']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: full
#   cwe: [923]
package kubernetes.namespace_network_policy

import data.lib.network
import data.lib.objects
import data.lib.pods

subject contains objects.namespace_subject(name) if some name in names

names contains o.name if {
	some o in objects.of("Namespace")
	not objects.is_leaving(o)
}

names contains pod.namespace if some pod in input.pods

compliant contains objects.namespace_subject(name) if {
	some name in names
	network.protects(name)
}

not_applicable := {objects.namespace_subject(name): objects.platform_reason(name) |
	some name in names
	objects.is_platform(name)
	not network.protects(name)
}

reason := {objects.namespace_subject(name): {"actual": seen(number), "cites": known_by(name)} |
	some name in names
	not network.protects(name)
	number := count({policy.subject | some policy in network.of(name)})
}

# Where a namespace has no object of its own, the first workload in it shows that it is there.
known_by(name) := objects.namespace_places(name) if objects.namespace_objects[name]

else := [min({pod.subject | some pod in pods.in_namespace[name]})]

seen(0) := {"en": "no network policy", "zh": "没有网络策略"}

seen(number) := {
	"en": sprintf("network policies: %d, none of which selects its pods", [number]),
	"zh": sprintf("有 %d 条网络策略，均未选中其 Pod", [number]),
} if {
	number > 0
}
