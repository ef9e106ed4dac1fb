package kubernetes.kubelet_pid_limit_test

import data.kubernetes.kubelet_pid_limit as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_flag if check.compliant == {"kubelet@n1"} with input as kubelet({"pod-max-pids": ["4096"]}, {})

test_bad_flag if {
	given := kubelet({"pod-max-pids": ["-1"]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_good_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"podPidsLimit": 4096}})

test_bad_configuration_file if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"podPidsLimit": -1}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_flag_wins_over_the_file if check.compliant == {"kubelet@n1"} with input as kubelet({"pod-max-pids": ["4096"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"podPidsLimit": -1}})

test_bad_flag_wins_over_a_good_file if {
	given := kubelet({"pod-max-pids": ["-1"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"podPidsLimit": 4096}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_absent_with_a_configuration_file if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 10250}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_absent_without_a_configuration_file if {
	given := kubelet({}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}

test_flag_decides_where_the_file_was_not_collected if check.compliant == {"kubelet@n1"} with input as kubelet({"pod-max-pids": ["4096"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})

test_unparsable_value_is_undecided if {
	given := kubelet({"pod-max-pids": ["many"]}, {})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}
