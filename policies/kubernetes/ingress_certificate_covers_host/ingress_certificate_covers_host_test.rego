package kubernetes.ingress_certificate_covers_host_test

import data.kubernetes.ingress_certificate_covers_host as check

name := "Ingress/shop/web"

ingress(spec) := {
	"subject": name, "namespace": "shop", "name": "web", "api_version": "networking.k8s.io/v1",
	"manifest": {"spec": spec},
}

for_host(host) := ingress({"tls": [{"hosts": [host], "secretName": "s"}]})

secret(manifest) := {
	"subject": "Secret/shop/s", "namespace": "shop", "name": "s", "api_version": "v1",
	"manifest": object.union({"type": "kubernetes.io/tls"}, manifest),
}

named(names) := secret({"certificate": {"names": names, "addresses": []}})

objects(web, secrets, listed) := {
	"objects": {"Secret": secrets, "Ingress": [web]},
	"cluster": {"kinds_listed": listed, "is_complete": false},
}

both(host, names) := objects(for_host(host), [named(names)], [])

lacks(secret_name, host) := {
	"en": sprintf("the certificate in Secret %s does not name %s", [secret_name, host]),
	"zh": sprintf("Secret %s 中的证书未覆盖 %s", [secret_name, host]),
}

test_good if {
	check.compliant == {name} with input as both("a.example", ["b.example", "a.example"])
}

test_case_of_letters_does_not_matter if {
	check.compliant == {name} with input as both("a.example", ["A.Example"])
}

test_wildcard_name_covers_one_label if {
	check.compliant == {name} with input as both("x.b.example", ["*.b.example"])
}

test_wildcard_host_is_covered_by_the_same_name if {
	check.compliant == {name} with input as both("*.b.example", ["*.b.example"])
}

test_bad_wildcard_covers_neither_two_labels_nor_none if {
	every host in ["x.y.b.example", "b.example", ".b.example"] {
		given := both(host, ["*.b.example"])
		check.compliant == set() with input as given
		check.reason[name].actual == lacks("shop/s", host) with input as given
	}
}

test_bad_wildcard_inside_of_a_label_is_none if {
	check.compliant == set() with input as both("web1.b.example", ["web*.b.example"])
}

test_bad if {
	given := both("c.example", ["a.example"])
	check.subject - check.compliant == {name} with input as given
	check.undecided == {} with input as given
	check.reason[name].actual == lacks("shop/s", "c.example") with input as given
}

test_bad_certificate_without_names if {
	given := both("a.example", [])
	check.subject - check.compliant == {name} with input as given
	check.undecided == {} with input as given
}

test_address_counts if {
	given := objects(for_host("10.0.0.1"), [secret({"certificate": {"names": [], "addresses": ["10.0.0.1"]}})], [])
	check.compliant == {name} with input as given
}

test_entry_without_hosts_stands_for_those_of_the_rules if {
	web := ingress({"tls": [{"secretName": "s"}], "rules": [{"host": "a.example"}, {"host": "c.example"}]})
	given := objects(web, [named(["a.example"])], [])
	check.reason[name].actual == lacks("shop/s", "c.example") with input as given
	check.compliant == set() with input as given
}

test_bad_one_of_two_secrets_of_a_name if {
	given := objects(for_host("a.example"), [named(["a.example"]), named(["b.example"])], [])
	check.compliant == set() with input as given
	check.undecided == {} with input as given
}

test_absent_secret_is_undecided if {
	check.undecided[name].en == "the certificate of Secret shop/s is not known: it was not collected" with input as objects(for_host("a.example"), [], [])
}

test_absent_secret_of_a_whole_cluster_is_bad if {
	given := objects(for_host("a.example"), [], ["Secret"])
	check.undecided == {} with input as given
	check.compliant == set() with input as given
	check.reason[name].actual.en == "Secret shop/s does not exist" with input as given
}

test_unread_certificate_is_undecided_and_says_why if {
	every why, zh in {
		"not asked for": "按配置未读取", "no permission": "API 拒绝返回含数据的 Secret 列表",
		"unreadable": "tls.crt 中没有可解析的证书", "server error": "读取失败",
	} {
		given := objects(for_host("a.example"), [secret({"certificate": {"unread": why}})], ["Secret"])
		check.compliant == set() with input as given
		check.undecided[name].zh == sprintf("Secret shop/s 中的证书未知：%s", [zh]) with input as given
	}
}

test_secret_without_data_is_undecided if {
	given := objects(for_host("a.example"), [secret({})], ["Secret"])
	contains(check.undecided[name].en, "not collected") with input as given
}

test_secret_of_another_type_is_undecided if {
	given := objects(for_host("a.example"), [secret({"type": "Opaque"})], ["Secret"])
	contains(check.undecided[name].en, "kubernetes.io/tls") with input as given
}

test_secret_without_type_is_not_believed if {
	bare := object.union(secret({}), {"manifest": {"certificate": {"names": ["a.example"], "addresses": []}}})
	given := objects(for_host("a.example"), [json.remove(bare, ["/manifest/type"])], ["Secret"])
	check.compliant == set() with input as given
	contains(check.undecided[name].en, "kubernetes.io/tls") with input as given
}

test_bad_certificate_that_says_nothing if {
	given := objects(for_host("a.example"), [secret({"certificate": {}})], ["Secret"])
	check.compliant == set() with input as given
}

test_bad_host_wins_over_one_that_is_not_known if {
	web := ingress({"tls": [{"hosts": ["c.example"], "secretName": "s"}, {"hosts": ["d.example"], "secretName": "t"}]})
	given := objects(web, [named(["a.example"])], [])
	check.undecided == {} with input as given
	check.compliant == set() with input as given
}

test_ingress_without_tls_is_no_subject if {
	check.subject == set() with input as objects(ingress({}), [], [])
}
