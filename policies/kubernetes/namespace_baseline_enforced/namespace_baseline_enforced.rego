# METADATA
# title: A namespace refuses pods that reach their node
# description: |
#   By Pod Security Admission, or by policies that enforce: each thing of the level by itself. A namespace fails once,
#   for all that nothing there refuses, whether or not a pod does it yet.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-namespace-baseline-enforced
#   title_zh: 命名空间拒绝可触及节点的 Pod（baseline）
#   problem:
#     en: 'A namespace admits pods that reach their node'
#     zh: '命名空间允许可触及节点的 Pod（未强制 baseline）'
#   why:
#     en: Whoever may create a pod there can take the node with it, though no pod does so today.
#     zh: 凡能在其中创建 Pod 者即可借此控制节点，即使当前尚无此类 Pod。
#   remediation:
#     en: 'Label the namespace pod-security.kubernetes.io/enforce: baseline; warn and audit first show what it would refuse.'
#     zh: '为命名空间设置标签 pod-security.kubernetes.io/enforce: baseline；可先用 warn 与 audit 查看影响范围。'
#   decided:
#     en: 'A namespace is judged by its admission alone, with or without pods: Pod Security labels, Kyverno, Gatekeeper, Kubewarden, ValidatingAdmissionPolicy. One failure names the controls that it answers.'
#     zh: '无论是否存在 Pod，命名空间均按其准入策略判定：Pod Security 标签、Kyverno、Gatekeeper、Kubewarden、ValidatingAdmissionPolicy。一项不通过会列出其对应的各控制项。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.2-5.2.5, 5.2.10-5.2.12
#   controls:
#     cis-kubernetes: [5.2.2, 5.2.3, 5.2.4, 5.2.5, 5.2.10, 5.2.11, 5.2.12]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'the level baseline is enforced'
#     zh: '已强制 baseline 级别'
#   judges: KubeObject
#   needs: ['KubeObject:Namespace']
#   uses: ['KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: once
#   sees: peers
#   covers: object
#   automation: full
#   cwe: [1188]
package kubernetes.namespace_baseline_enforced

import data.lib.admission

subject := admission.subjects

compliant := admission.level_compliant("baseline")

undecided := admission.level_undecided("baseline")

reason := admission.level_reasons("baseline")
