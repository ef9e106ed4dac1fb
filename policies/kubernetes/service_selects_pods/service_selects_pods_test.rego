package kubernetes.service_selects_pods_test

import data.kubernetes.service_selects_pods as check

service(spec) := {
	"subject": "Service/shop/web", "namespace": "shop", "name": "web", "api_version": "v1", "manifest": {"spec": spec},
}

pod(labels) := {
	"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app", "labels": labels,
	"annotations": {}, "spec": {}, "containers": [], "pointer": "/spec/template/spec",
}

test_good if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": [pod({"app": "a", "x": "y"})]}, {})
	check.compliant == {"Service/shop/web"} with input as given
}

test_bad if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": [pod({"app": "b"})]}, {})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
	check.undecided == {} with input as given
}

test_absent_selector_is_no_subject if {
	given := object.union({"objects": {"Service": [service({})]}, "pods": []}, {})
	check.subject == set() with input as given
}

test_namespace_without_pods_is_undecided if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": []}, {})
	check.undecided["Service/shop/web"].zh != "" with input as given
}

test_bad_in_a_complete_listing if {
	given := object.union({"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": []}, {"cluster": {"is_complete": true}})
	check.subject - check.compliant == {"Service/shop/web"} with input as given
	check.undecided == {} with input as given
}

test_an_external_name_selects_nothing if {
	given := {"objects": {"Service": [service({"type": "ExternalName", "selector": {"app": "x"}})]}, "pods": [pod({"app": "a"})]}
	check.subject == set() with input as given
}

test_a_service_of_knative_is_another_kind if {
	other := object.union(service({"selector": {"app": "x"}}), {"api_version": "serving.knative.dev/v1"})
	check.subject == set() with input as {"objects": {"Service": [other]}, "pods": [pod({"app": "a"})]}
}

test_labels_that_controllers_give if {
	ordinals := {"first": 0, "replicas": 2}
	set_of_pods := object.union(pod({"app": "db"}), {"kind": "StatefulSet", "name": "db", "ordinals": ordinals})
	every selector in [{"app": "db", "statefulset.kubernetes.io/pod-name": "db-0"}, {"apps.kubernetes.io/pod-index": "0"}] {
		check.compliant == {"Service/shop/web"} with input as {"objects": {"Service": [service({"selector": selector})]}, "pods": [set_of_pods]}
	}
	every selector in [
		{"app": "x", "statefulset.kubernetes.io/pod-name": "db-0"}, {"statefulset.kubernetes.io/pod-name": "pg-0"},
		{"statefulset.kubernetes.io/pod-name": "db-2"}, {"apps.kubernetes.io/pod-index": "2"},
		{"statefulset.kubernetes.io/pod-name": "db-01"}, {"statefulset.kubernetes.io/pod-name": "db-x"},
	] {
		check.compliant == set() with input as {"objects": {"Service": [service({"selector": selector})]}, "pods": [set_of_pods]}
	}
}

test_ordinals_start_where_the_set_says_and_go_as_far_as_something_scales_it if {
	selector := {"statefulset.kubernetes.io/pod-name": "db-7"}
	objects := {"Service": [service({"selector": selector})]}
	every ordinals in [{"first": 7, "replicas": 1}, {"first": 5, "replicas": 3}, {"first": 0, "replicas": null}] {
		made := object.union(pod({"app": "db"}), {"kind": "StatefulSet", "name": "db", "ordinals": ordinals})
		check.compliant == {"Service/shop/web"} with input as {"objects": objects, "pods": [made]}
	}
	every ordinals in [{"first": 8, "replicas": 1}, {"first": 5, "replicas": 2}, {"first": 8, "replicas": null}] {
		made := object.union(pod({"app": "db"}), {"kind": "StatefulSet", "name": "db", "ordinals": ordinals})
		check.compliant == set() with input as {"objects": objects, "pods": [made]}
	}
}

test_a_workload_that_cannot_be_read_leaves_the_service_open if {
	broken := {
		"subject": "Deployment/shop/b", "kind": "Deployment", "namespace": "shop", "name": "b",
		"pods_malformed": "the value of /x is of another type",
	}
	every found in [[], [pod({"app": "b"})]] {
		given := {
			"cluster": {"is_complete": false}, "pods": found,
			"objects": {"Service": [service({"selector": {"app": "a"}})]}, "names": [broken],
		}
		check.compliant == set() with input as given
		contains(check.undecided["Service/shop/web"].en, "Deployment/shop/b") with input as given
	}
}

test_pods_that_an_operator_makes_are_undecided if {
	given := {
		"cluster": {"is_complete": false}, "pods": [pod({"app": "b"})],
		"objects": {"Service": [service({"selector": {"app": "a"}})]},
		"names": [{"subject": "Rollout/shop/web", "kind": "Rollout", "namespace": "shop", "name": "web", "pods_unseen": true}],
	}
	check.compliant == set() with input as given
	check.undecided["Service/shop/web"].zh != "" with input as given
}

test_labels_of_jobs_and_revisions if {
	every kind, names in {
		"Job": ["job-name", "batch.kubernetes.io/job-name", "batch.kubernetes.io/job-completion-index"],
		"DaemonSet": ["controller-revision-hash"], "StatefulSet": ["controller-revision-hash"],
	} {
		every name in names {
			made := object.union(pod({"app": "a"}), {"kind": kind, "name": "db"})
			given := {"objects": {"Service": [service({"selector": {"app": "a", name: "db"}})]}, "pods": [made]}
			check.compliant == {"Service/shop/web"} with input as given
			other := object.union(given, {"pods": [object.union(made, {"kind": "Deployment"})]})
			check.compliant == set() with input as other
		}
	}
	job := object.union(pod({}), {"kind": "Job", "name": "other"})
	check.compliant == set() with input as {"objects": {"Service": [service({"selector": {"job-name": "db"}})]}, "pods": [job]}
}

test_the_reason_shows_the_selector_of_what_selects_nothing if {
	given := {"objects": {"Service": [service({"selector": {"app": "a"}})]}, "pods": [pod({"app": "b"})]}
	check.reason["Service/shop/web"].actual == `selector {"app":"a"}` with input as given
	check.reason == {} with input as {"objects": {"Service": [service({"selector": {"app": "b"}})]}, "pods": [pod({"app": "b"})]}
}

test_a_workload_that_cannot_be_read_is_for_its_author_to_mend if {
	given := {"cluster": {"is_complete": false}, "pods": [], "names": [{
		"subject": "Deployment/shop/app", "kind": "Deployment", "namespace": "shop", "name": "app",
		"pods_malformed": "the value of /spec is of another type",
	}]}
	said := check.why("shop") with input as given
	contains(said.en, "Deployment/shop/app")
	said.remedy == "value"
}
