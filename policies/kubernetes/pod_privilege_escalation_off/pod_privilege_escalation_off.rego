# METADATA
# title: No container may raise its privileges
# description: Every container says so itself; the default is true. Windows pods are exempt. A namespace of users must
#   also refuse such pods by an enforcing policy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-privilege-escalation-off
#   part_of: k8s-pod-security-context
#   title_zh: 容器禁止特权提升
#   problem:
#     en: 'A container may raise its privileges'
#     zh: '容器允许特权提升'
#   why:
#     en: Otherwise a setuid program in the image turns an ordinary process into root.
#     zh: 否则镜像中的 setuid 程序可将普通进程提升为 root。
#   remediation:
#     en: 'Set securityContext.allowPrivilegeEscalation: false on every container; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '为每个容器设置 securityContext.allowPrivilegeEscalation: false；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.6
#   controls:
#     cis-kubernetes: [5.2.6]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'allowPrivilegeEscalation: false'
#     zh: 'allowPrivilegeEscalation: false'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [269]
package kubernetes.pod_privilege_escalation_off

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("allowPrivilegeEscalation")

bad := {pod.subject: found |
	some pod in input.pods
	not pod.subject in pods.windows
	found := [c | some c in pod.containers; not is_good(c)]
	count(found) > 0
}

is_good(c) if c.securityContext.allowPrivilegeEscalation == false

compliant := (pods.linux - object.keys(bad)) | admission.forbidding("allowPrivilegeEscalation")

not_applicable := pods.exempt_or_windows(object.keys(bad))

undecided := admission.doubted_apart("allowPrivilegeEscalation")

reason := {name: pods.reason(found, "allowPrivilegeEscalation", false) |
	some name, found in bad
}
