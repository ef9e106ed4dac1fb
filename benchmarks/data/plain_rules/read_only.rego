package plain.read_only

import data.plain.lib

deny contains sprintf("%s/%s: writes to its root", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not c.securityContext.readOnlyRootFilesystem == true
}
