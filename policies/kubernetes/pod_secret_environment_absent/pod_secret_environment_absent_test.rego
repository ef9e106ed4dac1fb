package kubernetes.pod_secret_environment_absent_test

import data.kubernetes.pod_secret_environment_absent as check

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
	given := workload({}, [container({"env": [{"name": "A", "value": "x"}], "envFrom": [{"configMapRef": {"name": "c"}}]})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent if {
	given := workload({}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad if {
	given := workload({}, [container({"env": [{"name": "A", "value": "1"}, {"name": "DB", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].actual.en == "secrets in the environment: DB" with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_written_out if {
	given := workload({}, [container({"env": [{"name": "DB_PASSWORD", "value": "(masked)"}]})])
	check.compliant == set() with input as given
	check.reason["Deployment/shop/app"].actual.en == "secrets in the environment: DB_PASSWORD (written out)" with input as given
	endswith(check.reason["Deployment/shop/app"].pointer, "/env/0/value") with input as given
}

test_a_secret_in_an_argument_is_no_pass if {
	every field in ["args", "command"] {
		given := workload({}, [container({field: ["serve", "--password=(masked)"]})])
		check.compliant == set() with input as given
		check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	}
}

test_bad_env_from if {
	given := workload({}, [container({"envFrom": [{"secretRef": {"name": "all"}}]})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].actual.en == "secrets in the environment: all keys of Secret all" with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_init_container_counts if {
	given := workload({}, [container({}), container({"envFrom": [{"secretRef": {"name": "all"}}], "type": "init", "name": "x", "pointer": "/spec/template/spec/initContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_ephemeral_container_counts if {
	given := workload({}, [container({}), container({"envFrom": [{"secretRef": {"name": "all"}}], "type": "ephemeral", "name": "x", "pointer": "/spec/template/spec/ephemeralContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_second_container_counts if {
	given := workload({}, [container({}), container({"envFrom": [{"secretRef": {"name": "all"}}], "type": "container", "name": "x", "pointer": "/spec/template/spec/containers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({"env": [{"name": "A", "value": "1"}, {"name": "DB", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_workload_may_be_accepted_by_the_parameter if {
	given := object.union(workload({}, [container({"env": [{"name": "A", "value": "1"}, {"name": "DB", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]})]), {"parameters": {"secret_environment_accepted": ["Deployment/shop/*"]}})
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
}
