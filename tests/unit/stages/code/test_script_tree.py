"""What names of a script mean."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_tree import Script


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("function run(x) {}", "run"),
        ("class Tool { run(x) {} }", "run"),
        ("class Tool { run = (x) => x }", "run"),
        ("const run = async (x) => x", "run"),
        ("const kit = { run: function (x) {} }", "run"),
        ("exports.run = (x) => x", "run"),
        ("const run = useCallback((x) => x)", "run"),
        ("const run = React.memo(function (x) {})", "run"),
        ("const run = compute((x) => x)", ""),
        ("list.map((x) => x)", ""),
        ("run = (x) => x", ""),
    ],
)
def test_a_function_has_the_name_that_it_declares_or_is_given_to(text: str, name: str) -> None:
    script = Script.of("a.js", text.encode())
    assert script is not None

    assert script.name_of(script.functions[0]) == name
