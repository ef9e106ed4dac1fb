# METADATA
# title: Service accounts of pods
# description: Which account a pod runs as, and whether its token is mounted.
package lib.accounts

import data.lib.objects

name_of(pod) := name if {
	name := object.get(pod.spec, "serviceAccountName", object.get(pod.spec, "serviceAccount", null))
	is_string(name)
	name != ""
} else := "default"

subject_of(pod) := sprintf("ServiceAccount/%s/%s", [pod.namespace, name_of(pod)])

# Where two files hold the same account, the fields of both are taken together.
by_name[sprintf("%s/%s", [o.namespace, o.name])] contains o if some o in objects.of("ServiceAccount")

account(pod) := accounts[sprintf("%s/%s", [pod.namespace, name_of(pod)])]

accounts := {name: object.union_n([o | some o in found]) | some name, found in by_name}

# What the pod says wins over what its account says; the default is to mount.
automounts(pod) := pod.spec.automountServiceAccountToken if is_boolean(pod.spec.automountServiceAccountToken)

else := account(pod).manifest.automountServiceAccountToken if {
	is_boolean(account(pod).manifest.automountServiceAccountToken)
}

else := true

# Pods that mount a token, and those of which that can be told; worked out once for all rules.
mounting := {pod.subject | some pod in input.pods; mounts(pod)}

known := {pod.subject | some pod in input.pods; is_known(pod)}

mounts(pod) if automounts(pod) == true

mounts(pod) if projects(pod)

projects(pod) if {
	some volume in pod.spec.volumes
	some source in volume.projected.sources
	source.serviceAccountToken
}

# Without the account and without a word of the pod nobody knows; a listing that is complete lacks it for good.
is_known(pod) if is_boolean(pod.spec.automountServiceAccountToken)

is_known(pod) if account(pod)

is_known(_) if objects.is_complete

unknown_reason(pod) := {
	"en": sprintf("the service account %s is not among the objects, and its pods do not say whether to mount", [name_of(pod)]),
	"zh": sprintf("服务账户 %s 不在所采集的对象中，且使用它的 Pod 未声明是否挂载令牌", [name_of(pod)]),
}

why(pod) := {"en": "projected volume", "zh": "projected 卷"} if projects(pod)

else := {"en": "automountServiceAccountToken is not false", "zh": "automountServiceAccountToken 不为 false"}
