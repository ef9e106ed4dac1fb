package plain.host_ipc

import data.plain.lib

deny contains sprintf("%s: host IPC", [input.metadata.name]) if {
	pod := lib.pod
	pod.hostIPC == true
}
