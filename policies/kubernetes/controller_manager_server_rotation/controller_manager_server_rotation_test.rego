package kubernetes.controller_manager_server_rotation_test

import data.kubernetes.controller_manager_server_rotation as check

manager(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-controller-manager@n1", "component": "kube-controller-manager", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-controller-manager@n1"} with input as manager({"feature-gates": ["RotateKubeletServerCertificate=true"]}, {})

test_absent_gate_is_on_by_default if check.compliant == {"kube-controller-manager@n1"} with input as manager({}, {})

test_bad if {
	given := manager({"feature-gates": ["RotateKubeletServerCertificate=false"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_bad_in_second_flag if {
	given := manager({"feature-gates": ["A=true", "B=true,RotateKubeletServerCertificate=false"]}, {})
	check.subject == {"kube-controller-manager@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-controller-manager@n1"].actual != "" with input as given
	check.reason["kube-controller-manager@n1"].pointer != "" with input as given
}

test_last_occurrence_wins if check.compliant == {"kube-controller-manager@n1"} with input as manager({"feature-gates": ["RotateKubeletServerCertificate=false", "RotateKubeletServerCertificate=true"]}, {})

test_other_gates_do_not_count if check.compliant == {"kube-controller-manager@n1"} with input as manager({"feature-gates": ["RotateKubeletClientCertificate=false"]}, {})

test_unparsable_value_is_undecided if {
	given := manager({"feature-gates": ["RotateKubeletServerCertificate=maybe"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := manager({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-controller-manager@n1"].zh != "" with input as given
}
