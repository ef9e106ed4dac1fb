package kubernetes.kubelet_server_rotation_test

import data.kubernetes.kubelet_server_rotation as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kubelet@n1"} with input as kubelet({"feature-gates": ["RotateKubeletServerCertificate=true"]}, {})

test_bad_flag if {
	given := kubelet({"feature-gates": ["A=true,RotateKubeletServerCertificate=false"]}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_bad_configuration_file if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"featureGates.RotateKubeletServerCertificate": false}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_flag_wins_over_the_file if check.compliant == {"kubelet@n1"} with input as kubelet({"feature-gates": ["RotateKubeletServerCertificate=true"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"featureGates.RotateKubeletServerCertificate": false}})

test_absent_gate_is_on_by_default if check.compliant == {"kubelet@n1"} with input as kubelet({}, {})

test_absent_with_a_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 1}})

test_server_tls_bootstrap_passes_by_itself if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"featureGates.RotateKubeletServerCertificate": false, "serverTLSBootstrap": true}})

test_configuration_not_collected_is_undecided if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}

test_a_gate_among_the_flags_is_known_without_the_file if {
	unread := {"config_file": "/k", "config_read": false}
	check.compliant == {"kubelet@n1"} with input as kubelet({"feature-gates": ["RotateKubeletServerCertificate=true"]}, unread)
	check.undecided == {} with input as kubelet({"feature-gates": ["RotateKubeletServerCertificate=true"]}, unread)
	check.compliant == set() with input as kubelet({}, unread)
	check.undecided["kubelet@n1"].zh != "" with input as kubelet({}, unread)
}

test_bootstrap_is_said if {
	given := kubelet({"rotate-server-certificates": ["true"]}, {})
	check.reason["kubelet@n1"].actual != "" with input as given
}
