package kubernetes.pod_runtime_socket_absent_test

import data.kubernetes.pod_runtime_socket_absent as check

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
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/var/log/app"}}]}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_absent if {
	given := workload({}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_bad_docker if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/var/run/docker.sock"}}]}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
	check.reason["Deployment/shop/app"].actual == "hostPath /var/run/docker.sock" with input as given
}

test_bad_containerd if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/run/containerd/containerd.sock"}}]}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_folder_above if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/var/run"}}]}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_root if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_bad_k3s if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/run/k3s/containerd/containerd.sock"}}]}, [container({})])
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.reason["Deployment/shop/app"].pointer != "" with input as given
}

test_a_name_that_begins_like_it if {
	given := workload({"volumes": [{"name": "v", "hostPath": {"path": "/run/containers-cache"}}]}, [container({})])
	check.subject == {"Deployment/shop/app"} with input as given
	check.compliant == {"Deployment/shop/app"} with input as given
}

test_platform_namespace_is_exempt_in_the_open if {
	given := {"objects": {}, "pods": [object.union(pod({"volumes": [{"name": "v", "hostPath": {"path": "/var/run/docker.sock"}}]}, [container({})]), {"namespace": "kube-system"})]}
	check.not_applicable["Deployment/shop/app"].zh != "" with input as given
	check.compliant == set() with input as given
}

test_bad_sockets_and_folders_of_all_runtimes if {
	every path in [
		"/run/dockershim.sock", "/run/user/1000/podman/podman.sock", "/run/user/1000/docker.sock", "/run/podman",
		"//var/run/docker.sock", "/run/k0s/containerd.sock", "/var/run/docker/containerd/",
	] {
		given := workload({"volumes": [{"name": "v", "hostPath": {"path": path}}]}, [container({})])
		check.compliant == set() with input as given
	}
}

test_good_neighbours if {
	every path in ["/run/secrets", "/var/lib/docker", "/runtime", "/run/docker/plugins", "/run/nvidia"] {
		given := workload({"volumes": [{"name": "v", "hostPath": {"path": path}}]}, [container({})])
		check.compliant == {"Deployment/shop/app"} with input as given
	}
}
