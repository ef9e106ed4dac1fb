# METADATA
# title: The API server limits the rate of events
# description: 'The flag alone does nothing: the plug-in needs limits in its configuration.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-event-rate-limit
#   title_zh: API Server 启用并配置 EventRateLimit 准入插件
#   problem:
#     en: 'Nothing limits the rate of events that the API server takes'
#     zh: 'API Server 未限制事件速率'
#   why:
#     en: A component that floods events can fill etcd and slow the API server down for everybody.
#     zh: 事件洪泛会占满 etcd 并拖慢 API Server，影响整个集群的可用性。
#   remediation:
#     en: Add EventRateLimit to --enable-admission-plugins and give it limits in the file of --admission-control-config-file.
#     zh: 在 --enable-admission-plugins 中加入 EventRateLimit，并在 --admission-control-config-file 文件中配置限额。
#   expected:
#     en: EventRateLimit enabled, with at least one limit in --admission-control-config-file
#     zh: 已启用 EventRateLimit，且 --admission-control-config-file 中至少配置一条限速
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.9
#   controls:
#     cis-kubernetes: [1.2.9]
#     gbt22239-2019-l3: [8.1.2.1.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [770]
package kubernetes.apiserver_event_rate_limit

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	"EventRateLimit" in apiserver.enabled(c)
	not "EventRateLimit" in apiserver.disabled(c)
	count(apiserver.plugin(c, "EventRateLimit").limits) > 0
}

undecided[c.subject] := settings.file_unread(c, "admission-control-config-file") if {
	some c in settings.named("kube-apiserver")
	"EventRateLimit" in apiserver.enabled(c)
	apiserver.plugin_unread(c, "EventRateLimit")
}

undecided[c.subject] := settings.unseen(c, ["enable-admission-plugins", "admission-control-config-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := {
	"actual": texts.commas([
		apiserver.plugin_reason(c, "EventRateLimit").actual,
		configured(c),
	]),
	"pointer": "/flags/enable-admission-plugins",
} if some c in settings.named("kube-apiserver")

configured(c) := texts.said("no limit in %s", "%s 中没有限速", [settings.flag(c, "admission-control-config-file")]) if {
	c.files.admission_config
	count(object.get(apiserver.plugin(c, "EventRateLimit"), "limits", [])) == 0
} else := texts.said("no limit in %s", "%s 中没有限速", [settings.flag(c, "admission-control-config-file")]) if {
	c.files.admission_config
	not apiserver.plugin(c, "EventRateLimit")
} else := settings.shown(c, "admission-control-config-file", texts.none)
