# METADATA
# title: Model servers without a login are closed to the network
# description: 'Images of the parameter model_servers: an API key, a mesh or proxy that asks who calls, or a policy
#   that closes ingress and no Service to the outside.'
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
#     en: Start them with an API key, let the mesh ask who calls (AuthorizationPolicy), bind them to loopback behind a
#       proxy with a login, or allow ingress only from the gateway by a NetworkPolicy and use a ClusterIP Service.
#     zh: 启用 API Key，由服务网格校验调用者（AuthorizationPolicy），使其仅监听回环地址并由带登录的代理转发，或通过 NetworkPolicy 仅允许网关访问并使用 ClusterIP 类型的 Service。
#   expected:
#     en: an API key, a mesh or proxy that asks who calls, or a network policy for ingress and no Service to the outside
#     zh: 设有 API 密钥，由网格或代理校验调用者，或以网络策略限制入向访问且无对外的 Service
#   decided:
#     en: 'An AuthorizationPolicy of Istio counts where every rule that allows something names who calls, and the pod is in the mesh. An Ingress with a login, or a proxy with a login beside a server whose own port is open, leaves the server open within the cluster: medium. In files, a notebook in the namespace of a Kubeflow Profile is not assessed: its operator makes the policy.'
#     zh: 'Istio 的 AuthorizationPolicy 须在每条放行规则中指明调用者，且 Pod 处于网格内，方计入。仅 Ingress 要求登录，或旁设登录代理而服务自身端口仍开放时，集群内仍可直接访问，判为中等。清单中位于 Kubeflow Profile 命名空间的 Notebook 不作评估：其策略由控制器生成。'
#   severity: high
#   source: Deployment gate of the auditor; OWASP Top 10 for LLM Applications LLM10
#   controls:
#     gbt22239-2019-l3: [8.1.4.1.a, 8.1.3.2.a]
#   judges: KubeObject
#   needs: ['KubeObject:Service', 'KubeObject:NetworkPolicy', 'KubeObject:Pod', 'KubeObject:Deployment', 'KubeObject:DaemonSet',
#     'KubeObject:StatefulSet', 'KubeObject:ReplicaSet', 'KubeObject:ReplicationController', 'KubeObject:Job', 'KubeObject:CronJob']
#   uses: ['KubeObject:Ingress', 'KubeObject:AuthorizationPolicy', 'KubeObject:Profile', 'KubeObject:Namespace', 'KubeObject:CiliumNetworkPolicy', 'KubeObject:CiliumClusterwideNetworkPolicy', 'KubeObject:GlobalNetworkPolicy',
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
import data.lib.pods
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

compliant contains pod.subject if {
	some pod in servers
	is_asked_by_mesh(pod)
}

# What listens on loopback is reached from its own pod alone; on the network of the node, from all of the node.
compliant contains pod.subject if {
	some pod in servers
	not pod.spec.hostNetwork == true
	every c in pod.containers {
		not_open(c)
	}
}

not_open(c) if not is_server(c)

not_open(c) if is_on_loopback(c)

not_applicable := {name: why | some name, why in pods.of_no_namespace; name in subject}

# The controller of Kubeflow lets nobody but its owner into the namespace of a Profile; files do not hold what it makes.
undecided[pod.subject] := {
	"en": "the policy that Kubeflow makes for the namespace of a Profile was not seen",
	"zh": "未见 Kubeflow 为 Profile 命名空间生成的访问策略",
} if {
	not objects.is_complete
	some pod in servers
	not pod.subject in compliant
	is_of_profile(pod)
	count(exposing(pod)) == 0
	count(node_ports(pod)) == 0
}

is_of_profile(pod) if startswith(pod.subject, "Notebook/")

is_of_profile(pod) if {
	some o in objects.in_group("Profile", "kubeflow.org")
	o.name == pod.namespace
}

# ---- who calls, as a mesh asks it (https://istio.io/latest/docs/reference/config/security/authorization-policy/) ----

is_asked_by_mesh(pod) if {
	is_in_mesh(pod)
	not pod.spec.hostNetwork == true
	allowing := [o | some o in reaching(pod); action(o) == "ALLOW"]
	count(allowing) > 0
	every o in allowing {
		every rule in objects.sequence(o.manifest, ["spec", "rules"]) { names_caller(rule) }
	}
}

# A provider of one's own is asked about everything, or whoever has no token is refused everything.
is_asked_by_mesh(pod) if {
	is_in_mesh(pod)
	not pod.spec.hostNetwork == true
	some o in reaching(pod)
	some rule in objects.sequence(o.manifest, ["spec", "rules"])
	every field in ["to", "when"] { objects.sequence(rule, [field]) == [] }
	is_login(action(o), rule)
}

is_login("CUSTOM", rule) if objects.sequence(rule, ["from"]) == []

is_login("DENY", rule) if {
	some from in rule.from
	from.source.notRequestPrincipals == ["*"]
}

action(o) := object.get(o.manifest, ["spec", "action"], "ALLOW")

