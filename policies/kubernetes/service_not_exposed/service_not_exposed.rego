# METADATA
# title: Services are reachable from outside only where that is limited
# description: No NodePort, no externalIPs, and load balancers with source ranges.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-not-exposed
#   title_zh: Service 不无限制地对外暴露
#   why:
#     en: A NodePort opens a port on every node, past Ingress, WAF and log.
#     zh: NodePort 会在所有节点开放端口，绕过 Ingress、WAF 与日志。
#   remediation:
#     en: Use ClusterIP behind an Ingress or Gateway; give load balancers loadBalancerSourceRanges.
#     zh: 使用 ClusterIP 并置于 Ingress 或 Gateway 之后；负载均衡器须设置 loadBalancerSourceRanges。
#   severity: medium
#   source: Deployment gate of the auditor; NSA/CISA Kubernetes Hardening Guide 3
#   controls:
#     gbt22239-2019-l3: [8.1.3.1.a, 8.1.4.4.b, 8.1.3.2.c]
#   expected:
#     en: 'ClusterIP, or LoadBalancer with loadBalancerSourceRanges'
#     zh: 'ClusterIP，或设置了 loadBalancerSourceRanges 的 LoadBalancer'
#   judges: KubeObject
#   needs: ['KubeObject:Service']
#   asked: once
#   covers: object
#   automation: full
#   cwe: [668]
package kubernetes.service_not_exposed

import data.lib.objects

subject contains o.subject if some o in objects.of("Service")

compliant contains o.subject if {
	some o in objects.of("Service")
	object.get(o.manifest, ["spec", "type"], "ClusterIP") in {"ClusterIP", "ExternalName"}
	count(objects.sequence(o.manifest, ["spec", "externalIPs"])) == 0
}

compliant contains o.subject if {
	some o in objects.of("Service")
	o.manifest.spec.type == "LoadBalancer"
	count(ranges(o)) > 0
	every range in ranges(o) { not range in {"0.0.0.0/0", "::/0"} }
	count(objects.sequence(o.manifest, ["spec", "externalIPs"])) == 0
}

ranges(o) := objects.sequence(o.manifest, ["spec", "loadBalancerSourceRanges"])

reason := {o.subject: {
	"actual": sprintf("type %s, externalIPs %v", [
		object.get(o.manifest, ["spec", "type"], "ClusterIP"),
		objects.sequence(o.manifest, ["spec", "externalIPs"]),
	]),
	"pointer": "/spec/type",
} |
	some o in objects.of("Service")
}
