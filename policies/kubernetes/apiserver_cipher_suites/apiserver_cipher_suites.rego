# METADATA
# title: The API server offers strong cipher suites only
# description: Every suite is on the allow list of the parameter; TLS 1.3 has fixed suites.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-cipher-suites
#   title_zh: API Server 仅使用强密码套件
#   problem:
#     en: 'The API server offers weak cipher suites'
#     zh: 'API Server 可使用弱密码套件'
#   why:
#     en: The default set still holds CBC suites, which have a history of padding attacks.
#     zh: 默认套件仍包含 CBC 套件，此类套件屡次出现填充攻击。
#   remediation:
#     en: Set --tls-cipher-suites to suites of the allow list, or --tls-min-version=VersionTLS13.
#     zh: 将 --tls-cipher-suites 设置为白名单内的套件，或设置 --tls-min-version=VersionTLS13。
#   expected:
#     en: '--tls-cipher-suites within the allow list, or --tls-min-version=VersionTLS13'
#     zh: '--tls-cipher-suites 均在白名单内，或 --tls-min-version=VersionTLS13'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.29
#   controls:
#     cis-kubernetes: [1.2.29]
#     gbt22239-2019-l3: [8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [327]
package kubernetes.apiserver_cipher_suites

import data.lib.parameters
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	suites := settings.list(c, "tls-cipher-suites")
	count(suites) > 0
	every suite in suites { suite in parameters.value("apiserver_cipher_suites") }
}

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.flag(c, "tls-min-version") == "VersionTLS13"
}

undecided[c.subject] := settings.unseen(c, ["tls-cipher-suites", "tls-min-version"]) if {
	some c in settings.named("kube-apiserver")
}

undecided[c.subject] := settings.unresolved(c, ["tls-cipher-suites", "tls-min-version"]) if {
	some c in settings.named("kube-apiserver")
	not settings.is_elsewhere(c, ["tls-cipher-suites", "tls-min-version"])
}

reason[c.subject] := {"actual": seen(c), "pointer": "/flags/tls-cipher-suites"} if some c in settings.named("kube-apiserver")

seen(c) := settings.shown(c, "tls-min-version", texts.none) if {
	settings.flag(c, "tls-min-version") == "VersionTLS13"
} else := texts.said("not in the allow list: %s", "不在白名单内：%s", [concat(", ", weak)]) if {
	weak := [suite |
		some suite in settings.list(c, "tls-cipher-suites")
		not suite in parameters.value("apiserver_cipher_suites")
	]
	count(weak) > 0
} else := settings.shown(c, "tls-cipher-suites", {"en": "suites of Go, with CBC", "zh": "Go 的默认套件，含 CBC"})
