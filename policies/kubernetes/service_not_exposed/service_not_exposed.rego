# METADATA
# title: Services are reachable from outside only where that is limited
# description: No NodePort, no externalIPs, and load balancers with source ranges.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-service-not-exposed
#   title_zh: Service 不无限制地对外暴露
#   problem:
#     en: 'A Service is reachable from outside without a limit'
#     zh: 'Service 无限制地对外暴露'
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

subject contains o.subject if some o in objects.services

compliant contains o.subject if {
	some o in objects.services
	object.get(o.manifest, ["spec", "type"], "ClusterIP") in {"ClusterIP", "ExternalName"}
	count(objects.sequence(o.manifest, ["spec", "externalIPs"])) == 0
}

compliant contains o.subject if {
	some o in objects.services
	o.manifest.spec.type == "LoadBalancer"
	count(ranges(o)) > 0
	not are_all(ranges(o))
	count(objects.sequence(o.manifest, ["spec", "externalIPs"])) == 0
}

# The field, or the annotation that was before it.
ranges(o) := [trim_space(range) | some range in objects.sequence(o.manifest, ["spec", "loadBalancerSourceRanges"])] if {
	count(objects.sequence(o.manifest, ["spec", "loadBalancerSourceRanges"])) > 0
} else := [trim_space(range) | some range in split(annotation, ",")] if {
	annotation := o.manifest.metadata.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"]
	trim_space(annotation) != ""
} else := []

# Ranges that leave nobody out, one of them or all of them together.
are_all(given) if {
	some range in given
	regex.match(`/0+$`, range)
}

are_all(given) if {
	every range in given { net.cidr_is_valid(range) }
	some merged in net.cidr_merge(given)
	endswith(merged, "/0")
}

are_all(given) if {
	some range in given
	not net.cidr_is_valid(range)
}

reason := {o.subject: {
	"actual": concat(", ", array.concat(
		[sprintf("type %s", [object.get(o.manifest, ["spec", "type"], "ClusterIP")])],
		array.concat(
			[sprintf("externalIPs %v", [addresses]) |
				addresses := objects.sequence(o.manifest, ["spec", "externalIPs"])
				count(addresses) > 0
			],
			[sprintf("loadBalancerSourceRanges %v", [ranges(o)]) | o.manifest.spec.type == "LoadBalancer"],
		),
	)),
	"pointer": "/spec/type",
} |
	some o in objects.services
}
