# METADATA
# title: Effective RBAC
# description: |
#   Roles with their aggregation, joined with bindings. Wildcards count; resourceNames narrow get, update, patch and
#   delete, but not list, watch and create. A role that nobody is bound to grants nothing.
package lib.rbac

import data.lib.built_in
import data.lib.objects
import data.lib.parameters
import data.lib.texts

group_name := "rbac.authorization.k8s.io"

# ---- roles ----------------------------------------------------------------------------------------------------------

cluster_roles := objects.in_group("ClusterRole", group_name)

# Roles by "ClusterRole/name" or "Role/namespace/name"; the same role may stand in two files.
roles[sprintf("ClusterRole/%s", [o.name])] contains o if some o in cluster_roles

roles[sprintf("Role/%s/%s", [o.namespace, o.name])] contains o if some o in objects.in_group("Role", group_name)

# Rules of every role that was seen.
rules := {key: found |
	some key, held in roles
	found := [rule |
		some o in held
		some rule in array.concat(own_rules(o), aggregated_rules(o))
	]
}

own_rules(o) := objects.sequence(o.manifest, ["rules"])

# The controller fills in an aggregated role; a manifest does not hold what it will get. A role that is taken in may be
# an aggregated one itself, as edit is within admin.
aggregated_rules(o) := [rule |
	some name in graph.reachable(aggregation, aggregation[o.name])
	name != o.name
	some other in roles[sprintf("ClusterRole/%s", [name])]
	some rule in own_rules(other)
]

aggregation := {o.name: object.get(aggregates, o.name, set()) | some o in cluster_roles}

aggregates[o.name] contains other.name if {
	some o in cluster_roles
	some selector in objects.sequence(o.manifest, ["aggregationRule", "clusterRoleSelectors"])
	some other in cluster_roles
	objects.selects(selector, objects.labels(other))
}

# Roles that every cluster has, where manifests bind them without holding them; with what other roles add to them by
# their labels (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles).
built_in_rules := {key: array.concat(own, additions(key)) |
	some key in bound
	own := built_in.roles[key]
}

additions(key) := [rule |
	some o in cluster_roles
	some target in object.get(takes_in, key, set())
	objects.labels(o)[sprintf("rbac.authorization.k8s.io/aggregate-to-%s", [target])] == "true"
	some rule in own_rules(o)
]

takes_in := {
	"ClusterRole/view": {"view"},
	"ClusterRole/edit": {"view", "edit"},
	"ClusterRole/admin": {"view", "edit", "admin"},
}

# ---- bindings -------------------------------------------------------------------------------------------------------

bindings := array.concat(
	objects.in_group("ClusterRoleBinding", group_name),
	objects.in_group("RoleBinding", group_name),
)

role_of(b) := sprintf("Role/%s/%s", [b.namespace, b.manifest.roleRef.name]) if b.manifest.roleRef.kind == "Role"

role_of(b) := sprintf("ClusterRole/%s", [b.manifest.roleRef.name]) if b.manifest.roleRef.kind == "ClusterRole"

# A RoleBinding gives nothing beyond its namespace: no nodes, no volumes, no users to impersonate.
reaches_cluster := {b.subject | some b in objects.in_group("ClusterRoleBinding", group_name)}

granted(b) := rules[role_of(b)]

granted(b) := built_in_rules[role_of(b)] if not rules[role_of(b)]

# The role that is bound was not seen, and may exist elsewhere. In a complete listing it does not exist: it grants nothing.
role_unknown(b) if {
	not granted(b)
	not objects.is_complete
}

unknown_reason(b) := {
	"en": sprintf("it binds %s, which is not among the objects", [role_of(b)]),
	"zh": sprintf("绑定的角色 %s 不在所采集的对象中", [role_of(b)]),
} if {
	role_of(b)
} else := {
	"en": "it names no role that can be bound (roleRef); no API server would take it",
	"zh": "未指明可绑定的角色（roleRef）；API Server 不会接受该对象",
}

