# METADATA
# title: The API server rotates audit log files at 100 MB or more
# description: The flag is a whole number and not less than the parameter; presence alone proves nothing.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-audit-log-max-size
#   title_zh: 审计日志单个文件不小于 100 MB 时轮转
#   problem:
#     en: 'The API server rotates audit log files below 100 MB, or no size is set'
#     zh: '审计日志单个文件不足 100 MB 即轮转，或未设置大小'
#   why:
#     en: Small files rotate so often that events are lost before they are collected.
#     zh: 单个文件过小会导致频繁轮转，事件可能在采集前丢失。
#   remediation:
#     en: Set --audit-log-maxsize to 100 or more.
#     zh: 将 --audit-log-maxsize 设置为不小于 100。
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.19
#   controls:
#     cis-kubernetes: [1.2.19]
#     gbt22239-2019-l3: [8.1.4.3.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.apiserver_audit_log_max_size

import data.lib.parameters
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.integer(settings.flag(c, "audit-log-maxsize")) >= parameters.value("audit_log_min_megabytes")
}

undecided[c.subject] := settings.unparsable(c, "audit-log-maxsize") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "audit-log-maxsize")
	not settings.reads_as_integer(settings.flag(c, "audit-log-maxsize"))
}

undecided[c.subject] := settings.unseen(c, ["audit-log-maxsize"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := object.union(
	{"expected": sprintf("--audit-log-maxsize >= %d", [parameters.value("audit_log_min_megabytes")])},
	settings.reason(c, "audit-log-maxsize", {"en": "100 MB by the log writer", "zh": "由日志写入组件限为 100 MB"}),
) if {
	some c in settings.named("kube-apiserver")
}
