# METADATA
# title: The network plug-in enforces network policies
# description: A table of plug-ins, looked up by the plug-ins of nodes and by DaemonSets and their images; an unknown
#   one is for a person.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-cni-network-policies
#   title_zh: 网络插件支持网络策略
#   problem:
#     en: 'The network plug-in does not enforce network policies'
#     zh: '网络插件不支持网络策略'
#   why:
#     en: Without it NetworkPolicy objects are accepted and have no effect.
#     zh: 若网络插件不支持，NetworkPolicy 对象虽能创建但不起任何作用。
#   remediation:
#     en: Use a network plug-in that enforces policies (Calico, Cilium, Antrea, OVN-Kubernetes …), or add a policy engine
#       beside Flannel.
#     zh: 使用支持网络策略的插件（Calico、Cilium、Antrea、OVN-Kubernetes 等），或在 Flannel 之外增加策略引擎。
#   expected:
#     en: a network plug-in that enforces network policies
#     zh: 网络插件可执行网络策略
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.3.1
#   controls:
#     cis-kubernetes: [5.3.1]
#     gbt22239-2019-l3: [8.1.3.2.a, 8.2.3.1.a]
#   judges: KubeCluster
#   needs: []
#   uses: [KubeNode, 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   sees: images
#   covers: cluster
#   automation: full
#   cwe: [923]
package kubernetes.cni_network_policies

import data.lib.objects
import data.lib.parameters
import data.lib.texts

subject contains "cluster"

# Names of plug-ins on nodes.
plugins contains lower(name) if {
	some node in input.nodes
	some name in node.cni
}

# Names of DaemonSets, and of what the platform deploys, and of their images.
programs contains lower(word) if {
	some pod in input.pods
	is_agent(pod)
	some word in array.concat([pod.name], [c.image | some c in pod.containers; not is_off(c)])
}

is_agent(pod) if pod.kind == "DaemonSet"

is_agent(pod) if {
	pod.kind == "Deployment"
	objects.is_platform(pod.namespace)
}

# The agent of the AWS VPC CNI runs in every aws-node pod; it enforces policies where it is told to.
is_off(c) if {
	some word in array.concat(objects.sequence(c, ["command"]), objects.sequence(c, ["args"]))
	regex.match(`^--?enable-network-policy=(?i:false|f|0)$`, word)
}

traces := plugins | programs

able := {word | some word in parameters.value("cni_with_policies"); some trace in traces; contains(trace, word)}

unable := {word | some word in parameters.value("cni_without_policies"); some trace in plugins; contains(trace, word)} | {word |
	some word in parameters.value("cni_without_policies")
	not word in types_of_plugins
	some trace in programs
	contains(trace, word)
}

# Types that stand in CNI configurations only; in the name of a workload these words mean something else.
types_of_plugins := {"bridge", "host-local", "ptp"}

# k3s brings a policy controller of its own, which a server may switch off for all.
is_built_in if {
	is_k3s
	not is_switched_off
}

is_k3s if input.cluster.distribution == "k3s"

is_k3s if {
	some node in input.nodes
	node.distribution == "k3s"
}

is_switched_off if {
	some c in input.components
	"true" in c.flags["disable-network-policy"]
}

compliant contains "cluster" if count(able) > 0

compliant contains "cluster" if is_built_in

undecided["cluster"] := {
	"en": sprintf("the network plug-in is not known (seen: %s)", [texts.english(seen)]),
	"zh": sprintf("未能识别网络插件（已发现：%s）", [texts.chinese(seen)]),
} if {
	count(unable) == 0
	not "cluster" in compliant
}

seen := concat(", ", traces) if {
	count(traces) > 0
} else := texts.none

reason["cluster"] := {
	"actual": texts.said("plug-ins: %s", "网络插件：%s", [concat(", ", able | unable)]),
}
