# METADATA
# title: Reach of network policies
# description: |
#   Which pods a policy selects, and for which direction; NetworkPolicy, Cilium, Calico, and the cluster-wide kinds.
package lib.network

import data.lib.objects
import data.lib.pods

# Policies of a namespace as {subject, ingress, egress, selector}; built once. One whose selector has alternatives stands
# here once for each.
namespaced[name] contains policy if {
	some o in objects.in_group("NetworkPolicy", "networking.k8s.io")
	name := o.namespace
	types := types_of(o)
	policy := {
		"subject": o.subject,
		"ingress": state(o, "ingress", "from", "Ingress" in types),
		"egress": state(o, "egress", "to", "Egress" in types),
		"selector": objects.mapping(o.manifest, ["spec", "podSelector"]),
	}
}

namespaced[name] contains policy if {
	some o in objects.in_group("CiliumNetworkPolicy", "cilium.io")
	name := o.namespace
	some spec in cilium_specs(o)
	some selected in cilium_selected(spec)
	objects.selects(selected.namespaces, objects.namespace_labels(name))
	policy := {
		"subject": o.subject,
		"ingress": isolates(spec, "ingress"),
		"egress": isolates(spec, "egress"),
		"selector": selected.selector,
	}
}

# Calico writes selectors as text; "" and all() select every pod.
namespaced[name] contains policy if {
	some o in objects.of("NetworkPolicy")
	objects.group(o) in calico_groups
	name := o.namespace
	types := calico_types(o)
	some selected in calico_selected(o)
	objects.selects(selected.namespaces, objects.namespace_labels(name))
	policy := {
		"subject": o.subject,
		"ingress": calico_state(o, "ingress", "Ingress" in types),
		"egress": calico_state(o, "egress", "Egress" in types),
		"selector": selected.selector,
	}
}

namespaced[name] contains policy if {
	some o in objects.in_group("NetworkPolicy", "crd.antrea.io")
	name := o.namespace
	some block in antrea_selected(o)
	policy := {
		"subject": o.subject,
		"ingress": drops(o, "ingress"),
		"egress": drops(o, "egress"),
		"selector": objects.mapping(block, ["podSelector"]),
	}
}

# Policies of the cluster; "namespaces" selects the namespaces that they reach.
cluster_wide contains policy if {
	some o in objects.in_group("CiliumClusterwideNetworkPolicy", "cilium.io")
	some spec in cilium_specs(o)
	some selected in cilium_selected(spec)
	policy := {
		"subject": o.subject,
		"ingress": isolates(spec, "ingress"),
		"egress": isolates(spec, "egress"),
		"namespaces": selected.namespaces,
		"selector": selected.selector,
	}
}

cluster_wide contains policy if {
	some o in objects.of("GlobalNetworkPolicy")
	objects.group(o) in calico_groups
	types := calico_types(o)
	some selected in calico_selected(o)
	policy := {
		"subject": o.subject,
		"ingress": calico_state(o, "ingress", "Ingress" in types),
		"egress": calico_state(o, "egress", "Egress" in types),
		"namespaces": selected.namespaces,
		"selector": selected.selector,
	}
}

