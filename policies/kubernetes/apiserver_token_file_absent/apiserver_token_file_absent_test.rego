package kubernetes.apiserver_token_file_absent_test

import data.kubernetes.apiserver_token_file_absent as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_absent if check.compliant == {"kube-apiserver@n1"} with input as server({}, {})

test_bad if {
	given := server({"token-auth-file": ["/etc/x"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_whatever_the_value if {
	given := server({"token-auth-file": [""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_another_flag_with_the_same_beginning_does_not_count if check.compliant == {"kube-apiserver@n1"} with input as server({"token-auth-file-x": ["y"]}, {})

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}
