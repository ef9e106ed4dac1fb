package kubernetes.namespace_restricted_enforced_test

import data.kubernetes.namespace_restricted_enforced as check

namespace(labels) := {
	"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1",
	"manifest": {"metadata": {"name": "shop", "labels": labels}},
}

given(objects) := {"pods": [], "components": [], "objects": objects}

enforcing(level) := given({"Namespace": [namespace({"pod-security.kubernetes.io/enforce": level})]})

test_good_without_pods_by_its_label if {
	check.subject == {"Namespace/shop"} with input as enforcing("restricted")
	check.compliant == {"Namespace/shop"} with input as enforcing("restricted")
}

test_absent_fails_once_and_names_its_controls if {
	check.compliant == set() with input as given({"Namespace": [namespace({})]})
	check.undecided == {} with input as given({"Namespace": [namespace({})]})
	reason := check.reason["Namespace/shop"] with input as given({"Namespace": [namespace({})]})
	reason.controls == ["5.2.6", "5.2.7", "5.2.8", "5.2.9"]
	contains(reason.actual.en, "nothing refuses")
}

test_bad_privileged_is_no_level if {
	check.compliant == set() with input as enforcing("privileged")
}

test_warn_and_audit_enforce_nothing if {
	labels := {"pod-security.kubernetes.io/warn": "restricted", "pod-security.kubernetes.io/audit": "restricted"}
	check.compliant == set() with input as given({"Namespace": [namespace(labels)]})
}

test_what_a_policy_refuses_is_not_lacking if {
	policy := {
		"subject": "ClusterPolicy/p", "namespace": "", "name": "p", "api_version": "kyverno.io/v1",
		"manifest": {"spec": {"validationFailureAction": "Enforce", "rules": [{
			"name": "r",
			"match": {"any": [{"resources": {"kinds": ["Pod"]}}]},
			"validate": {"pattern": {"spec": {"containers": [{"securityContext": {"allowPrivilegeEscalation": "false"}}]}}},
		}]}},
	}
	reason := check.reason["Namespace/shop"] with input as given({"Namespace": [namespace({})], "ClusterPolicy": [policy]})
	not "5.2.6" in reason.controls
	count(reason.controls) == count(["5.2.6", "5.2.7", "5.2.8", "5.2.9"]) - 1
}

test_a_webhook_that_is_not_known_is_for_a_person if {
	webhook := {
		"subject": "ValidatingWebhookConfiguration/acme-guard", "namespace": "", "name": "acme-guard",
		"api_version": "admissionregistration.k8s.io/v1",
		"manifest": {"webhooks": [{"rules": [{"apiGroups": [""], "operations": ["CREATE"], "resources": ["pods"]}]}]},
	}
	objects := {"Namespace": [namespace({})], "ValidatingWebhookConfiguration": [webhook]}
	contains(check.undecided["Namespace/shop"].en, "acme-guard") with input as given(objects)
	check.compliant == set() with input as given(objects)
	check.reason == {} with input as given(objects)
}

test_default_without_pods_and_a_namespace_that_is_leaving_are_nobodys if {
	spare := object.union(namespace({}), {"subject": "Namespace/default", "name": "default"})
	leaving := object.union(namespace({}), {"manifest": {"status": {"phase": "Terminating"}}})
	platform := object.union(namespace({}), {"subject": "Namespace/kube-system", "name": "kube-system"})
	check.subject == set() with input as given({"Namespace": [spare, leaving, platform]})
}
