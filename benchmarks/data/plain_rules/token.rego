package plain.token

import data.plain.lib

deny contains sprintf("%s: mounts its token", [input.metadata.name]) if {
	pod := lib.pod
	not pod.automountServiceAccountToken == false
}
