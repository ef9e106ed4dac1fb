package kubernetes.kubelet_cipher_suites_test

import data.kubernetes.kubelet_cipher_suites as check

kubelet(flags, extra) := {"components": [object.union(
	{
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good_flag if check.compliant == {"kubelet@n1"} with input as kubelet({"tls-cipher-suites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]}, {})

test_good_configuration_file if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCipherSuites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"]}})

test_bad_rsa_key_exchange if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCipherSuites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"]}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual.en == "not in the allow list: TLS_RSA_WITH_AES_256_GCM_SHA384" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_bad_flag_wins_over_a_good_file if {
	given := kubelet({"tls-cipher-suites": ["TLS_RSA_WITH_AES_128_GCM_SHA256"]}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCipherSuites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

test_bad_empty_list if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsCipherSuites": []}})
	check.subject == {"kubelet@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kubelet@n1"].actual != "" with input as given
	check.reason["kubelet@n1"].pointer != "" with input as given
}

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

test_tls_1_3_has_fixed_suites if check.compliant == {"kubelet@n1"} with input as kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config": {"tlsMinVersion": "VersionTLS13"}})

test_configuration_not_collected_is_undecided if {
	given := kubelet({}, {"config_file": "/var/lib/kubelet/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kubelet@n1"].zh != "" with input as given
}

test_the_least_version_is_said if {
	given := kubelet({"tls-min-version": ["VersionTLS13"]}, {})
	check.reason["kubelet@n1"].actual != "" with input as given
}
