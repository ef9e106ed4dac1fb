package plain.net_raw

import data.plain.lib

deny contains sprintf("%s/%s: adds NET_RAW", [input.metadata.name, c.name]) if {
	some c in lib.containers
	"NET_RAW" in c.securityContext.capabilities.add
}
