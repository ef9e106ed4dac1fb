# METADATA
# title: Only the owner can read or write the pod manifest of etcd
# description: No bit outside 0600 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-manifest-mode
#   shares: etcd_manifest
#   title_zh: etcd 静态 Pod 清单权限不宽于 600
#   problem:
#     en: 'Users other than the owner can read or write the pod manifest of etcd'
#     zh: 'etcd 静态 Pod 清单可被属主以外的用户读写'
#   why:
#     en: Whoever writes it can have etcd answer without TLS or hand its data out.
#     zh: 能改写该清单的人可以让 etcd 关闭 TLS 或导出其全部数据。
#   remediation:
#     en: chmod 600 /etc/kubernetes/manifests/etcd.yaml (adjust the path to the one shown).
#     zh: 执行 chmod 600 /etc/kubernetes/manifests/etcd.yaml（路径以检查结果所示为准）。
#   expected:
#     en: mode 0600 or tighter
#     zh: 权限不宽于 0600
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.7
#   controls:
#     cis-kubernetes: [1.1.7]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:etcd_manifest']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.etcd_manifest_mode

import data.lib.files

subject contains f.subject if some f in files.of("etcd_manifest")

subject contains files.lacking_subject("etcd_manifest", node) if some node in files.lacking("etcd_manifest")

compliant contains f.subject if {
	some f in files.of("etcd_manifest")
	files.is_within(f, "0600")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("etcd_manifest")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0600") if some f in files.of("etcd_manifest")

not_applicable[files.lacking_subject("etcd_manifest", node)] := files.absence("etcd_manifest", node) if {
	some node in files.lacking("etcd_manifest")
}

undecided[files.lacking_subject("etcd_manifest", node)] := files.missing("etcd_manifest", node) if {
	some node in files.lacking("etcd_manifest")
	not files.absence("etcd_manifest", node)
}
