# METADATA
# title: No pod shares the IPC namespace of its node
# description: hostIPC of the pod; the default is false, and a false in so many words is good. A namespace of users
#   must also refuse such pods by an enforcing policy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-host-ipc-absent
#   title_zh: 不共享主机 IPC 命名空间
#   problem:
#     en: 'A pod shares the IPC namespace of its node'
#     zh: 'Pod 共享主机 IPC 命名空间'
#   why:
#     en: Such a pod can read the shared memory of the node and of other pods.
#     zh: 此类 Pod 可以读取节点及其他 Pod 的共享内存。
#   remediation:
#     en: 'Remove hostIPC: true; label the namespace pod-security.kubernetes.io/enforce: restricted.'
#     zh: '删除 hostIPC: true；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.4
#   controls:
#     cis-kubernetes: [5.2.4]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'hostIPC: false or absent'
#     zh: 'hostIPC 为 false 或未设置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_host_ipc_absent

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("hostIPC")

bad contains pod.subject if {
	some pod in input.pods
	value := pod.spec.hostIPC
	not value in {false, null}
}

compliant := (pods.subjects - bad) | admission.forbidding("hostIPC")

not_applicable := pods.exempt(bad)

undecided := admission.doubted_apart("hostIPC")

reason := {pod.subject: pods.pod_reason(pod, "hostIPC", false) |
	some pod in input.pods
	pod.subject in bad
}
