# METADATA
# title: The controller manager does not switch the rotation of kubelet serving certificates off
# description: 'The gate has been on by default since v1.12: only an explicit false fails.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-server-rotation
#   title_zh: Controller Manager 未关闭 kubelet 服务端证书轮换特性
#   problem:
#     en: 'The rotation of kubelet serving certificates is switched off'
#     zh: 'kubelet 服务端证书轮换特性已被关闭'
#   why:
#     en: Certificates that are not rotated expire, or live longer than they should.
#     zh: 证书得不到轮换会过期，或被超期使用。
#   remediation:
#     en: Remove RotateKubeletServerCertificate=false from --feature-gates.
#     zh: 从 --feature-gates 中删除 RotateKubeletServerCertificate=false。
#   expected:
#     en: RotateKubeletServerCertificate not false
#     zh: RotateKubeletServerCertificate 不为 false
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.6
#   controls:
#     cis-kubernetes: [1.3.6]
#     gbt22239-2019-l3: [8.1.10.6.d]
#     gbt39786-2021-l3: [39786-B.5]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [324]
package kubernetes.controller_manager_server_rotation

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	not settings.gates(c).RotateKubeletServerCertificate == false
	not broken(c)
	not settings.is_elsewhere(c, ["feature-gates"])
}

broken(c) if {
	some item in settings.list(c, "feature-gates")
	startswith(item, "RotateKubeletServerCertificate=")
	not settings.reads_as_boolean(split(item, "=")[1])
}

undecided[c.subject] := settings.unparsable(c, "feature-gates") if {
	some c in settings.named("kube-controller-manager")
	broken(c)
}

undecided[c.subject] := settings.unseen(c, ["feature-gates"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "feature-gates", {"en": "true since v1.12", "zh": "v1.12 起为 true"}) if {
	some c in settings.named("kube-controller-manager")
}
