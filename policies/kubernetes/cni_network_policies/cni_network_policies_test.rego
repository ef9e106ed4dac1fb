package kubernetes.cni_network_policies_test

import data.kubernetes.cni_network_policies as check

test_good_plugin_of_a_node if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["calico"], "distribution": ""}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_good_image_of_a_daemon_set if {
	given := {"nodes": [], "pods": [{"subject": "DaemonSet/kube-system/d0", "kind": "DaemonSet", "namespace": "kube-system", "name": "d0", "labels": {}, "spec": {}, "containers": [{"name": "c", "image": "quay.io/cilium/cilium:v1.17"}]}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_plain_flannel if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["flannel"], "distribution": ""}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_one_policy_engine_in_a_chain_is_enough if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["flannel", "calico"], "distribution": ""}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_k3s_has_its_own if {
	given := {"cluster": {"distribution": "k3s"}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["flannel"], "distribution": ""}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_aws_plugin_without_agent_and_bridge if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["bridge"], "distribution": ""}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_aws_with_the_policy_agent if {
	given := {"nodes": [], "pods": [{"subject": "DaemonSet/kube-system/d0", "kind": "DaemonSet", "namespace": "kube-system", "name": "d0", "labels": {}, "spec": {}, "containers": [{"name": "c", "image": "amazon-k8s-cni:v1.19"}]}, {"subject": "DaemonSet/kube-system/d1", "kind": "DaemonSet", "namespace": "kube-system", "name": "d1", "labels": {}, "spec": {}, "containers": [{"name": "c", "image": "aws-network-policy-agent:v1.1"}]}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_absent_plugin_is_undecided if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": [], "distribution": ""}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_unknown_plugin_is_undecided if {
	given := {"cluster": {"distribution": ""}, "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["house-made"], "distribution": ""}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_nothing_collected_is_undecided if {
	given := {}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_a_server_of_k3s_may_switch_it_off if {
	server := {"component": "kube-apiserver", "subject": "kube-apiserver@n1", "flags": {"disable-network-policy": ["true"]}}
	given := {"cluster": {"distribution": "k3s"}, "components": [server], "pods": [], "nodes": [{"subject": "n1", "name": "n1", "cni": ["flannel"], "distribution": "k3s"}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

daemon(name, image, args) := {"subject": sprintf("DaemonSet/kube-system/%s", [name]), "kind": "DaemonSet", "namespace": "kube-system", "name": name, "labels": {}, "spec": {}, "containers": [{"name": "c", "image": image, "args": args}]}

test_aws_with_the_policy_agent_switched_off_is_undecided if {
	given := {"nodes": [], "pods": [daemon("aws-node", "amazon/aws-network-policy-agent:v1.1.1", ["--enable-network-policy=false"])]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_words_in_names_of_other_workloads_are_no_plugins if {
	given := {"nodes": [], "pods": [daemon("weave-scope-agent", "weaveworks/scope:1.13", []), daemon("bridge-metrics", "acme/bridge:1", [])]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

operator(place) := {"nodes": [], "pods": [{
	"subject": "Deployment/x/calico", "kind": "Deployment", "namespace": place, "name": "calico-kube-controllers",
	"labels": {}, "spec": {}, "containers": [{"name": "c", "image": "r/calico:1"}],
}]}

test_a_deployment_is_an_agent_only_in_a_namespace_of_the_platform if {
	check.compliant == {"cluster"} with input as operator("kube-system")
	check.compliant == set() with input as operator("shop")
}

test_nothing_that_was_seen_is_said_so if {
	said := check.undecided.cluster with input as {"nodes": [], "pods": []}
	contains(said.en, "(seen: none)")
	contains(said.zh, "无")
}
