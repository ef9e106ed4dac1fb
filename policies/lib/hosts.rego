# METADATA
# title: Names of hosts
# description: What a name in a certificate or in spec.tls stands for, by RFC 9525 §6.3.
package lib.hosts

covers(name, host) if lower(name) == lower(host)

# *.example stands for one label more: for a.example, not for a.b.example and not for example.
covers(name, host) if {
	startswith(name, "*.")
	labels := split(lower(host), ".")
	labels[0] != ""
	split(lower(name), ".") == array.concat(["*"], array.slice(labels, 1, count(labels)))
}
