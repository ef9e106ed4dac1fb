package kubernetes.model_server_not_exposed_test

import data.kubernetes.model_server_not_exposed as check

test_good if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}}}]}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9"}]}]}, {})
	check.compliant == {"Deployment/shop/llm"} with input as given
}

test_absent_policy if {
	given := object.union({"objects": {}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "ollama/ollama:0.9"}]}]}, {})
	check.subject - check.compliant == {"Deployment/shop/llm"} with input as given
	check.reason["Deployment/shop/llm"].actual.en == "no network policy closes its ingress" with input as given
}

test_bad_node_port if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}}}], "Service": [{"subject": "Service/shop/llm", "namespace": "shop", "name": "llm", "api_version": "v1", "manifest": {"spec": {"type": "NodePort", "selector": {"app": "llm"}}}}]}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9"}]}]}, {})
	check.subject - check.compliant == {"Deployment/shop/llm"} with input as given
}

test_service_inside_the_cluster_is_fine if {
	given := object.union({"objects": {"NetworkPolicy": [{"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}}}}], "Service": [{"subject": "Service/shop/llm", "namespace": "shop", "name": "llm", "api_version": "v1", "manifest": {"spec": {"type": "ClusterIP", "selector": {"app": "llm"}}}}]}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9"}]}]}, {})
	check.compliant == {"Deployment/shop/llm"} with input as given
}

test_api_key_is_a_login if {
	given := object.union({"objects": {}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9", "args": ["--model", "x", "--api-key=$(KEY)"]}]}]}, {})
	check.compliant == {"Deployment/shop/llm"} with input as given
}

test_other_images_are_no_subject if {
	given := object.union({"objects": {}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "r/array-tools:1"}]}]}, {})
	check.subject == set() with input as given
}

