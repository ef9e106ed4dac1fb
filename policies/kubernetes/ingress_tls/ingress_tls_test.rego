package kubernetes.ingress_tls_test

import data.kubernetes.ingress_tls as check

ingress(spec) := {
	"subject": "Ingress/shop/web", "namespace": "shop", "name": "web", "api_version": "networking.k8s.io/v1",
	"manifest": {"spec": spec},
}

test_good if {
	given := object.union({"objects": {"Ingress": [ingress({"tls": [{"hosts": ["a.example"], "secretName": "s"}], "rules": [{"host": "a.example"}]})]}, "pods": []}, {})
	check.compliant == {"Ingress/shop/web"} with input as given
}

test_bad_one_host_without if {
	given := object.union({"objects": {"Ingress": [ingress({"tls": [{"hosts": ["a.example"], "secretName": "s"}], "rules": [{"host": "a.example"}, {"host": "b.example"}]})]}, "pods": []}, {})
	check.subject - check.compliant == {"Ingress/shop/web"} with input as given
	check.reason["Ingress/shop/web"].actual.zh == "未启用 TLS 的主机名：b.example" with input as given
}

test_absent_tls if {
	given := object.union({"objects": {"Ingress": [ingress({"rules": [{"host": "a.example"}]})]}, "pods": []}, {})
	check.subject - check.compliant == {"Ingress/shop/web"} with input as given
}

test_wildcard_covers_one_label if {
	given := object.union({"objects": {"Ingress": [ingress({"tls": [{"hosts": ["*.example"], "secretName": "s"}], "rules": [{"host": "a.example"}]})]}, "pods": []}, {})
	check.compliant == {"Ingress/shop/web"} with input as given
}

test_bad_wildcard_covers_no_second_label if {
	given := object.union({"objects": {"Ingress": [ingress({"tls": [{"hosts": ["*.example"], "secretName": "s"}], "rules": [{"host": "x.a.example"}]})]}, "pods": []}, {})
	check.subject - check.compliant == {"Ingress/shop/web"} with input as given
}

test_entry_without_hosts_covers_all if {
	given := object.union({"objects": {"Ingress": [ingress({"tls": [{"hosts": [], "secretName": "s"}], "rules": [{"host": "a.example"}]})]}, "pods": []}, {})
	check.compliant == {"Ingress/shop/web"} with input as given
}

test_absent_ingress_selects_nothing if {
	given := object.union({"objects": {}, "pods": []}, {})
	check.subject == set() with input as given
}

test_an_ingress_of_another_group_is_another_kind if {
	other := object.union(ingress({"domain": "apps.example"}), {"api_version": "config.openshift.io/v1"})
	check.subject == set() with input as {"objects": {"Ingress": [other]}, "pods": []}
}

test_an_ingress_without_rules_and_without_tls_is_told_so if {
	given := {"objects": {"Ingress": [ingress({"defaultBackend": {"service": {"name": "w"}}})]}, "pods": []}
	check.compliant == set() with input as given
	check.reason["Ingress/shop/web"].actual.en == "no spec.tls" with input as given
}

test_bad_a_host_of_two_rules_is_told_once_and_none_is_all if {
	given := {"objects": {"Ingress": [ingress({"tls": [{"hosts": ["b.example"]}], "rules": [{"host": "a.example"}, {"host": "a.example"}, {}]})]}, "pods": []}
	check.reason["Ingress/shop/web"].actual.en == "no TLS for a.example, *" with input as given
}
