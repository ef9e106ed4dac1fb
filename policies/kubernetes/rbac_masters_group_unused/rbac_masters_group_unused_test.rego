package kubernetes.rbac_masters_group_unused_test

import data.kubernetes.rbac_masters_group_unused as check

binding(name, role, subjects) := {
	"subject": sprintf("ClusterRoleBinding/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {
		"metadata": {"name": name}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects,
	},
}

test_good if {
	given := {"cluster": {"is_complete": true}, "objects": {}, "node_files": [{"subject": "/etc/kubernetes/admin.conf@n1", "node": "n1", "path": "/etc/kubernetes/admin.conf", "role": "admin_kubeconfig", "mode": 384, "uid": 0, "gid": 0, "certificate_groups": ["kubeadm:cluster-admins"]}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_binding if {
	given := {"cluster": {"is_complete": true}, "objects": {"ClusterRoleBinding": [binding("b", "view", [{"kind": "Group", "name": "system:masters"}])]}, "node_files": []}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_bad_certificate if {
	given := {"cluster": {"is_complete": true}, "objects": {}, "node_files": [{"subject": "/etc/kubernetes/admin.conf@n1", "node": "n1", "path": "/etc/kubernetes/admin.conf", "role": "admin_kubeconfig", "mode": 384, "uid": 0, "gid": 0, "certificate_groups": ["system:masters"]}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_bad_super_admin_is_kept if {
	given := {"cluster": {"is_complete": true}, "objects": {}, "node_files": [{"subject": "/etc/kubernetes/super-admin.conf@n1", "node": "n1", "path": "/etc/kubernetes/super-admin.conf", "role": "admin_kubeconfig", "mode": 384, "uid": 0, "gid": 0, "certificate_groups": null}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

request := "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIak1JR0tBZ0VBTUNneEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVEwd0N3WURWUVFEREFScQpZVzVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFMmx5eEFWNnp2ZlhoVUswZFM4VjNvQVdUCmNZdXZjV0ZRUHpjNnV5NjhrTVo1bWNtYm9NeW5MYkZjY2VyWGJnUHdudGg1MENzVGJFUnNlR2JIZ000MzdxQUEKTUFvR0NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSVFERk9Nb2VlWWVZTGdvVVdUckliNFdkaThQa2NqTHB5RFpXL1g0OQo2aU04NmdJZ0dhMVA0aHdVemRuVDloMDMxM05OdFk1Sm8zRHFQaVUwTjY0MzF0SnBFaW89Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo="

test_bad_request_asks_for_it if {
	given := {"cluster": {"is_complete": true}, "objects": {"CertificateSigningRequest": [{"subject": "CertificateSigningRequest/x", "namespace": "", "name": "x", "api_version": "certificates.k8s.io/v1", "manifest": {"spec": {"request": request}}}]}, "node_files": []}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_name_of_the_binding_is_no_excuse if {
	given := {"cluster": {"is_complete": true}, "objects": {"ClusterRoleBinding": [binding("cluster-admin", "view", [{"kind": "Group", "name": "system:masters"}])]}, "node_files": []}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_own_binding_of_the_api_server_is_fine if {
	own := object.union(binding("cluster-admin", "cluster-admin", [{"kind": "Group", "name": "system:masters"}]), {"manifest": {"metadata": {"labels": {
		"kubernetes.io/bootstrapping": "rbac-defaults",
	}}}})
	given := {
		"cluster": {"is_complete": true},
		"objects": {"ClusterRoleBinding": [own]},
		"node_files": [{"subject": "/etc/kubernetes/admin.conf@n1", "node": "n1", "path": "/etc/kubernetes/admin.conf", "role": "admin_kubeconfig", "mode": 384, "uid": 0, "gid": 0, "certificate_groups": []}],
	}
	check.compliant == {"cluster"} with input as given
}

test_absent_certificates_are_undecided if {
	given := {"cluster": {"is_complete": true}, "objects": {}, "node_files": []}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_nothing_collected_is_undecided if {
	given := {}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}
