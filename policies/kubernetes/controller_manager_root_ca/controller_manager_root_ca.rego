# METADATA
# title: The controller manager publishes the root CA to pods
# description: The flag names a file.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-controller-manager-root-ca
#   title_zh: Controller Manager 设置了根 CA 文件
#   problem:
#     en: 'Pods cannot verify the API server: no root CA is published to them'
#     zh: '未向 Pod 发布用于校验 API Server 的根 CA'
#   why:
#     en: Pods that cannot verify the API server may send their token to an impostor.
#     zh: Pod 无法校验 API Server 时，可能将令牌发送给冒充者。
#   remediation:
#     en: Set --root-ca-file.
#     zh: 设置 --root-ca-file。
#   expected:
#     en: --root-ca-file set
#     zh: 已设置 --root-ca-file
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.3.5
#   controls:
#     cis-kubernetes: [1.3.5]
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-controller-manager']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [295]
package kubernetes.controller_manager_root_ca

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-controller-manager")

compliant contains c.subject if {
	some c in settings.named("kube-controller-manager")
	settings.is_set(c, "root-ca-file")
}

undecided[c.subject] := settings.unseen(c, ["root-ca-file"]) if {
	some c in settings.named("kube-controller-manager")
}

reason[c.subject] := settings.reason(c, "root-ca-file", texts.none) if {
	some c in settings.named("kube-controller-manager")
}
