# METADATA
# title: Every image is named by its digest
# description: 'Containers of all kinds end in @sha256: and 64 hex digits.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-pod-image-digest
#   title_zh: 镜像均以摘要引用
#   problem:
#     en: 'An image is named by a tag, which may mean another image tomorrow'
#     zh: '镜像以标签而非摘要引用'
#   why:
#     en: A tag can be moved to another image after it was audited.
#     zh: 标签可在审计之后被指向其他镜像。
#   remediation:
#     en: Write image@sha256:… (your registry or `crane digest` tells the digest).
#     zh: 以 image@sha256:… 形式引用镜像（摘要可由镜像仓库或 `crane digest` 获得）。
#   severity: medium
#   source: Deployment gate of the auditor; SLSA 1.0, NIST SP 800-190 4.1.2
#   controls:
#     gbt22239-2019-l3: [8.2.4.4.b, 8.1.4.6]
#     gbt39786-2021-l3: [39786-8.3.f]
#   expected:
#     en: 'image@sha256:<64 hex digits>'
#     zh: 'image@sha256:<64 位十六进制摘要>'
#   judges: KubeObject
#   needs: ['KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet', 'KubeObject:StatefulSet', 'KubeObject:ReplicaSet',
#     'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   asked: once
#   subjects: pods
#   covers: object
#   automation: full
#   cwe: [494]
package kubernetes.pod_image_digest

import data.lib.pods
import data.lib.texts

subject := pods.subjects

bad := {pod.subject: found |
	some pod in input.pods
	found := array.concat([c | some c in pod.containers; not is_pinned(c)], volumes_unpinned(pod))
	count(found) > 0
}

# Volumes that are images (Kubernetes 1.31), as containers are shown.
volumes_unpinned(pod) := [{"image": reference, "pointer": sprintf("%s/volumes/%d/image", [pod.pointer, index])} |
	some index, volume in pod.spec.volumes
	is_object(volume.image)
	reference := object.get(volume.image, "reference", "-")
	not is_pinned({"image": reference})
]

is_pinned(c) if regex.match(`@sha256:[0-9a-f]{64}$`, c.image)

compliant := pods.subjects - object.keys(bad)

not_applicable := pods.exempt(object.keys(bad))

reason := {name: {
	"actual": named(found),
	"pointer": place(found[0]),
	"cites": [c.from | some c in found; c.from],
} |
	some name, found in bad
}

# What they name needs no words; only what names nothing does.
named(found) := texts.once(images) if {
	images := [c.image | some c in found; not c.image in {"", "-"}]
	count(images) == count(found)
} else := {
	"en": texts.once([image(c, "no image named") | some c in found]),
	"zh": texts.once([image(c, "未指定镜像") | some c in found]),
}

image(c, absent) := object.get({"-": absent, "": absent}, named, named) if named := object.get(c, "image", "-")

place(c) := sprintf("%s/image", [c.pointer]) if c.type

place(c) := sprintf("%s/reference", [c.pointer]) if not c.type
