# METADATA
# title: etcd members do not talk by certificates that they made themselves
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-peer-auto-tls-off
#   title_zh: etcd 成员间通信不使用自行签发的证书
#   problem:
#     en: 'etcd members talk by certificates that they made themselves'
#     zh: 'etcd 成员间通信使用自行签发的证书'
#   why:
#     en: Certificates that a member makes for itself prove nothing to its peers.
#     zh: 成员自行生成的证书无法向其他成员证明身份。
#   remediation:
#     en: Remove --peer-auto-tls and give members certificates of the etcd CA.
#     zh: 删除 --peer-auto-tls，为成员配置由 etcd CA 签发的证书。
#   expected: 'peer auto-tls: false'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 2.6
#   controls:
#     cis-kubernetes: ['2.6']
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.etcd_peer_auto_tls_off

import data.lib.etcd
import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.boolean(settings.exclusive(c, "peer-auto-tls", "peer-transport-security.auto-tls")) == false
}

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.exclusive_absent(c, "peer-auto-tls", "peer-transport-security.auto-tls")
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

undecided[c.subject] := settings.unparsable_value("peer-auto-tls", value) if {
	some c in settings.named("etcd")
	value := settings.exclusive(c, "peer-auto-tls", "peer-transport-security.auto-tls")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.exclusive_reason(c, "peer-auto-tls", "peer-transport-security.auto-tls", "false") if {
	some c in settings.named("etcd")
}

not_applicable[c.subject] := etcd.single_member_reason if {
	some c in settings.named("etcd")
	etcd.is_single_member(c)
}
