package kubernetes.apiserver_event_rate_limit_test

import data.kubernetes.apiserver_event_rate_limit as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"enable-admission-plugins": ["NodeRestriction,EventRateLimit"], "admission-control-config-file": ["/etc/kubernetes/admission.yaml"]}, {"files": {"admission_config": {"plugins": [{"name": "EventRateLimit", "configuration": {"limits": [{"type": "Server", "qps": 50, "burst": 100}]}}]}}})

test_bad_plugin_off if {
	given := server({"enable-admission-plugins": ["NodeRestriction"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_absent if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_flag_alone_without_configuration_does_nothing if {
	given := server({"enable-admission-plugins": ["EventRateLimit"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_configuration_without_limits if {
	given := server({"enable-admission-plugins": ["NodeRestriction,EventRateLimit"], "admission-control-config-file": ["/etc/kubernetes/admission.yaml"]}, {"files": {"admission_config": {"plugins": [{"name": "EventRateLimit", "configuration": {"limits": []}}]}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual.en == "--enable-admission-plugins=NodeRestriction,EventRateLimit, no limit in /etc/kubernetes/admission.yaml" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := server({"enable-admission-plugins": ["NodeRestriction,EventRateLimit"], "admission-control-config-file": ["/etc/kubernetes/admission.yaml"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_configuration_in_a_file_of_its_own_not_collected if {
	given := server({"enable-admission-plugins": ["NodeRestriction,EventRateLimit"], "admission-control-config-file": ["/etc/kubernetes/admission.yaml"]}, {"files": {"admission_config": {"plugins": [{"name": "EventRateLimit", "path": "eventconfig.yaml"}]}}})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_configuration_without_the_plugin_is_said if {
	flags := {"enable-admission-plugins": ["EventRateLimit"], "admission-control-config-file": ["/a"]}
	said := check.reason["kube-apiserver@n1"].actual with input as server(flags, {"files": {"admission_config": {"plugins": []}}})
	contains(said.en, "no limit in")
}

test_a_plugin_without_limits_is_said if {
	flags := {"enable-admission-plugins": ["EventRateLimit"], "admission-control-config-file": ["/a"]}
	plugin := {"name": "EventRateLimit", "configuration": {"limits": []}}
	said := check.reason["kube-apiserver@n1"].actual with input as server(flags, {"files": {"admission_config": {"plugins": [plugin]}}})
	contains(said.en, "no limit in")
}
