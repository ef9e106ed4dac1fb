# METADATA
# title: Files of nodes
# description: |
#   Modes are numbers and compared bit by bit (0o600 is 384); owners by number first, by the node's own names second.
#   A node whose facts were collected, but which lacks a file in a role, is a subject too: "<role>@<node>".
package lib.files

import data.lib.parameters
import data.lib.settings
import data.lib.texts

limits := {"0600": 384, "0644": 420, "0700": 448}

of(role) := {f | some f in input.node_files; f.role == role}

# Nodes that were looked at and hold no file in this role.
lacking(role) := {node | some node in input.nodes; not holds(node.name, role)}

holds(node, role) if [node, role] in held

held := {[f.node, f.role] | some f in input.node_files}

lacking_subject(role, node) := sprintf("%s@%s", [role, node.name])

is_within(f, limit) if bits.and(f.mode, bits.negate(limits[limit])) == 0

octal(mode) := sprintf("0%s", [format_int(mode, 8)])

mode_reason(f, limit) := {
	"actual": texts.said("mode %s", "权限为 %s", [octal(f.mode)]),
	"pointer": "/mode",
	"patch": sprintf("chmod %s %s", [octal(bits.and(f.mode, limits[limit])), f.path]),
}

# "own": it is said of this check alone; what is missing altogether is said once for mode and owner.
mode_unknown := {"own": true, "en": "the mode of the file was not collected", "zh": "未采集到该文件的权限"}

# ---- owners ---------------------------------------------------------------------------------------------------------

is_root(f) if {
	not is_contradicted(f)
	is_zero(f.uid, f.owner)
	is_zero(f.gid, f.group)
}

is_zero(0, _)

is_zero(null, "root")

# Names count only where they are the node's own (a scanner's container has another user database).
is_owned_by(f, owner, group) if {
	not is_contradicted(f)
	not is_ambiguous(f)
	f.owner == owner
	f.group == group
}

# The number 0 is root and no other number is: a name that says otherwise comes from another user database.
is_contradicted(f) if contradicts(f.owner, f.uid)

is_contradicted(f) if contradicts(f.group, f.gid)

contradicts("root", number) if {
	is_number(number)
	number != 0
}

contradicts(name, 0) if not name in {"", "root"}

# On one node a name has one number, and a number one name: where its facts know several, some of them are not true.
is_ambiguous(f) if is_shared(users[f.node], f.owner, f.uid)

is_ambiguous(f) if is_shared(groups[f.node], f.group, f.gid)

is_shared(pairs, name, number) if {
	[name, number] != ["root", 0]
	some other in pairs
	shares_one_half(other, [name, number])
}

shares_one_half([name, number], [other_name, other_number]) if {
	name == other_name
	number != other_number
}

shares_one_half([name, number], [other_name, other_number]) if {
	name != other_name
	number == other_number
}

users[f.node] contains [f.owner, f.uid] if {
	some f in input.node_files
	f.owner != ""
	is_number(f.uid)
	not contradicts(f.owner, f.uid)
}

groups[f.node] contains [f.group, f.gid] if {
	some f in input.node_files
	f.group != ""
	is_number(f.gid)
	not contradicts(f.group, f.gid)
}

owner_unknown(f) if is_contradicted(f)

# One half that was collected and is not root's is an answer; without one, the other half must be there.
owner_unknown(f) if {
	is_half_known(f)
	not is_foreign(f)
}

is_half_known(f) if is_unknown(f.uid, f.owner)

is_half_known(f) if is_unknown(f.gid, f.group)

is_unknown(null, "")

is_foreign(f) if belongs_to_another(f.uid, f.owner)

is_foreign(f) if belongs_to_another(f.gid, f.group)

belongs_to_another(number, _) if {
	is_number(number)
	number != 0
}

belongs_to_another(null, name) if not name in {"", "root"}

# A number without a name may or may not be the wanted user; 0 is root in any case.
name_unknown(f) if owner_unknown(f)

name_unknown(f) if is_half_known(f)

name_unknown(f) if is_ambiguous(f)

name_unknown(f) if {
	f.uid != 0
	f.owner == ""
}

name_unknown(f) if {
	f.uid != 0
	f.gid != 0
	f.group == ""
}

owner_reason(f, wanted) := {
	"actual": texts.said("owned by %s:%s", "属主属组为 %s:%s", [shown(f.owner, f.uid), shown(f.group, f.gid)]),
	"pointer": "/uid",
	"patch": sprintf("chown %s %s", [wanted, f.path]),
}