# ---- grants ---------------------------------------------------------------------------------------------------------

# A rule gives one of these verbs on a resource ("pods", "nodes/proxy") of an API group.
gives(rule, api_group, resource, wanted) if {
	some named in rule.apiGroups
	named in {api_group, "*"}
	names_resource(rule, resource)
	gives_verb(rule, wanted, resource)
}

names_resource(rule, resource) if {
	some named in rule.resources
	named in matching(resource)
}

# What is impersonated there is a subresource of the name of the extra: userextras/scopes.
names_resource(rule, "userextras") if {
	some named in rule.resources
	startswith(named, "userextras/")
}

matching(resource) := {"*", resource} if not contains(resource, "/")

# "*/token" stands for the tokens of everything, while "serviceaccounts/*" is no wildcard to the API server: it gives
# nothing (v1.36, ResourceMatches; test_built_in_roles.py asks one).
matching(resource) := {"*", resource, sprintf("*/%s", [parts[1]])} if {
	parts := split(resource, "/")
	count(parts) == 2
}

gives_verb(rule, wanted, resource) if {
	some verb in wanted
	count({verb, "*"} & {given | some given in rule.verbs}) > 0
	not is_narrowed(rule, verb, resource)
}

# list, watch and create are not held back by names; whatever is done below an object is: the request names the object.
is_narrowed(rule, verb, resource) if {
	count(objects.sequence(rule, ["resourceNames"])) > 0
	is_held_back(verb, resource)
}

is_held_back(verb, _) if verb in {"get", "update", "patch", "delete"}

is_held_back(_, resource) if contains(resource, "/")

# Roles that give something: the package says what, we say who has it.
roles_giving(wants) := {role |
	some role, role_rules in all_rules
	some rule in role_rules
	some want in wants
	gives(rule, want.group, want.resource, want.verbs)
}

all_rules := object.union(built_in_rules, rules)

# ---- who may ----------------------------------------------------------------------------------------------------------

# Groups that stand for everybody, or for every workload.
everybody := {"system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"}

subjects_of(b) := [identity(s) | some s in objects.sequence(b.manifest, ["subjects"])]

# A service account may be written as the user that it is to the API server.
identity(s) := {"kind": "ServiceAccount", "namespace": m[1], "name": m[2]} if {
	s.kind == "User"
	m := regex.find_all_string_submatch_n(`^system:serviceaccount:([^:]+):([^:]+)$`, s.name, 1)[0]
} else := s

shown(s, b) := sprintf("ServiceAccount/%s/%s", [object.get(s, "namespace", b.namespace), s.name]) if {
	s.kind == "ServiceAccount"
} else := sprintf("%s/%s", [s.kind, s.name])

is_everybody(s) if s.name in everybody

is_everybody(s) if startswith(s.name, "system:serviceaccounts:")

is_everybody(s) if {
	s.kind == "ServiceAccount"
	s.name == "default"
}

# Identities of the platform: a name alone is no excuse for a user, so the subject itself must be a built-in one.
is_platform(s) if {
	s.kind in {"User", "Group"}
	startswith(s.name, "system:")
	not is_everybody(s)
}

is_platform(s) if {
	s.kind == "Group"
	s.name == "kubeadm:cluster-admins"
}

is_platform(s) if {
	s.kind == "ServiceAccount"
	s.namespace == "kube-system"
	s.name != "default"
}

# A built-in binding: written by the API server, or by kubeadm, for a built-in identity.
is_built_in(b) if objects.labels(b)["kubernetes.io/bootstrapping"] == "rbac-defaults"

is_built_in(b) if startswith(b.name, "system:")

is_built_in(b) if startswith(b.name, "kubeadm:")

is_accepted(control, s, b) if {
	some pattern in object.get(parameters.value("accepted_subjects"), control, [])
	glob.match(pattern, null, shown(s, b))
	not is_everybody(s)
}

