# METADATA
# title: A namespace refuses pods with more rights than they need
# description: |
#   By Pod Security Admission, or by policies that enforce: each thing of the level by itself. A namespace fails once,
#   for all that nothing there refuses, whether or not a pod does it yet.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-namespace-restricted-enforced
#   title_zh: 命名空间拒绝权限过大的 Pod（restricted）
#   problem:
#     en: 'A namespace admits pods with more rights than they need'
#     zh: '命名空间允许权限过大的 Pod（未强制 restricted）'
#   why:
#     en: A pod that runs as root with the capabilities of its runtime turns one flaw into two.
#     zh: 以 root 及默认权能运行的 Pod 会放大任何一个漏洞的影响。
#   remediation:
#     en: 'Label the namespace pod-security.kubernetes.io/enforce: restricted; warn and audit first show what it would refuse.'
#     zh: '为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted；可先用 warn 与 audit 查看影响范围。'
#   decided:
#     en: 'A namespace is judged by its admission alone, with or without pods: Pod Security labels, Kyverno, Gatekeeper, Kubewarden, ValidatingAdmissionPolicy. One failure names the controls that it answers. A level that is held at an older version (enforce-version) asks for what that version asked for: dropped capabilities since v1.22.'
#     zh: '无论是否存在 Pod，命名空间均按其准入策略判定：Pod Security 标签、Kyverno、Gatekeeper、Kubewarden、ValidatingAdmissionPolicy。一项不通过会列出其对应的各控制项。以 enforce-version 固定在旧版本的级别，仅按该版本的要求计：自 v1.22 起才要求丢弃能力（capabilities）。'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.6-5.2.9
#   controls:
#     cis-kubernetes: [5.2.6, 5.2.7, 5.2.8, 5.2.9]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'the level restricted is enforced'
#     zh: '已强制 restricted 级别'
#   judges: KubeObject
#   needs: ['KubeObject:Namespace']
#   uses: ['KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: once
#   sees: peers
#   covers: object
#   automation: full
#   cwe: [1188]
package kubernetes.namespace_restricted_enforced

import data.lib.admission

subject := admission.subjects

compliant := admission.level_compliant("restricted")

undecided := admission.level_undecided("restricted")

reason := admission.level_reasons("restricted")
