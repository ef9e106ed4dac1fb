package kubernetes.pod_automount_declared_test

import data.kubernetes.pod_automount_declared as check

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
	given := workload({"automountServiceAccountToken": false}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_good_wanted_in_so_many_words if {
	given := workload({"automountServiceAccountToken": true}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent if {
	given := workload({}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_null if {
	given := workload({"automountServiceAccountToken": null}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_account_that_says_no_is_good if {
	account := {
		"subject": "ServiceAccount/shop/app", "namespace": "shop", "name": "app", "api_version": "v1",
		"manifest": {"automountServiceAccountToken": false},
	}
	given := {"pods": [pod({"serviceAccountName": "app"}, [container({})])], "objects": {"ServiceAccount": [account]}}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}
