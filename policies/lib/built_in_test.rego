package lib.built_in_test

import data.lib.built_in
import data.lib.rbac

gives(role, group, resource, verb) if {
	some rule in built_in.roles[role]
	rbac.gives(rule, group, resource, {verb})
}

test_edit_and_admin_read_secrets_and_act_as_service_accounts if {
	every role in ["ClusterRole/edit", "ClusterRole/admin", "ClusterRole/system:aggregate-to-edit"] {
		gives(role, "", "secrets", "list")
		gives(role, "", "serviceaccounts", "impersonate")
		gives(role, "", "serviceaccounts/token", "create")
		not gives(role, "rbac.authorization.k8s.io", "roles", "bind")
	}
}

test_what_add_ons_bind_is_known_and_harmless if {
	every role in ["ClusterRole/system:auth-delegator", "Role/kube-system/extension-apiserver-authentication-reader"] {
		count(built_in.roles[role]) == 1
		not gives(role, "", "secrets", "get")
		not gives(role, "", "nodes/proxy", "get")
	}
}

test_drivers_of_volumes_read_secrets_up_to_a_version if {
	role := "ClusterRole/system:controller:persistent-volume-binder"
	every version in ["1.31.13", "1.29", "", "?"] {
		gives(role, "", "secrets", "get") with input as {"cluster": {"version": version}}
	}
	every version in ["1.32.0", "1.36", "2.0"] {
		not gives(role, "", "secrets", "get") with input as {"cluster": {"version": version}}
		gives(role, "", "persistentvolumes", "create") with input as {"cluster": {"version": version}}
	}
	gives("ClusterRole/system:controller:expand-controller", "", "secrets", "get") with input as {}
}

test_no_name_stands_on_both_lists if count(built_in.names & object.keys(built_in.limited)) == 0
