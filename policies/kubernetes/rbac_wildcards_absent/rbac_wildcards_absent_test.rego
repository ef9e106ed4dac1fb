package kubernetes.rbac_wildcards_absent_test

import data.kubernetes.rbac_wildcards_absent as check

cluster_role(name, rules) := {
	"subject": sprintf("ClusterRole/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {"metadata": {"name": name}, "rules": rules},
}

test_good if check.compliant == {"ClusterRole/r"} with input as {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}])]}}

test_absent_rules if check.compliant == {"ClusterRole/r"} with input as {"objects": {"ClusterRole": [cluster_role("r", [])]}}

test_bad_verbs if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_bad_resources_beside_others if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["pods", "*"], "verbs": ["get"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_bad_subresource_wildcard if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["*/exec"], "verbs": ["create"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_bad_api_groups if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": ["*"], "resources": ["pods"], "verbs": ["get"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_bad_urls if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"nonResourceURLs": ["*"], "verbs": ["get"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_second_rule_counts if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, {"apiGroups": [""], "resources": ["x"], "verbs": ["*"]}])]}}
	check.subject == {"ClusterRole/r"} with input as given
	check.compliant == set() with input as given
	check.reason["ClusterRole/r"].actual != "" with input as given
}

test_unbound_role_counts_too if {
	given := {"objects": {"ClusterRole": [cluster_role("r", [{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}])]}}
	check.compliant == set() with input as given
}

test_built_in_role_is_exempt_in_the_open if {
	own := object.union(cluster_role("r", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]), {"manifest": {"metadata": {"labels": {
		"kubernetes.io/bootstrapping": "rbac-defaults",
	}}}})
	check.not_applicable["ClusterRole/r"].zh != "" with input as {"objects": {"ClusterRole": [own]}}
}

test_roles_of_kubernetes_are_exempt_in_the_open if {
	wide := [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
	labels := {"metadata": {"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}}
	every role in [cluster_role("system:x", wide), object.union(cluster_role("x", wide), {"manifest": labels})] {
		given := {"objects": {"ClusterRole": [role]}}
		check.compliant == set() with input as given
		check.not_applicable[role.subject].zh != "" with input as given
		check.reason == {} with input as given
	}
}

test_a_word_is_told_once if {
	rule := {"apiGroups": ["a", "b"], "resources": ["x"], "verbs": ["*"]}
	given := {"objects": {"ClusterRole": [cluster_role("x", [rule, rule, object.union(rule, {"resources": ["*"]})])]}}
	check.reason["ClusterRole/x"].actual.en == "verbs *, resources *; no binding in what was given" with input as given
}

wide := [{"apiGroups": ["*"], "resources": ["x"], "verbs": ["get"]}]

labelled(labels) := object.union(cluster_role("r", wide), {"manifest": {"metadata": {"labels": labels}}})

binding := {
	"subject": "ClusterRoleBinding/b", "namespace": "", "name": "b", "api_version": "rbac.authorization.k8s.io/v1",
	"manifest": {"metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "r"}, "subjects": []},
}

whole := object.union(cluster_role("whole", []), {"manifest": {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"of": "it"}}]}}})

test_a_role_that_nobody_is_bound_to_weighs_little if {
	alone := check.reason["ClusterRole/r"] with input as {"objects": {"ClusterRole": [labelled({})]}}
	alone.severity == "low"
	listed := check.reason["ClusterRole/r"] with input as {"cluster": {"is_complete": true}, "objects": {"ClusterRole": [labelled({})]}}
	listed.severity == "low"
	contains(listed.actual.en, "nobody is bound to it")
}

test_a_role_that_others_take_in_or_are_bound_to_weighs_all if {
	given := [
		{"ClusterRole": [labelled({})], "ClusterRoleBinding": [binding]},
		{"ClusterRole": [labelled({"rbac.authorization.k8s.io/aggregate-to-admin": "true"})]},
		{"ClusterRole": [labelled({"of": "it"}), whole]},
	]
	every one in given {
		reason := check.reason["ClusterRole/r"] with input as {"objects": one}
		not reason.severity
	}
}
