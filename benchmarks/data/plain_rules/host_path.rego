package plain.host_path

import data.plain.lib

deny contains sprintf("%s: host path", [input.metadata.name]) if {
	pod := lib.pod
	pod.volumes[_].hostPath
}
