package kubernetes.kube_proxy_metrics_address_test

import data.kubernetes.kube_proxy_metrics_address as check

proxy(flags, extra) := {"components": [object.union(
	{
		"subject": "kube-proxy@n1", "component": "kube-proxy", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"kube-proxy@n1"} with input as proxy({"metrics-bind-address": ["127.0.0.1:10249"]}, {})

test_bad if {
	given := proxy({"metrics-bind-address": ["0.0.0.0:10249"]}, {})
	check.subject == {"kube-proxy@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-proxy@n1"].actual != "" with input as given
	check.reason["kube-proxy@n1"].pointer != "" with input as given
}

test_bad_node_address if {
	given := proxy({}, {"config_file": "/var/lib/kube-proxy/config.conf", "config": {"metricsBindAddress": "10.0.0.1:10249"}})
	check.subject == {"kube-proxy@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-proxy@n1"].actual != "" with input as given
	check.reason["kube-proxy@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if check.compliant == {"kube-proxy@n1"} with input as proxy({}, {})

test_empty_text_means_the_default if check.compliant == {"kube-proxy@n1"} with input as proxy({}, {"config_file": "/var/lib/kube-proxy/config.conf", "config": {"metricsBindAddress": ""}})

test_ipv6_loopback if check.compliant == {"kube-proxy@n1"} with input as proxy({}, {"config_file": "/var/lib/kube-proxy/config.conf", "config": {"metricsBindAddress": "[::1]:10249"}})

test_flag_is_ignored_beside_a_configuration_file if {
	given := proxy({"metrics-bind-address": ["127.0.0.1"]}, {"config_file": "/var/lib/kube-proxy/config.conf", "config": {"metricsBindAddress": "0.0.0.0"}})
	check.subject == {"kube-proxy@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-proxy@n1"].actual != "" with input as given
	check.reason["kube-proxy@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := proxy({}, {"config_file": "/x", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["kube-proxy@n1"].zh != "" with input as given
}

test_a_name_that_begins_like_loopback if {
	given := proxy({"metrics-bind-address": ["127.0.0.1.example.com:80"]}, {})
	check.subject == {"kube-proxy@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["kube-proxy@n1"].actual != "" with input as given
	check.reason["kube-proxy@n1"].pointer != "" with input as given
}
