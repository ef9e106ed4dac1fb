# METADATA
# title: The kubelet does not switch client certificate rotation off
# description: Only an explicit false fails by the text; the default of the field itself is false, so write true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-client-rotation
#   title_zh: kubelet 未关闭客户端证书轮换
#   problem:
#     en: 'The rotation of the kubelet''s client certificate is switched off'
#     zh: 'kubelet 客户端证书轮换已被关闭'
#   why:
#     en: A client certificate that is not rotated expires and takes the node out of the cluster, or is made to live
#       too long.
#     zh: 客户端证书不轮换会到期导致节点失联，或被迫使用过长有效期。
#   remediation:
#     en: 'Set rotateCertificates: true.'
#     zh: '设置 rotateCertificates: true。'
#   expected: 'rotateCertificates: true'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.10
#   controls:
#     cis-kubernetes: [4.2.10]
#     gbt22239-2019-l3: [8.1.10.6.d]
#     gbt39786-2021-l3: [39786-B.5]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [324]
package kubernetes.kubelet_client_rotation

import data.lib.kubelet
import data.lib.settings

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "rotate-certificates", "rotateCertificates")
	settings.boolean(value) == true
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered_absent(c, "rotate-certificates", "rotateCertificates")
	kubelet.accepts_defaults
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "rotate-certificates")
}

undecided[c.subject] := settings.unparsable_value("rotate-certificates", value) if {
	some c in settings.named("kubelet")
	value := settings.layered(c, "rotate-certificates", "rotateCertificates")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.layered_reason(c, "rotate-certificates", "rotateCertificates", {"en": "false, kubeadm writes true", "zh": "false，kubeadm 写入 true"}) if {
	some c in settings.named("kubelet")
}
