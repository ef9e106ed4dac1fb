# METADATA
# title: What admission keeps out of a namespace
# description: |
#   Pod Security Admission by label or by the cluster-wide default, ValidatingAdmissionPolicy, Gatekeeper, Kyverno and
#   Kubewarden, each only where it enforces. Labels for warn and audit enforce nothing.
package lib.admission

import data.lib.apiserver
import data.lib.objects
import data.lib.texts

# What forbids a thing: PSA levels, Gatekeeper kinds of the published library, and the words of a policy on it (all words
# of one of the lists). A level asks for it since a minor version of Kubernetes, where that is not its first one
# (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
guards := {
	"privileged": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPPrivilegedContainer"},
		"controls": {"Privileged Containers"},
		"words": [["privileged"]],
	},
	"hostPID": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostNamespace"},
		"controls": {"Host Namespaces"},
		"words": [["hostPID"]],
	},
	"hostIPC": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostNamespace"},
		"controls": {"Host Namespaces"},
		"words": [["hostIPC"]],
	},
	"hostNetwork": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostNetworkingPorts"},
		"controls": {"Host Namespaces"},
		"words": [["hostNetwork"]],
	},
	"allowPrivilegeEscalation": {
		"levels": {"restricted"},
		"since": 8,
		"kinds": {"K8sPSPAllowPrivilegeEscalationContainer"},
		"controls": {"Privilege Escalation"},
		"words": [["allowPrivilegeEscalation"]],
	},
	"runAsNonRoot": {
		"levels": {"restricted"},
		"kinds": {"K8sPSPAllowedUsers"},
		"controls": {"Running as Non-root", "Running as Non-root user"},
		"words": [["runAsNonRoot"], ["runAsUser"]],
	},
	"NET_RAW": {
		"levels": {"restricted"},
		"since": 22,
		"kinds": {"K8sPSPCapabilities"},
		"controls": {"Capabilities"},
		"words": [["drop", "ALL"], ["drop", "NET_RAW"]],
	},
	"capabilities": {
		"levels": {"restricted"},
		"since": 22,
		"kinds": {"K8sPSPCapabilities"},
		"controls": {"Capabilities"},
		"words": [["drop", "ALL"]],
	},
	"hostProcess": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostProcess"},
		"controls": {"HostProcess"},
		"words": [["hostProcess"]],
	},
	"hostPath": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostFilesystem", "K8sPSPVolumeTypes"},
		"controls": {"HostPath Volumes", "Volume Types"},
		"words": [["hostPath"]],
	},
	"hostPort": {
		"levels": {"baseline", "restricted"},
		"kinds": {"K8sPSPHostNetworkingPorts"},
		"controls": {"Host Ports"},
		"words": [["hostPort"]],
	},
}

# Namespaces of users whose own object was seen. One without pods in view is there to be used: what it admits is judged
# by itself, but for default, which every cluster has, and for one that is being deleted.
user_namespaces := {o |
	some name, o in objects.namespace_objects
	not objects.is_platform(name)
	is_of_users(o)
}

is_of_users(o) if o.name in namespaces_with_pods

is_of_users(o) if {
	o.name != "default"
	not objects.is_leaving(o)
}

namespaces_with_pods := {pod.namespace | some pod in input.pods}

# ---- all namespaces of users, worked out once for all rules ---------------------------------------------------------

subjects := {namespace.subject | some namespace in user_namespaces}

# Namespaces with an answer about one thing: they refuse it, or only a person can tell while they lack other things.
answered(thing) := forbidding(thing) | object.keys(doubted_apart(thing))

forbidding(thing) := {namespace.subject | some namespace in user_namespaces; forbids(namespace.name, thing)}

# ---- Pod Security Admission -----------------------------------------------------------------------------------------

level(name) := written if {
	not is_switched_off
	written := objects.namespace_labels(name)["pod-security.kubernetes.io/enforce"]
}

