package kubernetes.etcd_peer_certificate_test

import data.kubernetes.etcd_peer_certificate as check

member(flags, extra) := {"components": [object.union(
	{
		"subject": "etcd@n1", "component": "etcd", "node": "n1", "flags": flags, "config": {},
		"config_file": "", "config_read": true, "files": {}, "version": "1.34.2", "distribution": "kubeadm",
	},
	extra,
)]}

test_good if check.compliant == {"etcd@n1"} with input as member({"peer-cert-file": ["/pki/peer-cert-file"], "peer-key-file": ["/pki/peer-key-file"]}, {})

test_absent if {
	given := member({}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_bad_one_of_two if {
	given := member({"peer-cert-file": ["/pki/peer-cert-file"]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual.en == "--peer-cert-file=/pki/peer-cert-file, --peer-key-file absent (default none)" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_bad_empty_value if {
	given := member({"peer-cert-file": ["/pki/peer-cert-file"], "peer-key-file": [""]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_configuration_file_counts if check.compliant == {"etcd@n1"} with input as member({}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"peer-transport-security.cert-file": "/pki/peer-cert-file", "peer-transport-security.key-file": "/pki/peer-key-file"}})

test_flags_are_ignored_beside_a_configuration_file if {
	given := member({"peer-cert-file": ["/pki/peer-cert-file"], "peer-key-file": ["/pki/peer-key-file"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config": {"name": "m"}})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.undecided == {} with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_configuration_not_collected_is_undecided if {
	given := member({"peer-cert-file": ["/pki/peer-cert-file"], "peer-key-file": ["/pki/peer-key-file"]}, {"config_file": "/etc/etcd/etcd.conf.yml", "config_read": false})
	check.compliant == set() with input as given
	check.undecided["etcd@n1"].zh != "" with input as given
}

test_single_member_fails_unless_the_parameter_exempts_it if {
	given := member({"initial-cluster": ["m1=https://10.0.0.1:2380"]}, {})
	check.subject == {"etcd@n1"} with input as given
	check.compliant == set() with input as given
	check.reason["etcd@n1"].actual != "" with input as given
	check.reason["etcd@n1"].pointer != "" with input as given
}

test_single_member_may_be_exempt if {
	given := object.union(member({"initial-cluster": ["m1=https://10.0.0.1:2380"]}, {}), {"parameters": {"etcd_single_member_exempt": true}})
	check.not_applicable["etcd@n1"].zh != "" with input as given
}
