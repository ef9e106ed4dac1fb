package kubernetes.apiserver_kubelet_client_certificate_test

import data.kubernetes.apiserver_kubelet_client_certificate as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"kubelet-client-certificate": ["/etc/kubernetes/pki/kubelet-client-certificate"], "kubelet-client-key": ["/etc/kubernetes/pki/kubelet-client-key"]}, {})

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := server({"kubelet-client-certificate": ["/etc/kubernetes/pki/kubelet-client-certificate"], "kubelet-client-key": [""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_quoted_empty_value if {
	given := server({"kubelet-client-certificate": ["/etc/kubernetes/pki/kubelet-client-certificate"], "kubelet-client-key": ["\"\""]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_one_of_two if {
	given := server({"kubelet-client-certificate": ["/etc/kubernetes/pki/kubelet-client-certificate"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_file_names_are_free if check.compliant == {"kube-apiserver@n1"} with input as server({"kubelet-client-certificate": ["/keys/noextension"], "kubelet-client-key": ["/keys/noextension"]}, {})

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}
