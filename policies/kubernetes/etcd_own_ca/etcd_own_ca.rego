# METADATA
# title: etcd has a CA of its own
# description: Neither the same file nor the same certificate as the client CA of the API server; every certificate
#   of a bundle is compared.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-own-ca
#   title_zh: etcd 使用独立的 CA
#   problem:
#     en: 'etcd shares its CA with the cluster'
#     zh: 'etcd 与集群共用 CA'
#   why:
#     en: With a shared CA every client certificate of the cluster opens etcd.
#     zh: 若与集群共用 CA，集群签发的任意客户端证书都可访问 etcd。
#   remediation:
#     en: Make a CA for etcd alone and set it as --trusted-ca-file and --peer-trusted-ca-file.
#     zh: 为 etcd 单独建立 CA，并设置为 --trusted-ca-file 与 --peer-trusted-ca-file。
#   expected:
#     en: --trusted-ca-file of etcd is another CA than --client-ca-file of the API server
#     zh: etcd 的 --trusted-ca-file 与 API Server 的 --client-ca-file 为不同 CA
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 2.7
#   controls:
#     cis-kubernetes: ['2.7']
#     gbt22239-2019-l3: [8.2.4.1]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:etcd', 'KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.etcd_own_ca

import data.lib.etcd
import data.lib.settings

subject contains c.subject if some c in settings.named("etcd")

compliant contains c.subject if {
	some c in settings.named("etcd")
	is_string(etcd.trusted_ca(c))
	count(etcd.servers) > 0
	every server in etcd.servers { etcd.has_other_ca(c, server) }
}

undecided[c.subject] := etcd.ca_unknown(c) if some c in settings.named("etcd")

reason[c.subject] := {
	"actual": etcd.ca_shown(c),
	"pointer": "/flags/trusted-ca-file",
} if some c in settings.named("etcd")
