package kubernetes.etcd_data_mode_test

import data.kubernetes.etcd_data_mode as check

file(given) := object.union({"subject": "/var/lib/etcd@n1", "node": "n1", "path": "/var/lib/etcd", "role": "etcd_data_dir"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

# 0700 is 448, 0500 is 320
test_good if {
	given := with_file({"mode": 448, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == {"/var/lib/etcd@n1"} with input as given
}

test_good_tighter if {
	given := with_file({"mode": 320, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == {"/var/lib/etcd@n1"} with input as given
}

test_bad_writable_by_all if {
	given := with_file({"mode": 450, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_writable_by_the_group if {
	given := with_file({"mode": 464, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_setuid if {
	given := with_file({"mode": 2496, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_mode_that_is_less_as_a_decimal_number_fails if {
	given := with_file({"mode": 319, "uid": 0, "gid": 0})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_reason_shows_octal_modes if {
	given := with_file({"mode": 511, "uid": 0, "gid": 0})
	check.reason["/var/lib/etcd@n1"].actual.en == "mode 0777" with input as given
	check.reason["/var/lib/etcd@n1"].patch == "chmod 0700 /var/lib/etcd" with input as given
}

test_mode_not_collected_is_undecided if {
	given := with_file({"mode": null, "uid": 0, "gid": 0})
	check.compliant == set() with input as given
	check.undecided["/var/lib/etcd@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_etcd_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"etcd_data_dir@n1"} with input as given
	check.not_applicable["etcd_data_dir@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_etcd_runs if {
	given := without_file({"runs": ["etcd"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["etcd_data_dir@n1"].zh != "" with input as given
}
