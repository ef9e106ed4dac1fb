package kubernetes.kubelet_client_ca_mode_test

import data.kubernetes.kubelet_client_ca_mode as check

file(given) := object.union({"subject": "/etc/kubernetes/pki/ca.crt@n1", "node": "n1", "path": "/etc/kubernetes/pki/ca.crt", "role": "kubelet_client_ca"}, given)

with_file(given) := {"node_files": [file(given)], "nodes": [], "components": []}

without_file(node) := {
	"node_files": [{"subject": "/x@n1", "node": "n1", "path": "/x", "role": "other", "mode": 0, "uid": 0, "gid": 0}],
	"nodes": [object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, node)],
	"components": [],
}

# 0644 is 420, 0444 is 292
test_good if {
	given := with_file({"mode": 420, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
}

test_good_tighter if {
	given := with_file({"mode": 292, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
}

test_bad_writable_by_all if {
	given := with_file({"mode": 422, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_writable_by_the_group if {
	given := with_file({"mode": 436, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_bad_setuid if {
	given := with_file({"mode": 2468, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_mode_that_is_less_as_a_decimal_number_fails if {
	given := with_file({"mode": 319, "uid": 0, "gid": 0})
	check.subject == {"/etc/kubernetes/pki/ca.crt@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_reason_shows_octal_modes if {
	given := with_file({"mode": 511, "uid": 0, "gid": 0})
	check.reason["/etc/kubernetes/pki/ca.crt@n1"].actual.en == "mode 0777" with input as given
	check.reason["/etc/kubernetes/pki/ca.crt@n1"].patch == "chmod 0644 /etc/kubernetes/pki/ca.crt" with input as given
}

test_mode_not_collected_is_undecided if {
	given := with_file({"mode": null, "uid": 0, "gid": 0})
	check.compliant == set() with input as given
	check.undecided["/etc/kubernetes/pki/ca.crt@n1"].zh != "" with input as given
}

test_absent_is_not_applicable_where_kubelet_does_not_run if {
	given := without_file({"runs": []})
	check.subject == {"kubelet_client_ca@n1"} with input as given
	check.not_applicable["kubelet_client_ca@n1"].zh != "" with input as given
}

test_absent_is_undecided_where_kubelet_runs if {
	given := without_file({"runs": ["kubelet"]})
	check.compliant == set() with input as given
	check.not_applicable == {} with input as given
	check.undecided["kubelet_client_ca@n1"].zh != "" with input as given
}
