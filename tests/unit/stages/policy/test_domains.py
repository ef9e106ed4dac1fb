"""The stage asks OPA about facts of other stages and knows none of their kinds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from auditor.content import policies
from auditor.stages import policy
from auditor.stages.kubernetes.questions.kinds import OPERATED
from auditor.stages.kubernetes.questions.templates import POD_KINDS
from auditor.stages.policy.domain import domain_named, domains

FOLDER = Path(policy.__file__).parent
WORDS = re.compile(
    r"\b(?:Kube\w+|NodeFile|[Pp]ods?|kubelet|kube-\w+|etcd|[Nn]amespaces?|containers?|[Hh]elm|"
    + "|".join(sorted((POD_KINDS.keys() | OPERATED) - {"Job", "Tenant"}))
    + r")\b"
)
# A limit that was measured with pods says so.
MEASURED = {"observe.py": {"pods"}}


def literals(path: Path) -> set[str]:
    """Return the words of a module that are names or literals, docstrings included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str}


def test_no_module_of_the_stage_knows_a_kind_of_kubernetes() -> None:
    known = {
        path.name: {word for text in literals(path) for word in WORDS.findall(text)} for path in FOLDER.glob("*.py")
    }

    assert {name: words for name, found in known.items() if (words := found - MEASURED.get(name, set()))} == {}
    assert len(known) > 8


def test_only_the_list_of_domains_names_another_stage() -> None:
    text = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}

    assert [name for name, source in text.items() if re.search(r"auditor\.stages\.(?!policy)\w", source)] == []
    assert {name for name, source in text.items() if '"kubernetes"' in source} == {"__init__.py"}


def test_each_domain_has_its_rules_and_its_own_parts() -> None:
    assert [domain.name for domain in domains()] == list(policy.DOMAINS)
    for domain in domains():
        assert any((policies() / domain.name).rglob("*.rego"))
        assert domain.part_kinds <= policy.STAGE.part_kinds
        assert domain_named(domain.name) is domain
