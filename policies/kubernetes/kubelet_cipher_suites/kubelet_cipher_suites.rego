# METADATA
# title: The kubelet offers strong cipher suites only
# description: Every suite is on the allow list of the parameter; TLS 1.3 has fixed suites.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-cipher-suites
#   title_zh: kubelet 仅使用强密码套件
#   problem:
#     en: 'The kubelet offers weak cipher suites'
#     zh: 'kubelet 可使用弱密码套件'
#   why:
#     en: Weak suites let the traffic of logs and exec sessions be read later.
#     zh: 弱密码套件会使日志与 exec 会话流量事后可被解密。
#   remediation:
#     en: 'Set tlsCipherSuites to the six suites of the allow list, or tlsMinVersion: VersionTLS13.'
#     zh: '将 tlsCipherSuites 设置为白名单中的六个套件，或设置 tlsMinVersion: VersionTLS13。'
#   expected:
#     en: 'tlsCipherSuites within the allow list, or tlsMinVersion: VersionTLS13'
#     zh: 'tlsCipherSuites 均在白名单内，或 tlsMinVersion: VersionTLS13'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.2.12
#   controls:
#     cis-kubernetes: [4.2.12]
#     gbt22239-2019-l3: [8.1.2.2.b]
#     gbt39786-2021-l3: [39786-8.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kubelet']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [327]
package kubernetes.kubelet_cipher_suites

import data.lib.parameters
import data.lib.settings
import data.lib.texts

subject contains c.subject if some c in settings.named("kubelet")

compliant contains c.subject if {
	some c in settings.named("kubelet")
	suites := settings.elements(settings.layered(c, "tls-cipher-suites", "tlsCipherSuites"))
	count(suites) > 0
	every suite in suites { suite in parameters.value("kubelet_cipher_suites") }
}

compliant contains c.subject if {
	some c in settings.named("kubelet")
	settings.layered(c, "tls-min-version", "tlsMinVersion") == "VersionTLS13"
}

undecided[c.subject] := settings.config_unread(c) if {
	some c in settings.named("kubelet")
	settings.layered_unread(c, "tls-cipher-suites")
	settings.layered_unread(c, "tls-min-version")
}

reason[c.subject] := seen(c) if some c in settings.named("kubelet")

suites_reason(c) := settings.layered_reason(c, "tls-cipher-suites", "tlsCipherSuites", {"en": "suites of Go", "zh": "Go 的默认套件"})

seen(c) := settings.layered_reason(c, "tls-min-version", "tlsMinVersion", texts.none) if {
	settings.layered(c, "tls-min-version", "tlsMinVersion") == "VersionTLS13"
} else := object.union(suites_reason(c), {"actual": said}) if {
	weak := [suite |
		some suite in settings.elements(settings.layered(c, "tls-cipher-suites", "tlsCipherSuites"))
		not suite in parameters.value("kubelet_cipher_suites")
	]
	count(weak) > 0
	said := texts.said("not in the allow list: %s", "不在白名单内：%s", [concat(", ", weak)])
} else := suites_reason(c)
