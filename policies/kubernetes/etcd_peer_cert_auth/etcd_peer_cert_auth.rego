# METADATA
# title: etcd demands certificates of its peers
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-peer-cert-auth
#   title_zh: etcd 要求成员间出示证书
#   problem:
#     en: 'etcd talks to peers without a certificate'
#     zh: 'etcd 未要求成员间出示证书'
#   why:
#     en: Otherwise a stranger can join as a member and receive everything.
#     zh: 否则陌生节点可作为成员加入并获得全部数据。
#   remediation:
#     en: Set --peer-client-cert-auth=true and --peer-trusted-ca-file.
#     zh: 设置 --peer-client-cert-auth=true，并配置 --peer-trusted-ca-file。
#   expected: 'peer client-cert-auth: true'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 2.5
#   controls:
#     cis-kubernetes: ['2.5']
#     gbt22239-2019-l3: [8.2.4.1]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.etcd_peer_cert_auth

import data.lib.etcd
import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.boolean(settings.exclusive(c, "peer-client-cert-auth", "peer-transport-security.client-cert-auth")) == true
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

undecided[c.subject] := settings.unparsable_value("peer-client-cert-auth", value) if {
	some c in settings.named("etcd")
	value := settings.exclusive(c, "peer-client-cert-auth", "peer-transport-security.client-cert-auth")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.exclusive_reason(c, "peer-client-cert-auth", "peer-transport-security.client-cert-auth", "false") if {
	some c in settings.named("etcd")
}

not_applicable[c.subject] := etcd.single_member_reason if {
	some c in settings.named("etcd")
	etcd.is_single_member(c)
}
