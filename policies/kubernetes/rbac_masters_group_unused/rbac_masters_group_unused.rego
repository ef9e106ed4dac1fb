# METADATA
# title: Nobody is a member of system:masters
# description: Bindings, certificate requests and certificates that name the group fail; a pass needs the certificates
#   of the nodes.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-rbac-masters-group-unused
#   title_zh: 不使用 system:masters 组
#   problem:
#     en: 'system:masters is granted to somebody'
#     zh: '有主体被授予 system:masters 组'
#   why:
#     en: Its members pass every authorization check, and no binding can be taken away from them.
#     zh: 该组成员可绕过所有鉴权，且无法通过移除绑定来收回权限。
#   remediation:
#     en: Use the group kubeadm:cluster-admins or roles of your own; move super-admin.conf off the node; let certificates
#       with the group expire.
#     zh: 改用 kubeadm:cluster-admins 组或自定义角色；将 super-admin.conf 移出节点；不再签发含该组的证书。
#   expected:
#     en: nobody is a member of system:masters
#     zh: system:masters 组没有成员
#   severity: high
#   source: CIS Kubernetes Benchmark v2.0.1, 5.1.7
#   controls:
#     cis-kubernetes: [5.1.7]
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeCluster
#   needs: ['KubeObject:ClusterRoleBinding', 'KubeObject:RoleBinding', 'KubeObject:CertificateSigningRequest']
#   uses: ['NodeFile:admin_kubeconfig']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [269]
package kubernetes.rbac_masters_group_unused

import data.lib.objects
import data.lib.rbac
import data.lib.texts

subject contains "cluster"

evidence contains texts.said("%s names the group", "%s 引用该组", [b.subject]) if {
	some b in rbac.bindings
	some s in rbac.subjects_of(b)
	s.kind == "Group"
	s.name == "system:masters"
	not is_own(b)
}

# The one binding that the API server makes itself.
is_own(b) if {
	b.name == "cluster-admin"
	objects.labels(b)["kubernetes.io/bootstrapping"] == "rbac-defaults"
}

evidence contains texts.said("%s asks for it", "%s 申请加入该组", [o.subject]) if {
	some o in objects.of("CertificateSigningRequest")
	"system:masters" in crypto.x509.parse_certificate_request(o.manifest.spec.request).Subject.Organization
}

evidence contains texts.said("%s holds it", "%s 中的证书属于该组", [f.subject]) if {
	some f in input.node_files
	"system:masters" in f.certificate_groups
}

evidence contains texts.said("%s is kept on the node", "%s 保留在节点上", [f.subject]) if {
	some f in input.node_files
	endswith(f.path, "/super-admin.conf")
}

# Membership lives in certificates: those of the nodes must have been read.
certificates_read if {
	count([f | some f in input.node_files; is_array(f.certificate_groups)]) > 0
}

compliant contains "cluster" if {
	count(evidence) == 0
	certificates_read
	objects.is_complete
}

undecided := {"cluster": {
	"en": "no binding or request names the group, but not all client certificates and objects were read",
	"zh": "未发现绑定或证书请求使用该组，但未能读取全部客户端证书与对象",
} |
	count(evidence) == 0
	not "cluster" in compliant
}

reason["cluster"] := {
	"actual": texts.semicolons(evidence),
}
