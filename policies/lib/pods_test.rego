package lib.pods_test

import data.lib.pods

container(extra) := object.union({"type": "container", "name": "c", "pointer": "/spec/containers/0"}, extra)

test_windows_by_its_own_word_or_by_its_nodes if {
	pods.is_windows({"spec": {"os": {"name": "windows"}}})
	pods.is_windows({"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}})
	not pods.is_windows({"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}})
	not pods.is_windows({"spec": {}})
}

test_patches_add_fields_or_a_whole_security_context if {
	fields := {"runAsNonRoot": true, "privileged": false}
	pods.patches(container({}), fields) == [{"op": "add", "path": "/spec/containers/0/securityContext", "value": fields}]
	pods.patches(container({"securityContext": null}), fields) == pods.patches(container({}), fields)
	{patch.path | some patch in pods.patches(container({"securityContext": {}}), fields)} == {
		"/spec/containers/0/securityContext/runAsNonRoot", "/spec/containers/0/securityContext/privileged",
	}
}

test_a_container_is_called_by_its_name_or_its_number_and_once if {
	pods.names([
		{"type": "container", "name": "app", "pointer": "/spec/containers/0"},
		{"type": "init", "name": "", "pointer": "/spec/initContainers/1"},
		{"type": "container", "name": "", "pointer": "/spec/templates/0/script"},
		{"type": "container", "name": "app", "pointer": "/spec/containers/3"},
	]) == {"en": "container app, init container #2, container", "zh": "容器 app, init 容器 #2, 容器"}
}

test_a_glimpse_shows_what_was_written_where_it_was_written if {
	given := container({
		"context": "/spec/redis/containerSecurityContext", "filled": ["drop"],
		"securityContext": {"privileged": true, "capabilities": {"add": ["SYS_ADMIN"], "drop": ["ALL"]}},
	})
	pods.shown(given, "capabilities") == `capabilities {"add":["SYS_ADMIN"]}`
	pods.pointer(given, "privileged") == "/spec/redis/containerSecurityContext/privileged"
	pods.patch(given, "privileged", false).path == "/spec/redis/containerSecurityContext/privileged"
	pods.context({"pointer": "/spec"}) == "/spec/securityContext"
}

test_volumes_stand_in_the_pod_unless_it_says_where if {
	pods.volumes_at({"pointer": "/spec"}) == "/spec/volumes"
	pods.volumes_at({"pointer": "/spec", "volumes_at": "/spec/extraVolumes"}) == "/spec/extraVolumes"
}

labelled(subject, namespace, labels) := {"subject": subject, "namespace": namespace, "labels": labels}

some_pods := {"pods": [
	labelled("a", "shop", {"app": "web", "tier": "front"}),
	labelled("b", "shop", {"app": "web"}),
	labelled("c", "shop", {}),
	labelled("d", "other", {"app": "web"}),
]}

selections := {
	"one label": {"matchLabels": {"app": "web"}},
	"two labels": {"matchLabels": {"tier": "front", "app": "web"}},
	"another value": {"matchLabels": {"app": "db"}},
	"one label too many": {"matchLabels": {"app": "web", "zone": "1"}},
	"nothing": {},
	"nothing but expressions": {"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]},
	"both": {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]},
}

selected_in_shop := {name: pods.selected("shop", selector) | some name, selector in selections}

test_a_selector_selects_the_pods_of_its_namespace_that_have_all_of_its_labels if {
	found := selected_in_shop with input as some_pods
	found == {
		"one label": {"a", "b"}, "two labels": {"a"}, "another value": set(), "one label too many": set(),
		"nothing": {"a", "b", "c"}, "nothing but expressions": {"b", "c"}, "both": {"a"},
	}
}
