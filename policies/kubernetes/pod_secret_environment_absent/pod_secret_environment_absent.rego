# METADATA
# title: Pods take secrets from files, not from the environment
# description: No env valueFrom.secretKeyRef, no envFrom.secretRef and no secret written out in env in any kind of container.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-secret-environment-absent
#   title_zh: 优先以文件而非环境变量使用 Secret
#   problem:
#     en: 'A pod takes a secret from the environment'
#     zh: 'Pod 以环境变量使用 Secret'
#   why:
#     en: Environment variables leak into logs, crash dumps and child processes.
#     zh: 环境变量容易泄露到日志、崩溃转储和子进程中。
#   remediation:
#     en: Mount the Secret as a volume and read the file.
#     zh: 将 Secret 以卷的方式挂载，由程序读取文件。
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.4.1
#   controls:
#     cis-kubernetes: [5.4.1]
#     gbt22239-2019-l3: [8.1.4.8.b]
#     gbt39786-2021-l3: [39786-B.3]
#   expected:
#     en: 'secrets mounted as files'
#     zh: '以文件方式挂载 Secret'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   subjects: pods
#   covers: cluster
#   automation: full
#   cwe: [526]
package kubernetes.pod_secret_environment_absent

import data.lib.parameters
import data.lib.pods
import data.lib.texts

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	found := [place | some c in pod.containers; some place in places(c)]
	count(found) > 0
}

places(c) := array.concat(
	[{"name": v.name, "pointer": sprintf("%s/env/%d", [c.pointer, i])} |
		some i, v in c.env
		v.valueFrom.secretKeyRef
	],
	array.concat(
		[{"name": v.name, "is_written_out": true, "pointer": sprintf("%s/env/%d/value", [c.pointer, i])} |
			some i, v in c.env
			contains(v.value, hidden)
		],
		[{"name": v.secretRef.name, "is_whole": true, "pointer": sprintf("%s/envFrom/%d", [c.pointer, i])} | some i, v in c.envFrom; v.secretRef],
	),
)

named(place, marks) := concat("", [place.name, marks.written_out]) if place.is_written_out

named(place, marks) := sprintf(marks.whole, [place.name]) if place.is_whole

named(place, _) := place.name if {
	not place.is_written_out
	not place.is_whole
}

english := {"written_out": " (written out)", "whole": "all keys of Secret %s"}

chinese := {"written_out": "（明文）", "whole": "Secret（%s）的全部键"}

# What stands here for a secret that was written out.
hidden := "(masked)"

# It takes none from the environment, and none from a file either.
in_arguments := {pod.subject: {
	"en": "a secret is written out in its arguments: k8s-literal-secrets-absent says where",
	"zh": "其参数中写有明文密钥或口令，详见 k8s-literal-secrets-absent",
} |
	some pod in input.pods
	not bad[pod.subject]
	some c in pod.containers
	some field in ["args", "command"]
	some word in c[field]
	contains(word, hidden)
}

compliant := (pods.subjects - object.keys(bad)) - object.keys(in_arguments)

not_applicable := object.union_n([in_arguments, pods.exempt(object.keys(bad)), {name: accepted |
	some name, _ in bad
	some pattern in parameters.value("secret_environment_accepted")
	glob.match(pattern, null, name)
}])

accepted := {
	"en": "accepted by the parameter secret_environment_accepted",
	"zh": "已由参数 secret_environment_accepted 接受",
}

reason := {name: {
	"actual": {
		"en": sprintf("secrets in the environment: %s", [texts.once([named(place, english) | some place in found])]),
		"zh": sprintf("环境变量中的 Secret：%s", [texts.once([named(place, chinese) | some place in found])]),
	},
	"pointer": found[0].pointer,
} |
	some name, found in bad
}
