package lib.admission_test

import data.lib.admission

namespace(name, labels) := {
	"subject": sprintf("Namespace/%s", [name]), "namespace": "", "name": name, "api_version": "v1",
	"manifest": {"metadata": {"name": name, "labels": labels}},
}

pod(name) := {
	"subject": sprintf("Pod/%s/p", [name]), "kind": "Pod", "namespace": name, "name": "p", "labels": {}, "spec": {},
	"containers": [],
}

# One namespace of users, "shop", and what guards it.
cluster(objects) := {
	"components": [], "pods": [pod("shop")],
	"objects": object.union({"Namespace": [namespace("shop", {"team": "a"})]}, objects),
}

made(api_version, kind, place, spec) := {
	"subject": concat("/", [kind, "p"]), "namespace": place, "name": "p", "api_version": api_version,
	"manifest": {"metadata": {"name": "p"}, "spec": spec},
}

# Something surely refuses pods in the namespace.
works(objects) if count(admission.working("shop")) > 0 with input as cluster(objects)

# Nothing surely does, and a person must say whether something does.
is_for_a_person(objects) if {
	not works(objects)
	count(admission.doubtful("shop")) > 0 with input as cluster(objects)
}

does_nothing(objects) if {
	not works(objects)
	not is_for_a_person(objects)
}

refused(objects) := {thing |
	some thing, _ in admission.guards
	admission.forbids("shop", thing) with input as cluster(objects)
}

# ---- Pod Security Admission -----------------------------------------------------------------------------------------

server(flags, configuration) := {
	"component": "kube-apiserver", "subject": "kube-apiserver@n", "node": "n", "flags": flags,
	"files": {"admission_config": {"plugins": [{"name": "PodSecurity", "configuration": configuration}]}},
}

labelled(level) := {"Namespace": [namespace("shop", {"pod-security.kubernetes.io/enforce": level})]}

test_baseline_refuses_less_than_restricted if {
	refused(labelled("restricted")) == object.keys(admission.guards)
	refused(labelled("privileged")) == set()
	object.keys(admission.guards) - refused(labelled("baseline")) == {
		"allowPrivilegeEscalation", "runAsNonRoot", "NET_RAW", "capabilities",
	}
}

test_labels_are_mere_labels_where_the_plug_in_is_off if {
	off := server({"disable-admission-plugins": ["PodSecurity"]}, {"defaults": {"enforce": "restricted"}})
	given := object.union(cluster(labelled("restricted")), {"components": [off]})
	not admission.mechanism("shop") with input as given
	admission.forbidding("privileged") == set() with input as given
	said := admission.level_reasons("baseline")["Namespace/shop"] with input as given
	startswith(said.actual.en, admission.switched_off.en)
	said.patch == []
}

test_a_default_without_the_plug_in_is_none if {
	off := server({"disable-admission-plugins": ["PodSecurity"]}, {"defaults": {"enforce": "restricted"}})
	not admission.level("shop") with input as object.union(cluster({}), {"components": [off]})
}

test_a_policy_is_named_although_the_plug_in_is_off if {
	off := server({"disable-admission-plugins": ["PodSecurity"]}, {})
	given := object.union(cluster(on_pods({}, {}, {})), {"components": [off]})
	admission.mechanism("shop") == "ValidatingAdmissionPolicy p" with input as given
	not "privileged" in admission.lacking("baseline")["Namespace/shop"] with input as given
	"hostPID" in admission.lacking("baseline")["Namespace/shop"] with input as given
}

test_the_patch_adds_a_label_or_all_labels if {
	said := admission.level_reasons("restricted")["Namespace/shop"] with input as cluster({})
	said.patch == [{"op": "add", "path": "/metadata/labels/pod-security.kubernetes.io~1enforce", "value": "restricted"}]
	said.expected.zh != ""
	bare := object.union(namespace("shop", {}), {"manifest": {"metadata": {"labels": null}}})
	other := admission.level_reasons("restricted")["Namespace/shop"] with input as cluster({"Namespace": [bare]})
	other.patch == [{"op": "add", "path": "/metadata/labels", "value": {"pod-security.kubernetes.io/enforce": "restricted"}}]
}

test_a_label_wins_over_the_default_which_is_not_for_exempt_namespaces if {
	strong := [server({}, {"defaults": {"enforce": "restricted"}, "exemptions": {"namespaces": ["shop"]}})]
	not admission.level("shop") with input as object.union(cluster({}), {"components": strong})
	admission.level("other") == "restricted" with input as object.union(cluster({}), {"components": strong})
	admission.level("shop") == "baseline" with input as object.union(cluster(labelled("baseline")), {"components": strong})
	open := [server({}, {"defaults": {"enforce": "restricted"}})]
	admission.level("shop") == "privileged" with input as object.union(cluster(labelled("privileged")), {"components": open})
}

