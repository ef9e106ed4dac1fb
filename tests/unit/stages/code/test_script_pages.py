"""What pages made of components do with values."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_values import Search

HTML = "cross-site-scripting"


def asked(text: str) -> tuple[Search, bool]:
    flows = ScriptFlows({"a.tsx": text}, is_whole=False)
    script = flows.script("a.tsx")
    assert script is not None
    search = Search(flows, HTML)
    line = text.count("\n", 0, text.index("__html")) + 1
    found = search.of_place(script, *script.offsets(line, line))
    return search, found is not None


def is_refuted(text: str) -> bool:
    return asked(text)[0].is_refuted


def is_found(text: str) -> bool:
    return asked(text)[1]


SHOWN = "  return <div dangerouslySetInnerHTML={{ __html: shown }} />\n}\n"


def test_state_is_what_its_setter_is_given() -> None:
    page = (
        "function Page({ params }) {\n  const [shown, show] = useState('')\n  useEffect(() => { show(%s) })\n" + SHOWN
    )

    assert is_refuted(page % "await codeToHtml(code)")
    assert is_refuted(page % "escapeHtml(code)")
    assert not is_refuted(page % "code")
    assert is_found(page % "location.hash")


def test_names_of_another_pattern_are_no_state() -> None:
    page = "function Page() {\n  const [shown, show] = load('')\n  show(location.hash)\n" + SHOWN

    assert not is_found(page)


BOX = "function Box(props) {\n  const { shown } = props\n" + SHOWN


@pytest.mark.parametrize("box", [BOX, BOX.replace("(props)", "({ shown })").replace("  const { shown } = props\n", "")])
def test_attribute_of_an_element_is_what_its_component_is_given(box: str) -> None:
    page = box + "export function Page() {\n  return <Box shown={%s} other={location.hash} />\n}\n"

    assert is_refuted(page % "escapeHtml(text)")
    assert is_found(page % "location.hash")
    assert not is_found(page % "'<b>x</b>'")


def test_component_that_other_files_may_use_stays_open() -> None:
    page = "export " + BOX + "export function Page() {\n  return <Box shown={escapeHtml(text)} />\n}\n"

    assert not is_refuted(page)
