package plain.drop_all

import data.plain.lib

deny contains sprintf("%s/%s: keeps capabilities", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not "ALL" in c.securityContext.capabilities.drop
}
