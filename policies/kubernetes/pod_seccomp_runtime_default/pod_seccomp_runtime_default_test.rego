package kubernetes.pod_seccomp_runtime_default_test

import data.kubernetes.pod_seccomp_runtime_default as check

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
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_pod_level_counts if {
	given := workload({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_container_wins_over_the_pod if {
	given := workload({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({"securityContext": {"seccompProfile": {"type": "Unconfined"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_localhost_is_accepted_by_the_parameter if {
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "Localhost"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == set() with input as given
	accepting := object.union(given, {"parameters": {"seccomp_localhost_accepted": true}})
	check.compliant == {"Deployment/shop/app"} with input as accepting
}

test_bad if {
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "Unconfined"}}})])
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

test_annotations_stopped_working if {
	given := {"components": [], "objects": {}, "pods": [object.union(pod({}, [container({})]), {"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}})]}
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_privileged_containers_run_unconfined if {
	given := workload({}, [container({"securityContext": {"privileged": true, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_absent_is_good_where_kubelets_have_a_default if {
	given := object.union(workload({}, [container({})]), {"components": [{"component": "kubelet", "subject": "kubelet@n1", "flags": {}, "config": {"seccompDefault": true}, "config_file": "/c", "config_read": true}]})
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent_is_bad_where_a_kubelet_has_none if {
	given := object.union(workload({}, [container({})]), {"components": [{"component": "kubelet", "subject": "kubelet@n1", "flags": {}, "config": {"seccompDefault": false}, "config_file": "/c", "config_read": true}]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_init_container_counts if {
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "init", "name": "x", "pointer": "/spec/template/spec/initContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_ephemeral_container_counts if {
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "ephemeral", "name": "x", "pointer": "/spec/template/spec/ephemeralContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_second_container_counts if {
	given := workload({}, [container({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "container", "name": "x", "pointer": "/spec/template/spec/containers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_windows_pod_is_not_applicable if {
	given := workload({"os": {"name": "windows"}}, [container({})])
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_the_patch_adds_a_security_context_where_there_is_none if {
	check.reason["Deployment/shop/app"].patch == [{
		"op": "add", "path": "/spec/template/spec/containers/0/securityContext",
		"value": {"seccompProfile": {"type": "RuntimeDefault"}},
	}] with input as workload({}, [container({})])
}
