package plain.root

import data.plain.lib

deny contains sprintf("%s/%s: may be root", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.securityContext.runAsNonRoot == true
}
