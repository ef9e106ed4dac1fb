package kubernetes.pod_probes_test

import data.kubernetes.pod_probes as check

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
	given := workload({}, [container({"readinessProbe": {"httpGet": {"path": "/"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_liveness_is_enough if {
	given := workload({}, [container({"livenessProbe": {"exec": {}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_second_container if {
	given := workload({}, [container({"readinessProbe": {}}), container({"name": "b"})])
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

test_init_containers_need_none if {
	given := workload({}, [container({"readinessProbe": {"exec": {}}}), container({"type": "init"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_jobs_need_none if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({})]), {"kind": "CronJob"})]}
	check.subject == set() with input as given
}

test_bad_probe_that_asks_nothing if {
	every probe in [null, {}, {"initialDelaySeconds": 5}] {
		given := workload({}, [container({"readinessProbe": probe})])
		check.subject - check.compliant == {"Deployment/shop/app"} with input as given
	}
}

test_a_pod_that_ends_needs_none if {
	given := {"pods": [object.union(pod({"restartPolicy": "Never"}, [container({})]), {"kind": "Pod"})]}
	check.subject == set() with input as given
}

test_probes_that_a_controller_of_an_add_on_may_give_are_undecided if {
	bare := workload({}, [container({})])
	given := object.union(bare, {"pods": [object.union(bare.pods[0], {"finished_elsewhere": true})]})
	check.compliant == set() with input as given
	check.undecided["Deployment/shop/app"].zh != "" with input as given
	check.undecided == {} with input as bare
}