cluster_wide contains policy if {
	some kind in {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
	some o in objects.in_group(kind, "policy.networking.k8s.io")
	target := objects.mapping(o.manifest, ["spec", "subject"])
	policy := {
		"subject": o.subject,
		"ingress": denies(o, "ingress", "from"),
		"egress": denies(o, "egress", "to"),
		"namespaces": object.union(
			objects.mapping(target, ["namespaces"]),
			objects.mapping(target, ["pods", "namespaceSelector"]),
		),
		"selector": objects.mapping(target, ["pods", "podSelector"]),
	}
}

cluster_wide contains policy if {
	some o in objects.in_group("ClusterNetworkPolicy", "crd.antrea.io")
	some block in antrea_selected(o)
	policy := {
		"subject": o.subject,
		"ingress": drops(o, "ingress"),
		"egress": drops(o, "egress"),
		"namespaces": objects.mapping(block, ["namespaceSelector"]),
		"selector": objects.mapping(block, ["podSelector"]),
	}
}

# An absent list of types means Ingress, and Egress where there are egress rules; an empty list of rules is none.
types_of(o) := {t | some t in o.manifest.spec.policyTypes} if {
	count(objects.sequence(o.manifest, ["spec", "policyTypes"])) > 0
} else := {"Ingress", "Egress"} if {
	count(objects.sequence(o.manifest, ["spec", "egress"])) > 0
} else := {"Ingress"}

# Calico's are those that have rules, and Ingress where there are none at all.
calico_types(o) := {t | some t in o.manifest.spec.types} if {
	count(objects.sequence(o.manifest, ["spec", "types"])) > 0
} else := {"Egress"} if {
	count(objects.sequence(o.manifest, ["spec", "egress"])) > 0
	count(objects.sequence(o.manifest, ["spec", "ingress"])) == 0
} else := {"Ingress", "Egress"} if {
	count(objects.sequence(o.manifest, ["spec", "egress"])) > 0
} else := {"Ingress"}

# A rule that allows everything undoes other policies, as in "state" below.
calico_state(o, direction, has_type) := "open" if {
	has_type == true
	some rule in objects.sequence(o.manifest, ["spec", direction])
	rule.action == "Allow"
	every field in object.keys(rule) - {"action", "metadata"} { rule[field] in [null, {}] }
} else := has_type

# A policy on nodes has no endpointSelector and closes no pod.
cilium_specs(o) := [spec |
	some spec in array.concat([one | one := o.manifest.spec], objects.sequence(o.manifest, ["specs"]))
	is_object(spec.endpointSelector)
]

# A direction with rules, or rules that deny, is closed to the rest, unless default deny is off; an empty list is none. A
# rule that allows everybody on every port opens it.
isolates(spec, direction) := "open" if {
	some rule in objects.sequence(spec, [direction])
	"all" in rule[{"ingress": "fromEntities", "egress": "toEntities"}[direction]]
	every field in {"toPorts", "icmps"} { objects.sequence(rule, [field]) == [] }
} else if {
	some key in {direction, sprintf("%sDeny", [direction])}
	count(objects.sequence(spec, [key])) > 0
	object.get(spec, ["enableDefaultDeny", direction], true) == true
} else := false

# One rule that refuses everybody, on every port, closes a direction.
denies(o, direction, peers) if {
	some rule in o.manifest.spec[direction]
	rule.action == "Deny"
	every field in {"ports", "protocols"} { objects.sequence(rule, [field]) == [] }
	some peer in rule[peers]
	is_everybody(peer)
} else := false

is_everybody(peer) if peer.namespaces == {}

is_everybody(peer) if {
	objects.mapping(peer.pods, ["namespaceSelector"]) == {}
	objects.mapping(peer.pods, ["podSelector"]) == {}
}

is_everybody(peer) if "0.0.0.0/0" in peer.networks

drops(o, direction) if {
	some rule in o.manifest.spec[direction]
	rule.action in {"Drop", "Reject"}
	every field in {"from", "to", "toServices", "ports", "protocols"} { objects.sequence(rule, [field]) == [] }
} else := false

# Blocks of Antrea that select pods by labels; groups, nodes, services and accounts select some that we do not know.
antrea_selected(o) := [block |
	some block in objects.sequence(o.manifest, ["spec", "appliedTo"])
	object.keys(block) - {"podSelector", "namespaceSelector"} == set()
]

# ---- selectors of Cilium and Calico -----------------------------------------------------------------------------------

# What a rule of Cilium selects. Labels may carry the source "k8s:" or "any:".
cilium_selected(spec) := [parted(array.concat(
	[{"key": bare(key), "operator": "In", "values": [value]} |
		some key, value in objects.mapping(spec, ["endpointSelector", "matchLabels"])
	],
	[object.union(expression, {"key": bare(expression.key)}) |
		some expression in objects.sequence(spec, ["endpointSelector", "matchExpressions"])
	],
))]

bare(key) := trim_prefix(trim_prefix(key, "k8s:"), "any:")

calico_groups := {"projectcalico.org", "crd.projectcalico.org"}

# What a policy of Calico selects, one for each alternative of its selectors; those on hosts alone close no pod, and
# labels of service accounts are not known here.
calico_selected(o) := [parted(array.concat(terms, [in_namespace(term) | some term in of_namespace])) |
	not o.manifest.spec.preDNAT == true
	not o.manifest.spec.doNotTrack == true
	object.get(o.manifest, ["spec", "serviceAccountSelector"], "") in {"", "all()"}
	some terms in calico_terms(object.get(o.manifest, ["spec", "selector"], ""))
	some of_namespace in calico_terms(object.get(o.manifest, ["spec", "namespaceSelector"], ""))
]

# A selector of Calico as alternatives of terms that all must hold; a term that cannot be read holds for nothing.
calico_terms(text) := [[calico_term(trim_space(term)) |
	some term in split(alternative, "&&")
	not trim_space(term) in {"", "all()", "projectcalico.org/orchestrator == 'k8s'"}
] |
	some alternative in split(without_parentheses(text), "||")
]

# Parentheses around one term, around terms that all must hold, and around everything change nothing.
without_parentheses(text) := plainer if {
	whole := regex.replace(text, `^\s*\(((?:has\([^()]*\)|all\(\)|[^()])*)\)\s*$`, "${1}")
	inner := regex.replace(whole, `(^|[&|(\s])\(((?:has\([^()]*\)|all\(\)|[^()|])*)\)`, "${1}${2}")
	plainer := regex.replace(inner, `!\s*\(((?:has\([^()]*\)|[^()|&])*)\)`, "!${1}")
}

calico_term(text) := {"key": m[2], "operator": "In", "values": [m[4]]} if {
	m := regex.find_all_string_submatch_n(`^(!?)\s*([\w./-]+)\s*(==|!=)\s*['"]([^'"]*)['"]$`, text, 1)[0]
	is_positive(m[1], m[3] == "==")
} else := {"key": m[2], "operator": "NotIn", "values": [m[4]]} if {
	m := regex.find_all_string_submatch_n(`^(!?)\s*([\w./-]+)\s*(==|!=)\s*['"]([^'"]*)['"]$`, text, 1)[0]
} else := {"key": m[2], "operator": "In", "values": words(m[4])} if {
	m := regex.find_all_string_submatch_n(`^(!?)\s*([\w./-]+)\s+(not\s+)?in\s*\{([^}]*)\}$`, text, 1)[0]
	is_positive(m[1], m[3] == "")
} else := {"key": m[2], "operator": "NotIn", "values": words(m[4])} if {
	m := regex.find_all_string_submatch_n(`^(!?)\s*([\w./-]+)\s+(not\s+)?in\s*\{([^}]*)\}$`, text, 1)[0]
} else := {"key": m[2], "operator": {"": "Exists", "!": "DoesNotExist"}[m[1]]} if {
	m := regex.find_all_string_submatch_n(`^(!?)\s*has\(\s*([\w./-]+)\s*\)$`, text, 1)[0]
} else := {"key": sprintf("unreadable selector %s", [text]), "operator": "Exists"}

# Two negations are none.
is_positive(negation, says_yes) if {
	negation == ""
	says_yes == true
}

is_positive(negation, says_yes) if {
	negation == "!"
	says_yes == false
}

words(text) := [trim(word, ` '"`) | some word in split(text, ",")]

in_namespace(term) := object.union(term, {"key": sprintf("namespace of the pod:%s", [term.key])})

# Terms parted into those about the namespace of a pod and those about the pod.
parted(terms) := {
	"namespaces": {"matchExpressions": [object.union(term, {"key": namespace_key(term.key)}) |
		some term in terms
		namespace_key(term.key)
	]},
	"selector": {"matchExpressions": [term | some term in terms; not namespace_key(term.key)]},
}

namespace_key(key) := "kubernetes.io/metadata.name" if {
	key in {
		"io.kubernetes.pod.namespace",
		"projectcalico.org/namespace",
		"namespace of the pod:projectcalico.org/name",
	}
} else := trim_prefix(key, "io.cilium.k8s.namespace.labels.") if {
	startswith(key, "io.cilium.k8s.namespace.labels.")
} else := trim_prefix(key, "namespace of the pod:") if {
	startswith(key, "namespace of the pod:")
}

# A complete rule is evaluated once; looked up by key, a partial one is evaluated anew for each key.
by_namespace := namespaced

# Policies that reach each namespace with pods or policies of its own.
reaching := {name: reaching_one(name) | some name in (object.keys(by_namespace) | object.keys(pods.in_namespace))}

reaching_one(name) := object.get(by_namespace, name, set()) | of_cluster(name)

of_cluster(name) := {p |
	some p in cluster_wide
	objects.selects(p.namespaces, objects.namespace_labels(name))
}

of(name) := reaching[name] if reaching[name]

else := reaching_one(name)

# A policy that selects no pod protects nothing; in a namespace without pods any policy will do.
protects(name) if {
	not pods.in_namespace[name]
	count(by_namespace[name]) > 0
}

protects(name) if {
	not pods.in_namespace[name]
	some policy in of_cluster(name)
	refuses(policy)
	objects.selects(policy.selector, {})
}

protects(name) if {
	some policy in by_namespace[name]
	count(pods.selected(name, policy.selector)) > 0
}

# A policy of the cluster is one of the namespace only if it refuses something by default, and that for all of its pods.
protects(name) if {
	some policy in of_cluster(name)
	refuses(policy)
	count(pods.in_namespace[name]) == count(pods.selected(name, policy.selector))
}

refuses(policy) if true in {policy.ingress, policy.egress}

# Pods that some policy of a direction selects, and none that lets everybody in or out: what is not allowed there is
# refused. Policies add up, so one that allows everything undoes the others.
closed := {direction: pods_closed |
	some direction in {"ingress", "egress"}
	pods_closed := selected_by(direction, {true}) - opened[direction]
}

opened := {direction: selected_by(direction, {"open"}) | some direction in {"ingress", "egress"}}

selected_by(direction, states) := union({pods.selected(name, policy.selector) |
	some name, policies in reaching
	some policy in policies
	policy[direction] in states
})

# A rule without peers and ports, or with the whole address space as one of its peers, allows everything.
state(o, direction, peers, has_type) := "open" if {
	has_type == true
	some rule in objects.sequence(o.manifest, ["spec", direction])
	objects.sequence(rule, ["ports"]) == []
	is_for_all(objects.sequence(rule, [peers]))
} else := has_type

is_for_all([])

is_for_all(given) if {
	some peer in given
	peer.ipBlock.cidr in {"0.0.0.0/0", "::/0"}
	count(objects.sequence(peer, ["ipBlock", "except"])) == 0
}

why_open(pod, direction) := {
	"en": sprintf("a network policy allows all %s traffic", [direction]),
	"zh": sprintf("有网络策略放行全部%s流量", [{"ingress": "入站", "egress": "出站"}[direction]]),
} if {
	pod.subject in opened[direction]
} else := none_selects(pod.namespace)

none_selects(name) := {
	"en": "no network policy in its namespace",
	"zh": "所在命名空间没有网络策略",
} if {
	count(of(name)) == 0
} else := {
	"en": sprintf("network policies in its namespace: %d, none of which selects it", [number]),
	"zh": sprintf("所在命名空间的 %d 条网络策略均未选中该 Pod", [number]),
} if {
	number := count({policy.subject | some policy in of(name)})
}
