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
