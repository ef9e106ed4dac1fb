package kubernetes.controller_manager_bind_address_test

import data.kubernetes.controller_manager_bind_address as check

manager(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-controller-manager@n1", "component": "kube-controller-manager", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-controller-manager@n1"} with input as manager({"bind-address": ["127.0.0.1"]}, {})

test_ipv6_loopback if check.compliant == {"kube-controller-manager@n1"} with input as manager({"bind-address": ["::1"]}, {})

test_bad if {
	given := manager({"bind-address": ["0.0.0.0"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := manager({}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_bad_node_address if {
	given := manager({"bind-address": ["10.0.0.7"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_last_occurrence_wins if {
	given := manager({"bind-address": ["127.0.0.1", "0.0.0.0"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := manager({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := manager({"bind-address": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-controller-manager@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}
