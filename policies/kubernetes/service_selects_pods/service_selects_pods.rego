# METADATA
# title: Every Service finds pods
# description: The selector matches the labels of some workload in the namespace.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-selects-pods
#   title_zh: Service 的选择器能匹配到 Pod
#   why:
#     en: A Service that finds nothing is an outage, or waits for whoever takes its labels.
#     zh: 匹配不到 Pod 的 Service 意味着业务中断，或可能被他人冒用其标签。
#   remediation:
#     en: Correct the selector or the labels of the pods.
#     zh: 修正选择器或 Pod 的标签。
#   severity: medium
#   source: Deployment gate of the auditor; dangling objects
#   controls:
#     gbt22239-2019-l3: [8.1.3.2.b]
#   judges: KubeObject
#   needs: ['KubeObject:Service', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet',
#     'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [1188]
package kubernetes.service_selects_pods

import data.lib.objects

subject contains o.subject if {
	some o in objects.of("Service")
	count(objects.mapping(o.manifest, ["spec", "selector"])) > 0
}

compliant contains o.subject if {
	some o in objects.of("Service")
	selector := objects.mapping(o.manifest, ["spec", "selector"])
	count(selector) > 0
	some labels in labels_by_namespace[o.namespace]
	objects.selects({"matchLabels": selector}, labels)
}

labels_by_namespace := found

found[pod.namespace] contains pod.labels if some pod in input.pods

undecided[o.subject] := {
	"en": "no pod of the namespace is among the objects: they may come from elsewhere",
	"zh": "该命名空间没有任何 Pod 对象被采集，可能由其他来源部署",
} if {
	some o in objects.of("Service")
	not objects.is_complete
	not labels_by_namespace[o.namespace]
	not o.subject in compliant
}

reason[o.subject] := {
	"expected": "a selector that some pod of the namespace matches",
	"actual": sprintf("selector %s", [json.marshal(objects.mapping(o.manifest, ["spec", "selector"]))]),
	"pointer": "/spec/selector",
} if some o in objects.of("Service")
