package plain.liveness

import data.plain.lib

deny contains sprintf("%s/%s: no liveness probe", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.livenessProbe
}
