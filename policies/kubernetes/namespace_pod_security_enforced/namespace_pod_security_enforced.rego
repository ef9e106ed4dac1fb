# METADATA
# title: Every namespace of users enforces a pod policy
# description: Pod Security Admission by label or default, or a policy engine that enforces; warn and audit do not count.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-namespace-pod-security-enforced
#   title_zh: 每个业务命名空间均强制执行 Pod 安全策略
#   problem:
#     en: 'A namespace of users enforces no pod policy'
#     zh: '业务命名空间未强制执行 Pod 安全策略'
#   why:
#     en: Without one anybody who may create pods can create privileged ones.
#     zh: 缺少强制策略时，任何能创建 Pod 的用户都可以创建特权 Pod。
#   remediation:
#     en: 'Label the namespace pod-security.kubernetes.io/enforce: baseline (better restricted), or set a cluster-wide
#       default.'
#     zh: '为命名空间设置标签 pod-security.kubernetes.io/enforce: baseline（最好为 restricted），或配置集群级默认值。'
#   expected:
#     en: enforce=baseline or restricted, or an enforcing policy on pods
#     zh: enforce=baseline 或 restricted，或有强制执行的 Pod 准入策略
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.2.1
#   controls:
#     cis-kubernetes: [5.2.1]
#     gbt22239-2019-l3: [8.1.4.2.e, 8.2.4.3.a]
#   judges: KubeObject
#   needs: ['KubeObject:Namespace', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet',
#     'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:Config']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: full
#   cwe: [1188]
package kubernetes.namespace_pod_security_enforced

import data.lib.admission
import data.lib.objects

subject contains objects.namespace_subject(name) if some name in names

# Namespaces in which workloads were seen.
names contains pod.namespace if some pod in input.pods

# A namespace of one's own is there to be used, by what may stand in another file.
names contains o.name if {
	some o in objects.of("Namespace")
	not objects.is_leaving(o)
}

has_workloads(name) if name in used

used := {pod.namespace | some pod in input.pods}

compliant contains objects.namespace_subject(name) if {
	some name in names
	admission.mechanism(name)
}

not_applicable[objects.namespace_subject(name)] := objects.platform_reason(name) if {
	some name in names
	objects.is_platform(name)
	not admission.mechanism(name)
}

# Every cluster has the namespace default, used or not.
not_applicable[objects.namespace_subject("default")] := {
	"en": "no workload runs in the namespace default",
	"zh": "命名空间 default 中没有工作负载",
} if {
	"default" in names
	not has_workloads("default")
	not admission.mechanism("default")
}

undecided[objects.namespace_subject(name)] := admission.doubts(name) if some name in names

undecided[objects.namespace_subject(name)] := {
	"en": "the namespace itself is not among the objects, so its labels are unknown",
	"zh": "该命名空间对象未被采集，无法得知其标签",
} if {
	some name in names
	not objects.namespace_objects[name]
	not admission.mechanism(name)
	not admission.doubts(name)
}

reason := {objects.namespace_subject(name): {
	"actual": in_force(name),
	"pointer": "/metadata/labels",
	"patch": admission.label_patch(o, "baseline"),
	"cites": objects.namespace_places(name),
} |
	some name in names
	o := objects.namespace_objects[name]
}

in_force(name) := admission.mechanism(name) if {
	admission.mechanism(name)
} else := admission.enforced(name)
