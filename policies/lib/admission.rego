# METADATA
# title: What admission keeps out of a namespace
# description: |
#   Pod Security Admission by label or by the cluster-wide default, ValidatingAdmissionPolicy, Gatekeeper, Kyverno and
#   Kubewarden, each only where it enforces. Labels for warn and audit enforce nothing.
package lib.admission

import data.lib.apiserver
import data.lib.objects

# What forbids a thing: least PSA level, Gatekeeper kinds of the published library, words that a policy on it must hold.
guards := {
	"privileged": {"levels": {"baseline", "restricted"}, "kinds": {"K8sPSPPrivilegedContainer"}, "word": "privileged"},
	"hostPID": {"levels": {"baseline", "restricted"}, "kinds": {"K8sPSPHostNamespace"}, "word": "hostPID"},
	"hostIPC": {"levels": {"baseline", "restricted"}, "kinds": {"K8sPSPHostNamespace"}, "word": "hostIPC"},
	"hostNetwork": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostNetworkingPorts"},
		"word": "hostNetwork",
	},
	"allowPrivilegeEscalation": {
		"levels": {"restricted"},
		"kinds": {"K8sPSPAllowPrivilegeEscalationContainer"},
		"word": "allowPrivilegeEscalation",
	},
	"runAsNonRoot": {"levels": {"restricted"}, "kinds": {"K8sPSPAllowedUsers"}, "word": "runAsNonRoot"},
	"NET_RAW": {"levels": {"restricted"}, "kinds": {"K8sPSPCapabilities"}, "word": "drop"},
	"capabilities": {"levels": {"restricted"}, "kinds": {"K8sPSPCapabilities"}, "word": "drop"},
	"hostProcess": {"levels": {"baseline", "restricted"}, "kinds": {"K8sPSPHostProcess"}, "word": "hostProcess"},
	"hostPath": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostFilesystem", "K8sPSPVolumeTypes"},
		"word": "hostPath",
	},
	"hostPort": {"levels": {"baseline", "restricted"}, "kinds": {"K8sPSPHostNetworkingPorts"}, "word": "hostPort"},
}

# Namespaces of users in which pods were seen and whose own object was seen.
user_namespaces := {o |
	some name in {pod.namespace | some pod in input.pods}
	not objects.is_platform(name)
	o := objects.namespace_objects[name]
}

# ---- all namespaces of users, worked out once for all rules ---------------------------------------------------------

subjects := {namespace.subject | some namespace in user_namespaces}

forbidding(thing) := {namespace.subject | some namespace in user_namespaces; forbids(namespace.name, thing)}

# ---- Pod Security Admission -----------------------------------------------------------------------------------------

level(name) := objects.namespace_labels(name)["pod-security.kubernetes.io/enforce"]

level(name) := default_level if {
	not objects.namespace_labels(name)["pod-security.kubernetes.io/enforce"]
	not name in default_exempt
}

default_level := apiserver.plugin(c, "PodSecurity").defaults.enforce if some c in apiserver.servers

default_exempt := {name |
	some c in apiserver.servers
	some name in apiserver.plugin(c, "PodSecurity").exemptions.namespaces
}

# ---- policies in force ----------------------------------------------------------------------------------------------

# Each policy that can refuse a pod: what it is, and its text.
policies contains {"engine": "ValidatingAdmissionPolicy", "kind": "", "policy": policy, "scope": scope} if {
	some binding in objects.of("ValidatingAdmissionPolicyBinding")
	"Deny" in binding.manifest.spec.validationActions
	some policy in objects.of("ValidatingAdmissionPolicy")
	policy.name == binding.manifest.spec.policyName
	object.get(policy.manifest.spec, "failurePolicy", "Fail") == "Fail"
	takes_pods(objects.sequence(policy.manifest, ["spec", "matchConstraints", "resourceRules"]))
	scope := {
		"selectors": [
			objects.mapping(binding.manifest, ["spec", "matchResources", "namespaceSelector"]),
			objects.mapping(policy.manifest, ["spec", "matchConstraints", "namespaceSelector"]),
		],
		"only": [], "excluded": [],
	}
}

policies contains {"engine": "Gatekeeper", "kind": kind, "policy": constraint, "scope": scope} if {
	some kind, constraints in input.objects
	some constraint in constraints
	objects.group(constraint) == "constraints.gatekeeper.sh"
	object.get(constraint.manifest, ["spec", "enforcementAction"], "deny") == "deny"
	match := objects.mapping(constraint.manifest, ["spec", "match"])
	scope := {
		"selectors": [objects.mapping(match, ["namespaceSelector"])],
		"only": objects.sequence(match, ["namespaces"]),
		"excluded": objects.sequence(match, ["excludedNamespaces"]),
	}
}

