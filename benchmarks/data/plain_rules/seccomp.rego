package plain.seccomp

import data.plain.lib

deny contains sprintf("%s/%s: no seccomp profile", [input.metadata.name, c.name]) if {
	some c in lib.containers
	not seccomp(c)
}

seccomp(c) if c.securityContext.seccompProfile.type

seccomp(_) if lib.pod.securityContext.seccompProfile.type
