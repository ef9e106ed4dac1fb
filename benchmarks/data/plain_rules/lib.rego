# What 22 plain rules share: the pod of whatever makes pods, and its containers.
package plain.lib

pod := input.spec if input.kind == "Pod"

pod := input.spec.template.spec if input.kind in {"Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job"}

pod := input.spec.jobTemplate.spec.template.spec if input.kind == "CronJob"

containers := [c | some key in ["containers", "initContainers"]; some c in pod[key]]
