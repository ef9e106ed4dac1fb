package plain.limits_cpu

import data.plain.lib

deny contains sprintf("%s/%s: no cpu limit", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.resources.limits.cpu
}
