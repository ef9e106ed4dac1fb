# METADATA
# title: The PKI directory belongs to root
# description: 'Owner and group are root:root: numbers first, names only from the user database of the node itself.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pki-owner
#   shares: pki_all
#   title_zh: Kubernetes PKI 目录及文件属主属组为 root:root
#   problem:
#     en: 'The PKI directory does not belong to root'
#     zh: 'Kubernetes PKI 目录或文件的属主或属组不是 root'
#   why:
#     en: Whoever owns a file here can put keys of their own in its place.
#     zh: 拥有这些文件的人可以将其替换为自己的密钥。
#   remediation:
#     en: chown root:root /etc/kubernetes/pki (adjust the path to the one shown).
#     zh: 执行 chown root:root /etc/kubernetes/pki（路径以检查结果所示为准）。
#   expected:
#     en: owned by root:root
#     zh: 属主属组为 root:root
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.19
#   controls:
#     cis-kubernetes: [1.1.19]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:pki_all']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [282]
package kubernetes.pki_owner

import data.lib.files

subject contains f.subject if some f in files.of("pki_all")

subject contains files.lacking_subject("pki_all", node) if some node in files.lacking("pki_all")

compliant contains f.subject if {
	some f in files.of("pki_all")
	files.is_root(f)
}

undecided[f.subject] := files.owner_unclear(f) if {
	some f in files.of("pki_all")
	files.owner_unknown(f)
}

reason[f.subject] := files.owner_reason(f, "root:root") if some f in files.of("pki_all")

not_applicable[files.lacking_subject("pki_all", node)] := files.absence("pki_all", node) if {
	some node in files.lacking("pki_all")
}

undecided[files.lacking_subject("pki_all", node)] := files.missing("pki_all", node) if {
	some node in files.lacking("pki_all")
	not files.absence("pki_all", node)
}
