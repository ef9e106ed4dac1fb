# METADATA
# title: Settings that only etcd has
# description: Certificate authorities compared certificate by certificate, and single-member clusters.
package lib.etcd

import data.lib.parameters
import data.lib.settings
import data.lib.texts

servers := settings.named("kube-apiserver")

single_member_reason := {
	"en": "etcd names a single member, and the parameters exempt such a cluster",
	"zh": "etcd 仅声明一个成员，且参数允许豁免单成员集群",
}

# A first member of a stacked cluster also names itself only: so this counts only where the parameter says so.
is_single_member(c) if {
	parameters.value("etcd_single_member_exempt") == true
	count(settings.named("etcd")) == 1
	members := settings.split_list([settings.exclusive(c, "initial-cluster", "initial-cluster")])
	count(members) == 1
}

trusted_ca(c) := path if {
	path := settings.exclusive(c, "trusted-ca-file", "client-transport-security.trusted-ca-file")
	path != ""
}

has_other_ca(_, server) if not settings.is_set(server, "client-ca-file")

has_other_ca(c, server) if {
	trusted_ca(c) != settings.flag(server, "client-ca-file")
	count(certificates(c.files.trusted_ca)) > 0
	count(certificates(server.files.client_ca)) > 0
	count(certificates(c.files.trusted_ca) & certificates(server.files.client_ca)) == 0
}

has_same_ca(c, server) if trusted_ca(c) == settings.flag(server, "client-ca-file")

has_same_ca(c, server) if count(certificates(c.files.trusted_ca) & certificates(server.files.client_ca)) > 0

# Every certificate of a PEM bundle, by its bytes.
certificates(pem) := {certificate.Raw | some certificate in crypto.x509.parse_certificates(pem)}

ca_unknown(c) := settings.config_unread(c) if settings.exclusive_unread(c)

else := {"en": "the flags of the API server were not collected", "zh": "未采集到 API Server 的启动参数"} if {
	trusted_ca(c)
	count(servers) == 0
}

else := {
	"en": "the paths differ, but the certificates themselves were not collected for comparison",
	"zh": "两个 CA 的路径不同，但未采集到证书内容，无法比对",
} if {
	trusted_ca(c)
	some server in servers
	not has_other_ca(c, server)
	not has_same_ca(c, server)
}

# Two paths tell nothing of what lies behind them.
shared(c, server) := {"en": ", the same certificate", "zh": "，证书相同"} if {
	trusted_ca(c) != settings.flag(server, "client-ca-file")
	has_same_ca(c, server)
} else := ""

ca_shown(c) := texts.semicolons(array.concat(
	[texts.said("etcd: %s", "etcd：%s", [trusted_ca(c)])],
	[texts.said("API server: %s%s", "API Server：%s%s", [settings.shown(server, "client-ca-file", texts.none), shared(c, server)]) |
		some server in servers
	],
)) if trusted_ca(c)

else := {"en": "--trusted-ca-file absent", "zh": "未设置 --trusted-ca-file"}
