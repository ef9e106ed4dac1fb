package kubernetes.rbac_subject_exists_test

import data.kubernetes.rbac_subject_exists as check

binding(name, role, subjects) := {
	"subject": sprintf("ClusterRoleBinding/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {
		"metadata": {"name": name}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects,
	},
}

user := {"kind": "User", "name": "jane"}

test_good if {
	given := object.union({"objects": {"ClusterRoleBinding": [binding("b", "view", [{"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}])], "ServiceAccount": [{"subject": "ServiceAccount/shop/ci", "namespace": "shop", "name": "ci", "api_version": "v1", "manifest": {}}]}, "pods": []}, {})
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_bad if {
	given := object.union({"objects": {"ClusterRoleBinding": [binding("b", "view", [{"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}])]}, "pods": []}, {"cluster": {"is_complete": true}})
	check.subject - check.compliant == {"ClusterRoleBinding/b"} with input as given
	check.undecided == {} with input as given
	check.reason["ClusterRoleBinding/b"].actual.en == "ServiceAccount/shop/ci does not exist" with input as given
}

test_incomplete_objects_are_undecided if {
	given := object.union({"objects": {"ClusterRoleBinding": [binding("b", "view", [{"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}])]}, "pods": []}, {})
	check.undecided["ClusterRoleBinding/b"].zh != "" with input as given
}

test_absent_subjects_dangle_nowhere if {
	given := object.union({"objects": {"ClusterRoleBinding": [binding("b", "view", [])]}, "pods": []}, {})
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_users_cannot_be_looked_up if {
	given := object.union({"objects": {"ClusterRoleBinding": [binding("b", "view", [user])]}, "pods": []}, {})
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

account(name) := {"subject": sprintf("ServiceAccount/shop/%s", [name]), "namespace": "shop", "name": name, "api_version": "v1", "manifest": {}}

test_bad_an_account_missing_among_those_of_its_namespace if {
	bound := binding("b", "view", [{"kind": "ServiceAccount", "name": "ghost", "namespace": "shop"}])
	given := {"cluster": {"is_complete": false}, "objects": {"ClusterRoleBinding": [bound], "ServiceAccount": [account("ci")]}, "pods": []}
	check.subject - check.compliant == {"ClusterRoleBinding/b"} with input as given
	check.undecided == {} with input as given
}

test_every_namespace_has_a_default_account if {
	bound := binding("b", "view", [{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}])
	given := {"cluster": {"is_complete": false}, "objects": {"ClusterRoleBinding": [bound], "ServiceAccount": [account("ci")]}, "pods": []}
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}
