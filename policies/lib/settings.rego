# METADATA
# title: Effective settings of components
# description: |
#   Reads flags and configuration values as the programs themselves do: the last occurrence of a flag wins, list flags
#   add up, Go's booleans and durations. A component is an element of input.components.
package lib.settings

import data.lib.texts

# Components of one kind.
named(component) := {c | some c in input.components; c.component == component}

# Value of a flag as its program takes it: the last occurrence, without quotes left over from a shell.
flag(c, name) := trim(values[count(values) - 1], `"' `) if {
	values := c.flags[name]
	count(values) > 0
}

# The flag names something.
is_set(c, name) if flag(c, name) != ""

# The flag stands there, whatever its value.
is_given(c, name) if count(c.flags[name]) > 0

# Elements of a comma list over all occurrences of the flag; empty if it is not given.
list(c, name) := split_list(object.get(c.flags, name, []))

split_list(values) := [item |
	some value in values
	some part in split(value, ",")
	item := trim(part, `"' `)
	item != ""
]

# Go's strconv.ParseBool, and JSON booleans; undefined for anything else.
boolean(value) := value if is_boolean(value)

boolean(value) if value in {"1", "t", "T", "true", "TRUE", "True"}

boolean(value) := false if value in {"0", "f", "F", "false", "FALSE", "False"}

# A whole number, as JSON or as text; undefined for anything else.
integer(value) := value if {
	is_number(value)
	value == floor(value)
}

integer(value) := to_number(value) if {
	is_string(value)
	regex.match(`^[+-]?[0-9]+$`, value)
}

# A Go duration (time.ParseDuration) in seconds; a JSON number counts nanoseconds.
seconds(value) := time.parse_duration_ns(value) / 1000000000 if is_string(value)

seconds(value) := value / 1000000000 if is_number(value)

# Whether a value can be read at all. Rules negate these: a negated call whose argument is undefined says nothing.
reads_as_boolean(value) if is_boolean(boolean(value))

reads_as_integer(value) if is_number(integer(value))

reads_as_duration(value) if is_number(seconds(value))

# Elements of a list from a configuration file (JSON list) or from a flag (comma list).
elements(value) := value if is_array(value)

elements(value) := split_list([value]) if is_string(value)

# Feature gates of the command line: name to boolean, later ones win.
gates(c) := {name: on |
	some name in {n | some item in list(c, "feature-gates"); n := split(item, "=")[0]}
	given := [boolean(split(item, "=")[1]) | some item in list(c, "feature-gates"); split(item, "=")[0] == name]
	on := given[count(given) - 1]
}

# ---- flag over configuration file over default (kubelet) ----------------------------------------------------------

# A configuration file is in use; without one the kubelet falls back on the old, insecure defaults of its flags.
has_config(c) if c.config_file != ""

has_config(c) if count(c.config) > 0

# Effective value if somebody wrote one; undefined if the default is in force or the file was not read.
layered(c, name, _) := flag(c, name) if is_given(c, name)

layered(c, name, path) := c.config[path] if {
	not is_given(c, name)
	c.config_read
}

# Nobody wrote it: the default is in force.
layered_absent(c, name, path) if {
	c.config_read
	not is_given(c, name)
	is_absent(c.config, path)
}

# A value of null in a configuration file is as good as none.
is_absent(config, path) if object.get(config, path, null) == null

# The flag does not decide, and the file that does was not collected.
layered_unread(c, name) if {
	not c.config_read
	not is_given(c, name)
}

# ---- the configuration file alone, where there is one (etcd, kube-scheduler, kube-proxy) ---------------------------

exclusive(c, name, _) := flag(c, name) if not has_config(c)

exclusive(c, _, path) := c.config[path] if {
	has_config(c)
	c.config_read
}

exclusive_absent(c, name, _) if {
	not has_config(c)
	not is_given(c, name)
}

exclusive_absent(c, _, path) if {
	has_config(c)
	c.config_read
	is_absent(c.config, path)
}

exclusive_unread(c) if {
	has_config(c)
	not c.config_read
}

