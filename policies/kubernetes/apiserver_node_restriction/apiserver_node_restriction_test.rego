package kubernetes.apiserver_node_restriction_test

import data.kubernetes.apiserver_node_restriction as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"enable-admission-plugins": ["NodeRestriction"]}, {})

test_absent_plugin_is_off_by_default if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_other_plugins_only if {
	given := server({"enable-admission-plugins": ["PodSecurity"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_list_split_over_two_flags if check.compliant == {"kube-apiserver@n1"} with input as server({"enable-admission-plugins": ["NodeRestriction,PodSecurity", "LimitRanger"]}, {})

test_enabled_and_disabled_is_disabled if {
	given := server({"enable-admission-plugins": ["NodeRestriction"], "disable-admission-plugins": ["NodeRestriction"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual == "--disable-admission-plugins=NodeRestriction" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_a_longer_word_is_another_plugin if {
	given := server({"enable-admission-plugins": ["NodeRestrictionX"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := server({"enable-admission-plugins": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-apiserver@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}