level(name) := default_level if {
	not is_switched_off
	not objects.namespace_labels(name)["pod-security.kubernetes.io/enforce"]
	not name in default_exempt
}

# A level of a version asks for what that version asked for. The label wins over the cluster's default, and without
# either the version is the server's own.
version(name) := object.get(
	objects.namespace_labels(name),
	"pod-security.kubernetes.io/enforce-version",
	default_version,
)

default default_version := "latest"

default_version := found[0] if {
	found := sort([version_of(c) | some c in apiserver.servers])
	count(found) > 0
}

version_of(c) := written if {
	written := apiserver.plugin(c, "PodSecurity").defaults["enforce-version"]
} else := "latest"

# What a level keeps out in a version of it.
keeps_out(named, pinned, thing) if {
	named in guards[thing].levels
	minor(pinned) >= object.get(guards[thing], "since", 0)
}

minor(pinned) := to_number(trim_prefix(pinned, "v1.")) if {
	regex.match(`^v1\.\d{1,3}$`, pinned)
} else := 1000

# Labels are then mere labels.
is_switched_off if {
	some c in apiserver.servers
	"PodSecurity" in apiserver.disabled(c)
}

# A request may reach any of the servers: the weakest of their defaults is in force, none if one of them has none.
default_level := [rank | some rank in ["privileged", "baseline", "restricted"]; rank in defaults][0] if not "" in defaults

defaults := {default_of(c) | some c in apiserver.servers}

default_of(c) := written if {
	written := apiserver.plugin(c, "PodSecurity").defaults.enforce
} else := ""

default_exempt := {name |
	some c in apiserver.servers
	some name in apiserver.plugin(c, "PodSecurity").exemptions.namespaces
}

# ---- policies in force ----------------------------------------------------------------------------------------------

# Each policy that can refuse a pod: whose it is, the things that it refuses, and which namespaces it reaches. One that
# is not sure has conditions or exceptions that only a person can weigh.
#
# A scope holds selectors of namespaces and lists of names, of which every one must fit, and the scopes that are excluded.
policies contains {"name": named("ValidatingAdmissionPolicy", policy), "about": about, "scope": scope, "sure": sure} if {
	some binding in objects.of("ValidatingAdmissionPolicyBinding")
	"Deny" in binding.manifest.spec.validationActions
	some policy in objects.of("ValidatingAdmissionPolicy")
	policy.name == binding.manifest.spec.policyName
	object.get(policy.manifest.spec, "failurePolicy", "Fail") == "Fail"
	constraints := objects.mapping(policy.manifest, ["spec", "matchConstraints"])
	narrowed := objects.mapping(binding.manifest, ["spec", "matchResources"])
	takes_all_pods(constraints)
	takes_all_pods_or_unset(narrowed)
	about := expressed(policy.manifest.spec)
	scope := scope_of([namespace_selector(narrowed), namespace_selector(constraints)], [], [])
	sure := weighed(objects.sequence(policy.manifest, ["spec", "matchConditions"]))
}

policies contains {"name": named("Kyverno", policy), "about": about, "scope": scope, "sure": sure} if {
	some kind in {"ValidatingPolicy", "NamespacedValidatingPolicy"}
	some policy in objects.in_group(kind, "policies.kyverno.io")
	"Deny" in policy.manifest.spec.validationActions
	object.get(policy.manifest, ["spec", "evaluation", "admission", "enabled"], true) == true
	constraints := objects.mapping(policy.manifest, ["spec", "matchConstraints"])
	takes_all_pods(constraints)
	about := expressed(policy.manifest.spec)
	scope := scope_of([namespace_selector(constraints)], [[policy.namespace] | kind != "ValidatingPolicy"], [])
	sure := all_true([
		weighed(objects.sequence(policy.manifest, ["spec", "matchConditions"])),
		not_excepted(policy, ""),
	])
}

