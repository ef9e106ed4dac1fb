package kubernetes.apiserver_anonymous_auth_test

import data.kubernetes.apiserver_anonymous_auth as check

server(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-apiserver@n1", "component": "kube-apiserver", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-apiserver@n1"} with input as server({"anonymous-auth": ["false"]}, {})

test_bad if {
	given := server({"anonymous-auth": ["true"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if {
	given := server({}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_structured_configuration_counts if check.compliant == {"kube-apiserver@n1"} with input as server({"authentication-config": ["/etc/kubernetes/authn.yaml"]}, {"files": {"authentication_config": {"anonymous": {"enabled": false}}}})

test_structured_configuration_without_the_field_takes_the_default if {
	given := server({"authentication-config": ["/etc/kubernetes/authn.yaml"]}, {"files": {"authentication_config": {"jwt": []}}})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_health_paths_only_is_a_softer_failure if {
	given := server({"authentication-config": ["/etc/kubernetes/authn.yaml"]}, {"files": {"authentication_config": {"anonymous": {"enabled": true, "conditions": [{"path": "/livez"}]}}}})
	check.compliant == set() with input as given
	check.reason["kube-apiserver@n1"].actual.en == "anonymous requests limited to /livez" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := server({"authentication-config": ["/etc/kubernetes/authn.yaml"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := server({"anonymous-auth": ["$(ANON)"]}, {})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_last_occurrence_wins if {
	given := server({"anonymous-auth": ["false", "true"]}, {})
	check.subject == {"kube-apiserver@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-apiserver@n1"].actual != "" with input as given
	check.reason["kube-apiserver@n1"].pointer != "" with input as given
}

test_flags_in_a_file_that_was_not_collected_are_undecided if {
	given := server({}, {"config_file": "/c/config.yaml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-apiserver@n1"].zh != "" with input as given
}

test_a_file_that_switches_it_off_is_said if {
	given := server({"authentication-config": ["/a"]}, {"files": {"authentication_config": {"anonymous": {"enabled": false}}}})
	check.reason["kube-apiserver@n1"].actual == "anonymous.enabled: false (--authentication-config)" with input as given
}
