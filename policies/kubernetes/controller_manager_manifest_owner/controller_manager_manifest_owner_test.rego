package kubernetes.controller_manager_manifest_owner_test

import data.kubernetes.controller_manager_manifest_owner as check

file(given) := object.union({"subject": "/etc/kubernetes/manifests/kube-controller-manager.yaml@n1", "node": "n1", "path": "/etc/kubernetes/manifests/kube-controller-manager.yaml", "role": "controller_manager_manifest"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0, "owner": "", "group": ""})
	check.subject == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
	check.compliant == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
}

test_good_names_where_there_are_no_numbers if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "root", "group": "root"})
	check.subject == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
	check.compliant == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
}

test_bad_owner if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 0, "owner": "dev", "group": "root"})
	check.subject == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"].actual.en == "owned by dev:root" with input as given
	check.reason["/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"].patch == "chown root:root /etc/kubernetes/manifests/kube-controller-manager.yaml" with input as given
}

test_bad_group if {
	given := with_file({"mode": 384, "uid": 0, "gid": 10, "owner": "root", "group": "wheel"})
	check.subject == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_a_name_that_contradicts_its_number_is_undecided if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 1000, "owner": "root", "group": "root"})
	check.subject == {"/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"} with input as given
	check.compliant == set() with input as given
	every why in check.undecided { contains(why.en, "contradict") } with input as given
	check.undecided != {} with input as given
}

test_owner_not_collected_is_undecided if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "", "group": ""})
	check.compliant == set() with input as given
	check.undecided["/etc/kubernetes/manifests/kube-controller-manager.yaml@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kube_controller_manager_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"controller_manager_manifest@n1"} with input as given
	check.not_applicable["controller_manager_manifest@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_kube_controller_manager_runs if {
	given := without_file({"runs": ["kube-controller-manager"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["controller_manager_manifest@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_the_program_is_embedded if {
	given := without_file({"runs": ["kube-controller-manager"], "distribution": "k3s"})
	check.not_applicable["controller_manager_manifest@n1"].zh != "" with input as given
}
