package plain.digest

import data.plain.lib

deny contains sprintf("%s/%s: image without digest", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not contains(c.image, "@sha256:")
}
