# METADATA
# title: Secrets are written by a strong encryption provider
# description: In every entry that covers secrets the first provider is aescbc, kms or secretbox.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-encryption-provider
#   aliases: [CRT-019]
#   title_zh: 静态加密首个提供者为强加密算法
#   problem:
#     en: 'Secrets are written without encryption or by a weak provider'
#     zh: 'Secret 写入时未加密或使用弱加密算法'
#   why:
#     en: The first provider is the one that writes; with identity in front Secrets are stored in clear text.
#     zh: 首个提供者负责写入；若 identity 排在首位，Secret 将以明文保存。
#   remediation:
#     en: Put kms, secretbox or aescbc in front of every entry for secrets; leave identity behind it for the time of
#       migration only.
#     zh: 将 kms、secretbox 或 aescbc 置于 secrets 条目的首位；identity 仅可在迁移期间作为后备。
#   expected:
#     en: aescbc, kms or secretbox as the first provider of every entry for secrets
#     zh: 覆盖 secrets 的每个条目均以 aescbc、kms 或 secretbox 为首个 provider
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.28
#   controls:
#     cis-kubernetes: [1.2.28]
#     gbt22239-2019-l3: [8.1.4.8.b]
#     gbt39786-2021-l3: [39786-8.4.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [311]
package kubernetes.apiserver_encryption_provider

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	entries := apiserver.secret_entries(c)
	count(entries) > 0
	every entry in entries { apiserver.first_provider(entry) in {"aescbc", "kms", "secretbox"} }
}

undecided[c.subject] := settings.file_unread(c, "encryption-provider-config") if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "encryption-provider-config")
	not c.files.encryption_config
}

undecided[c.subject] := settings.unseen(c, ["encryption-provider-config"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := {
	"actual": actual(c),
	"pointer": "/flags/encryption-provider-config",
} if some c in settings.named("kube-apiserver")

actual(c) := texts.said("first providers: %s", "首个 provider：%s", [concat(", ", first)]) if {
	first := [apiserver.first_provider(entry) | some entry in apiserver.secret_entries(c)]
	count(first) > 0
} else := settings.shown(c, "encryption-provider-config", texts.none)