policies contains {"name": named("Gatekeeper", constraint), "about": about, "scope": scope, "sure": sure} if {
	some kind, constraints in input.objects
	some constraint in constraints
	objects.group(constraint) == "constraints.gatekeeper.sh"
	denies(constraint)
	match := objects.mapping(constraint.manifest, ["spec", "match"])
	takes_pod_kind(objects.sequence(match, ["kinds"]))
	object.get(match, "scope", "Namespaced") in {"*", "Namespaced"}
	objects.mapping(match, ["labelSelector"]) == {}
	given := objects.mapping(constraint.manifest, ["spec", "parameters"])
	about := library_about(kind, given) | template_about(kind)
	scope := scope_of(
		[namespace_selector(match)],
		given_names(match, ["namespaces"]),
		[scope_of([], [names], []) |
			some names in array.concat(given_names(match, ["excludedNamespaces"]), gatekeeper_exempt)
		],
	)
	sure := all_true([
		count(objects.sequence(given, ["exemptImages"])) == 0,
		kind in library_kinds,
	])
}

policies contains {"name": named("Kyverno", policy), "about": about, "scope": scope, "sure": sure} if {
	some kind in {"ClusterPolicy", "Policy"}
	some policy in objects.in_group(kind, "kyverno.io")
	object.get(policy.manifest, ["spec", "admission"], true) == true
	some rule in policy.manifest.spec.rules
	rule.validate
	own := [[policy.namespace] | kind == "Policy"]
	some matched in kyverno_matches(rule)
	some enforced_in in kyverno_enforced(policy, rule)
	excluded := array.concat(kyverno_excluded(rule), enforced_in.excluded)
	about := kyverno_about(rule)
	scope := scope_of(matched.selectors, array.concat(own, array.concat(matched.only, enforced_in.only)), excluded)
	sure := all_true([
		weighed(objects.sequence(rule, ["preconditions", "all"])),
		weighed(objects.sequence(rule, ["preconditions", "any"])),
		not_excepted(policy, rule.name),
		count(kyverno_exclusions(rule, true)) == 0,
	])
}

policies contains {"name": named("Kubewarden", policy), "about": about, "scope": scope, "sure": true} if {
	some kind in {"ClusterAdmissionPolicy", "AdmissionPolicy"}
	some policy in objects.in_group(kind, "policies.kubewarden.io")
	object.get(policy.manifest, ["spec", "mode"], "protect") == "protect"
	takes_pods_or_unset(objects.sequence(policy.manifest, ["spec", "rules"]))
	objects.mapping(policy.manifest, ["spec", "objectSelector"]) == {}
	about := kubewarden_about(policy.manifest.spec)
	scope := scope_of([namespace_selector(policy.manifest.spec)], [[policy.namespace] | kind == "AdmissionPolicy"], [])
}

named(engine, policy) := sprintf("%s %s", [engine, policy.name])

all_true(values) := count([value | some value in values; value == false]) == 0

scope_of(selectors, only, excluded) := {"selectors": selectors, "only": only, "excluded": excluded}

namespace_selector(value) := objects.mapping(value, ["namespaceSelector"])

# A list of names as the one condition that it is, none where the list is empty.
given_names(value, path) := [names | names := objects.sequence(value, path); count(names) > 0]

# ---- which requests a policy sees ------------------------------------------------------------------------------------

# Resource rules of webhooks and policies: new pods of every name are among them.
takes_pods(rules) if {
	some rule in rules
	some resource in rule.resources
	resource in {"pods", "*", "*/*"}
	some group in object.get(rule, "apiGroups", [""])
	group in {"", "*"}
	some operation in object.get(rule, "operations", ["*"])
	operation in {"CREATE", "*"}
	object.get(rule, "scope", "*") in {"Namespaced", "*"}
	count(objects.sequence(rule, ["resourceNames"])) == 0
}

takes_pods_or_unset([])

takes_pods_or_unset(rules) if takes_pods(rules)

# An object selector leaves out all pods that do not carry, or carry, a label of their author's choice.
takes_all_pods_or_unset(match) if {
	takes_pods_or_unset(objects.sequence(match, ["resourceRules"]))
	not takes_pods(objects.sequence(match, ["excludeResourceRules"]))
	objects.mapping(match, ["objectSelector"]) == {}
}

