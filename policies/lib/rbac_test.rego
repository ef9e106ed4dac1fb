package lib.rbac_test

import data.lib.rbac

named(kind, place, name, extra) := {
	"subject": concat("/", [kind, name]), "namespace": place, "name": name,
	"api_version": "rbac.authorization.k8s.io/v1", "manifest": object.union({"metadata": {"name": name}}, extra),
}

secrets := [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]

bound(kind, place, role_kind, role, subjects) := named(kind, place, "b", {
	"roleRef": {"kind": role_kind, "name": role}, "subjects": subjects,
})

account(name) := {"kind": "ServiceAccount", "name": name, "namespace": "shop"}

group(name) := {"kind": "Group", "name": name}

user(name) := {"kind": "User", "name": name}

test_a_role_belongs_to_its_namespace if {
	given := {"objects": {"Role": [named("Role", "shop", "r", {"rules": secrets})]}}
	here := bound("RoleBinding", "shop", "Role", "r", [])
	elsewhere := bound("RoleBinding", "other", "Role", "r", [])
	rbac.granted(here) == secrets with input as given
	not rbac.granted(elsewhere) with input as given
	rbac.role_unknown(elsewhere) with input as given
	contains(rbac.unknown_reason(elsewhere).zh, "Role/other/r")
	not rbac.role_unknown(elsewhere) with input as object.union(given, {"cluster": {"is_complete": true}})
}

test_a_role_of_a_name_that_every_cluster_has_is_known_without_being_seen if {
	held("cluster-admin", {})[0].verbs == ["*"]
	not rbac.granted(bound("RoleBinding", "shop", "Role", "cluster-admin", [])) with input as {"objects": {
		"RoleBinding": [bound("RoleBinding", "shop", "Role", "cluster-admin", [])],
	}}
	seen := {"objects": {"ClusterRole": [named("ClusterRole", "", "view", {"rules": secrets})]}}
	held("view", seen) == secrets
}

test_the_same_role_in_two_files_gives_the_rules_of_both if {
	two := [named("Role", "shop", "r", {"rules": secrets}), named("Role", "shop", "r", {"rules": []})]
	rbac.granted(bound("RoleBinding", "shop", "Role", "r", [])) == secrets with input as {"objects": {"Role": two}}
}

more(target) := {"objects": {"ClusterRole": [named("ClusterRole", "", "more", {
	"metadata": {"labels": {sprintf("rbac.authorization.k8s.io/aggregate-to-%s", [target]): "true"}},
	"rules": secrets,
})]}}

held(name, given) := found if {
	one := bound("ClusterRoleBinding", "", "ClusterRole", name, [account("app")])
	found := rbac.granted(one) with input as object.union(given, {"objects": {"ClusterRoleBinding": [one]}})
}

test_labels_add_to_the_roles_that_every_cluster_has if {
	every name in ["view", "edit", "admin"] { secrets[0] in held(name, more("view")) }
	not secrets[0] in held("view", more("edit"))
	secrets[0] in held("admin", more("edit"))
	not secrets[0] in held("edit", more("admin"))
	not secrets[0] in held("cluster-admin", more("view"))
}

test_only_a_cluster_role_binding_reaches_the_cluster if {
	given := {"objects": {
		"ClusterRoleBinding": [bound("ClusterRoleBinding", "", "ClusterRole", "view", [])],
		"RoleBinding": [bound("RoleBinding", "shop", "ClusterRole", "view", [])],
	}}
	rbac.reaches_cluster == {"ClusterRoleBinding/b"} with input as given
	count(rbac.bindings) == 2 with input as given
}

test_who_is_everybody if {
	every one in [
		group("system:authenticated"), group("system:unauthenticated"), user("system:anonymous"), group("system:serviceaccounts"),
		group("system:serviceaccounts:shop"), account("default"),
	] {
		rbac.is_everybody(one)
		not rbac.is_platform(one)
	}
	every one in [user("jane"), group("system:masters"), account("app")] { not rbac.is_everybody(one) }
}

