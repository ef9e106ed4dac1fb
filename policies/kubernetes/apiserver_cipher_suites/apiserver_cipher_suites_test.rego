package kubernetes.apiserver_cipher_suites_test

import data.kubernetes.apiserver_cipher_suites as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"tls-cipher-suites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]}, {})

test_bad_cbc_suite if {
	given := server({"tls-cipher-suites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual.en == "not in the allow list: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_rsa_key_exchange if {
	given := server({"tls-cipher-suites": ["TLS_RSA_WITH_AES_256_GCM_SHA384"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_empty_list if {
	given := server({"tls-cipher-suites": [""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_tls_1_3_has_fixed_suites if check.compliant == {"kube-apiserver@n1"} with input as server({"tls-min-version": ["VersionTLS13"]}, {})

test_both_spellings_of_chacha20 if check.compliant == {"kube-apiserver@n1"} with input as server({"tls-cipher-suites": ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"]}, {})

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := server({"tls-cipher-suites": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-apiserver@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}

test_the_least_version_is_said if {
	given := server({"tls-min-version": ["VersionTLS13"]}, {})
	contains(check.reason["kube-apiserver@n1"].actual, "VersionTLS13") with input as given
}
