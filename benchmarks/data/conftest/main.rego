# Our policies as conftest asks: document by document, each as a system of its own.
package main

kinds := {
	"Pod": [], "Deployment": ["template", "spec"], "DaemonSet": ["template", "spec"],
	"StatefulSet": ["template", "spec"], "Job": ["template", "spec"],
}

subject := sprintf("%s/%s/%s", [input.kind, object.get(input.metadata, "namespace", ""), input.metadata.name])

object_of := {
	"subject": subject, "namespace": object.get(input.metadata, "namespace", ""), "name": input.metadata.name,
	"api_version": input.apiVersion, "manifest": input,
}

pods := [{
	"subject": subject, "kind": input.kind, "namespace": object_of.namespace, "namespace_given": true,
	"name": object_of.name, "labels": {}, "annotations": {}, "owner": "", "pointer": "/spec/template/spec",
	"spec": object.remove(spec, ["containers", "initContainers"]), "containers": containers,
} |
	spec := object.get(input.spec, kinds[input.kind], {})
	containers := [object.union(c, {"type": type, "pointer": sprintf("/spec/template/spec/%s/%d", [type, i])}) |
		some type in ["containers", "initContainers"]
		some i, c in spec[type]
	]
]

system := {
	"cluster": {"version": "", "distribution": "", "is_managed": false, "is_complete": false, "kinds_listed": []},
	"components": [], "node_files": [], "nodes": [], "parameters": {}, "objects": {input.kind: [object_of]},
	"pods": pods, "ask": data.ask,
	"names": [{
		"subject": subject, "kind": input.kind, "namespace": object_of.namespace, "name": object_of.name,
		"namespace_given": true,
	}],
}

answers := found if found := data.auditor.ask.answers with input as system

deny contains sprintf("%s: %s", [id, judged]) if {
	some id, answer in answers
	some judged in answer.subject
	not judged in answer.compliant
}
