package plain.escalation

import data.plain.lib

deny contains sprintf("%s/%s: may escalate", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.securityContext.allowPrivilegeEscalation == false
}
