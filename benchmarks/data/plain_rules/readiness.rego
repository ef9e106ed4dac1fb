package plain.readiness

import data.plain.lib

deny contains sprintf("%s/%s: no readiness probe", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.readinessProbe
}
