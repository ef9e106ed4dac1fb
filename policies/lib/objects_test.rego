package lib.objects_test

import data.lib.objects

test_what_has_another_type_is_empty if {
	objects.sequence({"a": [1]}, ["a"]) == [1]
	objects.mapping({"a": {"b": 1}}, ["a"]) == {"b": 1}
	every value in [null, "x", {"b": 1}, 1] { objects.sequence({"a": value}, ["a"]) == [] }
	every value in [null, "x", [1], 1] { objects.mapping({"a": value}, ["a"]) == {} }
	objects.sequence({}, ["a"]) == []
}

test_label_selectors if {
	labels := {"app": "web", "tier": "front"}
	every selector in [
		{}, {"matchLabels": {"app": "web"}}, {"matchLabels": null, "matchExpressions": null},
		{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "x"]}]},
		{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x"]}, {"key": "gone", "operator": "NotIn", "values": ["x"]}]},
		{"matchExpressions": [{"key": "app", "operator": "Exists"}, {"key": "gone", "operator": "DoesNotExist"}]},
	] {
		objects.selects(selector, labels)
	}
	every selector in [
		{"matchLabels": {"app": "x"}}, {"matchLabels": {"app": "web", "gone": ""}},
		{"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]},
		{"matchExpressions": [{"key": "gone", "operator": "In", "values": ["x"]}]},
		{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
		{"matchExpressions": [{"key": "gone", "operator": "Exists"}]}, {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]},
		{"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app", "operator": "Gt", "values": ["1"]}]},
	] {
		not objects.selects(selector, labels)
	}
}

one(labels) := {
	"subject": "Namespace/shop", "name": "shop", "namespace": "", "api_version": "v1",
	"manifest": {"metadata": {"labels": labels}},
}

test_a_namespace_in_two_files_has_the_labels_of_both if {
	given := {"objects": {"Namespace": [one({"a": "1"}), one({"b": "2"})]}}
	objects.namespace_labels("shop") == {"a": "1", "b": "2", "kubernetes.io/metadata.name": "shop"} with input as given
	objects.namespace_labels("other") == {"kubernetes.io/metadata.name": "other"} with input as given
}

test_a_namespace_in_several_files_has_a_place_in_each if {
	twice := [
	{"subject": sprintf("Namespace/shop@%s", [file]), "name": "shop", "manifest": {"metadata": {}}} |
		some file in ["a.yaml", "b.yaml"]
	]
	objects.namespace_places("shop") == ["Namespace/shop@a.yaml", "Namespace/shop@b.yaml"] with input as {"objects": {"Namespace": twice}}
	once := [{"subject": "Namespace/shop", "name": "shop", "manifest": {"metadata": {}}}]
	objects.namespace_places("shop") == [] with input as {"objects": {"Namespace": once}}
	objects.namespace_places("other") == [] with input as {"objects": {"Namespace": once}}
}