test_who_belongs_to_the_platform if {
	every one in [
		user("system:kube-scheduler"), group("system:masters"), group("kubeadm:cluster-admins"),
		{"kind": "ServiceAccount", "name": "cni", "namespace": "kube-system"},
	] {
		rbac.is_platform(one)
	}
	every one in [
		user("kubeadm:cluster-admins"), user("jane"), account("cni"), group("dev"),
		{"kind": "ServiceAccount", "name": "default", "namespace": "kube-system"}, account("system:x"),
	] {
		not rbac.is_platform(one)
	}
}

test_built_in_bindings_excuse_the_platform_alone if {
	one := bound("ClusterRoleBinding", "", "ClusterRole", "view", [])
	labelled := object.union(one, {"manifest": {"metadata": {"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}}})
	every binding in [object.union(one, {"name": "system:b"}), object.union(one, {"name": "kubeadm:b"}), labelled] {
		rbac.is_excused(binding, group("kubeadm:cluster-admins"))
		not rbac.is_excused(binding, user("jane"))
	}
	not rbac.is_excused(one, group("kubeadm:cluster-admins"))
}

accepting(pattern) := {"parameters": {"accepted_subjects": {"5.1.2": [pattern]}}}

test_a_star_takes_dots_and_slashes_in_accepted_subjects if {
	one := bound("RoleBinding", "shop", "ClusterRole", "view", [])
	every pattern in ["*", "User/*", "User/*@corp.example", "User/jane.doe@corp.example"] {
		rbac.is_accepted("5.1.2", user("jane.doe@corp.example"), one) with input as accepting(pattern)
	}
	every pattern in ["Group/*", "User/jane", "User/*@other.example"] {
		not rbac.is_accepted("5.1.2", user("jane.doe@corp.example"), one) with input as accepting(pattern)
	}
	rbac.is_accepted("5.1.2", account("app"), one) with input as accepting("ServiceAccount/shop/*")
	rbac.is_accepted("5.1.2", {"kind": "ServiceAccount", "name": "app"}, one) with input as accepting("ServiceAccount/shop/app")
	not rbac.is_accepted("5.1.3", account("app"), one) with input as accepting("*")
	not rbac.is_accepted("5.1.2", account("default"), one) with input as accepting("*")
}

gives(rule) if rbac.gives(object.union(secrets[0], rule), "", "secrets", {"get", "list"})

test_a_rule_gives_by_group_resource_and_verb if {
	every rule in [
		{}, {"apiGroups": ["*"]}, {"resources": ["*"]}, {"verbs": ["*"]}, {"verbs": ["watch", "list"]},
		{"verbs": ["list"], "resourceNames": ["x"]}, {"verbs": ["*"], "resourceNames": ["x"]}, {"resourceNames": []},
	] {
		gives(rule)
	}
	every rule in [
		{"apiGroups": ["apps"]}, {"resources": ["pods"]}, {"resources": ["secrets/status"]}, {"verbs": ["create"]},
		{"resourceNames": ["x"]}, {"verbs": []},
	] {
		not gives(rule)
	}
}

test_a_star_in_front_of_a_slash_stands_for_all if {
	every named_one in ["*", "nodes/proxy", "*/proxy"] { rbac.names_resource({"resources": [named_one]}, "nodes/proxy") }
	every named_one in ["nodes", "*/status", "pods/*", "nodes/*", "*/*", "proxy"] { not rbac.names_resource({"resources": [named_one]}, "nodes/proxy") }
	rbac.names_resource({"resources": ["userextras/scopes"]}, "userextras")
	not rbac.names_resource({"resources": ["users/x"]}, "userextras")
}

cluster(subjects, rules) := {"objects": {
	"Role": [named("Role", "shop", "r", {"rules": rules})],
	"RoleBinding": [bound("RoleBinding", "shop", "Role", "r", subjects)],
}}

test_groups_of_service_accounts_are_bound_all_together if {
	rbac.has_right("shop", "app") with input as cluster([group("system:serviceaccounts:shop")], secrets)
	not rbac.has_right("other", "app") with input as cluster([group("system:serviceaccounts:shop")], secrets)
	rbac.has_right("other", "app") with input as cluster([group("system:serviceaccounts")], secrets)
	not rbac.has_right("shop", "app") with input as cluster([group("dev"), user("system:serviceaccounts")], secrets)
}

test_a_built_in_binding_of_a_group_is_no_grant_of_ones_own if {
	given := cluster([group("system:serviceaccounts")], secrets)
	built_in := object.union(given.objects.RoleBinding[0], {"name": "system:service-account-issuer-discovery"})
	not rbac.has_grant("shop", "app") with input as object.union(given, {"objects": {"RoleBinding": [built_in]}})
}

test_a_binding_without_rules_is_a_grant_and_no_right if {
	given := cluster([account("app")], [])
	rbac.has_grant("shop", "app") with input as given
	not rbac.has_right("shop", "app") with input as given
	rbac.has_right("shop", "app") with input as cluster([account("app")], secrets)
	not rbac.has_right("shop", "other") with input as cluster([account("app")], secrets)
}

test_a_role_that_was_not_seen_may_give_rights_unless_all_was_listed if {
	given := {"objects": {"RoleBinding": [bound("RoleBinding", "shop", "Role", "gone", [account("app")])]}}
	rbac.has_right("shop", "app") with input as given
	not rbac.has_right("shop", "app") with input as object.union(given, {"cluster": {"is_complete": true}})
}

test_a_binding_that_names_no_role_is_undecided if {
	nothing := {
		"subject": "RoleBinding/shop/b", "namespace": "shop", "name": "b",
		"api_version": "rbac.authorization.k8s.io/v1", "manifest": {"metadata": {"name": "b"}},
	}
	rbac.role_unknown(nothing) with input as {"objects": {"RoleBinding": [nothing]}}
	contains(rbac.unknown_reason(nothing).en, "roleRef") with input as {"objects": {"RoleBinding": [nothing]}}
}

test_a_service_account_written_as_a_user_is_one if {
	given := cluster([user("system:serviceaccount:shop:app")], secrets)
	rbac.has_right("shop", "app") with input as given
	every name, offenders in {"system:serviceaccount:shop:app": ["ServiceAccount/shop/app"], "system:kube-scheduler": []} {
		binding := object.union(bound("RoleBinding", "shop", "Role", "r", [user(name)]), {"name": "system:shop"})
		rbac.offenders("5.1.2", binding) == offenders with input as given
	}
}

tokens(resource, names) := {"apiGroups": [""], "resources": [resource], "verbs": ["create"], "resourceNames": names}

test_what_stands_below_an_object_is_named_and_a_star_behind_the_slash_is_none if {
	rbac.gives(tokens("serviceaccounts/token", []), "", "serviceaccounts/token", {"create"})
	rbac.gives(tokens("*/token", []), "", "serviceaccounts/token", {"create"})
	not rbac.gives(tokens("serviceaccounts/*", []), "", "serviceaccounts/token", {"create"})
	not rbac.gives(tokens("*/*", []), "", "serviceaccounts/token", {"create"})
	not rbac.gives(tokens("serviceaccounts/token", ["ci"]), "", "serviceaccounts/token", {"create"})
	rbac.gives(tokens("pods", ["ci"]), "", "pods", {"create"})
	every verbs in [["*"], ["get", "list"]] {
		rbac.gives({"apiGroups": [""], "resources": ["secrets"], "verbs": verbs, "resourceNames": ["a"]}, "", "secrets", {"get", "list", "watch"})
	}
	not rbac.gives({"apiGroups": [""], "resources": ["nodes/proxy"], "verbs": ["*"], "resourceNames": ["a"]}, "", "nodes/proxy", {"get", "create"})
}