# Subjects of a binding that hold the right and neither belong to the platform nor were accepted.
offenders(control, b) := [shown(s, b) |
	some s in subjects_of(b)
	not is_excused(b, s)
	not is_accepted(control, s, b)
]

is_excused(b, s) if {
	is_built_in(b)
	is_platform(s)
}

exempt_reason := {
	"en": "a built-in binding for identities of the platform",
	"zh": "平台内置身份的内置绑定，予以豁免",
}

# What its offenders may do, as a text with the role and their names after it.
reason(b, control, what) := {
	"actual": texts.said("%s may %s (by %s)", "%s 可%s（经 %s）", [concat(", ", offenders(control, b)), what, role_of(b)]),
	"pointer": "/subjects",
	"cites": [role_of(b)],
}

# ---- roles that nobody is bound to -----------------------------------------------------------------------------------

# In files a binding may stand elsewhere: what a role would give is told with little weight. In a complete view nobody
# holds it, and there is nothing to tell.
loose := {o.subject: key |
	not objects.is_complete
	some key, held in roles
	not key in bound
	some o in held
	not is_default(o)
}

bound := {role_of(b) | some b in bindings}

is_default(o) if objects.labels(o)["kubernetes.io/bootstrapping"] == "rbac-defaults"

is_default(o) if startswith(o.name, "system:")

# Cluster roles alone reach what lies in no namespace.
loose_of_cluster := {subject: key | some subject, key in loose; startswith(key, "ClusterRole/")}

loose_good(giving) := {subject | some subject, key in loose; not key in giving}

loose_good_of_cluster(giving) := {subject | some subject, key in loose; not is_giving_of_cluster(key, giving)}

is_giving_of_cluster(key, giving) if {
	key in giving
	startswith(key, "ClusterRole/")
}

loose_reasons(giving, what) := {subject: loose_reason(what) | some subject, key in loose; key in giving}

loose_reasons_of_cluster(giving, what) := {subject: loose_reason(what) |
	some subject, key in loose_of_cluster
	key in giving
}

loose_reason(what) := {
	"actual": texts.said(
		"whoever is bound to it may %s; no binding in what was given",
		"绑定到该角色的主体可%s；所提供的内容中没有绑定",
		[what],
	),
	"pointer": "/rules",
	"severity": "low",
}

# ---- service accounts -------------------------------------------------------------------------------------------------

# Service accounts ("namespace/name") that some binding names, whatever it gives.
service_accounts := named_by(bindings)

named_by(some_bindings) := {sprintf("%s/%s", [object.get(s, "namespace", b.namespace), s.name]) |
	some b in some_bindings
	some s in subjects_of(b)
	s.kind == "ServiceAccount"
}

# Namespaces whose service accounts are bound as a group; all of them by "*".
service_account_groups := groups_named_by(bindings)

groups_named_by(some_bindings) := {name |
	some b in some_bindings
	not is_built_in(b)
	some s in subjects_of(b)
	s.kind == "Group"
	name := group_namespace(s.name)
}

group_namespace("system:serviceaccounts") := "*"

group_namespace(name) := trim_prefix(name, "system:serviceaccounts:") if startswith(name, "system:serviceaccounts:")

has_grant(namespace, name) if is_among(namespace, name, service_accounts, service_account_groups)

# The same, with at least one rule behind the binding, or a role that was not seen.
has_right(namespace, name) if is_among(namespace, name, rightful_accounts, rightful_groups)

rightful_accounts := named_by(giving_bindings)

rightful_groups := groups_named_by(giving_bindings)

is_among(namespace, name, accounts, _) if sprintf("%s/%s", [namespace, name]) in accounts

is_among(namespace, _, _, groups) if namespace in groups

is_among(_, _, _, groups) if "*" in groups

giving_bindings := [b | some b in bindings; not gives_nothing(b)]

gives_nothing(b) if count(granted(b)) == 0

gives_nothing(b) if {
	not granted(b)
	objects.is_complete
}
