# METADATA
# title: People do not log in with service account tokens
# description: Secrets with long-lived tokens, and accounts with rights that no workload uses, are suspects.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-user-service-account-tokens-absent
#   title_zh: 用户不使用服务账户令牌认证
#   problem:
#     en: 'A person logs in with a service account token'
#     zh: '用户使用服务账户令牌认证'
#   why:
#     en: Such a token names no person, never asks for a second factor, and often never expires.
#     zh: 此类令牌无法对应到具体人员，不支持双因素认证，且往往永不过期。
#   remediation:
#     en: Delete long-lived token Secrets; have CI systems use short-lived tokens of the TokenRequest API, or accept
#       them by a waiver.
#     zh: 删除长期令牌 Secret；CI 系统改用 TokenRequest API 签发的短期令牌，或通过豁免予以接受。
#   expected:
#     en: no token that a person could use
#     zh: 没有可供人员使用的令牌
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 3.1.2
#   controls:
#     cis-kubernetes: [3.1.2]
#     gbt22239-2019-l3: [8.1.4.1.d, 8.1.4.2.c]
#   judges: KubeObject
#   needs: ['KubeObject:Secret', 'KubeObject:ServiceAccount', 'KubeObject:RoleBinding', 'KubeObject:ClusterRoleBinding',
#     'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: partial
#   cwe: [287]
package kubernetes.user_service_account_tokens_absent

import data.lib.accounts
import data.lib.objects
import data.lib.rbac

subject contains name if some name, _ in suspects

subject contains "cluster" if count(suspects) == 0

compliant contains "cluster" if {
	count(suspects) == 0
	objects.is_complete
}

# Long-lived tokens, and accounts with rights that no workload uses: somebody else must be using them.
suspects[o.subject] := {"en": "a long-lived service account token", "zh": "长期有效的服务账户令牌"} if {
	some o in objects.of("Secret")
	o.manifest.type == "kubernetes.io/service-account-token"
}

suspects[o.subject] := {"en": "bound to a role, but used by no workload", "zh": "已绑定角色，但没有工作负载使用"} if {
	objects.is_complete
	some o in objects.of("ServiceAccount")
	not objects.is_platform(o.namespace)
	sprintf("%s/%s", [o.namespace, o.name]) in rbac.service_accounts
	not sprintf("%s/%s", [o.namespace, o.name]) in in_use
}

in_use contains sprintf("%s/%s", [pod.namespace, accounts.name_of(pod)]) if some pod in input.pods

undecided := {"cluster": {
	"en": "not every kind of object was listed",
	"zh": "未能完整列出相关对象",
} |
	count(suspects) == 0
	not objects.is_complete
}

reason := {name: {"actual": what} |
	some name, what in suspects
}
