package kubernetes.network_ingress_default_deny_test

import data.kubernetes.network_ingress_default_deny as check

pod(labels) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app", "labels": labels,
	"annotations": {}, "spec": {}, "containers": [], "pointer": "/spec/template/spec",
}

test_good if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}}]}, "pods": [pod({"app": "a"})]}, {})
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

test_absent_types_mean_ingress if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_policy_of_the_other_direction if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "policyTypes": ["Egress"]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_cilium_policy_counts if {
	given := object.union({"objects": {"CiliumNetworkPolicy": [{"subject": "CiliumNetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "ingress": [{}]}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_cilium_policy_without_default_deny if {
	given := object.union({"objects": {"CiliumNetworkPolicy": [{"subject": "CiliumNetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "cilium.io/v2", "manifest": {"spec": {"endpointSelector": {}, "ingress": [{}], "enableDefaultDeny": {"ingress": false}}}}]}, "pods": [pod({"app": "a"})]}, {})
	check.subject - check.compliant == {"Deployment/shop/app"} with input as given
}

test_host_network_is_not_applicable if {
	given := {"objects": {}, "pods": [object.union(pod({}), {"spec": {"hostNetwork": true}})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
}

policy(rules) := {
	"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1",
	"manifest": {"spec": {"podSelector": {}, "ingress": rules}},
}

test_the_reason_says_why_the_pod_is_open if {
	check.reason["Deployment/shop/app"].pointer == "/spec/template/spec" with input as {"objects": {}, "pods": [pod({})]}
	check.reason["Deployment/shop/app"].actual.en == "no network policy in its namespace" with input as {"objects": {}, "pods": [pod({})]}
	open := {"objects": {"NetworkPolicy": [policy([{}])]}, "pods": [pod({})]}
	check.reason["Deployment/shop/app"].actual.en == "a network policy allows all ingress traffic" with input as open
	check.compliant == set() with input as open
	closing := {"objects": {"NetworkPolicy": [policy([])]}, "pods": [pod({})]}
	check.compliant == {"Deployment/shop/app"} with input as closing
	check.reason == {} with input as closing
}

test_a_platform_pod_that_is_closed_passes_and_another_is_exempt if {
	of_platform := object.union(pod({}), {"namespace": "kube-system"})
	closing := {
		"subject": "NetworkPolicy/kube-system/p", "namespace": "kube-system", "name": "p",
		"api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}},
	}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as {"objects": {}, "pods": [of_platform]}
	check.not_applicable == {} with input as {"objects": {"NetworkPolicy": [closing]}, "pods": [of_platform]}
}

test_a_policy_does_not_close_a_pod_on_the_network_of_its_node if {
	closing := {
		"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1",
		"manifest": {"spec": {"podSelector": {}}},
	}
	given := {"objects": {"NetworkPolicy": [closing]}, "pods": [object.union(pod({}), {"spec": {"hostNetwork": true}})]}
	check.compliant == set() with input as given
	contains(check.not_applicable["Deployment/shop/app"].en, "network of its node") with input as given
}
