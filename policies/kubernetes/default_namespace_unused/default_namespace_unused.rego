# METADATA
# title: The namespace default is not used
# description: Nothing but what Kubernetes itself keeps there; a manifest that names no namespace is undecided.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-default-namespace-unused
#   title_zh: 不使用 default 命名空间
#   problem:
#     en: 'Workloads run in the namespace default'
#     zh: '工作负载运行在 default 命名空间'
#   why:
#     en: What lands in default by mistake gets no policy, quota or owner.
#     zh: 误入 default 的对象没有策略、配额和责任人。
#   remediation:
#     en: Move the objects to a namespace of their own.
#     zh: 将相关对象迁移到独立的命名空间。
#   expected:
#     en: nothing but what Kubernetes itself keeps in default
#     zh: default 命名空间中仅有 Kubernetes 自身保留的对象
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 5.6.4
#   controls:
#     cis-kubernetes: [5.6.4]
#     gbt22239-2019-l3: [8.1.2.1.c]
#   judges: KubeObject
#   needs: [KubeObject]
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [653]
package kubernetes.default_namespace_unused

import data.lib.texts

subject contains "Namespace/default" if count(input.names) > 0

strays := [o |
	some o in input.names
	o.namespace == "default"
	object.get(o, "namespace_given", true) == true
	not is_normal(o)
]

# A manifest without a namespace goes wherever it is applied: that need not be default.
uncertain := [o | some o in input.names; o.namespace == "default"; o.namespace_given == false]

is_normal(o) if {
	o.kind in {"Service", "Endpoints", "EndpointSlice"}
	o.name == "kubernetes"
}

is_normal(o) if {
	o.kind == "EndpointSlice"
	startswith(o.name, "kubernetes-")
}

is_normal(o) if {
	o.kind == "ServiceAccount"
	o.name == "default"
}

is_normal(o) if {
	o.kind == "ConfigMap"
	o.name == "kube-root-ca.crt"
}

is_normal(o) if o.kind in {"Event", "Lease"}

# The token of the account that Kubernetes made up to v1.23.
is_normal(o) if o.is_default_token == true

compliant contains "Namespace/default" if {
	count(input.names) > 0
	count(strays) == 0
	count(uncertain) == 0
}

undecided["Namespace/default"] := {
	"en": sprintf("manifests without a namespace: %d; render them with the one they go to", [count(uncertain)]),
	"zh": sprintf("有 %d 个清单未指定命名空间，请按目标命名空间渲染后再评估", [count(uncertain)]),
} if {
	count(strays) == 0
	count(uncertain) > 0
}

reason["Namespace/default"] := {"actual": {"en": "no objects", "zh": "没有对象"}} if count(strays) == 0

reason["Namespace/default"] := {
	"actual": texts.said("objects: %d (%s)", "%d 个对象（%s）", [count(strays), concat(", ", first)]),
	"cites": first,
} if {
	count(strays) > 0
}

first := array.slice(sort([o.subject | some o in strays]), 0, 10)
