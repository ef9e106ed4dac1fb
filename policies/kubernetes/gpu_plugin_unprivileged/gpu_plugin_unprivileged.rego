# METADATA
# title: Device plug-ins for GPUs and NPUs are not privileged
# description: Pods that use the folder of device plug-ins, or an image known as one.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-gpu-plugin-unprivileged
#   title_zh: GPU/NPU 设备插件不使用特权模式
#   problem:
#     en: 'A device plug-in for GPUs or NPUs is privileged'
#     zh: 'GPU/NPU 设备插件使用了特权模式'
#   why:
#     en: A plug-in needs its folder and its devices, not the whole node.
#     zh: 设备插件只需访问其目录与设备，无需整个节点的权限。
#   remediation:
#     en: 'Remove privileged: true; the plug-ins of the makers run with allowPrivilegeEscalation: false and all capabilities
#       dropped.'
#     zh: '删除 privileged: true；厂商插件可在 allowPrivilegeEscalation: false 且移除全部权能的情况下运行。'
#   severity: high
#   source: Deployment gate of the auditor; k8s-device-plugin documentation
#   controls:
#     gbt22239-2019-l3: [8.1.4.10.b, 8.2.4.7.a, 8.1.4.2.d]
#   expected:
#     en: 'privileged: false or absent'
#     zh: 'privileged 为 false 或未设置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   subjects: pods
#   covers: object
#   automation: full
#   cwe: [250]
package kubernetes.gpu_plugin_unprivileged

import data.lib.pods

subject := {pod.subject | some pod in device_plugins}

device_plugins := [pod | some pod in input.pods; is_device_plugin(pod)]

is_device_plugin(pod) if {
	some volume in pod.spec.volumes
	startswith(volume.hostPath.path, "/var/lib/kubelet/device-plugins")
}

is_device_plugin(pod) if {
	some c in pod.containers
	regex.match(`device-plugin|gpu-operator|vgpu|ascend-device|npu-exporter`, c.image)
}

bad := {pod.subject: found |
	some pod in device_plugins
	found := [c | some c in pod.containers; not object.get(c, ["securityContext", "privileged"], false) in {false, null}]
	count(found) > 0
}

compliant := subject - object.keys(bad)

reason := {name: pods.reason(found, "privileged", false) |
	some name, found in bad
}
