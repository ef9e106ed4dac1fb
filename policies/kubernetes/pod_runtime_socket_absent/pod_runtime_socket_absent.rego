# METADATA
# title: No pod reaches the socket of the container runtime
# description: No hostPath volume is the socket of containerd, CRI-O, Docker or Podman, or a folder above it.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-runtime-socket-absent
#   title_zh: Pod 不挂载容器运行时套接字
#   problem:
#     en: 'A pod reaches the socket of the container runtime'
#     zh: 'Pod 挂载了容器运行时套接字'
#   why:
#     en: 'The socket starts containers with every right on the node: whoever has it is root there.'
#     zh: 该套接字可在节点上启动任意特权容器，持有者等同于节点 root。
#   remediation:
#     en: Build images with BuildKit in rootless mode or Kaniko instead; remove the volume.
#     zh: 镜像构建改用无根模式 BuildKit 或 Kaniko，并删除该卷。
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: critical
#   source: Deployment gate of the auditor; OWASP Kubernetes Top Ten K01
#   controls:
#     gbt22239-2019-l3: [8.2.4.3.a, 8.1.4.2.d]
#   expected:
#     en: 'no volume that holds the socket of the container runtime'
#     zh: '不挂载容器运行时套接字'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: pods
#   sees: security
#   covers: object
#   automation: full
#   cwe: [250]
package kubernetes.pod_runtime_socket_absent

import data.lib.pods
import data.lib.texts

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	found := [index |
		some index, volume in pod.spec.volumes
		regex.match(sockets, volume.hostPath.path)
	]
	count(found) > 0
}

# Sockets of container runtimes, and folders that hold them.
sockets := `^/+((var/+)?run/*|(var/+)?run/+(containerd|crio|dockershim|k0s|k3s|podman)(/.*)?|(var/+)?run/+docker(/+containerd(/.*)?)?/*|var/*|.*/(containerd|crio|docker|dockershim|cri-dockerd|podman)\.sock)?$`

compliant := pods.subjects - object.keys(bad)

not_applicable := pods.exempt(object.keys(bad))

reason := {pod.subject: {
	"actual": sprintf("hostPath %s", [texts.once([pod.spec.volumes[index].hostPath.path | some index in found])]),
	"pointer": sprintf("%s/%d", [pods.volumes_at(pod), found[0]]),
} |
	some pod in input.pods
	found := bad[pod.subject]
}
