# METADATA
# title: No container may raise its privileges
# description: Every container says so itself; the default is true. Windows pods are exempt. A namespace of users must
#   also refuse such pods by an enforcing policy.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-privilege-escalation-off
#   title_zh: 容器禁止特权提升
#   why:
#     en: Otherwise a setuid program in the image turns an ordinary process into root.
#     zh: 否则镜像中的 setuid 程序可将普通进程提升为 root。
#   remediation:
#     en: 'Set securityContext.allowPrivilegeEscalation: false on every container; label the namespace pod-security.kubernetes.io/enforce:
#       restricted.'
#     zh: '为每个容器设置 securityContext.allowPrivilegeEscalation: false；并为命名空间设置标签 pod-security.kubernetes.io/enforce: restricted。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.6
#   controls:
#     cis-kubernetes: [5.2.6]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Namespace', 'KubeComponent:kube-apiserver']
#   asked: pods
#   covers: cluster
#   automation: full
#   cwe: [269]
package kubernetes.pod_privilege_escalation_off

import data.lib.admission
import data.lib.objects
import data.lib.pods

subject contains pod.subject if some pod in input.pods

bad := {pod.subject: found |
	some pod in input.pods
	not pods.is_windows(pod)
	found := [c | some c in pod.containers; not is_good(c)]
	count(found) > 0
}

is_good(c) if c.securityContext.allowPrivilegeEscalation == false

compliant contains pod.subject if {
	some pod in input.pods
	not bad[pod.subject]
	not pods.is_windows(pod)
}

not_applicable[pod.subject] := objects.platform_reason(pod.namespace) if {
	some pod in input.pods
	bad[pod.subject]
	objects.is_platform(pod.namespace)
}

not_applicable[pod.subject] := pods.windows_reason if {
	some pod in input.pods
	pods.is_windows(pod)
}

reason[name] := pods.reason(found, "allowPrivilegeEscalation: false", "allowPrivilegeEscalation", false) if some name, found in bad

subject contains namespace.subject if some namespace in admission.user_namespaces

compliant contains namespace.subject if {
	some namespace in admission.user_namespaces
	admission.forbids(namespace.name, "allowPrivilegeEscalation")
}

reason[namespace.subject] := admission.reason(namespace, "allowPrivilegeEscalation") if some namespace in admission.user_namespaces
