package kubernetes.cni_config_mode_test

import data.kubernetes.cni_config_mode as check

file(given) := object.union({"subject": "/etc/cni/net.d/10-calico.conflist@n1", "node": "n1", "path": "/etc/cni/net.d/10-calico.conflist", "role": "cni_config"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

# 0600 is 384, 0400 is 256
test_good if {
	given := with_file({"mode": 384, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
}

test_good_tighter if {
	given := with_file({"mode": 256, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
}

test_bad_writable_by_all if {
	given := with_file({"mode": 386, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_writable_by_the_group if {
	given := with_file({"mode": 400, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_setuid if {
	given := with_file({"mode": 2432, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_mode_that_is_less_as_a_decimal_number_fails if {
	given := with_file({"mode": 319, "uid": 0, "gid": 0})
	check.subject == {"/etc/cni/net.d/10-calico.conflist@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_reason_shows_octal_modes if {
	given := with_file({"mode": 511, "uid": 0, "gid": 0})
	check.reason["/etc/cni/net.d/10-calico.conflist@n1"].actual.en == "mode 0777" with input as given
	check.reason["/etc/cni/net.d/10-calico.conflist@n1"].patch == "chmod 0600 /etc/cni/net.d/10-calico.conflist" with input as given
}

test_mode_not_collected_is_undecided if {
	given := with_file({"mode": null, "uid": 0, "gid": 0})
	check.compliant == set() with input as given
	check.undecided["/etc/cni/net.d/10-calico.conflist@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_files_were_looked_for if {
	given := without_file({})
	check.subject == {"cni_config@n1"} with input as given
	check.not_applicable["cni_config@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_no_file_was_collected if {
	given := object.union(without_file({}), {"node_files": []})
	check.not_applicable == {} with input as given
	check.undecided["cni_config@n1"].zh != "" with input as given
}
