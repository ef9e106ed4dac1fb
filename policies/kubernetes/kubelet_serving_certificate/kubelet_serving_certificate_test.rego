package kubernetes.kubelet_serving_certificate_test

import data.kubernetes.kubelet_serving_certificate as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_flags if check.compliant == {"kubelet@n1"} with input as kubelet({"tls-cert-file": ["/a.pem"], "tls-private-key-file": ["/b.pem"]}, {})

test_good_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCertFile": "/a", "tlsPrivateKeyFile": "/b"}})

test_bad_one_of_two if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCertFile": "/a"}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual.en == "tlsCertFile: \"/a\", tlsPrivateKeyFile absent (default none), serverTLSBootstrap absent (default false)" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCertFile": "", "tlsPrivateKeyFile": ""}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_server_tls_bootstrap_is_an_alternative if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"serverTLSBootstrap": true}})

test_rotation_flag_is_an_alternative if check.compliant == {"kubelet@n1"} with input as kubelet({"rotate-server-certificates": ["true"]}, {})

test_one_in_the_file_one_as_flag if check.compliant == {"kubelet@n1"} with input as kubelet({"tls-cert-file": ["/a"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsPrivateKeyFile": "/b"}})

test_absent if {
	given := kubelet({}, {})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_absent_with_a_configuration_file if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"port": 1}})
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