test_the_weakest_default_of_several_servers_counts if {
	strong := server({}, {"defaults": {"enforce": "restricted"}})
	weaker := server({}, {"defaults": {"enforce": "baseline"}})
	none := object.union(server({}, {}), {"files": {"admission_config": {"plugins": []}}})
	admission.level("shop") == "baseline" with input as object.union(cluster({}), {"components": [strong, weaker]})
	admission.level("shop") == "restricted" with input as object.union(cluster({}), {"components": [strong, strong]})
	not admission.mechanism("shop") with input as object.union(cluster({}), {"components": [strong, none]})
	not admission.mechanism("shop") with input as cluster({})
}

test_a_default_that_was_not_collected_is_undecided if {
	unread := json.remove(server({"admission-control-config-file": ["/c"]}, {}), ["/files/admission_config"])
	given := object.union(cluster({}), {"components": [unread]})
	contains(admission.doubts("shop").zh, "PodSecurity") with input as given
	object.keys(admission.unproven("hostPID")) == {"Namespace/shop"} with input as given
	in_another_file := object.union(server({}, {}), {"files": {"admission_config": {"plugins": [{"name": "PodSecurity", "path": "/p"}]}}})
	contains(admission.doubts("shop").zh, "PodSecurity") with input as object.union(cluster({}), {"components": [in_another_file]})
}

test_a_default_that_was_not_collected_matters_only_without_a_label if {
	unread := json.remove(server({"admission-control-config-file": ["/c"]}, {}), ["/files/admission_config"])
	every level in ["privileged", "baseline"] {
		not admission.doubts("shop") with input as object.union(cluster(labelled(level)), {"components": [unread]})
	}
	admission.unproven("hostPID") == {} with input as object.union(cluster(labelled("privileged")), {"components": [unread]})
	off := object.union(unread, {"flags": {"disable-admission-plugins": ["PodSecurity"]}})
	not admission.doubts("shop") with input as object.union(cluster({}), {"components": [off]})
	not admission.doubts("shop") with input as object.union(cluster({}), {"components": [server({}, {})]})
	not admission.doubts("shop") with input as object.union(cluster(kubewarden({})), {"components": [unread]})
}

# ---- ValidatingAdmissionPolicy --------------------------------------------------------------------------------------

pods_rule := {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}

privileged := {"validations": [{"expression": "object.spec.containers.all(c, !c.securityContext.privileged)"}]}

# A policy on pods with changes to its first rule, to what it matches, and to what its binding matches.
on_pods(rule, constraints, narrowed) := bound(
	object.union({"matchConstraints": object.union({"resourceRules": [object.union(pods_rule, rule)]}, constraints)}, privileged),
	{"matchResources": narrowed},
)

bound(policy, binding) := {
	"ValidatingAdmissionPolicy": [made("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "", policy)],
	"ValidatingAdmissionPolicyBinding": [made(
		"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "",
		object.union({"policyName": "p", "validationActions": ["Deny"]}, binding),
	)],
}

test_good_policy_sees_every_new_pod if {
	every rule in [
		{}, {"operations": ["CREATE", "UPDATE"]}, {"operations": ["*"]}, {"apiGroups": ["*"], "resources": ["*"]},
		{"resources": ["*/*"]}, {"scope": "Namespaced"}, {"scope": "*"}, {"resourceNames": []},
	] {
		works(on_pods(rule, {}, {}))
	}
}

test_bad_policy_does_not_see_every_new_pod if {
	every rule in [
		{"operations": ["DELETE"]}, {"operations": ["UPDATE"]}, {"apiGroups": ["apps"]}, {"resources": ["pods/exec"]},
		{"resources": ["deployments"]}, {"scope": "Cluster"}, {"resourceNames": ["web"]}, {"resources": []},
	] {
		does_nothing(on_pods(rule, {}, {}))
	}
	does_nothing(bound(privileged, {}))
}

test_bad_policy_without_every_pod_in_the_end if {
	every narrowed in [
		{"objectSelector": {"matchLabels": {"tier": "web"}}}, {"excludeResourceRules": [pods_rule]},
		{"namespaceSelector": {"matchLabels": {"team": "b"}}},
	] {
		does_nothing(on_pods({}, narrowed, {}))
		does_nothing(on_pods({}, {}, narrowed))
	}
	does_nothing(on_pods({}, {}, {"resourceRules": [object.union(pods_rule, {"operations": ["DELETE"]})]}))
}

test_good_policy_for_the_namespace if {
	by_name := {"namespaceSelector": {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["shop"]}]}}
	by_label := {"namespaceSelector": {"matchLabels": {"team": "a"}}}
	works(on_pods({}, by_name, by_label))
	works(on_pods({}, {}, {"resourceRules": [pods_rule]}))
	works(on_pods({}, {"excludeResourceRules": [object.union(pods_rule, {"apiGroups": ["apps"]})]}, {}))
}

test_bad_policy_that_fails_open_or_is_bound_to_nothing if {
	policy := object.union({"matchConstraints": {"resourceRules": [pods_rule]}}, privileged)
	works(bound(policy, {}))
	does_nothing(bound(object.union(policy, {"failurePolicy": "Ignore"}), {}))
	does_nothing(bound(policy, {"policyName": "other"}))
	does_nothing(bound(policy, {"validationActions": ["Audit", "Warn"]}))
}

