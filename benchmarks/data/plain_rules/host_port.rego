package plain.host_port

import data.plain.lib

deny contains sprintf("%s/%s: host port", [input.metadata.name, c.name]) if {
	some c in lib.containers
	c.ports[_].hostPort > 0
}
