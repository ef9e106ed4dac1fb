# METADATA
# title: Bootstrap tokens serve the joining of nodes only
# description: Off unless the flag is set; tokens expire, and their groups are bound to the roles for joining only.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-bootstrap-tokens-limited
#   title_zh: 引导令牌仅用于节点加入
#   problem:
#     en: 'A bootstrap token can do more than join nodes, or lives too long'
#     zh: '引导令牌的用途超出节点加入，或有效期过长'
#   why:
#     en: A token that never expires, or that opens more, is a password for the cluster that many have seen.
#     zh: 永不过期或权限过大的引导令牌，等同于一个多人知晓的集群口令。
#   remediation:
#     en: Give every token an expiration and bind system:bootstrappers to the roles for joining only.
#     zh: 为每个引导令牌设置过期时间，且仅将 system:bootstrappers 绑定到节点加入所需的角色。
#   expected:
#     en: bootstrap tokens expire and open nothing but the joining of nodes
#     zh: 引导令牌设有有效期，且仅可用于节点加入集群
#   decided:
#     en: 'The flag of the API server alone shows that there are none; otherwise all Secrets and bindings have to be listed.'
#     zh: '仅凭 API Server 启动参数即可确认未启用；否则需要完整列出 Secret 与绑定。'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 3.1.3
#   controls:
#     cis-kubernetes: [3.1.3]
#     gbt22239-2019-l3: [8.1.3.1.b]
#   judges: KubeCluster
#   needs: []
#   uses: ['KubeComponent:kube-apiserver', 'KubeObject:Secret', 'KubeObject:ClusterRoleBinding', 'KubeObject:RoleBinding']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [613]
package kubernetes.bootstrap_tokens_limited

import data.lib.apiserver
import data.lib.objects
import data.lib.rbac
import data.lib.settings
import data.lib.texts

subject contains "cluster"

is_on if {
	some c in apiserver.servers
	settings.boolean(settings.flag(c, "enable-bootstrap-token-auth")) == true
}

is_off if {
	count(apiserver.servers) > 0
	not is_on
}

tokens := [o | some o in objects.of("Secret"); o.manifest.type == "bootstrap.kubernetes.io/token"]

compliant contains "cluster" if is_off

# Where no flag was seen, the feature may be on: then there is no token, or all that there are do no harm.
compliant contains "cluster" if {
	is_listed
	count(tokens) == 0
	count(strays) == 0
}

compliant contains "cluster" if {
	is_on
	is_listed
	count(strays) == 0
}

# Secrets may be withheld from who reads a cluster.
is_listed if {
	objects.is_complete
	"Secret" in input.cluster.kinds_listed
}

strays contains texts.said("%s has no expiration", "%s 未设有效期", [o.subject]) if {
	not is_off
	some o in tokens
	not "expiration" in object.keys(objects.mapping(o.manifest, ["data"]))
	not "expiration" in object.keys(objects.mapping(o.manifest, ["stringData"]))
}

strays contains texts.said("%s binds %s to %s", "%s 将 %s 绑定至 %s", [b.subject, s.name, rbac.role_of(b)]) if {
	not is_off
	some b in rbac.bindings
	some s in rbac.subjects_of(b)
	startswith(s.name, "system:bootstrappers")
	not b.manifest.roleRef.name in joining
}

# What a node needs to join: roles of the API server and of kubeadm.
joining := {
	"system:node-bootstrapper",
	"system:certificates.k8s.io:certificatesigningrequests:nodeclient",
	"system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
	"kubeadm:get-nodes", "kubeadm:kubelet-config", "kubeadm:nodes-kubeadm-config", "kubeadm:bootstrap-signer-clusterinfo",
	"kube-proxy",
}

undecided["cluster"] := {
	"en": "neither the flags of the API server nor all objects were seen",
	"zh": "未同时采集到 API Server 启动参数与完整对象清单",
} if {
	count(strays) == 0
	not "cluster" in compliant
}

reason["cluster"] := {
	"actual": texts.semicolons(strays),
	"pointer": "/flags/enable-bootstrap-token-auth",
}
