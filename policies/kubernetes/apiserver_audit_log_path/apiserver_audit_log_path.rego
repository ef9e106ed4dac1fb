# METADATA
# title: The API server writes an audit log
# description: The flag is set; "-" is standard output, where the rotation flags have no effect.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-audit-log-path
#   title_zh: API Server 设置了审计日志路径
#   problem:
#     en: 'The API server writes no audit log'
#     zh: 'API Server 未记录审计日志'
#   why:
#     en: Without an audit log nobody can tell who did what in the cluster.
#     zh: 没有审计日志，就无法追溯集群中的操作主体与操作内容。
#   remediation:
#     en: Set --audit-log-path together with --audit-policy-file. A webhook backend alone is an alternative that a person
#       may accept.
#     zh: 设置 --audit-log-path，并同时配置 --audit-policy-file；仅使用 Webhook 后端的，可经人工确认作为替代措施。
#   expected:
#     en: --audit-log-path set
#     zh: 已设置 --audit-log-path
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.16
#   controls:
#     cis-kubernetes: [1.2.16]
#     gbt22239-2019-l3: [8.1.4.3.a]
#     gbt39786-2021-l3: [39786-8.3.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.apiserver_audit_log_path

import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "audit-log-path")
}

undecided[c.subject] := settings.unseen(c, ["audit-log-path"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "audit-log-path", texts.none) if {
	some c in settings.named("kube-apiserver")
}
