package plain.host_network

import data.plain.lib

deny contains sprintf("%s: host network", [input.metadata.name]) if {
	pod := lib.pod
	pod.hostNetwork == true
}
