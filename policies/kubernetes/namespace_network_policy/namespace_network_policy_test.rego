package kubernetes.namespace_network_policy_test

import data.kubernetes.namespace_network_policy as check

namespace(labels) := {"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1", "manifest": {"metadata": {"name": "shop", "labels": labels}}}

pods := [{
	"subject": "Pod/shop/p", "kind": "Pod", "namespace": "shop", "name": "p", "labels": {"app": "web"}, "spec": {},
	"containers": [],
}]

test_good if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"podSelector": {}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_absent if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_a_namespace_without_an_object_of_its_own_is_known_by_its_first_workload if {
	given := {"pods": pods, "objects": {}}
	check.reason["Namespace/shop"].cites == ["Pod/shop/p"] with input as given
	check.reason["Namespace/shop"].cites == [] with input as {"pods": pods, "objects": {"Namespace": [namespace({})]}}
}

test_bad_policy_selects_no_pod if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"podSelector": {"matchLabels": {"app": "gone"}}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_match_expressions_count if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_expression_that_excludes_the_pod if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"podSelector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_bad_policy_of_another_namespace if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/other/np", "namespace": "other", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "other"}, "spec": {"podSelector": {}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_namespace_without_pods_needs_a_policy_too if {
	given := {"pods": [], "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"podSelector": {}}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_namespace_without_pods_and_policy if {
	given := {"pods": [], "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_cilium_policy_counts if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"CiliumNetworkPolicy": [{"subject": "CiliumNetworkPolicy/x", "namespace": "shop", "name": "x", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {"matchLabels": {"k8s:app": "web"}}, "ingress": [{}]}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_cilium_cluster_wide_policy_counts if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"CiliumClusterwideNetworkPolicy": [{"subject": "CiliumClusterwideNetworkPolicy/x", "namespace": "", "name": "x", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "ingress": [{}]}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_calico_policy_counts if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "projectcalico.org/v3", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"selector": "app == 'web'"}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_calico_selector_of_another_pod if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "projectcalico.org/v3", "manifest": {"metadata": {"name": "np", "namespace": "shop"}, "spec": {"selector": "app == 'db'"}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_calico_global_policy_counts if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"GlobalNetworkPolicy": [{"subject": "GlobalNetworkPolicy/x", "namespace": "", "name": "x", "api_version": "projectcalico.org/v3", "manifest": {"spec": {"selector": "all()", "types": ["Ingress"]}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_admin_network_policy_counts if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"AdminNetworkPolicy": [{"subject": "AdminNetworkPolicy/x", "namespace": "", "name": "x", "api_version": "policy.networking.k8s.io/v1alpha1", "manifest": {"spec": {"subject": {"namespaces": {"matchLabels": {"team": "a"}}}, "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}]}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == {"Namespace/shop"} with input as given
}

test_admin_network_policy_of_other_namespaces if {
	given := {"pods": pods, "objects": object.union({"Namespace": [namespace({"team": "a"})]}, {"AdminNetworkPolicy": [{"subject": "AdminNetworkPolicy/x", "namespace": "", "name": "x", "api_version": "policy.networking.k8s.io/v1alpha1", "manifest": {"spec": {"subject": {"namespaces": {"matchLabels": {"team": "b"}}}, "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}]}}}]})}
	check.subject == {"Namespace/shop"} with input as given
	check.compliant == set() with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pods[0], {"namespace": "kube-system"})]}
	check.not_applicable["Namespace/kube-system"].zh != "" with input as given
}

test_the_reason_counts_policies_that_select_no_pod if {
	policy := {
		"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1",
		"manifest": {"spec": {"podSelector": {"matchLabels": {"app": "gone"}}}},
	}
	given := {"pods": pods, "objects": {"Namespace": [namespace({})], "NetworkPolicy": [policy]}}
	check.reason["Namespace/shop"].actual.en == "network policies: 1, none of which selects its pods" with input as given
	contains(check.reason["Namespace/shop"].actual.zh, " 1 ") with input as given
	none := {"pods": pods, "objects": {"Namespace": [namespace({})]}}
	check.reason["Namespace/shop"].actual.en == "no network policy" with input as none
}

test_a_protected_namespace_needs_no_reason if {
	policy := {
		"subject": "NetworkPolicy/shop/np", "namespace": "shop", "name": "np", "api_version": "networking.k8s.io/v1",
		"manifest": {"spec": {"podSelector": {}}},
	}
	check.reason == {} with input as {"pods": pods, "objects": {"Namespace": [namespace({})], "NetworkPolicy": [policy]}}
}

test_a_namespace_that_is_being_deleted_is_left_out if {
	leaving := object.union(namespace({}), {"manifest": {"status": {"phase": "Terminating"}}})
	check.subject == set() with input as {"pods": [], "objects": {"Namespace": [leaving]}}
}

of_cluster(selector, seen) := {"pods": seen, "objects": {
	"Namespace": [namespace({})],
	"CiliumClusterwideNetworkPolicy": [{
		"subject": "CiliumClusterwideNetworkPolicy/d", "namespace": "", "name": "d", "api_version": "cilium.io/v2",
		"manifest": {"metadata": {"name": "d"}, "spec": {"endpointSelector": selector, "ingress": [{}]}},
	}],
}}

test_a_policy_of_the_cluster_counts_where_it_holds_for_all_pods if {
	other := object.union(pods[0], {"subject": "Pod/shop/q", "labels": {}})
	every seen in [[], pods, array.concat(pods, [other])] {
		check.compliant == {"Namespace/shop"} with input as of_cluster({}, seen)
	}
	check.compliant == {"Namespace/shop"} with input as of_cluster({"matchLabels": {"app": "web"}}, pods)
	every seen in [[], array.concat(pods, [object.union(other, {"labels": {"app": "x"}})])] {
		check.compliant == set() with input as of_cluster({"matchLabels": {"app": "web"}}, seen)
	}
}
