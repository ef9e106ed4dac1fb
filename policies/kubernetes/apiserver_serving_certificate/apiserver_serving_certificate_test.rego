package kubernetes.apiserver_serving_certificate_test

import data.kubernetes.apiserver_serving_certificate as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"tls-cert-file": ["/etc/kubernetes/pki/tls-cert-file"], "tls-private-key-file": ["/etc/kubernetes/pki/tls-private-key-file"]}, {})

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := server({"tls-cert-file": ["/etc/kubernetes/pki/tls-cert-file"], "tls-private-key-file": [""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_quoted_empty_value if {
	given := server({"tls-cert-file": ["/etc/kubernetes/pki/tls-cert-file"], "tls-private-key-file": ["\"\""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_one_of_two if {
	given := server({"tls-cert-file": ["/etc/kubernetes/pki/tls-cert-file"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_file_names_are_free if check.compliant == {"kube-apiserver@n1"} with input as server({"tls-cert-file": ["/keys/noextension"], "tls-private-key-file": ["/keys/noextension"]}, {})

test_sni_pairs_do_not_replace_them if {
	given := server({"tls-sni-cert-key": ["/a.crt,/a.key"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}
