# METADATA
# title: Settings that only the API server has
# description: Admission plug-ins, authorizers and the documents that its flags name.
package lib.apiserver

import data.lib.settings
import data.lib.texts

servers := settings.named("kube-apiserver")

# Admission plug-ins asked for and refused. Both flags add to the default set, they do not replace it.
enabled(c) := {plugin | some plugin in settings.list(c, "enable-admission-plugins")}

disabled(c) := {plugin | some plugin in settings.list(c, "disable-admission-plugins")}

# Reason of a rule that wants a plug-in on: the flag that decides. What is disabled is off, enabled or not.
plugin_reason(c, plugin) := settings.reason(c, "disable-admission-plugins", texts.none) if {
	plugin in disabled(c)
} else := settings.reason(c, "enable-admission-plugins", settings.off(plugin))

# Authorizers in force: types of the structured configuration, else the flag; undefined if neither is given or the
# configuration was not collected.
authorizers(c) := {authorizer.type | some authorizer in c.files.authorization_config.authorizers} if {
	settings.is_set(c, "authorization-config")
}

authorizers(c) := {mode | some mode in settings.list(c, "authorization-mode")} if {
	not settings.is_set(c, "authorization-config")
	settings.is_given(c, "authorization-mode")
}

authorizers_unread(c) if {
	settings.is_set(c, "authorization-config")
	not c.files.authorization_config.authorizers
}

authorizers_reason(c) := {
	"actual": texts.said(
		"authorizers %s of --authorization-config",
		"--authorization-config 中的授权方式：%s",
		[concat(",", sort(authorizers(c)))],
	),
	"pointer": "/flags/authorization-config",
} if settings.is_set(c, "authorization-config")

authorizers_reason(c) := settings.reason(c, "authorization-mode", "AlwaysAllow") if {
	not settings.is_set(c, "authorization-config")
}

# Configuration of one admission plug-in, from the file that --admission-control-config-file names.
plugin(c, name) := entry.configuration if {
	some entry in c.files.admission_config.plugins
	entry.name == name
}

# The plug-in's configuration stands in a file of its own, or the file that lists it was not collected.
plugin_unread(c, name) if {
	settings.is_set(c, "admission-control-config-file")
	not c.files.admission_config
	name != ""
}

plugin_unread(c, name) if {
	some entry in c.files.admission_config.plugins
	entry.name == name
	not entry.configuration
	entry.path
}

# The key that signs tokens lies with an external signer: flags about key files are not allowed then.
signs_outside(c) if settings.is_set(c, "service-account-signing-endpoint")

# k3s with an SQL datastore speaks to kine over a local socket: there is no etcd and no etcd certificate.
has_no_etcd(c) if {
	some server in settings.list(c, "etcd-servers")
	startswith(server, "unix://")
}

# Suites of EncryptionConfiguration entries that cover Secrets (wildcards since v1.27).
secret_entries(c) := [entry |
	some entry in c.files.encryption_config.resources
	some resource in entry.resources
	resource in {"secrets", "secrets.", "*.", "*.*"}
]

# Name of the provider that writes: the first of an entry.
first_provider(entry) := name if some name, _ in entry.providers[0]
