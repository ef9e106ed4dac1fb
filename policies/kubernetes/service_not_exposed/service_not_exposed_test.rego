package kubernetes.service_not_exposed_test

import data.kubernetes.service_not_exposed as check

service(spec) := {
	"subject": "Service/shop/web", "namespace": "shop", "name": "web", "api_version": "v1", "manifest": {"spec": spec},
}

test_good if {
	given := object.union({"objects": {"Service": [service({"type": "ClusterIP"})]}, "pods": []}, {})
	check.compliant == {"Service/shop/web"} with input as given
}

test_absent_type_is_cluster_ip if {
	given := object.union({"objects": {"Service": [service({})]}, "pods": []}, {})
	check.compliant == {"Service/shop/web"} with input as given
}

test_bad_node_port if {
	given := object.union({"objects": {"Service": [service({"type": "NodePort"})]}, "pods": []}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
}

test_bad_load_balancer_for_everybody if {
	given := object.union({"objects": {"Service": [service({"type": "LoadBalancer"})]}, "pods": []}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
}

test_load_balancer_for_some_is_good if {
	given := object.union({"objects": {"Service": [service({"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]})]}, "pods": []}, {})
	check.compliant == {"Service/shop/web"} with input as given
}

test_bad_range_of_everybody if {
	given := object.union({"objects": {"Service": [service({"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8", "0.0.0.0/0"]})]}, "pods": []}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
}

test_bad_external_ip if {
	given := object.union({"objects": {"Service": [service({"externalIPs": ["1.2.3.4"]})]}, "pods": []}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
}

balancer(ranges, annotations) := object.union(
	service({"type": "LoadBalancer", "loadBalancerSourceRanges": ranges}),
	{"manifest": {"metadata": {"annotations": annotations}}},
)

test_bad_ranges_that_leave_nobody_out if {
	every ranges in [["::/0"], [" 0.0.0.0/0"], ["1.2.3.4/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["anybody"], []] {
		check.compliant == set() with input as {"objects": {"Service": [balancer(ranges, {})]}, "pods": []}
	}
}

test_good_ranges_of_the_old_annotation if {
	old := {"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8, 192.168.0.0/16"}
	check.compliant == {"Service/shop/web"} with input as {"objects": {"Service": [balancer([], old)]}, "pods": []}
}

test_a_service_of_knative_is_another_kind if {
	other := object.union(service({}), {"api_version": "serving.knative.dev/v1"})
	check.subject == set() with input as {"objects": {"Service": [other]}, "pods": []}
}

seen(one) := said if {
	said := check.reason["Service/shop/web"] with input as {"objects": {"Service": [one]}, "pods": []}
}

test_the_reason_says_what_exposes_it if {
	seen(service({})) == {"actual": "type ClusterIP", "pointer": "/spec/type"}
	seen(service({"type": "NodePort"})).actual == "type NodePort"
	seen(service({"externalIPs": ["1.2.3.4"]})).actual == `type ClusterIP, externalIPs ["1.2.3.4"]`
	seen(balancer(["::/0"], {})).actual == `type LoadBalancer, loadBalancerSourceRanges ["::/0"]`
	seen(service({"type": "LoadBalancer"})).actual == "type LoadBalancer, loadBalancerSourceRanges []"
}

test_bad_load_balancer_for_some_with_an_external_ip if {
	one := object.union(balancer(["10.0.0.0/8"], {}), {"manifest": {"spec": {"externalIPs": ["1.2.3.4"]}}})
	check.subject - check.compliant == {"Service/shop/web"} with input as {"objects": {"Service": [one]}, "pods": []}
}

test_bad_ranges_of_the_field_win_over_the_annotation if {
	old := {"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8"}
	check.compliant == set() with input as {"objects": {"Service": [balancer(["0.0.0.0/0"], old)]}, "pods": []}
	every given in ["", " ", "0.0.0.0/0", "10.0.0.0/8,anybody"] {
		empty := {"service.beta.kubernetes.io/load-balancer-source-ranges": given}
		check.compliant == set() with input as {"objects": {"Service": [balancer([], empty)]}, "pods": []}
	}
}

test_an_external_name_is_good if {
	check.compliant == {"Service/shop/web"} with input as {"objects": {"Service": [service({"type": "ExternalName"})]}, "pods": []}
}
