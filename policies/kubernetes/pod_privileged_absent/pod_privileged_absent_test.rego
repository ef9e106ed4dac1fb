package kubernetes.pod_privileged_absent_test

import data.kubernetes.pod_privileged_absent as check

container(extra) := object.union(
	{"type": "container", "name": "app", "image": "r/app:1", "pointer": "/spec/template/spec/containers/0"},
	extra,
)

pod(spec, containers) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app",
	"labels": {"app": "app"}, "annotations": {}, "owner": "", "pointer": "/spec/template/spec", "spec": spec,
	"containers": containers,
}

workload(spec, containers) := {"pods": [pod(spec, containers)], "objects": {}, "components": []}

test_good if {
	given := workload({}, [container({"securityContext": {"privileged": false}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent_takes_the_default if {
	given := workload({}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_null_security_context if {
	given := workload({}, [container({"securityContext": null})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad if {
	given := workload({}, [container({"securityContext": {"privileged": true}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].actual == {"en": "container app: privileged true", "zh": "容器 app：privileged true"} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_text_instead_of_a_boolean_fails if {
	given := workload({}, [container({"securityContext": {"privileged": "true"}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_init_container_counts if {
	given := workload({}, [container({}), container({"securityContext": {"privileged": true}, "type": "init", "name": "x", "pointer": "/spec/template/spec/initContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_ephemeral_container_counts if {
	given := workload({}, [container({}), container({"securityContext": {"privileged": true}, "type": "ephemeral", "name": "x", "pointer": "/spec/template/spec/ephemeralContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_second_container_counts if {
	given := workload({}, [container({}), container({"securityContext": {"privileged": true}, "type": "container", "name": "x", "pointer": "/spec/template/spec/containers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({"securityContext": {"privileged": true}})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

namespace(labels) := {"Namespace": [{
	"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1",
	"manifest": {"metadata": {"name": "shop", "labels": labels}},
}]}

test_namespace_that_enforces_restricted_is_covered if {
	given := object.union(workload({}, [container({})]), {"objects": namespace({"pod-security.kubernetes.io/enforce": "restricted"})})
	"Namespace/shop" in check.subject with input as given
	"Namespace/shop" in check.compliant with input as given
}

test_namespace_that_enforces_baseline_is_covered if {
	given := object.union(workload({}, [container({})]), {"objects": namespace({"pod-security.kubernetes.io/enforce": "baseline"})})
	"Namespace/shop" in check.subject with input as given
	"Namespace/shop" in check.compliant with input as given
}

test_labels_for_warn_and_audit_enforce_nothing if {
	given := object.union(workload({}, [container({})]), {"objects": namespace({"pod-security.kubernetes.io/warn": "restricted", "pod-security.kubernetes.io/audit": "restricted"})})
	check.subject == {"Deployment/shop/app"} with input as given
}

test_namespace_without_labels_is_not_covered if {
	given := object.union(workload({}, [container({})]), {"objects": namespace({})})
	check.subject == {"Deployment/shop/app"} with input as given
}

test_a_webhook_that_is_not_known_is_told_of_the_level_as_a_whole if {
	webhook := {"ValidatingWebhookConfiguration": [{
		"subject": "ValidatingWebhookConfiguration/acme-guard", "namespace": "", "name": "acme-guard",
		"api_version": "admissionregistration.k8s.io/v1",
		"manifest": {"webhooks": [{"rules": [{"apiGroups": [""], "operations": ["CREATE"], "resources": ["pods"]}]}]},
	}]}
	given := object.union(workload({}, [container({})]), {"objects": object.union(namespace({}), webhook)})
	check.subject == {"Deployment/shop/app"} with input as given
	check.undecided == {} with input as given
}
