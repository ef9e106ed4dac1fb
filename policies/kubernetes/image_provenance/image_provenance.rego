# METADATA
# title: Admission verifies where images come from
# description: ImagePolicyWebhook that stays closed when it cannot answer, or a known engine that enforces; an unknown
#   webhook is for a person.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-image-provenance
#   title_zh: 准入阶段校验镜像来源
#   problem:
#     en: 'Admission does not verify where images come from'
#     zh: '准入阶段未校验镜像来源'
#   why:
#     en: Otherwise any image that a manifest names will run, whoever built it.
#     zh: 否则清单中指定的任何镜像都会被运行，无论由谁构建。
#   remediation:
#     en: 'Enforce signatures with Kyverno verifyImages, sigstore policy-controller, Ratify or Connaisseur, or set up
#       ImagePolicyWebhook with defaultAllow: false.'
#     zh: '使用 Kyverno verifyImages、sigstore policy-controller、Ratify 或 Connaisseur 强制校验签名，或配置 defaultAllow: false 的
#       ImagePolicyWebhook。'
#   expected:
#     en: 'ImagePolicyWebhook with defaultAllow: false, or an enforcing engine that verifies images'
#     zh: '启用 ImagePolicyWebhook 且 defaultAllow: false，或由准入引擎强制校验镜像'
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 5.5.1
#   controls:
#     cis-kubernetes: [5.5.1]
#     gbt22239-2019-l3: [8.1.4.6, 8.2.4.4.b]
#     gbt39786-2021-l3: [39786-8.3.f]
#   judges: KubeCluster
#   needs: []
#   uses: ['KubeComponent:kube-apiserver', 'KubeObject:ValidatingWebhookConfiguration', 'KubeObject:MutatingWebhookConfiguration',
#     'KubeObject:ImageValidatingPolicy', 'KubeObject:RatifyVerification', 'KubeObject:ClusterImagePolicy']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [345]
package kubernetes.image_provenance

import data.lib.admission
import data.lib.apiserver
import data.lib.images
import data.lib.objects
import data.lib.settings
import data.lib.texts

subject contains "cluster"

compliant contains "cluster" if count(images.engines) > 0

compliant contains "cluster" if {
	count(apiserver.servers) > 0
	every c in apiserver.servers { reviews(c) }
}

# The webhook of the API server, closed when it cannot answer.
reviews(c) if {
	"ImagePolicyWebhook" in apiserver.enabled(c)
	apiserver.plugin(c, "ImagePolicyWebhook").imagePolicy.defaultAllow == false
}

undecided["cluster"] := {
	"en": sprintf("a webhook on pods may verify images: %s", [concat(", ", admission.unknown_webhooks)]),
	"zh": sprintf("存在作用于 Pod 的未知准入 Webhook，可能用于镜像校验：%s", [concat(", ", admission.unknown_webhooks)]),
} if {
	count(images.engines) == 0
	count(admission.unknown_webhooks) > 0
}

undecided["cluster"] := {
	"en": "neither the flags of the API server nor all policies were seen",
	"zh": "未同时采集到 API Server 启动参数与全部准入策略",
} if {
	count(images.engines) == 0
	count(admission.unknown_webhooks) == 0
	not is_seen
}

undecided["cluster"] := settings.file_unread(c, "admission-control-config-file") if {
	count(images.engines) == 0
	count(admission.unknown_webhooks) == 0
	is_seen
	some c in apiserver.servers
	"ImagePolicyWebhook" in apiserver.enabled(c)
	apiserver.plugin_unread(c, "ImagePolicyWebhook")
}

is_seen if {
	count(apiserver.servers) > 0
	objects.is_complete
}

reason["cluster"] := {
	"actual": texts.commas(array.concat(
		[engine | some engine in images.engines],
		[reviewed(c) | some c in apiserver.servers],
	)),
}

reviewed(c) := texts.said("%s, defaultAllow is not false", "%s，defaultAllow 不为 false", [given]) if {
	given := settings.shown(c, "enable-admission-plugins", texts.none)
	"ImagePolicyWebhook" in apiserver.enabled(c)
	not reviews(c)
} else := settings.shown(c, "enable-admission-plugins", settings.off("ImagePolicyWebhook"))
