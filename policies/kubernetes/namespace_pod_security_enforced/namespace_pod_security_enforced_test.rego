package kubernetes.namespace_pod_security_enforced_test

import data.kubernetes.namespace_pod_security_enforced as check

namespace(labels) := {"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1", "manifest": {"metadata": {"name": "shop", "labels": labels}}}

pods := [{"subject": "Pod/shop/p", "kind": "Pod", "namespace": "shop", "name": "p", "labels": {}, "spec": {}, "containers": []}]

test_good_baseline if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({"pod-security.kubernetes.io/enforce": "baseline"})]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_good_restricted if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({"pod-security.kubernetes.io/enforce": "restricted"})]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_privileged if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({"pod-security.kubernetes.io/enforce": "privileged"})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
	check.reason["Namespace/shop"].actual == "enforce=privileged" with input as given
}

test_absent_labels if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_bad_warn_and_audit_do_not_enforce if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({"pod-security.kubernetes.io/warn": "restricted", "pod-security.kubernetes.io/audit": "restricted"})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_good_cluster_wide_default if {
	given := {"components": [{"component": "kube-apiserver", "subject": "kube-apiserver@n", "flags": {}, "files": {"admission_config": {"plugins": [{"name": "PodSecurity", "configuration": {"defaults": {"enforce": "baseline"}, "exemptions": {"namespaces": []}}}]}}}], "pods": pods, "objects": {"Namespace": [namespace({})]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_namespace_is_exempt_from_the_default if {
	given := {"components": [{"component": "kube-apiserver", "subject": "kube-apiserver@n", "flags": {}, "files": {"admission_config": {"plugins": [{"name": "PodSecurity", "configuration": {"defaults": {"enforce": "baseline"}, "exemptions": {"namespaces": ["shop"]}}}]}}}], "pods": pods, "objects": {"Namespace": [namespace({})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_label_wins_over_the_default if {
	given := {"components": [{"component": "kube-apiserver", "subject": "kube-apiserver@n", "flags": {}, "files": {"admission_config": {"plugins": [{"name": "PodSecurity", "configuration": {"defaults": {"enforce": "baseline"}, "exemptions": {"namespaces": []}}}]}}}], "pods": pods, "objects": {"Namespace": [namespace({"pod-security.kubernetes.io/enforce": "privileged"})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_good_validating_admission_policy if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ValidatingAdmissionPolicy": [{"subject": "ValidatingAdmissionPolicy/p", "namespace": "", "name": "p", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "p"}, "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}}}}], "ValidatingAdmissionPolicyBinding": [{"subject": "ValidatingAdmissionPolicyBinding/b", "namespace": "", "name": "b", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"]}}}]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_policy_that_only_warns if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ValidatingAdmissionPolicy": [{"subject": "ValidatingAdmissionPolicy/p", "namespace": "", "name": "p", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "p"}, "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}}}}], "ValidatingAdmissionPolicyBinding": [{"subject": "ValidatingAdmissionPolicyBinding/b", "namespace": "", "name": "b", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Warn", "Audit"]}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_bad_policy_that_selects_other_namespaces if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ValidatingAdmissionPolicy": [{"subject": "ValidatingAdmissionPolicy/p", "namespace": "", "name": "p", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "p"}, "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}}}}], "ValidatingAdmissionPolicyBinding": [{"subject": "ValidatingAdmissionPolicyBinding/b", "namespace": "", "name": "b", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"], "matchResources": {"namespaceSelector": {"matchLabels": {"team": "x"}}}}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_good_gatekeeper if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "K8sPSPPrivilegedContainer": [{"subject": "K8sPSPPrivilegedContainer/c", "namespace": "", "name": "c", "api_version": "constraints.gatekeeper.sh/v1beta1", "manifest": {"metadata": {"name": "c"}, "spec": {}}}]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_gatekeeper_dry_run if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "K8sPSPPrivilegedContainer": [{"subject": "K8sPSPPrivilegedContainer/c", "namespace": "", "name": "c", "api_version": "constraints.gatekeeper.sh/v1beta1", "manifest": {"metadata": {"name": "c"}, "spec": {"enforcementAction": "dryrun"}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_bad_gatekeeper_excludes_the_namespace if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "K8sPSPPrivilegedContainer": [{"subject": "K8sPSPPrivilegedContainer/c", "namespace": "", "name": "c", "api_version": "constraints.gatekeeper.sh/v1beta1", "manifest": {"metadata": {"name": "c"}, "spec": {"match": {"excludedNamespaces": ["sh*"]}}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_good_kyverno if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ClusterPolicy": [{"subject": "ClusterPolicy/k", "namespace": "", "name": "k", "api_version": "kyverno.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"validationFailureAction": "Enforce", "rules": [{"name": "r", "validate": {"pattern": {}}}]}}}]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_kyverno_audit if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ClusterPolicy": [{"subject": "ClusterPolicy/k", "namespace": "", "name": "k", "api_version": "kyverno.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"validationFailureAction": "Audit", "rules": [{"name": "r", "validate": {"pattern": {}}}]}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_bad_kyverno_excludes_the_namespace if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ClusterPolicy": [{"subject": "ClusterPolicy/k", "namespace": "", "name": "k", "api_version": "kyverno.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"validationFailureAction": "Enforce", "rules": [{"name": "r", "validate": {"pattern": {}}, "exclude": {"any": [{"resources": {"namespaces": ["shop"]}}]}}]}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_good_kubewarden if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ClusterAdmissionPolicy": [{"subject": "ClusterAdmissionPolicy/k", "namespace": "", "name": "k", "api_version": "policies.kubewarden.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"mode": "protect"}}}]}}
	check.compliant == {"Namespace/shop"} with input as given
}

test_bad_kubewarden_monitor if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ClusterAdmissionPolicy": [{"subject": "ClusterAdmissionPolicy/k", "namespace": "", "name": "k", "api_version": "policies.kubewarden.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"mode": "monitor"}}}]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
}

test_unknown_webhook_is_undecided if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ValidatingWebhookConfiguration": [{"subject": "ValidatingWebhookConfiguration/corp-policy", "namespace": "", "name": "corp-policy", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"webhooks": [{"failurePolicy": "Fail", "rules": [{"apiGroups": [""], "resources": ["pods"], "operations": ["CREATE"]}]}]}}]}}
	check.undecided["Namespace/shop"].zh != "" with input as given
}

test_webhook_that_may_fail_open_is_none if {
	given := {"components": [], "pods": pods, "objects": {"Namespace": [namespace({})], "ValidatingWebhookConfiguration": [{"subject": "ValidatingWebhookConfiguration/corp-policy", "namespace": "", "name": "corp-policy", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"webhooks": [{"failurePolicy": "Ignore", "rules": [{"apiGroups": [""], "resources": ["pods"], "operations": ["CREATE"]}]}]}}]}}
	check.undecided == {} with input as given
}

test_namespace_that_was_not_seen_is_undecided if {
	given := {"components": [], "pods": pods, "objects": {}}
	check.undecided["Namespace/shop"].zh != "" with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"components": [], "objects": {}, "pods": [object.union(pods[0], {"namespace": "kube-system"})]}
	check.not_applicable["Namespace/kube-system"].zh != "" with input as given
}

test_a_namespace_among_manifests_is_judged_without_its_workloads if {
	given := {"components": [], "pods": [], "objects": {"Namespace": [namespace({})]}}
	check.subject - check.compliant == {"Namespace/shop"} with input as given
	check.undecided == {} with input as given
}

test_the_empty_namespace_default_is_not_judged if {
	empty := {"subject": "Namespace/default", "namespace": "", "name": "default", "api_version": "v1", "manifest": {"metadata": {"name": "default"}}}
	given := {"components": [], "pods": [], "objects": {"Namespace": [empty]}}
	check.compliant == set() with input as given
	check.not_applicable["Namespace/default"].zh != "" with input as given
}

empty(labels) := {"subject": "Namespace/default", "namespace": "", "name": "default", "api_version": "v1", "manifest": {"metadata": {"name": "default", "labels": labels}}}

test_the_namespace_default_is_judged_where_it_is_used_or_guarded if {
	used := {"components": [], "pods": [object.union(pods[0], {"namespace": "default"})], "objects": {"Namespace": [empty({})]}}
	check.not_applicable == {} with input as used
	check.compliant == set() with input as used
	guarded := {"components": [], "pods": [], "objects": {"Namespace": [empty({"pod-security.kubernetes.io/enforce": "baseline"})]}}
	check.not_applicable == {} with input as guarded
	check.compliant == {"Namespace/default"} with input as guarded
	check.reason["Namespace/default"].actual == "Pod Security Admission, enforce=baseline" with input as guarded
}

test_a_namespace_in_two_files_says_what_it_lacks_and_where if {
	twice := [object.union(namespace({}), {"subject": sprintf("Namespace/shop@%s", [file])}) | some file in ["a", "b"]]
	given := {"components": [], "pods": [], "objects": {"Namespace": twice}}
	said := check.reason["Namespace/shop"] with input as given
	said.actual.zh != ""
	said.cites == ["Namespace/shop@a", "Namespace/shop@b"]
}
