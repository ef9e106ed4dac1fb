# METADATA
# title: etcd does not serve its clients with certificates that it made itself
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-auto-tls-off
#   title_zh: etcd 不以自行签发的证书为客户端提供 TLS
#   problem:
#     en: 'etcd serves its clients with a certificate that it made itself'
#     zh: 'etcd 以自行签发的证书为客户端提供 TLS'
#   why:
#     en: Certificates that etcd makes for itself prove nothing to clients.
#     zh: etcd 自行生成的证书无法向客户端证明身份。
#   remediation:
#     en: Remove --auto-tls and give etcd certificates of its CA.
#     zh: 删除 --auto-tls，为 etcd 配置由专用 CA 签发的证书。
#   expected: 'auto-tls: false'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 2.3
#   controls:
#     cis-kubernetes: ['2.3']
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.etcd_auto_tls_off

import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.boolean(settings.exclusive(c, "auto-tls", "client-transport-security.auto-tls")) == false
}

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.exclusive_absent(c, "auto-tls", "client-transport-security.auto-tls")
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

undecided[c.subject] := settings.unparsable_value("auto-tls", value) if {
	some c in settings.named("etcd")
	value := settings.exclusive(c, "auto-tls", "client-transport-security.auto-tls")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.exclusive_reason(c, "auto-tls", "client-transport-security.auto-tls", "false") if {
	some c in settings.named("etcd")
}
