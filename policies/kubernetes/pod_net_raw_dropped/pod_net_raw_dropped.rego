# METADATA
# title: No container has the capability NET_RAW
# description: Every container drops ALL or NET_RAW and does not add it back; names with or without CAP_, in either
#   case. Namespaces that refuse such pods are told, too; those that do not fail once for each level.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-net-raw-dropped
#   part_of: k8s-pod-security-context
#   title_zh: 容器不具备 NET_RAW 权能
#   problem:
#     en: 'A container has the capability NET_RAW'
#     zh: '容器具备 NET_RAW 权能'
#   why:
#     en: With raw sockets a container can forge packets and pose as another pod.
#     zh: 原始套接字可用于伪造数据包、冒充其他 Pod。
#   remediation:
#     en: 'Set capabilities.drop: [ALL] on every container; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '为每个容器设置 capabilities.drop: [ALL]；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.8
#   controls:
#     cis-kubernetes: [5.2.8]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'drop ALL or NET_RAW, and add neither'
#     zh: '移除 ALL 或 NET_RAW，且不再添加'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_net_raw_dropped

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("NET_RAW")

bad := {pod.subject: found |
	some pod in input.pods
	not pod.subject in pods.windows
	found := [c | some c in pod.containers; not is_good(c)]
	count(found) > 0
}

# What most say, told without a look at every spelling.
is_good(c) if {
	c.securityContext.capabilities.drop == ["ALL"]
	not c.securityContext.capabilities.add
}

is_good(c) if {
	count(pods.dropped(c) & {"ALL", "NET_RAW"}) > 0
	count(pods.added(c) & {"ALL", "NET_RAW"}) == 0
}

compliant := (pods.linux - object.keys(bad)) | admission.forbidding("NET_RAW")

not_applicable := pods.exempt_or_windows(object.keys(bad))

undecided := admission.doubted_apart("NET_RAW")

reason := {name: pods.reason(found, "capabilities", {"drop": ["ALL"]}) |
	some name, found in bad
}
