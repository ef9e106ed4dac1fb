# METADATA
# title: Tokens are mounted only where they are needed
# description: The pod wins over its service account; a mounted token without any right of its own fails.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-account-token-needed
#   title_zh: 仅在必要时挂载服务账户令牌
#   why:
#     en: A token that nobody needs is a credential for whoever breaks into the pod.
#     zh: 不必要的令牌会成为攻破 Pod 者可利用的凭据。
#   remediation:
#     en: 'Set automountServiceAccountToken: false on the pod, or on its service account.'
#     zh: '在 Pod 或其服务账户上设置 automountServiceAccountToken: false。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.6
#   controls:
#     cis-kubernetes: [5.1.6]
#     gbt22239-2019-l3: [8.1.4.2.f]
#   judges: KubeObject
#   needs: ['KubeObject:ServiceAccount', 'KubeObject:RoleBinding', 'KubeObject:ClusterRoleBinding', 'KubeObject:Pod',
#     'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet', 'KubeObject:ReplicationController',
#     'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.service_account_token_needed

import data.lib.accounts
import data.lib.objects
import data.lib.rbac

subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	not accounts.mounts(pod)
	accounts.is_known(pod)
}

# Whether a token that can be used is needed is for a person to confirm: the control stays open.
compliant contains pod.subject if {
	some pod in input.pods
	accounts.mounts(pod)
	rbac.has_grant(pod.namespace, accounts.name_of(pod))
}

not_applicable[pod.subject] := objects.platform_reason(pod.namespace) if {
	some pod in input.pods
	objects.is_platform(pod.namespace)
}

undecided[pod.subject] := accounts.unknown_reason(pod) if {
	some pod in input.pods
	not accounts.is_known(pod)
	not rbac.has_grant(pod.namespace, accounts.name_of(pod))
}

reason[pod.subject] := {
	"expected": "automountServiceAccountToken: false, or a service account with rights of its own",
	"actual": sprintf("a token of %s is mounted (%s)", [accounts.name_of(pod), accounts.why(pod)]),
	"pointer": sprintf("%s/automountServiceAccountToken", [pod.pointer]),
	"patch": [{"op": "add", "path": sprintf("%s/automountServiceAccountToken", [pod.pointer]), "value": false}],
} if {
	some pod in input.pods
	accounts.mounts(pod)
	not rbac.has_grant(pod.namespace, accounts.name_of(pod))
}
