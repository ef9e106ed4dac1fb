package kubernetes.kubelet_config_owner_test

import data.kubernetes.kubelet_config_owner as check

file(given) := object.union({"subject": "/var/lib/kubelet/config.yaml@n1", "node": "n1", "path": "/var/lib/kubelet/config.yaml", "role": "kubelet_config"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0, "owner": "", "group": ""})
	check.subject == {"/var/lib/kubelet/config.yaml@n1"} with input as given
	check.compliant == {"/var/lib/kubelet/config.yaml@n1"} with input as given
}

test_good_names_where_there_are_no_numbers if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "root", "group": "root"})
	check.subject == {"/var/lib/kubelet/config.yaml@n1"} with input as given
	check.compliant == {"/var/lib/kubelet/config.yaml@n1"} with input as given
}

test_bad_owner if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 0, "owner": "dev", "group": "root"})
	check.subject == {"/var/lib/kubelet/config.yaml@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["/var/lib/kubelet/config.yaml@n1"].actual.en == "owned by dev:root" with input as given
	check.reason["/var/lib/kubelet/config.yaml@n1"].patch == "chown root:root /var/lib/kubelet/config.yaml" with input as given
}

test_bad_group if {
	given := with_file({"mode": 384, "uid": 0, "gid": 10, "owner": "root", "group": "wheel"})
	check.subject == {"/var/lib/kubelet/config.yaml@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_a_name_that_contradicts_its_number_is_undecided if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 1000, "owner": "root", "group": "root"})
	check.subject == {"/var/lib/kubelet/config.yaml@n1"} with input as given
	check.compliant == set() with input as given
	every why in check.undecided { contains(why.en, "contradict") } with input as given
	check.undecided != {} with input as given
}

test_owner_not_collected_is_undecided if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "", "group": ""})
	check.compliant == set() with input as given
	check.undecided["/var/lib/kubelet/config.yaml@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kubelet_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"kubelet_config@n1"} with input as given
	check.not_applicable["kubelet_config@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_kubelet_runs if {
	given := without_file({"runs": ["kubelet"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["kubelet_config@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kubelet_uses_no_file if {
	bare := {
		"subject": "kubelet@n1", "component": "kubelet", "node": "n1", "flags": {}, "config": {},
		"config_file": "", "config_read": true,
	}
	given := object.union(without_file({"runs": ["kubelet"]}), {"components": [bare]})
	check.not_applicable["kubelet_config@n1"].zh != "" with input as given
}
