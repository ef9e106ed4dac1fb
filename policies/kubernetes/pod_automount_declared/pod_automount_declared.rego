# METADATA
# title: Every workload says whether it mounts a token
# description: The pod, or its service account with false, says so.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-automount-declared
#   title_zh: 工作负载明确声明是否挂载令牌
#   problem:
#     en: 'A workload does not say whether it mounts a token'
#     zh: '工作负载未声明是否挂载令牌'
#   why:
#     en: The default mounts a credential that nobody asked for.
#     zh: 默认会挂载未经请求的凭据。
#   remediation:
#     en: 'Write automountServiceAccountToken: false, or true where the API is used.'
#     zh: '明确写出 automountServiceAccountToken: false；确需访问 API 的写 true。'
#   severity: low
#   source: Deployment gate of the auditor; OWASP Kubernetes Top Ten K03
#   controls:
#     gbt22239-2019-l3: [8.1.4.2.f]
#   expected:
#     en: automountServiceAccountToken in so many words
#     zh: 明确声明 automountServiceAccountToken
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:ServiceAccount']
#   asked: pods
#   sees: account
#   covers: object
#   automation: full
#   cwe: [1188]
package kubernetes.pod_automount_declared

import data.lib.accounts
import data.lib.pods

subject := pods.subjects

# The pod says it, or its account does.
declared := {pod.subject | some pod in input.pods; is_boolean(pod.spec.automountServiceAccountToken)}

compliant := declared | {pod.subject |
	some pod in input.pods
	accounts.account(pod).manifest.automountServiceAccountToken == false
}

not_applicable := {name: why |
	some name, why in pods.of_platform
	not name in declared
}

reason := {pod.subject: {
	"actual": {
		"en": "automountServiceAccountToken absent (default true)",
		"zh": "未设置 automountServiceAccountToken（默认为 true）",
	},
	"pointer": pod.pointer,
	"patch": [{"op": "add", "path": sprintf("%s/automountServiceAccountToken", [pod.pointer]), "value": false}],
} |
	some pod in input.pods
	not pod.subject in compliant
}