takes_all_pods(match) if {
	takes_pods(objects.sequence(match, ["resourceRules"]))
	takes_all_pods_or_unset(match)
}

# Conditions on who asks, or on the verb, leave no kind of pod out; others may.
weighed(conditions) := count([condition |
	some condition in conditions
	not regex.match(`request\.(userInfo|operation|dryRun)|serviceAccountName`, json.marshal(condition))
]) == 0

# Things that CEL expressions speak of.
expressed(spec) := spoken_of(json.marshal([
	[validation.expression | some validation in objects.sequence(spec, ["validations"])],
	[variable.expression | some variable in objects.sequence(spec, ["variables"])],
]))

spoken_of(text) := {thing |
	some thing, guard in guards
	some words in guard.words
	every word in words { contains(text, word) }
}

# ---- Gatekeeper -------------------------------------------------------------------------------------------------------

denies(constraint) if object.get(constraint.manifest, ["spec", "enforcementAction"], "deny") == "deny"

denies(constraint) if {
	constraint.manifest.spec.enforcementAction == "scoped"
	some scoped in constraint.manifest.spec.scopedEnforcementActions
	scoped.action == "deny"
	some point in scoped.enforcementPoints
	point.name in {"*", "validation.gatekeeper.sh"}
}

takes_pod_kind([])

takes_pod_kind(kinds) if {
	some block in kinds
	some kind in object.get(block, "kinds", ["Pod"])
	kind in {"Pod", "*"}
	some group in object.get(block, "apiGroups", [""])
	group in {"", "*"}
}

# Namespaces that the configuration of Gatekeeper takes from its webhook.
gatekeeper_exempt := [block.excludedNamespaces |
	some config in objects.in_group("Config", "config.gatekeeper.sh")
	some block in objects.sequence(config.manifest, ["spec", "match"])
	some process in block.processes
	process in {"*", "webhook"}
]

library_kinds := {kind | some guard in guards; some kind in guard.kinds} | other_library_kinds

# Kinds of the library that are about other things of a pod; what they refuse is known, too.
other_library_kinds := {
	"K8sAllowedRepos", "K8sBlockWildcardIngress", "K8sContainerLimits", "K8sContainerRequests", "K8sDisallowedTags",
	"K8sImageDigests", "K8sPSPAppArmor", "K8sPSPFSGroup", "K8sPSPFlexVolumes", "K8sPSPForbiddenSysctls",
	"K8sPSPProcMount", "K8sPSPReadOnlyRootFilesystem", "K8sPSPSELinuxV2", "K8sPSPSeccomp", "K8sPSPSeccompV2",
	"K8sRequiredLabels", "K8sRequiredAnnotations", "K8sRequiredProbes", "K8sRequiredResources",
}

library_about(kind, given) := {thing |
	some thing, guard in guards
	kind in guard.kinds
	not lets_pass(kind, thing, given)
}

lets_pass("K8sPSPHostNetworkingPorts", "hostNetwork", given) if given.hostNetwork == true

# Without a greatest port any is taken.
lets_pass("K8sPSPHostNetworkingPorts", "hostPort", given) if object.get(given, "max", 65535) > 0

lets_pass("K8sPSPCapabilities", thing, given) if not thing_dropped(thing, given)

lets_pass("K8sPSPCapabilities", thing, given) if {
	some capability in objects.sequence(given, ["allowedCapabilities"])
	is_too_much(thing, upper(capability))
}

lets_pass("K8sPSPAllowedUsers", "runAsNonRoot", given) if not keeps_root_out(given)

lets_pass("K8sPSPVolumeTypes", "hostPath", given) if {
	some kind in objects.sequence(given, ["volumes"])
	kind in {"*", "hostPath"}
}

lets_pass("K8sPSPHostFilesystem", "hostPath", given) if count(objects.sequence(given, ["allowedHostPaths"])) > 0