test_conditions_on_who_asks_leave_no_pod_out if {
	policy := object.union({"matchConstraints": {"resourceRules": [pods_rule]}}, privileged)
	asks := {"name": "a", "expression": "!('system:nodes' in request.userInfo.groups)"}
	other := {"name": "b", "expression": "!has(object.metadata.labels.skip)"}
	works(bound(object.union(policy, {"matchConditions": [asks]}), {}))
	is_for_a_person(bound(object.union(policy, {"matchConditions": [asks, other]}), {}))
}

test_a_policy_refuses_what_its_expressions_speak_of if {
	policy := {
		"matchConstraints": {"resourceRules": [pods_rule]},
		"variables": [{"name": "v", "expression": "object.spec.hostPID"}],
		"validations": [{"expression": "!variables.v", "message": "neither hostIPC nor hostPath"}],
	}
	refused(bound(policy, {})) == {"hostPID"}
	refused(bound(object.remove(policy, ["variables", "validations"]), {})) == set()
}

test_all_words_of_one_list_must_be_spoken if {
	admission.spoken_of(`"drop" and "ALL"`) == {"capabilities", "NET_RAW"}
	admission.spoken_of(`"drop" and "NET_RAW"`) == {"NET_RAW"}
	admission.spoken_of(`"drop"`) == set()
	admission.spoken_of("runAsUser") == {"runAsNonRoot"}
}

# ---- Gatekeeper -----------------------------------------------------------------------------------------------------

constraint(kind, spec) := {kind: [made("constraints.gatekeeper.sh/v1beta1", kind, "", spec)]}

privileged_constraint(spec) := constraint("K8sPSPPrivilegedContainer", spec)

