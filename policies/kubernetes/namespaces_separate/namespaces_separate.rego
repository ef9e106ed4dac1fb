# METADATA
# title: Namespaces separate what belongs apart
# description: All workloads in default fail; several namespaces and none in default pass; the rest is for a person.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-namespaces-separate
#   title_zh: 使用命名空间划分管理边界
#   problem:
#     en: 'Workloads that belong apart share one namespace'
#     zh: '未使用命名空间划分管理边界'
#   why:
#     en: Rights, quotas and network policies are drawn along namespaces.
#     zh: 权限、配额与网络策略均以命名空间为边界。
#   remediation:
#     en: Give each team or application a namespace of its own and move workloads out of default.
#     zh: 为每个团队或应用建立独立命名空间，并将工作负载移出 default。
#   expected:
#     en: workloads in namespaces of their own, none in default
#     zh: 工作负载位于各自的命名空间，default 中没有工作负载
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 5.6.1
#   controls:
#     cis-kubernetes: [5.6.1]
#     gbt22239-2019-l3: [8.1.2.1.c, 8.2.2.1.b]
#   judges: KubeCluster
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: partial
#   cwe: [653]
package kubernetes.namespaces_separate

import data.lib.objects
import data.lib.texts

subject contains "cluster"

users_pods := [pod | some pod in input.pods; not objects.is_platform(pod.namespace)]

homes := {pod.namespace | some pod in users_pods}

# A manifest without a namespace goes wherever it is applied.
is_certain if every pod in users_pods { object.get(pod, "namespace_given", true) == true }

compliant contains "cluster" if {
	is_certain
	count(homes - {"default"}) > 1
	not "default" in homes
}

all_in_default if {
	is_certain
	homes == {"default"}
}

undecided := {"cluster": {
	"en": sprintf("namespaces with workloads: %d; whether these are the borders wanted is for a person to say", [count(homes)]),
	"zh": sprintf("工作负载分布在 %d 个命名空间中，是否符合管理边界需人工确认", [count(homes)]),
} |
	not all_in_default
	not "cluster" in compliant
}

reason["cluster"] := {
	"actual": texts.said("namespaces: %s", "命名空间：%s", [concat(", ", homes)]),
}
