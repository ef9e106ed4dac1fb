package kubernetes.namespaces_separate_test

import data.kubernetes.namespaces_separate as check

test_good if {
	given := {"pods": [{"subject": "Pod/shop/p", "namespace": "shop"}, {"subject": "Pod/bank/p", "namespace": "bank"}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_bad_all_in_default if {
	given := {"pods": [{"subject": "Pod/default/p", "namespace": "default"}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_one_namespace_is_for_a_person if {
	given := {"pods": [{"subject": "Pod/shop/p", "namespace": "shop"}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_some_in_default_is_for_a_person if {
	given := {"pods": [{"subject": "Pod/shop/p", "namespace": "shop"}, {"subject": "Pod/default/p", "namespace": "default"}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_platform_namespaces_do_not_count if {
	given := {"pods": [{"subject": "Pod/kube-system/p", "namespace": "kube-system"}, {"subject": "Pod/default/p", "namespace": "default"}]}
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason.cluster.actual != "" with input as given
}

test_manifest_without_a_namespace_is_undecided if {
	given := {"pods": [{"subject": "Pod/default/p", "namespace": "default", "namespace_given": false}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_absent_workloads_are_undecided if {
	given := {"pods": []}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}
