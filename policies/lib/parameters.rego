# METADATA
# title: Parameters of the rules
# description: Values of policies/parameters/data.yaml; what a target's own configuration says wins.
package lib.parameters

value(name) := object.get(object.get(input, "parameters", {}), name, data.parameters[name])

# Namespaces of the platform itself: exempt from workload rules, always shown as such.
platform_namespaces := {n | some n in value("platform_namespaces")}
