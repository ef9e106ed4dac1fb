package kubernetes.agent_sandbox_confined_test

import data.kubernetes.agent_sandbox_confined as check

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
	given := workload({"runtimeClassName": "gvisor", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({"image": "x/code-interpreter:1"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent_runtime_class if {
	given := workload({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({"image": "x/code-interpreter:1"})])
	check.compliant == set() with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
	check.reason["Deployment/shop/app"].actual == {"en": "no runtimeClassName", "zh": "未设置 runtimeClassName"} with input as given
}

test_bad_without_seccomp if {
	given := workload({"runtimeClassName": "kata"}, [container({"image": "x/code-interpreter:1"})])
	check.compliant == set() with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_ordinary_runtime if {
	given := workload({"runtimeClassName": "nvidia", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({"image": "x/code-interpreter:1"})])
	check.compliant == set() with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_handler_of_the_class_counts if {
	class := {
		"subject": "RuntimeClass/safe", "namespace": "", "name": "safe", "api_version": "node.k8s.io/v1",
		"manifest": {"handler": "runsc"},
	}
	given := object.union(workload({"runtimeClassName": "safe", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, [container({"image": "x/code-interpreter:1"})]), {"objects": {"RuntimeClass": [class]}})
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_other_workloads_are_no_subject if check.subject == set() with input as workload({}, [container({})])

test_the_handler_of_a_class_counts_not_its_name if {
	class := {"subject": "RuntimeClass/gvisor", "namespace": "", "name": "gvisor", "api_version": "node.k8s.io/v1", "manifest": {"handler": "runc"}}
	spec := {"runtimeClassName": "gvisor", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}
	given := object.union(workload(spec, [container({"image": "x/code-interpreter:1"})]), {"objects": {"RuntimeClass": [class]}})
	check.compliant == set() with input as given
	contains(check.reason["Deployment/shop/app"].actual.en, "handler: runc") with input as given
}

test_what_runs_on_every_node_is_of_the_platform if {
	one := pod({}, [container({"image": "nvcr.io/nvidia/sandbox-device-plugin:1"})])
	check.subject == {"Deployment/shop/app"} with input as {"pods": [one], "objects": {}, "components": []}
	given := {"pods": [object.union(one, {"kind": "DaemonSet"})], "objects": {}, "components": []}
	check.subject == set() with input as given
}
