package lib.settings_test

import data.lib.settings

component(extra) := object.union(
	{"component": "x", "subject": "x@n", "node": "n", "flags": {}, "config": {}, "config_file": "", "config_read": true},
	extra,
)

flags(given) := component({"flags": given})

test_the_last_occurrence_wins_without_quotes if {
	settings.flag(flags({"a": ["1", "\"2\""]}), "a") == "2"
	settings.flag(flags({"a": ["' x '"]}), "a") == "x"
	not settings.flag(flags({"a": []}), "a")
	not settings.flag(flags({}), "a")
}

test_a_flag_may_be_given_and_name_nothing if {
	settings.is_given(flags({"a": [""]}), "a")
	not settings.is_set(flags({"a": [""]}), "a")
	settings.is_set(flags({"a": ["x"]}), "a")
	not settings.is_given(flags({}), "a")
}

test_lists_add_up if {
	settings.list(flags({"a": ["x,y", "", "'z', "]}), "a") == ["x", "y", "z"]
	settings.list(flags({}), "a") == []
	settings.elements(["a,b"]) == ["a,b"]
	settings.elements("a,b") == ["a", "b"]
}

test_booleans_of_go if {
	every value in [true, "1", "t", "T", "true", "TRUE", "True"] { settings.boolean(value) == true }
	every value in [false, "0", "f", "F", "false", "FALSE", "False"] { settings.boolean(value) == false }
	every value in [false, "f"] { settings.reads_as_boolean(value) }
	every value in ["yes", "", "tRUE", 1, null] { not settings.reads_as_boolean(value) }
}

test_whole_numbers if {
	settings.integer(30) == 30
	settings.integer("-1") == -1
	settings.integer("+5") == 5
	every value in [1.5, "1.5", "", "x", null, "1e3"] { not settings.reads_as_integer(value) }
}

test_durations_of_go if {
	settings.seconds("4h0m1s") == 14401
	settings.seconds(60000000000) == 60
	settings.reads_as_duration("0")
	every value in ["x", "", "10", null] { not settings.reads_as_duration(value) }
}

test_later_gates_win if {
	settings.gates(flags({"feature-gates": ["A=true,B=true", "B=false"]})) == {"A": true, "B": false}
	settings.gates(flags({})) == {}
}

test_a_configuration_is_in_use_by_its_name_or_its_content if {
	settings.has_config(component({"config_file": "/c"}))
	settings.has_config(component({"config": {"a": 1}}))
	not settings.has_config(component({}))
}

test_flags_win_over_the_configuration_in_layers if {
	written := {"config_file": "/c", "config": {"p": 1, "n": null}}
	settings.layered(component(object.union(written, {"flags": {"a": ["2"]}})), "a", "p") == "2"
	settings.layered(component(written), "a", "p") == 1
	not settings.layered(component(object.union(written, {"config_read": false})), "a", "p")
	settings.layered_absent(component(written), "a", "gone")
	settings.layered_absent(component(written), "a", "n")
	not settings.layered_absent(component(written), "a", "p")
	not settings.layered_absent(component(object.union(written, {"flags": {"a": [""]}})), "a", "gone")
	not settings.layered_absent(component(object.union(written, {"config_read": false})), "a", "gone")
	settings.layered_unread(component({"config_read": false}), "a")
	not settings.layered_unread(component({"config_read": false, "flags": {"a": ["1"]}}), "a")
	not settings.layered_unread(component(written), "a")
}

test_the_configuration_alone_counts_where_it_is_exclusive if {
	written := {"config_file": "/c", "config": {"p": 1}, "flags": {"a": ["2"]}}
	settings.exclusive(component(written), "a", "p") == 1
	settings.exclusive(flags({"a": ["2"]}), "a", "p") == "2"
	not settings.exclusive(component(object.union(written, {"config_read": false})), "a", "p")
	settings.exclusive_unread(component(object.union(written, {"config_read": false})))
	not settings.exclusive_unread(component({"config_read": false}))
	settings.exclusive_absent(component(written), "a", "gone")
	not settings.exclusive_absent(component(written), "a", "p")
	settings.exclusive_absent(flags({}), "a", "p")
	not settings.exclusive_absent(flags({"a": ["2"]}), "a", "p")
}

test_flags_are_elsewhere_where_their_file_was_not_collected if {
	elsewhere := {"config_file": "/c", "config_read": false}
	settings.is_elsewhere(component(elsewhere), ["a"])
	contains(settings.unseen(component(elsewhere), ["a"]).zh, "/c")
	settings.is_elsewhere(component(object.union(elsewhere, {"flags": {"a": ["1"]}})), ["a", "b"])
	not settings.is_elsewhere(component(object.union(elsewhere, {"flags": {"a": ["1"]}})), ["a"])
	not settings.is_elsewhere(component({"config_file": "/c"}), ["a"])
	not settings.is_elsewhere(component({"config_read": false}), ["a"])
	not settings.unseen(component({}), ["a"])
}

test_variables_that_were_not_seen if {
	every value in ["$(POD_IP)", "https://${IP}:2379", "$IP"] {
		settings.is_unresolved(flags({"b": [value]}), "b")
		said := settings.unresolved(flags({"a": ["1"], "b": [value]}), ["a", "b"])
		contains(said.en, "--b was not seen")
		contains(said.zh, value)
	}
	every value in ["1$", "a$ b", "10"] { not settings.is_unresolved(flags({"b": [value]}), "b") }
	not settings.unresolved(flags({"b": ["$(X)"]}), ["a"])
}

test_a_finding_shows_the_flag_or_its_default if {
	settings.reason(flags({"a": ["1", "2"]}), "a", "3") == {"actual": "--a=1,2", "pointer": "/flags/a"}
	settings.reason(flags({}), "a", "3").actual == {"en": "--a absent (default 3)", "zh": "未设置 --a（默认值：3）"}
	settings.reasons(flags({"a": ["1"]}), ["a", "b"]).actual.en == "--a=1, --b absent (default none)"
	written := component({"config_file": "/c", "config": {"p": true}})
	settings.layered_reason(written, "a", "p", "3") == {"actual": "p: true", "pointer": "/config/p"}
	settings.layered_reason(object.union(written, {"flags": {"a": ["1"]}}), "a", "p", "3").actual == "--a=1"
	settings.exclusive_reason(object.union(written, {"flags": {"a": ["1"]}}), "a", "p", "3").actual == "p: true"
	settings.exclusive_reason(written, "a", "gone", "3").actual.en == "gone absent (default 3)"
	settings.exclusive_reason(flags({"a": ["1"]}), "a", "p", "3").actual == "--a=1"
}

test_why_a_rule_cannot_decide if {
	settings.unparsable(flags({"a": ["x"]}), "a").en == "the value of --a cannot be parsed: x"
	settings.unparsable_value("p", ["x"]).en == `the value of p cannot be parsed: ["x"]`
	contains(settings.file_unread(flags({"a": ["/f"]}), "a").zh, "/f")
}
