# METADATA
# title: etcd demands certificates of its clients
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-client-cert-auth
#   title_zh: etcd 要求客户端证书
#   problem:
#     en: 'etcd talks to clients without a certificate'
#     zh: 'etcd 未要求客户端证书'
#   why:
#     en: Otherwise anyone who reaches the port reads and writes the whole cluster state.
#     zh: 否则任何能访问该端口的人都可读写整个集群状态。
#   remediation:
#     en: Set --client-cert-auth=true and --trusted-ca-file.
#     zh: 设置 --client-cert-auth=true，并配置 --trusted-ca-file。
#   expected: 'client-cert-auth: true'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 2.2
#   controls:
#     cis-kubernetes: ['2.2']
#     gbt22239-2019-l3: [8.2.4.1]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.etcd_client_cert_auth

import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	settings.boolean(settings.exclusive(c, "client-cert-auth", "client-transport-security.client-cert-auth")) == true
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

undecided[c.subject] := settings.unparsable_value("client-cert-auth", value) if {
	some c in settings.named("etcd")
	value := settings.exclusive(c, "client-cert-auth", "client-transport-security.client-cert-auth")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.exclusive_reason(c, "client-cert-auth", "client-transport-security.client-cert-auth", "false") if {
	some c in settings.named("etcd")
}
