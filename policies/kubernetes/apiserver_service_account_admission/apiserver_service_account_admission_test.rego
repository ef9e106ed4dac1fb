package kubernetes.apiserver_service_account_admission_test

import data.kubernetes.apiserver_service_account_admission as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"disable-admission-plugins": ["DefaultStorageClass"]}, {})

test_absent_plugin_is_on_by_default if check.compliant == {"kube-apiserver@n1"} with input as server({}, {})

test_bad if {
	given := server({"disable-admission-plugins": ["ServiceAccount"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_bad_in_second_occurrence if {
	given := server({"disable-admission-plugins": ["PodSecurity", "LimitRanger,ServiceAccount"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_enable_list_need_not_repeat_the_default if check.compliant == {"kube-apiserver@n1"} with input as server({"enable-admission-plugins": ["NodeRestriction"]}, {})

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_variable_whose_content_was_not_seen_is_undecided if {
	given := server({"disable-admission-plugins": ["$(GIVEN_ELSEWHERE)"]}, {})
	check.compliant == set() with input as given
	contains(check.undecided["kube-apiserver@n1"].zh, "GIVEN_ELSEWHERE") with input as given
}
