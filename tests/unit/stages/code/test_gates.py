"""Which rule can match in which file, known before semgrep starts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditor.content import rulesets
from auditor.stages.code.gates import beginning, lifted, sorted_by_rules
from auditor.stages.code.languages import GENERIC
from auditor.stages.code.rules import rule_pack
from auditor.tools.search import occurring
from tests.unit.stages.code.fakes import source, staged

if TYPE_CHECKING:
    from pathlib import Path

PICKLE = {"pattern-regex": r"(?s)\A.*?(?:pickle|dill).*\z"}
LOAD = {"pattern": "pickle.load(...)"}


def search_rule(*patterns: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"id": "r", "languages": ["python"], "patterns": list(patterns), **more}


def taint_rule(sources: list[dict[str, Any]], sinks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "t",
        "languages": ["python"],
        "mode": "taint",
        "pattern-sources": sources,
        "pattern-sinks": sinks,
    }


def test_expression_over_the_whole_file_leaves_its_rule() -> None:
    bare, gates = lifted([search_rule(PICKLE, LOAD)])

    assert bare == [search_rule(LOAD)]
    assert gates == [{"(?s)(?:pickle|dill)"}]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(search_rule(PICKLE), id="nothing else is asked for"),
        pytest.param(search_rule({"pattern-regex": r"(?s)\A(?!.*auth).*\z"}, LOAD), id="a look-ahead"),
        pytest.param(search_rule({"pattern-regex": r"(?s)\A.*?(?:a(?=b)).*\z"}, LOAD), id="a look-ahead inside"),
        pytest.param(search_rule({"pattern-regex": r"(?s)\A.*?(['`])x\1.*\z"}, LOAD), id="a back reference"),
        pytest.param(search_rule({"pattern-not-regex": PICKLE["pattern-regex"]}, LOAD), id="a negation"),
        pytest.param(search_rule({"pattern-regex": "pickle"}, LOAD), id="a place in the file"),
        pytest.param(search_rule({"pattern-either": [{"patterns": [PICKLE, LOAD]}, LOAD]}), id="one of two ways"),
        pytest.param(search_rule(PICKLE, LOAD, paths={"include": ["*.toml"]}), id="a rule that chooses its files"),
        pytest.param(taint_rule([LOAD], [{"patterns": [PICKLE, LOAD]}, LOAD]), id="one of two sinks"),
        pytest.param(taint_rule([LOAD], [{"pattern": "x"}]), id="no expression"),
    ],
)
def test_what_does_not_hold_for_each_match_stays(rule: dict[str, Any]) -> None:
    assert lifted([rule]) == ([rule], [frozenset()])


def test_rule_of_data_flow_hangs_on_what_all_its_sinks_and_all_its_sources_ask_for() -> None:
    other = {"pattern-regex": r"(?s)\A.*(request).*\z"}
    rule = taint_rule([{"patterns": [other, LOAD]}], [{"patterns": [PICKLE, LOAD]}, {"patterns": [LOAD, PICKLE]}])

    bare, gates = lifted([rule])

    assert bare == [taint_rule([{"patterns": [LOAD]}], [{"patterns": [LOAD]}, {"patterns": [LOAD]}])]
    assert gates == [{"(?s)(?:pickle|dill)", "(?s)(request)"}]


def test_each_file_lies_where_the_rules_for_it_look(tmp_path: Path) -> None:
    copied, _scratch = staged(
        tmp_path, source("a/b.py", "import pickle, ssl\n"), source("c.py", "x = 1\n"), source("d.py", "import ssl\n")
    )
    tls = {"pattern-regex": r"(?s)\A.*?(?:ssl).*\z"}
    never = {"pattern-regex": r"(?s)\A.*?(?:marshal).*\z"}
    rules = [
        search_rule(PICKLE, LOAD) | {"id": "load"},
        search_rule(tls, LOAD, paths={"exclude": ["*.test.py"]}) | {"id": "tls"},
        search_rule(never, LOAD) | {"id": "never"},
        search_rule(LOAD) | {"id": "always"},
    ]

    moved, given = sorted_by_rules(copied, rules, occurring)

    assert [rule["id"] for rule in given] == ["load", "tls", "always"]
    assert given[1]["paths"]["exclude"] == ["*.test.py"]
    include = {rule["id"]: rule["paths"]["include"][0].removeprefix("**/*").removesuffix("*/**") for rule in given[:2]}
    open_to = {
        each.path: {name for name, mark in include.items() if mark in str(place.relative_to(moved.root))}
        for place, each in moved.sources.items()
    }
    assert open_to == {"a/b.py": {"load", "tls"}, "c.py": set(), "d.py": {"tls"}}
    assert all(place.read_bytes() == each.text for place, each in moved.sources.items())
    assert all(str(place).endswith(f"/{each.path}") for place, each in moved.sources.items())


TEXTS = """import type { Texts } from './types';
// what the page says (in one language): exec('x')
export default {
  'a-key': 'It\\'s (so) that eval(x) is a text',
  sizes: [1.5, -2, ...more], /* a ** (note) */
  long: `two
lines`,
} as const satisfies Record<string, Texts[]>;
"""


@pytest.mark.parametrize(
    ("text", "is_for"),
    [
        pytest.param(TEXTS, False, id="texts of an interface"),
        pytest.param("export const 名称 = { a: '运行 (exec)' }\n", False, id="in Chinese"),
        pytest.param("\n", False, id="nothing"),
        pytest.param(TEXTS + "exec(request.body)\n", True, id="a call behind it"),
        pytest.param("page.innerHTML = location.hash\n", True, id="a field of an object"),
        pytest.param("export const a = `<b>${name}</b>`\n", True, id="a value in a text"),
        pytest.param("export const a = b => c\n", True, id="a function"),
        pytest.param("export const a = <b title='x' />\n", True, id="an element"),
        pytest.param("const quote = /'/\neval(name) //'\n", True, id="an expression that holds a quote"),
        pytest.param("const a = 'not closed\nrun(x)\n", True, id="a text that is not closed"),
        pytest.param("@Post\nclass A {}\n", True, id="a decorator"),
        pytest.param("// values\nexport const a = 1 // one\r\n", False, id="lines as Windows ends them"),
        pytest.param("// values\rexec(request.body)\n", True, id="a remark that a carriage return ends"),
        pytest.param("// values\u2028exec(request.body)\n", True, id="a remark that a line separator ends"),
        pytest.param("// values\u2029exec(request.body)\n", True, id="a remark that a paragraph separator ends"),
        pytest.param("const a = 'not closed\rexec(request.body) //'\n", True, id="a text that a carriage return ends"),
    ],
)
def test_script_of_values_alone_has_nothing_that_a_rule_could_follow(
    tmp_path: Path, text: str, *, is_for: bool
) -> None:
    followed = taint_rule([{"pattern": "$REQ.body"}], [{"pattern": "exec(...)"}]) | {
        "id": "followed",
        "languages": ["typescript", "javascript"],
    }
    plain = search_rule(LOAD) | {"id": "plain", "languages": ["typescript", "javascript"]}
    copied, _scratch = staged(tmp_path, source("texts.ts", text, "typescript"))

    _moved, given = sorted_by_rules(copied, [followed, plain], occurring)

    assert [rule["id"] for rule in given] == (["followed", "plain"] if is_for else ["plain"])


def test_file_for_very_many_rules_has_a_path_that_a_disk_can_take(tmp_path: Path) -> None:
    copied, _scratch = staged(tmp_path, source("a.py", " ".join(f"word{number}" for number in range(1000, 1200))))
    rules = [
        search_rule({"pattern-regex": rf"(?s)\A.*?(?:word{number}).*\z"}, LOAD) | {"id": str(number)}
        for number in range(1000, 1200)
    ]

    moved, given = sorted_by_rules(copied, rules, occurring)

    (place,) = moved.sources
    assert place.is_file()
    marks = [rule["paths"]["include"][0].removeprefix("**/*").removesuffix("*/**") for rule in given]
    assert len(marks) == len(rules)
    assert all(any(mark in part for part in place.parts) for mark in marks)


def test_every_expression_that_leaves_our_rules_is_one_of_the_engine() -> None:
    _bare, gates = lifted(rule_pack().semgrep_for())

    patterns = sorted(set().union(*gates))
    assert len(patterns) > 50
    assert occurring(patterns, [b""]) == [frozenset()]


@pytest.mark.parametrize(
    ("expression", "begins"),
    [
        (r"(?<![A-Za-z0-9_-])hf_[A-Za-z0-9]{34}(?![A-Za-z0-9_-])", r"hf_[A-Za-z0-9]{32}"),
        (r"sk-(?=[A-Za-z]*\d(?:a|b))[A-Za-z0-9]{20}x", r"sk-[A-Za-z0-9]{20}x"),
        (r"(?i)(?:ARK|VOLC)_KEY[)\]\"]\s*=(?-i:[A-Z]{40})", r"(?i)(?:ARK|VOLC)_KEY[)\]\"][\s\x0b]*=(?-i:[A-Z]{40})"),
        (r"a\(?=b|c", ""),
        (r"(a)\1", ""),
    ],
    ids=["around it", "in the middle", "flags and classes", "one of two", "back reference"],
)
def test_how_an_expression_begins(expression: str, begins: str) -> None:
    assert beginning(expression) == begins


def _expressions() -> list[str]:
    rules = yaml.safe_load((rulesets() / "semgrep/secret/secret-provider-key-absent.yaml").read_text())["rules"]
    return [each["pattern-regex"] for rule in rules for each in rule["patterns"][0]["pattern-either"]]


def test_beginning_occurs_wherever_an_expression_of_our_rules_matches() -> None:
    expressions = [each for each in _expressions() if "(?=" not in each]
    assert len(expressions) > 30

    @given(st.data())
    @settings(max_examples=3, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
    def occurs(data: st.DataObject) -> None:
        # as the engine of semgrep reads them: digits and word characters are those of ASCII
        texts = [data.draw(st.from_regex(re.compile(each, re.ASCII))) for each in expressions]
        found = occurring(
            [beginning(each) for each in expressions], [text.encode("utf-8", "replace") for text in texts]
        )
        assert [number for number, there in enumerate(found) if number not in there] == []

    occurs()


def test_rule_of_expressions_asks_for_their_beginnings_and_keeps_them() -> None:
    either = [{"pattern-regex": "hf_[a-z]{40}"}, {"pattern-regex": "(?<!x)sk-[a-z]{5}"}]
    rule: dict[str, Any] = {
        "languages": ["regex"],
        "patterns": [{"pattern-either": either}, {"pattern-not-regex": "x"}],
    }

    assert lifted([rule]) == ([rule], [frozenset({"(?:hf_[a-z]{32})|(?:sk-[a-z]{5})"})])
    assert lifted([{**rule, "languages": ["python"]}])[1] == [frozenset()]
    assert lifted([{**rule, "patterns": [{"pattern-either": [*either, {"pattern-regex": "a|b"}]}]}])[1] == [frozenset()]


def test_file_that_no_rule_is_for_is_read_all_the_same(tmp_path: Path) -> None:
    rule = {"id": "key", "languages": ["regex"], "patterns": [{"pattern-either": [{"pattern-regex": "hf_[a-z]{34}"}]}]}
    copied, _scratch = staged(tmp_path, source("notes.txt", "nothing", GENERIC))

    _moved, wanted = sorted_by_rules(copied, [rule], occurring)

    assert [each["id"] for each in wanted] == ["read"]
