package kubernetes.controller_manager_profiling_off_test

import data.kubernetes.controller_manager_profiling_off as check

manager(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-controller-manager@n1", "component": "kube-controller-manager", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-controller-manager@n1"} with input as manager({"profiling": ["false"]}, {})

test_bad if {
	given := manager({"profiling": ["true"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := manager({}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_last_occurrence_wins if {
	given := manager({"profiling": ["false", "true"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_go_spelling_of_a_boolean if check.compliant == {"kube-controller-manager@n1"} with input as manager({"profiling": ["F"]}, {})

test_unparsable_value_is_undecided if {
	given := manager({"profiling": ["$(VALUE)"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}

test_another_flag_with_the_same_beginning_does_not_count if {
	given := manager({"profiling-x": ["false"], "profiling": ["true"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := manager({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}
