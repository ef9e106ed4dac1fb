package kubernetes.controller_manager_pod_gc_test

import data.kubernetes.controller_manager_pod_gc as check

manager(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-controller-manager@n1", "component": "kube-controller-manager", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-controller-manager@n1"} with input as manager({"terminated-pod-gc-threshold": ["1000"]}, {})

test_bad_zero_switches_it_off if {
	given := manager({"terminated-pod-gc-threshold": ["0"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_bad_negative if {
	given := manager({"terminated-pod-gc-threshold": ["-1"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_absent_fails_by_the_text if {
	given := manager({}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := manager({"terminated-pod-gc-threshold": ["x"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := manager({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}
