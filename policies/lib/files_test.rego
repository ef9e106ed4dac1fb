package lib.files_test

import data.lib.files

file(extra) := object.union(
	{
		"subject": "/f@n1", "node": "n1", "path": "/f", "role": "pki_all", "mode": 384, "uid": null, "gid": null,
		"owner": "", "group": "",
	},
	extra,
)

node(extra) := object.union({"subject": "n1", "name": "n1", "runs": null, "distribution": "", "cni": null}, extra)

test_modes_are_compared_bit_by_bit if {
	every mode in [0, 256, 384] { files.is_within(file({"mode": mode}), "0600") }
	every mode in [386, 319, 416, 420, 2432] { not files.is_within(file({"mode": mode}), "0600") }
	files.is_within(file({"mode": 420}), "0644")
	not files.is_within(file({"mode": 493}), "0700")
	files.mode_reason(file({"mode": 493}), "0600").patch == "chmod 0600 /f"
	files.mode_reason(file({"mode": 493}), "0600").actual.en == "mode 0755"
	files.mode_reason(file({"mode": 319}), "0600").patch == "chmod 0400 /f"
}

test_root_is_known_by_number_or_else_by_name if {
	every given in [
		{"uid": 0, "gid": 0}, {"uid": 0, "gid": 0, "owner": "root", "group": "root"}, {"owner": "root", "group": "root"},
		{"uid": 0, "group": "root"}, {"gid": 0, "owner": "root"},
	] {
		files.is_root(file(given))
	}
	every given in [
		{}, {"uid": 0}, {"uid": 0, "gid": 10}, {"uid": 1000, "gid": 0, "owner": "root", "group": "root"},
		{"uid": 1000, "gid": 1000, "owner": "root", "group": "root"}, {"owner": "root"}, {"owner": "root", "group": "wheel"},
		{"owner": "dev", "group": "root"}, {"uid": 0, "group": "wheel"},
		{"uid": 0, "gid": 0, "owner": "x", "group": "x"},
	] {
		not files.is_root(file(given))
	}
}

test_an_owner_without_number_and_name_is_unknown if {
	every given in [{}, {"uid": 0}, {"gid": 0}, {"owner": "root"}, {"group": "root"}] {
		files.owner_unknown(file(given))
		files.name_unknown(file(given))
	}
	every given in [{"uid": 0, "gid": 0}, {"owner": "root", "group": "root"}, {"uid": 0, "group": "root"}, {"uid": 5, "gid": 5}] {
		not files.owner_unknown(file(given))
	}
}

test_half_an_owner_that_is_not_root_is_an_answer_but_may_be_anybody_else if {
	every given in [{"uid": 5}, {"gid": 5}, {"owner": "kube"}, {"group": "kube"}] {
		not files.is_root(file(given))
		not files.owner_unknown(file(given))
		files.name_unknown(file(given))
	}
	files.owner_reason(file({"uid": 5}), "root:root").actual.en == "owned by 5:?"
	files.owner_unknown(file({"uid": 5, "owner": "root"}))
}

test_a_number_without_a_name_may_be_anybody_but_root if {
	every given in [{"uid": 998, "gid": 998}, {"uid": 998, "gid": 998, "owner": "etcd"}, {"uid": 998, "gid": 998, "group": "etcd"}] {
		files.name_unknown(file(given))
	}
	every given in [{"uid": 0, "gid": 0}, {"uid": 0, "gid": 998}, {"uid": 998, "gid": 998, "owner": "etcd", "group": "etcd"}, {"uid": 998, "gid": 0, "owner": "etcd"}] {
		not files.name_unknown(file(given))
	}
}

test_names_must_both_be_right if {
	files.is_owned_by(file({"owner": "etcd", "group": "etcd"}), "etcd", "etcd")
	not files.is_owned_by(file({"owner": "etcd", "group": "root"}), "etcd", "etcd")
	not files.is_owned_by(file({"owner": "root", "group": "etcd"}), "etcd", "etcd")
}

test_an_owner_is_shown_by_name_or_else_by_number if {
	said := files.owner_reason(file({"uid": 1000, "gid": 0, "owner": "dev"}), "root:root")
	said.actual == {"en": "owned by dev:0", "zh": "属主属组为 dev:0"}
	said.patch == "chown root:root /f"
}

test_a_node_lacks_the_roles_it_holds_no_file_of if {
	given := {"node_files": [file({})], "nodes": [node({}), node({"name": "n2"})]}
	files.lacking("pki_all") == {node({"name": "n2"})} with input as given
	files.lacking("cni_config") == {node({}), node({"name": "n2"})} with input as given
	files.lacking_subject("cni_config", node({})) == "cni_config@n1"
}

# Why a node has no file in a role.
why(role, one, extra) := said.en if {
	said := files.absence(role, one) with input as object.union({"node_files": [file({})], "components": []}, extra)
}

is_unsaid(role, one, extra) if {
	not files.absence(role, one) with input as object.union({"node_files": [file({})], "components": []}, extra)
}

