package kubernetes.scheduler_bind_address_test

import data.kubernetes.scheduler_bind_address as check

scheduler(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-scheduler@n1", "component": "kube-scheduler", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-scheduler@n1"} with input as scheduler({"bind-address": ["127.0.0.1"]}, {})

test_ipv6_loopback if check.compliant == {"kube-scheduler@n1"} with input as scheduler({"bind-address": ["::1"]}, {})

test_bad if {
	given := scheduler({"bind-address": ["0.0.0.0"]}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := scheduler({}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_bad_node_address if {
	given := scheduler({"bind-address": ["10.0.0.7"]}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_last_occurrence_wins if {
	given := scheduler({"bind-address": ["127.0.0.1", "0.0.0.0"]}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := scheduler({"bind-address": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-scheduler@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}