thing_dropped(thing, given) if {
	some capability in objects.sequence(given, ["requiredDropCapabilities"])
	upper(capability) in {"ALL", thing}
}

is_too_much(_, "*")

is_too_much("capabilities", capability) if not capability in {"NET_BIND_SERVICE", "*"}

is_too_much("NET_RAW", "NET_RAW")

keeps_root_out(given) if given.runAsUser.rule == "MustRunAsNonRoot"

keeps_root_out(given) if {
	given.runAsUser.rule == "MustRunAs"
	every range in given.runAsUser.ranges { range.min > 0 }
}

# What the template of a kind of one's own speaks of; whether it refuses it, a person must read.
template_about(kind) := spoken_of(json.marshal([template.manifest.spec.targets |
	some template in objects.in_group("ConstraintTemplate", "templates.gatekeeper.sh")
	template.name == lower(kind)
])) if not kind in library_kinds

template_about(kind) := set() if kind in library_kinds

# ---- Kyverno ----------------------------------------------------------------------------------------------------------

# Each way in which a rule takes pods of a whole namespace, as a scope.
kyverno_matches(rule) := [block_scope(block) |
	some block in objects.sequence(rule, ["match", "any"])
	is_of_pods(block)
	not is_narrow(block)
] if {
	count(objects.sequence(rule, ["match", "any"])) > 0
} else := [together([block_scope(block) | some block in blocks])] if {
	blocks := array.concat(
		objects.sequence(rule, ["match", "all"]),
		[rule.match | objects.mapping(rule, ["match", "resources"]) != {}],
	)
	every block in blocks {
		is_of_pods(block)
		not is_narrow(block)
	}
} else := []

block_scope(block) := scope_of(
	[namespace_selector(objects.mapping(block, ["resources"]))],
	given_names(block, ["resources", "namespaces"]),
	[],
)

together(scopes) := scope_of(
	[selector | some scope in scopes; some selector in scope.selectors],
	[names | some scope in scopes; some names in scope.only],
	[],
)

is_of_pods(block) if count(objects.sequence(block, ["resources", "kinds"])) == 0

is_of_pods(block) if {
	some kind in objects.sequence(block, ["resources", "kinds"])
	regex.match(`^(\*|Pod|(v1|\*)/(Pod|\*)|\*/\*/(Pod|\*))$`, kind)
}

# Names, labels, annotations and askers take some pods of a namespace only.
is_narrow(block) if {
	some field in {"subjects", "roles", "clusterRoles"}
	count(objects.sequence(block, [field])) > 0
}

is_narrow(block) if {
	some field in {"selector", "annotations"}
	objects.mapping(block, ["resources", field]) != {}
}

is_narrow(block) if {
	named_ones := object.get(block, ["resources", "name"], "*")
	named_ones != "*"
}

is_narrow(block) if {
	named_ones := objects.sequence(block, ["resources", "names"])
	count(named_ones) > 0
	not "*" in named_ones
}

is_narrow(block) if not sees_new_pods(objects.sequence(block, ["resources", "operations"]))

# What a rule takes out again, each as blocks that must all hold: all pods of a namespace, or, narrow ones, some of them.
kyverno_exclusions(rule, narrow) := [blocks |
	some blocks in array.concat(
		[[block] | some block in objects.sequence(rule, ["exclude", "any"])],
		[
			objects.sequence(rule, ["exclude", "all"]),
			[rule.exclude | objects.mapping(rule, ["exclude", "resources"]) != {}],
		],
	)
	count(blocks) > 0
	every block in blocks {
		is_of_pods(block)
		is_opening(block)
	}
	are_narrow(blocks) == narrow
]

kyverno_excluded(rule) := [together([block_scope(block) | some block in blocks]) |
	some blocks in kyverno_exclusions(rule, false)
]

are_narrow(blocks) if {
	some block in blocks
	is_narrow(block)
} else := false