shown(name, _) := name if name != ""

shown("", number) := sprintf("%v", [number]) if number != null

shown("", null) := "?"

owner_unclear(f) := {
	"own": true,
	"en": sprintf("name and number contradict each other: %s", [concat("; ", pairs_of(f, "user", "uid", "group", "gid"))]),
	"zh": sprintf("名称与数字 ID 相互矛盾：%s", [concat("；", pairs_of(f, "用户", "uid", "用户组", "gid"))]),
} if {
	is_unbelievable(f)
} else := {"own": true, "en": "the owner of the file was not collected", "zh": "未采集到该文件的属主属组"}

is_unbelievable(f) if is_contradicted(f)

is_unbelievable(f) if is_ambiguous(f)

# What the facts of the node say of the file's owner, and elsewhere of the same name or number.
pairs_of(f, user, uid, group, gid) := array.concat(
	said_of(users, f, [f.owner, f.uid], [user, uid]),
	said_of(groups, f, [f.group, f.gid], [group, gid]),
)

said_of(known, f, own, words) := array.concat(
	[sprintf("%s %q, %s %v", [words[0], own[0], words[1], own[1]])],
	[sprintf("%s %q, %s %v", [words[0], other[0], words[1], other[1]]) |
		some other in object.get(known, f.node, set())
		shares_one_half(other, own)
	],
)

# ---- why a file is not there ----------------------------------------------------------------------------------------

component_of := {
	"apiserver_manifest": "kube-apiserver",
	"controller_manager_manifest": "kube-controller-manager",
	"scheduler_manifest": "kube-scheduler",
	"etcd_manifest": "etcd",
	"etcd_data_dir": "etcd",
	"scheduler_kubeconfig": "kube-scheduler",
	"controller_manager_kubeconfig": "kube-controller-manager",
	"kubelet_service": "kubelet",
	"proxy_kubeconfig": "kube-proxy",
	"kubelet_kubeconfig": "kubelet",
	"kubelet_client_ca": "kubelet",
	"kubelet_config": "kubelet",
}

# Roles that a distribution has no file for, because the program is embedded or started in another way.
embedded := {
	"k3s": {
		"apiserver_manifest", "controller_manager_manifest", "scheduler_manifest", "etcd_manifest", "kubelet_service",
	},
	"rke2": {"kubelet_service"},
	"microk8s": {"apiserver_manifest", "controller_manager_manifest", "scheduler_manifest", "etcd_manifest"},
	"talos": {"kubelet_service"},
}

# Files that need not exist: that none was found where files were looked for is the answer.
optional := {"cni_config", "admin_kubeconfig", "pki_all", "pki_cert", "pki_key"}

absence(role, node) := why_not_running(component_of[role], node) if not_running(component_of[role], node)

else := why_embedded(node) if role in embedded[node.distribution]

else := {"en": "no such file is kept on the node", "zh": "该节点上未保留此类文件"} if {
	role in optional
	some f in input.node_files
	f.node == node.name
}

else := {"en": "kubelet runs without a configuration file", "zh": "kubelet 未使用配置文件"} if {
	role == "kubelet_config"
	some c in settings.named("kubelet")
	c.node == node.name
	c.config_read
	not settings.has_config(c)
}

else := {
	"en": "the kubeconfig of kube-proxy comes from a ConfigMap with in-cluster credentials",
	"zh": "kube-proxy 的 kubeconfig 来自 ConfigMap 卷并使用集群内凭据",
} if {
	role == "proxy_kubeconfig"
	some c in settings.named("kube-proxy")
	c.node == node.name
	startswith(settings.exclusive(c, "kubeconfig", "clientConnection.kubeconfig"), "/var/lib/kube-proxy/")
}

not_running(component, node) if {
	is_array(node.runs)
	not component in node.runs
}

why_not_running(component, node) := {
	"en": sprintf("%s does not run on node %s", [component, node.name]),
	"zh": sprintf("节点 %s 上未运行 %s", [node.name, component]),
}

why_embedded(node) := {
	"en": sprintf("%s has no such file: the program is embedded or started in another way", [node.distribution]),
	"zh": sprintf("%s 发行版内嵌该程序或以其他方式启动，没有此文件", [node.distribution]),
}

missing(role, node) := {
	"en": sprintf("no file in the role %s was collected from node %s", [role, node.name]),
	"zh": sprintf("未从节点 %s 采集到角色为 %s 的文件", [node.name, role]),
}

etcd_may_be_root if parameters.value("etcd_data_dir_may_be_root") == true
