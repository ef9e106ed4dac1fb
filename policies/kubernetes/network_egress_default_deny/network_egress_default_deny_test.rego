package kubernetes.network_egress_default_deny_test

import data.kubernetes.network_egress_default_deny as check

pod(labels) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app", "labels": labels,
	"annotations": {}, "spec": {}, "containers": [], "pointer": "/spec/template/spec",
}

test_good if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "policyTypes": ["Egress"]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent_policy if {
	given := object.union({"objects": {}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_policy_for_another_pod if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {"matchLabels": {"app": "b"}}, "policyTypes": ["Ingress", "Egress"]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_absent_types_do_not_mean_egress if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_rules_for_egress_mean_egress if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "egress": [{"to": [{"podSelector": {}}]}]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_cilium_policy_counts if {
	given := object.union({"objects": {"CiliumNetworkPolicy": [{"subject": "CiliumNetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "egress": [{}]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_cilium_policy_without_default_deny if {
	given := object.union({"objects": {"CiliumNetworkPolicy": [{"subject": "CiliumNetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "egress": [{}], "enableDefaultDeny": {"egress": false}}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_host_network_is_not_applicable if {
	given := {"objects": {}, "pods": [object.union(pod({}), {"spec": {"hostNetwork": true}})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
}

test_an_empty_list_of_rules_does_not_mean_egress if {
	one := {"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "egress": []}}}
	given := {"objects": {"NetworkPolicy": [one]}, "pods": [pod({"app": "a"})]}
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_an_empty_list_of_cilium_closes_nothing if {
	one := {"subject": "CiliumNetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "egress": []}}}
	given := {"objects": {"CiliumNetworkPolicy": [one]}, "pods": [pod({"app": "a"})]}
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_a_policy_that_allows_everything if {
	one := {"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]}}}
	given := {"objects": {"NetworkPolicy": [one]}, "pods": [pod({"app": "a"})]}
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
	check.reason["Deployment/shop/app"].actual.en == "a network policy allows all egress traffic" with input as given
}
