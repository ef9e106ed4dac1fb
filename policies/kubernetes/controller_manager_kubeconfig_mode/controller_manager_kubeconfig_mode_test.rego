package kubernetes.controller_manager_kubeconfig_mode_test

import data.kubernetes.controller_manager_kubeconfig_mode as check

file(given) := object.union({"subject": "/etc/kubernetes/controller-manager.conf@n1", "node": "n1", "path": "/etc/kubernetes/controller-manager.conf", "role": "controller_manager_kubeconfig"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

# 0600 is 384, 0400 is 256
test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
}

test_good_tighter if {
	given := with_file({"mode": 256, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
}

test_bad_writable_by_all if {
	given := with_file({"mode": 386, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_writable_by_the_group if {
	given := with_file({"mode": 400, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_setuid if {
	given := with_file({"mode": 2432, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_mode_that_is_less_as_a_decimal_number_fails if {
	given := with_file({"mode": 319, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/controller-manager.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_reason_shows_octal_modes if {
	given := with_file({"mode": 511, "uid": 0, "gid": 0})
	check.reason["/etc/kubernetes/controller-manager.conf@n1"].actual.en == "mode 0777" with input as given
	check.reason["/etc/kubernetes/controller-manager.conf@n1"].patch == "chmod 0600 /etc/kubernetes/controller-manager.conf" with input as given
}

test_mode_not_collected_is_undecided if {
	given := with_file({"mode": null, "uid": 0, "gid": 0})
	check.compliant == set() with input as given
	check.undecided["/etc/kubernetes/controller-manager.conf@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kube_controller_manager_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"controller_manager_kubeconfig@n1"} with input as given
	check.not_applicable["controller_manager_kubeconfig@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_kube_controller_manager_runs if {
	given := without_file({"runs": ["kube-controller-manager"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["controller_manager_kubeconfig@n1"].zh != "" with input as given
}
