# METADATA
# title: The pod manifest of the API server belongs to root
# description: 'Owner and group are root:root: numbers first, names only from the user database of the node itself.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-manifest-owner
#   shares: apiserver_manifest
#   title_zh: API Server 静态 Pod 清单属主属组为 root:root
#   problem:
#     en: 'The pod manifest of the API server does not belong to root'
#     zh: 'API Server 静态 Pod 清单的属主或属组不是 root'
#   why:
#     en: Whoever writes it starts a container of their choice with every right on the node.
#     zh: 能改写该清单的人可以在节点上以最高权限启动任意容器。
#   remediation:
#     en: chown root:root /etc/kubernetes/manifests/kube-apiserver.yaml (adjust the path to the one shown).
#     zh: 执行 chown root:root /etc/kubernetes/manifests/kube-apiserver.yaml（路径以检查结果所示为准）。
#   expected:
#     en: owned by root:root
#     zh: 属主属组为 root:root
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.2
#   controls:
#     cis-kubernetes: [1.1.2]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:apiserver_manifest']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [282]
package kubernetes.apiserver_manifest_owner

import data.lib.files

subject contains f.subject if some f in files.of("apiserver_manifest")

subject contains files.lacking_subject("apiserver_manifest", node) if some node in files.lacking("apiserver_manifest")

compliant contains f.subject if {
	some f in files.of("apiserver_manifest")
	files.is_root(f)
}

undecided[f.subject] := files.owner_unclear(f) if {
	some f in files.of("apiserver_manifest")
	files.owner_unknown(f)
}

reason[f.subject] := files.owner_reason(f, "root:root") if some f in files.of("apiserver_manifest")

not_applicable[files.lacking_subject("apiserver_manifest", node)] := files.absence("apiserver_manifest", node) if {
	some node in files.lacking("apiserver_manifest")
}

undecided[files.lacking_subject("apiserver_manifest", node)] := files.missing("apiserver_manifest", node) if {
	some node in files.lacking("apiserver_manifest")
	not files.absence("apiserver_manifest", node)
}
