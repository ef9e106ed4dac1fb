package kubernetes.service_account_default_unused_test

import data.kubernetes.service_account_default_unused as check

account(name, extra) := {
	"subject": sprintf("ServiceAccount/shop/%s", [name]), "namespace": "shop", "name": name, "api_version": "v1",
	"manifest": object.union({"metadata": {"name": name, "namespace": "shop"}}, extra),
}

namespace := {
	"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1",
	"manifest": {"metadata": {"name": "shop"}},
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
	given := {"objects": {"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == {"ServiceAccount/shop/default"} with input as given
}

test_bad if {
	given := {"objects": {"ServiceAccount": [account("default", {"automountServiceAccountToken": true})]}, "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
	check.reason["ServiceAccount/shop/default"].actual == {
		"en": "automountServiceAccountToken is not false",
		"zh": "automountServiceAccountToken 不为 false",
	} with input as given
	count(check.reason["ServiceAccount/shop/default"].patch) == 1 with input as given
}

test_absent_field_mounts_the_token if {
	given := {"objects": {"ServiceAccount": [account("default", {})]}, "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
}

test_absent_account_takes_the_default if {
	given := {"objects": {"Namespace": [namespace]}, "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
}

test_bad_binding_names_it if {
	given := {"objects": object.union({"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, {"RoleBinding": [bound("default")]}), "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
}

test_binding_of_another_account_does_not_count if {
	given := {"objects": object.union({"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, {"RoleBinding": [bound("app")]}), "pods": []}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == {"ServiceAccount/shop/default"} with input as given
}

test_bad_group_of_service_accounts_is_bound if {
	given := {
		"objects": object.union({"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, {"RoleBinding": [object.union(bound("x"), {"manifest": {"subjects": [
			{"kind": "Group", "name": "system:serviceaccounts:shop"},
		]}})]}),
		"pods": [],
	}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
}

test_bad_pod_runs_as_it if {
	given := {"objects": {"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, "pods": [pod({})]}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == set() with input as given
}

test_pod_with_its_own_account_is_fine if {
	given := {"objects": {"Namespace": [namespace], "ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, "pods": [pod({"serviceAccountName": "app"})]}
	check.subject == {"ServiceAccount/shop/default"} with input as given
	check.compliant == {"ServiceAccount/shop/default"} with input as given
}

test_no_other_account_is_needed if {
	given := {"objects": {"ServiceAccount": [account("default", {"automountServiceAccountToken": false})]}, "pods": []}
	count(check.compliant) == 1 with input as given
}

test_namespace_being_deleted_is_left_out if {
	leaving := object.union(namespace, {"manifest": {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}})
	check.subject == set() with input as {"objects": {"Namespace": [leaving]}, "pods": []}
}

test_account_of_a_namespace_that_is_being_deleted_is_left_out if {
	leaving := object.union(namespace, {"manifest": {"status": {"phase": "Terminating"}}})
	given := {"objects": {"Namespace": [leaving], "ServiceAccount": [account("default", {})]}, "pods": []}
	check.subject == set() with input as given
}

test_bad_binding_is_said if {
	given := {"objects": {"ServiceAccount": [account("default", {"automountServiceAccountToken": false})], "RoleBinding": [bound("default")]}, "pods": []}
	check.compliant == set() with input as given
	check.reason["ServiceAccount/shop/default"].actual.en == "a binding names it" with input as given
	check.reason["ServiceAccount/shop/default"].patch == [] with input as given
}

used_by(number) := {
	"objects": {"ServiceAccount": [account("default", {"automountServiceAccountToken": false})]},
	"pods": [object.union(pod({}), {"subject": sprintf("Pod/shop/p%d", [n])}) | some n in numbers.range(1, number)],
}

test_of_many_that_use_it_three_are_named if {
	few := check.reason["ServiceAccount/shop/default"].actual with input as used_by(2)
	few.en == "used by Pod/shop/p1, Pod/shop/p2"
	many := check.reason["ServiceAccount/shop/default"].actual with input as used_by(5)
	many.en == "used by Pod/shop/p1, Pod/shop/p2, Pod/shop/p3 and 2 more"
	contains(many.zh, "另外 2 个")
}
