package kubernetes.pod_image_digest_test

import data.kubernetes.pod_image_digest as check

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
	given := workload({}, [container({"image": "r/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_good_tag_and_digest if {
	given := workload({}, [container({"image": "r/app:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_tag_only if {
	given := workload({}, [container({"image": "r/app:1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
	check.reason["Deployment/shop/app"].actual == "r/app:1" with input as given
}

test_bad_short_digest if {
	given := workload({}, [container({"image": "r/app@sha256:abc"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_absent_image_fails if {
	given := {"objects": {}, "pods": [pod({}, [{"type": "container", "name": "app", "pointer": "/spec/containers/0"}])]}
	check.compliant == set() with input as given
}

test_init_container_counts if {
	given := workload({}, [container({"image": "r/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}), container({"image": "x:1", "type": "init", "name": "x", "pointer": "/spec/template/spec/initContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_ephemeral_container_counts if {
	given := workload({}, [container({"image": "r/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}), container({"image": "x:1", "type": "ephemeral", "name": "x", "pointer": "/spec/template/spec/ephemeralContainers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_second_container_counts if {
	given := workload({}, [container({"image": "r/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}), container({"image": "x:1", "type": "container", "name": "x", "pointer": "/spec/template/spec/containers/1"})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({}, [container({"image": "x:1"})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_a_volume_that_is_an_image_counts if {
	pinned := "r/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	bad := workload({"volumes": [{"name": "m", "image": {"reference": "r/model:7b"}}]}, [container({"image": pinned})])
	check.compliant == set() with input as bad
	check.reason["Deployment/shop/app"].pointer == "/spec/template/spec/volumes/0/image/reference" with input as bad
	good := workload({"volumes": [{"name": "m", "image": {"reference": pinned}}]}, [container({"image": pinned})])
	check.compliant == {"Deployment/shop/app"} with input as good
}

test_a_container_without_an_image_is_said_in_words if {
	given := workload({}, [object.remove(container({}), ["image"]), container({"image": "r/app:1"})])
	check.reason["Deployment/shop/app"].actual == {"en": "no image named, r/app:1", "zh": "未指定镜像, r/app:1"} with input as given
}
