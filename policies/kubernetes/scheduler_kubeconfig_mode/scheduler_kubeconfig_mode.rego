# METADATA
# title: Only the owner can read or write the kubeconfig of the scheduler
# description: No bit outside 0600 is set, bits for setuid, setgid and sticky included; octal modes are compared bit
#   by bit.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-scheduler-kubeconfig-mode
#   shares: scheduler_kubeconfig
#   title_zh: Scheduler 的 kubeconfig 权限不宽于 600
#   problem:
#     en: 'Users other than the owner can read or write the kubeconfig of the scheduler'
#     zh: 'Scheduler 的 kubeconfig 可被属主以外的用户读写'
#   why:
#     en: It holds the credentials that decide where pods run.
#     zh: 该文件保存决定 Pod 调度位置的凭据。
#   remediation:
#     en: chmod 600 /etc/kubernetes/scheduler.conf (adjust the path to the one shown).
#     zh: 执行 chmod 600 /etc/kubernetes/scheduler.conf（路径以检查结果所示为准）。
#   expected:
#     en: mode 0600 or tighter
#     zh: 权限不宽于 0600
#   decided:
#     en: 'A file that was not collected is one gap for mode and owner. A user or group that is known and not root''s fails, whatever the other half is; names and numbers that contradict each other are not assessed.'
#     zh: '未采集到的文件，权限与属主合并为一项未评估。已知的属主或属组不是 root 即判不通过，不论另一半如何；名称与数字 ID 相互矛盾时不作判定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.1.15
#   controls:
#     cis-kubernetes: [1.1.15]
#     gbt22239-2019-l3: [8.1.4.2.f, 8.1.10.6.d]
#   judges: NodeFile
#   needs: ['NodeFile:scheduler_kubeconfig']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [732]
package kubernetes.scheduler_kubeconfig_mode

import data.lib.files

subject contains f.subject if some f in files.of("scheduler_kubeconfig")

subject contains files.lacking_subject("scheduler_kubeconfig", node) if some node in files.lacking("scheduler_kubeconfig")

compliant contains f.subject if {
	some f in files.of("scheduler_kubeconfig")
	files.is_within(f, "0600")
}

undecided[f.subject] := files.mode_unknown if {
	some f in files.of("scheduler_kubeconfig")
	f.mode == null
}

reason[f.subject] := files.mode_reason(f, "0600") if some f in files.of("scheduler_kubeconfig")

not_applicable[files.lacking_subject("scheduler_kubeconfig", node)] := files.absence("scheduler_kubeconfig", node) if {
	some node in files.lacking("scheduler_kubeconfig")
}

undecided[files.lacking_subject("scheduler_kubeconfig", node)] := files.missing("scheduler_kubeconfig", node) if {
	some node in files.lacking("scheduler_kubeconfig")
	not files.absence("scheduler_kubeconfig", node)
}