reaching(pod) := [o |
	some o in objects.in_group("AuthorizationPolicy", "security.istio.io")
	o.namespace in {pod.namespace, "istio-system"}
	is_aimed(o, pod)
]

is_aimed(o, pod) if {
	not o.manifest.spec.targetRefs
	not o.manifest.spec.targetRef
	object.subset(pod.labels, objects.mapping(o.manifest, ["spec", "selector", "matchLabels"]))
}

# A workload of any namespace is somebody, and everybody.
names_caller(rule) if {
	count(objects.sequence(rule, ["from"])) > 0
	every from in rule.from {
		some field in ["principals", "requestPrincipals", "namespaces", "serviceAccounts", "ipBlocks", "remoteIpBlocks"]
		count(from.source[field]) > 0
		count({"0.0.0.0/0", "::/0"} & {given | some given in from.source[field]}) == 0
		is_told(field, from.source[field])
	}
}

names_caller(rule) if {
	some condition in rule.when
	regex.match(`^(request[.](auth|headers)|source)`, condition.key)
	count(condition.values) > 0
	not "*" in condition.values
}

# A token of anybody who has one is a login; a certificate of the mesh has every workload.
is_told("requestPrincipals", _)

is_told(field, given) if {
	field != "requestPrincipals"
	not "*" in given
}

# The label of the namespace or the pod puts it there; of a namespace that was not seen nobody knows.
is_in_mesh(pod) if {
	not is_out_of_mesh(pod)
	labels := objects.labels(objects.namespace_objects[pod.namespace])
	some name, value in labels
	name in {"istio-injection", "istio.io/rev", "istio.io/dataplane-mode"}
	not value in {"disabled", "none"}
}

is_in_mesh(pod) if pod.labels["sidecar.istio.io/inject"] == "true"

is_in_mesh(pod) if {
	not is_out_of_mesh(pod)
	not objects.namespace_objects[pod.namespace]
}

is_out_of_mesh(pod) if pod.labels["sidecar.istio.io/inject"] == "false"

# ---- a proxy with a login in the same pod ---------------------------------------------------------------------------

is_server(c) if regex.match(pattern, lower(c.image))

is_proxy(c) if regex.match(`(^|[-_./])(oauth2[-_]proxy|kube-rbac-proxy|oauth-proxy|pomerium|authelia|louketo-proxy|gatekeeper-proxy)([-_.][^/:@]*)?([:@][^/]*)?$`, lower(c.image))

has_proxy(pod) if {
	some c in pod.containers
	is_proxy(c)
}

is_on_loopback(c) if {
	some word in words_of(c)
	regex.match(`^--(host|ip|http-address|address|listen|bind|ServerApp[.]ip|NotebookApp[.]ip)=["']?(127[.]|localhost|\[?::1)`, word)
}

is_on_loopback(c) if {
	words := words_of(c)
	some index, word in words
	regex.match(`^--(host|ip|http-address|address|listen|bind)$`, word)
	regex.match(`^["']?(127[.]|localhost|\[?::1)`, words[index + 1])
}

is_on_loopback(c) if {
	some variable in objects.sequence(c, ["env"])
	variable.name in {"OLLAMA_HOST", "VLLM_HOST", "LOCALAI_ADDRESS", "LLAMA_ARG_HOST"}
	regex.match(`^(http://)?(127[.]|localhost|\[?::1)`, variable.value)
}

# ---- a key ----------------------------------------------------------------------------------------------------------

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
	[o.subject | some o in routing(pod); not asks_for_login(o)],
)

routing(pod) := [o |
	some o in objects.ingresses
	o.namespace == pod.namespace
	some service in serving(pod)
	service.name in backends(o)
]

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

# Whoever comes from outside is asked; within the cluster nobody is.
is_asked_outside(pod) if has_proxy(pod)

is_asked_outside(pod) if {
	some o in routing(pod)
	asks_for_login(o)
}

is_within_only(pod) if {
	is_asked_outside(pod)
	not pod.spec.hostNetwork == true
	count(exposing(pod)) == 0
	count(node_ports(pod)) == 0
}

reason := {pod.subject: object.union(shown(pod), weight(pod)) |
	some pod in servers
	not pod.subject in compliant
}

weight(pod) := {"severity": "medium"} if is_within_only(pod)

weight(pod) := {} if not is_within_only(pod)

login := {
	"en": "whoever calls from outside has to log in, whoever calls from within the cluster has not",
	"zh": "外部访问须登录，集群内访问则不须",
}

shown(pod) := {
	"actual": texts.commas(array.concat(
		[open | not pod.subject in network.closed.ingress],
		array.concat(
			["hostNetwork" | pod.spec.hostNetwork == true],
			array.concat(
				node_ports(pod),
				array.concat(
					[texts.said("opened by %s", "由 %s 对外开放", [name]) | some name in exposing(pod)],
					[login | is_within_only(pod)],
				),
			),
		),
	)),
	"pointer": pod.pointer,
	"cites": exposing(pod),
}
