package plain.latest

import data.plain.lib

deny contains sprintf("%s/%s: image latest", [input.metadata.name, c.name]) if {
	some c in lib.containers
	endswith(c.image, ":latest")
}
