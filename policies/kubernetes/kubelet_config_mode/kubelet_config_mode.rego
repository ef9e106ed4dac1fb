# METADATA
# title: Only the owner can read or write the configuration file of the kubelet
# description: No bit outside 0600 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-kubelet-config-mode
#   shares: kubelet_config
#   title_zh: kubelet 配置文件权限不宽于 600
#   problem:
#     en: 'Users other than the owner can read or write the configuration file of the kubelet'
#     zh: 'kubelet 配置文件可被属主以外的用户读写'
#   why:
#     en: Whoever writes it can switch authentication of the kubelet off.
#     zh: 能改写该文件的人可以关闭 kubelet 的身份认证。
#   remediation:
#     en: chmod 600 /var/lib/kubelet/config.yaml (adjust the path to the one shown).
#     zh: 执行 chmod 600 /var/lib/kubelet/config.yaml（路径以检查结果所示为准）。
#   expected:
#     en: mode 0600 or tighter
#     zh: 权限不宽于 0600
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 4.1.9
#   controls:
#     cis-kubernetes: [4.1.9]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:kubelet_config']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.kubelet_config_mode

import data.lib.files

subject contains f.subject if some f in files.of("kubelet_config")

subject contains files.lacking_subject("kubelet_config", node) if some node in files.lacking("kubelet_config")

compliant contains f.subject if {
	some f in files.of("kubelet_config")
	files.is_within(f, "0600")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("kubelet_config")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0600") if some f in files.of("kubelet_config")

not_applicable[files.lacking_subject("kubelet_config", node)] := files.absence("kubelet_config", node) if {
	some node in files.lacking("kubelet_config")
}

undecided[files.lacking_subject("kubelet_config", node)] := files.missing("kubelet_config", node) if {
	some node in files.lacking("kubelet_config")
	not files.absence("kubelet_config", node)
}
