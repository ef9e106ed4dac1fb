package plain.limits_memory

import data.plain.lib

deny contains sprintf("%s/%s: no memory limit", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.resources.limits.memory
}
