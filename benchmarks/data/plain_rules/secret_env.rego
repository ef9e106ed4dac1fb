package plain.secret_env

import data.plain.lib

deny contains sprintf("%s/%s: secret in the environment", [input.metadata.name, c.name]) if {
	some c in lib.containers
	c.env[_].valueFrom.secretKeyRef
}
