# METADATA
# title: The API server verifies the certificate of etcd
# description: The flag names a file.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-etcd-ca
#   title_zh: API Server 设置了 etcd CA
#   problem:
#     en: 'The API server does not verify the certificate of etcd'
#     zh: 'API Server 未校验 etcd 的证书'
#   why:
#     en: Without it the API server would write every Secret to whoever answers at the address of etcd.
#     zh: 否则任何冒充 etcd 地址的服务都可能收到全部 Secret。
#   remediation:
#     en: Set --etcd-cafile.
#     zh: 设置 --etcd-cafile。
#   expected:
#     en: --etcd-cafile set
#     zh: 已设置 --etcd-cafile
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.26
#   controls:
#     cis-kubernetes: [1.2.26]
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.apiserver_etcd_ca

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "etcd-cafile")
}

not_applicable[c.subject] := {
	"en": "the datastore is no etcd (kine socket)",
	"zh": "数据存储不是 etcd（kine 本地套接字）",
} if {
	some c in settings.named("kube-apiserver")
	apiserver.has_no_etcd(c)
}

undecided[c.subject] := settings.unseen(c, ["etcd-cafile"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "etcd-cafile", texts.none) if {
	some c in settings.named("kube-apiserver")
}
