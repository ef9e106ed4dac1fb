# METADATA
# title: The scheduler offers no profiling
# description: With --config the flag is ignored and enableProfiling decides; the default is true.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-scheduler-profiling-off
#   title_zh: Scheduler 关闭性能分析接口
#   problem:
#     en: 'The scheduler offers profiling'
#     zh: 'Scheduler 开启了性能分析接口'
#   why:
#     en: Profiling shows the inner state of the program and costs time when called.
#     zh: 性能分析接口会暴露程序内部状态，调用时还会占用资源。
#   remediation:
#     en: 'Set --profiling=false, or enableProfiling: false in the file of --config, which makes the flag void.'
#     zh: '设置 --profiling=false；若使用 --config，则该参数失效，应在配置文件中设置 enableProfiling: false。'
#   expected:
#     en: '--profiling=false, or enableProfiling: false in the configuration file'
#     zh: '--profiling=false，或配置文件中 enableProfiling: false'
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 1.4.1
#   controls:
#     cis-kubernetes: [1.4.1]
#     gbt22239-2019-l3: [8.1.4.4.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-scheduler']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [489]
package kubernetes.scheduler_profiling_off

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-scheduler")

compliant contains c.subject if {
	some c in settings.named("kube-scheduler")
	settings.boolean(settings.exclusive(c, "profiling", "enableProfiling")) == false
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kube-scheduler")
	settings.exclusive_unread(c)
}

undecided[c.subject] := settings.unparsable_value("profiling", value) if {
	some c in settings.named("kube-scheduler")
	value := settings.exclusive(c, "profiling", "enableProfiling")
	value != null
	not settings.reads_as_boolean(value)
}

reason[c.subject] := settings.exclusive_reason(c, "profiling", "enableProfiling", "true") if {
	some c in settings.named("kube-scheduler")
}
