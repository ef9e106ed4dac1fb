package kubernetes.audit_policy_key_events_test

import data.kubernetes.audit_policy_key_events as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata", "resources": [{"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/token"]}, {"group": "authentication.k8s.io", "resources": ["tokenreviews"]}]}, {"level": "RequestResponse"}]}}})

test_good_catch_all_metadata if check.compliant == {"kube-apiserver@n1"} with input as server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}}})

test_bad_secrets_with_content if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "RequestResponse"}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_first_match_counts if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None", "resources": [{"group": "", "resources": ["pods/exec"]}]}, {"level": "Metadata"}]}}})
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

test_bad_nothing_but_secrets if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata", "resources": [{"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/token"]}, {"group": "authentication.k8s.io", "resources": ["tokenreviews"]}]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_rule_for_one_user_does_not_hide_the_rest if check.compliant == {"kube-apiserver@n1"} with input as server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None", "users": ["system:kube-proxy"]}, {"level": "Metadata"}]}}})

test_rule_for_one_namespace_is_no_general_cover if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata", "namespaces": ["kube-system"]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_rule_for_some_verbs_is_no_general_cover if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata", "verbs": ["get", "list"]}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_token_with_content if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata", "resources": [{"resources": ["secrets", "configmaps"]}, {"group": "authentication.k8s.io", "resources": ["tokenreviews"]}]}, {"level": "RequestResponse"}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_omitted_stages_do_not_matter if check.compliant == {"kube-apiserver@n1"} with input as server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}], "omitStages": ["RequestReceived"]}}})

test_subresource_needs_its_own_word if {
	given := server({"audit-policy-file": ["/etc/kubernetes/audit.yaml"]}, {"files": {"audit_policy": {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None", "resources": [{"group": "", "resources": ["pods/*"]}]}, {"level": "Metadata"}]}}})
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
