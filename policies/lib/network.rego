# METADATA
# title: Reach of network policies
# description: |
#   Which pods a policy selects, and for which direction; NetworkPolicy, Cilium, Calico, and the cluster-wide kinds.
package lib.network

import data.lib.objects
import data.lib.pods

# Policies of a namespace as {subject, ingress, egress, selector}; built once.
namespaced[name] contains policy if {
	some o in objects.in_group("NetworkPolicy", "networking.k8s.io")
	name := o.namespace
	types := types_of(o)
	policy := {
		"subject": o.subject,
		"ingress": "Ingress" in types,
		"egress": "Egress" in types,
		"selector": objects.mapping(o.manifest, ["spec", "podSelector"]),
	}
}

namespaced[name] contains policy if {
	some o in objects.in_group("CiliumNetworkPolicy", "cilium.io")
	name := o.namespace
	some spec in cilium_specs(o)
	policy := {
		"subject": o.subject,
		"ingress": isolates(spec, "ingress"),
		"egress": isolates(spec, "egress"),
		"selector": cilium_selector(objects.mapping(spec, ["endpointSelector"])),
	}
}

# Calico writes selectors as text; "" and all() select every pod.
namespaced[name] contains policy if {
	some o in objects.of("NetworkPolicy")
	objects.group(o) in {"projectcalico.org", "crd.projectcalico.org"}
	name := o.namespace
	types := calico_types(o)
	policy := {
		"subject": o.subject,
		"ingress": "Ingress" in types,
		"egress": "Egress" in types,
		"selector": calico_selector(object.get(o.manifest, ["spec", "selector"], "")),
	}
}

# Policies of the cluster; "namespaces" selects the namespaces that they reach.
cluster_wide contains policy if {
	some o in objects.in_group("CiliumClusterwideNetworkPolicy", "cilium.io")
	some spec in cilium_specs(o)
	selector := cilium_selector(objects.mapping(spec, ["endpointSelector"]))
	policy := {
		"subject": o.subject,
		"ingress": isolates(spec, "ingress"),
		"egress": isolates(spec, "egress"),
		"namespaces": {},
		"selector": selector,
	}
}

cluster_wide contains policy if {
	some o in objects.of("GlobalNetworkPolicy")
	objects.group(o) in {"projectcalico.org", "crd.projectcalico.org"}
	object.get(o.manifest, ["spec", "namespaceSelector"], "") in {"", "all()"}
	types := calico_types(o)
	policy := {
		"subject": o.subject,
		"ingress": "Ingress" in types,
		"egress": "Egress" in types,
		"namespaces": {},
		"selector": calico_selector(object.get(o.manifest, ["spec", "selector"], "")),
	}
}

cluster_wide contains policy if {
	some kind in {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
	some o in objects.in_group(kind, "policy.networking.k8s.io")
	target := objects.mapping(o.manifest, ["spec", "subject"])
	policy := {
		"subject": o.subject,
		"ingress": denies(o, "ingress"),
		"egress": denies(o, "egress"),
		"namespaces": object.union(
			objects.mapping(target, ["namespaces"]),
			objects.mapping(target, ["pods", "namespaceSelector"]),
		),
		"selector": objects.mapping(target, ["pods", "podSelector"]),
	}
}

# An absent list of types means Ingress, and Egress where there are egress rules.
types_of(o) := {t | some t in o.manifest.spec.policyTypes} if {
	count(objects.sequence(o.manifest, ["spec", "policyTypes"])) > 0
} else := {"Ingress", "Egress"} if {
	"egress" in object.keys(objects.mapping(o.manifest, ["spec"]))
} else := {"Ingress"}

calico_types(o) := {t | some t in o.manifest.spec.types} if {
	count(objects.sequence(o.manifest, ["spec", "types"])) > 0
} else := {"Ingress", "Egress"} if {
	"egress" in object.keys(objects.mapping(o.manifest, ["spec"]))
} else := {"Ingress"}

cilium_specs(o) := array.concat(
	[spec | spec := o.manifest.spec],
	objects.sequence(o.manifest, ["specs"]),
)

# A direction with rules, an empty list of them or a deny list is closed to the rest, unless default deny is off.
isolates(spec, direction) if {
	some key in {direction, sprintf("%sDeny", [direction])}
	is_array(spec[key])
	object.get(spec, ["enableDefaultDeny", direction], true) == true
} else := false

denies(o, direction) if {
	some rule in o.manifest.spec[direction]
	rule.action == "Deny"
} else := false

# Cilium's labels may carry the source "k8s:" or "any:".
cilium_selector(selector) := object.union(object.remove(selector, ["matchLabels"]), {"matchLabels": {label: value |
	some key, value in objects.mapping(selector, ["matchLabels"])
	label := trim_prefix(trim_prefix(key, "k8s:"), "any:")
}})

# The forms of Calico's selectors that can be read as a mapping; others count as selecting nothing.
calico_selector(text) := {} if text in {"", "all()"}

else := {"matchLabels": {m[1]: m[2]}} if {
	m := regex.find_all_string_submatch_n(`^\s*([\w./-]+)\s*==\s*['"]([^'"]*)['"]\s*$`, text, 1)[0]
}

else := {"matchExpressions": [{"key": m[1], "operator": "Exists"}]} if {
	m := regex.find_all_string_submatch_n(`^\s*has\(([\w./-]+)\)\s*$`, text, 1)[0]
}

else := {"matchLabels": {"unreadable selector": text}}

# A complete rule is evaluated once; looked up by key, a partial one is evaluated anew for each key.
by_namespace := namespaced

# Policies that reach each namespace with pods or policies of its own.
reaching := {name: reaching_one(name) | some name in (object.keys(by_namespace) | object.keys(pods.in_namespace))}

reaching_one(name) := object.get(by_namespace, name, set()) | {p |
	some p in cluster_wide
	objects.selects(p.namespaces, objects.namespace_labels(name))
}

of(name) := reaching[name] if reaching[name]

else := reaching_one(name)

# A policy that selects no pod protects nothing; in a namespace without pods any policy will do.
protects(name) if {
	not pods.in_namespace[name]
	count(of(name)) > 0
}

protects(name) if {
	some policy in of(name)
	count(pods.selected(name, policy.selector)) > 0
}

# Pods that some policy of a direction selects: what is not allowed there is refused.
closed := {direction: union(found) |
	some direction in {"ingress", "egress"}
	found := {pods.selected(name, policy.selector) |
		some name, policies in reaching
		some policy in policies
		policy[direction] == true
	}
}

none_selects(name) := {
	"en": sprintf("none of the %d policies of its namespace does", [number]),
	"zh": sprintf("所在命名空间的 %d 条网络策略均未选中", [number]),
} if {
	number := count(of(name))
}
