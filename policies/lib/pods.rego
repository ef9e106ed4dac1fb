# METADATA
# title: Pods and pod templates
# description: |
#   input.pods holds each workload once, with init, sidecar and ephemeral containers in one list. What a container says
#   wins over what its pod says.
package lib.pods

import data.lib.objects

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

is_exempt(pod) if objects.is_platform(pod.namespace)

# ---- what a finding says --------------------------------------------------------------------------------------------

names(containers) := concat(", ", [sprintf("%s %s", [c.type, c.name]) | some c in containers])

# Reason about containers: who they are, where the first stands, and the smallest patch of each.
reason(containers, expected, field, value) := {
	"expected": expected,
	"actual": sprintf("%s of %s", [shown(containers[0], field), names(containers)]),
	"pointer": pointer(containers[0], field),
	"cites": [c.from | some c in containers; c.from],
	"patch": [patch(c, field, value) | some c in containers; not c.from],
}

shown(c, field) := sprintf("%s %s", [field, json.marshal(c.securityContext[field])]) if {
	object.get(c, ["securityContext", field], null) != null
} else := sprintf("no %s", [field])

pointer(c, field) := sprintf("%s/securityContext/%s", [c.pointer, field]) if {
	object.get(c, ["securityContext", field], null) != null
} else := sprintf("%s/securityContext", [c.pointer]) if {
	is_object(c.securityContext)
} else := c.pointer

# JSON patch (RFC 6902) that sets one field of a container's security context; "add" replaces what is there.
patch(c, field, value) := {
	"op": "add",
	"path": sprintf("%s/securityContext/%s", [c.pointer, field]),
	"value": value,
} if {
	is_object(c.securityContext)
} else := {"op": "add", "path": sprintf("%s/securityContext", [c.pointer]), "value": {field: value}}

# The same for several fields of one container at once.
patches(c, fields) := [patch(c, field, value) | some field, value in fields] if is_object(c.securityContext)

patches(c, fields) := [{"op": "add", "path": sprintf("%s/securityContext", [c.pointer]), "value": fields}] if {
	not is_object(c.securityContext)
}

# What makes a container run as somebody; the number is that of "nonroot" in distroless images.
as_somebody(pod, c) := {"runAsNonRoot": true, "runAsUser": 65532} if is_user_0(pod, c)

as_somebody(pod, c) := {"runAsNonRoot": true} if not is_user_0(pod, c)

# Reason about a field of the pod itself.
pod_reason(pod, field, expected, value) := {
	"expected": expected,
	"actual": sprintf("%s %s", [field, json.marshal(pod.spec[field])]),
	"pointer": sprintf("%s/%s", [pod.pointer, field]),
	"patch": [{"op": "add", "path": sprintf("%s/%s", [pod.pointer, field]), "value": value}],
}
