package kubernetes.pod_security_context_test

import data.kubernetes.pod_security_context as check

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
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_pod_level_counts if {
	given := workload({"securityContext": {"runAsUser": 9, "seccompProfile": {"type": "Localhost"}}}, [container({"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent if {
	given := workload({}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].actual.en == "container app lacks allowPrivilegeEscalation: false, capabilities.drop: [ALL], runAsNonRoot: true, seccompProfile" with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_without_non_root if {
	given := workload({}, [container({"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_without_escalation if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_without_dropped_capabilities if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_without_seccomp if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_an_empty_block_is_not_enough if {
	given := workload({}, [container({"securityContext": {}})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_init_container_counts if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "init", "name": "x", "pointer": "/spec/template/spec/initContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_ephemeral_container_counts if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "ephemeral", "name": "x", "pointer": "/spec/template/spec/ephemeralContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_second_container_counts if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}), container({"type": "container", "name": "x", "pointer": "/spec/template/spec/containers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_windows_pod_is_not_applicable if {
	given := workload({"os": {"name": "windows"}}, [container({})])
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_bad_what_is_added_back_is_not_dropped if {
	given := workload({}, [container({"securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}, "seccompProfile": {"type": "RuntimeDefault"}}})])
	check.compliant == set() with input as given
}

test_the_patch_takes_away_what_was_added if {
	given := workload({}, [container({"securityContext": {"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN", "NET_BIND_SERVICE"]}}})])
	patch := check.reason["Deployment/shop/app"].patch[0] with input as given
	patch.value.capabilities == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}
}

good := {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "seccompProfile": {"type": "RuntimeDefault"}}

with_capabilities(given) := workload({}, [container({"securityContext": object.union(good, {"capabilities": given})})])

test_capabilities_in_other_spellings if {
	every given in [{"drop": ["all"]}, {"drop": ["NET_RAW", "ALL"]}, {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, {"drop": ["ALL"], "add": []}] {
		check.compliant == {"Deployment/shop/app"} with input as with_capabilities(given)
	}
	every given in [{"drop": ["NET_RAW"]}, {"drop": ["ALL"], "add": ["SYS_TIME"]}, {"drop": []}, {}] {
		check.compliant == set() with input as with_capabilities(given)
		check.reason["Deployment/shop/app"].actual.en == "container app lacks capabilities.drop: [ALL]" with input as with_capabilities(given)
	}
}
