package kubernetes.audit_policy_test

import data.kubernetes.audit_policy as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}}})

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_all_none if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None"}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual.en == "every rule of /etc/kubernetes/audit.yaml is at the level None" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_empty_policy if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": []}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_other_document if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"kind": "ConfigMap", "apiVersion": "v1", "rules": [{"level": "Metadata"}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_file_not_collected_is_undecided if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}
