# METADATA
# title: No container takes a port of its node
# description: Containers of all kinds. Namespaces that refuse such pods are told, too; those that do not fail once for each level.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-host-port-absent
#   title_zh: 不使用主机端口
#   problem:
#     en: 'A container takes a port of its node'
#     zh: '容器占用主机端口'
#   why:
#     en: A host port opens the pod to whoever reaches the node, past Services and often past network policies.
#     zh: 主机端口使能访问节点的任何人直接访问 Pod，绕过 Service，往往也绕过网络策略。
#   remediation:
#     en: Use a Service instead of hostPort.
#     zh: 删除 hostPort，改用 Service 暴露端口。
#   decided:
#     en: 'A port that is written counts beside the host''s network, too; what only the API server would fill in does not. Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '已写明的端口即使与主机网络并存也计入；仅由 API Server 自动填入的不计。包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.12
#   controls:
#     cis-kubernetes: [5.2.12]
#     gbt22239-2019-l3: [8.1.3.1.a, 8.1.4.4.b]
#   expected:
#     en: 'no hostPort'
#     zh: '不使用 hostPort'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [668]
package kubernetes.pod_host_port_absent

import data.lib.admission
import data.lib.pods
import data.lib.texts

subject := pods.subjects | admission.answered("hostPort")

bad := {pod.subject: found |
	some pod in input.pods
	not is_filled_in(pod)
	found := [c | some c in pod.containers; count(ports(c)) > 0]
	count(found) > 0
}

# The API server fills hostPort in where a pod has the network of its node: that counts as hostNetwork, not twice. What
# somebody wrote counts, and Pod Security refuses it beside hostNetwork, too.
is_filled_in(pod) if {
	pod.spec.hostNetwork == true
	pod.from_server == true
}

ports(c) := [port | some port in c.ports; is_of_node(port.hostPort)]

is_of_node(number) if not number in {0, null}

compliant := (pods.subjects - object.keys(bad)) | admission.forbidding("hostPort")

not_applicable := pods.exempt(object.keys(bad))

undecided := admission.doubted_apart("hostPort")

reason := {pod.subject: {
	"actual": sprintf("hostPort %s", [texts.once([sprintf("%v", [port.hostPort]) | some c in found; some port in ports(c)])]),
	"pointer": pointer(found[0]),
} |
	some pod in input.pods
	found := bad[pod.subject]
}

pointer(c) := sprintf("%s/ports/%d/hostPort", [c.pointer, first]) if {
	first := min([index | some index, port in c.ports; is_of_node(port.hostPort)])
}
