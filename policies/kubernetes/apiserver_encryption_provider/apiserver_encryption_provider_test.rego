package kubernetes.apiserver_encryption_provider_test

import data.kubernetes.apiserver_encryption_provider as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"kms": {}}, {"identity": {}}]}]}}})

test_bad_identity_first if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"identity": {}}, {"aescbc": {}}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_entry_among_several if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"identity": {}}]}, {"resources": ["configmaps"], "providers": [{"aescbc": {}}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_every_entry_for_secrets_counts if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"aescbc": {}}]}, {"resources": ["*.*"], "providers": [{"identity": {}}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_aesgcm_is_not_on_the_list if {
	given := server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"aesgcm": {}}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_identity_as_fallback_is_normal if check.compliant == {"kube-apiserver@n1"} with input as server({"encryption-provider-config": ["/etc/kubernetes/enc.yaml"]}, {"files": {"encryption_config": {"resources": [{"resources": ["secrets"], "providers": [{"secretbox": {}}, {"identity": {}}]}]}}})

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
