# METADATA
# title: Secrets are encrypted at rest
# description: The flag is set and the file covers secrets, by name or by a wildcard of v1.27 or later.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-encryption-at-rest
#   aliases: [CRT-019]
#   title_zh: 静态数据加密配置覆盖 Secret
#   problem:
#     en: 'Secrets are stored in etcd unencrypted'
#     zh: 'Secret 在 etcd 中未加密存储'
#   why:
#     en: Without it whoever reads the disk or a backup of etcd reads every Secret.
#     zh: 未加密时，任何能读取 etcd 磁盘或备份的人都能获得全部 Secret。
#   remediation:
#     en: Set --encryption-provider-config to a file with an entry for secrets, then rewrite all Secrets once.
#     zh: 将 --encryption-provider-config 指向包含 secrets 条目的加密配置文件，并重写全部 Secret 一次。
#   expected:
#     en: '--encryption-provider-config names a file whose resources cover secrets'
#     zh: '--encryption-provider-config 所指文件的 resources 覆盖 secrets'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.27
#   controls:
#     cis-kubernetes: [1.2.27]
#     gbt22239-2019-l3: [8.1.4.8.b]
#     gbt39786-2021-l3: [39786-8.4.e]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [311]
package kubernetes.apiserver_encryption_at_rest

import data.lib.apiserver
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "encryption-provider-config")
	count(apiserver.secret_entries(c)) > 0
}

undecided[c.subject] := settings.file_unread(c, "encryption-provider-config") if {
	some c in settings.named("kube-apiserver")
	settings.is_set(c, "encryption-provider-config")
	not c.files.encryption_config
}

undecided[c.subject] := settings.unseen(c, ["encryption-provider-config"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := {"actual": seen(c), "pointer": "/flags/encryption-provider-config"} if {
	some c in settings.named("kube-apiserver")
}

seen(c) := texts.said("%s does not cover secrets", "%s 未覆盖 secrets", [settings.flag(c, "encryption-provider-config")]) if {
	settings.is_set(c, "encryption-provider-config")
	c.files.encryption_config
	count(apiserver.secret_entries(c)) == 0
} else := settings.shown(c, "encryption-provider-config", texts.none)
