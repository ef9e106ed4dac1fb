package lib.network_test

import data.lib.network
import data.lib.pods

pod(labels) := {
	"subject": "Deployment/shop/web", "kind": "Deployment", "namespace": "shop", "name": "web", "labels": labels,
	"spec": {}, "containers": [],
}

namespace := {
	"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1",
	"manifest": {"metadata": {"name": "shop", "labels": {"team": "a"}}},
}

# One pod with two labels in a namespace with one, and some policies.
cluster(objects) := {
	"pods": [pod({"app": "web", "tier": "front"})],
	"objects": object.union({"Namespace": [namespace]}, objects),
}

made(api_version, kind, place, spec) := {kind: [{
	"subject": concat("/", [kind, "p"]), "namespace": place, "name": "p", "api_version": api_version,
	"manifest": {"metadata": {"name": "p"}, "spec": spec},
}]}

# Whether a policy that reaches the namespace selects its pod, whatever it does to it.
selects(objects) if {
	given := cluster(objects)
	reaching := network.of("shop") with input as given
	some policy in reaching
	found := pods.selected("shop", policy.selector) with input as given
	count(found) > 0
}

# Directions that are closed for the pod, and those that some policy opens to everybody.
closed(objects) := {direction |
	some direction in {"ingress", "egress"}
	found := network.closed with input as cluster(objects)
	count(found[direction]) > 0
}

opened(objects) := {direction |
	some direction in {"ingress", "egress"}
	found := network.opened with input as cluster(objects)
	count(found[direction]) > 0
}

both := {"ingress", "egress"}

# ---- NetworkPolicy --------------------------------------------------------------------------------------------------

plain(spec) := made("networking.k8s.io/v1", "NetworkPolicy", "shop", object.union({"podSelector": {}}, spec))

test_types_say_which_directions_are_closed if {
	closed(plain({})) == {"ingress"}
	closed(plain({"policyTypes": []})) == {"ingress"}
	closed(plain({"policyTypes": ["Egress"]})) == {"egress"}
	closed(plain({"policyTypes": ["Ingress", "Egress"]})) == both
	closed(plain({"egress": []})) == {"ingress"}
	closed(plain({"egress": [{"to": [{"podSelector": {}}]}]})) == both
	closed(plain({"policyTypes": ["Ingress"], "egress": [{"to": [{"podSelector": {}}]}]})) == {"ingress"}
}

