# METADATA
# title: The audit policy covers the key events
# description: 'Sample requests of the parameter audit_requests are put to the policy: the first rule that matches decides.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-audit-policy-key-events
#   title_zh: 审计策略覆盖关键安全事件
#   problem:
#     en: 'The audit policy leaves key events out'
#     zh: '审计策略未覆盖关键安全事件'
#   why:
#     en: What the policy leaves out cannot be found out later; what it logs with content leaks.
#     zh: 策略遗漏的事件事后无从查证；连同内容一并记录的敏感对象则会造成泄露。
#   remediation:
#     en: Put Metadata rules for secrets, configmaps, tokenreviews and serviceaccounts/token first, and end with a catch-all
#       at Metadata.
#     zh: 将 secrets、configmaps、tokenreviews 与 serviceaccounts/token 的 Metadata 规则置于最前，并以 Metadata 级别的兜底规则结尾。
#   expected:
#     en: Metadata for reads of secrets, configmaps and tokenreviews, Metadata or more for changes and exec
#     zh: 读取 secrets、configmaps、tokenreviews 记录为 Metadata 级别，变更与 exec 操作记录为 Metadata 及以上级别
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 3.2.2
#   controls:
#     cis-kubernetes: [3.2.2]
#     gbt22239-2019-l3: [8.1.4.3.a, 8.1.4.3.b]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.audit_policy_key_events

import data.lib.audit
import data.lib.parameters
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	audit.is_policy(c.files.audit_policy)
	count(audit.strays(c.files.audit_policy, parameters.value("audit_requests"))) == 0
}

undecided[c.subject] := settings.file_unread(c, "audit-policy-file") if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "audit-policy-file")
	not c.files.audit_policy
}

undecided[c.subject] := settings.unseen(c, ["audit-policy-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := {
	"actual": actual(c),
	"pointer": "/files/audit_policy",
} if some c in settings.named("kube-apiserver")

actual(c) := concat(", ", audit.strays(c.files.audit_policy, parameters.value("audit_requests"))) if c.files.audit_policy

else := settings.shown(c, "audit-policy-file", texts.none)
