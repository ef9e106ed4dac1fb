# METADATA
# title: The API server keeps ten or more audit log files
# description: The flag is a whole number and not less than the parameter; presence alone proves nothing.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-audit-log-max-backup
#   title_zh: 审计日志备份数不少于 10 个
#   problem:
#     en: 'The API server is not told to keep ten audit log files'
#     zh: '未设置审计日志至少保留 10 个备份'
#   why:
#     en: Too few files are overwritten within hours on a busy cluster.
#     zh: 备份文件过少时，繁忙集群中的日志会在数小时内被覆盖。
#   remediation:
#     en: Set --audit-log-maxbackup to 10 or more.
#     zh: 将 --audit-log-maxbackup 设置为不小于 10。
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.18
#   controls:
#     cis-kubernetes: [1.2.18]
#     gbt22239-2019-l3: [8.1.4.3.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.apiserver_audit_log_max_backup

import data.lib.parameters
import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.integer(settings.flag(c, "audit-log-maxbackup")) >= parameters.value("audit_log_min_backups")
}

undecided[c.subject] := settings.unparsable(c, "audit-log-maxbackup") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "audit-log-maxbackup")
	not settings.reads_as_integer(settings.flag(c, "audit-log-maxbackup"))
}

undecided[c.subject] := settings.unseen(c, ["audit-log-maxbackup"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := object.union(
	{"expected": sprintf("--audit-log-maxbackup >= %d", [parameters.value("audit_log_min_backups")])},
	settings.reason(c, "audit-log-maxbackup", {"en": "0, all kept", "zh": "0，全部保留"}),
) if {
	some c in settings.named("kube-apiserver")
}
