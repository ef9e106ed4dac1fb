# METADATA
# title: Audit policies
# description: |
#   What an audit policy logs of a request, by the first rule that matches, for a user who is nobody in particular:
#   rules for single users, groups, namespaces or named objects do not cover the rest.
package lib.audit

levels := {"None": 0, "Metadata": 1, "Request": 2, "RequestResponse": 3}

is_policy(document) if {
	document.kind == "Policy"
	startswith(document.apiVersion, "audit.k8s.io/")
}

logs_something(document) if {
	some rule in document.rules
	levels[rule.level] > 0
}

# Level of a request {verb, group, resource, namespaced}; None where no rule matches.
level(document, request) := rule.level if {
	first := min([index | some index, rule in document.rules; matches(rule, request)])
	rule := document.rules[first]
} else := "None"

matches(rule, request) if {
	is_for_everybody(rule)
	is_empty(rule, "namespaces")
	has_verb(rule, request.verb)
	has_resource(rule, request)
}

is_for_everybody(rule) if {
	is_empty(rule, "users")
	is_empty(rule, "userGroups")
}

is_for_everybody(rule) if {
	is_empty(rule, "users")
	"system:authenticated" in rule.userGroups
}

is_empty(rule, field) if object.get(rule, field, null) in {null, []}

has_verb(rule, _) if is_empty(rule, "verbs")

has_verb(rule, verb) if {
	some given in rule.verbs
	given in {verb, "*"}
}

has_resource(rule, _) if {
	is_empty(rule, "resources")
	is_empty(rule, "nonResourceURLs")
}

has_resource(rule, request) if {
	some entry in rule.resources
	object.get(entry, "group", "") == request.group
	is_empty(entry, "resourceNames")
	names(entry, request.resource)
}

names(entry, _) if is_empty(entry, "resources")

names(entry, resource) if {
	some given in entry.resources
	given in spellings(resource)
}

spellings(resource) := {"*", resource} if not contains(resource, "/")

spellings(resource) := {"*", resource, sprintf("%s/*", [parts[0]]), sprintf("*/%s", [parts[1]])} if {
	parts := split(resource, "/")
	count(parts) == 2
}

# Requests of the parameter whose level lies outside its bounds.
strays(document, requests) := [sprintf("%s %s: %s", [request.verb, request.resource, found]) |
	some request in requests
	found := level(document, request)
	not is_within(levels[found], request)
]

is_within(number, request) if {
	number >= levels[request.least]
	number <= levels[request.most]
}
