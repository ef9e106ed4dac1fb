# METADATA
# title: Tokens are mounted only where they are needed
# description: The pod wins over its service account; a mounted token without any right of its own fails.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-account-token-needed
#   title_zh: 仅在必要时挂载服务账户令牌
#   problem:
#     en: 'A token is mounted that nothing needs'
#     zh: '挂载了不必要的服务账户令牌'
#   why:
#     en: A token that nobody needs is a credential for whoever breaks into the pod.
#     zh: 不必要的令牌会成为攻破 Pod 者可利用的凭据。
#   remediation:
#     en: 'Set automountServiceAccountToken: false on the pod, or on its service account.'
#     zh: '在 Pod 或其服务账户上设置 automountServiceAccountToken: false。'
#   decided:
#     en: 'The pod wins over its account. An account that was not seen is one gap, under its own name, for all of its pods; a mounted token of an account without any grant fails.'
#     zh: 'Pod 的设置优先于服务账户。未采集到的账户以自身名义合并为一项未评估；挂载了令牌而账户没有任何授权的判不通过。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.6
#   controls:
#     cis-kubernetes: [5.1.6]
#     gbt22239-2019-l3: [8.1.4.2.f]
#   expected:
#     en: "automountServiceAccountToken: false, or a service account with rights of its own"
#     zh: "automountServiceAccountToken: false，或使用具有专属权限的服务账户"
#   judges: KubeObject
#   needs: ['KubeObject:ServiceAccount', 'KubeObject:RoleBinding', 'KubeObject:ClusterRoleBinding', 'KubeObject:Pod',
#     'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet', 'KubeObject:ReplicationController',
#     'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:ClusterRole', 'KubeObject:Role']
#   asked: pods
#   sees: account
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.service_account_token_needed

import data.lib.accounts
import data.lib.pods
import data.lib.rbac

# What nobody knows of many pods is one question about the account that they run as.
subject := (pods.subjects - object.keys(unknown)) | object.keys(undecided)

# Whether a token that can be used is needed is for a person to confirm: the control stays open.
compliant := (accounts.known - accounts.mounting) | (accounts.mounting & granted)

granted := {pod.subject | some pod in input.pods; rbac.has_right(pod.namespace, accounts.name_of(pod))}

not_applicable := pods.of_platform

unknown := {pod.subject: pod |
	some pod in input.pods
	not pod.subject in accounts.known
	not pod.subject in granted
	not pod.subject in object.keys(pods.of_platform)
}

undecided := {accounts.subject_of(pod): accounts.unknown_reason(pod) | some pod in unknown}

reason := {pod.subject: {
	"actual": {
		"en": sprintf("a token of %s is mounted (%s)", [account, why.en]),
		"zh": sprintf("挂载了服务账户 %s 的令牌（%s）", [account, why.zh]),
	},
	"pointer": pointer,
	"patch": [{"op": "add", "path": pointer, "value": false}],
} |
	some pod in input.pods
	pod.subject in accounts.mounting
	not pod.subject in granted
	account := accounts.name_of(pod)
	why := accounts.why(pod)
	pointer := sprintf("%s/automountServiceAccountToken", [pod.pointer])
}