# An exception for administrators or a system's account opens the door for no pod of a user, nor one for deletions.
is_opening(block) if {
	count([field | some field in {"subjects", "roles", "clusterRoles"}; count(objects.sequence(block, [field])) > 0]) == 0
	sees_new_pods(objects.sequence(block, ["resources", "operations"]))
}

sees_new_pods([])

sees_new_pods(operations) if "CREATE" in operations

# Scopes in which a violation of the rule is refused; the rule's word wins over the policy's.
kyverno_enforced(policy, rule) := action_scopes(
	rule.validate.failureAction,
	objects.sequence(rule, ["validate", "failureActionOverrides"]),
) if {
	rule.validate.failureAction
} else := action_scopes(
	object.get(policy.manifest, ["spec", "validationFailureAction"], "Audit"),
	objects.sequence(policy.manifest, ["spec", "validationFailureActionOverrides"]),
)

action_scopes(action, overrides) := [scope_of([], [], [action_scope(override) |
	some override in overrides
	lower(override.action) != "enforce"
])] if {
	lower(action) == "enforce"
} else := [action_scope(override) |
	some override in overrides
	lower(override.action) == "enforce"
]

action_scope(override) := scope_of([namespace_selector(override)], given_names(override, ["namespaces"]), [])

kyverno_about(rule) := {thing |
	some thing, guard in guards
	keeps_out(rule.validate.podSecurity.level, object.get(rule.validate.podSecurity, "version", "latest"), thing)
	count([control |
		some control in objects.sequence(rule, ["validate", "podSecurity", "exclude"])
		control.controlName in guard.controls
	]) == 0
} if {
	rule.validate.podSecurity
} else := spoken_of(json.marshal(object.remove(rule.validate, ["message"])))

# No PolicyException names the rule; the old kind names rules, the new one whole policies.
not_excepted(policy, rule) := count([exception |
	some exception in objects.of("PolicyException")
	names_rule(exception.manifest.spec, policy, rule)
]) == 0

names_rule(spec, policy, rule) if {
	some excepted in objects.sequence(spec, ["exceptions"])
	excepted.policyName in {policy.name, sprintf("%s/%s", [policy.namespace, policy.name])}
	some pattern in excepted.ruleNames
	glob.match(pattern, null, rule)
}

names_rule(spec, policy, _) if {
	some reference in objects.sequence(spec, ["policyRefs"])
	reference.name == policy.name
}

# ---- Kubewarden -------------------------------------------------------------------------------------------------------

# Modules of the project whose names say less than what they refuse.
kubewarden_modules := {
	"host-namespaces": {
		"hostPID": "allow_host_pid", "hostIPC": "allow_host_ipc", "hostNetwork": "allow_host_network",
	},
	"allow-privilege-escalation": {"allowPrivilegeEscalation": "default_allow_privilege_escalation"},
}

kubewarden_about(spec) := {thing |
	some name, things in kubewarden_modules
	contains(object.get(spec, "module", ""), name)
	some thing, switch in things
	object.get(spec, ["settings", switch], false) != true
} | spoken_of(json.marshal(spec))

# ---- webhooks ---------------------------------------------------------------------------------------------------------

# The engine's own webhooks, where they were seen, decide which namespaces it hears of, and what happens while it is away.
heard(p, _) if count(hooks_of(p)) == 0

heard(p, name) if {
	some hook in hooks_of(p)
	hook_selects(hook, name)
	is_closed(hook)
}

heard_while_up(p, name) if {
	some hook in hooks_of(p)
	hook_selects(hook, name)
}

hooks_of(p) := [hook |
	some o in objects.of("ValidatingWebhookConfiguration")
	contains(lower(o.name), lower(split(p.name, " ")[0]))
	some hook in o.manifest.webhooks
	takes_pods(objects.sequence(hook, ["rules"]))
]

hook_selects(hook, name) if objects.selects(namespace_selector(hook), objects.namespace_labels(name))

is_closed(hook) if object.get(hook, "failurePolicy", "Fail") == "Fail"

