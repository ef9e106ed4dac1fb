# METADATA
# title: The API server looks service account tokens up
# description: 'The default is true: an absent flag is good.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-apiserver-service-account-lookup
#   title_zh: API Server 校验服务账户令牌是否仍有效
#   problem:
#     en: 'Tokens of deleted service accounts are still accepted'
#     zh: '已删除的服务账户的令牌仍被接受'
#   why:
#     en: Without the look-up a token stays good after its service account was deleted.
#     zh: 不做校验时，服务账户被删除后其令牌仍然有效。
#   remediation:
#     en: Remove --service-account-lookup=false.
#     zh: 删除 --service-account-lookup=false。
#   expected: --service-account-lookup=true
#   severity: medium
#   source: CIS Kubernetes Benchmark v2.0.1, 1.2.21
#   controls:
#     cis-kubernetes: [1.2.21]
#     gbt22239-2019-l3: [8.1.4.2.c]
#   judges: KubeComponent
#   needs: ['KubeComponent:kube-apiserver']
#   asked: once
#   covers: cluster
#   automation: full
#   cwe: [613]
package kubernetes.apiserver_service_account_lookup

import data.lib.settings

subject contains c.subject if some c in settings.named("kube-apiserver")

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	settings.boolean(settings.flag(c, "service-account-lookup")) == true
}

compliant contains c.subject if {
	some c in settings.named("kube-apiserver")
	not settings.is_given(c, "service-account-lookup")
	not settings.is_elsewhere(c, ["service-account-lookup"])
}

undecided[c.subject] := settings.unparsable(c, "service-account-lookup") if {
	some c in settings.named("kube-apiserver")
	settings.is_given(c, "service-account-lookup")
	not settings.reads_as_boolean(settings.flag(c, "service-account-lookup"))
}

undecided[c.subject] := settings.unseen(c, ["service-account-lookup"]) if {
	some c in settings.named("kube-apiserver")
}

reason[c.subject] := settings.reason(c, "service-account-lookup", "true") if {
	some c in settings.named("kube-apiserver")
}
