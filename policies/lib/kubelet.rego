# METADATA
# title: Settings that only the kubelet has
# description: Its defaults depend on whether a configuration file is in use.
package lib.kubelet

import data.lib.parameters
import data.lib.settings
import data.lib.texts

# A good default is as good as an entry, unless the parameters demand entries in so many words (the CIS audit text).
accepts_defaults if parameters.value("kubelet_explicit_entries") != true

default_of(c, with_file, _) := with_file if settings.has_config(c)

default_of(c, _, without_file) := texts.said("%s without a configuration file", "%s，未使用配置文件时", [without_file]) if {
	not settings.has_config(c)
}
