package kubernetes.rbac_cluster_admin_limited_test

import data.kubernetes.rbac_cluster_admin_limited as check

cluster_role(name, rules) := {
	"subject": sprintf("ClusterRole/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {"metadata": {"name": name}, "rules": rules},
}

binding(name, role, subjects) := {
	"subject": sprintf("ClusterRoleBinding/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {
		"metadata": {"name": name}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects,
	},
}

user := {"kind": "User", "name": "jane"}

cluster(rules, subjects) := {"objects": {
	"ClusterRole": [cluster_role("r", rules)],
	"ClusterRoleBinding": [binding("b", "r", subjects)],
}}

test_good_small_role if {
	given := cluster([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}], [user])
	check.subject == {"ClusterRoleBinding/b"} with input as given
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_bad_equal_copy_under_another_name if {
	given := cluster([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}], [user])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.not_applicable == {} with input as given
	contains(check.reason["ClusterRoleBinding/b"].actual.zh, "User/jane") with input as given
}

test_bad_cluster_admin_is_known_without_its_manifest if {
	given := {"objects": {"ClusterRoleBinding": [binding("b", "cluster-admin", [user])]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_name_of_the_binding_is_no_excuse if {
	given := {"objects": {"ClusterRoleBinding": [binding("cluster-admin", "cluster-admin", [user])]}}
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
}

test_own_binding_of_the_api_server_is_exempt if {
	masters := {"kind": "Group", "name": "system:masters"}
	own := object.union(binding("cluster-admin", "cluster-admin", [masters]), {"manifest": {"metadata": {"labels": {
		"kubernetes.io/bootstrapping": "rbac-defaults",
	}}}})
	given := {"objects": {"ClusterRoleBinding": [own]}}
	check.not_applicable["ClusterRoleBinding/cluster-admin"].zh != "" with input as given
}

test_bad_everybody if {
	everyone := {"kind": "Group", "name": "system:authenticated"}
	given := {"objects": {"ClusterRoleBinding": [binding("b", "cluster-admin", [everyone])]}}
	check.compliant == set() with input as given
}

test_role_binding_is_advice if {
	bound := object.union(binding("b", "cluster-admin", [user]), {"subject": "RoleBinding/shop/b", "namespace": "shop"})
	given := {"objects": {"RoleBinding": [bound]}}
	check.subject == {"RoleBinding/shop/b"} with input as given
	check.compliant == {"RoleBinding/shop/b"} with input as given
	contains(check.reason["RoleBinding/shop/b"].actual.en, "in the namespace shop") with input as given
}

test_admin_and_edit_are_other_roles if {
	given := {"objects": {"ClusterRoleBinding": [binding("b", "edit", [user])]}}
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_absent_subjects_hold_nothing if {
	given := {"objects": {"ClusterRoleBinding": [binding("b", "cluster-admin", [])]}}
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

own(who) := {"objects": {"ClusterRoleBinding": [binding("cluster-admin", "cluster-admin", [who])]}}

test_the_binding_of_kubernetes_is_exempt_for_its_own_group_only if {
	masters := {"kind": "Group", "name": "system:masters"}
	built_in := object.union(binding("cluster-admin", "cluster-admin", [masters]), {"manifest": {"metadata": {"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}}})
	check.not_applicable["ClusterRoleBinding/cluster-admin"].zh != "" with input as {"objects": {"ClusterRoleBinding": [built_in]}}
	check.not_applicable == {} with input as own(user)
	check.compliant == set() with input as own(user)
	accepted := object.union(own(user), {"parameters": {"accepted_subjects": {"5.1.1": ["User/jane"]}}})
	check.not_applicable["ClusterRoleBinding/cluster-admin"].zh != "" with input as accepted
}

test_an_equal_role_that_nobody_is_bound_to_weighs_little_in_files if {
	every_right := {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
	standard := object.union(cluster_role("d", [every_right]), {"manifest": {"metadata": {"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}}})
	given := {"objects": {"ClusterRole": [cluster_role("r", [every_right]), cluster_role("s", []), standard]}}
	check.subject == {"ClusterRole/r", "ClusterRole/s"} with input as given
	check.compliant == {"ClusterRole/s"} with input as given
	check.reason["ClusterRole/r"].severity == "low" with input as given
}

test_a_role_of_a_namespace_is_not_over_the_cluster if {
	role := {
		"subject": "Role/shop/r", "namespace": "shop", "name": "r", "api_version": "rbac.authorization.k8s.io/v1",
		"manifest": {"metadata": {"name": "r"}, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]},
	}
	check.compliant == {"Role/shop/r"} with input as {"objects": {"Role": [role]}}
}