# A webhook on pods that we do not know may or may not be a policy engine.
unknown_hooks contains {"name": o.name, "hook": hook} if {
	some o in objects.of("ValidatingWebhookConfiguration")
	not regex.match(`gatekeeper|kyverno|kubewarden`, o.name)
	some hook in o.manifest.webhooks
	is_closed(hook)
	takes_pods(objects.sequence(hook, ["rules"]))
}

unknown_webhooks := {each.name | some each in unknown_hooks}

unknown_webhooks_of(name) := {each.name | some each in unknown_hooks; hook_selects(each.hook, name)}

# ---- answers --------------------------------------------------------------------------------------------------------

fits(scope, name) if {
	every selector in scope.selectors { objects.selects(selector, objects.namespace_labels(name)) }
	every names in scope.only { is_among(names, name) }
}

reaches(scope, name) if {
	fits(scope, name)
	every excluded in scope.excluded { not fits(excluded, name) }
}

is_among(names, name) if {
	some pattern in names
	glob.match(pattern, null, name)
}

# Policies that surely work in a namespace, and those of which only a person can tell.
working(name) := [p | some p in policies; p.sure == true; reaches(p.scope, name); heard(p, name)]

doubtful(name) := array.concat(
	[p | some p in policies; p.sure == false; reaches(p.scope, name); heard(p, name)],
	[p | some p in policies; reaches(p.scope, name); not heard(p, name); heard_while_up(p, name)],
)

# Some mechanism refuses pods in this namespace.
mechanism(name) := sprintf("Pod Security Admission, enforce=%s", [level(name)]) if {
	level(name) in {"baseline", "restricted"}
}

else := found[0].name if found := working(name)

# Nothing surely refuses pods there, but something may.
doubts(name) := doubt([p.name | some p in doubtful(name)], unknown_webhooks_of(name)) if not mechanism(name)

else := default_unread if {
	may_have_default(name)
	not mechanism(name)
}

# The cluster-wide default stands in a file that was not collected.
may_have_default(name) if {
	not is_switched_off
	not objects.namespace_labels(name)["pod-security.kubernetes.io/enforce"]
	some c in apiserver.servers
	apiserver.plugin_unread(c, "PodSecurity")
}

default_unread := {
	"en": "the configuration of PodSecurity that --admission-control-config-file names was not collected",
	"zh": "未采集到 --admission-control-config-file 指向的 PodSecurity 配置",
}

doubt(_, webhooks) := {
	"en": sprintf("a webhook on pods may be a policy engine: %s", [concat(", ", webhooks)]),
	"zh": sprintf("存在作用于 Pod 的未知准入 Webhook，可能是策略引擎：%s", [concat(", ", webhooks)]),
} if {
	count(webhooks) > 0
}

doubt(names, webhooks) := doubt_of_policies(names) if {
	count(webhooks) == 0
	count(names) > 0
}

doubt_of_policies(names) := {
	"en": sprintf("whether this policy refuses such pods is for a person to say (conditions, exceptions, rules of its own, or a webhook that may fail open): %s", [concat(", ", names)]),
	"zh": sprintf("该策略是否拒绝此类 Pod 需人工判断（含条件、例外、自定义规则，或 Webhook 失效时放行）：%s", [concat("，", names)]),
}

# Something refuses this very thing in this namespace.
forbids(name, thing) if keeps_out(level(name), version(name), thing)

forbids(name, thing) if {
	some p in working(name)
	thing in p.about
}

# Namespaces where something may refuse it.
unproven(thing) := {namespace.subject: why |
	some namespace in user_namespaces
	not forbids(namespace.name, thing)
	why := why_unproven(namespace.name, thing)
}

why_unproven(name, thing) := why if {
	why := doubt([p.name | some p in doubtful(name); thing in p.about], unknown_webhooks_of(name))
} else := default_unread if may_have_default(name)

# ---- a level as a whole ---------------------------------------------------------------------------------------------