test_word_inside_another_is_no_server if {
	given := object.union({"objects": {}, "pods": [{"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "a", "type": "container", "image": "r/xray:1"}]}]}, {})
	check.subject == set() with input as given
}

closing := {"subject": "NetworkPolicy/shop/p", "namespace": "shop", "name": "p", "api_version": "networking.k8s.io/v1", "manifest": {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}}

server(extra) := {"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {"app": "llm"}, "annotations": {}, "pointer": "/spec/template/spec", "spec": {}, "containers": [object.union({"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9"}, extra)]}

inside := {"subject": "Service/shop/llm", "namespace": "shop", "name": "llm", "api_version": "v1", "manifest": {"spec": {"selector": {"app": "llm"}}}}

routed(annotations) := {"subject": "Ingress/shop/i", "namespace": "shop", "name": "i", "api_version": "networking.k8s.io/v1", "manifest": {"metadata": {"annotations": annotations}, "spec": {"rules": [{"host": "a", "http": {"paths": [{"path": "/", "backend": {"service": {"name": "llm", "port": {"number": 80}}}}]}}]}}}

test_a_key_in_all_spellings if {
	every extra in [
		{"args": ["--api-key", "$(KEY)"]},
		{"command": ["/bin/sh", "-c"], "args": ["vllm serve qwen --api-key $KEY"]},
		{"env": [{"name": "VLLM_API_KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]},
	] {
		check.compliant == {"Deployment/shop/llm"} with input as {"objects": {}, "pods": [server(extra)]}
	}
}

test_bad_a_key_that_is_none if {
	every extra in [
		{"args": ["--api-key="]}, {"args": ["--api-key", "--port", "1"]}, {"args": ["--api-key"]}, {"args": ["--api-key", ""]},
		{"env": [{"name": "VLLM_API_KEY", "value": ""}]}, {"command": ["sh", "-c", "vllm serve qwen"]},
	] {
		check.compliant == set() with input as {"objects": {}, "pods": [server(extra)]}
	}
}

test_bad_ways_around_the_policy if {
	every given in [
		{"objects": {"NetworkPolicy": [closing]}, "pods": [server({"ports": [{"containerPort": 8000, "hostPort": 8000}]})]},
		{"objects": {"NetworkPolicy": [closing], "Service": [inside], "Ingress": [routed({})]}, "pods": [server({})]},
		{"objects": {"NetworkPolicy": [closing], "Service": [object.union(inside, {"manifest": {"spec": {"externalIPs": ["1.2.3.4"]}}})]}, "pods": [server({})]},
	] {
		check.compliant == set() with input as given
	}
}

test_an_ingress_that_asks_for_a_login_is_fine if {
	asking := routed({"nginx.ingress.kubernetes.io/auth-url": "https://login.example"})
	given := {"objects": {"NetworkPolicy": [closing], "Service": [inside], "Ingress": [asking]}, "pods": [server({})]}
	check.compliant == {"Deployment/shop/llm"} with input as given
}

with_variable(variable) := {"objects": {}, "pods": [{
	"subject": "Deployment/shop/llm", "kind": "Deployment", "namespace": "shop", "name": "llm", "labels": {},
	"annotations": {}, "pointer": "/spec/template/spec", "spec": {},
	"containers": [{"name": "a", "type": "container", "image": "vllm/vllm-openai:v0.9", "env": [variable]}],
}]}

test_a_variable_with_a_key_is_a_login if {
	every given in [{"value": "x"}, {"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}] {
		check.compliant == {"Deployment/shop/llm"} with input as with_variable(object.union({"name": "VLLM_API_KEY"}, given))
		check.compliant == set() with input as with_variable(object.union({"name": "OTHER"}, given))
	}
	every given in [{"value": ""}, {"value": null}, {}] {
		check.compliant == set() with input as with_variable(object.union({"name": "VLLM_API_KEY"}, given))
	}
}

# ---- who calls -------------------------------------------------------------------------------------------------------

mesh(place, spec) := {"subject": "AuthorizationPolicy/p", "namespace": place, "name": "p", "api_version": "security.istio.io/v1", "manifest": {"spec": spec}}

namespace(labels) := {"subject": "Namespace/shop", "namespace": "", "name": "shop", "api_version": "v1", "manifest": {"metadata": {"labels": labels}}}

asking(objects) := {"objects": objects, "pods": [server({})]}

gateway := {"rules": [{"from": [{"source": {"principals": ["cluster.local/ns/istio-system/sa/gateway"]}}], "to": [{"operation": {"ports": ["8000"]}}]}]}

test_a_mesh_that_asks_who_calls_is_a_login if {
	every spec in [
		gateway, {}, object.union(gateway, {"selector": {"matchLabels": {"app": "llm"}}, "action": "ALLOW"}),
		{"rules": [{"from": [{"source": {"requestPrincipals": ["*"]}}]}]},
		{"rules": [{"when": [{"key": "request.auth.claims[groups]", "values": ["ml"]}]}]},
		{"action": "CUSTOM", "provider": {"name": "oauth2-proxy"}, "rules": [{}]},
		{"action": "DENY", "rules": [{"from": [{"source": {"notRequestPrincipals": ["*"]}}]}]},
	] {
		check.compliant == {"Deployment/shop/llm"} with input as asking({"AuthorizationPolicy": [mesh("shop", spec)]})
		check.compliant == {"Deployment/shop/llm"} with input as asking({"AuthorizationPolicy": [mesh("istio-system", spec)]})
	}
}

test_bad_a_mesh_that_asks_nobody if {
	every spec in [
		{"rules": [{}]}, {"rules": [{"to": [{"operation": {"methods": ["POST"]}}]}]},
		{"rules": [{"from": [{"source": {"principals": ["*"]}}]}]}, {"rules": [{"from": [{"source": {"namespaces": ["*"]}}]}]},
		{"rules": [{"from": [{"source": {"ipBlocks": ["0.0.0.0/0"]}}]}]}, {"rules": [gateway.rules[0], {}]},
		object.union(gateway, {"selector": {"matchLabels": {"app": "other"}}}), object.union(gateway, {"action": "AUDIT"}),
		object.union(gateway, {"targetRefs": [{"kind": "Gateway", "name": "g"}]}),
		object.union(gateway, {"targetRef": {"kind": "Gateway", "name": "g"}}),
		{"action": "CUSTOM", "provider": {"name": "p"}, "rules": [{"to": [{"operation": {"paths": ["/admin"]}}]}]},
		{"action": "DENY", "rules": [{"from": [{"source": {"namespaces": ["shop"]}}]}]},
		{"rules": [{"when": [{"key": "request.auth.principal", "values": ["*"]}]}]},
		{"rules": [{"when": [{"key": "destination.port", "values": ["8000"]}]}]},
	] {
		check.compliant == set() with input as asking({"AuthorizationPolicy": [mesh("shop", spec)]})
	}
	check.compliant == set() with input as asking({"AuthorizationPolicy": [mesh("bank", gateway)]})
	other := object.union(mesh("shop", gateway), {"api_version": "acme.example/v1"})
	check.compliant == set() with input as asking({"AuthorizationPolicy": [other]})
}

test_a_mesh_asks_where_the_pod_is_in_it if {
	every labels in [{"istio-injection": "enabled"}, {"istio.io/rev": "stable"}, {"istio.io/dataplane-mode": "ambient"}] {
		check.compliant == {"Deployment/shop/llm"} with input as asking({"AuthorizationPolicy": [mesh("shop", gateway)], "Namespace": [namespace(labels)]})
	}
	every labels in [{}, {"istio-injection": "disabled"}, {"istio.io/dataplane-mode": "none"}] {
		check.compliant == set() with input as asking({"AuthorizationPolicy": [mesh("shop", gateway)], "Namespace": [namespace(labels)]})
	}
	every value, found in {"true": {"Deployment/shop/llm"}, "false": set()} {
		injected := object.union(server({}), {"labels": {"sidecar.istio.io/inject": value}})
		given := {"objects": {"AuthorizationPolicy": [mesh("shop", gateway)], "Namespace": [namespace({})]}, "pods": [injected]}
		check.compliant == found with input as given
		check.compliant == found with input as object.union(given, {"objects": {"Namespace": [namespace({"sidecar.istio.io/inject": value})]}})
	}
	on_node := object.union(server({}), {"spec": {"hostNetwork": true}})
	check.compliant == set() with input as {"objects": {"AuthorizationPolicy": [mesh("shop", gateway)]}, "pods": [on_node]}
	custom := {"action": "CUSTOM", "provider": {"name": "p"}, "rules": [{}]}
	check.compliant == set() with input as {"objects": {"AuthorizationPolicy": [mesh("shop", custom)]}, "pods": [on_node]}
}

behind(extra, image) := object.union(server({}), {"containers": [
	object.union({"name": "a", "type": "container", "image": "ollama/ollama:0.9"}, extra),
	{"name": "login", "type": "container", "image": image},
]})

test_a_server_on_loopback_is_reached_by_its_proxy_alone if {
	every extra in [
		{"env": [{"name": "OLLAMA_HOST", "value": "127.0.0.1:11434"}]}, {"args": ["--host", "127.0.0.1"]},
		{"args": ["--host=localhost", "--port=8000"]}, {"command": ["sh", "-c", "jupyter lab --ServerApp.ip=127.0.0.1"]},
	] {
		given := {"objects": {"Service": [inside]}, "pods": [behind(extra, "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0")]}
		check.compliant == {"Deployment/shop/llm"} with input as given
	}
	on_node := object.union(behind({"args": ["--host", "127.0.0.1"]}, "x/oauth2-proxy:7"), {"spec": {"hostNetwork": true}})
	check.compliant == set() with input as {"objects": {}, "pods": [on_node]}
}

test_bad_a_server_beside_its_proxy_is_open_within_the_cluster if {
	every image in ["quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", "registry.redhat.io/openshift4/ose-oauth-proxy:v4", "quay.io/brancz/kube-rbac-proxy:v0.18"] {
		every extra in [{}, {"args": ["--host", "0.0.0.0"]}, {"env": [{"name": "OLLAMA_HOST", "value": "0.0.0.0"}]}] {
			given := {"objects": {"Service": [inside]}, "pods": [behind(extra, image)]}
			check.compliant == set() with input as given
			check.reason["Deployment/shop/llm"].severity == "medium" with input as given
			contains(check.reason["Deployment/shop/llm"].actual.en, "from within the cluster") with input as given
		}
	}
	plain := {"objects": {"Service": [inside]}, "pods": [behind({}, "nginx:1")]}
	not check.reason["Deployment/shop/llm"].severity with input as plain
}

test_bad_an_ingress_with_a_login_leaves_the_cluster_open if {
	asking_ingress := routed({"nginx.ingress.kubernetes.io/auth-url": "https://login.example"})
	given := {"objects": {"Service": [inside], "Ingress": [asking_ingress]}, "pods": [server({})]}
	check.compliant == set() with input as given
	check.reason["Deployment/shop/llm"].severity == "medium" with input as given
	both := {"objects": {"Service": [inside], "Ingress": [asking_ingress, object.union(routed({}), {"subject": "Ingress/shop/open"})]}, "pods": [server({})]}
	not check.reason["Deployment/shop/llm"].severity with input as both
	on_node := {"objects": given.objects, "pods": [object.union(server({}), {"spec": {"hostNetwork": true}})]}
	not check.reason["Deployment/shop/llm"].severity with input as on_node
}

notebook := {
	"subject": "Notebook/ann/lab", "kind": "Deployment", "namespace": "ann", "name": "lab", "labels": {}, "annotations": {},
	"pointer": "/spec/template/spec", "spec": {}, "containers": [{"name": "lab", "type": "container", "image": "kubeflow/jupyter-scipy:v1"}],
}

profile := {"Profile": [{"subject": "Profile/ann", "namespace": "", "name": "ann", "api_version": "kubeflow.org/v1", "manifest": {}}]}

test_what_kubeflow_makes_for_a_profile_was_not_seen if {
	contains(check.undecided["Notebook/ann/lab"].en, "Profile") with input as {"objects": {}, "pods": [notebook]}
	server_of_ann := object.union(server({}), {"namespace": "ann", "subject": "Deployment/ann/llm"})
	contains(check.undecided["Deployment/ann/llm"].en, "Profile") with input as {"objects": profile, "pods": [server_of_ann]}
	check.undecided == {} with input as {"objects": profile, "pods": [server({})]}
	check.undecided == {} with input as {"objects": {}, "pods": [notebook], "cluster": {"is_complete": true}}
	opened := object.union(notebook, {"containers": [{"name": "lab", "type": "container", "image": "kubeflow/jupyter-scipy:v1", "ports": [{"hostPort": 80}]}]})
	check.undecided == {} with input as {"objects": {}, "pods": [opened]}
}

test_a_template_of_the_whole_cluster_has_no_network if {
	runtime := object.union(server({}), {"subject": "ClusterServingRuntime/vllm", "namespace": ""})
	contains(check.not_applicable["ClusterServingRuntime/vllm"].en, "template") with input as {"objects": {}, "pods": [runtime]}
	check.not_applicable == {} with input as {"objects": {}, "pods": [server({})]}
}
