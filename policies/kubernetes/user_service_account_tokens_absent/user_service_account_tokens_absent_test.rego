package kubernetes.user_service_account_tokens_absent_test

import data.kubernetes.user_service_account_tokens_absent as check

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
	given := {"cluster": {"is_complete": true}, "objects": {"ServiceAccount": [account("app", {})], "RoleBinding": [bound("app")]}, "pods": [pod({"serviceAccountName": "app"})]}
	check.compliant == {"cluster"} with input as given
}

test_bad_long_lived_token if {
	given := {"cluster": {"is_complete": true}, "objects": {"Secret": [{"subject": "Secret/ci/t", "namespace": "ci", "name": "t", "api_version": "v1", "manifest": {"type": "kubernetes.io/service-account-token"}}]}, "pods": []}
	check.subject - check.compliant == {"Secret/ci/t"} with input as given
}

test_bad_account_with_rights_that_nobody_uses if {
	given := {"cluster": {"is_complete": true}, "objects": {"ServiceAccount": [account("ci", {})], "RoleBinding": [bound("ci")]}, "pods": []}
	check.subject - check.compliant == {"ServiceAccount/shop/ci"} with input as given
}

test_absent_rights_are_no_suspicion if {
	given := {"cluster": {"is_complete": true}, "objects": {"ServiceAccount": [account("ci", {})]}, "pods": []}
	check.compliant == {"cluster"} with input as given
}

test_other_secrets_do_not_count if {
	given := {"cluster": {"is_complete": true}, "objects": {"Secret": [object.union({"subject": "Secret/ci/t", "namespace": "ci", "name": "t", "api_version": "v1", "manifest": {"type": "kubernetes.io/service-account-token"}}, {"manifest": {"type": "Opaque"}})]}, "pods": []}
	check.compliant == {"cluster"} with input as given
}

test_incomplete_objects_are_undecided if {
	given := {"cluster": {"is_complete": false}, "objects": {}, "pods": []}
	check.undecided.cluster.zh != "" with input as given
}

test_the_cluster_is_the_subject_only_without_suspects if {
	check.subject == {"cluster"} with input as {"cluster": {"is_complete": true}, "objects": {}, "pods": []}
	given := {"cluster": {"is_complete": true}, "objects": {"ServiceAccount": [account("ci", {})], "RoleBinding": [bound("ci")]}, "pods": []}
	check.subject == {"ServiceAccount/shop/ci"} with input as given
	check.reason["ServiceAccount/shop/ci"].actual.en == "bound to a role, but used by no workload" with input as given
	check.undecided == {} with input as given
}

test_bad_token_is_found_in_incomplete_objects_too if {
	token := {"subject": "Secret/ci/t", "namespace": "ci", "name": "t", "api_version": "v1", "manifest": {"type": "kubernetes.io/service-account-token"}}
	given := {"cluster": {"is_complete": false}, "objects": {"Secret": [token]}, "pods": []}
	check.subject - check.compliant == {"Secret/ci/t"} with input as given
	check.undecided == {} with input as given
	check.reason["Secret/ci/t"].actual.en == "a long-lived service account token" with input as given
}

test_accounts_of_the_platform_are_no_suspects if {
	of_platform := object.union(account("cni", {}), {"namespace": "kube-system"})
	used := object.union(bound("cni"), {"manifest": {"subjects": [{"kind": "ServiceAccount", "name": "cni", "namespace": "kube-system"}]}})
	given := {"cluster": {"is_complete": true}, "objects": {"ServiceAccount": [of_platform], "RoleBinding": [used]}, "pods": []}
	check.compliant == {"cluster"} with input as given
}
