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
#   expected:
#     en: a selector that some pod of the namespace matches
#     zh: 选择器能选中该命名空间内的 Pod
#   judges: KubeObject
#   needs: ['KubeObject:Service', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet',
#     'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [1188]
package kubernetes.service_selects_pods

import data.lib.objects
import data.lib.pods

subject := object.keys(selectors)

selectors := {o.subject: selector |
	some o in objects.of("Service")
	selector := objects.mapping(o.manifest, ["spec", "selector"])
	count(selector) > 0
}

compliant contains o.subject if {
	some o in objects.of("Service")
	count(pods.selected(o.namespace, {"matchLabels": selectors[o.subject]})) > 0
}

undecided := {o.subject: {
	"en": "no pod of the namespace is among the objects: they may come from elsewhere",
	"zh": "该命名空间没有任何 Pod 对象被采集，可能由其他来源部署",
} |
	some o in objects.of("Service")
	not objects.is_complete
	not pods.in_namespace[o.namespace]
	not o.subject in compliant
}

reason := {name: {"actual": sprintf("selector %s", [json.marshal(selector)]), "pointer": "/spec/selector"} |
	some name, selector in selectors
	not name in compliant
}
