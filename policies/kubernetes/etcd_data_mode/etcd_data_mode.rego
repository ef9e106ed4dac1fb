# METADATA
# title: Only the owner can enter the data directory of etcd
# description: No bit outside 0700 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-data-mode
#   shares: etcd_data_dir
#   title_zh: etcd 数据目录权限不宽于 700
#   problem:
#     en: 'Users other than the owner can enter the data directory of etcd'
#     zh: 'etcd 数据目录可被属主以外的用户访问'
#   why:
#     en: It holds every object of the cluster, Secrets included.
#     zh: 该目录保存集群的全部对象，包括 Secret。
#   remediation:
#     en: chmod 700 /var/lib/etcd (adjust the path to the one shown).
#     zh: 执行 chmod 700 /var/lib/etcd（路径以检查结果所示为准）。
#   expected:
#     en: mode 0700 or tighter
#     zh: 权限不宽于 0700
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.11
#   controls:
#     cis-kubernetes: [1.1.11]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:etcd_data_dir']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.etcd_data_mode

import data.lib.files

subject contains f.subject if some f in files.of("etcd_data_dir")

subject contains files.lacking_subject("etcd_data_dir", node) if some node in files.lacking("etcd_data_dir")

compliant contains f.subject if {
	some f in files.of("etcd_data_dir")
	files.is_within(f, "0700")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("etcd_data_dir")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0700") if some f in files.of("etcd_data_dir")

not_applicable[files.lacking_subject("etcd_data_dir", node)] := files.absence("etcd_data_dir", node) if {
	some node in files.lacking("etcd_data_dir")
}

undecided[files.lacking_subject("etcd_data_dir", node)] := files.missing("etcd_data_dir", node) if {
	some node in files.lacking("etcd_data_dir")
	not files.absence("etcd_data_dir", node)
}
