package kubernetes.service_account_token_needed_test

import data.kubernetes.service_account_token_needed as check

account(name, extra) := {
	"subject": sprintf("ServiceAccount/shop/%s", [name]), "namespace": "shop", "name": name, "api_version": "v1",
	"manifest": object.union({"metadata": {"name": name, "namespace": "shop"}}, extra),
}

bound(name) := {
	"subject": "RoleBinding/shop/b", "namespace": "shop", "name": "b", "api_version": "rbac.authorization.k8s.io/v1",
	"manifest": {
		"metadata": {"name": "b", "namespace": "shop"}, "roleRef": {"kind": "ClusterRole", "name": "view"},
		"subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "shop"}],
	},
}

pod(spec) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app", "labels": {},
	"annotations": {}, "owner": "", "pointer": "/spec/template/spec", "spec": spec, "containers": [],
}

test_good if {
	given := {"objects": {"ServiceAccount": [account("app", {})]}, "pods": [pod({"serviceAccountName": "app", "automountServiceAccountToken": false})]}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad if {
	given := {"objects": {"ServiceAccount": [account("app", {})]}, "pods": [pod({"serviceAccountName": "app", "automountServiceAccountToken": true})]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["Deployment/shop/app"].patch[0].value == false with input as given
}

test_absent_mounts_the_token if {
	given := {"objects": {"ServiceAccount": [account("app", {})]}, "pods": [pod({"serviceAccountName": "app"})]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["Deployment/shop/app"].patch[0].value == false with input as given
}

test_account_field_counts if {
	given := {"objects": {"ServiceAccount": [account("app", {"automountServiceAccountToken": false})]}, "pods": [pod({"serviceAccountName": "app"})]}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_pod_field_wins_over_the_account if {
	given := {"objects": {"ServiceAccount": [account("app", {"automountServiceAccountToken": false})]}, "pods": [pod({"serviceAccountName": "app", "automountServiceAccountToken": true})]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["Deployment/shop/app"].patch[0].value == false with input as given
}

test_mounted_token_with_rights_is_for_a_person if {
	given := {"objects": {"ServiceAccount": [account("app", {})], "RoleBinding": [bound("app")]}, "pods": [pod({"serviceAccountName": "app"})]}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_projected_token_counts_as_a_mount if {
	given := {"objects": {"ServiceAccount": [account("app", {})]}, "pods": [pod({"serviceAccountName": "app", "automountServiceAccountToken": false, "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]})]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["Deployment/shop/app"].patch[0].value == false with input as given
}

test_account_that_was_not_seen_is_undecided if {
	given := {"objects": {}, "pods": [pod({"serviceAccountName": "app"}), object.union(pod({"serviceAccountName": "app"}), {"subject": "Deployment/shop/b"})]}
	check.compliant == set() with input as given
	check.subject == {"ServiceAccount/shop/app"} with input as given
	check.undecided["ServiceAccount/shop/app"].zh != "" with input as given
}

test_pod_field_decides_without_the_account if {
	given := {"objects": {}, "pods": [pod({"serviceAccountName": "app", "automountServiceAccountToken": false})]}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent_account_name_is_default if {
	given := {"objects": {"ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, "pods": [pod({})]}
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_every_workload_is_judged_and_those_of_the_platform_are_exempt if {
	of_platform := object.union(pod({}), {"subject": "Deployment/kube-system/app", "namespace": "kube-system"})
	given := {"objects": {}, "pods": [pod({"automountServiceAccountToken": false}), of_platform]}
	check.subject == {"Deployment/shop/app", "Deployment/kube-system/app"} with input as given
	object.keys(check.not_applicable) == {"Deployment/kube-system/app"} with input as given
}

test_in_a_complete_listing_an_account_that_is_not_there_is_known_to_say_nothing if {
	given := {"objects": {}, "pods": [pod({"serviceAccountName": "gone"})]}
	check.undecided["ServiceAccount/shop/gone"].zh != "" with input as given
	check.undecided == {} with input as object.union(given, {"cluster": {"is_complete": true}})
	check.compliant == set() with input as object.union(given, {"cluster": {"is_complete": true}})
}
