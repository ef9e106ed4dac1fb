package kubernetes.default_namespace_unused_test

import data.kubernetes.default_namespace_unused as check

test_good if {
	given := {"names": [{"subject": "Deployment/shop/a", "kind": "Deployment", "namespace": "shop", "name": "a"}, {"subject": "Service/default/kubernetes", "kind": "Service", "namespace": "default", "name": "kubernetes"}]}
	check.compliant == {"Namespace/default"} with input as given
}

test_bad if {
	given := {"names": [{"subject": "ConfigMap/default/x", "kind": "ConfigMap", "namespace": "default", "name": "x"}]}
	check.reason["Namespace/default"].actual == {"en": "objects: 1 (ConfigMap/default/x)", "zh": "1 个对象（ConfigMap/default/x）"} with input as given
}

test_bad_is_not_compliant if {
	given := {"names": [{"subject": "Deployment/default/x", "kind": "Deployment", "namespace": "default", "name": "x"}]}
	check.compliant == set() with input as given
}

test_absent_objects_in_default if {
	given := {"names": [{"subject": "Pod/shop/p", "kind": "Pod", "namespace": "shop", "name": "p"}]}
	check.compliant == {"Namespace/default"} with input as given
}

test_what_kubernetes_keeps_is_normal if {
	given := {"names": [{"subject": "EndpointSlice/default/kubernetes", "kind": "EndpointSlice", "namespace": "default", "name": "kubernetes"}, {"subject": "Endpoints/default/kubernetes", "kind": "Endpoints", "namespace": "default", "name": "kubernetes"}, {"subject": "ConfigMap/default/kube-root-ca.crt", "kind": "ConfigMap", "namespace": "default", "name": "kube-root-ca.crt"}, {"subject": "ServiceAccount/default/default", "kind": "ServiceAccount", "namespace": "default", "name": "default"}]}
	check.compliant == {"Namespace/default"} with input as given
}

test_manifest_without_a_namespace_is_undecided if {
	given := {"names": [{"subject": "Deployment/default/x", "kind": "Deployment", "namespace": "default", "name": "x", "namespace_given": false}]}
	check.undecided["Namespace/default"].zh != "" with input as given
}

test_nothing_seen_selects_nothing if {
	given := {"names": []}
	check.subject == set() with input as given
}

named(kind, name) := {"names": [{"subject": concat("/", [kind, "default", name]), "kind": kind, "namespace": "default", "name": name}]}

test_slices_leases_and_events_of_kubernetes_are_normal_and_others_are_not if {
	every given in [named("EndpointSlice", "kubernetes-x1"), named("Event", "e"), named("Lease", "l")] {
		check.subject == {"Namespace/default"} with input as given
		check.compliant == {"Namespace/default"} with input as given
	}
	every given in [named("EndpointSlice", "web-x1"), named("Service", "kubernetes-x1"), named("ServiceAccount", "app"), named("ConfigMap", "x")] {
		check.subject == {"Namespace/default"} with input as given
		check.compliant == set() with input as given
	}
}

test_the_token_of_the_default_account_is_of_kubernetes if {
	token := {"subject": "Secret/default/default-token-x", "kind": "Secret", "namespace": "default", "name": "default-token-x"}
	check.compliant == {"Namespace/default"} with input as {"names": [object.union(token, {"is_default_token": true})]}
	check.compliant == set() with input as {"names": [token]}
}

test_nothing_there_is_said if {
	given := {"names": [{"subject": "Pod/shop/p", "kind": "Pod", "namespace": "shop", "name": "p"}]}
	check.reason["Namespace/default"].actual.en == "no objects" with input as given
}
