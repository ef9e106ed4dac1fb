# METADATA
# title: The API server shows kubelets a client certificate
# description: Both flags name files.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-kubelet-client-certificate
#   title_zh: API Server 访问 kubelet 时使用客户端证书
#   problem:
#     en: 'The API server talks to kubelets without a client certificate'
#     zh: 'API Server 访问 kubelet 时未使用客户端证书'
#   why:
#     en: Without it kubelets must accept unauthenticated requests for the API server to work.
#     zh: 若未配置客户端证书，kubelet 只能接受未经认证的请求，API Server 才能正常工作。
#   remediation:
#     en: Set --kubelet-client-certificate and --kubelet-client-key.
#     zh: 设置 --kubelet-client-certificate 与 --kubelet-client-key。
#   expected:
#     en: --kubelet-client-certificate set and --kubelet-client-key set
#     zh: 已设置 --kubelet-client-certificate 与 --kubelet-client-key
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.4
#   controls:
#     cis-kubernetes: [1.2.4]
#     gbt22239-2019-l3: [8.1.4.1.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [306]
package kubernetes.apiserver_kubelet_client_certificate

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "kubelet-client-certificate")
	settings.is_set(c, "kubelet-client-key")
}

undecided[c.subject] := settings.unseen(c, ["kubelet-client-certificate", "kubelet-client-key"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reasons(c, ["kubelet-client-certificate", "kubelet-client-key"]) if {
	some c in settings.named("kube-apiserver")
}
