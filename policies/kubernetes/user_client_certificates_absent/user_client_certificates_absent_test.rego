package kubernetes.user_client_certificates_absent_test

import data.kubernetes.user_client_certificates_absent as check

binding(name, role, subjects) := {
	"subject": sprintf("ClusterRoleBinding/%s", [name]), "namespace": "", "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": {
		"metadata": {"name": name}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects,
	},
}

user := {"kind": "User", "name": "jane"}

server(flags, files) := {
	"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
	"config_file": "", "config_read": true, "files": files,
}

test_good if {
	given := {"cluster": {"is_complete": true}, "components": [server({"oidc-issuer-url": ["https://id"]}, {})], "objects": {"ClusterRole": [], "ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_people_without_any_other_login if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {"ClusterRole": [], "ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_bad_issued_certificate_of_a_person if {
	given := {"cluster": {"is_complete": true}, "components": [server({"oidc-issuer-url": ["https://id"]}, {})], "objects": {"CertificateSigningRequest": [{"subject": "CertificateSigningRequest/x", "namespace": "", "name": "x", "api_version": "certificates.k8s.io/v1", "manifest": {
		"spec": {"username": "jane", "signerName": "kubernetes.io/kube-apiserver-client"}, "status": {"certificate": "x"},
	}}]}}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_absent_evidence_is_for_a_person if {
	given := {"cluster": {"is_complete": true}, "components": [server({}, {})], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_incomplete_objects_are_undecided if {
	given := {"cluster": {"is_complete": false}, "components": [server({"oidc-issuer-url": ["https://id"]}, {})], "objects": {"ClusterRole": [], "ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_certificates_of_components_are_no_users if {
	given := {"cluster": {"is_complete": true}, "components": [server({"oidc-issuer-url": ["https://id"]}, {})], "objects": {"CertificateSigningRequest": [{"subject": "CertificateSigningRequest/x", "namespace": "", "name": "x", "api_version": "certificates.k8s.io/v1", "manifest": {
		"spec": {"username": "system:node:n1", "signerName": "kubernetes.io/kube-apiserver-client"}, "status": {"certificate": "x"},
	}}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
	check.reason.cluster.actual.en == "no client certificate of a person" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := {"cluster": {"is_complete": true}, "components": [server({"authentication-config": ["/a"]}, {})], "objects": {"ClusterRole": [], "ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_structured_authentication_counts if {
	given := {"cluster": {"is_complete": true}, "components": [server({"authentication-config": ["/a"]}, {"authentication_config": {"jwt": [{"issuer": {}}]}})], "objects": {"ClusterRole": [], "ClusterRoleBinding": [binding("b", "view", [user])]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_nothing_collected_is_undecided if {
	given := {}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}
