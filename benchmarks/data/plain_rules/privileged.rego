package plain.privileged

import data.plain.lib

deny contains sprintf("%s/%s: privileged", [input.metadata.name, c.name]) if {
	some c in lib.containers
	c.securityContext.privileged == true
}
