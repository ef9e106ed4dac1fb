package kubernetes.bootstrap_tokens_limited_test

import data.kubernetes.bootstrap_tokens_limited as check

binding(name, role, subjects) := {
	"subject": sprintf("ClusterRoleBinding/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {
		"metadata": {"name": name}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects,
	},
}

server(flags, files) := {
	"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
	"config_file": "", "config_read": true, "files": files,
}

test_good if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Secret"]}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {"Secret": [{"subject": "Secret/kube-system/t", "namespace": "kube-system", "name": "t", "api_version": "v1", "manifest": {"type": "bootstrap.kubernetes.io/token", "data": {"expiration": ""}}}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_absent_flag_is_off if {
	given := {"cluster": {"is_complete": false}, "components": [server({}, {})], "objects": {"Secret": [{"subject": "Secret/kube-system/t", "namespace": "kube-system", "name": "t", "api_version": "v1", "manifest": {"type": "bootstrap.kubernetes.io/token", "data": {}}}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_token_without_expiration if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Secret"]}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {"Secret": [{"subject": "Secret/kube-system/t", "namespace": "kube-system", "name": "t", "api_version": "v1", "manifest": {"type": "bootstrap.kubernetes.io/token", "data": {"token-id": ""}}}]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_bad_group_is_bound_to_more if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Secret"]}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {"ClusterRoleBinding": [binding("b", "cluster-admin", [{"kind": "Group", "name": "system:bootstrappers:x"}])]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_roles_for_joining_are_fine if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Secret"]}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {"ClusterRoleBinding": [binding("b", "system:node-bootstrapper", [{"kind": "Group", "name": "system:bootstrappers:x"}])]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_no_token_passes_without_the_flags if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Secret"]}, "components": [], "objects": {}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_withheld_secrets_are_undecided if {
	given := {"cluster": {"is_complete": true, "kinds_listed": ["Pod"]}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_incomplete_objects_are_undecided if {
	given := {"cluster": {"is_complete": false}, "components": [server({"enable-bootstrap-token-auth": ["true"]}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_bad_is_seen_without_the_flags if {
	given := {"cluster": {"is_complete": false}, "components": [], "objects": {"Secret": [{"subject": "Secret/kube-system/t", "namespace": "kube-system", "name": "t", "api_version": "v1", "manifest": {"type": "bootstrap.kubernetes.io/token", "data": {}}}]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_nothing_collected_is_undecided if {
	given := {}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}
