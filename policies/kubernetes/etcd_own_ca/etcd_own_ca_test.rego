package kubernetes.etcd_own_ca_test

import data.kubernetes.etcd_own_ca as check

both(etcd_flags, server_flags, etcd_files, server_files) := {"components": [
	{
		"subject": "etcd@n1", "component": "etcd", "node": "n1", "flags": etcd_flags, "config": {},
		"config_file": "", "config_read": true, "files": etcd_files,
	},
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": server_flags,
		"config": {}, "config_file": "", "config_read": true, "files": server_files,
	},
]}

etcd_flags := {"trusted-ca-file": ["/etc/kubernetes/pki/etcd/ca.crt"]}

server_flags := {"client-ca-file": ["/etc/kubernetes/pki/ca.crt"]}

first := `-----BEGIN CERTIFICATE-----
MIIBejCCASGgAwIBAgIUWELhEpN+WqhrTrUvylFqeBiGpwcwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZXRjZC1jYTAgFw0yNjExMjMwOTM2MDJaGA8yMTI2MTAzMDA5
MzYwMlowEjEQMA4GA1UEAwwHZXRjZC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABMdbw4jCcMFSiyUz8w8J/ZXw5ZoAZUlFzIP4HFNPZGQKyspmRYDVP029wxFp
lLYX3Ufpz+tkMvfKRoyhu5P1HRajUzBRMB0GA1UdDgQWBBRLlBeeBkPwJJiql9Rn
NWIddS2BszAfBgNVHSMEGDAWgBRLlBeeBkPwJJiql9RnNWIddS2BszAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIF13Tb7CkN0TIebqLmkVMpmQn/o/
ObgS6pVTk1BUnoUfAiBiaoS3GWKbRiNuXxlYpqoiQVD28o0Th/+U1ZbGDyWNjA==
-----END CERTIFICATE-----
`

second := `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUGpJtxiIYwLs4WuBhvg5yZK/YEWkwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjMwOTM2MDJaGA8yMTI2MTAz
MDA5MzYwMlowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABNdqCPpPnvzBiycdIMfK4+dOIEqA3Apc78/WY5GcU/kszMMIFfd4
QCSl2GQsEegneL1bEgbLXc/ggjDvl1mqCl6jUzBRMB0GA1UdDgQWBBQgh0TFkuqz
3z5ErJtbLu76fCVs6DAfBgNVHSMEGDAWgBQgh0TFkuqz3z5ErJtbLu76fCVs6DAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDqDU1v/Dk5ty9DpMru
m/ITtDhz3Vmi3VPKj5y4EbgoCgIhAO6rzRCpIfkcAQksbJo6dSb/PT+lyf5B/bJm
Gk7p34JK
-----END CERTIFICATE-----
`

test_good if {
	given := both(etcd_flags, server_flags, {"trusted_ca": first}, {"client_ca": second})
	check.compliant == {"etcd@n1"} with input as given
}

test_bad_same_file if {
	given := both({"trusted-ca-file": ["/etc/kubernetes/pki/ca.crt"]}, server_flags, {}, {})
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_copy_of_the_same_certificate if {
	given := both(etcd_flags, server_flags, {"trusted_ca": first}, {"client_ca": first})
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_shared_certificate_behind_another_in_a_bundle if {
	given := both(etcd_flags, server_flags, {"trusted_ca": concat("\n", [second, first])}, {"client_ca": first})
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	endswith(check.reason["etcd@n1"].actual.en, "--client-ca-file=/etc/kubernetes/pki/ca.crt, the same certificate") with input as given
}

test_absent_fails if {
	given := both({}, server_flags, {}, {})
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_other_paths_without_certificates_are_undecided if {
	given := both(etcd_flags, server_flags, {}, {})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_unknown_api_server_is_undecided if {
	given := {"components": [both(etcd_flags, {}, {}, {}).components[0]]}
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_api_server_without_client_ca_shares_none if {
	given := both(etcd_flags, {}, {}, {})
	check.compliant == {"etcd@n1"} with input as given
}

test_the_reason_shows_both_authorities if {
	given := both(etcd_flags, server_flags, {}, {})
	check.subject == {"etcd@n1"} with input as given
	check.reason["etcd@n1"].actual.en == "etcd: /etc/kubernetes/pki/etcd/ca.crt; API server: --client-ca-file=/etc/kubernetes/pki/ca.crt" with input as given
	contains(check.reason["etcd@n1"].actual.zh, "API Server：--client-ca-file=/etc/kubernetes/pki/ca.crt") with input as given
	check.reason["etcd@n1"].actual.en == "--trusted-ca-file absent" with input as both({}, server_flags, {}, {})
	contains(check.reason["etcd@n1"].actual.en, "--client-ca-file absent (default none)") with input as both(etcd_flags, {}, {}, {})
}

test_a_configuration_that_was_not_collected_is_undecided if {
	given := both(etcd_flags, server_flags, {"trusted_ca": first}, {"client_ca": second})
	unread := {"components": [object.union(given.components[0], {"config_file": "/etc/etcd.yaml", "config_read": false}), given.components[1]]}
	check.compliant == set() with input as unread
	contains(check.undecided["etcd@n1"].en, "/etc/etcd.yaml") with input as unread
}

test_a_configuration_file_wins_over_the_flag if {
	given := both({"trusted-ca-file": ["/x"]}, server_flags, {}, {})
	same := {"components": [object.union(given.components[0], {"config_file": "/e", "config": {"client-transport-security.trusted-ca-file": "/etc/kubernetes/pki/ca.crt"}}), given.components[1]]}
	check.compliant == set() with input as same
	check.undecided == {} with input as same
}

test_bad_one_of_two_api_servers_shares_it if {
	given := both(etcd_flags, server_flags, {"trusted_ca": first}, {"client_ca": second})
	other := object.union(given.components[1], {"subject": "kube-apiserver@n2", "files": {"client_ca": first}})
	check.compliant == set() with input as {"components": array.concat(given.components, [other])}
	check.undecided == {} with input as {"components": array.concat(given.components, [other])}
}
