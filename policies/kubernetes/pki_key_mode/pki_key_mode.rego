# METADATA
# title: Only the owner can read or write the PKI private keys
# description: No bit outside 0600 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pki-key-mode
#   shares: pki_key
#   title_zh: PKI 私钥文件权限不宽于 600
#   problem:
#     en: 'Users other than the owner can read or write PKI private keys'
#     zh: 'PKI 私钥文件可被属主以外的用户读写'
#   why:
#     en: Whoever reads a key can act as its owner; the CA key makes any identity.
#     zh: 读取私钥即可冒用其身份；获得 CA 私钥则可签发任意身份。
#   remediation:
#     en: chmod 600 /etc/kubernetes/pki/ca.key (adjust the path to the one shown).
#     zh: 执行 chmod 600 /etc/kubernetes/pki/ca.key（路径以检查结果所示为准）。
#   expected:
#     en: mode 0600 or tighter
#     zh: 权限不宽于 0600
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.21
#   controls:
#     cis-kubernetes: [1.1.21]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#     gbt39786-2021-l3: [39786-B.3]
#   judges: NodeFile
#   needs: ['NodeFile:pki_key']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.pki_key_mode

import data.lib.files

subject contains f.subject if some f in files.of("pki_key")

subject contains files.lacking_subject("pki_key", node) if some node in files.lacking("pki_key")

compliant contains f.subject if {
	some f in files.of("pki_key")
	files.is_within(f, "0600")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("pki_key")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0600") if some f in files.of("pki_key")

not_applicable[files.lacking_subject("pki_key", node)] := files.absence("pki_key", node) if {
	some node in files.lacking("pki_key")
}

undecided[files.lacking_subject("pki_key", node)] := files.missing("pki_key", node) if {
	some node in files.lacking("pki_key")
	not files.absence("pki_key", node)
}
