# METADATA
# title: Secrets come from an external store
# description: Traces of an external store pass; their absence is for a person, because the control says "consider".
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-secrets-external-store
#   title_zh: 使用外部密钥存储管理 Secret
#   problem:
#     en: 'Secrets are kept in the cluster, not in an external store'
#     zh: 'Secret 未使用外部密钥存储管理'
#   why:
#     en: An external store rotates, revokes and logs each access; a Secret object does none of this.
#     zh: 外部密钥存储可轮换、吊销并记录每次访问，Secret 对象不具备这些能力。
#   remediation:
#     en: Consider Vault or OpenBao with the Secrets Store CSI driver, the agent injector or External Secrets.
#     zh: 考虑采用 Vault 或 OpenBao，并通过 Secrets Store CSI 驱动、代理注入或 External Secrets 使用。
#   expected:
#     en: an external secret store
#     zh: 使用外部密钥存储
#   severity: low
#   source: CIS Kubernetes Benchmark v2.0.1, 5.4.2
#   controls:
#     cis-kubernetes: [5.4.2]
#     gbt22239-2019-l3: [8.1.4.8.b]
#     gbt39786-2021-l3: [39786-B.3]
#   judges: KubeCluster
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:ExternalSecret', 'KubeObject:ClusterExternalSecret', 'KubeObject:SecretStore', 'KubeObject:ClusterSecretStore',
#     'KubeObject:SecretProviderClass', 'KubeObject:VaultStaticSecret', 'KubeObject:VaultDynamicSecret', 'KubeObject:VaultPKISecret',
#     'KubeObject:VaultAuth', 'KubeObject:VaultConnection', 'KubeObject:VaultSecret', 'KubeObject:InfisicalSecret', 'KubeObject:InfisicalDynamicSecret',
#     'KubeObject:OnePasswordItem', 'KubeObject:BitwardenSecret', 'KubeObject:DopplerSecret', 'KubeObject:AzureKeyVaultSecret']
#   asked: once
#   sees: peers
#   covers: cluster
#   automation: partial
#   cwe: [522]
package kubernetes.secrets_external_store

import data.lib.objects
import data.lib.texts

subject contains "cluster"

# Kinds of stores by their groups: others may use the same names.
kinds := {
	"ExternalSecret": {"external-secrets.io", "kubernetes-client.io", "alibabacloud.com"},
	"ClusterExternalSecret": {"external-secrets.io"},
	"SecretStore": {"external-secrets.io", "alibabacloud.com"},
	"ClusterSecretStore": {"external-secrets.io"},
	"SecretProviderClass": {"secrets-store.csi.x-k8s.io"},
	"VaultStaticSecret": {"secrets.hashicorp.com"},
	"VaultDynamicSecret": {"secrets.hashicorp.com"},
	"VaultPKISecret": {"secrets.hashicorp.com"},
	"VaultAuth": {"secrets.hashicorp.com"},
	"VaultConnection": {"secrets.hashicorp.com"},
	"VaultSecret": {"ricoberger.de", "redhatcop.redhat.io"},
	"InfisicalSecret": {"secrets.infisical.com"},
	"InfisicalDynamicSecret": {"secrets.infisical.com"},
	"OnePasswordItem": {"onepassword.com"},
	"BitwardenSecret": {"k8s.bitwarden.com"},
	"DopplerSecret": {"secrets.doppler.com"},
	"AzureKeyVaultSecret": {"spv.no"},
}

drivers := {"secrets-store.csi.k8s.io", "secrets-store-gke.csi.k8s.io"}

evidence contains o.subject if {
	some kind, groups in kinds
	some o in objects.of(kind)
	objects.group(o) in groups
}

evidence contains pod.subject if {
	some pod in input.pods
	some volume in pod.spec.volumes
	volume.csi.driver in drivers
}

evidence contains pod.subject if {
	some pod in input.pods
	some key in {"vault.hashicorp.com/agent-inject", "openbao.org/agent-inject", "akeyless/enabled"}
	pod.annotations[key] == "true"
}

# Injectors that a pod tells where to ask, or for which of its containers.
evidence contains pod.subject if {
	some pod in input.pods
	some key in {"vault.security.banzaicloud.io/vault-addr", "operator.1password.io/inject"}
	count(pod.annotations[key]) > 0
}

compliant contains "cluster" if count(evidence) > 0

undecided["cluster"] := {
	"en": "no trace of an external secret store was seen; whether one is needed is for a person to say",
	"zh": "未发现外部密钥存储的使用痕迹，是否需要由人工判断",
} if count(evidence) == 0

reason["cluster"] := {"actual": texts.none} if count(evidence) == 0

reason["cluster"] := {"actual": texts.said("used by %s", "使用者：%s", [concat(", ", evidence)])} if {
	count(evidence) > 0
}
