package kubernetes.kubelet_event_rate_test

import data.kubernetes.kubelet_event_rate as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_flag if check.compliant == {"kubelet@n1"} with input as kubelet({"event-qps": ["5"]}, {})

test_flag_of_0_means_the_default if check.compliant == {"kubelet@n1"} with input as kubelet({"event-qps": ["0"]}, {})

test_bad_flag if {
	given := kubelet({"event-qps": ["-1"]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_good_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"eventRecordQPS": 50}})

test_file_value_of_0_means_unlimited if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"eventRecordQPS": 0}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_flag_wins_over_the_file if check.compliant == {"kubelet@n1"} with input as kubelet({"event-qps": ["10"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"eventRecordQPS": 0}})

test_absent_takes_the_default if check.compliant == {"kubelet@n1"} with input as kubelet({}, {})

test_absent_with_a_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 1}})

test_configuration_not_collected_is_undecided if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := kubelet({"event-qps": ["x"]}, {})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}