test_what_does_not_run_has_no_file if {
	why("etcd_manifest", node({"runs": []}), {}) == "etcd does not run on node n1"
	is_unsaid("etcd_manifest", node({"runs": ["etcd"]}), {})
	is_unsaid("etcd_manifest", node({"runs": null}), {})
}

test_what_is_embedded_has_no_file if {
	contains(why("etcd_manifest", node({"runs": ["etcd"], "distribution": "k3s"}), {}), "embedded")
	is_unsaid("etcd_manifest", node({"runs": ["etcd"], "distribution": "rke2"}), {})
	contains(why("kubelet_service", node({"distribution": "talos"}), {}), "talos")
}

test_a_file_that_need_not_exist_is_not_kept_where_files_were_looked_for if {
	why("cni_config", node({}), {}) == "no such file is kept on the node"
	is_unsaid("cni_config", node({"name": "n2"}), {})
	is_unsaid("kubelet_config", node({}), {})
}

component(name, extra) := {"components": [object.union(
	{"component": name, "subject": "c@n1", "node": "n1", "flags": {}, "config": {}, "config_file": "", "config_read": true},
	extra,
)]}

test_a_kubelet_without_a_configuration_file_has_none if {
	contains(why("kubelet_config", node({}), component("kubelet", {})), "without a configuration file")
	is_unsaid("kubelet_config", node({}), component("kubelet", {"config_file": "/k"}))
	is_unsaid("kubelet_config", node({}), component("kubelet", {"config": {"x": 1}}))
	is_unsaid("kubelet_config", node({}), component("kubelet", {"config_read": false}))
	is_unsaid("kubelet_config", node({}), component("kubelet", {"node": "n2"}))
}

test_the_kubeconfig_of_kube_proxy_may_come_from_a_config_map if {
	inside := {"flags": {"kubeconfig": ["/var/lib/kube-proxy/kubeconfig.conf"]}}
	contains(why("proxy_kubeconfig", node({}), component("kube-proxy", inside)), "ConfigMap")
	written := {"config_file": "/c", "config": {"clientConnection.kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf"}}
	contains(why("proxy_kubeconfig", node({}), component("kube-proxy", written)), "ConfigMap")
	is_unsaid("proxy_kubeconfig", node({}), component("kube-proxy", {"flags": {"kubeconfig": ["/etc/k"]}}))
	is_unsaid("proxy_kubeconfig", node({"name": "n2"}), component("kube-proxy", inside))
}

test_an_owner_by_name_and_number_that_contradict_each_other_is_nobody if {
	etcd := {"uid": 998, "gid": 998, "owner": "etcd", "group": "etcd"}
	files.is_owned_by(file(etcd), "etcd", "etcd")
	not files.is_owned_by(file(object.union(etcd, {"uid": 0})), "etcd", "etcd")
	files.owner_unknown(file(object.union(etcd, {"gid": 0})))
	files.owner_unknown(file(object.union(etcd, {"group": "root"})))
	contains(files.owner_unclear(file(object.union(etcd, {"uid": 0}))).en, "contradict")
}

# The same numbers and names on one node, or on two.
on(node_name, owner, uid) := file({"node": node_name, "owner": owner, "uid": uid, "group": "etcd", "gid": 998})

test_a_name_of_two_numbers_and_a_number_of_two_names_contradict if {
	etcd := on("n1", "etcd", 998)
	every other in [on("n1", "etcd", 1001), on("n1", "alice", 998)] {
		not files.is_owned_by(etcd, "etcd", "etcd") with input as {"node_files": [etcd, other]}
		files.name_unknown(etcd) with input as {"node_files": [etcd, other]}
		said := files.owner_unclear(etcd) with input as {"node_files": [etcd, other]}
		contains(said.en, sprintf("%q, uid %v", [other.owner, other.uid]))
		not files.owner_unknown(etcd) with input as {"node_files": [etcd, other]}
	}
	every other in [on("n2", "etcd", 1001), on("n1", "alice", 1001), on("n1", "etcd", 998), on("n1", "", 998), on("n1", "etcd", null)] {
		files.is_owned_by(etcd, "etcd", "etcd") with input as {"node_files": [etcd, other]}
	}
}

test_a_group_of_two_numbers_contradicts if {
	one := file({"owner": "etcd", "uid": 998, "group": "etcd", "gid": 998})
	other := file({"owner": "etcd", "uid": 998, "group": "etcd", "gid": 2000})
	not files.is_owned_by(one, "etcd", "etcd") with input as {"node_files": [one, other]}
	said := files.owner_unclear(one) with input as {"node_files": [one, other]}
	contains(said.en, "gid 2000")
}

test_the_number_0_is_root_whatever_another_file_says if {
	root := file({"owner": "root", "uid": 0, "group": "root", "gid": 0})
	other := file({"owner": "root", "uid": 1000, "group": "root", "gid": 0})
	files.is_root(root) with input as {"node_files": [root, other]}
	not files.name_unknown(root) with input as {"node_files": [root, other]}
	files.owner_unknown(other) with input as {"node_files": [root, other]}
	nobody := file({"owner": "etcd", "uid": 1000, "group": "etcd", "gid": 1000})
	files.is_owned_by(nobody, "etcd", "etcd") with input as {"node_files": [nobody, other]}
}
