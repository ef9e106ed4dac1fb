package lib.audit_test

import data.lib.audit

secrets := {"verb": "get", "group": "", "resource": "secrets"}

level(rules) := audit.level({"rules": rules}, secrets)

test_the_first_rule_for_everybody_decides if {
	level([{"level": "None"}, {"level": "Metadata"}]) == "None"
	level([{"level": "None", "users": ["jane"]}, {"level": "Metadata"}]) == "Metadata"
	level([{"level": "None", "userGroups": ["dev"]}, {"level": "Metadata"}]) == "Metadata"
	level([{"level": "None", "users": ["jane"], "userGroups": ["system:authenticated"]}, {"level": "Metadata"}]) == "Metadata"
	level([{"level": "Request", "userGroups": ["system:authenticated"]}, {"level": "Metadata"}]) == "Request"
}

test_a_group_without_resources_stands_for_all_of_them if {
	level([{"level": "Request", "resources": [{"group": ""}]}, {"level": "Metadata"}]) == "Request"
	level([{"level": "Request", "resources": [{"group": "", "resources": []}]}, {"level": "Metadata"}]) == "Request"
	level([{"level": "Request", "resources": [{"group": "apps"}]}, {"level": "Metadata"}]) == "Metadata"
	level([{"level": "Request", "resources": [{"group": "", "resources": ["pods"]}]}, {"level": "Metadata"}]) == "Metadata"
	level([{"level": "Request", "resources": [{"resourceNames": ["x"]}]}, {"level": "Metadata"}]) == "Metadata"
}
