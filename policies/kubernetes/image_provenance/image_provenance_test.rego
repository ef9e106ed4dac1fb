package kubernetes.image_provenance_test

import data.kubernetes.image_provenance as check

server(flags, files) := {
	"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
	"config_file": "", "config_read": true, "files": files,
}

test_good_webhook_of_the_api_server if {
	given := {"cluster": {"is_complete": true}, "components": [server({"enable-admission-plugins": ["ImagePolicyWebhook"], "admission-control-config-file": ["/a"]}, {"admission_config": {"plugins": [{"name": "ImagePolicyWebhook", "configuration": {"imagePolicy": {"defaultAllow": false}}}]}})], "objects": {}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_open_when_it_cannot_answer if {
	given := {"cluster": {"is_complete": true}, "components": [server({"enable-admission-plugins": ["ImagePolicyWebhook"], "admission-control-config-file": ["/a"]}, {"admission_config": {"plugins": [{"name": "ImagePolicyWebhook", "configuration": {"imagePolicy": {"defaultAllow": true}}}]}})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual.en == "--enable-admission-plugins=ImagePolicyWebhook, defaultAllow is not false" with input as given
}

test_absent if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_good_kyverno if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ClusterPolicy": [{"subject": "ClusterPolicy/k", "namespace": "", "name": "k", "api_version": "kyverno.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"validationFailureAction": "Enforce", "rules": [{"verifyImages": [{"imageReferences": ["*"]}]}]}}}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
	check.reason.cluster.actual.zh == "Kyverno k，未设置 --enable-admission-plugins（默认值：未启用 ImagePolicyWebhook）" with input as given
}

test_bad_kyverno_audit if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ClusterPolicy": [{"subject": "ClusterPolicy/k", "namespace": "", "name": "k", "api_version": "kyverno.io/v1", "manifest": {"metadata": {"name": "k"}, "spec": {"validationFailureAction": "Audit", "rules": [{"verifyImages": [{"imageReferences": ["*"]}]}]}}}]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_good_sigstore if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ClusterImagePolicy": [{"subject": "ClusterImagePolicy/s", "namespace": "", "name": "s", "api_version": "policy.sigstore.dev/v1beta1", "manifest": {"metadata": {"name": "s"}, "spec": {}}}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_sigstore_warn if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ClusterImagePolicy": [{"subject": "ClusterImagePolicy/s", "namespace": "", "name": "s", "api_version": "policy.sigstore.dev/v1beta1", "manifest": {"metadata": {"name": "s"}, "spec": {"mode": "warn"}}}]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_unknown_webhook_is_undecided if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ValidatingWebhookConfiguration": [{"subject": "ValidatingWebhookConfiguration/corp", "namespace": "", "name": "corp", "api_version": "admissionregistration.k8s.io/v1", "manifest": {"webhooks": [{"failurePolicy": "Fail", "rules": [{"apiGroups": [""], "resources": ["pods"], "operations": ["CREATE"]}]}]}}]}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_incomplete_objects_are_undecided if {
	given := {"cluster": {"is_complete": false}, "components": [server({}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := {"cluster": {"is_complete": true}, "components": [server({"enable-admission-plugins": ["ImagePolicyWebhook"], "admission-control-config-file": ["/a"]}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_nothing_collected_is_undecided if {
	given := {}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

engine(kind, api_version, manifest) := {"objects": {kind: [{"subject": "x", "namespace": "", "name": "x", "api_version": api_version, "manifest": manifest}]}}

test_good_other_engines if {
	every given in [
		engine("ImageValidatingPolicy", "policies.kyverno.io/v1alpha1", {"spec": {"validationActions": ["Deny"]}}),
		engine("RatifyVerification", "constraints.gatekeeper.sh/v1beta1", {"spec": {"enforcementAction": "deny"}}),
		engine("ClusterPolicy", "kyverno.io/v1", {"spec": {"rules": [{"verifyImages": [{"failureAction": "Enforce"}]}]}}),
	] {
		check.compliant == {"cluster"} with input as given
	}
}

test_bad_engines_that_let_images_pass if {
	every given in [
		engine("ClusterPolicy", "kyverno.io/v1", {"spec": {"validationFailureAction": "Enforce", "rules": [{"verifyImages": [{"failureAction": "Audit"}]}]}}),
		engine("ClusterPolicy", "kyverno.io/v1", {"spec": {"validationFailureAction": "Enforce", "rules": [{"verifyImages": [{"required": false}]}]}}),
		engine("ClusterImagePolicy", "policy.sigstore.dev/v1beta1", {"spec": {"authorities": [{"static": {"action": "pass"}}]}}),
	] {
		check.compliant == set() with input as given
	}
}

test_good_connaisseur if {
	every kind in {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		one := {"subject": "c", "namespace": "", "name": "connaisseur-webhook", "api_version": "v1", "manifest": {}}
		check.compliant == {"cluster"} with input as {"objects": {kind: [one]}}
	}
}

test_bad_connaisseur_that_may_fail_open if {
	one := {"subject": "c", "namespace": "", "name": "connaisseur-webhook", "api_version": "v1", "manifest": {"webhooks": [{"failurePolicy": "Ignore"}]}}
	check.compliant == set() with input as {"objects": {"MutatingWebhookConfiguration": [one]}}
}
