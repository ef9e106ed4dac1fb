package kubernetes.service_selects_pods_test

import data.kubernetes.service_selects_pods as check

service(spec) := {
	"subject": "Service/shop/web", "namespace": "shop", "name": "web", "api_version": "v1", "manifest": {"spec": spec},
}

pod(labels) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app", "labels": labels,
	"annotations": {}, "spec": {}, "containers": [], "pointer": "/spec/template/spec",
}

test_good if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": [pod({"app": "a", "x": "y"})]}, {})
	check.compliant == {"Service/shop/web"} with input as given
}

test_bad if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": [pod({"app": "b"})]}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
	check.undecided == {} with input as given
}

test_absent_selector_is_no_subject if {
	given := object.union({"objects": {"Service": [service({})]}, "pods": []}, {})
	check.subject == set() with input as given
}

test_namespace_without_pods_is_undecided if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": []}, {})
	check.undecided["Service/shop/web"].zh != "" with input as given
}

test_bad_in_a_complete_listing if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": []}, {"cluster": {"is_complete": true}})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
	check.undecided == {} with input as given
}