policies contains {"engine": "Kyverno", "kind": "", "policy": policy, "scope": scope} if {
	some kind in {"ClusterPolicy", "Policy"}
	some policy in objects.in_group(kind, "kyverno.io")
	enforces(policy)
	scope := {
		"selectors": [],
		"only": [policy.namespace | kind == "Policy"],
		"excluded": [name |
			some rule in policy.manifest.spec.rules
			some way in {"any", "all"}
			some block in objects.sequence(rule, ["exclude", way])
			some name in objects.sequence(block, ["resources", "namespaces"])
		],
	}
}

policies contains {"engine": "Kyverno", "kind": "", "policy": policy, "scope": scope} if {
	some policy in objects.in_group("ValidatingPolicy", "policies.kyverno.io")
	"Deny" in policy.manifest.spec.validationActions
	selector := objects.mapping(policy.manifest, ["spec", "matchConstraints", "namespaceSelector"])
	scope := {"selectors": [selector], "only": [], "excluded": []}
}

policies contains {"engine": "Kubewarden", "kind": "", "policy": policy, "scope": scope} if {
	some kind in {"ClusterAdmissionPolicy", "AdmissionPolicy"}
	some policy in objects.in_group(kind, "policies.kubewarden.io")
	object.get(policy.manifest, ["spec", "mode"], "protect") == "protect"
	scope := {
		"selectors": [objects.mapping(policy.manifest, ["spec", "namespaceSelector"])],
		"only": [policy.namespace | kind == "AdmissionPolicy"],
		"excluded": [],
	}
}

enforces(policy) if {
	lower(object.get(policy.manifest, ["spec", "validationFailureAction"], "Audit")) == "enforce"
	count(validating_rules(policy)) > 0
}

enforces(policy) if {
	some rule in validating_rules(policy)
	lower(rule.validate.failureAction) == "enforce"
}

validating_rules(policy) := [rule | some rule in policy.manifest.spec.rules; rule.validate]

takes_pods(rules) if {
	some rule in rules
	some resource in rule.resources
	resource in {"pods", "*", "*/*"}
}

reaches(scope, name) if {
	every selector in scope.selectors { objects.selects(selector, objects.namespace_labels(name)) }
	covers_name(scope.only, name)
	not is_excluded(scope.excluded, name)
}

covers_name([], _)

covers_name(only, name) if {
	some pattern in only
	glob.match(pattern, [], name)
}

is_excluded(excluded, name) if {
	some pattern in excluded
	glob.match(pattern, [], name)
}

# ---- answers --------------------------------------------------------------------------------------------------------

# Some mechanism refuses pods in this namespace.
mechanism(name) := sprintf("Pod Security Admission, enforce=%s", [level(name)]) if {
	level(name) in {"baseline", "restricted"}
}

else := sprintf("%s %s", [one.engine, one.policy.name]) if {
	found := [p | some p in policies; reaches(p.scope, name)]
	one := found[0]
}

# Something refuses this very thing in this namespace.
forbids(name, thing) if level(name) in guards[thing].levels

forbids(name, thing) if {
	some p in policies
	is_about(p, thing)
	reaches(p.scope, name)
}

is_about(p, thing) if p.kind in guards[thing].kinds

is_about(p, thing) if {
	p.engine != "Gatekeeper"
	contains(json.marshal(p.policy.manifest.spec), guards[thing].word)
}

is_about(p, thing) if {
	some rule in p.policy.manifest.spec.rules
	rule.validate.podSecurity.level in guards[thing].levels
	not rule.validate.podSecurity.exclude
}

# A webhook on pods that we do not know may or may not be a policy engine.
unknown_webhooks := {o.name |
	some o in objects.of("ValidatingWebhookConfiguration")
	not regex.match(`gatekeeper|kyverno|kubewarden`, o.name)
	some hook in o.manifest.webhooks
	object.get(hook, "failurePolicy", "Fail") == "Fail"
	takes_pods(objects.sequence(hook, ["rules"]))
}

reasons(thing) := {namespace.subject: reason(namespace, thing) | some namespace in user_namespaces}

reason(o, thing) := {
	"expected": {
		"en": sprintf("an enforcing policy against %s, or the label pod-security.kubernetes.io/enforce", [thing]),
		"zh": sprintf("设置强制拒绝 %s 的准入策略，或命名空间标签 pod-security.kubernetes.io/enforce", [thing]),
	},
	"actual": enforced(o.name),
	"pointer": "/metadata/labels",
	"patch": label_patch(o, "restricted"),
}

enforced(name) := sprintf("enforce=%s", [level(name)]) if level(name)

else := {"en": "no level enforced, and no policy against it", "zh": "未强制任何级别，也没有相应的准入策略"}

label_patch(o, wanted) := [{
	"op": "add",
	"path": "/metadata/labels/pod-security.kubernetes.io~1enforce",
	"value": wanted,
}] if {
	is_object(o.manifest.metadata.labels)
} else := [{
	"op": "add",
	"path": "/metadata/labels",
	"value": {"pod-security.kubernetes.io/enforce": wanted},
}]
