# METADATA
# title: Only the owner can write the PKI certificates
# description: No bit outside 0644 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pki-certificate-mode
#   shares: pki_cert
#   title_zh: PKI 证书文件权限不宽于 644
#   problem:
#     en: 'Users other than the owner can write PKI certificates'
#     zh: 'PKI 证书文件可被属主以外的用户写入'
#   why:
#     en: Whoever can write them can take the place of a component.
#     zh: 能改写证书的人可以冒充集群组件。
#   remediation:
#     en: chmod 644 /etc/kubernetes/pki/apiserver.crt (adjust the path to the one shown).
#     zh: 执行 chmod 644 /etc/kubernetes/pki/apiserver.crt（路径以检查结果所示为准）。
#   expected:
#     en: mode 0644 or tighter
#     zh: 权限不宽于 0644
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.20
#   controls:
#     cis-kubernetes: [1.1.20]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:pki_cert']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.pki_certificate_mode

import data.lib.files

subject contains f.subject if some f in files.of("pki_cert")

subject contains files.lacking_subject("pki_cert", node) if some node in files.lacking("pki_cert")

compliant contains f.subject if {
	some f in files.of("pki_cert")
	files.is_within(f, "0644")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("pki_cert")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0644") if some f in files.of("pki_cert")

not_applicable[files.lacking_subject("pki_cert", node)] := files.absence("pki_cert", node) if {
	some node in files.lacking("pki_cert")
}

undecided[files.lacking_subject("pki_cert", node)] := files.missing("pki_cert", node) if {
	some node in files.lacking("pki_cert")
	not files.absence("pki_cert", node)
}
