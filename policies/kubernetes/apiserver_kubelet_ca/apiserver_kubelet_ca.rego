# METADATA
# title: The API server verifies the certificates of kubelets
# description: The flag names a file; kubeadm does not set it.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-kubelet-ca
#   title_zh: API Server 校验 kubelet 的服务端证书
#   problem:
#     en: 'The API server does not verify the certificates of kubelets'
#     zh: 'API Server 未校验 kubelet 的服务端证书'
#   why:
#     en: Without it logs, exec and port-forward run over connections that anyone in between can take over.
#     zh: 未校验证书时，日志、exec、端口转发等连接可被中间人劫持。
#   remediation:
#     en: Let kubelets have CA-signed serving certificates (serverTLSBootstrap), then set --kubelet-certificate-authority.
#     zh: 先为 kubelet 签发由 CA 签名的服务端证书（serverTLSBootstrap），再设置 --kubelet-certificate-authority。
#   expected:
#     en: --kubelet-certificate-authority set
#     zh: 已设置 --kubelet-certificate-authority
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.5
#   controls:
#     cis-kubernetes: [1.2.5]
#     gbt22239-2019-l3: [8.1.2.2.a, 8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.apiserver_kubelet_ca

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "kubelet-certificate-authority")
}

undecided[c.subject] := settings.unseen(c, ["kubelet-certificate-authority"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "kubelet-certificate-authority", texts.none) if {
	some c in settings.named("kube-apiserver")
}
