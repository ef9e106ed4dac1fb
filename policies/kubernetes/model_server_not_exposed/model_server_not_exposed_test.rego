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