# ---- what a finding says --------------------------------------------------------------------------------------------

# A flag as written, or its default: a text, as all defaults here are.
shown(c, name, _) := sprintf("--%s=%s", [name, concat(",", c.flags[name])]) if is_given(c, name)

shown(c, name, default_value) := absent(sprintf("--%s", [name]), default_value) if not is_given(c, name)

absent(name, default_value) := texts.said("%s absent (default %s)", "未设置 %s（默认值：%s）", [name, default_value])

# Default of a plug-in's place in a list of plug-ins.
off(plugin) := texts.said("%s off", "未启用 %s", [plugin])

# Reason of a rule that looks at one flag; what is expected stands in the METADATA of its package.
reason(c, name, default_value) := {
	"actual": shown(c, name, default_value),
	"pointer": concat("/", ["/flags", name]),
}

# Reason of a rule that looks at several flags.
reasons(c, names) := {
	"actual": texts.commas([shown(c, name, texts.none) | some name in names]),
	"pointer": concat("/", ["/flags", names[0]]),
}

# Reason of a rule that takes the flag before the configuration file.
layered_reason(c, name, path, default_value) := reason(c, name, default_value) if {
	is_given(c, name)
} else := config_reason(c, path, default_value)

# Reason of a rule that takes the configuration file alone where there is one.
exclusive_reason(c, name, path, default_value) := config_reason(c, path, default_value) if {
	has_config(c)
} else := reason(c, name, default_value)

# The same for several settings, each with its flag and its path.
exclusive_reasons(c, pairs) := {
	"actual": texts.commas([exclusive_reason(c, pair[0], pair[1], texts.none).actual | some pair in pairs]),
	"pointer": exclusive_reason(c, pairs[0][0], pairs[0][1], texts.none).pointer,
}

config_reason(c, path, default_value) := {
	"actual": config_shown(c, path, default_value),
	"pointer": concat("/", ["/config", path]),
}

config_shown(c, path, _) := sprintf("%s: %s", [path, json.marshal(c.config[path])]) if not is_absent(c.config, path)

config_shown(c, path, default_value) := absent(path, default_value) if is_absent(c.config, path)

# ---- what was not seen ----------------------------------------------------------------------------------------------

# One of these flags is not given, and the file that may give it was not collected (--openshift-config).
is_elsewhere(c, names) if {
	c.config_file != ""
	not c.config_read
	some name in names
	not is_given(c, name)
}

unseen(c, names) := config_unread(c) if is_elsewhere(c, names)

# A value holds a variable whose content was not seen: $(POD_IP), ${HOST_IP}.
is_unresolved(c, name) if {
	some value in c.flags[name]
	regex.match(`\$[({A-Za-z_]`, value)
}

unresolved(c, names) := {
	"en": sprintf("a variable in the value of --%s was not seen: %s", [first, flag(c, first)]),
	"zh": sprintf("参数 --%s 的取值含有未采集到的变量：%s", [first, flag(c, first)]),
} if {
	first := [name | some name in names; is_unresolved(c, name)][0]
}

# ---- why a rule cannot decide ---------------------------------------------------------------------------------------

unparsable(c, name) := {
	"en": sprintf("the value of --%s cannot be parsed: %s", [name, flag(c, name)]),
	"zh": sprintf("参数 --%s 的取值无法解析：%s", [name, flag(c, name)]),
	"remedy": "value",
}

unparsable_value(name, value) := {
	"en": sprintf("the value of %s cannot be parsed: %s", [name, json.marshal(value)]),
	"zh": sprintf("配置项 %s 的取值无法解析：%s", [name, json.marshal(value)]),
	"remedy": "value",
}

config_unread(c) := {
	"en": sprintf("the configuration file %s was not collected, or cannot be read", [c.config_file]),
	"zh": sprintf("未采集到配置文件 %s，或其内容无法读取", [c.config_file]),
}

file_unread(c, name) := {
	"en": sprintf("the file that --%s names was not collected: %s", [name, flag(c, name)]),
	"zh": sprintf("未采集到参数 --%s 指向的文件：%s", [name, flag(c, name)]),
}
