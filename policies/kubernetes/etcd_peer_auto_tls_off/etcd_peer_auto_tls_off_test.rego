package kubernetes.etcd_peer_auto_tls_off_test

import data.kubernetes.etcd_peer_auto_tls_off as check

member(flags, extra) := {"components": [object.union(
	{
		"subject": "etcd@n1", "component": "etcd", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"etcd@n1"} with input as member({"peer-auto-tls": ["false"]}, {})

test_bad if {
	given := member({"peer-auto-tls": ["true"]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if check.compliant == {"etcd@n1"} with input as member({}, {})

test_configuration_file_counts if check.compliant == {"etcd@n1"} with input as member({}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"peer-transport-security.auto-tls": false}})

test_flag_is_ignored_beside_a_configuration_file if {
	given := member({"peer-auto-tls": ["false"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"peer-transport-security.auto-tls": true}})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_absent_in_the_configuration_file if check.compliant == {"etcd@n1"} with input as member({"peer-auto-tls": ["true"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"other": 1}})

test_configuration_not_collected_is_undecided if {
	given := member({"peer-auto-tls": ["false"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := member({"peer-auto-tls": ["$(X)"]}, {})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_go_spelling_of_a_boolean if check.compliant == {"etcd@n1"} with input as member({"peer-auto-tls": ["0"]}, {})

test_a_single_member_is_exempt_only_by_the_parameter if {
	alone := member({"initial-cluster": ["a=https://10.0.0.1:2380"], "peer-auto-tls": ["true"]}, {})
	exempt := {"parameters": {"etcd_single_member_exempt": true}}
	check.not_applicable["etcd@n1"].zh != "" with input as object.union(alone, exempt)
	check.not_applicable == {} with input as alone
	two := member({"initial-cluster": ["a=https://10.0.0.1:2380,b=https://10.0.0.2:2380"]}, {})
	check.not_applicable == {} with input as object.union(two, exempt)
	check.not_applicable == {} with input as object.union(member({}, {}), exempt)
}
