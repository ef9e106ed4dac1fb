# METADATA
# title: The API server shows etcd a client certificate
# description: Both flags name files.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-etcd-client-certificate
#   title_zh: API Server 使用客户端证书访问 etcd
#   problem:
#     en: 'The API server talks to etcd without a client certificate'
#     zh: 'API Server 访问 etcd 时未使用客户端证书'
#   why:
#     en: etcd holds every Secret; it must be able to tell the API server from anyone else.
#     zh: etcd 保存全部 Secret，必须能够确认访问者确为 API Server。
#   remediation:
#     en: Set --etcd-certfile and --etcd-keyfile.
#     zh: 设置 --etcd-certfile 与 --etcd-keyfile。
#   expected:
#     en: --etcd-certfile set and --etcd-keyfile set
#     zh: 已设置 --etcd-certfile 与 --etcd-keyfile
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.23
#   controls:
#     cis-kubernetes: [1.2.23]
#     gbt22239-2019-l3: [8.2.4.1]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.apiserver_etcd_client_certificate

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "etcd-certfile")
	settings.is_set(c, "etcd-keyfile")
}

not_applicable[c.subject] := {
	"en": "the datastore is no etcd (kine socket)",
	"zh": "数据存储不是 etcd（kine 本地套接字）",
} if {
	some c in settings.named("kube-apiserver")
	apiserver.has_no_etcd(c)
}

undecided[c.subject] := settings.unseen(c, ["etcd-certfile", "etcd-keyfile"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reasons(c, ["etcd-certfile", "etcd-keyfile"]) if {
	some c in settings.named("kube-apiserver")
}
