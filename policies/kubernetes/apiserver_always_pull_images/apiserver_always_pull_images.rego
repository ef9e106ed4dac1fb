# METADATA
# title: The API server makes every pod pull its images
# description: 'The plug-in is off by default. imagePullPolicy: Always everywhere is an alternative that a person may
#   accept.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-always-pull-images
#   title_zh: API Server 启用 AlwaysPullImages 准入插件
#   problem:
#     en: 'A pod can use an image that is on the node without being allowed to pull it'
#     zh: 'Pod 无需拉取权限即可使用节点上已有的镜像'
#   why:
#     en: A pod can otherwise use a private image that another pod left on the node, without the right to pull it.
#     zh: 否则 Pod 可以直接使用节点上缓存的私有镜像，而无需具备拉取权限。
#   remediation:
#     en: Add AlwaysPullImages to --enable-admission-plugins; the registry must then be reachable whenever a pod starts.
#     zh: 在 --enable-admission-plugins 中加入 AlwaysPullImages；此后每次启动 Pod 时镜像仓库都必须可达。
#   expected:
#     en: AlwaysPullImages in --enable-admission-plugins
#     zh: --enable-admission-plugins 包含 AlwaysPullImages
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.11
#   controls:
#     cis-kubernetes: [1.2.11]
#     gbt22239-2019-l3: [8.1.4.2.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [862]
package kubernetes.apiserver_always_pull_images

import data.lib.apiserver
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"AlwaysPullImages" in apiserver.enabled(c)
	not "AlwaysPullImages" in apiserver.disabled(c)
}

undecided[c.subject] := settings.unseen(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["enable-admission-plugins"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["enable-admission-plugins"])
}

reason[c.subject] := apiserver.plugin_reason(c, "AlwaysPullImages") if {
	some c in settings.named("kube-apiserver")
}
