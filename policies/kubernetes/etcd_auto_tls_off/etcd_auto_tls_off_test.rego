package kubernetes.etcd_auto_tls_off_test

import data.kubernetes.etcd_auto_tls_off as check

member(flags, extra) := {"components": [object.union(
	{
		"subject": "etcd@n1", "component": "etcd", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"etcd@n1"} with input as member({"auto-tls": ["false"]}, {})

test_bad if {
	given := member({"auto-tls": ["true"]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_absent_takes_the_default if check.compliant == {"etcd@n1"} with input as member({}, {})

test_configuration_file_counts if check.compliant == {"etcd@n1"} with input as member({}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"client-transport-security.auto-tls": false}})

test_flag_is_ignored_beside_a_configuration_file if {
	given := member({"auto-tls": ["false"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"client-transport-security.auto-tls": true}})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_absent_in_the_configuration_file if check.compliant == {"etcd@n1"} with input as member({"auto-tls": ["true"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"other": 1}})

test_configuration_not_collected_is_undecided if {
	given := member({"auto-tls": ["false"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_unparsable_value_is_undecided if {
	given := member({"auto-tls": ["$(X)"]}, {})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_go_spelling_of_a_boolean if check.compliant == {"etcd@n1"} with input as member({"auto-tls": ["0"]}, {})
