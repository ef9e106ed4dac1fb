package plain.host_pid

import data.plain.lib

deny contains sprintf("%s: host PID", [input.metadata.name]) if {
	pod := lib.pod
	pod.hostPID == true
}
