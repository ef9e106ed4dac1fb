# METADATA
# title: Only the owner can write the client CA file of the kubelet
# description: No bit outside 0644 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-client-ca-mode
#   shares: kubelet_client_ca
#   title_zh: kubelet 客户端 CA 文件权限不宽于 644
#   problem:
#     en: 'Users other than the owner can write the client CA file of the kubelet'
#     zh: 'kubelet 客户端 CA 文件可被属主以外的用户写入'
#   why:
#     en: Whoever writes it decides whom the kubelet believes.
#     zh: 能改写该文件的人可以决定 kubelet 信任谁。
#   remediation:
#     en: chmod 644 /etc/kubernetes/pki/ca.crt (adjust the path to the one shown).
#     zh: 执行 chmod 644 /etc/kubernetes/pki/ca.crt（路径以检查结果所示为准）。
#   expected:
#     en: mode 0644 or tighter
#     zh: 权限不宽于 0644
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.1.7
#   controls:
#     cis-kubernetes: [4.1.7]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:kubelet_client_ca']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.kubelet_client_ca_mode

import data.lib.files

subject contains f.subject if some f in files.of("kubelet_client_ca")

subject contains files.lacking_subject("kubelet_client_ca", node) if some node in files.lacking("kubelet_client_ca")

compliant contains f.subject if {
	some f in files.of("kubelet_client_ca")
	files.is_within(f, "0644")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("kubelet_client_ca")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0644") if some f in files.of("kubelet_client_ca")

not_applicable[files.lacking_subject("kubelet_client_ca", node)] := files.absence("kubelet_client_ca", node) if {
	some node in files.lacking("kubelet_client_ca")
}

undecided[files.lacking_subject("kubelet_client_ca", node)] := files.missing("kubelet_client_ca", node) if {
	some node in files.lacking("kubelet_client_ca")
	not files.absence("kubelet_client_ca", node)
}
