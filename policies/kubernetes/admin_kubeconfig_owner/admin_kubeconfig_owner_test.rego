package kubernetes.admin_kubeconfig_owner_test

import data.kubernetes.admin_kubeconfig_owner as check

file(given) := object.union({"subject": "/etc/kubernetes/admin.conf@n1", "node": "n1", "path": "/etc/kubernetes/admin.conf", "role": "admin_kubeconfig"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0, "owner": "", "group": ""})
	check.subject == {"/etc/kubernetes/admin.conf@n1"} with input as given
	check.compliant == {"/etc/kubernetes/admin.conf@n1"} with input as given
}

test_good_names_where_there_are_no_numbers if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "root", "group": "root"})
	check.subject == {"/etc/kubernetes/admin.conf@n1"} with input as given
	check.compliant == {"/etc/kubernetes/admin.conf@n1"} with input as given
}

test_bad_owner if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 0, "owner": "dev", "group": "root"})
	check.subject == {"/etc/kubernetes/admin.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["/etc/kubernetes/admin.conf@n1"].actual.en == "owned by dev:root" with input as given
	check.reason["/etc/kubernetes/admin.conf@n1"].patch == "chown root:root /etc/kubernetes/admin.conf" with input as given
}

test_bad_group if {
	given := with_file({"mode": 384, "uid": 0, "gid": 10, "owner": "root", "group": "wheel"})
	check.subject == {"/etc/kubernetes/admin.conf@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_a_name_that_contradicts_its_number_is_undecided if {
	given := with_file({"mode": 384, "uid": 1000, "gid": 1000, "owner": "root", "group": "root"})
	check.subject == {"/etc/kubernetes/admin.conf@n1"} with input as given
	check.compliant == set() with input as given
	every why in check.undecided { contains(why.en, "contradict") } with input as given
	check.undecided != {} with input as given
}

test_owner_not_collected_is_undecided if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "", "group": ""})
	check.compliant == set() with input as given
	check.undecided["/etc/kubernetes/admin.conf@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_files_were_looked_for if {
	given := without_file({})
	check.subject == {"admin_kubeconfig@n1"} with input as given
	check.not_applicable["admin_kubeconfig@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_no_file_was_collected if {
	given := object.union(without_file({}), {"node_files": []})
	check.not_applicable == {} with input as given
	check.undecided["admin_kubeconfig@n1"].zh != "" with input as given
}
