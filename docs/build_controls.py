"""Writes a page for each control of each framework, in English and Chinese, from METADATA and the framework's rows.

Run: ``python -m docs.build_controls`` from the root of a checkout; a test holds the pages against what this gives.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import registry
from auditor.compliance.coverage import counts, method, risk
from auditor.compliance.frameworks import catalogues, load_methods
from auditor.compliance.texts import say as say_compliance
from auditor.content import rulesets
from auditor.model.text import NO_TEXT
from auditor.report.texts import say
from auditor.stages.policy.metadata import built_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.check import Check
    from auditor.compliance.frameworks import Catalogue
    from auditor.compliance.methods import Methods
    from auditor.model.control import Control, Framework
    from auditor.model.text import Language, Text

_HEADS = ("number", "title", "decided", "shown", "checks", "people")
HERE = Path(__file__).parent / "controls"


def pages() -> Iterator[tuple[str, str]]:
    """Yield (path below ``docs/controls``, text)."""
    checks = {check.id: check for check in registry.all_checks()}
    with_checks = {framework.id: framework for framework in registry.all_frameworks()}
    for name, catalogue in catalogues(rulesets() / "controls").items():
        for language in ("en", "zh"):
            if catalogue.is_asked_for:
                yield f"{name}/README{_suffix(language)}.md", _clauses(catalogue, with_checks[name], language)
                continue
            yield f"{name}/README{_suffix(language)}.md", _index(catalogue, checks, language)
            for control in catalogue.newest.controls:
                path = f"{name}/{control.id}{_suffix(language)}.md"
                yield path, _page(catalogue, control, checks, language)


def _suffix(language: Language) -> str:
    return ".zh" if language == "zh" else ""


def _index(catalogue: Catalogue, checks: Mapping[str, Check], language: Language) -> str:
    framework = catalogue.newest
    lines = [f"# {framework.title.to(language)} {framework.version}", ""]
    for section, title in catalogue.sections.items():
        lines += [f"## {section} {title.to(language)}", ""]
        for control in framework.controls:
            if control.section == section:
                decided = say_compliance(f"framework.decided.{control.assessment.value}").to(language)
                known = sum(check in checks for check in control.checks)
                page = f"[{control.id}]({control.id}{_suffix(language)}.md)"
                lines.append(f"- {page} {control.title.to(language)} ({decided}, {known})")
        lines.append("")
    return "\n".join(lines)


def _clauses(catalogue: Catalogue, framework: Framework, language: Language) -> str:
    """Return the one page of a framework of clauses: a table for each section."""
    number = counts(framework)
    named = {name: getattr(number, name) for name in ("total", "automated", "partial", "manual", "with_checks")}
    lines = [f"# {framework.title.to(language)}", "", catalogue.source, ""]
    lines += [say_compliance("page.counts", **named, high_risk=number.high_risk).to(language), ""]
    methods = load_methods(rulesets())
    heads = [say_compliance(f"page.{key}").to(language) for key in _HEADS]
    for section, title in catalogue.sections.items():
        lines += [f"## {section} {title.to(language)}", ""]
        if about := catalogue.instruments.get(section):
            lines += [", ".join(value for value in about.values() if value), ""]
        lines += [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
        lines += [_row(control, methods, language) for control in framework.controls if control.section == section]
        lines.append("")
    return "\n".join(lines)


def _row(control: Control, methods: Methods, language: Language) -> str:
    clause = control.clause
    if clause is None:
        message = f"{control.id} has no clause"
        raise ValueError(message)
    people = [say_compliance(f"need.{code}").to(language) for code in clause.human_evidence]
    cells = (
        f"{control.id}" + (f" ({clause.unit})" if clause.unit else ""),
        "<br>".join((control.title.to(language), *(f"**{risk(each).to(language)}**" for each in clause.high_risk))),
        method(control).to(language),
        "<br>".join(f"`{each.id}`{_extent(each.id, methods, language)}" for each in clause.methods),
        str(len(control.checks)),
        ", ".join(people),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _extent(method_id: str, methods: Methods, language: Language) -> str:
    """Say how far checks give what a method shows; nothing where they give all of it."""
    if method_id in methods.whole:
        return ""
    key = "page.in_part" if method_id in methods.part else "page.no_check"
    return f" ({say_compliance(key).to(language)})"


def _page(catalogue: Catalogue, control: Control, checks: Mapping[str, Check], language: Language) -> str:
    framework = catalogue.newest
    decided = say_compliance(f"framework.decided.{control.assessment.value}").to(language)
    numbers = ", ".join(
        f"{edition}: {ids[control.id]}" for edition, ids in catalogue.numbers.items() if control.id in ids
    )
    lines = [
        f"# {control.id} {control.title.to(language)}",
        "",
        f"- {framework.title.to(language)} {framework.version}",
        f"- {say('framework.column.decided').to(language)}: {decided}",
        f"- {say('framework.column.needs').to(language)}: {', '.join(control.needs) or '-'}",
    ]
    if numbers:
        lines.append(f"- {say('docs.numbers').to(language)}: {numbers}")
    for name in control.checks:
        if check := checks.get(name):
            lines += _about(check, language)
    return "\n".join(lines) + "\n"


def _about(check: Check, language: Language) -> list[str]:
    lines = [
        "",
        f"## {check.title.to(language)}",
        "",
        f"`{check.id}` - {say(f'severity.{check.severity.value}').to(language)}",
    ]
    decided = _decided().get(check.id, NO_TEXT)
    for key, text in (
        ("explain.why", check.why),
        ("docs.decided", decided),
        ("explain.remediation", check.remediation),
    ):
        if text.to(language):
            lines += ["", f"**{say(key).to(language)}**", "", text.to(language)]
    others = [f"{name}: {', '.join(ids)}" for name, ids in sorted(check.controls.items())]
    lines += ["", f"- {say('explain.control').to(language)}: {'; '.join(others)}"]
    if check.cwe:
        lines.append(f"- {say('explain.cwe').to(language)}: {', '.join(f'CWE-{number}' for number in check.cwe)}")
    lines.append(f"- {say('explain.source').to(language)}: {check.source}")
    lines.append(f"- {say('explain.defined_in').to(language)}: `{check.defined_in}`")
    return lines


@cache
def _decided() -> dict[str, Text]:
    """Return how the checks written in Rego are decided, by id."""
    return {policy.id: policy.decided for policy in built_in()}


def main() -> None:
    """Write every page anew."""
    shutil.rmtree(HERE, ignore_errors=True)
    for path, text in pages():
        place = HERE / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
