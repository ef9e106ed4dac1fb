package kubernetes.pod_resource_limits_test

import data.kubernetes.pod_resource_limits as check

container(extra) := object.union(
	{"type": "container", "name": "app", "image": "r/app:1", "pointer": "/spec/template/spec/containers/0"},
	extra,
)

pod(spec, containers) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app",
	"labels": {"app": "app"}, "annotations": {}, "owner": "", "pointer": "/spec/template/spec", "spec": spec,
	"containers": containers,
}

workload(spec, containers) := {"pods": [pod(spec, containers)], "objects": {}, "components": []}

test_good if {
	given := workload({}, [container({"resources": {"limits": {"memory": "1Gi", "cpu": "1"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_cpu_request_is_enough if {
	given := workload({}, [container({"resources": {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_memory_missing if {
	given := workload({}, [container({"resources": {"limits": {"cpu": "1"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_cpu_missing if {
	given := workload({}, [container({"resources": {"limits": {"memory": "1Gi"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_absent if {
	given := workload({}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_pod_level_resources_count if {
	given := workload({"resources": {"limits": {"memory": "2Gi", "cpu": "1"}}}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_ephemeral_containers_cannot_have_limits if {
	given := workload({}, [container({"type": "ephemeral"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_pod_level_memory_alone_is_not_enough if {
	given := workload({"resources": {"limits": {"memory": "2Gi"}}}, [container({})])
	check.compliant == set() with input as given
}

test_pod_and_container_complete_each_other if {
	given := workload({"resources": {"limits": {"memory": "2Gi"}}}, [container({"resources": {"requests": {"cpu": "100m"}}})])
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_limit_of_nothing if {
	every memory in ["0", 0, "0Gi", "", null] {
		given := workload({}, [container({"resources": {"limits": {"memory": memory, "cpu": 1}}})])
		check.compliant == set() with input as given
	}
}

test_good_limits_in_all_spellings if {
	every memory in ["128Mi", 134217728, "0.5Gi", "1e9", "1E"] {
		given := workload({}, [container({"resources": {"limits": {"memory": memory, "cpu": 0.5}}})])
		check.compliant == {"Deployment/shop/app"} with input as given
	}
}
