# METADATA
# title: Objects of the cluster
# description: Objects by kind and namespace, label selectors, and JSON that may hold null where a mapping is due.
package lib.objects

import data.lib.parameters

of(kind) := object.get(object.get(input, "objects", {}), kind, [])

# Every kind that a rule needs was listed: what is not among the objects does not exist.
is_complete if input.cluster.is_complete == true

# A mapping or list below an object; empty where it is absent, null or of another type.
mapping(value, path) := found if {
	found := object.get(value, path, {})
	is_object(found)
} else := {}

sequence(value, path) := found if {
	found := object.get(value, path, [])
	is_array(found)
} else := []

labels(o) := mapping(o.manifest, ["metadata", "labels"])

group(o) := split(o.api_version, "/")[0] if contains(o.api_version, "/")

group(o) := "" if not contains(o.api_version, "/")

in_group(kind, wanted) := [o | some o in of(kind); group(o) == wanted]

# Knative, OpenShift and others have kinds of these names, too.
services := in_group("Service", "")

ingresses := [o | some o in of("Ingress"); group(o) in {"networking.k8s.io", "extensions"}]

# metav1.LabelSelector; an empty one selects everything.
selects(selector, given) if {
	object.subset(given, mapping(selector, ["matchLabels"]))
	every expression in sequence(selector, ["matchExpressions"]) { holds(expression, given) }
}

holds(expression, given) if {
	expression.operator == "In"
	given[expression.key] in expression.values
}

holds(expression, given) if {
	expression.operator == "NotIn"
	not is_among(given, expression)
}

holds(expression, given) if {
	expression.operator == "Exists"
	expression.key in object.keys(given)
}

holds(expression, given) if {
	expression.operator == "DoesNotExist"
	not expression.key in object.keys(given)
}

is_among(given, expression) if given[expression.key] in expression.values

# ---- namespaces -----------------------------------------------------------------------------------------------------

namespace_subject(name) := sprintf("Namespace/%s", [name])

# Where two files hold the same namespace, the labels of both are taken together.
namespaces_by_name[o.name] contains o if some o in of("Namespace")

namespace_objects := {name: object.union_n([o | some o in found]) | some name, found in namespaces_by_name}

# Objects of a namespace that stand in several files; each has its place in its subject.
namespace_places(name) := [o.subject |
	some o in object.get(namespaces_by_name, name, set())
	o.subject != namespace_subject(name)
]

# The name of a namespace is a label of it, too (v1.22); one that was not seen has no other.
namespace_labels(name) := object.union(
	labels(object.get(namespace_objects, name, {"manifest": {}})),
	{"kubernetes.io/metadata.name": name},
)

is_platform(name) if name in parameters.platform_namespaces

platform_reason(name) := {
	"en": sprintf("namespace %s belongs to the platform and is exempt by the parameter platform_namespaces", [name]),
	"zh": sprintf("命名空间 %s 属于平台自身，按参数 platform_namespaces 豁免", [name]),
}

# Namespaces that are being deleted are nobody's business any more.
is_leaving(o) if o.manifest.metadata.deletionTimestamp

is_leaving(o) if o.manifest.status.phase == "Terminating"
