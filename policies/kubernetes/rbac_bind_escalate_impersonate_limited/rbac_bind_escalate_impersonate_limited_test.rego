package kubernetes.rbac_bind_escalate_impersonate_limited_test

import data.kubernetes.rbac_bind_escalate_impersonate_limited as check

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

test_good_other_right if {
	given := cluster([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}], [user])
	check.subject == {"ClusterRoleBinding/b"} with input as given
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_bad if {
	given := cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [user])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.not_applicable == {} with input as given
	contains(check.reason["ClusterRoleBinding/b"].actual.zh, "User/jane") with input as given
}

test_absent_subjects_hold_nothing if {
	given := cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [])
	check.subject == {"ClusterRoleBinding/b"} with input as given
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_wildcards_count if {
	given := cluster([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}], [user])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.not_applicable == {} with input as given
	contains(check.reason["ClusterRoleBinding/b"].actual.zh, "User/jane") with input as given
}

test_second_rule_counts if {
	given := cluster([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}, {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [user])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.not_applicable == {} with input as given
	contains(check.reason["ClusterRoleBinding/b"].actual.zh, "User/jane") with input as given
}

test_role_that_nobody_is_bound_to_weighs_little_in_files_and_nothing_in_a_cluster if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].severity == "low" with input as given
	listed := object.union(given, {"cluster": {"is_complete": true}})
	check.subject == set() with input as listed
}

test_role_without_the_right_that_nobody_is_bound_to_passes if {
	role := cluster_role("r", [{"apiGroups": [""], "resources": ["events"], "verbs": ["get"]}])
	given := {"objects": {"ClusterRole": [role, cluster_role("system:x", [])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == {"ClusterRole/r"} with input as given
	check.reason == {} with input as given
}

test_everybody_cannot_be_accepted if {
	everyone := {"kind": "Group", "name": "system:authenticated"}
	accepted := {"parameters": {"accepted_subjects": {"5.1.8": ["*"]}}}
	given := object.union(cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [everyone]), accepted)
	check.compliant == set() with input as given
}

test_subject_may_be_accepted_by_the_parameter if {
	accepted := {"parameters": {"accepted_subjects": {"5.1.8": ["User/ja*"]}}}
	given := object.union(cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [user]), accepted)
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_built_in_binding_is_exempt_in_the_open if {
	masters := {"kind": "Group", "name": "system:masters"}
	given := {"objects": {
		"ClusterRole": [cluster_role("r", [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}])],
		"ClusterRoleBinding": [binding("system:b", "r", [masters])],
	}}
	check.not_applicable["ClusterRoleBinding/system:b"].zh != "" with input as given
}

test_name_of_a_built_in_binding_does_not_excuse_a_user if {
	given := {"objects": {
		"ClusterRole": [cluster_role("r", [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}])],
		"ClusterRoleBinding": [binding("system:b", "r", [user])],
	}}
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
}

test_role_that_was_not_seen_is_undecided if {
	given := {"objects": {"ClusterRoleBinding": [binding("b", "elsewhere", [user])]}}
	check.compliant == set() with input as given
	check.undecided["ClusterRoleBinding/b"].zh != "" with input as given
}

test_role_that_does_not_exist_grants_nothing if {
	given := {"cluster": {"is_complete": true}, "objects": {"ClusterRoleBinding": [binding("b", "gone", [user])]}}
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_aggregated_rules_count if {
	parent := object.union(cluster_role("r", []), {"manifest": {"aggregationRule": {"clusterRoleSelectors": [
		{"matchLabels": {"to": "r"}},
	]}}})
	part := object.union(cluster_role("part", [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}]), {"manifest": {"metadata": {"labels": {"to": "r"}}}})
	given := {"objects": {"ClusterRole": [parent, part], "ClusterRoleBinding": [binding("b", "r", [user])]}}
	check.compliant == set() with input as given
}

test_default_service_account_cannot_be_accepted if {
	account := {"kind": "ServiceAccount", "name": "default", "namespace": "shop"}
	accepted := {"parameters": {"accepted_subjects": {"5.1.8": ["*"]}}}
	given := object.union(cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}], [account]), accepted)
	check.compliant == set() with input as given
}

test_impersonation_of_groups_counts if {
	given := cluster([{"apiGroups": [""], "resources": ["groups"], "verbs": ["impersonate"]}], [user])
	check.compliant == set() with input as given
}

test_bind_on_bindings_has_no_effect if {
	given := cluster([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["rolebindings"], "verbs": ["bind"]}], [user])
	check.compliant == {"ClusterRoleBinding/b"} with input as given
}

test_what_extras_are_impersonated_is_a_subresource if {
	given := cluster([{"apiGroups": ["authentication.k8s.io"], "resources": ["userextras/scopes"], "verbs": ["impersonate"]}], [user])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_edit_and_admin_may_act_as_service_accounts if {
	every role in ["edit", "admin"] {
		wide := {"objects": {"ClusterRoleBinding": [binding("b", role, [user])]}}
		check.compliant == set() with input as wide
		not check.reason["ClusterRoleBinding/b"].severity with input as wide
		narrow := {"objects": {"RoleBinding": [object.union(
			binding("b", role, [user]),
			{"subject": "RoleBinding/shop/b", "namespace": "shop"},
		)]}}
		check.compliant == set() with input as narrow
		check.reason["RoleBinding/shop/b"].severity == "low" with input as narrow
	}
	viewing := {"objects": {"ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.compliant == {"ClusterRoleBinding/b"} with input as viewing
}
