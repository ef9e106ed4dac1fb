# METADATA
# title: etcd members speak TLS to each other
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-peer-certificate
#   title_zh: etcd 成员间通信启用 TLS
#   problem:
#     en: 'etcd members talk to each other without TLS'
#     zh: 'etcd 成员间通信未启用 TLS'
#   why:
#     en: Members copy the whole cluster state to each other.
#     zh: 成员之间会复制整个集群状态，须加密传输。
#   remediation:
#     en: Set --peer-cert-file and --peer-key-file.
#     zh: 设置 --peer-cert-file 与 --peer-key-file。
#   expected:
#     en: peer-cert-file set and peer-key-file set
#     zh: 已设置 peer-cert-file 与 peer-key-file
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 2.4
#   controls:
#     cis-kubernetes: ['2.4']
#     gbt22239-2019-l3: [8.1.2.2.a, 8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.a, 39786-8.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [319]
package kubernetes.etcd_peer_certificate

import data.lib.etcd
import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	is_string(settings.exclusive(c, "peer-cert-file", "peer-transport-security.cert-file"))
	settings.exclusive(c, "peer-cert-file", "peer-transport-security.cert-file") != ""
	is_string(settings.exclusive(c, "peer-key-file", "peer-transport-security.key-file"))
	settings.exclusive(c, "peer-key-file", "peer-transport-security.key-file") != ""
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

not_applicable[c.subject] := etcd.single_member_reason if {
	some c in settings.named("etcd")
	etcd.is_single_member(c)
}

reason[c.subject] := settings.exclusive_reasons(c, [
	["peer-cert-file", "peer-transport-security.cert-file"],
	["peer-key-file", "peer-transport-security.key-file"],
]) if {
	some c in settings.named("etcd")
}
