"""What pages made of components do with values: they keep them as a state, and hand them to elements by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import arguments, bare

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Definition, Node, Script

_STATE: Final = re.compile(r"(?:^|\.)(?:useState|createSignal|useLocalStorage|useSessionStorage|useControllableState)$")
_ELEMENTS: Final = frozenset({"jsx_self_closing_element", "jsx_opening_element"})


def states(script: Script, known: Definition) -> list[Node] | None:
    """Return what a state is set to: ``const [shown, show] = useState(first)``; None where a name is none.

    Args:
        script: The file.
        known: What the name means.
    """
    value = bare(known.node) if known.node is not None else None
    function = value.get("function") if value is not None and value.kind == "call_expression" else None
    if value is None or function is None or not _STATE.search(script.said(function)):
        return None
    declarator = next((each for each in value.around() if each.kind == "variable_declarator"), None)
    pattern = declarator.get("name") if declarator is not None else None
    if pattern is None or pattern.kind != "array_pattern":
        return None
    found = arguments(value)
    setter = pattern.children[1] if len(pattern.children) > 1 else None
    for use in script.uses(script.said(setter)) if setter is not None and setter.kind == "identifier" else ():
        call = use.parent
        if call is not None and use.field == "function":
            found += arguments(call)[:1]
    return found


def component_of(script: Script, function: Node) -> str:
    """Return the name of a component; empty where a function is none by its name."""
    name = script.name_of(function)
    return name if name[:1].isupper() else ""


def attributes(script: Script, component: str, name: str) -> list[Node]:
    """Return what the elements of a component in a file are given under a name."""
    found: list[Node] = []
    for use in script.uses(component):
        element = use.parent
        if element is None or element.kind not in _ELEMENTS or use.field != "name":
            continue
        for each in element.children:
            if each.kind == "jsx_attribute" and each.children and script.said(each.children[0]) == name:
                found += each.children[1:2]
    return found


def is_exported(script: Script, function: Node, name: str) -> bool:
    """Tell whether other files can use a component."""
    return any(each.kind == "export_statement" for each in function.around()) or any(
        use.parent is not None and use.parent.kind in {"export_specifier", "export_statement"}
        for use in script.uses(name)
    )
