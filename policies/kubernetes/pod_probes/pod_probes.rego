# METADATA
# title: Every long-running container has a probe
# description: Containers of workloads other than jobs have a readiness or liveness probe.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-probes
#   title_zh: 长期运行的容器设置健康检查
#   problem:
#     en: 'A long-running container has no probe'
#     zh: '长期运行的容器未设置健康检查'
#   why:
#     en: Without a probe traffic goes to pods that cannot answer, and hung ones stay.
#     zh: 缺少健康检查时，流量会被转发到无法响应的 Pod，卡死的容器也不会被重启。
#   remediation:
#     en: Add a readinessProbe, and a livenessProbe where a restart helps.
#     zh: 添加 readinessProbe；重启有助于恢复时再添加 livenessProbe。
#   severity: low
#   source: Deployment gate of the auditor; availability of important workloads
#   controls:
#     gbt22239-2019-l3: [8.1.4.9.c]
#   expected:
#     en: 'a readiness or liveness probe'
#     zh: '配置就绪或存活探针'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: pods
#   sees: supplies
#   covers: object
#   automation: full
#   cwe: [754]
package kubernetes.pod_probes

import data.lib.pods

subject := {pod.subject | some pod in long_running}

long_running := [pod | some pod in input.pods; not is_job(pod)]

is_job(pod) if pod.kind in {"Job", "CronJob"}

# A pod of its own that ends is a job by another name (the tests of a Helm chart, for one).
is_job(pod) if {
	pod.kind == "Pod"
	pod.spec.restartPolicy in {"Never", "OnFailure"}
}

# Sidecars (init containers that restart) and init containers come and go with the pod.
bad := {pod.subject: found |
	some pod in long_running
	found := [c | some c in pod.containers; c.type == "container"; not is_probed(c)]
	count(found) > 0
}

# A probe without a way to ask is none.
is_probed(c) if {
	some probe in ["readinessProbe", "livenessProbe"]
	some way in ["httpGet", "tcpSocket", "exec", "grpc"]
	is_object(c[probe][way])
}

compliant := subject - object.keys(bad)

# The controller of an add-on finishes its pods: KubeRay and KServe give their containers probes.
undecided := {pod.subject: {
	"en": "the controller of its kind may add probes that no object here shows",
	"zh": "该类资源的控制器可能会自动添加探针，此处对象中不可见",
} |
	some pod in long_running
	pod.finished_elsewhere == true
	bad[pod.subject]
}

not_applicable := pods.exempt(object.keys(bad))

reason := {name: {
	"actual": pods.of_containers({"en": "no probe", "zh": "未设置探针"}, pods.names(found)),
	"pointer": found[0].pointer,
} |
	some name, found in bad
}
