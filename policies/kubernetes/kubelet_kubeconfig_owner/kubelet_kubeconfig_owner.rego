# METADATA
# title: The kubeconfig of the kubelet belongs to root
# description: 'Owner and group are root:root: numbers first, names only from the user database of the node itself.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-kubeconfig-owner
#   shares: kubelet_kubeconfig
#   title_zh: kubelet 的 kubeconfig 属主属组为 root:root
#   problem:
#     en: 'The kubeconfig of the kubelet does not belong to root'
#     zh: 'kubelet 的 kubeconfig 属主或属组不是 root'
#   why:
#     en: It holds the credentials of the node.
#     zh: 该文件保存节点的身份凭据。
#   remediation:
#     en: chown root:root /etc/kubernetes/kubelet.conf (adjust the path to the one shown).
#     zh: 执行 chown root:root /etc/kubernetes/kubelet.conf（路径以检查结果所示为准）。
#   expected:
#     en: owned by root:root
#     zh: 属主属组为 root:root
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.1.6
#   controls:
#     cis-kubernetes: [4.1.6]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:kubelet_kubeconfig']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [282]
package kubernetes.kubelet_kubeconfig_owner

import data.lib.files

subject contains f.subject if some f in files.of("kubelet_kubeconfig")

subject contains files.lacking_subject("kubelet_kubeconfig", node) if some node in files.lacking("kubelet_kubeconfig")

compliant contains f.subject if {
	some f in files.of("kubelet_kubeconfig")
	files.is_root(f)
}

undecided[f.subject] := files.owner_unclear(f) if {
	some f in files.of("kubelet_kubeconfig")
	files.owner_unknown(f)
}

reason[f.subject] := files.owner_reason(f, "root:root") if some f in files.of("kubelet_kubeconfig")

not_applicable[files.lacking_subject("kubelet_kubeconfig", node)] := files.absence("kubelet_kubeconfig", node) if {
	some node in files.lacking("kubelet_kubeconfig")
}

undecided[files.lacking_subject("kubelet_kubeconfig", node)] := files.missing("kubelet_kubeconfig", node) if {
	some node in files.lacking("kubelet_kubeconfig")
	not files.absence("kubelet_kubeconfig", node)
}
