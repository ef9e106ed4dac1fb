package kubernetes.gpu_plugin_unprivileged_test

import data.kubernetes.gpu_plugin_unprivileged as check

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
	given := workload({}, [container({"image": "nvcr.io/nvidia/k8s-device-plugin:v0.17", "securityContext": {"allowPrivilegeEscalation": false}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad if {
	given := workload({}, [container({"image": "nvcr.io/nvidia/k8s-device-plugin:v0.17", "securityContext": {"privileged": true}})])
	check.compliant == set() with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := workload({}, [container({"image": "x/ascend-device-plugin:1"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_other_pods_are_no_subject if {
	given := workload({}, [container({"securityContext": {"privileged": true}})])
	check.subject == set() with input as given
}

test_bad_plugin_known_by_its_folder if {
	spec := {"volumes": [{"name": "d", "hostPath": {"path": "/var/lib/kubelet/device-plugins"}}]}
	given := workload(spec, [container({"securityContext": {"privileged": true}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == set() with input as given
}
