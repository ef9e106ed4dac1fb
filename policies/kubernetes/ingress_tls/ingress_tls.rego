# METADATA
# title: Every Ingress serves its hosts over TLS
# description: spec.tls names every host of the rules; a wildcard covers one label.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-ingress-tls
#   title_zh: Ingress 的所有主机均启用 TLS
#   problem:
#     en: 'A host of an Ingress is served without TLS'
#     zh: 'Ingress 存在未启用 TLS 的主机'
#   why:
#     en: Prompts, answers and session cookies otherwise travel in clear text.
#     zh: 否则提示词、回答与会话 Cookie 将以明文传输。
#   remediation:
#     en: Add spec.tls with every host and the Secret of its certificate.
#     zh: 在 spec.tls 中列出每个主机及其证书 Secret。
#   expected:
#     en: spec.tls for every host
#     zh: spec.tls 覆盖每个主机名
#   severity: high
#   source: Deployment gate of the auditor; OWASP ASVS 5.0 V12.2
#   controls:
#     gbt22239-2019-l3: [8.1.2.2.b, 8.1.4.8.a]
#     gbt39786-2021-l3: [39786-8.2.c]
#   judges: KubeObject
#   needs: ['KubeObject:Ingress']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [319]
package kubernetes.ingress_tls

import data.lib.hosts
import data.lib.objects
import data.lib.texts

subject contains o.subject if some o in objects.ingresses

compliant contains o.subject if {
	some o in objects.ingresses
	count(objects.sequence(o.manifest, ["spec", "tls"])) > 0
	count(uncovered(o)) == 0
}

# Hosts of rules that no entry for TLS names; an entry without hosts stands for all of them.
uncovered(o) := [host |
	some rule in objects.sequence(o.manifest, ["spec", "rules"])
	host := object.get(rule, "host", "")
	not is_covered(o, host)
]

is_covered(o, host) if {
	some entry in o.manifest.spec.tls
	some named in entry.hosts
	hosts.covers(named, host)
}

is_covered(o, _) if {
	some entry in o.manifest.spec.tls
	count(objects.sequence(entry, ["hosts"])) == 0
}

reason := {o.subject: {
	"actual": actual(o),
	"pointer": "/spec/tls",
} |
	some o in objects.ingresses
	not o.subject in compliant
}

actual(o) := texts.said("no TLS for %s", "未启用 TLS 的主机名：%s", [texts.once([named(host) | some host in uncovered(o)])]) if count(uncovered(o)) > 0

else := {"en": "no spec.tls", "zh": "未设置 spec.tls"}

# A rule without a host is for all of them.
named("") := "*"

named(host) := host if host != ""
