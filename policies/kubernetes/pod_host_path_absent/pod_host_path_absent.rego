# METADATA
# title: No pod mounts a path of its node
# description: No volume of the pod is of type hostPath. A namespace of users must also refuse such pods by an enforcing
#   policy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-host-path-absent
#   title_zh: 不使用 hostPath 卷
#   problem:
#     en: 'A pod mounts a path of its node'
#     zh: 'Pod 挂载了 hostPath 卷'
#   why:
#     en: A path of the node lets a pod read credentials of the kubelet and write its way out.
#     zh: 主机路径卷可使 Pod 读取 kubelet 凭据并逃逸到节点。
#   remediation:
#     en: 'Use a PersistentVolumeClaim, ConfigMap, Secret or emptyDir instead; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '改用 PersistentVolumeClaim、ConfigMap、Secret 或 emptyDir；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.11
#   controls:
#     cis-kubernetes: [5.2.11]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'no hostPath volume'
#     zh: '不使用 hostPath 卷'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [668]
package kubernetes.pod_host_path_absent

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("hostPath")

bad := {pod.subject: found |
	some pod in input.pods
	found := [index | some index, volume in pod.spec.volumes; is_object(volume.hostPath)]
	count(found) > 0
}

compliant := (pods.subjects - object.keys(bad)) | admission.forbidding("hostPath")

not_applicable := pods.exempt(object.keys(bad))

undecided := admission.doubted_apart("hostPath")

reason := {pod.subject: {
	"actual": sprintf("hostPath %s", [concat(", ", [path | some index in found; path := pod.spec.volumes[index].hostPath.path])]),
	"pointer": sprintf("%s/%d", [pods.volumes_at(pod), found[0]]),
} |
	some pod in input.pods
	found := bad[pod.subject]
}
