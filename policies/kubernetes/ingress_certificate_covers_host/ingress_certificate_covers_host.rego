# METADATA
# title: The certificate of an Ingress names its hosts
# description: |
#   Every host of spec.tls, or of the rules where an entry names none, is a name of the certificate in its Secret. Only
#   the alternative names count, and a wildcard stands for one label. What cannot be read decides nothing.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-ingress-certificate-covers-host
#   aliases: [CRT-017]
#   title_zh: Ingress 证书覆盖其主机名
#   problem:
#     en: 'The certificate of an Ingress does not name its host'
#     zh: 'Ingress 证书未覆盖其主机名'
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
#   source: Deployment gate of the auditor; RFC 9525, 6.3
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

import data.lib.hosts
import data.lib.objects
import data.lib.texts

subject contains o.subject if {
	some o in objects.ingresses
	count(pairs(o)) > 0
}

# Each host with the Secret that is to hold its certificate.
pairs(o) := [{"host": host, "secret": sprintf("%s/%s", [o.namespace, entry.secretName])} |
	some entry in o.manifest.spec.tls
	entry.secretName != ""
	some host in hosts_of(o, entry)
]

hosts_of(o, entry) := named if {
	named := objects.sequence(entry, ["hosts"])
	count(named) > 0
} else := [rule.host | some rule in objects.sequence(o.manifest, ["spec", "rules"])]

# What every Secret of a name says of its certificate; the same one may stand in two files.
certificates[sprintf("%s/%s", [o.namespace, o.name])] contains certificate(o) if some o in objects.of("Secret")

certificate(o) := object.get(o.manifest, "certificate", {"unread": "not collected"}) if {
	o.manifest.type == "kubernetes.io/tls"
} else := {"unread": "another type"}

compliant contains o.subject if {
	some o in objects.ingresses
	count(pairs(o)) > 0
	every pair in pairs(o) { is_covered(pair) }
}

is_covered(pair) if {
	every one in certificates[pair.secret] { is_for(one, pair.host) }
}

uncovered(o) := [said | some pair in pairs(o); some said in lacks(pair)]

lacks(pair) := {texts.said("Secret %s does not exist", "Secret %s 不存在", [pair.secret])} if {
	not certificates[pair.secret]
	"Secret" in input.cluster.kinds_listed
} else := {texts.said("the certificate in Secret %s does not name %s", "Secret %s 中的证书未覆盖 %s", [pair.secret, pair.host]) |
	some one in certificates[pair.secret]
	is_array(one.names)
	not is_for(one, pair.host)
}

is_for(one, host) if {
	some name in one.names
	hosts.covers(name, host)
}

is_for(one, host) if host in one.addresses

unread(o) := [{"secret": pair.secret, "why": why} | some pair in pairs(o); some why in unread_of(pair)]

unread_of(pair) := {one.unread | some one in certificates[pair.secret]} if certificates[pair.secret]

else := {"not collected"} if not "Secret" in input.cluster.kinds_listed

else := set()

undecided := {o.subject: texts.said(
	"the certificate of Secret %s is not known: %s", "Secret %s 中的证书未知：%s",
	[first.secret, object.get(reasons, first.why, {"en": first.why, "zh": "读取失败"})],
) |
	some o in objects.ingresses
	count(uncovered(o)) == 0
	first := unread(o)[0]
}

reasons := {
	"not collected": {"en": "it was not collected", "zh": "未采集"},
	"not asked for": {"en": "it was not asked for", "zh": "按配置未读取"},
	"no permission": {"en": "the API refused the list of Secrets with data", "zh": "API 拒绝返回含数据的 Secret 列表"},
	"unreadable": {"en": "tls.crt holds none that can be read", "zh": "tls.crt 中没有可解析的证书"},
	"another type": {"en": "only Secrets of type kubernetes.io/tls are read", "zh": "仅读取 kubernetes.io/tls 类型的 Secret"},
}

reason := {o.subject: {"actual": texts.semicolons(uncovered(o)), "pointer": "/spec/tls"} |
	some o in objects.ingresses
}
