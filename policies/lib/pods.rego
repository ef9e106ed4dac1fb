# METADATA
# title: Pods and pod templates
# description: |
#   input.pods holds each workload once, with init, sidecar and ephemeral containers in one list. What a container says
#   wins over what its pod says.
package lib.pods

import data.lib.objects
import data.lib.texts

# ---- all pods, worked out once for all rules ------------------------------------------------------------------------

subjects := {pod.subject | some pod in input.pods}

windows := {pod.subject | some pod in input.pods; is_windows(pod)}

linux := subjects - windows

# Pods that belong to the platform, with the reason why they are exempt.
of_platform := {pod.subject: objects.platform_reason(pod.namespace) |
	some pod in input.pods
	objects.is_platform(pod.namespace)
}

# Templates of a whole cluster (ClusterServingRuntime): their pods live in the namespaces of those who use them.
of_no_namespace := {pod.subject: {
	"en": "a template of the whole cluster: the network is that of the namespaces in which it is used",
	"zh": "集群级模板：网络策略取决于使用它的命名空间",
} |
	some pod in input.pods
	pod.namespace == ""
}

# ---- pods by label ---------------------------------------------------------------------------------------------------

# Those of some pods that are exempt, with the reason.
exempt(names) := {name: why | some name, why in of_platform; name in names}

exempt_or_windows(names) := object.union(exempt(names), {name: windows_reason | some name in windows})

# The comprehension inside is indexed by OPA: a partial rule with the namespace as its key takes quadratic time.
in_namespace := {name: found |
	some name in {pod.namespace | some pod in input.pods}
	found := [pod | some pod in input.pods; pod.namespace == name]
}

# Pods by namespace and one label of theirs: a selector looks at those that have one of its labels, not at all.
by_label := {[name, key, value]: found |
	some [name, key, value] in {[pod.namespace, key, value] | some pod in input.pods; some key, value in pod.labels}
	found := [pod | some pod in input.pods; some key, value in pod.labels; pod.namespace == name]
}

# Pods of a namespace that a label selector selects; an empty one selects all of them.
selected(name, selector) := {pod.subject |
	some pod in candidates(name, wanted)
	object.subset(pod.labels, wanted)
	every expression in expressions { objects.holds(expression, pod.labels) }
} if {
	wanted := objects.mapping(selector, ["matchLabels"])
	expressions := objects.sequence(selector, ["matchExpressions"])
	count(expressions) > 0
} else := {pod.subject |
	some pod in candidates(name, wanted)
	object.subset(pod.labels, wanted)
} if {
	wanted := objects.mapping(selector, ["matchLabels"])
}

candidates(name, wanted) := in_namespace[name] if count(wanted) == 0

candidates(name, wanted) := object.get(by_label, [[name, key, wanted[key]]], []) if key := min(object.keys(wanted))

# Where the volumes of a pod stand; an operator's object may call them otherwise.
volumes_at(pod) := object.get(pod, "volumes_at", sprintf("%s/volumes", [pod.pointer]))

# ---- one container --------------------------------------------------------------------------------------------------

# Value in force for a container; undefined if neither it nor its pod gives one.
in_force(pod, c, field) := value if {
	value := c.securityContext[field]
	value != null
} else := value if {
	value := pod.spec.securityContext[field]
	value != null
}

is_user_0(pod, c) if in_force(pod, c, "runAsUser") == 0

is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

windows_reason := {"en": "the field has no meaning in Windows pods", "zh": "该字段对 Windows Pod 无意义"}

# Capabilities come with or without CAP_ and in either case.
dropped(c) := {capability(name) | some name in c.securityContext.capabilities.drop}

added(c) := {capability(name) | some name in c.securityContext.capabilities.add}

capability(name) := trim_prefix(upper(name), "CAP_")

# ---- what a finding says --------------------------------------------------------------------------------------------

names(containers) := {
	"en": texts.once([called(c).en | some c in containers]),
	"zh": texts.once([called(c).zh | some c in containers]),
}

called(c) := texts.said("%s %s", "%s %s", [kind_of(c), c.name]) if c.name != ""

# One without a name goes by its number; where there can be but one, it has none.
called(c) := texts.joined(array.concat([kind_of(c)], [sprintf("#%d", [number]) | number := to_number(regex.find_n(`[0-9]+$`, c.pointer, 1)[0]) + 1]), " ", " ") if {
	c.name == ""
}

kind_of(c) := object.get(kinds, c.type, c.type)

kinds := {
	"container": {"en": "container", "zh": "容器"},
	"init": {"en": "init container", "zh": "init 容器"},
	"ephemeral": {"en": "ephemeral container", "zh": "临时容器"},
}

# Reason about containers: who they are, where the first stands, and the smallest patch of each.
reason(containers, field, value) := {
	"actual": of_containers(shown(containers[0], field), names(containers)),
	"pointer": pointer(containers[0], field),
	"cites": [c.from | some c in containers; c.from],
	"patch": [patch(c, field, value) | some c in containers; not c.from],
}

shown(c, field) := sprintf("%s %s", [field, json.marshal(written(c, field))]) if {
	object.get(c, ["securityContext", field], null) != null
} else := {"en": sprintf("no %s", [field]), "zh": sprintf("未设置 %s", [field])}

# Of a glimpse only what somebody wrote.
written(c, field) := object.remove(c.securityContext[field], c.filled) if {
	field == "capabilities"
	c.filled
} else := c.securityContext[field]

of_containers(what, who) := texts.said("%s: %s", "%s：%s", [who, what])

# Where a field that is in force for a container stands: its own, or that of its pod.
place(_, c, field) := pointer(c, field) if object.get(c, ["securityContext", field], null) != null

place(pod, c, field) := sprintf("%s/%s", [context(pod), field]) if {
	object.get(c, ["securityContext", field], null) == null
	object.get(pod.spec, ["securityContext", field], null) != null
}

place(pod, c, field) := pointer(c, field) if {
	object.get(c, ["securityContext", field], null) == null
	object.get(pod.spec, ["securityContext", field], null) == null
}

pointer(c, field) := sprintf("%s/%s", [context(c), field]) if {
	object.get(c, ["securityContext", field], null) != null
} else := context(c) if {
	is_object(c.securityContext)
} else := c.pointer

# Where the security context of a pod or container stands: operators have names of their own for it.
context(of) := object.get(of, "context", sprintf("%s/securityContext", [of.pointer]))

# JSON patch (RFC 6902) that sets one field of a container's security context; "add" replaces what is there.
patch(c, field, value) := {
	"op": "add",
	"path": sprintf("%s/%s", [context(c), field]),
	"value": value,
} if {
	is_object(c.securityContext)
} else := {"op": "add", "path": context(c), "value": {field: value}}

# The same for several fields of one container at once.
patches(c, fields) := [patch(c, field, value) | some field, value in fields] if {
	is_object(c.securityContext)
} else := [{"op": "add", "path": context(c), "value": fields}]

# What makes a container run as somebody; the number is that of "nonroot" in distroless images.
as_somebody(pod, c) := {"runAsNonRoot": true, "runAsUser": 65532} if is_user_0(pod, c)

as_somebody(pod, c) := {"runAsNonRoot": true} if not is_user_0(pod, c)

# Reason about a field of the pod itself.
pod_reason(pod, field, value) := {
	"actual": sprintf("%s %s", [field, json.marshal(pod.spec[field])]),
	"pointer": sprintf("%s/%s", [pod.pointer, field]),
	"patch": [{"op": "add", "path": sprintf("%s/%s", [pod.pointer, field]), "value": value}],
}
