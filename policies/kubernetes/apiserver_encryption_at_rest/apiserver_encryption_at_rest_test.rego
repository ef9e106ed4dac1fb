package kubernetes.apiserver_encryption_at_rest_test

import data.kubernetes.apiserver_encryption_at_rest as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"aescbc": {}}, {"identity": {}}]}]}}})

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_file_without_secrets if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["configmaps"], "providers": [{"aescbc": {}}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual.en == "/etc/kubernetes/enc.yaml does not cover secrets" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_wildcard_covers_secrets if check.compliant == {"kube-apiserver@n1"} with input as server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["*.*"], "providers": [{"kms": {}}]}]}}})

test_core_wildcard_covers_secrets if check.compliant == {"kube-apiserver@n1"} with input as server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["*."], "providers": [{"kms": {}}]}]}}})

test_bad_empty_value if {
	given := server({"encryption-provider-config": [""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_file_not_collected_is_undecided if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}
