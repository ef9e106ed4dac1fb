package kubernetes.apiserver_authorization_rbac_test

import data.kubernetes.apiserver_authorization_rbac as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"authorization-mode": ["Node,RBAC"]}, {})

test_bad if {
	given := server({"authorization-mode": ["Webhook,RBACX"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_structured_configuration_counts if check.compliant == {"kube-apiserver@n1"} with input as server({"authorization-config": ["/etc/kubernetes/authz.yaml"]}, {"files": {"authorization_config": {"authorizers": [{"type": "Node"}, {"type": "RBAC"}]}}})

test_configuration_not_collected_is_undecided if {
	given := server({"authorization-config": ["/etc/kubernetes/authz.yaml"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_list_split_over_two_flags if check.compliant == {"kube-apiserver@n1"} with input as server({"authorization-mode": ["Node", "RBAC"]}, {})

test_structured_configuration_is_what_a_finding_shows if {
	given := server({"authorization-config": ["/z"]}, {"files": {"authorization_config": {"authorizers": [{"type": "Node"}]}}})
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual.zh == "--authorization-config 中的授权方式：Node" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := server({"authorization-mode": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-apiserver@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}
