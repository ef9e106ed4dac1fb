# METADATA
# title: Every container drops all capabilities
# description: Drops ALL and adds nothing beyond NET_BIND_SERVICE. A namespace of users must also refuse such pods by
#   an enforcing policy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-capabilities-dropped
#   part_of: k8s-pod-security-context
#   title_zh: 容器移除全部 Linux 权能（capabilities）
#   problem:
#     en: 'A container keeps Linux capabilities'
#     zh: '容器未移除全部 Linux 权能（capabilities）'
#   why:
#     en: Each capability is a piece of root; most programs need none.
#     zh: 每一项权能都是 root 权限的一部分，多数程序并不需要。
#   remediation:
#     en: 'Set capabilities.drop: [ALL] on every container and add back NET_BIND_SERVICE at most.'
#     zh: '为每个容器设置 capabilities.drop: [ALL]，最多只加回 NET_BIND_SERVICE。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.9
#   controls:
#     cis-kubernetes: [5.2.9]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'drop ALL, and add NET_BIND_SERVICE at most'
#     zh: '移除全部权能（drop ALL），至多添加 NET_BIND_SERVICE'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_capabilities_dropped

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("capabilities")

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
	"ALL" in pods.dropped(c)
	count(pods.added(c) - {"NET_BIND_SERVICE"}) == 0
}

compliant := (pods.linux - object.keys(bad)) | admission.forbidding("capabilities")

not_applicable := pods.exempt_or_windows(object.keys(bad))

undecided := admission.doubted_apart("capabilities")

reason := {name: pods.reason(found, "capabilities", {"drop": ["ALL"]}) |
	some name, found in bad
}
