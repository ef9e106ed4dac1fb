package kubernetes.etcd_data_owner_test

import data.kubernetes.etcd_data_owner as check

file(given) := object.union({"subject": "/var/lib/etcd@n1", "node": "n1", "path": "/var/lib/etcd", "role": "etcd_data_dir"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

test_good if {
	given := with_file({"mode": 384, "uid": 998, "gid": 998, "owner": "etcd", "group": "etcd"})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == {"/var/lib/etcd@n1"} with input as given
}

test_bad_root if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0, "owner": "root", "group": "root"})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_group if {
	given := with_file({"mode": 384, "uid": 998, "gid": 10, "owner": "etcd", "group": "wheel"})
	check.subject == {"/var/lib/etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_number_without_a_name_is_undecided if {
	given := with_file({"mode": 448, "uid": 998, "gid": 998, "owner": "", "group": ""})
	check.compliant == set() with input as given
	check.undecided["/var/lib/etcd@n1"].zh != "" with input as given
}

test_root_may_be_accepted_by_the_parameter if {
	given := object.union(
		with_file({"mode": 448, "uid": 0, "gid": 0, "owner": "root", "group": "root"}),
		{"parameters": {"etcd_data_dir_may_be_root": true}},
	)
	check.compliant == {"/var/lib/etcd@n1"} with input as given
}

test_owner_not_collected_is_undecided if {
	given := with_file({"mode": 384, "uid": null, "gid": null, "owner": "", "group": ""})
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

test_the_reason_shows_the_owner_and_mends_it if {
	given := {
		"node_files": [{
			"subject": "/var/lib/etcd@n1", "node": "n1", "path": "/var/lib/etcd", "role": "etcd_data_dir", "mode": 448,
			"uid": 0, "gid": 998, "owner": "root", "group": "",
		}],
		"nodes": [], "components": [],
	}
	check.compliant == set() with input as given
	check.reason["/var/lib/etcd@n1"].actual.en == "owned by root:998" with input as given
	check.reason["/var/lib/etcd@n1"].patch == "chown etcd:etcd /var/lib/etcd" with input as given
}
