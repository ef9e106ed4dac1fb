package plain.wildcards

deny contains sprintf("%s: wildcard", [input.metadata.name]) if {
	input.kind in {"Role", "ClusterRole"}
	some rule in input.rules
	"*" in array.concat(rule.verbs, rule.resources)
}
