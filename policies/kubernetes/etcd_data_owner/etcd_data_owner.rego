# METADATA
# title: The data directory of etcd belongs to etcd
# description: 'Owner and group are etcd:etcd: numbers first, names only from the user database of the node itself.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-etcd-data-owner
#   shares: etcd_data_dir
#   title_zh: etcd 数据目录属主属组为 etcd:etcd
#   problem:
#     en: 'The data directory of etcd does not belong to etcd'
#     zh: 'etcd 数据目录的属主或属组不是 etcd'
#   why:
#     en: It holds every object of the cluster, Secrets included.
#     zh: 该目录保存集群的全部对象，包括 Secret。
#   remediation:
#     en: 'chown etcd:etcd /var/lib/etcd (adjust the path to the one shown). kubeadm runs etcd as root and makes no
#       such user: accept root:root by the parameter etcd_data_dir_may_be_root, or by a waiver.'
#     zh: 执行 chown etcd:etcd /var/lib/etcd（路径以检查结果所示为准）。kubeadm 以 root 运行 etcd 且不创建该用户：可通过参数 etcd_data_dir_may_be_root
#       或豁免接受 root:root。
#   expected:
#     en: owned by etcd:etcd
#     zh: 属主属组为 etcd:etcd
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.12
#   controls:
#     cis-kubernetes: [1.1.12]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:etcd_data_dir']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [282]
package kubernetes.etcd_data_owner

import data.lib.files

subject contains f.subject if some f in files.of("etcd_data_dir")

subject contains files.lacking_subject("etcd_data_dir", node) if some node in files.lacking("etcd_data_dir")

compliant contains f.subject if {
	some f in files.of("etcd_data_dir")
	files.is_owned_by(f, "etcd", "etcd")
}

compliant contains f.subject if {
	some f in files.of("etcd_data_dir")
	files.is_root(f)
	files.etcd_may_be_root
}

undecided[f.subject] := files.owner_unclear(f) if {
	some f in files.of("etcd_data_dir")
	files.name_unknown(f)
}

reason[f.subject] := files.owner_reason(f, "etcd:etcd") if some f in files.of("etcd_data_dir")

not_applicable[files.lacking_subject("etcd_data_dir", node)] := files.absence("etcd_data_dir", node) if {
	some node in files.lacking("etcd_data_dir")
}

undecided[files.lacking_subject("etcd_data_dir", node)] := files.missing("etcd_data_dir", node) if {
	some node in files.lacking("etcd_data_dir")
	not files.absence("etcd_data_dir", node)
}
