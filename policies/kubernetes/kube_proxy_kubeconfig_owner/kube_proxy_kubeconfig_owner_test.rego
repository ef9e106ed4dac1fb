package kubernetes.kube_proxy_kubeconfig_owner_test

import data.kubernetes.kube_proxy_kubeconfig_owner as check

file(given) := object.union({"subject": "/var/lib/kube-proxy/kubeconfig@n1", "node": "n1", "path": "/var/lib/kube-proxy/kubeconfig", "role": "proxy_kubeconfig"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0, "owner": "", "group": ""})
	check.subject == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
	check.compliant == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
}

test_good_names_where_there_are_no_numbers if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "root", "group": "root"})
	check.subject == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
	check.compliant == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
}

test_bad_owner if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 0, "owner": "dev", "group": "root"})
	check.subject == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["/var/lib/kube-proxy/kubeconfig@n1"].actual.en == "owned by dev:root" with input as given
	check.reason["/var/lib/kube-proxy/kubeconfig@n1"].patch == "chown root:root /var/lib/kube-proxy/kubeconfig" with input as given
}

test_bad_group if {
	given := with_file({"mode": 384, "uid": 0, "gid": 10, "owner": "root", "group": "wheel"})
	check.subject == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_a_name_that_contradicts_its_number_is_undecided if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 1000, "owner": "root", "group": "root"})
	check.subject == {"/var/lib/kube-proxy/kubeconfig@n1"} with input as given
	check.compliant == set() with input as given
	every why in check.undecided { contains(why.en, "contradict") } with input as given
	check.undecided != {} with input as given
}

test_owner_not_collected_is_undecided if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "", "group": ""})
	check.compliant == set() with input as given
	check.undecided["/var/lib/kube-proxy/kubeconfig@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kube_proxy_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"proxy_kubeconfig@n1"} with input as given
	check.not_applicable["proxy_kubeconfig@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_kube_proxy_runs if {
	given := without_file({"runs": ["kube-proxy"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["proxy_kubeconfig@n1"].zh != "" with input as given
}

test_kubeconfig_from_a_config_map_is_not_applicable if {
	proxy := {
		"subject": "kube-proxy@n1", "component": "kube-proxy", "node": "n1", "flags": {},
		"config": {"clientConnection.kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf"},
		"config_file": "/var/lib/kube-proxy/config.conf", "config_read": true,
	}
	given := object.union(without_file({"runs": ["kube-proxy"]}), {"components": [proxy]})
	check.not_applicable["proxy_kubeconfig@n1"].zh != "" with input as given
}
