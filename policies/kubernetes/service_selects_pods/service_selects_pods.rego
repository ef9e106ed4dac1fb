# METADATA
# title: Every Service finds pods
# description: The selector matches the labels of some workload in the namespace.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-selects-pods
#   title_zh: Service 的选择器能匹配到 Pod
#   problem:
#     en: 'A Service finds no pods'
#     zh: 'Service 的选择器匹配不到 Pod'
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
#   sees: peers
#   covers: object
#   automation: full
#   fails_by: absence
#   cwe: [1188]
package kubernetes.service_selects_pods

import data.lib.objects
import data.lib.pods

subject := object.keys(selectors)

selectors := {o.subject: selector |
	some o in objects.services
	object.get(o.manifest, ["spec", "type"], "ClusterIP") != "ExternalName"
	selector := objects.mapping(o.manifest, ["spec", "selector"])
	count(selector) > 0
}

compliant contains o.subject if {
	some o in objects.services
	count(pods.selected(o.namespace, {"matchLabels": selectors[o.subject]})) > 0
}

# Labels that controllers give to their pods stand in no template.
compliant contains o.subject if {
	some o in objects.services
	strings.any_prefix_match(object.keys(selectors[o.subject]), generated)
	some pod in pods.in_namespace[o.namespace]
	every name, value in selectors[o.subject] { carries(pod, name, value) }
}

generated := ["statefulset.kubernetes.io/", "apps.kubernetes.io/", "batch.kubernetes.io/", "job-name", "controller-"]

carries(pod, name, value) if pod.labels[name] == value

carries(pod, "statefulset.kubernetes.io/pod-name", value) if {
	pod.kind == "StatefulSet"
	startswith(value, sprintf("%s-", [pod.name]))
	is_ordinal(pod, trim_prefix(value, sprintf("%s-", [pod.name])))
}

carries(pod, "apps.kubernetes.io/pod-index", value) if {
	pod.kind == "StatefulSet"
	is_ordinal(pod, value)
}

# Ordinals run from the first as far as there are replicas; where something scales the set, nobody knows how far.
is_ordinal(pod, text) if {
	regex.match(`^(0|[1-9]\d{0,8})$`, text)
	to_number(text) >= pod.ordinals.first
	is_reached(pod, to_number(text))
}

is_reached(pod, _) if pod.ordinals.replicas == null

is_reached(pod, number) if number < pod.ordinals.first + pod.ordinals.replicas

carries(pod, name, pod.name) if {
	pod.kind == "Job"
	name in {"job-name", "batch.kubernetes.io/job-name"}
}

carries(pod, "batch.kubernetes.io/job-completion-index", _) if pod.kind == "Job"

carries(pod, name, _) if {
	pod.kind in {"DaemonSet", "StatefulSet"}
	name == "controller-revision-hash"
}

undecided := {o.subject: why(o.namespace) |
	some o in objects.services
	not objects.is_complete
	why(o.namespace)
	not o.subject in compliant
}

why(name) := {
	"en": sprintf("no workload of the namespace can be read: %s", [concat(", ", broken[name])]),
	"zh": sprintf("该命名空间中的工作负载均无法读取：%s", [concat("，", broken[name])]),
	"remedy": "value",
} if {
	not pods.in_namespace[name]
	broken[name]
} else := {
	"en": "no pod of the namespace is among the objects: they may come from elsewhere",
	"zh": "该命名空间没有任何 Pod 对象被采集，可能由其他来源部署",
} if {
	not pods.in_namespace[name]
} else := {
	"en": sprintf("a workload of the namespace cannot be read: %s", [concat(", ", broken[name])]),
	"zh": sprintf("该命名空间中有无法读取的工作负载：%s", [concat("，", broken[name])]),
	"remedy": "value",
} if {
	broken[name]
} else := {
	"en": sprintf("the pods may be made by a controller that is not known here: %s", [concat(", ", makers[name])]),
	"zh": sprintf("Pod 可能由此处未知的控制器创建：%s", [concat(", ", makers[name])]),
} if {
	makers[name]
}

# Objects of other kinds that make pods, by namespace; few, and looked for once.
makers := {name: found |
	some name in {each.namespace | some each in making}
	found := {each.subject | some each in making; each.namespace == name}
}

# Workloads that cannot be read, with what is wrong; few, too.
broken := {name: found |
	some name in {each.namespace | some each in unreadable}
	found := {sprintf("%s: %s", [each.subject, each.pods_malformed]) | some each in unreadable; each.namespace == name}
}

unreadable := [each | some each in input.names; each.pods_malformed]

making := [each | some each in input.names; each.pods_unseen]

reason := {name: {"actual": sprintf("selector %s", [json.marshal(selector)]), "pointer": "/spec/selector"} |
	some name, selector in selectors
	not name in compliant
}