test_good_constraint_sees_pods if {
	every match in [
		{}, {"kinds": []}, {"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}]}, {"kinds": [{"kinds": ["Pod"]}]},
		{"kinds": [{"apiGroups": ["*"], "kinds": ["*"]}]}, {"kinds": [{"apiGroups": [""]}]}, {"scope": "*"},
		{"scope": "Namespaced"}, {"namespaces": ["sh*"]}, {"excludedNamespaces": ["other"]},
		{"namespaceSelector": {"matchLabels": {"team": "a"}}},
		{"kinds": [{"apiGroups": ["apps"], "kinds": ["Deployment"]}, {"apiGroups": ["", "apps"], "kinds": ["Pod"]}]},
	] {
		works(privileged_constraint({"match": match}))
	}
}

test_bad_constraint_does_not_see_every_pod if {
	every match in [
		{"kinds": [{"apiGroups": ["apps"], "kinds": ["Deployment"]}]}, {"kinds": [{"apiGroups": ["apps"], "kinds": ["Pod"]}]},
		{"scope": "Cluster"}, {"labelSelector": {"matchLabels": {"x": "y"}}}, {"namespaces": ["prod"]},
		{"excludedNamespaces": ["shop"]}, {"namespaceSelector": {"matchLabels": {"team": "b"}}},
		{"kinds": [{"apiGroups": ["apps"], "kinds": ["*"]}]}, {"kinds": [{"apiGroups": [""], "kinds": ["Service"]}]},
	] {
		does_nothing(privileged_constraint({"match": match}))
	}
}

test_a_constraint_denies_by_default_and_at_admission if {
	works(privileged_constraint({"enforcementAction": "deny"}))
	does_nothing(privileged_constraint({"enforcementAction": "warn"}))
	every point in ["*", "validation.gatekeeper.sh"] {
		works(privileged_constraint({"enforcementAction": "scoped", "scopedEnforcementActions": [{"action": "deny", "enforcementPoints": [{"name": point}]}]}))
	}
	does_nothing(privileged_constraint({"enforcementAction": "scoped", "scopedEnforcementActions": [{"action": "warn", "enforcementPoints": [{"name": "*"}]}]}))
	does_nothing(privileged_constraint({"enforcementAction": "scoped", "scopedEnforcementActions": [{"action": "deny", "enforcementPoints": [{"name": "audit.gatekeeper.sh"}]}]}))
	does_nothing(privileged_constraint({"enforcementAction": "warn", "scopedEnforcementActions": [{"action": "deny", "enforcementPoints": [{"name": "*"}]}]}))
}

exempting(processes, names) := object.union(privileged_constraint({}), {"Config": [made(
	"config.gatekeeper.sh/v1alpha1", "Config", "gatekeeper-system",
	{"match": [{"processes": processes, "excludedNamespaces": names}]},
)]})

test_the_configuration_of_gatekeeper_exempts_namespaces if {
	does_nothing(exempting(["*"], ["shop"]))
	does_nothing(exempting(["audit", "webhook"], ["sh*"]))
	works(exempting(["audit"], ["shop"]))
	works(exempting(["*"], ["other"]))
}

test_images_that_a_constraint_exempts_are_for_a_person if {
	is_for_a_person(privileged_constraint({"parameters": {"exemptImages": ["r/*"]}}))
	works(privileged_constraint({"parameters": {"exemptImages": []}}))
}

test_what_a_constraint_of_the_library_refuses if {
	refused(privileged_constraint({})) == {"privileged"}
	refused(constraint("K8sPSPHostNamespace", {})) == {"hostPID", "hostIPC"}
	refused(constraint("K8sPSPHostProcess", {})) == {"hostProcess"}
	refused(constraint("K8sPSPAllowPrivilegeEscalationContainer", {})) == {"allowPrivilegeEscalation"}
}

test_a_constraint_of_the_library_on_other_things_refuses_none_of_these if {
	works(constraint("K8sAllowedRepos", {}))
	refused(constraint("K8sAllowedRepos", {"parameters": {"note": "privileged hostPID"}})) == set()
}

ports(given) := refused(constraint("K8sPSPHostNetworkingPorts", {"parameters": given}))

test_ports_and_network_of_the_host_by_parameters if {
	ports({"hostNetwork": false, "min": 0, "max": 0}) == {"hostNetwork", "hostPort"}
	ports({"hostNetwork": true, "max": 0}) == {"hostPort"}
	ports({"hostNetwork": false, "min": 80, "max": 9000}) == {"hostNetwork"}
	ports({}) == {"hostNetwork"}
}

capabilities(given) := refused(constraint("K8sPSPCapabilities", {"parameters": given}))

test_capabilities_by_parameters if {
	capabilities({"requiredDropCapabilities": ["ALL"]}) == {"NET_RAW", "capabilities"}
	capabilities({"requiredDropCapabilities": ["all"], "allowedCapabilities": ["NET_BIND_SERVICE"]}) == {"NET_RAW", "capabilities"}
	capabilities({"requiredDropCapabilities": ["ALL"], "allowedCapabilities": ["*"]}) == set()
	capabilities({"requiredDropCapabilities": ["ALL"], "allowedCapabilities": ["SYS_TIME"]}) == {"NET_RAW"}
	capabilities({"requiredDropCapabilities": ["ALL"], "allowedCapabilities": ["net_raw"]}) == set()
	capabilities({"requiredDropCapabilities": ["NET_RAW"]}) == {"NET_RAW"}
	capabilities({"requiredDropCapabilities": ["MKNOD"]}) == set()
	capabilities({}) == set()
}

users(given) := refused(constraint("K8sPSPAllowedUsers", {"parameters": {"runAsUser": given}}))

test_users_by_parameters if {
	users({"rule": "MustRunAsNonRoot"}) == {"runAsNonRoot"}
	users({"rule": "MustRunAs", "ranges": [{"min": 1000, "max": 2000}]}) == {"runAsNonRoot"}
	users({"rule": "MustRunAs", "ranges": [{"min": 1000, "max": 2000}, {"min": 0, "max": 10}]}) == set()
	users({"rule": "MustRunAs"}) == set()
	users({"rule": "RunAsAny"}) == set()
	users({"rule": "RunAsAny", "ranges": [{"min": 1000, "max": 2000}]}) == set()
	users({}) == set()
}

types(given) := refused(constraint("K8sPSPVolumeTypes", {"parameters": {"volumes": given}}))

paths(given) := refused(constraint("K8sPSPHostFilesystem", {"parameters": {"allowedHostPaths": given}}))

test_volumes_by_parameters if {
	types(["configMap", "secret"]) == {"hostPath"}
	types(["configMap", "hostPath"]) == set()
	types(["*"]) == set()
	paths([]) == {"hostPath"}
	paths([{"pathPrefix": "/"}]) == set()
}

test_a_template_of_ones_own_is_for_a_person if {
	template := {
		"subject": "ConstraintTemplate/corphost", "namespace": "", "name": "corphost",
		"api_version": "templates.gatekeeper.sh/v1",
		"manifest": {"spec": {"targets": [{"rego": "input.review.object.spec.hostPID"}]}},
	}
	given := object.union(constraint("CorpHost", {}), {"ConstraintTemplate": [template]})
	is_for_a_person(given)
	why := admission.unproven("hostPID") with input as cluster(given)
	contains(why["Namespace/shop"].en, "Gatekeeper p")
	admission.unproven("hostIPC") == {} with input as cluster(given)
	other := object.union(template, {"name": "other"})
	admission.unproven("hostPID") == {} with input as cluster(object.union(given, {"ConstraintTemplate": [other]}))
}

test_a_kind_of_another_group_is_no_constraint if {
	does_nothing({"K8sPSPPrivilegedContainer": [made("acme.io/v1", "K8sPSPPrivilegedContainer", "", {})]})
}

# ---- Kyverno --------------------------------------------------------------------------------------------------------

baseline := {"name": "r", "validate": {"podSecurity": {"level": "baseline", "version": "latest"}}}

any_of(resources) := {"match": {"any": [{"resources": resources}]}}

pods_of_kyverno := {"kinds": ["Pod"]}

kyverno(rule, spec) := {"ClusterPolicy": [made(
	"kyverno.io/v1", "ClusterPolicy", "",
	object.union({"validationFailureAction": "Enforce", "rules": [object.union(baseline, rule)]}, spec),
)]}

matching(rule) := kyverno(rule, {})

test_good_rule_of_kyverno_takes_every_pod if {
	every kind in ["Pod", "*", "v1/Pod", "*/Pod", "v1/*", "*/*/Pod", "*/*"] {
		works(matching(any_of({"kinds": [kind]})))
		works(matching({"match": {"all": [{"resources": {"kinds": [kind]}}]}}))
		works(matching({"match": {"resources": {"kinds": [kind]}}}))
	}
	every resources in [
		{"name": "*"}, {"names": ["*", "x"]}, {"namespaces": ["sh?p"]}, {"operations": ["CREATE"]}, {"operations": []},
		{"namespaceSelector": {"matchLabels": {"team": "a"}}}, {"selector": {}},
	] {
		works(matching(any_of(object.union(pods_of_kyverno, resources))))
		works(matching({"match": {"all": [{"resources": object.union(pods_of_kyverno, resources)}]}}))
	}
	works(matching({}))
}

test_bad_rule_of_kyverno_leaves_pods_out if {
	every kind in ["Deployment", "apps/Pod", "Pod/exec", "Pods", "apps/*"] {
		does_nothing(matching(any_of({"kinds": [kind]})))
		does_nothing(matching({"match": {"resources": {"kinds": [kind]}}}))
	}
	every resources in [
		{"name": "web"}, {"names": ["web"]}, {"namespaces": ["prod-*"]}, {"operations": ["DELETE"]},
		{"namespaceSelector": {"matchLabels": {"team": "b"}}}, {"selector": {"matchLabels": {"x": "y"}}},
		{"annotations": {"x": "y"}},
	] {
		does_nothing(matching(any_of(object.union(pods_of_kyverno, resources))))
		does_nothing(matching({"match": {"all": [{"resources": object.union(pods_of_kyverno, resources)}]}}))
	}
	every askers in [{"subjects": [{"kind": "User", "name": "jane"}]}, {"roles": ["r"]}, {"clusterRoles": ["c"]}] {
		does_nothing(matching({"match": {"any": [object.union({"resources": pods_of_kyverno}, askers)]}}))
	}
}

test_one_block_of_any_is_enough_and_all_must_hold if {
	here := {"resources": pods_of_kyverno}
	elsewhere := {"resources": {"kinds": ["Pod"], "namespaces": ["other"]}}
	works(matching({"match": {"any": [elsewhere, here]}}))
	does_nothing(matching({"match": {"any": [elsewhere]}}))
	does_nothing(matching({"match": {"all": [elsewhere, here]}}))
	does_nothing(matching({"match": {"all": [here, {"resources": {"kinds": ["Deployment"]}}]}}))
}

of_one(name) := {"Policy": [made("kyverno.io/v1", "Policy", name, matching({}).ClusterPolicy[0].manifest.spec)]}

test_a_policy_of_a_namespace_is_for_that_one if {
	works(of_one("shop"))
	does_nothing(of_one("other"))
}

test_kyverno_enforces_at_admission_only if {
	works(kyverno({}, {"validationFailureAction": "enforce"}))
	works(kyverno({}, {"admission": true}))
	does_nothing(kyverno({}, {"admission": false}))
	does_nothing(kyverno({}, {"validationFailureAction": "Audit"}))
	unset := kyverno({}, {}).ClusterPolicy[0]
	does_nothing({"ClusterPolicy": [json.remove(unset, ["/manifest/spec/validationFailureAction"])]})
	does_nothing({"ClusterPolicy": [json.remove(unset, ["/manifest/spec/rules/0/validate"])]})
}

test_overrides_change_what_happens_in_a_namespace if {
	every override in [{"namespaces": ["shop"]}, {"namespaceSelector": {"matchLabels": {"team": "a"}}}] {
		audits := object.union(override, {"action": "Audit"})
		enforces := object.union(override, {"action": "enforce"})
		does_nothing(kyverno({}, {"validationFailureActionOverrides": [audits]}))
		works(kyverno({}, {"validationFailureActionOverrides": [enforces]}))
		works(kyverno({}, {"validationFailureAction": "Audit", "validationFailureActionOverrides": [enforces]}))
		does_nothing(kyverno({}, {"validationFailureAction": "Audit", "validationFailureActionOverrides": [audits]}))
	}
	every override in [{"namespaces": ["other"]}, {"namespaceSelector": {"matchLabels": {"team": "b"}}}] {
		works(kyverno({}, {"validationFailureActionOverrides": [object.union(override, {"action": "Audit"})]}))
	}
}

said(action, overrides) := {"validate": {"failureAction": action, "failureActionOverrides": overrides}}

test_the_word_of_the_rule_wins_over_that_of_the_policy if {
	works(kyverno(said("Enforce", []), {"validationFailureAction": "Audit"}))
	does_nothing(kyverno(said("Audit", []), {}))
	does_nothing(kyverno(said("Enforce", [{"action": "Audit", "namespaces": ["shop"]}]), {}))
	works(kyverno(said("Audit", [{"action": "Enforce", "namespaces": ["shop"]}]), {}))
	works(kyverno(said("Enforce", []), {"validationFailureActionOverrides": [{"action": "Audit", "namespaces": ["shop"]}]}))
}

test_bad_rule_that_excludes_the_namespace if {
	here := {"resources": {"kinds": ["Pod"], "namespaces": ["shop"]}}
	does_nothing(matching({"exclude": {"any": [here]}}))
	does_nothing(matching({"exclude": {"all": [here]}}))
	does_nothing(matching({"exclude": here}))
	does_nothing(matching({"exclude": {"any": [{"resources": {"namespaceSelector": {"matchLabels": {"team": "a"}}}}]}}))
}

test_good_rule_that_excludes_something_else if {
	every block in [
		{"resources": {"kinds": ["Deployment"], "namespaces": ["shop"]}},
		{"resources": {"kinds": ["Pod"], "namespaces": ["other"]}},
		{"resources": {"kinds": ["Pod"], "operations": ["DELETE"]}},
		{"resources": {"kinds": ["Pod"]}, "clusterRoles": ["cluster-admin"]},
		{"resources": {"kinds": ["Pod"]}, "subjects": [{"kind": "User", "name": "jane"}]},
		{"resources": {"kinds": ["Pod"]}, "roles": ["r"]},
	] {
		works(matching({"exclude": {"any": [block]}}))
		works(matching({"exclude": {"all": [block]}}))
		works(matching({"exclude": block}))
	}
	works(matching({"exclude": {"any": [{"clusterRoles": ["cluster-admin"]}]}}))
	works(matching({"exclude": {"all": [{"clusterRoles": ["cluster-admin"]}]}}))
	works(matching({"exclude": {"all": [
		{"resources": {"kinds": ["Pod"], "namespaces": ["shop"]}}, {"resources": {"namespaces": ["other"]}},
	]}}))
}

test_exclusions_of_some_pods_are_for_a_person if {
	some_pods := {"resources": {"kinds": ["Pod"], "names": ["x-*"]}}
	is_for_a_person(matching({"exclude": {"any": [some_pods]}}))
	is_for_a_person(matching({"exclude": {"all": [{"resources": {"namespaces": ["shop"]}}, some_pods]}}))
	is_for_a_person(matching({"exclude": some_pods}))
	is_for_a_person(matching({"exclude": {"any": [{"resources": {"selector": {"matchLabels": {"x": "y"}}}}]}}))
}

test_preconditions_are_for_a_person_unless_they_are_on_who_asks if {
	asks := {"key": "{{ request.operation }}", "operator": "NotEquals", "value": "DELETE"}
	other := {"key": "{{ request.object.metadata.labels.x }}", "operator": "Equals", "value": "y"}
	every way in ["any", "all"] {
		works(matching({"preconditions": {way: [asks]}}))
		is_for_a_person(matching({"preconditions": {way: [asks, other]}}))
	}
}

test_exceptions_to_a_rule_are_for_a_person if {
	every excepted in [
		{"policyName": "p", "ruleNames": ["r"]}, {"policyName": "p", "ruleNames": ["x", "*"]},
	] {
		is_for_a_person(object.union(matching({}), {"PolicyException": [made("kyverno.io/v2", "PolicyException", "kyverno", {"exceptions": [excepted]})]}))
	}
	every excepted in [
		{"policyName": "other", "ruleNames": ["r"]}, {"policyName": "p", "ruleNames": ["s*"]}, {"policyName": "p"},
	] {
		works(object.union(matching({}), {"PolicyException": [made("kyverno.io/v2", "PolicyException", "kyverno", {"exceptions": [excepted]})]}))
	}
	dotted := object.union(matching({"name": "r.v1"}), {"PolicyException": [made("kyverno.io/v2", "PolicyException", "kyverno", {"exceptions": [{"policyName": "p", "ruleNames": ["r*"]}]})]})
	is_for_a_person(dotted)
}

excluding(names) := {"validate": {"podSecurity": {"level": "restricted", "exclude": [{"controlName": name} | some name in names]}}}

test_controls_that_kyverno_excludes_are_not_refused if {
	refused(matching(excluding([]))) == object.keys(admission.guards)
	object.keys(admission.guards) - refused(matching(excluding(["Host Namespaces", "Volume Types", "Seccomp"]))) == {
		"hostPID", "hostIPC", "hostNetwork", "hostPath",
	}
	refused(matching({"validate": {"podSecurity": {"level": "privileged"}}})) == set()
}

test_a_pattern_of_kyverno_refuses_what_it_speaks_of if {
	pattern := object.remove(baseline, ["validate"])
	policy := made("kyverno.io/v1", "ClusterPolicy", "", {"validationFailureAction": "Enforce", "rules": [object.union(pattern, {"validate": {
		"message": "no hostPID", "pattern": {"spec": {"=(hostIPC)": "false"}},
	}})]})
	refused({"ClusterPolicy": [policy]}) == {"hostIPC"}
}

valid(kind, place, spec) := {kind: [made("policies.kyverno.io/v1", kind, place, object.union(
	object.union(privileged, {"validationActions": ["Deny"], "matchConstraints": {"resourceRules": [pods_rule]}}),
	spec,
))]}

test_a_validating_policy_of_kyverno if {
	refused(valid("ValidatingPolicy", "", {})) == {"privileged"}
	works(valid("NamespacedValidatingPolicy", "shop", {}))
	does_nothing(valid("NamespacedValidatingPolicy", "other", {}))
	does_nothing(valid("ValidatingPolicy", "", {"validationActions": ["Audit"]}))
	does_nothing(valid("ValidatingPolicy", "", {"evaluation": {"admission": {"enabled": false}}}))
	does_nothing(valid("ValidatingPolicy", "", {"matchConstraints": {"resourceRules": [object.union(pods_rule, {"operations": ["DELETE"]})]}}))
	does_nothing(valid("ValidatingPolicy", "", {"matchConstraints": {"namespaceSelector": {"matchLabels": {"team": "b"}}}}))
	works(valid("ValidatingPolicy", "", {"matchConstraints": {"namespaceSelector": {"matchLabels": {"team": "a"}}}}))
	is_for_a_person(valid("ValidatingPolicy", "", {"matchConditions": [{"name": "c", "expression": "object.metadata.name != 'x'"}]}))
}

excepting(name) := object.union(valid("ValidatingPolicy", "", {}), {"PolicyException": [made("policies.kyverno.io/v1", "PolicyException", "shop", {"policyRefs": [{"name": name, "kind": "ValidatingPolicy"}]})]})

test_an_exception_to_a_validating_policy_is_for_a_person if {
	is_for_a_person(excepting("p"))
	works(excepting("other"))
}

# ---- Kubewarden -----------------------------------------------------------------------------------------------------

kubewarden(spec) := {"ClusterAdmissionPolicy": [made("policies.kubewarden.io/v1", "ClusterAdmissionPolicy", "", spec)]}

test_kubewarden_protects_by_default if {
	works(kubewarden({}))
	works(kubewarden({"mode": "protect", "rules": [pods_rule]}))
	does_nothing(kubewarden({"mode": "monitor"}))
	does_nothing(kubewarden({"rules": [object.union(pods_rule, {"resources": ["services"]})]}))
	does_nothing(kubewarden({"objectSelector": {"matchLabels": {"x": "y"}}}))
	does_nothing(kubewarden({"namespaceSelector": {"matchLabels": {"team": "b"}}}))
	works(kubewarden({"namespaceSelector": {"matchLabels": {"team": "a"}}}))
}

warden_of(name) := {"AdmissionPolicy": [made("policies.kubewarden.io/v1", "AdmissionPolicy", name, {})]}

test_a_policy_of_kubewarden_in_a_namespace_is_for_that_one if {
	works(warden_of("shop"))
	does_nothing(warden_of("other"))
}

test_modules_of_kubewarden_refuse_by_their_settings if {
	refused(kubewarden({"module": "registry://ghcr.io/kubewarden/policies/pod-privileged:v1"})) == {"privileged"}
	spaces := "registry://ghcr.io/kubewarden/policies/host-namespaces-psp:v1"
	refused(kubewarden({"module": spaces})) == {"hostPID", "hostIPC", "hostNetwork"}
	refused(kubewarden({"module": spaces, "settings": {"allow_host_pid": true, "allow_host_ipc": false}})) == {"hostIPC", "hostNetwork"}
	escalation := "registry://ghcr.io/kubewarden/policies/allow-privilege-escalation-psp:v1"
	refused(kubewarden({"module": escalation})) == {"allowPrivilegeEscalation"}
	refused(kubewarden({"module": escalation, "settings": {"default_allow_privilege_escalation": true}})) == set()
}

# ---- webhooks -------------------------------------------------------------------------------------------------------

webhook(name, hook) := {"ValidatingWebhookConfiguration": [{
	"subject": "ValidatingWebhookConfiguration/w", "namespace": "", "name": name,
	"api_version": "admissionregistration.k8s.io/v1",
	"manifest": {"webhooks": [object.union({"name": "h", "rules": [pods_rule]}, hook)]},
}]}

elsewhere := {"namespaceSelector": {"matchLabels": {"team": "b"}}}

test_an_engine_refuses_what_its_webhook_hears_of if {
	engine := privileged_constraint({})
	works(object.union(engine, webhook("gatekeeper-validating", {})))
	works(object.union(engine, webhook("gatekeeper-validating", {"failurePolicy": "Fail"})))
	works(object.union(engine, webhook("kyverno-validating", elsewhere)))
	does_nothing(object.union(engine, webhook("Gatekeeper-validating", elsewhere)))
	works(object.union(engine, webhook("gatekeeper-validating", {"rules": [object.union(pods_rule, {"resources": ["services"]})]})))
}

test_a_webhook_on_other_objects_says_nothing_of_pods if {
	services := {"rules": [object.union(pods_rule, {"resources": ["services"]})]}
	works(object.union(privileged_constraint({}), webhook("gatekeeper-validating", object.union(elsewhere, services))))
	works(object.union(privileged_constraint({}), webhook("gatekeeper-validating", object.union(services, {"failurePolicy": "Ignore"}))))
}

test_an_engine_whose_webhook_may_fail_open_is_for_a_person if {
	given := object.union(privileged_constraint({}), webhook("gatekeeper-validating", {"failurePolicy": "Ignore"}))
	is_for_a_person(given)
	doubt := admission.doubts("shop") with input as cluster(given)
	contains(doubt.en, "Gatekeeper p")
	contains(doubt.zh, "Gatekeeper p")
	does_nothing(object.union(privileged_constraint({}), webhook("gatekeeper-validating", object.union(elsewhere, {"failurePolicy": "Ignore"}))))
}

test_an_unknown_webhook_is_for_a_person_where_it_hears_of_pods if {
	doubt := admission.doubts("shop") with input as cluster(webhook("acme-guard", {}))
	contains(doubt.en, "acme-guard")
	contains(doubt.zh, "acme-guard")
	admission.unknown_webhooks == {"acme-guard"} with input as cluster(webhook("acme-guard", {}))
	admission.unproven("hostPID")["Namespace/shop"] == doubt with input as cluster(webhook("acme-guard", {}))
	every hook in [
		elsewhere, {"failurePolicy": "Ignore"}, {"rules": [object.union(pods_rule, {"apiGroups": ["apps"]})]},
	] {
		not admission.doubts("shop") with input as cluster(webhook("acme-guard", hook))
		admission.unproven("hostPID") == {} with input as cluster(webhook("acme-guard", hook))
	}
	admission.unknown_webhooks == set() with input as cluster(webhook("kyverno-resource-validating-webhook-cfg", {}))
}

test_where_something_surely_refuses_there_is_no_doubt if {
	given := object.union(labelled("restricted"), webhook("acme-guard", {}))
	not admission.doubts("shop") with input as cluster(given)
	admission.unproven("hostPID") == {} with input as cluster(given)
}

test_a_webhook_says_more_than_a_doubtful_policy if {
	given := object.union(privileged_constraint({"parameters": {"exemptImages": ["r/*"]}}), webhook("acme-guard", {}))
	doubt := admission.doubts("shop") with input as cluster(given)
	contains(doubt.en, "acme-guard")
}

# ---- answers --------------------------------------------------------------------------------------------------------

test_namespaces_of_the_platform_are_no_subjects if {
	seen := {"Namespace": [namespace("shop", {}), namespace("kube-system", {}), namespace("empty", {})]}
	given := object.union(cluster(seen), {"pods": [pod("shop"), pod("kube-system"), pod("unseen")]})
	admission.subjects == {"Namespace/shop", "Namespace/empty"} with input as given
}

test_a_level_and_a_policy_are_both_named if {
	admission.mechanism("shop") == "Pod Security Admission, enforce=baseline" with input as cluster(labelled("baseline"))
	admission.mechanism("shop") == "Kubewarden p" with input as cluster(kubewarden({}))
	not admission.mechanism("shop") with input as cluster(labelled("privileged"))
	startswith(admission.level_reasons("baseline")["Namespace/shop"].actual.en, "enforce=privileged") with input as cluster(labelled("privileged"))
}

held_at(version) := {"Namespace": [namespace("shop", {
	"pod-security.kubernetes.io/enforce": "restricted",
	"pod-security.kubernetes.io/enforce-version": version,
})]}

test_a_level_asks_for_what_its_version_asked_for if {
	object.keys(admission.guards) - refused(held_at("v1.21")) == {"NET_RAW", "capabilities"}
	object.keys(admission.guards) - refused(held_at("v1.7")) == {"NET_RAW", "capabilities", "allowPrivilegeEscalation"}
	every version in ["v1.22", "latest", "v2.0", ""] { refused(held_at(version)) == object.keys(admission.guards) }
}

test_an_old_version_is_said_and_mended if {
	said := admission.level_reasons("restricted")["Namespace/shop"] with input as cluster(held_at("v1.21"))
	said.controls == ["5.2.8", "5.2.9"]
	said.actual.en == "enforce=restricted, enforce-version=v1.21; nothing refuses NET_RAW, capabilities"
	[operation.value | some operation in said.patch] == ["restricted", "latest"]
}

test_the_cluster_sets_a_version_for_levels_without_one if {
	old := server({}, {"defaults": {"enforce": "restricted", "enforce-version": "v1.20"}})
	new := server({}, {"defaults": {"enforce": "restricted"}})
	given := object.union(cluster({}), {"components": [old]})
	not admission.forbids("shop", "capabilities") with input as given
	admission.forbids("shop", "runAsNonRoot") with input as given
	admission.forbids("shop", "capabilities") with input as object.union(cluster({}), {"components": [new]})
	labelled_new := object.union(cluster(held_at("latest")), {"components": [old]})
	admission.forbids("shop", "capabilities") with input as labelled_new
}

of_version(version) := {"validate": {"podSecurity": {"level": "restricted", "version": version}}}

test_a_level_of_kyverno_has_a_version_too if {
	not "capabilities" in admission.kyverno_about(of_version("v1.21"))
	"capabilities" in admission.kyverno_about(of_version("latest"))
	"capabilities" in admission.kyverno_about({"validate": {"podSecurity": {"level": "restricted"}}})
}
