# METADATA
# title: Roles that every cluster has
# description: |
#   What the API server makes by itself (Kubernetes 1.24 to 1.36), for manifests that bind such roles without holding
#   them. Of their rights only those that the benchmark limits (CIS 5.1) are told: a contract test compares verdicts
#   with the rules that a real API server holds.
package lib.built_in

roles := object.union(limited, others)

# Rules by "ClusterRole/name" or "Role/namespace/name".
limited := {
	"ClusterRole/cluster-admin": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
	"ClusterRole/admin": editing,
	"ClusterRole/edit": editing,
	"ClusterRole/system:aggregate-to-edit": editing,
	"ClusterRole/system:controller:certificate-controller": [rule(
		"certificates.k8s.io",
		["certificatesigningrequests/approval"],
		["update"],
	)],
	"ClusterRole/system:controller:clusterrole-aggregation-controller": [rule(
		"rbac.authorization.k8s.io",
		["clusterroles"],
		["escalate"],
	)],
	"ClusterRole/system:controller:daemon-set-controller": creating_pods,
	"ClusterRole/system:controller:expand-controller": reading_until_1_31,
	"ClusterRole/system:controller:generic-garbage-collector": [rule(
		"*",
		["*"],
		["delete", "get", "list", "patch", "update", "watch"],
	)],
	"ClusterRole/system:controller:job-controller": creating_pods,
	"ClusterRole/system:controller:namespace-controller": [rule(
		"*",
		["*"],
		["delete", "deletecollection", "get", "list", "watch"],
	)],
	"ClusterRole/system:controller:persistent-volume-binder": array.concat(
		[rule("", ["persistentvolumes", "pods"], ["create"])],
		reading_until_1_31,
	),
	"ClusterRole/system:controller:replicaset-controller": creating_pods,
	"ClusterRole/system:controller:replication-controller": creating_pods,
	"ClusterRole/system:controller:resourcequota-controller": listing_all,
	"ClusterRole/system:controller:statefulset-controller": creating_pods,
	"ClusterRole/system:kube-controller-manager": array.concat(
		listing_all,
		[rule("", ["secrets"], ["get"]), rule("", ["serviceaccounts/token"], ["create"])],
	),
	"ClusterRole/system:kubelet-api-admin": [rule("", ["nodes/proxy"], ["*"])],
	"ClusterRole/system:node": array.concat(
		creating_pods,
		[rule("", ["secrets"], ["get", "list", "watch"]), rule("", ["serviceaccounts/token"], ["create"])],
	),
	"ClusterRole/system:persistent-volume-provisioner": [rule("", ["persistentvolumes"], ["create"])],
	"Role/kube-system/system:controller:bootstrap-signer": reading,
	"Role/kube-system/system:controller:token-cleaner": reading,
}

rule(group, resources, verbs) := {"apiGroups": [group], "resources": resources, "verbs": verbs}

# edit, and so admin, may act as the service accounts that it may use.
editing := [
	rule("", ["pods", "secrets"], ["create", "get", "list", "watch"]),
	rule("", ["serviceaccounts"], ["impersonate"]),
	rule("", ["serviceaccounts/token"], ["create"]),
]

creating_pods := [rule("", ["pods"], ["create"])]

listing_all := [rule("*", ["*"], ["list", "watch"])]

reading := [rule("", ["secrets"], ["get", "list", "watch"])]

# Drivers of volumes that were part of Kubernetes up to v1.31; a version that is not known may be one of these.
reading_until_1_31 := [] if is_from(32)

else := [rule("", ["secrets"], ["get"])]

is_from(minor) if {
	parts := [to_number(part) | some part in split(input.cluster.version, ".")]
	array.slice(parts, 0, 2) >= [1, minor]
}

# A rule that gives something, and nothing of what the benchmark limits.
harmless := {"apiGroups": [], "resources": [], "verbs": []}

others := {name: [harmless] | some name in names}

names := {
	"ClusterRole/system:aggregate-to-admin",
	"ClusterRole/system:aggregate-to-view",
	"ClusterRole/system:auth-delegator",
	"ClusterRole/system:basic-user",
	"ClusterRole/system:certificates.k8s.io:certificatesigningrequests:nodeclient",
	"ClusterRole/system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
	"ClusterRole/system:certificates.k8s.io:kube-apiserver-client-approver",
	"ClusterRole/system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
	"ClusterRole/system:certificates.k8s.io:kubelet-serving-approver",
	"ClusterRole/system:certificates.k8s.io:legacy-unknown-approver",
	"ClusterRole/system:controller:attachdetach-controller",
	"ClusterRole/system:controller:cronjob-controller",
	"ClusterRole/system:controller:deployment-controller",
	"ClusterRole/system:controller:device-taint-eviction-controller",
	"ClusterRole/system:controller:disruption-controller",
	"ClusterRole/system:controller:endpoint-controller",
	"ClusterRole/system:controller:endpointslice-controller",
	"ClusterRole/system:controller:endpointslicemirroring-controller",
	"ClusterRole/system:controller:ephemeral-volume-controller",
	"ClusterRole/system:controller:horizontal-pod-autoscaler",
	"ClusterRole/system:controller:legacy-service-account-token-cleaner",
	"ClusterRole/system:controller:node-controller",
	"ClusterRole/system:controller:pod-garbage-collector",
	"ClusterRole/system:controller:pv-protection-controller",
	"ClusterRole/system:controller:pvc-protection-controller",
	"ClusterRole/system:controller:resource-claim-controller",
	"ClusterRole/system:controller:root-ca-cert-publisher",
	"ClusterRole/system:controller:route-controller",
	"ClusterRole/system:controller:selinux-warning-controller",
	"ClusterRole/system:controller:service-account-controller",
	"ClusterRole/system:controller:service-cidrs-controller",
	"ClusterRole/system:controller:service-controller",
	"ClusterRole/system:controller:ttl-after-finished-controller",
	"ClusterRole/system:controller:ttl-controller",
	"ClusterRole/system:controller:validatingadmissionpolicy-status-controller",
	"ClusterRole/system:controller:volumeattributesclass-protection-controller",
	"ClusterRole/system:discovery",
	"ClusterRole/system:heapster",
	"ClusterRole/system:kube-aggregator",
	"ClusterRole/system:kube-dns",
	"ClusterRole/system:kube-scheduler",
	"ClusterRole/system:monitoring",
	"ClusterRole/system:node-bootstrapper",
	"ClusterRole/system:node-problem-detector",
	"ClusterRole/system:node-proxier",
	"ClusterRole/system:public-info-viewer",
	"ClusterRole/system:service-account-issuer-discovery",
	"ClusterRole/system:volume-scheduler",
	"ClusterRole/view",
	"Role/kube-public/system:controller:bootstrap-signer",
	"Role/kube-system/extension-apiserver-authentication-reader",
	"Role/kube-system/system::leader-locking-kube-controller-manager",
	"Role/kube-system/system::leader-locking-kube-scheduler",
	"Role/kube-system/system:controller:cloud-provider",
}
