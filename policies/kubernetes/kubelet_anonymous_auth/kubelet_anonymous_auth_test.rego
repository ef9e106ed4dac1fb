package kubernetes.kubelet_anonymous_auth_test

import data.kubernetes.kubelet_anonymous_auth as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_flag if check.compliant == {"kubelet@n1"} with input as kubelet({"anonymous-auth": ["false"]}, {})

test_bad_flag if {
	given := kubelet({"anonymous-auth": ["true"]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_good_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"authentication.anonymous.enabled": false}})

test_bad_configuration_file if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"authentication.anonymous.enabled": true}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_flag_wins_over_the_file if check.compliant == {"kubelet@n1"} with input as kubelet({"anonymous-auth": ["false"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"authentication.anonymous.enabled": true}})

test_bad_flag_wins_over_a_good_file if {
	given := kubelet({"anonymous-auth": ["true"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"authentication.anonymous.enabled": false}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_absent_with_a_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 10250}})

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

test_flag_decides_where_the_file_was_not_collected if check.compliant == {"kubelet@n1"} with input as kubelet({"anonymous-auth": ["false"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})

test_explicit_entry_may_be_demanded if {
	given := object.union(kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 10250}}), {"parameters": {"kubelet_explicit_entries": true}})
	check.compliant == set() with input as given
}

test_unparsable_value_is_undecided if {
	given := kubelet({"anonymous-auth": ["$(X)"]}, {})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}
