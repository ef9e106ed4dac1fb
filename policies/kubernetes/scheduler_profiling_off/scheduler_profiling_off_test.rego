package kubernetes.scheduler_profiling_off_test

import data.kubernetes.scheduler_profiling_off as check

scheduler(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-scheduler@n1", "component": "kube-scheduler", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-scheduler@n1"} with input as scheduler({"profiling": ["false"]}, {})

test_bad if {
	given := scheduler({"profiling": ["true"]}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := scheduler({}, {})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_configuration_file_counts if check.compliant == {"kube-scheduler@n1"} with input as scheduler({}, {"config_file": "/etc/kubernetes/scheduler-config.yaml", "config": {"enableProfiling": false}})

test_flag_is_ignored_beside_a_configuration_file if {
	given := scheduler({"profiling": ["false"]}, {"config_file": "/etc/kubernetes/scheduler-config.yaml", "config": {"enableProfiling": true}})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_absent_in_the_configuration_file if {
	given := scheduler({"profiling": ["false"]}, {"config_file": "/etc/kubernetes/scheduler-config.yaml", "config": {"other": 1}})
	check.subject == {"kube-scheduler@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-scheduler@n1"].actual != "" with input as given
	check.reason["kube-scheduler@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := scheduler({"profiling": ["false"]}, {"config_file": "/etc/kubernetes/scheduler-config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-scheduler@n1"].zh != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := scheduler({"profiling": ["$(X)"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-scheduler@n1"].zh != "" with input as given
}

test_go_spelling_of_a_boolean if check.compliant == {"kube-scheduler@n1"} with input as scheduler({"profiling": ["0"]}, {})
