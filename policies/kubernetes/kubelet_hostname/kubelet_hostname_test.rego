package kubernetes.kubelet_hostname_test

import data.kubernetes.kubelet_hostname as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_absent if check.compliant == {"kubelet@n1"} with input as kubelet({}, {})

test_bad if {
	given := kubelet({"hostname-override": ["/etc/x"]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_bad_whatever_the_value if {
	given := kubelet({"hostname-override": [""]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_another_flag_with_the_same_beginning_does_not_count if check.compliant == {"kubelet@n1"} with input as kubelet({"hostname-override-x": ["y"]}, {})
