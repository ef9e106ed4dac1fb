# METADATA
# title: etcd serves its clients over TLS
# description: Flags and ETCD_ variables count unless there is a configuration file, which makes them void.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-serving-certificate
#   title_zh: etcd 启用服务端 TLS
#   problem:
#     en: 'etcd serves its clients without TLS'
#     zh: 'etcd 未启用服务端 TLS'
#   why:
#     en: Everything in the cluster passes here, Secrets included; without TLS it can be read on the way.
#     zh: 集群全部数据（含 Secret）均经过 etcd，未启用 TLS 时可在传输途中被窃听。
#   remediation:
#     en: Set --cert-file and --key-file (or the same in the configuration file).
#     zh: 设置 --cert-file 与 --key-file（或在配置文件中设置相应项）。
#   expected:
#     en: cert-file set and key-file set
#     zh: 已设置 cert-file 与 key-file
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 2.1
#   controls:
#     cis-kubernetes: ['2.1']
#     gbt22239-2019-l3: [8.1.2.2.a, 8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.a, 39786-8.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [319]
package kubernetes.etcd_serving_certificate

import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	is_string(settings.exclusive(c, "cert-file", "client-transport-security.cert-file"))
	settings.exclusive(c, "cert-file", "client-transport-security.cert-file") != ""
	is_string(settings.exclusive(c, "key-file", "client-transport-security.key-file"))
	settings.exclusive(c, "key-file", "client-transport-security.key-file") != ""
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("etcd")
	settings.exclusive_unread(c)
}

reason[c.subject] := settings.exclusive_reasons(c, [
	["cert-file", "client-transport-security.cert-file"],
	["key-file", "client-transport-security.key-file"],
]) if {
	some c in settings.named("etcd")
}
