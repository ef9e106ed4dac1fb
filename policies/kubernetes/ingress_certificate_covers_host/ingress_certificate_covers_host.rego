# METADATA
# title: The certificate of an Ingress names its hosts
# description: Every host of spec.tls is a DNS name of the certificate in its Secret.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-ingress-certificate-covers-host
#   title_zh: Ingress 证书覆盖其主机名
#   why:
#     en: A certificate for another name makes clients refuse, or users click warnings away.
#     zh: 证书与主机名不符会导致客户端拒绝连接，或使用户习惯忽略告警。
#   remediation:
#     en: Issue a certificate with every host as a subject alternative name.
#     zh: 签发包含所有主机名（SAN）的证书。
#   expected:
#     en: a certificate with every host among its names
#     zh: 证书名称覆盖每个主机名
#   severity: medium
#   source: Deployment gate of the auditor; RFC 9525
#   controls:
#     gbt22239-2019-l3: [8.1.2.2.a]
#     gbt39786-2021-l3: [39786-8.2.a]
#   judges: KubeObject
#   needs: ['KubeObject:Ingress', 'KubeObject:Secret']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [297]
package kubernetes.ingress_certificate_covers_host

import data.lib.objects

subject contains o.subject if {
	some o in objects.of("Ingress")
	count(pairs(o)) > 0
}

# Each host with the Secret that is to hold its certificate.
pairs(o) := [{"host": host, "secret": sprintf("%s/%s", [o.namespace, entry.secretName])} |
	some entry in o.manifest.spec.tls
	some host in entry.hosts
	entry.secretName
]

certificates := {sprintf("%s/%s", [o.namespace, o.name]): crypto.x509.parse_certificates(text)[0].DNSNames |
	some o in objects.of("Secret")
	text := o.manifest.data["tls.crt"]
	text != ""
}

compliant contains o.subject if {
	some o in objects.of("Ingress")
	count(pairs(o)) > 0
	every pair in pairs(o) { covers(certificates[pair.secret], pair.host) }
}

covers(names, host) if {
	some name in names
	name == host
}

covers(names, host) if {
	some name in names
	startswith(name, "*.")
	trim_prefix(name, "*") == regex.replace(host, `^[^.]+`, "")
}

unread(o) := [pair | some pair in pairs(o); not is_array(object.get(certificates, pair.secret, null))]

uncovered(o) := [pair | some pair in pairs(o); certificates[pair.secret]; not covers(certificates[pair.secret], pair.host)]

undecided[o.subject] := {
	"en": sprintf("the certificate of Secret %s was not collected", [unread(o)[0].secret]),
	"zh": sprintf("未采集到 Secret %s 中的证书", [unread(o)[0].secret]),
} if {
	some o in objects.of("Ingress")
	count(unread(o)) > 0
	count(uncovered(o)) == 0
}

reason[o.subject] := {
	"actual": concat("; ", [sprintf("%s lacks %s", [pair.secret, pair.host]) | some pair in uncovered(o)]),
	"pointer": "/spec/tls",
} if some o in objects.of("Ingress")
