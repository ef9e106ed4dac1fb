# METADATA
# title: No Windows container runs as a process of the host
# description: Pod and container level. Namespaces that refuse such pods are told, too; those that do not fail once for each level.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-host-process-absent
#   title_zh: 不使用 Windows HostProcess 容器
#   problem:
#     en: 'A Windows container runs as a process of the host'
#     zh: 'Windows 容器以 HostProcess 方式运行'
#   why:
#     en: A HostProcess container has every right on the Windows node.
#     zh: HostProcess 容器在 Windows 节点上拥有全部权限。
#   remediation:
#     en: 'Remove windowsOptions.hostProcess: true from pod and containers.'
#     zh: '从 Pod 与容器中删除 windowsOptions.hostProcess: true。'
#   decided:
#     en: 'Init, sidecar and ephemeral containers count. What stands in an object whose pods an operator makes is judged; the rest of those pods stays not assessed. That nothing in a namespace forbids it is one failure of the namespace, for each level.'
#     zh: '包含 init、sidecar 与临时容器。由 Operator 创建 Pod 的对象，其中已写明的内容照常判定，其余部分列为未评估。命名空间中没有策略加以禁止时，按级别合并为该命名空间的一项不通过。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.10
#   controls:
#     cis-kubernetes: [5.2.10]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   expected:
#     en: 'windowsOptions.hostProcess: false or absent'
#     zh: 'windowsOptions.hostProcess 为 false 或未设置'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: pods
#   sees: security
#   covers: cluster
#   automation: full
#   cwe: [250]
package kubernetes.pod_host_process_absent

import data.lib.admission
import data.lib.pods

subject := pods.subjects | admission.answered("hostProcess")

# Where it stands, the pod itself first.
bad := {pod.subject: places |
	some pod in input.pods
	places := [sprintf("%s/windowsOptions/hostProcess", [pods.context(of)]) |
		some of in array.concat([object.union(pod, pod.spec)], pod.containers)
		of.securityContext.windowsOptions.hostProcess == true
	]
	count(places) > 0
}

compliant := (pods.subjects - object.keys(bad)) | admission.forbidding("hostProcess")

not_applicable := pods.exempt(object.keys(bad))

undecided := admission.doubted_apart("hostProcess")

reason := {name: {"actual": "windowsOptions.hostProcess true", "pointer": places[0]} | some name, places in bad}
