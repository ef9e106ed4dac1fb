# METADATA
# title: Model servers without a login are closed to the network
# description: 'Images of the parameter model_servers: an API key, or a policy that closes ingress and no Service to
#   the outside.'
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   id: k8s-model-server-not-exposed
#   title_zh: 无认证的模型服务不对网络开放
#   problem:
#     en: 'A model server without a login is open to the network'
#     zh: '无认证的模型服务对网络开放'
#   why:
#     en: 'vLLM, Ollama, Triton and their like answer anyone: prompts can be read, GPUs used, models replaced.'
#     zh: vLLM、Ollama、Triton 等默认无需认证，可被窃取提示词、盗用算力或替换模型。
#   remediation:
#     en: Start them with an API key, or allow ingress only from the gateway by a NetworkPolicy, and use a ClusterIP
#       Service.
#     zh: 启用 API Key，或通过 NetworkPolicy 仅允许网关访问，并使用 ClusterIP 类型的 Service。
#   expected:
#     en: an API key, or a network policy for ingress and no Service to the outside
#     zh: 设有 API 密钥，或以网络策略限制入向访问且无对外的 Service
#   severity: high
#   source: Deployment gate of the auditor; OWASP Top 10 for LLM Applications LLM10
#   controls:
#     gbt22239-2019-l3: [8.1.4.1.a, 8.1.3.2.a]
#   judges: KubeObject
#   needs: ['KubeObject:Service', 'KubeObject:NetworkPolicy', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet',
#     'KubeObject:StatefulSet', 'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Ingress', 'KubeObject:Namespace', 'KubeObject:CiliumNetworkPolicy', 'KubeObject:CiliumClusterwideNetworkPolicy', 'KubeObject:GlobalNetworkPolicy',
#     'KubeObject:AdminNetworkPolicy', 'KubeObject:BaselineAdminNetworkPolicy', 'KubeObject:ClusterNetworkPolicy']
#   asked: pods
#   sees: programs
#   covers: object
#   automation: full
#   cwe: [306]
package kubernetes.model_server_not_exposed

import data.lib.network
import data.lib.objects
import data.lib.parameters
import data.lib.texts

subject contains pod.subject if some pod in servers

# Model servers have no login of their own, unless they are started with a key.
servers := [pod |
	some pod in input.pods
	count([c | some c in pod.containers; regex.match(pattern, lower(c.image))]) > 0
]

# One pattern for all words: a whole word of the image's name, in front of its tag or digest.
pattern := sprintf(`(^|[-_./])(%s)([-_.][^/:@]*)?([:@][^/]*)?$`, [concat("|", words)])

words := [regex.replace(word, `[.]`, `\.`) | some word in parameters.value("model_servers")]

compliant contains pod.subject if {
	some pod in servers
	has_key(pod)
}

compliant contains pod.subject if {
	some pod in servers
	pod.subject in network.closed.ingress
	not pod.spec.hostNetwork == true
	count(exposing(pod)) == 0
	count(node_ports(pod)) == 0
}

# Words of a command, those of a shell's line as well.
words_of(c) := [word |
	some text in array.concat(objects.sequence(c, ["command"]), objects.sequence(c, ["args"]))
	some word in regex.split(`\s+`, text)
]

has_key(pod) if {
	some c in pod.containers
	some word in words_of(c)
	regex.match(`^--(api-key|auth|api-token|token)=["']?[^"']+`, word)
}

has_key(pod) if {
	some c in pod.containers
	words_given := words_of(c)
	some index, word in words_given
	regex.match(`^--(api-key|auth|api-token|token)$`, word)
	next_one := words_given[index + 1]
	not regex.match(`^(["']{0,2}$|--)`, next_one)
}

# Variables that these servers take a key from.
has_key(pod) if {
	some c in pod.containers
	some variable in objects.sequence(c, ["env"])
	variable.name in {"VLLM_API_KEY", "LLAMA_API_KEY", "LOCALAI_API_KEY", "API_KEY"}
	is_filled(variable)
}

is_filled(variable) if is_object(variable.valueFrom)

is_filled(variable) if {
	is_string(variable.value)
	variable.value != ""
}

# What opens the pod to the outside: Services, Ingresses that ask nobody who they are, ports of the node.
exposing(pod) := array.concat(
	[o.subject |
		some o in serving(pod)
		is_outside(o)
	],
	[o.subject |
		some o in objects.ingresses
		o.namespace == pod.namespace
		not asks_for_login(o)
		some service in serving(pod)
		service.name in backends(o)
	],
)

serving(pod) := [o |
	some o in objects.services
	o.namespace == pod.namespace
	selector := objects.mapping(o.manifest, ["spec", "selector"])
	count(selector) > 0
	object.subset(pod.labels, selector)
]

is_outside(o) if o.manifest.spec.type in {"NodePort", "LoadBalancer"}

is_outside(o) if count(objects.sequence(o.manifest, ["spec", "externalIPs"])) > 0

asks_for_login(o) if {
	some name, value in objects.mapping(o.manifest, ["metadata", "annotations"])
	regex.match(`/(auth-(url|signin|type|tls-secret|secret)|router\.middlewares)$`, name)
	value != "none"
}

backends(o) := {name |
	some place in array.concat(
		[object.get(o.manifest, ["spec", "defaultBackend"], {}), object.get(o.manifest, ["spec", "backend"], {})],
		[path.backend |
			some rule in objects.sequence(o.manifest, ["spec", "rules"])
			some path in objects.sequence(rule, ["http", "paths"])
		],
	)
	name := object.get(place, ["service", "name"], object.get(place, "serviceName", ""))
}

node_ports(pod) := [sprintf("hostPort %v", [port.hostPort]) |
	some c in pod.containers
	some port in objects.sequence(c, ["ports"])
	port.hostPort > 0
]

open := {"en": "no network policy closes its ingress", "zh": "没有网络策略限制其入向访问"}

reason := {pod.subject: {
	"actual": texts.commas(array.concat(
		[open | not pod.subject in network.closed.ingress],
		array.concat(["hostNetwork" | pod.spec.hostNetwork == true], array.concat(node_ports(pod), [texts.said("opened by %s", "由 %s 对外开放", [name]) | some name in exposing(pod)])),
	)),
	"pointer": pod.pointer,
	"cites": exposing(pod),
} |
	some pod in servers
	not has_key(pod)
}