test_a_rule_for_everybody_opens_a_direction if {
	everywhere := {"ipBlock": {"cidr": "0.0.0.0/0"}}
	every rule in [
		{}, {"from": []}, {"from": [everywhere]}, {"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "::/0"}}]},
		{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": []}}]},
	] {
		given := plain({"ingress": [{"from": [{"podSelector": {}}]}, rule]})
		opened(given) == {"ingress"}
		closed(given) == set()
	}
}

test_a_rule_for_some_leaves_a_direction_closed if {
	every rule in [
		{"from": [{"podSelector": {}}]}, {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, {"ports": [{"port": 80}]},
		{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]},
		{"ports": [{"port": 80}], "from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
	] {
		closed(plain({"ingress": [rule]})) == {"ingress"}
		opened(plain({"ingress": [rule]})) == set()
	}
}

test_a_rule_of_a_type_that_is_not_named_opens_nothing if {
	given := plain({"policyTypes": ["Egress"], "ingress": [{}]})
	opened(given) == set()
	closed(given) == {"egress"}
}

test_a_policy_that_allows_everything_undoes_the_others if {
	closing := plain({"policyTypes": ["Ingress", "Egress"]}).NetworkPolicy
	opening := [object.union(policy, {"subject": "NetworkPolicy/shop/q"}) | some policy in plain({"ingress": [{}]}).NetworkPolicy]
	closed({"NetworkPolicy": array.concat(closing, opening)}) == {"egress"}
	opened({"NetworkPolicy": array.concat(closing, opening)}) == {"ingress"}
}

test_why_a_pod_is_open if {
	one := pod({})
	network.why_open(one, "ingress").en == "no network policy in its namespace" with input as cluster({})
	none := network.why_open(one, "egress") with input as cluster(plain({}))
	none.en == "network policies in its namespace: 1, none of which selects it"
	contains(none.zh, " 1 ")
	all := network.why_open(one, "ingress") with input as cluster(plain({"ingress": [{}]}))
	all == {"en": "a network policy allows all ingress traffic", "zh": "有网络策略放行全部入站流量"}
}

test_a_namespace_without_pods_is_protected_by_any_policy if {
	empty := {"pods": [], "objects": object.union({"Namespace": [namespace]}, plain({"podSelector": {"matchLabels": {"app": "x"}}}))}
	network.protects("shop") with input as empty
	not network.protects("other") with input as empty
	not selects(plain({"podSelector": {"matchLabels": {"app": "x"}}}))
	everywhere := {"pods": [], "objects": antrea_of_cluster({"appliedTo": [{"podSelector": {}}], "ingress": [{"action": "Drop"}]})}
	network.protects("unseen") with input as everywhere
}

test_a_policy_of_the_cluster_that_refuses_nothing_protects_nothing if {
	every spec in [
		{"subject": {"namespaces": {}}, "ingress": [{"action": "Allow", "from": [{"namespaces": {}}]}]},
		{"subject": {"namespaces": {}}, "egress": [{"action": "Pass", "to": [{"namespaces": {}}]}]},
	] {
		given := made("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "", spec)
		not network.protects("shop") with input as {"pods": [], "objects": object.union({"Namespace": [namespace]}, given)}
		not network.protects("shop") with input as cluster(given)
	}
	not network.protects("shop") with input as {"pods": [], "objects": cilium_of_cluster({"endpointSelector": {}, "ingress": []})}
	network.protects("shop") with input as {"pods": [], "objects": cilium_of_cluster({"endpointSelector": {}, "ingress": [{}]})}
}

# ---- Cilium ---------------------------------------------------------------------------------------------------------

cilium(spec) := made("cilium.io/v2", "CiliumNetworkPolicy", "shop", object.union({"endpointSelector": {}}, spec))

cilium_of_cluster(spec) := made("cilium.io/v2", "CiliumClusterwideNetworkPolicy", "", spec)

test_rules_of_cilium_close_their_direction if {
	closed(cilium({"ingress": [{}]})) == {"ingress"}
	closed(cilium({"egress": [{}]})) == {"egress"}
	closed(cilium({"ingressDeny": [{"fromEntities": ["world"]}]})) == {"ingress"}
	closed(cilium({"egressDeny": [{"toEntities": ["world"]}], "ingress": [{}]})) == both
	closed(cilium({})) == set()
	closed(cilium({"ingress": []})) == set()
	closed(cilium({"ingress": [{}], "egress": [{}], "enableDefaultDeny": {"ingress": false}})) == {"egress"}
	closed(cilium({"ingress": [{}], "enableDefaultDeny": {"ingress": true}})) == {"ingress"}
}

test_a_rule_of_cilium_for_everybody_opens_its_direction if {
	closed(cilium({"ingress": [{"fromEntities": ["all"]}], "egress": [{}]})) == {"egress"}
	opened(cilium({"ingress": [{"fromEntities": ["all"]}], "egress": [{}]})) == {"ingress"}
	opened(cilium({"egress": [{"toEntities": ["cluster", "all"]}]})) == {"egress"}
	every rule in [
		{"fromEntities": ["cluster"]}, {"toEntities": ["all"]},
		{"fromEntities": ["all"], "toPorts": [{"ports": [{"port": "80"}]}]},
		{"fromEntities": ["all"], "icmps": [{"fields": [{"type": 8}]}]},
	] {
		closed(cilium({"ingress": [rule]})) == {"ingress"}
		opened(cilium({"ingress": [rule]})) == set()
	}
}

test_cilium_selects_by_labels_with_and_without_a_source if {
	every labels in [{"app": "web"}, {"k8s:app": "web"}, {"any:app": "web", "tier": "front"}, {"k8s:io.kubernetes.pod.namespace": "shop"}] {
		selects(cilium({"endpointSelector": {"matchLabels": labels}}))
		selects(cilium_of_cluster({"endpointSelector": {"matchLabels": labels}}))
	}
	every labels in [{"app": "x"}, {"reserved:host": ""}, {"app": "web", "tier": "x"}, {"k8s:io.kubernetes.pod.namespace": "other"}] {
		not selects(cilium({"endpointSelector": {"matchLabels": labels}}))
		not selects(cilium_of_cluster({"endpointSelector": {"matchLabels": labels}}))
	}
}

expressed(key, operator, values) := {"endpointSelector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}}

test_cilium_selects_by_expressions if {
	selects(cilium(expressed("k8s:app", "In", ["web", "x"])))
	not selects(cilium(expressed("k8s:app", "NotIn", ["web"])))
	not selects(cilium(expressed("any:app", "DoesNotExist", [])))
	selects(cilium_of_cluster(expressed("k8s:io.kubernetes.pod.namespace", "NotIn", ["kube-system"])))
	not selects(cilium_of_cluster(expressed("k8s:io.kubernetes.pod.namespace", "NotIn", ["shop"])))
}

labelled(value) := {"endpointSelector": {"matchLabels": {"k8s:io.cilium.k8s.namespace.labels.team": value}}}

test_cilium_selects_by_labels_of_the_namespace if {
	selects(cilium_of_cluster(labelled("a")))
	not selects(cilium_of_cluster(labelled("b")))
	selects(cilium(labelled("a")))
	not selects(cilium(labelled("b")))
}

test_a_policy_of_cilium_on_nodes_selects_no_pod if {
	not selects(cilium_of_cluster({"nodeSelector": {}, "ingress": [{}]}))
	not selects(made("cilium.io/v2", "CiliumNetworkPolicy", "shop", {"nodeSelector": {}, "ingress": [{}]}))
}

test_specs_of_cilium_count_each if {
	several := {"CiliumNetworkPolicy": [{
		"subject": "CiliumNetworkPolicy/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2",
		"manifest": {"specs": [{"endpointSelector": {}, "ingress": [{}]}, {"endpointSelector": {}, "egress": [{}]}, {"nodeSelector": {}}]},
	}]}
	closed(several) == both
}

# ---- Calico ---------------------------------------------------------------------------------------------------------

calico(spec) := made("projectcalico.org/v3", "NetworkPolicy", "shop", spec)

calico_of_cluster(spec) := made("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "", spec)

test_types_of_calico_follow_its_rules if {
	deny := [{"action": "Deny"}]
	closed(calico({})) == {"ingress"}
	closed(calico({"ingress": deny})) == {"ingress"}
	closed(calico({"egress": deny})) == {"egress"}
	closed(calico({"ingress": deny, "egress": deny})) == both
	closed(calico({"types": ["Egress"], "ingress": deny})) == {"egress"}
	closed(calico_of_cluster({"types": ["Ingress", "Egress"]})) == both
	closed(calico_of_cluster({"egress": deny})) == {"egress"}
}

test_a_rule_of_calico_for_everybody_opens_its_direction if {
	every rule in [{"action": "Allow"}, {"action": "Allow", "source": {}}, {"action": "Allow", "metadata": {"annotations": {"a": "b"}}}] {
		every given in [calico({"types": ["Ingress", "Egress"], "ingress": [rule]}), calico_of_cluster({"types": ["Ingress", "Egress"], "ingress": [rule]})] {
			closed(given) == {"egress"}
			opened(given) == {"ingress"}
		}
	}
	every rule in [
		{"action": "Deny"}, {"action": "Pass"}, {"action": "Allow", "source": {"selector": "app == 'x'"}},
		{"action": "Allow", "protocol": "UDP"}, {"action": "Allow", "destination": {"ports": [53]}},
	] {
		opened(calico({"types": ["Ingress", "Egress"], "egress": [rule]})) == set()
	}
	opened(calico({"types": ["Egress"], "ingress": [{"action": "Allow"}]})) == set()
}

test_selectors_of_calico_that_hold if {
	every selector in [
		"", "all()", " all() ", "app == 'web'", `app == "web"`, "app=='web'", "(app == 'web')", "has(app)", "has( app )",
		"!has(gone)", "!(has(gone))", "app != 'x'", "gone != 'x'", "!(app == 'x')", "!(app != 'web')", "tier in {'front', 'x'}",
		"tier in { \"front\" }", "tier not in {'x'}", "gone not in {'x'}", "!(tier in {'x'})", "!(tier not in {'front'})",
		"app == 'web' && tier == 'front'", "(app == 'web') && (tier == 'front')", "(app == 'web' && tier == 'front')",
		"app == 'x' || app == 'web'", "(app == 'x' || app == 'web')", "app == 'x' && has(tier) || tier == 'front'",
		"(app == 'web') && !(tier == 'back')", "projectcalico.org/orchestrator == 'k8s'", "all() && has(app)",
		"projectcalico.org/namespace == 'shop'", "projectcalico.org/namespace not in {'kube-system'}",
	] {
		selects(calico({"selector": selector}))
		selects(calico_of_cluster({"selector": selector}))
	}
}

test_selectors_of_calico_that_do_not_hold if {
	every selector in [
		"app == 'x'", "!has(app)", "has(gone)", "!(has(app))", "app != 'web'", "!(app == 'web')", "!(app != 'x')",
		"tier in {'x'}", "gone in {'x'}", "tier not in {'front'}", "!(tier in {'front'})", "!(tier not in {'x'})",
		"app == 'web' && tier == 'x'", "(app == 'x') && (tier == 'front')", "app == 'x' || tier == 'x'",
		"app == 'web' && tier == 'x' || has(gone)", "projectcalico.org/namespace == 'other'",
	] {
		not selects(calico({"selector": selector}))
		not selects(calico_of_cluster({"selector": selector}))
	}
}

test_a_selector_of_calico_that_cannot_be_read_holds_for_nothing if {
	every selector in [
		"app starts with 'w'", "global()", "app == 'web' && (tier == 'x' || tier == 'front')", "!(app == 'x' || app == 'web')",
		"!(app == 'x' && tier == 'x')",
	] {
		not selects(calico({"selector": selector}))
		not selects(calico_of_cluster({"selector": selector}))
		not selects(calico_of_cluster({"namespaceSelector": selector}))
	}
}

test_calico_selects_namespaces if {
	every selector in [
		"", "all()", "team == 'a'", "has(team)", "kubernetes.io/metadata.name == 'shop'", "projectcalico.org/name == 'shop'",
		"team == 'x' || team == 'a'", "projectcalico.org/name not in {'kube-system'}",
	] {
		selects(calico_of_cluster({"namespaceSelector": selector}))
	}
	every selector in ["team == 'b'", "!has(team)", "app == 'web'", "projectcalico.org/name == 'other'", "global()"] {
		not selects(calico_of_cluster({"namespaceSelector": selector}))
	}
	not selects(calico_of_cluster({"namespaceSelector": "team == 'a'", "selector": "app == 'x'"}))
}

test_policies_of_calico_on_hosts_or_accounts_select_no_pod_that_we_know if {
	every field, value in {"preDNAT": true, "doNotTrack": true, "serviceAccountSelector": "role == 'x'"} {
		not selects(calico_of_cluster({field: value}))
	}
	every field, value in {"preDNAT": false, "doNotTrack": false, "serviceAccountSelector": "all()"} {
		selects(calico_of_cluster({field: value}))
	}
}

test_a_staged_policy_of_calico_is_not_in_force if {
	not selects(made("projectcalico.org/v3", "StagedNetworkPolicy", "shop", {}))
	not selects(made("acme.io/v1", "NetworkPolicy", "shop", {}))
	not selects(made("acme.io/v1", "GlobalNetworkPolicy", "", {}))
}

# ---- policies of administrators -------------------------------------------------------------------------------------

admin(spec) := made("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "", spec)

placed(namespaces, labels) := {"subject": {"pods": {"namespaceSelector": {"matchLabels": namespaces}, "podSelector": {"matchLabels": labels}}}}

test_administrators_select_by_namespace_and_by_pod if {
	selects(admin({"subject": {"namespaces": {}}}))
	selects(admin({"subject": {"namespaces": {"matchLabels": {"team": "a"}}}}))
	not selects(admin({"subject": {"namespaces": {"matchLabels": {"team": "b"}}}}))
	selects(admin(placed({"team": "a"}, {"app": "web"})))
	not selects(admin(placed({"team": "a"}, {"app": "x"})))
	not selects(admin(placed({"team": "b"}, {"app": "web"})))
	every kind in ["BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"] {
		selects(made("policy.networking.k8s.io/v1alpha1", kind, "", {"subject": {"namespaces": {}}}))
		not selects(made("acme.io/v1", kind, "", {"subject": {"namespaces": {}}}))
	}
}

refusing(rule) := admin({"subject": {"namespaces": {}}, "ingress": [rule]})

leaving(networks) := admin({"subject": {"namespaces": {}}, "egress": [{"action": "Deny", "to": [{"networks": networks}]}]})

test_a_refusal_of_everybody_by_administrators_closes_a_direction if {
	everybody := [{"namespaces": {}}]
	closed(refusing({"action": "Deny", "from": everybody})) == {"ingress"}
	closed(refusing({"action": "Deny", "from": [{"pods": {"namespaceSelector": {}, "podSelector": {}}}]})) == {"ingress"}
	closed(refusing({"action": "Deny", "from": everybody, "ports": []})) == {"ingress"}
	every rule in [
		{"action": "Allow", "from": everybody}, {"action": "Pass", "from": everybody},
		{"action": "Deny", "from": [{"namespaces": {"matchLabels": {"team": "b"}}}]},
		{"action": "Deny", "from": [{"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "x"}}}}]},
		{"action": "Deny", "from": [{"pods": {"namespaceSelector": {"matchLabels": {"team": "b"}}, "podSelector": {}}}]},
		{"action": "Deny", "from": everybody, "ports": [{"portNumber": {"port": 80}}]},
		{"action": "Deny", "from": everybody, "protocols": [{"tcp": {"destinationPort": {"number": 80}}}]},
	] {
		closed(refusing(rule)) == set()
	}
	closed(leaving(["10.0.0.0/8", "0.0.0.0/0"])) == {"egress"}
	closed(leaving(["10.0.0.0/8"])) == set()
}

# ---- Antrea ---------------------------------------------------------------------------------------------------------

antrea(spec) := made("crd.antrea.io/v1beta1", "NetworkPolicy", "shop", spec)

antrea_of_cluster(spec) := made("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", "", spec)

test_antrea_selects_pods_by_labels if {
	every block in [{"podSelector": {}}, {"podSelector": {"matchLabels": {"app": "web"}}}] {
		selects(antrea({"appliedTo": [block]}))
		selects(antrea_of_cluster({"appliedTo": [block]}))
		selects(antrea_of_cluster({"appliedTo": [object.union(block, {"namespaceSelector": {"matchLabels": {"team": "a"}}})]}))
		not selects(antrea_of_cluster({"appliedTo": [object.union(block, {"namespaceSelector": {"matchLabels": {"team": "b"}}})]}))
	}
	every block in [
		{"podSelector": {"matchLabels": {"app": "x"}}}, {"group": "g"}, {"nodeSelector": {}},
		{"serviceAccount": {"name": "s", "namespace": "shop"}}, {"service": {"name": "s", "namespace": "shop"}},
		{"externalEntitySelector": {}},
	] {
		not selects(antrea({"appliedTo": [block]}))
		not selects(antrea_of_cluster({"appliedTo": [block]}))
	}
	not selects(antrea({}))
}

test_antrea_closes_a_direction_by_a_rule_on_everything if {
	here := [{"podSelector": {}}]
	every action in ["Drop", "Reject"] {
		closed(antrea({"appliedTo": here, "ingress": [{"action": action}]})) == {"ingress"}
		closed(antrea_of_cluster({"appliedTo": here, "ingress": [{"action": action}], "egress": [{"action": action, "to": []}]})) == both
	}
	every rule in [
		{"action": "Allow"}, {"action": "Pass"}, {"action": "Drop", "ports": [{"port": 80}]},
		{"action": "Drop", "from": [{"podSelector": {}}]}, {"action": "Drop", "to": [{"podSelector": {}}]},
		{"action": "Drop", "protocols": [{"icmp": {}}]}, {"action": "Drop", "toServices": [{"name": "s"}]},
	] {
		closed(antrea({"appliedTo": here, "ingress": [rule]})) == set()
		closed(antrea_of_cluster({"appliedTo": here, "ingress": [rule]})) == set()
	}
}

test_a_namespace_with_neither_pods_nor_policies_has_those_of_the_cluster if {
	given := cluster(cilium_of_cluster({"endpointSelector": {}, "ingress": [{}]}))
	count(network.of("elsewhere")) == 1 with input as given
	count(network.of("elsewhere")) == 0 with input as cluster({})
}
