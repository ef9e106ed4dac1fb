package kubernetes.etcd_serving_certificate_test

import data.kubernetes.etcd_serving_certificate as check

member(flags, extra) := {"components": [object.union(
	{
		"subject": "etcd@n1", "component": "etcd", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"etcd@n1"} with input as member({"cert-file": ["/pki/cert-file"], "key-file": ["/pki/key-file"]}, {})

test_absent if {
	given := member({}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_bad_one_of_two if {
	given := member({"cert-file": ["/pki/cert-file"]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual.en == "--cert-file=/pki/cert-file, --key-file absent (default none)" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := member({"cert-file": ["/pki/cert-file"], "key-file": [""]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_configuration_file_counts if check.compliant == {"etcd@n1"} with input as member({}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"client-transport-security.cert-file": "/pki/cert-file", "client-transport-security.key-file": "/pki/key-file"}})

test_flags_are_ignored_beside_a_configuration_file if {
	given := member({"cert-file": ["/pki/cert-file"], "key-file": ["/pki/key-file"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"name": "m"}})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := member({"cert-file": ["/pki/cert-file"], "key-file": ["/pki/key-file"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}