# What each level of the Pod Security Standards keeps out, and the controls of the benchmark that ask for it.
controls_of := {
	"baseline": {
		"privileged": "5.2.2", "hostPID": "5.2.3", "hostIPC": "5.2.4", "hostNetwork": "5.2.5", "hostProcess": "5.2.10",
		"hostPath": "5.2.11", "hostPort": "5.2.12",
	},
	"restricted": {"allowPrivilegeEscalation": "5.2.6", "runAsNonRoot": "5.2.7", "NET_RAW": "5.2.8", "capabilities": "5.2.9"},
}

level_of := {thing: wanted | some wanted, things in controls_of; some thing in object.keys(things)}

# Things of a level that nothing keeps out, by the subject of the namespace; those that something may keep out apart.
lacking(wanted) := {namespace.subject: things |
	some namespace in user_namespaces
	things := {thing |
		some thing in object.keys(controls_of[wanted])
		not forbids(namespace.name, thing)
		not why_unproven(namespace.name, thing)
	}
	count(things) > 0
}

doubted(wanted) := {namespace.subject: why |
	some namespace in user_namespaces
	why := [found |
		some thing in sort(object.keys(controls_of[wanted]))
		not forbids(namespace.name, thing)
		found := why_unproven(namespace.name, thing)
	][0]
}

# Where a namespace lacks something else of the level, that is its failure, and the doubt stands beside it.
doubted_apart(thing) := {subject: why |
	some subject, why in unproven(thing)
	lacking(level_of[thing])[subject]
}

level_compliant(wanted) := (subjects - object.keys(lacking(wanted))) - object.keys(doubted(wanted))

level_undecided(wanted) := {subject: why |
	some subject, why in doubted(wanted)
	not lacking(wanted)[subject]
}

level_reasons(wanted) := {o.subject: {
	"expected": {
		"en": sprintf("pod-security.kubernetes.io/enforce: %s, or enforcing policies to the same end", [wanted]),
		"zh": sprintf("命名空间标签 pod-security.kubernetes.io/enforce: %s，或同等效力的强制准入策略", [wanted]),
	},
	"actual": texts.said("%s; nothing refuses %s", "%s；未拒绝 %s", [enforced(o.name), concat(", ", sort(things))]),
	"pointer": "/metadata/labels",
	"patch": label_patch(o, wanted),
	"controls": sort([controls_of[wanted][thing] | some thing in things]),
} |
	some o in user_namespaces
	things := lacking(wanted)[o.subject]
}

enforced(name) := switched_off if {
	is_switched_off
	count(working(name)) == 0
} else := sprintf("enforce=%s%s", [level(name), pinned(name)]) if {
	level(name)
} else := {"en": "no level enforced, and no policy against it", "zh": "未强制任何级别，也没有相应的准入策略"}

switched_off := {
	"en": "--disable-admission-plugins=PodSecurity, and no policy against it",
	"zh": "--disable-admission-plugins=PodSecurity，且没有相应的准入策略",
}

# The version that a level is held at, where it asks for less than today's.
pinned(name) := sprintf(", enforce-version=%s", [version(name)]) if {
	is_behind(name)
} else := ""

is_behind(name) if {
	some thing, guard in guards
	minor(version(name)) < object.get(guard, "since", 0)
}

# A label helps nobody while the plug-in is off.
label_patch(_, _) := [] if is_switched_off

label_patch(o, wanted) := array.concat(
	[{"op": "add", "path": "/metadata/labels/pod-security.kubernetes.io~1enforce", "value": wanted}],
	[{"op": "add", "path": "/metadata/labels/pod-security.kubernetes.io~1enforce-version", "value": "latest"} |
		is_behind(o.name)
	],
) if {
	not is_switched_off
	is_object(o.manifest.metadata.labels)
} else := [{
	"op": "add",
	"path": "/metadata/labels",
	"value": {"pod-security.kubernetes.io/enforce": wanted},
}] if {
	not is_switched_off
}
