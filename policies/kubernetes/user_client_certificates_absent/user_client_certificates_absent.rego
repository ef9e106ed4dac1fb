# METADATA
# title: People do not log in with client certificates
# description: Issued requests of people, or bindings for people where nothing but certificates can prove them, fail;
#   without evidence a person decides.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-user-client-certificates-absent
#   title_zh: 用户不使用客户端证书认证
#   problem:
#     en: 'A person logs in with a client certificate'
#     zh: '用户使用客户端证书认证'
#   why:
#     en: A client certificate cannot be revoked before it expires.
#     zh: 客户端证书在到期前无法吊销。
#   remediation:
#     en: Configure OIDC (--oidc-issuer-url or --authentication-config) for people and let the certificates expire.
#     zh: 为人员配置 OIDC（--oidc-issuer-url 或 --authentication-config），并停止签发用户证书。
#   expected:
#     en: people log in by OIDC or a webhook, not by client certificates
#     zh: 人员通过 OIDC 或 Webhook 登录，不使用客户端证书
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 3.1.1
#   controls:
#     cis-kubernetes: [3.1.1]
#     gbt22239-2019-l3: [8.1.4.1.d, 8.1.5.1.a]
#     gbt39786-2021-l3: [39786-8.3.a]
#   judges: KubeCluster
#   needs: ['KubeObject:CertificateSigningRequest', 'KubeObject:ClusterRoleBinding', 'KubeObject:RoleBinding']
#   uses: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: partial
#   cwe: [287]
package kubernetes.user_client_certificates_absent

import data.lib.apiserver
import data.lib.objects
import data.lib.rbac
import data.lib.settings
import data.lib.texts

subject contains "cluster"

compliant contains "cluster" if {
	has_authenticator
	objects.is_complete
	count(certificate_users) == 0
}

# Anybody but components who got a client certificate from the cluster.
certificate_users contains o.manifest.spec.username if {
	some o in objects.of("CertificateSigningRequest")
	o.manifest.spec.signerName == "kubernetes.io/kube-apiserver-client"
	o.manifest.status.certificate
	not startswith(o.manifest.spec.username, "system:")
}

# People whom bindings name although nothing but certificates can prove who they are.
certificate_users contains rbac.shown(s, b) if {
	count(apiserver.servers) > 0
	not has_authenticator
	not may_have_authenticator
	some b in rbac.bindings
	some s in rbac.subjects_of(b)
	s.kind in {"User", "Group"}
	not startswith(s.name, "system:")
	not startswith(s.name, "kubeadm:")
}

has_authenticator if {
	some c in apiserver.servers
	some name in {"oidc-issuer-url", "authentication-token-webhook-config-file"}
	settings.is_set(c, name)
}

has_authenticator if {
	some c in apiserver.servers
	count(c.files.authentication_config.jwt) > 0
}

may_have_authenticator if {
	some c in apiserver.servers
	settings.is_set(c, "authentication-config")
	not c.files.authentication_config
}

undecided["cluster"] := {
	"en": "no certificate of a person was seen, but neither is it proven that people log in otherwise",
	"zh": "未发现人员使用客户端证书，但也无法证明人员通过其他方式登录，需人工确认",
} if {
	count(certificate_users) == 0
	not "cluster" in compliant
}

reason["cluster"] := {"actual": texts.said("client certificates of: %s", "持有客户端证书的用户：%s", [concat(", ", certificate_users)])} if {
	count(certificate_users) > 0
} else := {"actual": {"en": "no client certificate of a person", "zh": "没有人员的客户端证书"}}
