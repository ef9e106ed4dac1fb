# METADATA
# title: No container is privileged
# description: Containers of all kinds; the default is false. Namespaces that
#   refuse such pods are told, too; those that do not fail once for each level.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-privileged-absent
#   title_zh: 不使用特权容器
#   problem:
#     en: 'A container is privileged'
#     zh: '使用了特权容器'
#   why:
#     en: 'A privileged container is root on the node: it reaches every device and every other pod.'
#     zh: 特权容器等同于节点 root，可访问所有设备和其他 Pod。
#   remediation:
#     en: 'Remove privileged: true and grant the single capability that is needed; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '删除 privileged: true，仅授予必需的权能；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: critical
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.2
#   controls:
#     cis-kubernetes: [5.2.2]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'privileged: false or absent'
#     zh: 'privileged 为 false 或未设置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_privileged_absent

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("privileged")

bad := {pod.subject: found |
	some pod in input.pods
	found := [c | some c in pod.containers; not is_good(c)]
	count(found) > 0
}

is_good(c) if object.get(c, ["securityContext", "privileged"], false) in {false, null}

compliant := (pods.subjects - object.keys(bad)) | admission.forbidding("privileged")

not_applicable := pods.exempt(object.keys(bad))

undecided := admission.doubted_apart("privileged")

reason := {name: pods.reason(found, "privileged", false) |
	some name, found in bad
}
