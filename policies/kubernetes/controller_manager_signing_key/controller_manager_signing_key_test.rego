package kubernetes.controller_manager_signing_key_test

import data.kubernetes.controller_manager_signing_key as check

manager(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-controller-manager@n1", "component": "kube-controller-manager", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-controller-manager@n1"} with input as manager({"service-account-private-key-file": ["/etc/kubernetes/pki/service-account-private-key-file"]}, {})

test_absent if {
	given := manager({}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := manager({"service-account-private-key-file": [""]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_bad_quoted_empty_value if {
	given := manager({"service-account-private-key-file": ["\"\""]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_file_names_are_free if check.compliant == {"kube-controller-manager@n1"} with input as manager({"service-account-private-key-file": ["/keys/noextension"]}, {})

test_external_signer_is_not_applicable if {
	signing := {
		"subject": "kube-apiserver@n1", "component": "kube-apiserver",
		"flags": {"service-account-signing-endpoint": ["/run/signer.sock"]},
	}
	given := {"components": array.concat(manager({}, {}).components, [signing])}
	check.not_applicable["kube-controller-manager@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := manager({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}
