# METADATA
# title: An audit policy is in force
# description: The flag is set and the file is a policy with at least one rule above None.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-audit-policy
#   title_zh: 审计策略已配置并生效
#   problem:
#     en: 'No audit policy is in force'
#     zh: '没有生效的审计策略'
#   why:
#     en: Without a policy the audit log stays empty, however it is set up.
#     zh: 没有审计策略时，即使配置了日志路径也不会产生任何审计记录。
#   remediation:
#     en: Write an audit.k8s.io/v1 Policy with at least one rule above None, and name it by --audit-policy-file.
#     zh: 编写至少包含一条高于 None 级别规则的 audit.k8s.io/v1 Policy，并通过 --audit-policy-file 指定。
#   expected:
#     en: an audit policy with a rule above None
#     zh: 审计策略至少有一条高于 None 级别的规则
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 3.2.1
#   controls:
#     cis-kubernetes: [3.2.1]
#     gbt22239-2019-l3: [8.1.4.3.a]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [778]
package kubernetes.audit_policy

import data.lib.audit
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "audit-policy-file")
	audit.is_policy(c.files.audit_policy)
	audit.logs_something(c.files.audit_policy)
}

undecided[c.subject] := settings.file_unread(c, "audit-policy-file") if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "audit-policy-file")
	not c.files.audit_policy
}

undecided[c.subject] := settings.unseen(c, ["audit-policy-file"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := {"actual": seen(c), "pointer": "/flags/audit-policy-file"} if some c in settings.named("kube-apiserver")

seen(c) := texts.said("every rule of %s is at the level None", "%s 的规则均为 None 级别", [settings.flag(c, "audit-policy-file")]) if {
	audit.is_policy(c.files.audit_policy)
	not audit.logs_something(c.files.audit_policy)
} else := settings.shown(c, "audit-policy-file", texts.none)
