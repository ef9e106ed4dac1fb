# METADATA
# title: The API server keeps audit log files for 30 days or more
# description: The flag is a whole number and not less than the parameter; presence alone proves nothing.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-audit-log-max-age
#   title_zh: 审计日志文件保留不少于 30 天
#   problem:
#     en: 'The API server is not told to keep audit log files for 30 days'
#     zh: '未设置审计日志文件至少保留 30 天'
#   why:
#     en: 'Investigations reach back weeks: logs must be kept that long. The law asks for six months in the central
#       store.'
#     zh: 事件调查往往需要回溯数周，日志须保留足够时长；法律另要求集中留存不少于六个月。
#   remediation:
#     en: Set --audit-log-maxage to 30 or more.
#     zh: 将 --audit-log-maxage 设置为不小于 30。
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.17
#   controls:
#     cis-kubernetes: [1.2.17]
#     gbt22239-2019-l3: [8.1.5.4.d]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.apiserver_audit_log_max_age

import data.lib.parameters
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.integer(settings.flag(c, "audit-log-maxage")) >= parameters.value("audit_log_min_days")
}

undecided[c.subject] := settings.unparsable(c, "audit-log-maxage") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "audit-log-maxage")
	not settings.reads_as_integer(settings.flag(c, "audit-log-maxage"))
}

undecided[c.subject] := settings.unseen(c, ["audit-log-maxage"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := object.union(
	{"expected": sprintf("--audit-log-maxage >= %d", [parameters.value("audit_log_min_days")])},
	settings.reason(c, "audit-log-maxage", {"en": "0, no limit by age", "zh": "0，不限天数"}),
) if {
	some c in settings.named("kube-apiserver")
}
